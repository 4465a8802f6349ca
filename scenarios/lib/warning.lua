-- Stress grades and warning levels: rules that run row by row after the simulation. Ordinary Lua with plain numbers;
-- a value that is not known is nil.
--
-- All thresholds are proposals: the central bank's branch, the financial regulator and the district have to agree
-- on them. The four colours are the national ones (blue, yellow, orange, red, from mild to severe).
--
-- Each function gets one row as a table and returns one table; reasons are short codes joined by ";", their
-- sentences stand at the end of this file.

local M = {}

M.levels = { "blue", "yellow", "orange", "red" }

-- Lower bound of blue, yellow, orange, red.
M.thresholds = {
  pd_stressed = { 0.03, 0.06, 0.12, 0.25 },      -- a borrower's stressed annual PD
  pd_ratio = { 1.5, 2, 3, 5 },                   -- stressed over baseline PD
  el_rate_annual = { 0.008, 0.015, 0.03, 0.05 }, -- expected loss a year over exposure
  npl_ratio = { 0.02, 0.03, 0.05, 0.08 },        -- NPL over exposure at the end of the horizon, nothing written off
}

-- The ratio says nothing about a PD that stays small: it counts only from this stressed PD and this rise on.
M.ratio_least_pd, M.ratio_least_rise = 0.01, 0.005

-- Upper bounds of the stressed annual PD for S1 … S8; above is S9; D is default. The steps roughly double.
M.grade_bounds = { 0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16 }

-- Five classes: a borrower that defaults in a scenario moves to at least this class, 3 = 次级 (substandard). Basis: more
-- than 90 days overdue is at least substandard, 商业银行金融资产风险分类办法 (2023). Worse classes stay as they are.
M.stressed_default_class = 3

local function rank(value, bounds)
  local reached = 0
  for index, bound in ipairs(bounds) do
    if value >= bound then
      reached = index
    end
  end
  return reached
end

local function level_name(index)
  return M.levels[index] or "none"
end

-- "12%", "0.35%": two decimals at most, made of whole numbers so that no locale can change the point.
local function percent_text(value)
  local hundredths = math.floor(math.abs(value) * 10000 + 0.5)
  local whole, rest = hundredths // 100, hundredths % 100
  local text = (value < 0 and "-" or "") .. whole
  if rest % 10 ~= 0 then
    text = text .. "." .. rest // 10 .. rest % 10
  elseif rest ~= 0 then
    text = text .. "." .. rest // 10
  end
  return text .. "%"
end

-- "2.4": one decimal.
local function times_text(value)
  local tenths = math.floor(value * 10 + 0.5)
  return tenths // 10 .. "." .. tenths % 10
end

-- Stress grade, S1 (best) to S9, D: in default, or certain to default in this scenario.
function M.grade(row)
  if row.in_default or row.pd_stressed >= 1 then
    return "D"
  end
  for index, bound in ipairs(M.grade_bounds) do
    if row.pd_stressed < bound then
      return "S" .. index
    end
  end
  return "S9"
end

-- row: pd_base, pd_stressed, ratio (stressed / base, nil where base is 0), rise (stressed - base),
-- in_default (1 or nil), household (1, 0 or nil), sector, region.
-- Returns grade, level, reasons, and of the indicator that gives the level: indicator, unit, value.
function M.borrower(row)
  local reasons = {}
  local by_pd = rank(row.pd_stressed, M.thresholds.pd_stressed)
  local by_ratio = 0
  if row.ratio and not row.in_default
      and row.pd_stressed >= M.ratio_least_pd and row.rise >= M.ratio_least_rise then
    by_ratio = rank(row.ratio, M.thresholds.pd_ratio)
  end
  if by_pd > 0 then
    reasons[#reasons + 1] = "pd_high:" .. percent_text(row.pd_stressed)
  end
  if by_ratio > 0 then
    reasons[#reasons + 1] = "pd_ratio:" .. times_text(row.ratio)
  end
  if row.in_default then
    reasons[#reasons + 1] = "in_default"       -- counted in the opening NPL; the level looks at the PD alone
  elseif row.pd_stressed >= 1 and row.pd_base < 1 then
    reasons[#reasons + 1] = "insolvent"
  end
  local answer = {
    grade = M.grade(row),
    level = level_name(math.max(by_pd, by_ratio)),
    reasons = table.concat(reasons, ";"),
    indicator = "pd_stressed",
    unit = "ratio",
    value = row.pd_stressed,
  }
  if by_ratio > by_pd then
    answer.indicator, answer.unit, answer.value = "pd_ratio", "times", row.ratio
  end
  return answer
end

-- row: subject (sector, region, bank, district), key, indicator (el_rate_annual, npl_ratio), value, lo95, hi95.
-- A level is reached only where the lower 95 % bound reaches it, so that Monte Carlo noise raises none; where the
-- interval reaches into the next level, the reason says "uncertain". Returns level, reasons, unit.
function M.subject(row)
  local bounds = M.thresholds[row.indicator]
  if not bounds then
    error("warning: no thresholds for the indicator '" .. tostring(row.indicator) .. "'")
  end
  local answer = { level = "none", reasons = "", unit = "ratio" }
  if not row.value then
    return answer
  end
  local reasons = {}
  if rank(row.value, bounds) > 0 then
    reasons[#reasons + 1] = row.indicator .. ":" .. percent_text(row.value)
  end
  if not row.lo95 then
    reasons[#reasons + 1] = "no_interval"
  else
    local sure = rank(row.lo95, bounds)
    answer.level = level_name(sure)
    if rank(row.hi95, bounds) > sure then
      reasons[#reasons + 1] = "uncertain"
    end
  end
  answer.reasons = table.concat(reasons, ";")
  return answer
end

-- What the codes say, for reports.
M.sentences = {
  pd_high = { en = "The stressed annual PD is {value}.", zh = "压力情景下的年违约概率为 {value}。" },
  pd_ratio = { en = "The stressed PD is {value} times the baseline PD.",
    zh = "压力情景下的违约概率是基准的 {value} 倍。" },
  in_default = { en = "Already in default at the date of the book.", zh = "在基准日已经违约。" },
  insolvent = { en = "Insolvent in this scenario: default is certain.", zh = "在该情景下资不抵债，必然违约。" },
  el_rate_annual = { en = "Expected loss a year is {value} of the exposure.", zh = "年预期损失率为 {value}。" },
  npl_ratio = { en = "The stressed NPL ratio is {value}.", zh = "压力情景下的不良率为 {value}。" },
  uncertain = { en = "The 95 % interval reaches into the next level; more paths would decide.",
    zh = "95% 置信区间跨越更高等级，需要更多模拟路径。" },
  no_interval = { en = "No sampling error is known, so no level is raised.",
    zh = "抽样误差未知，不提高等级。" },
}

return M
