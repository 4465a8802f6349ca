local curve_of = curve { { 0, 0 }, { 1, 0.5 } }
local function cost(b, d) return d.price * d.share * b.scope1 end
return scenario {
  name = "s", title = { en = "s", zh = "陶瓷" }, years = { 2026, 2028 },
  drivers = { price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70, [2028] = 170 }, share = 0.5 },
  applies = function (b) return all(b.sector_is("C307"), no(b.household)) end,
  borrower = function (b, d, before)
    local ebit = b.revenue - b.operating_cost - b.depreciation - cost(b, d)
    local equity = before.equity + 0.75 * max(ebit - b.interest, 0)
    if d.year == 2026 then equity = equity * (1 - percent(5)) end
    local cover = log(max(ebit / max(b.interest, 1), 0.1))
    local mu = table_by(b.sector, { C30 = 0.3, default = 0 })
    return { pd = logistic(logit(b.pd) - 1.5 * mu * (cover - at_reference(cover))),
             default = equity:lt(0), state = { equity = equity } }
  end,
  loan = function (l, b, d)
    local t = { l.lgd, 0.1 } for i, v in ipairs(t) do t[i] = v * 1.1 end
    return { lgd = where(eq(l.purpose, "kiln"), t[1], t[2]) + curve_of(b.pd), ead = l.balance }
  end,
}
