-- A catastrophe model of 10,000 sites and 1,000 events (make_case.py P6): damage alone, no defaults moved.
-- Both frequency and depth rise, so that every year has a table of losses of its own.
local damage = require "damage"
local insurance = require "insurance"

return scenario {
  name = "catastrophe", title = { en = "Floods at sites, damage alone", zh = "场地洪水，仅资产损失" },
  years = { 2026, 2030 },
  drivers = {
    depth = hazard.events {
      unit = "m", csv = "catastrophe.csv",
      frequency = pathway { [2026] = 1, [2030] = 1.2 },
      intensity = pathway { [2026] = 1, [2030] = 1.4 },
    },
  },
  damage = function (b, d)
    local loss = over_sites(b, function (s)
      return s.value * damage.curve("jrc_asia_industry", at(s, d.depth))
    end)
    return { flood = { loss = loss, payout = insurance.payout(loss, { deductible = 1e5, coverage = 0.8 }) } }
  end,
}
