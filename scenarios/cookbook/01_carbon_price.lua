-- A carbon price for one sector: the cost of scope 1 lowers the margin, and the margin moves the PD.
local firm = require "firm"

return scenario {
  name = "carbon_price", title = { en = "A carbon price for cement", zh = "水泥行业碳价" },
  years = { 2026, 2030 },
  drivers = { price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70, [2030] = 200 } },
  applies = function (b) return all(b.sector_is("C301"), firm.known(b, { "revenue", "operating_cost", "scope1" })) end,
  borrower = function (b, d)
    local margin = (b.revenue - b.operating_cost - d.price * b.scope1) / b.revenue
    return { pd = logistic(logit(b.pd) - 10 * (margin - at_reference(margin))) }   -- 10 is a proposal
  end,
}
