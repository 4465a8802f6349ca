-- From the economy to PDs, without accounts: a macro satellite in differences of log-odds.
--
--   x_t = a x_(t-1) + beta_g (g_t - g) + beta_u du_t + beta_r dr_t + beta_p dh_t ,  logit(PD_t) = logit(PD) + x_t
--
-- g growth or output gap, u unemployment, r interest rate, h house prices, each as a difference to reference (a
-- ratio: one percentage point is 0.01); a what stays of last year's shift. The form is that of the satellite models
-- of supervisory stress tests. Every number is a proposal: they have to be estimated on the banks' own default
-- series.

local logit = require "logit"

local M = {}

M.carry = 0.3 -- a (proposal)

-- Rise of logit(PD) for a rise by 1 (100 points) of unemployment, interest rate, house prices. Proposals: two points of
-- unemployment or two and a half of interest multiply the odds by 1.3, a fall of house prices by a tenth by 1.2.
M.betas = { unemployment = 12, rate = 10, house = -2 }

-- Rise of logit(PD) for an output gap of -1 (100 %), by section of GB/T 4754. Proposals; 12 to 14 double an average PD
-- at a gap of -5 %.
M.downturn_betas = {
  A = 6,     -- farming
  B = 10,    -- mining
  C = 13,    -- manufacturing
  C307 = 15, -- ceramics: follows building
  D = 6,     -- power, heat, gas, water
  E = 17,    -- building
  F = 13,    -- trade
  G = 12,    -- transport
  H = 18,    -- hotels and catering
  I = 9,     -- software
  J = 10,    -- finance
  K = 20,    -- real estate
  L = 13,    -- leasing and business services
  M = 10,    -- research
  N = 7,     -- water, environment, public facilities
  R = 15,    -- culture, sport, entertainment
}
M.downturn_beta_other = 10
M.downturn_beta_household = 10

-- x_t from x_(t-1) and terms = { { beta, change }, … }; `carry` as above by default.   [ratio, log-odds]
--   macro.shift(before.shift, { { macro.betas.unemployment, logit.change(d.unemployment) } })
function M.shift(before, terms, carry)
  if carry == nil then
    carry = M.carry
  end
  return carry * before + logit.sum(terms)
end

-- Sensitivity of a borrower to a downturn: households by their own, others by the longest prefix of their sector.
function M.sensitivity(b)
  local household = proxy(b.household, 0):gt(0)
  return where(household, M.downturn_beta_household,
    table_by(b.sector, M.downturn_betas, M.downturn_beta_other))
end

-- Shift of a year in a downturn, x_t = a x_(t-1) + beta max(-gap, 0): a boom does not lower PDs.       [log-odds]
-- gap is the output gap, -0.03 for 3 % below trend.
function M.downturn(b, gap, before)
  return M.shift(before, { { M.sensitivity(b), max(-gap, 0) } })
end

-- Drivers of the shipped recession: output falls below its trend and recovers over five years, collateral sells for
-- less for longer. All numbers are proposals.
function M.recession_drivers()
  return {
    output_gap = pathway {
      reference = 0, [2026] = -0.03, [2027] = -0.05, [2028] = -0.03, [2029] = -0.01, [2030] = 0,
    },
    lgd_rise = pathway { reference = 0, [2026] = 0.02, [2027] = 0.05, [2028] = 0.05, [2030] = 0.02 },
  }
end

-- LGD in a downturn: a rise, to at most 1 (an LGD above 1 stays what it is).                    [ratio]
function M.downturn_lgd(lgd, rise)
  return min(lgd + rise, max(lgd, 1))
end

return M
