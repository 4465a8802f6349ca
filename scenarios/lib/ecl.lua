-- Expected credit loss over one year and over a loan's life, and what a low-default portfolio allows to say.
--
--   ECL_12m = PD_1 LGD EAD / (1 + EIR)
--   ECL_life = sum_t S_(t-1) h_t LGD EAD (1 + EIR)^-t ,  S_t = prod_(s<=t) (1 - h_s)
--
-- h_t PD of year t given survival, EIR effective interest rate a year. Source: IFRS 9 / CAS 22 (企业会计准则第22号), usual
-- discrete form, loss at the end of its year. The engine itself books losses undiscounted in the year of default; these
-- functions are for scripts that look at provisions.

local M = {}

-- ECL of the first year.                                                                [unit of EAD]
function M.twelve_months(pd, lgd, ead, eir)
  return pd * lgd * ead / (1 + eir)
end

-- ECL over the life; hazards = { h_1, h_2, … }.                                         [unit of EAD]
function M.lifetime(hazards, lgd, ead, eir)
  local alive, discount, total = 1, 1, 0
  for _, hazard in ipairs(hazards) do
    discount = discount / (1 + eir)
    total = total + alive * hazard * discount
    alive = alive * (1 - hazard)
  end
  return total * lgd * ead
end

-- Limits of a significant rise of risk. Proposals.
M.stage2_ratio, M.stage2_rise, M.stage2_days = 2.5, 0.005, 30

-- Condition for stage 2: PD above 2.5 times and by more than half a point over that at origination, or 30 days overdue.
function M.stage2(pd_now, pd_at_origination, days_overdue)
  local risen = all(gt(pd_now, M.stage2_ratio * pd_at_origination), gt(pd_now - pd_at_origination, M.stage2_rise))
  return any(risen, ge(days_overdue, M.stage2_days))
end

-- Mean over scenarios, sum of weight x ECL; weights add up to 1.                         [unit of ECL]
function M.weighted(weights, losses)
  local total = 0
  for index, weight in ipairs(weights) do
    total = total + weight * losses[index]
  end
  return total
end

-- Highest PD under which n borrowers without any default are no surprise, 1 - (1 - confidence)^(1/n).   [ratio]
-- Source: Pluto and Tasche, "Estimating probabilities of default for low default portfolios", 2005.
function M.no_default_bound(n, confidence)
  return 1 - exp(log(1 - confidence) / n)
end

return M
