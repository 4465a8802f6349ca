-- Dear power: what a firm buys follows from its scope 2 emissions and the grid factor.
local firm = require "firm"
local kwh_per_t = 1 / 0.5366e-3   -- kWh/tCO2e: one over a grid factor in tCO2e/kWh (a dated value: see regulation.lua)

return scenario {
  name = "power_price", title = { en = "Dear power", zh = "电价上涨" },
  years = { 2026, 2028 },
  drivers = { surcharge = pathway { unit = "CNY/tCO2e", reference = 0, [2026] = 0.05 * kwh_per_t } },
  applies = function (b) return all(b.sector_is("B", "C"), firm.known(b, { "revenue", "operating_cost", "scope2" })) end,
  borrower = function (b, d)
    local margin = (b.revenue - b.operating_cost - d.surcharge * b.scope2) / b.revenue
    return { pd = logistic(logit(b.pd) - 10 * (margin - at_reference(margin))) }
  end,
}
