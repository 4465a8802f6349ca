-- Warning levels: rules that run row by row after the simulation. Ordinary Lua with plain numbers; a value that is not
-- known is nil. Stress grades are in grades.lua, what to do about a warning in playbook.lua.
--
-- All thresholds are proposals: the central bank's branch, the financial regulator and the district have to agree
-- on them. The four colours are the national ones (blue, yellow, orange, red, from mild to severe).
--
-- Each function gets one row as a table and returns one table, and keeps nothing from row to row: many copies of this
-- file work side by side. Reasons are short codes joined by ";", their sentences stand at the end of this file.

local grades = require "grades"
local playbook = require "playbook"

-- Rules run a million times: a local name is found faster than a member of a library.
local abs, concat, floor, format = math.abs, table.concat, math.floor, string.format

local M = {}

M.levels = { "blue", "yellow", "orange", "red" }

-- Bounds of blue, yellow, orange, red: lower bounds, or upper ones with low_is_bad. `unit` of the value.
M.indicators = {
  pd_stressed = { 0.03, 0.06, 0.12, 0.25, unit = "ratio" },      -- a borrower's stressed annual PD
  pd_ratio = { 1.5, 2, 3, 5, unit = "times" },                   -- stressed over baseline PD
  interest_cover = { 2.5, 1.5, 1, 0.5, unit = "times", low_is_bad = true }, -- EBIT over interest, stressed where the
                                                                 -- scenario tells it, else last year's
  env_credit = { 3, 6, 9, 12, unit = "points" },                 -- environmental credit, see M.env_points
  el_rate_annual = { 0.008, 0.015, 0.03, 0.05, unit = "ratio" }, -- expected loss a year over exposure
  npl_ratio = { 0.02, 0.03, 0.05, 0.08, unit = "ratio" },        -- NPL over exposure at the end of the horizon, nothing
                                                                 -- written off
  es_999_buffer = { 0.25, 0.5, 0.75, 1, unit = "ratio" },        -- a bank's ES 99.9 over its capital above requirement
  capital_breach = { 0.001, 0.01, 0.05, 0.1, unit = "ratio" },   -- P(capital ratio below the requirement)
}

-- Indicators of a borrower, all watched apart; its level is the highest.
M.of_borrower = { "pd_stressed", "pd_ratio", "interest_cover", "env_credit" }

-- The requirement of table `breaches` that capital_breach looks at.
M.requirement = "total_minimum"

-- A level goes up at once, as far as the lower 95 % bound reaches. It comes down one step, and only after the upper bound
-- has stayed below (1 - margin) of the level's bound in so many runs in a row, and the level has stood for so many months
-- of the books' dates.
M.margin, M.calm_runs = 0.15, 3
M.months = { 1, 2, 3, 6 } -- blue, yellow, orange, red

-- The ratio says nothing about a PD that stays small: it counts only from this stressed PD and this rise on.
M.ratio_least_pd, M.ratio_least_rise = 0.01, 0.005

-- Points of the colours of environmental credit, on the scale of env_credit above: yellow is blue, red orange, black red.
M.env_points = { green = 0, blue = 0, yellow = 3, red = 9, black = 12 }

-- "12%", "0.35%": two decimals at most, made of whole numbers so that no locale can change the point.
local function percent_text(value)
  local hundredths = floor(abs(value) * 10000 + 0.5)
  local whole, rest = hundredths // 100, hundredths % 100
  local text = (value < 0 and "-" or "") .. whole
  if rest % 10 ~= 0 then
    text = text .. "." .. rest // 10 .. rest % 10
  elseif rest ~= 0 then
    text = text .. "." .. rest // 10
  end
  return text .. "%"
end

-- "5.1", "0.96": one decimal, two below 3, where bounds lie close together.
local function times_text(value)
  local hundredths = floor(abs(value) * 100 + 0.5)
  if hundredths >= 300 then
    hundredths = floor(abs(value) * 10 + 0.5) * 10
  end
  local whole, rest = hundredths // 100, hundredths % 100
  local digits = rest % 10 == 0 and rest // 10 or format("%02d", rest)
  return (value < 0 and hundredths > 0 and "-" or "") .. whole .. "." .. digits
end

local say = { percent = percent_text, times = times_text }

-- What holds for the run as a whole.
function M.setup()
  return {
    grades = concat(grades.names, ";"),
    confidence = grades.confidence,
    sector_digits = grades.sector_digits,
    region_digits = grades.region_digits,
    indicators = concat(M.of_borrower, ";"),
    requirement = M.requirement,
  }
end

-- row: indicator. Returns its bounds and unit, and how it comes down.
function M.indicator(row)
  local bounds = M.indicators[row.indicator]
  if not bounds then
    error("warning: no thresholds for the indicator '" .. tostring(row.indicator) .. "'")
  end
  local answer = { unit = bounds.unit, low_is_bad = bounds.low_is_bad, margin = M.margin, calm_runs = M.calm_runs }
  for index, level in ipairs(M.levels) do
    answer[level] = bounds[index]
    answer[level .. "_months"] = M.months[index]
  end
  return answer
end

-- Whether the ratio counts; where it does not, its value is that of no rise.
local function ratio_of(row)
  if row.ratio and not row.in_default
      and row.pd_stressed >= M.ratio_least_pd and row.rise >= M.ratio_least_rise then
    return row.ratio
  end
  return 1
end

-- row: pd_base, pd_stressed, ratio (stressed / base, nil where base is 0), rise (stressed - base), el_rate (expected loss
-- over the horizon / exposure) with el_lo95 and el_hi95, years, cover (interest cover: see interest_cover), in_default
-- (1 or nil), household (1, 0 or nil), sector, region, env_class, env_credit.
-- Returns grade, pd_grade (that of the baseline PD alone), reasons, and the value of each indicator of M.of_borrower.
function M.borrower(row)
  local grade, of_grade = grades.of(row, say)
  local ratio, points = ratio_of(row), row.env_credit and M.env_points[row.env_credit]
  local high = row.pd_stressed >= M.indicators.pd_stressed[1]
  local reasons = { (high and "pd_high:" or "pd:") .. percent_text(row.pd_stressed) }
  if ratio >= M.indicators.pd_ratio[1] then
    reasons[#reasons + 1] = "pd_ratio:" .. times_text(ratio)
  end
  if row.cover and not row.in_default and row.cover <= M.indicators.interest_cover[1] then
    reasons[#reasons + 1] = "interest_cover:" .. times_text(row.cover)
  end
  if points and points >= M.indicators.env_credit[1] then
    reasons[#reasons + 1] = "env_credit:" .. row.env_credit
  end
  for index = 1, #of_grade do
    reasons[#reasons + 1] = of_grade[index]
  end
  return {
    grade = grade,
    pd_grade = grades.of_pd(row.pd_base),
    reasons = concat(reasons, ";"),
    pd_stressed = row.pd_stressed,
    pd_ratio = ratio,
    interest_cover = not row.in_default and row.cover or nil,
    env_credit = points,
  }
end

local function value_text(row)
  local unit = M.indicators[row.indicator].unit
  if unit == "ratio" then
    return percent_text(row.value)
  end
  return times_text(row.value)
end

-- row: subject (borrower, sector, region, cell, bank, district), key, indicator, value, lo95, hi95, level, status, uncertain
-- (1 where the 95 % interval straddles the bound of the level or of the next one), held (1 where only earlier runs explain
-- the level). Returns reasons.
function M.reason(row)
  local reasons = {}
  local bounds = M.indicators[row.indicator]
  if not row.value then
    reasons[1] = "no_value"
  elseif row.indicator == "es_999_buffer" and row.value == math.huge then
    reasons[1] = "no_buffer"
  elseif (bounds.low_is_bad and row.value <= bounds[1]) or (not bounds.low_is_bad and row.value >= bounds[1])
      or row.level ~= "none" or row.status ~= "" then
    local code = row.indicator == "pd_stressed" and row.value >= bounds[1] and "pd_high" or row.indicator
    reasons[1] = code .. ":" .. value_text(row)
  end
  if row.value and not row.lo95 then
    reasons[#reasons + 1] = "no_interval"
  end
  if row.uncertain then
    reasons[#reasons + 1] = "uncertain"
  end
  if row.held then
    reasons[#reasons + 1] = "kept"
  end
  return { reasons = concat(reasons, ";") }
end

-- What the codes say, for reports.
M.sentences = {
  pd = { en = "The stressed annual PD is {value}.", zh = "压力情景下的年违约概率为 {value}。" },
  pd_high = { en = "The stressed annual PD is {value}, at or above the bound of blue.",
    zh = "压力情景下的年违约概率为 {value}，达到或超过蓝色预警线。" },
  pd_stressed = { en = "The stressed annual PD is {value}.", zh = "压力情景下的年违约概率为 {value}。" },
  pd_ratio = { en = "The stressed PD is {value} times the baseline PD.",
    zh = "压力情景下的违约概率是基准的 {value} 倍。" },
  interest_cover = { en = "Income before interest covers the interest {value} times.", zh = "息税前利润为利息的 {value} 倍。" },
  env_credit = { en = "Environmental credit: {value} (colour or points).", zh = "企业环境信用：{value}（等级或分值）。" },
  worse_el = { en = "One grade worse: the expected loss a year is {value} of the exposure, more than the PD explains.",
    zh = "下调一级：年预期损失率为 {value}，高于违约概率所对应的水平。" },
  worse_ratio = { en = "One grade worse: the PD rises to {value} times the baseline's.",
    zh = "下调一级：违约概率升至基准的 {value} 倍。" },
  worse_cover = { en = "One grade worse: income covers the interest {value} times only.",
    zh = "下调一级：利息保障倍数仅为 {value}。" },
  in_default = { en = "Already in default at the date of the book.", zh = "在基准日已经违约。" },
  insolvent = { en = "Insolvent in this scenario: default is certain.", zh = "在该情景下资不抵债，必然违约。" },
  el_rate_annual = { en = "Expected loss a year is {value} of the exposure.", zh = "年预期损失率为 {value}。" },
  npl_ratio = { en = "The stressed NPL ratio is {value}.", zh = "压力情景下的不良率为 {value}。" },
  es_999_buffer = { en = "ES 99.9 is {value} of the capital above the requirement.",
    zh = "ES 99.9% 为超额资本的 {value}。" },
  capital_breach = { en = "The capital ratio falls below the requirement with a probability of {value}.",
    zh = "资本充足率低于监管要求的概率为 {value}。" },
  no_buffer = { en = "No capital above the requirement.", zh = "没有超出监管要求的资本。" },
  uncertain = { en = "The 95 % interval straddles a bound; more paths would decide.",
    zh = "95% 置信区间跨越等级界限，需要更多模拟路径。" },
  no_interval = { en = "No sampling error is known, so no level is raised.",
    zh = "抽样误差未知，不提高等级。" },
  no_value = { en = "The value is not known any more, so the level stays.", zh = "指标值缺失，维持原级别。" },
  kept = { en = "The level stands from earlier runs: it is lowered only after several calm runs and some months.",
    zh = "沿用此前级别：须连续多期平稳且满最短期限后方可下调。" },
}

-- row: index, from 1. Returns a line of the playbook, or nothing after the last.
function M.play(row)
  local line = playbook.lines[row.index]
  if not line then
    return {}
  end
  return { subject = line[1], level = line[2], action_en = line[3].en, action_zh = line[3].zh, owner_en = line[4].en,
    owner_zh = line[4].zh, due_days = line[5] }
end

local codes = {}
for code in pairs(M.sentences) do
  codes[#codes + 1] = code
end
table.sort(codes)

-- row: index, from 1. Returns a reason's code and what it says, or nothing after the last.
function M.sentence(row)
  local code = codes[row.index]
  if not code then
    return {}
  end
  return { code = code, en = M.sentences[code].en, zh = M.sentences[code].zh }
end

return M
