-- Emissions that nobody reports: revenue times a factor of the sector stands in, and the ledger counts it.
local factor = { C30 = 60e-6, C31 = 90e-6, D44 = 300e-6, C = 15e-6 }   -- tCO2e a yuan of revenue; proposals

return scenario {
  name = "unknown_emissions", title = { en = "Unknown emissions", zh = "排放未知时的替代" },
  years = { 2026, 2028 },
  drivers = { price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 100, [2028] = 200 },
              tonne = pathway { unit = "tCO2e/CNY", reference = 1, [2026] = 1 } },
  applies = function (b) return all(b.sector_is("C", "D44"), gt(proxy(b.revenue, 0), 0)) end,
  borrower = function (b, d)
    local stand_in = b.revenue * d.tonne * table_by(b.sector, factor, 5e-6)
    local burden = d.price * proxy(b.scope1, stand_in) / b.revenue
    return { pd = logistic(logit(b.pd) + 10 * (burden - at_reference(burden))) }
  end,
}
