-- A downturn of the whole economy, no climate in it: the yardstick for climate scenarios, and the second half of a
-- combined one.
--
-- Output falls below its trend and recovers over five years. Each borrower's log-odds of default rise with the gap,
-- by a sensitivity of its sector, and a part of last year's rise stays:
--   shift_t = carry * shift_(t-1) + beta_sector * max(-gap_t, 0) ;  logit(PD_t) = logit(PD) + shift_t
-- (macro satellite in differences of log-odds). Collateral sells for less: LGD rises by an add-on, to at most 1.
-- All numbers are proposals: betas near 12 to 14 double an average PD at a gap of 5 %; they have to be replaced by
-- betas estimated on the banks' own default series.
--
-- What it cannot tell: which firm is hit and why. No accounts are read, so that every borrower responds, households
-- and firms without accounts too.

local carry = 0.3

-- Rise of logit(PD) for a gap of 1 (100 %), by section of GB/T 4754.
local beta = {
  A = 6,    -- farming
  B = 10,   -- mining
  C = 13,   -- manufacturing
  C307 = 15, -- ceramics: follows building
  D = 6,    -- power, heat, gas, water
  E = 17,   -- building
  F = 13,   -- trade
  G = 12,   -- transport
  H = 18,   -- hotels and catering
  I = 9,    -- software
  J = 10,   -- finance
  K = 20,   -- real estate
  L = 13,   -- leasing and business services
  M = 10,   -- research
  N = 7,    -- water, environment, public facilities
  R = 15,   -- culture, sport, entertainment
}
local beta_other = 10
local beta_household = 10

return scenario {
  name = "recession",
  title = { en = "Recession", zh = "经济衰退" },
  years = { 2026, 2030 },
  source = "Proposal",
  note = "No climate shock: for comparison with climate scenarios.",

  drivers = {
    output_gap = pathway {
      reference = 0, [2026] = -0.03, [2027] = -0.05, [2028] = -0.03, [2029] = -0.01, [2030] = 0,
    },
    lgd_rise = pathway { reference = 0, [2026] = 0.02, [2027] = 0.05, [2028] = 0.05, [2030] = 0.02 },
  },

  initial = { shift = 0 },

  borrower = function (b, d, before)
    local household = proxy(b.household, 0):gt(0)
    local sensitivity = where(household, beta_household, table_by(b.sector, beta, beta_other))
    local shift = carry * before.shift + sensitivity * max(-d.output_gap, 0)
    return {
      pd = where(shift:eq(0), b.pd, logistic(logit(b.pd) + shift)),
      state = { shift = shift },
    }
  end,

  loan = function (l, b, d)
    return { lgd = min(l.lgd + d.lgd_rise, max(l.lgd, 1)) }
  end,
}
