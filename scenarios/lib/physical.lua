-- Physical shocks: floods, heat, drought, power rationing, livestock disease. What they do to assets and sales.
--
-- Everything becomes a change of sales, cost or equity BEFORE a PD is moved (firm.respond or logit.lua), so that shocks
-- which come together act together. Money in CNY a year, days in days, shares as decimals. Numbers without a source are
-- proposals: replace them by what the district knows.

local options = require "options"

local M = {}

-- ---- assets -------------------------------------------------------------------------------------------

-- Loss of assets where a share of them is destroyed and protection keeps a part from it,              [CNY]
--   V d (1 - protection)
function M.asset_loss(value, destroyed, protection)
  return value * destroyed * (1 - (protection or 0))
end

-- Equity after a loss of assets of which insurance pays a part, equity - (loss - payout).             [CNY]
function M.equity_after(equity, loss, payout)
  return equity - (loss - payout)
end

-- Debt for replacement, max(0, loss - payout - cash): what is rebuilt and not paid from elsewhere.     [CNY]
function M.replacement_debt(loss, payout, cash)
  return max(0 * loss, loss - payout - cash)
end

-- ---- business interruption ----------------------------------------------------------------------------

-- Days without production after a flood, by depth in m. Proposal: 0.5 m 15, 1 m 40, 2 m 90 days.
M.flood_days = { { 0, 0 }, { 0.5, 15 }, { 1, 40 }, { 2, 90 } }

-- Days without production after a flood of that depth; at most `cap` (default: a year).                [days]
function M.days_lost(depth, cap)
  return min(interp(depth, M.flood_days), cap or 365)
end

-- Share of a year's sales that is lost with so many days, days / 365; never more than all.             [ratio]
-- For firm.respond's revenue_change, with a minus.
function M.share_of_year(days)
  return clip(days / 365, 0, 1)
end

-- Contribution that is lost in so many days, (R - C_var) days / 365, nothing where it is negative.       [CNY]
function M.interruption(revenue, variable_cost, days)
  return max(revenue - variable_cost, 0 * revenue) * M.share_of_year(days)
end

-- ---- heat, drought, power -----------------------------------------------------------------------------

M.heat_defaults = {
  per_degree = 0.0083, -- output lost for a degree of wet-bulb temperature: 8.3 % for ten degrees in a chip plant in China
                       -- ("Wet-bulb temperature and factory output", preprint); a proposal for other lines
  exposed = 1,         -- share of the year, or of the lines, that is hot
}

-- Share of output that heat takes: per_degree x degrees above what is usual x share exposed, at most all.  [ratio]
function M.heat(degrees, given)
  local o = options.complete("physical", M.heat_defaults, given)
  return clip(o.per_degree * degrees * o.exposed, 0, 1)
end

-- Sales under a cut of the water licence, R (1 - s cut): s the share of output that hangs on water.        [CNY]
function M.drought(revenue, water_share, cut)
  return revenue * (1 - water_share * clip(cut, 0, 1))
end

-- Days without production under power rationing: days of rationing x share of output that needs the grid x
-- (1 - share that is caught up with later).                                                         [days]
-- Chongqing, August 2022: industrial users stood still from 15 to 24 August, later extended (press reports).
function M.rationing(days, power_use, caught_up)
  return days * power_use * (1 - (caught_up or 0))
end

-- Chronic drift: output after so many years at that rate a year, (1 + rate)^years.                       [ratio]
function M.drift(rate, years)
  return (1 + rate) ^ years
end

-- ---- livestock ----------------------------------------------------------------------------------------

M.disease_defaults = {
  price_rise = 0,   -- rise of the price of what is left, a share
  restocking = 0.2, -- cost of restocking over the value of animals lost (proposal)
}

-- Sales of a farm after a share of its animals has died or been culled,                               [CNY, CNY]
--   R' = R (1 - mortality)(1 + price_rise),  cost of restocking = restocking x R x mortality
-- Returns both. All numbers are proposals: to be set with the district's livestock centre.
function M.disease(revenue, mortality, given)
  local o = options.complete("physical", M.disease_defaults, given)
  local lost = clip(mortality, 0, 1)
  return revenue * (1 - lost) * (1 + o.price_rise), revenue * lost * o.restocking
end

return M
