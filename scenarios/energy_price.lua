-- Power and fuel become dear for two years and stay somewhat dearer.
--
-- Power rises by up to 15 %, gas and coal by up to 30 % (proposals). What that costs a firm follows from the share of
-- energy in its operating cost by sector (lib/energy.lua, proposals). Firms pass on half of it, since their rivals at
-- home pay more too. Nothing is saved or switched: the short run.
--
-- What it cannot tell: long-term contracts and price caps, and who is rationed instead. Sellers of power, heat and gas
-- are left out, since their prices rise too; so are firms without accounts.

local energy = require "energy"
local firm = require "firm"

local pass_through, elasticity = 0.5, 0.3 -- proposals

return scenario {
  name = "energy_price",
  title = { en = "Dear power and fuel", zh = "电力与燃料价格上涨" },
  years = { 2026, 2030 },
  source = {
    en = "Proposal; cost shares of energy by sector are proposals too",
    zh = "建议值；各行业能源成本占比亦为建议值",
  },
  note = {
    en = "Short run: no saving, no switching. Sellers of energy and firms without accounts stay at baseline.",
    zh = "短期情形：不考虑节能与替代。能源供应企业及无财务数据的企业保持基准。",
  },

  drivers = {
    power_price = pathway { reference = 1, [2026] = 1.05, [2027] = 1.15, [2028] = 1.10, [2030] = 1.05 },
    fuel_price = pathway { reference = 1, [2026] = 1.15, [2027] = 1.30, [2028] = 1.20, [2030] = 1.10 },
  },

  applies = function (b)
    return all(no(b.sector_is("D44", "D45")), firm.known(b, firm.accounts))
  end,

  borrower = function (b, d, before)
    return firm.respond(b, d, before, {
      carbon = false,
      input_cost = energy.cost_rise(b, d.power_price, d.fuel_price),
      pass_through = pass_through,
      elasticity = elasticity,
    })
  end,
}
