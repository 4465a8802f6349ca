-- Enforcement against a polluter as random events: how often, what one costs, and what to expect in a year.
--
-- Compound Poisson: events come at an intensity lambda a year; each brings a fine, perhaps by the day, rectification
-- and days of standstill. Two ways to use it:
--
--   deterministic   pollution.expected_loss(b, lambda, { … })         the mean, a plain formula
--   random          pollution.loss_of_year(b, count, { fine = …, … })  a path's number of events and their marks,
--                   drawn elsewhere, are the arguments
--
-- Money in CNY. Fines are small for banks; halts drive PDs. Law and anchors carry their sources; the form of the
-- intensity and every other number is a proposal.

local env_credit = require "env_credit"
local options = require "options"
local regulation = require "regulation"
local units = require "units"

local M = {}

-- ---- how often ------------------------------------------------------------------------------------------

-- lambda_s: events a year of a firm of colour blue without a record, by sector of GB/T 4754, longest prefix. Proposals.
M.base_rates = {
  A03 = 0.10, B = 0.10, C = 0.08, C13 = 0.10, C17 = 0.15, C19 = 0.20, C22 = 0.20, C26 = 0.20, C27 = 0.12, C30 = 0.12,
  C31 = 0.20, C32 = 0.20, C33 = 0.15, D44 = 0.08, D46 = 0.10, E = 0.05, N77 = 0.10,
}

-- lambda_s of a borrower's sector, 0.01 where none is listed.                                    [1/year, plain]
function M.base_rate(b)
  return table_by(b.sector, M.base_rates, 0.01)
end

-- Steps of colour away from blue; a firm without a colour stands like blue. Proposal.
M.grades = { green = -1, blue = 0, yellow = 1, red = 2, black = 3 }

-- grade of a borrower, by colour.
function M.grade(b)
  return table_by(b.env_credit, M.grades, 0)
end

M.betas = {
  grade = 0.5,   -- b1: a colour worse multiplies the intensity by 1.65 (proposal)
  past = 0.3,    -- b2: each penalty of the last three years by 1.35 (proposal)
  enforce = 1,   -- b3: `enforce` is the logarithm of the multiple of today's enforcement, log(3) for three times
}

-- Events to expect in a year:                                                                  [1/year, plain]
--   lambda = lambda_s exp( b1 grade + b2 past + b3 enforce )
-- past: penalties on record; enforce 0: as today. `betas` instead of M.betas if given. Form: proposal (log-linear
-- intensity, the usual Poisson regression).
function M.intensity(base_rate, grade, past, enforce, betas)
  local o = options.complete("pollution", M.betas, betas)
  return base_rate * exp(o.grade * grade + o.past * past + o.enforce * enforce)
end

-- Expected number in a time of some years, lambda T; a year if not given. Poisson.                        [number]
function M.expected_number(intensity, years)
  if years == nil then
    years = 1
  end
  return intensity * years
end

-- Chance of at least one event in that time, 1 - exp(-lambda T). Poisson.                                [ratio]
function M.at_least_one(intensity, years)
  return 1 - exp(-M.expected_number(intensity, years))
end

-- ---- fines: anchors -------------------------------------------------------------------------------------

-- Mean fine of a penalty decision in 2018 (15.28 billion CNY over 186,000 decisions, about 82,000; the default) or in
-- 2013 (2.36 billion over 66,000, about 36,000).                                               [CNY, plain]
-- Source: national totals as quoted in 财经研究 (2022); the division is ours.
function M.mean_fine(year)
  local day = (year or 2018) * 10000 + 1231
  return regulation.value("env_penalty_total", day) / regulation.value("env_penalty_decisions", day)
end

-- Most months of a limited production, usual and in complex cases; recalled. Source:
-- 环境保护主管部门实施限制生产、停产整治办法 (MEP Order 30, 2014). Its article 6 names the grounds for a stop: hidden pipes,
-- falsified data, heavy metals over three times the standard, more than the annual quota, still too much after limited
-- production, an accident.
M.limited_months = { 3, 6 }

-- ---- what an event costs --------------------------------------------------------------------------------

M.event = {
  fine = 0,             -- F: the fine, CNY
  days_uncorrected = 0, -- days on which it is due again, from the day after the order to correct on
  daily = 1,            -- 1 where the fine runs on by the day, 0 where not; in the mean: the share of cases
  rectification = 0,    -- X: what putting it right costs, CNY
  halt = 0,             -- H: days of standstill
  variable_share = 0.8, -- share of operating cost that stops with production (proposal)
  buffer = 0,           -- share of the lost output that stock or overtime makes good
}

local function complete(given)
  local o = options.complete("pollution", M.event, given)
  o.halt = max(units.plain(o.halt), 0)
  o.days_uncorrected = units.plain(o.days_uncorrected)
  return o
end

-- Margin of `days` without production, no more than a year's.
local function standstill(b, days, o)
  return env_credit.halt_loss(b, days, { variable_share = o.variable_share, buffer = o.buffer })
end

-- Fine and rectification of an event.
local function payments(o)
  return env_credit.fine(o.fine, o.daily * o.days_uncorrected) + o.rectification
end

-- Loss by one event:                                                                            [CNY]
--   F (1 + days_uncorrected daily) + X + (R - C_var) / 365 H (1 - buffer) ,  C_var = variable_share C
-- H at most 365. Source of the fine by the day: Environmental Protection Law, article 59 (again the original amount for
-- each day); of limits and stops of production: article 60. The sum is arithmetic.
function M.loss(b, given)
  local o = complete(given)
  return payments(o) + standstill(b, o.halt, o)
end

-- Loss of a year with `count` events of the same marks, or of marks that are the means of that path's draws:     [CNY]
--   count (F (1 + days_uncorrected daily) + X) + (R - C_var) / 365 min(count H, 365) (1 - buffer)
function M.loss_of_year(b, count, given)
  local o = complete(given)
  return count * payments(o) + standstill(b, count * o.halt, o)
end

-- Days of standstill of that year as a change of volume, -min(count H, 365) / 365 (1 - buffer), for firm.respond's
-- `revenue_change`; then M.payments_of_year is what remains as `extra_cost`.                       [ratio]
function M.halt_of_year(count, given)
  local o = complete(given)
  return env_credit.halt(count * o.halt, { buffer = o.buffer })
end

-- Fines and rectification of that year alone, count (F (1 + days_uncorrected daily) + X).               [CNY]
function M.payments_of_year(count, given)
  return count * payments(complete(given))
end

-- ---- what to expect -------------------------------------------------------------------------------------

-- Expected loss in a year of the compound Poisson process, marks in `given` being their means:         [CNY]
--   E[L] = lambda E[loss of an event]          (Wald)
-- Exact for marks that do not depend on the number of events, as long as no year reaches 365 days of standstill; where
-- lambda H comes near a year it is too high.
function M.expected_loss(b, intensity, given)
  return intensity * M.loss(b, given)
end

M.spreads = {
  fine = 1.5, -- standard deviation of the fine over its mean, lognormal (proposal)
  halt = 1,   -- standard deviation of the days of standstill over their mean, gamma (proposal; 1 is exponential)
}

-- Standard deviation of the loss of a year, marks independent, X fixed:                                [CNY]
--   Var[L] = lambda (Var[loss] + E[loss]^2) ,
--   Var[loss] = (s_F F (1 + days_uncorrected daily))^2 + (s_H (R - C_var) / 365 H (1 - buffer))^2
-- `spreads` instead of M.spreads if given. Compound Poisson.
function M.deviation(b, intensity, given, spreads)
  local o, s = complete(given), options.complete("pollution", M.spreads, spreads)
  local mean = M.loss(b, given)
  local fine = s.fine * env_credit.fine(o.fine, o.daily * o.days_uncorrected)
  local halt = s.halt * standstill(b, o.halt, o)
  return sqrt(intensity * (fine * fine + halt * halt + mean * mean))
end

local MOST = 6 -- events a year that are told apart

-- A value averaged over the number of events of the year:                                       [unit of f]
--   sum over k of P(N = k) f(k) ,  N Poisson, k up to 6 and whatever is beyond counted as 6
-- `f` is given 0, 1, … and returns the value, such as the PD, with so many events. A firm's events are independent of
-- other firms' given the intensity, so that a PD averaged over them gives the same defaults as drawing them.
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

-- A mark from a standard normal number z, lognormal with the given mean and spread s (deviation over mean):
--   mean exp( v z - v^2 / 2 ) ,  v^2 = ln(1 + s^2)                                             [unit of mean]
-- For fines and rectification of a random event. The mean is kept whatever s.
function M.lognormal(z, mean, spread)
  local variance = log(1 + spread * spread)
  return mean * exp(sqrt(variance) * z - variance / 2)
end

return M
