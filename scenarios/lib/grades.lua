-- Stress grades: S1 (best) to S9, D in default. Rules that run row by row after the simulation: ordinary Lua with plain
-- numbers; a value that is not known is nil, and what it would decide is then left alone.
--
-- All bounds are proposals, to be agreed by the authorities that use them. A grade looks at the stressed PD, its rise
-- against the baseline, the expected loss, and the interest cover where the book gives it. The activity class
-- (env_class) and the environmental-credit colour (env_credit) stand beside the grade and are no part of it.

local M = {}

-- Best first; the last is default.
M.names = { "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "D" }

-- Upper bounds of the stressed annual PD for S1 … S8; above is S9. The steps roughly double.
M.pd_bounds = { 0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16 }

-- The same for the expected loss a year over exposure: the PD bounds times a loss given default of 60 %. Only a loss that is
-- higher than the PD explains makes a grade worse, by one at most: it is the LGD that speaks then.
M.el_bounds = { 0.0006, 0.0015, 0.003, 0.006, 0.012, 0.024, 0.048, 0.096 }

-- One grade worse where the stressed PD is this many times the baseline's, at least `pd`, and has risen by `rise`.
M.ratio = { times = 2, pd = 0.01, rise = 0.005 }

-- One grade worse where income before interest does not cover the interest this many times: in the scenario's worst year
-- where its script tells the cover, else by last year's accounts.
M.least_cover = 1

-- Bounds of PDs of low-default grades (table grade_bounds): confidence, a proposal; the paper uses 50 to 99.9 %.
-- Source of the method: Pluto and Tasche, "Thinking positively" (Risk, 2005).
M.confidence = 0.75

-- Cells of sector and region: how many characters of each code count; 0: all. Three are the division of GB/T 4754.
M.sector_digits, M.region_digits = 3, 0

-- Index of the grade of a value by upper bounds, which ascend.
local function place(value, bounds)
  for index = 1, #bounds do
    if value < bounds[index] then
      return index
    end
  end
  return #bounds + 1
end

-- Whether the grade of a value is worse than the one with that index.
local function worse(value, bounds, index)
  return index <= #bounds and value >= bounds[index]
end

-- Name of the grade of a PD alone: what the bounds of low-default grades sort by, also for borrowers in default.
function M.of_pd(pd)
  return M.names[place(pd, M.pd_bounds)]
end

-- Grade and reasons of a row (its fields: warning.lua). `say` writes numbers: say.percent, say.times. Each reason is a code,
-- most with a value: what moved the grade away from that of the PD has a code that begins with "worse_".
function M.of(row, say)
  if row.in_default then
    return "D", { "in_default" }
  end
  if row.pd_stressed >= 1 then
    return "D", { "insolvent" }
  end
  local by_pd = place(row.pd_stressed, M.pd_bounds)
  local index, reasons = by_pd, {}
  local rate = row.el_rate and row.el_rate / row.years
  if rate and worse(rate, M.el_bounds, by_pd) then
    index = index + 1
    reasons[#reasons + 1] = "worse_el:" .. say.percent(rate)
  end
  if row.ratio and row.ratio >= M.ratio.times and row.pd_stressed >= M.ratio.pd and row.rise >= M.ratio.rise then
    index = index + 1
    reasons[#reasons + 1] = "worse_ratio:" .. say.times(row.ratio)
  end
  if row.cover and row.cover < M.least_cover then
    index = index + 1
    reasons[#reasons + 1] = "worse_cover:" .. say.times(row.cover)
  end
  -- The loss has a sampling error: where its interval holds both answers, the reason says so.
  if rate and row.el_lo95 and worse(row.el_lo95 / row.years, M.el_bounds, by_pd)
      ~= worse(row.el_hi95 / row.years, M.el_bounds, by_pd) then
    reasons[#reasons + 1] = "uncertain"
  end
  return M.names[index < #M.names and index or #M.names - 1], reasons
end

return M
