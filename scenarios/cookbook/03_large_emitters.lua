-- Only those above a threshold pay. The threshold is a dated parameter of the library, not a number in the script.
local firm = require "firm"
local regulation = require "regulation"
local threshold = regulation.value("pboc_emission_threshold", 20251231)

return scenario {
  name = "large_emitters", title = { en = "Only large emitters pay", zh = "仅大型排放企业付费" },
  years = { 2026, 2028 },
  drivers = {
    carbon_price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 120, [2028] = 250 },
    paid_share = pathway { reference = 0, [2026] = 1 },
  },
  applies = function (b)
    return all(ge(proxy(b.scope1, 0) + proxy(b.scope2, 0), threshold), firm.known(b))
  end,
  borrower = function (b, d, before) return firm.respond(b, d, before) end,
}
