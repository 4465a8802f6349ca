-- What carbon costs a firm: paid share, free allocation, three scopes, and abatement along a curve of marginal costs.
--
--   CC = p [ alpha E1 (1 - f) (1 - a) + theta_e E2 + theta_u E3 ]                                  [CNY]
--
-- p carbon price (CNY/tCO2e), alpha paid share, E1 E2 E3 emissions of scope 1, 2, 3 (tCO2e a year), f share that is
-- allocated free of charge, a abated share, theta the share of the carbon cost of power (e) and of other inputs (u)
-- that suppliers pass on. E1 is that of today's output; firm.income multiplies the cost by the volume.
--
-- Sources: p alpha E1 with a rising alpha: PBOC climate-risk sensitivity stress test, 2021. The split by scope, and
-- every number marked "proposal", have no outside authority.

local options = require "options"

local M = {}

M.defaults = {
  scopes = { "scope1" },  -- what is paid for: scope1 at paid_share, scope2 and scope3 at the shares below
  free_allocation = 0,    -- f
  abatement = 0,          -- a: a share, or M.abated(…)
  power_share = 0,        -- theta_e
  supplier_share = 0,     -- theta_u
}

-- No money, with its unit, for sums to begin with.                                                [CNY]
function M.nothing(b)
  return 0 * b.revenue
end

-- CC. Reads d.carbon_price and d.paid_share, and only the scopes listed, so that a missing scope 3 does no harm where
-- nobody pays for it.                                                                             [CNY]
function M.cost(b, d, given)
  local o = options.complete("carbon", M.defaults, given)
  local share = {
    scope1 = d.paid_share * (1 - o.free_allocation) * (1 - o.abatement),
    scope2 = o.power_share,
    scope3 = o.supplier_share,
  }
  local cost = M.nothing(b)
  for _, scope in ipairs(o.scopes) do
    cost = cost + d.carbon_price * share[scope] * b[scope]
  end
  return cost
end

-- ---- abatement --------------------------------------------------------------------------------------

-- Curve of marginal costs: { { price, share }, … }, both rising, straight in between. At `price` CNY/tCO2e it pays to
-- abate `share` of today's scope 1. Proposal, made to show the form: a few per cent cost little, a third needs new
-- kilns or fuels. Replace it by a curve of the sector.
M.curve = { { 0, 0 }, { 100, 0.05 }, { 300, 0.15 }, { 800, 0.35 } }

M.abatement_defaults = {
  curve = M.curve,
  most = 0.35,  -- a_max: share that can be abated within the horizon (proposal)
  speed = 0.3,  -- share of the gap to what pays that is closed in a year (proposal)
}

-- Abated share of a year, from that of the year before:                                         [ratio]
--   a = a_before + speed max(0, min(a_max, S(p) - S(p at reference)) - a_before)
-- with S the curve read from price to share. p is what a tonne avoided saves the firm (CNY/tCO2e), carbon price times
-- paid share where the share holds for every tonne. What pays at reference is in today's emissions already. It never
-- falls: a kiln once built stays.
function M.abated(before, price, given)
  local o = options.complete("carbon", M.abatement_defaults, given)
  local worth = interp(price, o.curve)
  local target = min(worth - at_reference(worth), o.most)
  return before + o.speed * max(target - before, 0)
end

-- Area under the curve up to a share: cost a year, per tonne of today's scope 1, of abating it.  [CNY/tCO2e]
-- `unit` is any price; only its unit is used.
local function area(share, curve, unit)
  local total = 0
  for k = 2, #curve do
    local p0, s0, p1, s1 = curve[k - 1][1], curve[k - 1][2], curve[k][1], curve[k][2]
    local part = clip(share, s0, s1) - s0
    total = total + part * (p0 + part * (0.5 * (p1 - p0) / (s1 - s0)))
  end
  return total * (0 * unit + 1)
end

-- What the abatement costs a year, capital cost included as the curve includes it:                 [CNY]
--   E1 [ A(s0 + a) - A(s0) ] ,  A(s) = integral of the marginal cost from 0 to s ,  s0 = S(p at reference)
function M.abatement_cost(b, abated, price, given)
  local o = options.complete("carbon", M.abatement_defaults, given)
  local start = at_reference(interp(price, o.curve))
  return b.scope1 * (area(start + abated, o.curve, price) - area(start, o.curve, price))
end

return M
