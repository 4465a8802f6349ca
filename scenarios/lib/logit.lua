-- PDs moved in log-odds by the change of ratios (ratio-shift logit).
--
--   logit(PD') = logit(PD) + sum_k beta_k (x'_k - x_k)
--
-- PD is the bank's own, x_k a ratio of the borrower and x'_k the same ratio under the scenario. Only the change counts:
-- the level of a firm is in its PD already. The form is that of the logit scoring models of banks; every beta is a
-- proposal, to be estimated on the banks' own defaults.
--
-- PD and ratios are dimensionless. A missing ratio gives a missing PD.

local M = {}

-- Rise of logit(PD) for a rise of the ratio by 1. All proposals.
--   cover     ln(interest cover): halving the cover multiplies the odds by 2.8. For comparison, spreads by interest
--             cover of small firms, as published by Damodaran, imply about -1.6 at a loss share of 0.6
--   leverage  debt / assets: ten points more multiply the odds by 1.5
--   roa       profit / assets: instead of cover, never beside it, since both tell of the same profit
--   cash      cash / short-term debt
M.betas = { cover = -1.5, leverage = 4, roa = -8, cash = -0.5 }

-- Bounds beyond which a ratio says no more about PD. Proposals.
M.cover_low, M.cover_high = 0.1, 12.5
M.leverage_high = 2
M.roa_bound = 0.5
M.cash_high = 2

-- ---- ratios ---------------------------------------------------------------------------------------

-- Interest cover, ICR = EBIT / interest, interest at least 1 CNY.                               [ratio]
function M.cover(ebit, interest)
  return ebit / max(interest, 1)
end

-- ln ICR with ICR kept within [0.1, 12.5]; 0 for a firm that pays no interest: it has no cover to lose.
function M.log_cover(ebit, interest)
  return where(gt(interest, 0), log(clip(M.cover(ebit, interest), M.cover_low, M.cover_high)), 0)
end

-- Debt over assets, D / (D + equity), within [0, 2]; assets at least 1 CNY.                      [ratio]
function M.leverage(debt, equity)
  return clip(debt / max(debt + equity, 1), 0, M.leverage_high)
end

-- Return on assets, profit / (D + equity), within [-0.5, 0.5]; assets at least 1 CNY.            [ratio]
function M.roa(profit, debt, equity)
  return clip(profit / max(debt + equity, 1), -M.roa_bound, M.roa_bound)
end

-- Cash over short-term debt, within [0, 2]; debt at least 1 CNY.                                 [ratio]
function M.cash(cash, short_debt)
  return clip(cash / max(short_debt, 1), 0, M.cash_high)
end

-- ---- shift ------------------------------------------------------------------------------------------

-- x - x at reference: what the scenario changes.
function M.change(x)
  return x - at_reference(x)
end

-- sum of beta x change over terms = { { beta, change }, … }.
function M.sum(terms)
  local total = 0
  for _, term in ipairs(terms) do
    total = total + term[1] * term[2]
  end
  return total
end

-- logit(PD') = logit(PD) + shift; exactly PD where the shift is 0. A PD of 0 or 1 stays what it is.
function M.shift(pd, shift)
  return where(eq(shift, 0), pd, logistic(logit(pd) + shift))
end

-- The whole formula, from ratios under the scenario: terms = { { beta, ratio }, … }.
--   logit.pd(b.pd, { { logit.betas.roa, logit.roa(profit, b.debt, equity) } })
function M.pd(pd, terms)
  local changes = {}
  for index, term in ipairs(terms) do
    changes[index] = { term[1], M.change(term[2]) }
  end
  return M.shift(pd, M.sum(changes))
end

-- Least PD of a firm whose cover has fallen below 1: double; from a PD of 1/3 up, half of the chance to survive goes,
-- so that it stays below 1. Proposal.
function M.at_least_double(pd)
  return min(2 * pd, (1 + pd) / 2)
end

return M
