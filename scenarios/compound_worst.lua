-- Flood and carbon price in one path: what the two together cost beyond what each costs alone.
--
-- Joins laixi_flood and ets_jump: the same draws, since drivers are drawn by name. Firms that pay for carbon meet the flood
-- with less cover; firms that the flood has weakened meet the next price with less equity. Run it beside the two to get the
-- compound multiplier with its error (table `compound`).
--
-- Sources and proposals: those of the two. What it cannot tell: what they cannot.

local ets = require "ets"
local firm = require "firm"
local flood = require "flood"
local market = require "market"

local years = { 2026, 2030 }
local drivers = ets.drivers(years, 4)

drivers.carbon_price = random.jump_diffusion {
  unit = "CNY/tCO2e",
  reference = ets.price,
  mean = drivers.carbon_price,
  volatility = 0.3,
  jumps = { rate = 0.2, mean = 0.4, sd = 0.2 },
  with = { macro = -0.3 },
}
drivers.depth = hazard.events {
  unit = "m", events = flood.laixi,
  frequency = pathway { [2026] = 1, [2030] = 1.2 },
}

return scenario {
  name = "compound_worst",
  title = { en = "Floods and a carbon price that jumps", zh = "洪水叠加跳跃的碳价" },
  years = years,
  compound = { "laixi_flood", "ets_jump" },
  source = {
    en = "laixi_flood and ets_jump with their sources; the way they meet is a proposal",
    zh = "濑溪河洪水与跳跃的碳价两个情景及其来源；叠加方式为建议",
  },
  note = {
    en = "Run beside laixi_flood and ets_jump: the table `compound` says how much worse the two are together.",
    zh = "请与 laixi_flood、ets_jump 同时运行：表 compound 给出二者叠加的放大倍数。",
  },

  drivers = drivers,
  initial = { abatement = 0 },

  applies = function (b)
    return firm.known(b, firm.accounts)
  end,

  damage = function (b, d)
    return { flood = flood.damage(b, d, d.depth) }
  end,

  borrower = function (b, d, before)
    local pays = all(ets.joins_sometime(b), firm.known(b))
    local costs = { abatement_curve = true, pass_through = market.sector_pass_through(b, 0.5), elasticity = 0.5 }
    local bill, abatement = firm.carbon_bill(b, ets.prices(b, d), before, costs)
    local answer = flood.respond(b, d, before, d.depth, { carbon_bill = where(pays, bill, firm.nothing(b)) })
    answer.state.abatement = where(pays, abatement, 0)
    return answer
  end,

  loan = function (l, b, d)
    return { lgd = flood.lgd(l, d.depth) }
  end,
}
