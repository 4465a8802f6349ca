-- Enforcement of environmental law against a firm: fines, halts, rectification, as events of a year.
--
-- The number of events of a firm is Poisson, independent of other firms' given the campaign. So the engine need not draw
-- them: a PD that is averaged over their number (`mixed`) gives the same defaults. Money in CNY, days in days.

local options = require "options"

local M = {}

-- Mean fine of administrative penalty decisions: 15.28 billion yuan over 186,000 decisions in 2018, 2.36 billion over
-- 66,000 in 2013 (as quoted in 财经研究, 2022).                                                    [CNY]
M.mean_fine_2018 = 15.28e9 / 186000
M.mean_fine_2013 = 2.36e9 / 66000

M.intensity_defaults = {
  grade = 0.5,   -- rise of the log intensity by one step of colour (proposal)
  past = 0.3,    -- by one decision of the last years (proposal)
  enforce = 1,   -- by the campaign's strength (proposal)
}

-- Expected number of events a year, lambda exp( b1 grade + b2 past + b3 enforce ).                    [1/year]
-- `base` of a clean firm in the sector; the form is that of compound Poisson models of claims.
function M.intensity(base, grade, past, enforce, given)
  local o = options.complete("pollution", M.intensity_defaults, given)
  return base * exp(o.grade * grade + o.past * past + o.enforce * enforce)
end

M.event_defaults = {
  days_uncorrected = 0, -- days after the order to correct, each at the original amount again where fines run on daily
  daily = 1,            -- 1: they do (Environmental Protection Law, article 59); 0: they don't
  rectification = 0,    -- CNY to put the plant right
  halt_days = 0,        -- days of stopped production
  buffer = 0,           -- share of a halt that stocks bridge
}

-- What one event costs, F (1 + days daily) + X + (R - C_var) halt / 365 (1 - buffer).                    [CNY]
-- `contribution` is R - C_var of a year. Source of the running fine: Environmental Protection Law, article 59.
function M.event(fine, contribution, given)
  local o = options.complete("pollution", M.event_defaults, given)
  local lost = max(contribution, 0 * contribution) * clip(o.halt_days / 365, 0, 1) * (1 - o.buffer)
  return fine * (1 + o.days_uncorrected * o.daily) + o.rectification + lost
end

-- Expected cost of a year, lambda x mean cost of an event: the mean of a compound Poisson sum.            [CNY]
function M.expected(intensity, mean_cost)
  return intensity * mean_cost
end

local MOST = 6 -- events a year that are told apart; what lies beyond counts as the last

-- A value averaged over the number of events of the year, sum over k of P(N = k) f(k), N Poisson.
-- `f` is given 0, 1, ... and returns the value, such as a PD, with so many events.
function M.mixed(intensity, f)
  local probability = exp(-1 * intensity)
  local sum, left = probability * f(0), 1 - probability
  for k = 1, MOST - 1 do
    probability = probability * intensity / k
    sum = sum + probability * f(k)
    left = left - probability
  end
  return sum + max(left, 0) * f(MOST)
end

return M
