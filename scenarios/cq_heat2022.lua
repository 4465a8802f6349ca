-- A summer like 2022: heat, power rationing, a shortage of hydropower and dear power, all from one event.
--
-- One hazard tells the days of extreme heat of the year; everything else follows from them (lib/compound.lua), so that
-- rationing and the price of power come together or not at all. Rationed firms stand still and catch up with a part;
-- power costs more for all. Chongqing, August 2022: industrial users stood still from 15 to 24 August, later extended.
--
-- Frequency, the chain and what firms catch up with are proposals; a summer like 2022 once in 20 years today, more often
-- later.
--
-- What it cannot tell: who is spared (hospitals, food, those with a line of their own), and what neighbours without
-- hydropower sell.

local carbon = require "carbon"
local compound = require "compound"
local energy = require "energy"
local firm = require "firm"
local physical = require "physical"

-- Share of output that stands still when industry is rationed, by sector. Proposals.
local rationed = { B = 0.8, C = 1, D46 = 0, E = 0.5, H = 0.3, I = 0.2 }
local caught_up = 0.5 -- of the lost production (proposal)

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
    heat = hazard.events { -- days of extreme heat in the year
      events = {
        { name = "hot", rate = 0.2, at = { ["500153"] = 12 } },
        { name = "as_2022", rate = 0.05, at = { ["500153"] = 25 } },
      },
      frequency = pathway { [2026] = 1, [2030] = 1.5 },
    },
  },

  applies = function (b)
    return firm.known(b, firm.accounts)
  end,

  borrower = function (b, d, before)
    local rationing, _, dearer = compound.heat(d.heat)
    local days = physical.rationing(rationing, table_by(b.sector, rationed, 0), caught_up)
    local power = table_by(b.sector, energy.power_shares, 0) * dearer * b.operating_cost
    return firm.respond(b, d, before, {
      carbon = false,
      revenue_change = -physical.share_of_year(days),
      extra_cost = carbon.nothing(b) + power,
    })
  end,
}
