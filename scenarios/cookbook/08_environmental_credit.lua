-- Firms with a bad environmental rating lose orders: PD by colour.
local steps = { yellow = 0.25, red = 0.6, black = 1.1 }   -- rise of log-odds at full strength; proposals

return scenario {
  name = "environmental_credit", title = { en = "Bad ratings count", zh = "环境信用差者受影响" },
  years = { 2026, 2027 },
  drivers = { strength = pathway { reference = 0, [2026] = 0.5, [2027] = 1 } },
  borrower = function (b, d)
    local shift = d.strength * table_by(b.env_credit, steps, 0)
    return { pd = logistic(logit(b.pd) + shift - at_reference(shift)) }
  end,
}
