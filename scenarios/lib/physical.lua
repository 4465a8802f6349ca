-- Flood, heat, drought, shortage of power, animal disease: what a physical shock does to a firm's assets, volume and
-- cost, in the terms that firm.lua and collateral.lua take.
--
-- Money in CNY (a year), shares as ratios, days and degrees as drivers with unit "day" and "degC" or as plain numbers.
-- Losses are positive; changes of volume are negative where output falls, for firm.respond's `revenue_change`.
--
-- Sources are named where there is one; everything else is a proposal, to be replaced by what the district knows.
-- Several sites or several shocks: add losses, and multiply volumes (compound.lua: together).

local env_credit = require "env_credit"
local options = require "options"
local units = require "units"

local M = {}

-- Days kept within 0 and `most`, as a plain number.
local function days_within(days, most)
  return clip(units.plain(days), 0, most)
end

-- ---- flood: assets --------------------------------------------------------------------------------------

-- Loss at a site, V d (1 - protection): value, damage share (damage.lua), share that walls and pumps keep out.    [CNY]
-- Arithmetic. A firm with several sites loses the sum.
function M.asset_loss(value, damage, protection)
  if protection == nil then
    protection = 0
  end
  return value * (damage * (1 - protection))
end

-- Equity after it, E - loss + payout of the insurer (insurance.lua).                              [CNY]
-- For the state of a scenario: below 0 the firm is insolvent. The loss of assets goes here or, as a cost of the year,
-- into `extra_cost`, which lowers equity by itself: not both.
function M.equity_after(equity, loss, payout)
  return equity - loss + payout
end

-- Debt to put back what was lost, max(0, loss - payout - cash): the firm rebuilds everything, first from the insurer,
-- then from cash, the rest on credit. Form: proposal.                                             [CNY]
function M.replacement_debt(loss, payout, cash)
  return max(0, loss - payout - cash)
end

-- ---- flood: standstill ----------------------------------------------------------------------------------

-- Days of standstill by depth of water in m: 15 at 0.5 m, 40 at 1 m, 90 at 2 m and more, straight in between.
-- Proposal.
M.standstill = { { 0, 0 }, { 0.5, 15 }, { 1, 40 }, { 2, 90 } }

-- Days of standstill by the curve above, or by one of your own { { depth, days }, … }.         [days, plain]
function M.days_by_depth(depth, points)
  return interp(depth, points or M.standstill)
end

M.interruption_defaults = {
  variable_share = 0.8, -- share of operating cost that stops with production (proposal)
  cap = 365,            -- most days that count
  buffer = 0,           -- share of the lost output that stock or overtime makes good
}

-- Margin lost by days without production:                                                         [CNY]
--   BI = (R - C_var) / 365 min(days, cap) (1 - buffer) ,  C_var = variable_share C
-- env_credit.halt_loss with a cap. Either this as `extra_cost` or M.standing_still as `revenue_change`: not both.
function M.interruption(b, days, given)
  local o = options.complete("physical", M.interruption_defaults, given)
  return env_credit.halt_loss(b, days_within(days, o.cap), { variable_share = o.variable_share, buffer = o.buffer })
end

-- The same as a change of volume, -min(days, cap) / 365 (1 - buffer).                             [ratio]
function M.standing_still(days, given)
  local o = options.complete("physical", M.interruption_defaults, given)
  return env_credit.halt(days_within(days, o.cap), { buffer = o.buffer })
end

-- ---- heat -----------------------------------------------------------------------------------------------

M.heat_defaults = {
  per_degree = -0.0083, -- change of output for 1 degC of wet-bulb temperature
  threshold = 25,       -- degC wet bulb from which on it counts (proposal)
  exposed = 1,          -- share of output that hangs on labour in the heat (proposal)
  part_of_year = 1,     -- share of the year that is so hot
}

-- Change of volume by heat:                                                                      [ratio]
--   max( -0.0083 max(T_w - threshold, 0) exposed part_of_year , -1 )
-- T_w wet-bulb temperature of the hot days, degC. Source of the slope: Chen, Fonseca, Heyes, Yang, Zhang, "How much
-- will climate change reduce productivity in a high-technology supply chain? Evidence from silicon wafer
-- manufacturing", 2023: output 8.3 % less for 10 degC more, indoors and with climate control, in one firm in China, in
-- a straight line without a threshold. That it holds for other labour-heavy lines, and the threshold, are proposals.
function M.heat(wet_bulb, given)
  local o = options.complete("physical", M.heat_defaults, given)
  local degrees = max(units.plain(wet_bulb) - units.plain(o.threshold), 0)
  return max(o.per_degree * degrees * (o.exposed * o.part_of_year), -1)
end

-- ---- drought --------------------------------------------------------------------------------------------

-- s_w: share of revenue that hangs on licensed water, by sector of GB/T 4754, longest prefix. Proposals.
M.water_shares = {
  A = 0.6, A03 = 0.3, B = 0.2, C13 = 0.3, C14 = 0.3, C15 = 0.6, C17 = 0.5, C22 = 0.6, C26 = 0.4, C27 = 0.3,
  C307 = 0.2, C31 = 0.3, D4411 = 0.4, D4413 = 0.9, D46 = 0.9,
}

-- s_w of a borrower's sector, 0.05 where none is listed.                                          [ratio]
function M.water_share(b)
  return table_by(b.sector, M.water_shares, 0.05)
end

-- Change of volume by a cut of the water licence, -s_w cut, both kept within 0 and 1.                    [ratio]
function M.water_cut(share, cut)
  return -(clip(share, 0, 1) * clip(cut, 0, 1))
end

-- Revenue after the cut, R' = R (1 - s_w cut).  Arithmetic.                                         [CNY]
function M.revenue_after_drought(revenue, share, cut)
  return revenue * (1 + M.water_cut(share, cut))
end

-- ---- shortage of power ----------------------------------------------------------------------------------

-- Days without power for industry in Chongqing, summer 2022, at least and at most: stopped from 15 to 24 August, then
-- for longer. As reported in the press; the 17 days are a proposal for "longer".
M.rationing_2022 = { 10, 17 }

-- Share of output that stops when the grid does, by sector, longest prefix. Proposals.
M.power_needs = {
  A = 0.1, A03 = 0.3, B = 0.8, C = 0.9, C13 = 0.7, C17 = 0.8, C30 = 0.9, C31 = 1, C32 = 1, C382 = 1, C384 = 1,
  D44 = 0, D46 = 0.2, F = 0.2, G = 0.2, H = 0.3, I = 0.2,
}

-- Share of a borrower's output that needs the grid, 0.2 where none is listed.                     [ratio]
function M.power_need(b)
  return table_by(b.sector, M.power_needs, 0.2)
end

-- Days of standstill by days without power, days x need: half of the lines standing for ten days is five days.
-- Arithmetic; for M.standing_still or M.interruption.                                      [days, plain]
function M.rationing(days, need)
  return days_within(days, 365) * clip(need, 0, 1)
end

-- ---- chronic --------------------------------------------------------------------------------------------

-- Change of volume after some years of drift at a rate a year, (1 + rate)^years - 1; at least -1.            [ratio]
--   revenue_change = physical.drift(d.drift, d.year - 2025)
-- Arithmetic; the rates are the scenario's.
function M.drift(rate, years)
  return max(1 + rate, 0) ^ years - 1
end

-- ---- animal disease -------------------------------------------------------------------------------------

-- Value of a herd, or revenue from it, after a disease and a move of prices, V (1 - mortality)(1 + price).
-- Mortality with culling. Prices rise when the whole country loses animals and fall when customers or buyers stay
-- away, so a scenario is run both ways. Form and every number: proposals, to be set with the district's livestock
-- centre.                                                                                       [CNY]
function M.herd(value, mortality, price)
  return value * ((1 - clip(mortality, 0, 1)) * max(1 + price, 0))
end

M.feed_share = 0.6 -- feed in the operating cost of a pig farm (proposal)

-- What dear feed costs a farm in a year, C share rise; the share is M.feed_share if not given.       [CNY]
function M.feed_cost(b, rise, share)
  if share == nil then
    share = M.feed_share
  end
  return b.operating_cost * (share * rise)
end

-- Condition: the borrower keeps pigs (GB/T 4754: A0313).
function M.keeps_pigs(b)
  return b.sector_is("A0313")
end

M.disease_defaults = {
  mortality = 0,     -- share of the herd that dies or is culled
  price = 0,         -- relative change of the price of pigs
  feed = 0,          -- relative change of the price of feed
  restocking = 0.3,  -- cost of a new animal over the revenue from a grown one, for those lost (proposal)
  feed_share = 0.6,  -- feed in operating cost (proposal)
}

-- A year of animal disease in the terms of firm.respond:                                         [ratio, ratio, CNY]
--   revenue_change = -mortality ,  price_change = price ,
--   extra_cost = C feed_share feed (1 - mortality) + restocking mortality R (1 + price)
-- Returns the three. Proposal.
function M.disease(b, given)
  local o = options.complete("physical", M.disease_defaults, given)
  local lost = clip(o.mortality, 0, 1)
  local restocking = b.revenue * (o.restocking * lost * max(1 + o.price, 0))
  return -lost, o.price, M.feed_cost(b, o.feed, o.feed_share) * (1 - lost) + restocking
end

return M
