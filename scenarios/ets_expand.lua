-- The national carbon market takes in one sector after another, and those inside pay for more each year.
--
-- Who joins when, and the paid share by years inside: lib/ets.lua; proposals beyond 2025. The price rises from that
-- of June 2025 to four times it. Firms abate where it pays (lib/carbon.lua) and pass on half of what European studies
-- report for their sector (lib/market.lua).
--
-- What it cannot tell: when a sector will in fact join, at which benchmark, and who gains from allowances to spare.

local ets = require "ets"
local firm = require "firm"
local market = require "market"

local years = { 2026, 2030 }
local price_multiple = 4       -- proposal
local part_passed_on = 0.5     -- of the European ranges; 0 is the conservative case (proposal)
local elasticity = 0.5         -- proposal
local firms_abate = true

return scenario {
  name = "ets_expand",
  title = { en = "The carbon market grows sector by sector", zh = "碳市场逐步扩围" },
  years = years,
  source = {
    en = "Sectors inside by 2025 and price level as reported in the press; later sectors, paid share, curve and "
      .. "pass-through are proposals",
    zh = "2025年前纳入的行业和价格水平据媒体报道；此后纳入的行业、付费比例、减排成本曲线和成本转嫁为建议值",
  },
  note = {
    en = "Firms abate where it pays; no firm has allowances to sell.",
    zh = "企业在有利可图时减排；不考虑出售富余配额。",
  },

  drivers = ets.drivers(years, price_multiple),
  initial = { abatement = 0 },

  applies = function (b)
    return all(ets.joins_sometime(b), firm.known(b))
  end,

  borrower = function (b, d, before)
    return firm.respond(b, ets.prices(b, d), before, {
      abatement_curve = firms_abate,
      pass_through = market.sector_pass_through(b, part_passed_on),
      elasticity = elasticity,
    })
  end,
}
