-- Regulatory capital of the internal-ratings approach, as a benchmark. Most lenders of a district use the standardised
-- approach: no figure from here is their capital requirement.
--
-- Source: The Basel Framework, CRE31 (risk weight functions). Asset correlations R: correlation.lua. The maturity
-- factor is from memory of the text: check before a supervisor sees it. Everything is a ratio; maturity in years.

local M = {}

M.confidence = 0.999

-- PD of a year whose common factor stands at its q-quantile, bad being high (Vasicek, "Loan portfolio value", 2002):
--   Phi( (Phi^-1(PD) + sqrt(R) Phi^-1(q)) / sqrt(1 - R) )                                       [ratio]
function M.conditional_pd(pd, r, q)
  return normal_cdf((normal_inv(pd) + sqrt(r) * normal_inv(q)) / sqrt(1 - r))
end

-- Maturity adjustment b = (0.11852 - 0.05478 ln PD)^2, and the factor (1 + (M - 2.5) b) / (1 - 1.5 b).
function M.maturity_factor(pd, maturity)
  local b = (0.11852 - 0.05478 * log(pd)) ^ 2
  return (1 + (maturity - 2.5) * b) / (1 - 1.5 * b)
end

-- K = LGD [ conditional PD at 99.9 % - PD ] times the maturity factor; maturity nil: none, as for retail.   [ratio]
function M.capital(pd, lgd, r, maturity)
  local k = lgd * (M.conditional_pd(pd, r, M.confidence) - pd)
  if maturity == nil then
    return k
  end
  return k * M.maturity_factor(pd, maturity)
end

-- Risk weight, 12.5 K.                                                                          [ratio]
function M.risk_weight(pd, lgd, r, maturity)
  return 12.5 * M.capital(pd, lgd, r, maturity)
end

-- K of a loan in default, max(0, LGD - best estimate of the loss).                               [ratio]
function M.defaulted(lgd, best_estimate)
  return max(lgd - best_estimate, 0)
end

-- Double default of Basel II, K (0.15 + 160 PD_g): removed from the final Basel III, for comparison only. From memory.
function M.double_default(k, guarantor_pd)
  return k * (0.15 + 160 * guarantor_pd)
end

return M
