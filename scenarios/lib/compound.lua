-- Shocks that come together: how effects are joined before the PD, the chain of a hot and dry summer, and how much
-- worse the joint event is than its parts.
--
-- Never add changes of PDs: a firm that two shocks bring to its limit each alone, both bring beyond it. So volumes
-- multiply, costs add, and one firm.respond (or one shift of log-odds) takes all of it: the interaction then appears by
-- itself. Run the joint scenario beside its parts, in one run, and M.multiplier says what the joining adds.
--
-- The order of the chain is that of Chongqing's summer of 2022; every number is a proposal unless it names a source.

local energy = require "energy"
local logit = require "logit"
local options = require "options"
local physical = require "physical"

local M = {}

-- ---- joining --------------------------------------------------------------------------------------------

-- Relative changes of the same quantity at once, (1 + x1)(1 + x2) … - 1, at least -1.                  [ratio]
--   revenue_change = compound.together(physical.heat(d.wet_bulb), physical.standing_still(d.days))
function M.together(...)
  local product = 1
  for _, change in ipairs({ ... }) do
    product = product * max(1 + change, 0)
  end
  return product - 1
end

-- A PD moved by several shifts of log-odds, added before the logit:                             [ratio]
--   logit(PD') = logit(PD) + x1 + x2 + …
-- Exactly PD where they add up to 0. For effects that have no accounts to go through.
function M.pd(pd, ...)
  local sum = 0
  for _, shift in ipairs({ ... }) do
    sum = sum + shift
  end
  return logit.shift(pd, sum)
end

-- Compound multiplier CM = L(A and B) / (L(A) + L(B)), of rises of loss over the baseline in one run; more parts than
-- two are added too. 1: no interaction; above 1 the joint event is worse than its parts. 1 where the parts lose
-- nothing.                                                                                      [ratio]
-- Source: the compound risk multiplier of Ranger, Mahul, Monasterolo, "Managing the financial risks of climate change
-- and pandemics: What we know (and don't know)", One Earth, 2021, who find that it can peak above 1.5, for output of an
-- economy, not for losses of loans.
function M.multiplier(joint, ...)
  local parts = 0
  for _, part in ipairs({ ... }) do
    parts = parts + part
  end
  return where(eq(parts, 0), 1, joint / where(eq(parts, 0), 1 + 0 * parts, parts))
end

-- ---- a hot and dry summer -------------------------------------------------------------------------------

-- One driver without unit leads the chain: severity, 0 for a usual summer (its reference), 1 for one like 2022.
--
--   heat -> more cooling, less water -> rationing of power -> halt of industry
--                                    -> shortage of hydropower -> dearer power
-- and, as a driver of the scenario's own, a higher carbon price, as more coal is burnt.

-- Days without power for industry: none up to half of 2022, 17 at 2022 (physical.rationing_2022), twice that at 2.
M.days_by_severity = { { 0, 0 }, { 0.5, 0 }, { 1, physical.rationing_2022[2] }, { 2, 2 * physical.rationing_2022[2] } }

-- Share of hydropower that is missing in these weeks: half at severity 1, as Sichuan's capability to generate fell by
-- more than half in August 2022 (State Grid, as reported by CCTV on 17 August 2022); 0.7 at 2 is a proposal.
M.shortage_by_severity = { { 0, 0 }, { 1, 0.5 }, { 2, 0.7 } }

M.price_defaults = {
  hydro_share = 0.4,   -- hydropower in what the grid sells, imports from neighbours included (proposal)
  dearness = 1.5,      -- price of what replaces it over today's price, less 1 (proposal)
  part_of_year = 0.2,  -- share of a year's use that is bought at that price (proposal: ten weeks)
}

-- Days without power by severity.                                                          [days, plain]
function M.rationing_days(severity)
  return interp(severity, M.days_by_severity)
end

-- Share of hydropower that is missing.                                                            [ratio]
function M.hydro_shortage(severity)
  return interp(severity, M.shortage_by_severity)
end

-- Index of the power price over the year, 1 today:                                                [ratio]
--   1 + hydro_share shortage dearness part_of_year
-- For energy.cost_rise.
function M.power_price(shortage, given)
  local o = options.complete("compound", M.price_defaults, given)
  return 1 + shortage * (o.hydro_share * o.dearness * o.part_of_year)
end

M.summer_defaults = {
  rationing = true, -- power is rationed: halt
  price = true,     -- hydropower is short: dearer power
  heat = 0,         -- change of volume by the heat itself: physical.heat(d.wet_bulb)
  water = 0,        -- change of volume by a cut of water: physical.water_cut(physical.water_share(b), d.cut)
  need = false,     -- share of output that stops without power; false: physical.power_need of the sector
  hydro_share = 0.4, dearness = 1.5, part_of_year = 0.2, -- as above
}

-- The chain for one borrower and year, in the terms of firm.respond:
--   volume  (1 + heat)(1 + water)(1 - days need / 365) - 1 ,  days = days_by_severity(severity)         [ratio]
--   cost    C s_power (index - 1) ,  index = power_price(hydro_shortage(severity))                   [CNY]
-- Returns revenue_change and input_cost (the cost of power moves with volume). With `rationing` or `price` false that
-- branch stays away: the parts of a compound multiplier.
--   local volume, cost = compound.hot_summer(b, d.severity)
--   return firm.respond(b, d, before, { revenue_change = volume, input_cost = cost, carbon = false })
function M.hot_summer(b, severity, given)
  local o = options.complete("compound", M.summer_defaults, given)
  local halt, index = 0, 1
  if o.rationing then
    local need = o.need
    if type(need) == "boolean" then
      need = physical.power_need(b)
    end
    halt = physical.standing_still(physical.rationing(M.rationing_days(severity), need))
  end
  if o.price then
    index = M.power_price(M.hydro_shortage(severity), options.part(M.price_defaults, o))
  end
  return M.together(o.heat, o.water, halt), energy.cost_rise(b, index, 1)
end

return M
