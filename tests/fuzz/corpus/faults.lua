return scenario { name = "faults", title = { en = "many faults" }, years = { 2026, 2026 }, colour = 1,
  borrower = function (b, d, before)
    if b.pd > 0.1 then return { pd = 1 } end
    local x = b.revenu + b.equity * d.prise
    local y = not b.pd == b.pd
    while b.pd do x = x + 1 end
    return { pd = x and y or ("a" .. b.pd), default = #b.sector, lgd = nosuch(x), state = { x = b.scope1 + b.revenue } }
  end,
  loan = function (l, b, d) return { lgd = l.lgd % 2, ead = b.pd } end }
