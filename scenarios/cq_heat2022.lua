-- A summer like 2022: heat, power rationing, a shortage of hydropower and dear power, all from one event.
--
-- One hazard tells how severe the summer is, 1 as in 2022; everything else follows from it (lib/compound.lua), so that heat,
-- rationing and dear power come together or not at all. Rationed firms stand still, up to 17 days in a summer like 2022, and
-- catch up with a part; hydropower is short and power dearer for all. Chongqing, August 2022: industrial users stood still
-- from 15 to 24 August, later extended.
--
-- Frequency, the chain and what firms catch up with are proposals; a summer like 2022 once in 20 years today, more often
-- later.
--
-- What it cannot tell: who is spared (hospitals, food, those with a line of their own), and what neighbours without
-- hydropower sell.

local compound = require "compound"
local firm = require "firm"
local physical = require "physical"

local caught_up = 0.5  -- of the lost production (proposal)
local hot_weeks = 0.12 -- share of the year with that heat: six weeks (proposal)
-- Wet-bulb temperature of the hot weeks by severity, degC. Proposal.
local wet_bulb = { { 0, 25 }, { 1, 28 }, { 2, 30 } }

return scenario {
  name = "cq_heat2022",
  title = { en = "Heat and power rationing as in 2022", zh = "2022年式高温与限电" },
  years = { 2026, 2030 },
  source = {
    en = "Days of rationing as reported in the press, August 2022; frequency, chain and shares are proposals",
    zh = "限电天数据2022年8月媒体报道；频率、传导链条和各项比例为建议值",
  },
  note = {
    en = "One driver: heat, rationing and dear power come together or not at all.",
    zh = "单一驱动因子：高温、限电和电价上涨同时发生或都不发生。",
  },

  drivers = {
    summer = hazard.events { -- severity, 1 as in 2022
      events = {
        { name = "hot", rate = 0.2, at = { ["500153"] = 0.8 } }, -- ten days of rationing
        { name = "as_2022", rate = 0.05, at = { ["500153"] = 1 } },
      },
      frequency = pathway { [2026] = 1, [2030] = 1.5 },
    },
  },

  applies = function (b)
    return firm.known(b, firm.accounts)
  end,

  borrower = function (b, d, before)
    local heat = physical.heat(interp(d.summer, wet_bulb), { part_of_year = hot_weeks })
    local need = physical.power_need(b) * (1 - caught_up)
    local volume, cost = compound.hot_summer(b, d.summer, { heat = heat, need = need })
    return firm.respond(b, d, before, { carbon = false, revenue_change = volume, input_cost = cost })
  end,
}
