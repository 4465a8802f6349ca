-- What a shock does to prices, volumes and market shares.
--
-- Money in CNY, everything else a ratio. The forms are usual; the numbers are proposals or, where it says so, ranges
-- recalled from the literature, to be checked against it.

local options = require "options"

local M = {}

-- ---- pass-through and demand ------------------------------------------------------------------------

M.defaults = {
  pass_through = 0,  -- mu: share of its cost rise that the firm puts on its prices; 0 is the conservative case
  elasticity = 0,    -- epsilon: fall of volume in % for a price rise of 1 %
}

-- Price rise  dP/P = mu cost / R ;  volume  dQ/Q = max(-epsilon dP/P, -1)                        [ratio]
-- R revenue (at least 1 CNY). Returns both. Proposal; estimates of mu differ by product and country, so mu = 0 is
-- always run as the conservative case.
function M.pass_through(revenue, cost, given)
  local o = options.complete("market", M.defaults, given)
  local price = o.pass_through * cost / max(revenue, 1)
  local volume = max(-o.elasticity * price, -1)
  return price, volume
end

-- Middle of the ranges of mu that European studies of carbon costs report, recalled from them; the estimates are weak
-- and not Chinese. Ceramics: proposal (0 to 0.3).
M.pass_through_by_sector = {
  C25 = 0.9,   -- refineries: 0.8 to 1
  C301 = 0.3,  -- cement: 0.2 to 0.4
  C304 = 0.2,  -- glass: 0 to 0.4
  C307 = 0.15, -- ceramics
  C31 = 0.7,   -- flat steel: 0.55 to 0.85
  D441 = 0.8,  -- power: 0.6 to 1
}

-- mu of a borrower's sector, 0 where none is known; `part` scales it (0: the conservative case).   [ratio]
function M.sector_pass_through(b, part)
  local all_of_it = table_by(b.sector, M.pass_through_by_sector, 0)
  if part == nil then
    return all_of_it
  end
  return part * all_of_it
end

-- ---- market share -----------------------------------------------------------------------------------

-- Relative change of a market share, u = (m_policy - m_base) / m_base, with the driver at reference as the base:
-- 0 where the share at reference is 0.                                                            [ratio]
-- For firm.income: revenue_change = market.share_change(d.coal_share). Source:
-- Monasterolo, Zheng and Battiston, "Climate transition risk and development finance: a carbon risk assessment of
-- China's overseas energy portfolios", 2018.
function M.share_change(share)
  local base = at_reference(share)
  return where(eq(base, 0), 0, share / where(eq(base, 0), 1, base) - 1)
end

M.loan_defaults = {
  recovery = 0,     -- r: share recovered
  leverage = 1,     -- E / delta: how far a change of the market share moves the value of the claim; 1: upper bound
  sensitivity = 1,  -- chi: elasticity of profitability to the market share; 1: upper bound
}

-- Change of the value of a loan of face value F, F (1 - r) (E / delta) chi u, no less than -F.       [CNY]
-- Same source; the defaults are its upper bound. A valuation, not a PD: for a loan held to maturity move revenue
-- instead.
function M.loan_value_change(face, share_change, given)
  local o = options.complete("market", M.loan_defaults, given)
  return max(face * ((1 - o.recovery) * o.leverage * o.sensitivity) * share_change, -face)
end

return M
