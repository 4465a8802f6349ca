-- Distance to default of a firm whose assets follow a geometric Brownian motion (Merton, "On the pricing of corporate
-- debt: the risk structure of interest rates", 1974).
--
--   DD = [ ln(V / L) + (mu - sigma^2 / 2) T ] / (sigma sqrt(T)) ,  PD = Phi(-DD)
--
-- V assets and L default point in CNY; mu drift and sigma volatility of the assets a year; T horizon in years.
-- Volatility and drift of a firm without listed shares are not observed: the defaults below are proposals.

local options = require "options"

local M = {}

M.defaults = {
  volatility = 0.25, -- sigma (proposal)
  drift = 0.05,      -- mu (proposal)
  horizon = 1,       -- T
}

-- Default point: short-term debt and half of the long-term debt (the usual practice of KMV).        [CNY]
function M.default_point(short_debt, long_debt)
  return short_debt + 0.5 * long_debt
end

-- DD; assets and default point at least 1 CNY.                                                   [ratio]
function M.distance(assets, point, given)
  local o = options.complete("merton", M.defaults, given)
  local growth = (o.drift - 0.5 * o.volatility * o.volatility) * o.horizon
  return (log(max(assets, 1) / max(point, 1)) + growth) / (o.volatility * sqrt(o.horizon))
end

-- PD = Phi(-DD) over the horizon.                                                                [ratio]
function M.pd(assets, point, given)
  return normal_cdf(-M.distance(assets, point, given))
end

-- The bank's own PD, moved by what the scenario does to DD:                                      [ratio]
--   PD' = Phi( Phi^-1(PD) - (DD' - DD) )
-- exactly PD where DD does not move. With it the level of DD, for which volatility and drift would have to be right,
-- does not count. Proposal.
function M.shifted(pd, distance)
  local change = distance - at_reference(distance)
  return where(eq(change, 0), pd, normal_cdf(normal_inv(pd) - change))
end

return M
