-- Altman's Z-scores: weighted sums of ratios that tell failing from sound firms.
--
--   Z   = 1.2 X1 + 1.4 X2 + 3.3 X3 + 0.6 X4 + 1.0 X5      listed manufacturers
--         (Altman, "Financial ratios, discriminant analysis and the prediction of corporate bankruptcy", 1968)
--   Z'' = 3.25 + 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4    others, emerging markets
--         (Altman, "An emerging market credit scoring system for corporate bonds", 2005)
--
--   X1 working capital / assets     X3 EBIT / assets                    X5 sales / assets
--   X2 retained earnings / assets   X4 equity / liabilities (Z: market value of equity, Z'': book value)
--
-- Coefficients and limits are from memory of the papers: check against them before a supervisor sees a zone. Ratios,
-- dimensionless. Estimated on firms of the United States: read the change, not the level.

local logit = require "logit"

local M = {}

-- Z below `distress`: distress zone; above `safe`: safe zone; grey between. For Z only, as in the paper of 1968.
M.distress, M.safe = 1.81, 2.99

-- x = { X1, X2, X3, X4, X5 }.                                                                    [ratio]
function M.z(x)
  return 1.2 * x[1] + 1.4 * x[2] + 3.3 * x[3] + 0.6 * x[4] + 1.0 * x[5]
end

-- x = { X1, X2, X3, X4 }.                                                                        [ratio]
function M.z_emerging(x)
  return 3.25 + 6.56 * x[1] + 3.26 * x[2] + 6.72 * x[3] + 1.05 * x[4]
end

-- 1 in the distress zone, 2 in the grey, 3 in the safe zone.
function M.zone(z)
  return 1 + ge(z, M.distress) + gt(z, M.safe)
end

M.equity_ratio_high = 10 -- X4 beyond it says no more (proposal): a firm with hardly any debt

-- The part of Z'' that a scenario moves through income and equity of a book that knows neither working capital nor
-- retained earnings: 6.72 EBIT / (D + equity) + 1.05 equity / D. Assets and debt at least 1 CNY.    [ratio]
function M.moving_part(ebit, debt, equity)
  local assets = max(debt + equity, 1)
  return 6.72 * (ebit / assets) + 1.05 * min(equity / max(debt, 1), M.equity_ratio_high)
end

M.beta = -1 -- rise of logit(PD) for a rise of Z'' by 1 (proposal)

-- logit(PD') = logit(PD) + beta (score - score at reference)                               [ratio]
function M.pd(pd, score, beta)
  if beta == nil then
    beta = M.beta
  end
  return logit.pd(pd, { { beta, score } })
end

return M
