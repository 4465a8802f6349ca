-- Dated parameters of Chinese banking and environmental regulation, and price anchors.
--
--   local regulation = require "regulation"
--   regulation.value("npl_days", 20251231)      --> 90, the value in force on that day
--
-- Days are whole numbers YYYYMMDD. Every entry carries its source by title and how certain we are of it; a
-- report that shows a value shows its certainty too:
--
--   read         read in an official page or an official text
--   second_hand  read in the press or in another institution's summary
--   recalled     from memory of the regulation: check against the original before anyone relies on it
--   plan         the district's green-finance pilot plan (Rongchang, 2023)
--   proposal     no outside authority; to be agreed by the users
--
-- A new value is a new line with its own days; an old line is never changed, so that old runs stay readable.

local M = {}

M.certainties = { "read", "second_hand", "recalled", "plan", "proposal" }

local classification = "商业银行金融资产风险分类办法 (CBIRC and PBOC Order 1 of 2023)"
local capital = "商业银行资本管理办法 (NFRA Order 4 of 2023)"
local provisions = "商业银行贷款损失准备管理办法"
local pilot = "Rongchang green-finance pilot plan, 26 September 2023"
local repair = "信用修复管理办法 (NDRC Order 36)"
local jiangsu_power = "Jiangsu differential power price by environmental credit"
local cq_score = "重庆市企业环境信用评价 (渝环规〔2021〕7号), as described in the press"
local js_points = "Jiangsu 12-point environmental credit scheme, 2019"
local pboc_test = "PBOC climate-risk sensitivity stress test, 2021"
local facility = "PBOC carbon-reduction lending facility, November 2021"
local cea = "National emission allowance prices 2024, as reported in the press"
local cea_2025 = "National emission allowance prices 2025, as reported in the press"
local penalties = "National environmental penalty decisions, as quoted in 财经研究 (2022)"
local basel = "The Basel Framework, final Basel III, as summarised by a consultancy"
local grid = "2022年电力二氧化碳排放因子 (MEE and NBS, 20 December 2024)"

-- key, value, unit, from, to (0: still in force as far as known), source, certainty
local rows = {
  { "npl_days", 90, "day", 20230701, 0, classification, "recalled" },
  { "doubtful_days", 270, "day", 20230701, 0, classification, "recalled" },
  { "loss_days", 360, "day", 20230701, 0, classification, "recalled" },
  { "cross_default_share", 0.20, "ratio", 20230701, 0, classification, "recalled" },
  { "ecl_doubtful", 0.50, "ratio", 20230701, 0, classification, "recalled" },
  { "ecl_loss", 0.90, "ratio", 20230701, 0, classification, "recalled" },
  { "technical_overdue_days", 7, "day", 20230701, 0, classification, "recalled" },
  { "upgrade_days", 183, "day", 20230701, 0, classification, "recalled" }, -- six months of paying as agreed
  { "observation_days", 365, "day", 20230701, 0, classification, "recalled" }, -- of restructured loans, at least

  { "provision_ratio", 0.025, "ratio", 20120101, 0, provisions, "read" },
  { "provision_coverage", 1.50, "ratio", 20120101, 0, provisions, "read" },
  { "provision_ratio_floor", 0.015, "ratio", 20180228, 0, "differentiated provisioning since 2018", "recalled" },
  { "provision_coverage_floor", 1.20, "ratio", 20180228, 0, "differentiated provisioning since 2018", "recalled" },

  { "cet1_ratio", 0.05, "ratio", 20240101, 0, capital, "recalled" },
  { "tier1_ratio", 0.06, "ratio", 20240101, 0, capital, "recalled" },
  { "capital_ratio", 0.08, "ratio", 20240101, 0, capital, "recalled" },
  { "conservation_buffer", 0.025, "ratio", 20240101, 0, capital, "recalled" },
  { "leverage_ratio", 0.04, "ratio", 20240101, 0, capital, "recalled" },

  { "pboc_emission_threshold", 26000, "tCO2e", 20210801, 0, pboc_test, "read" },

  { "green_loans_2025", 1e10, "CNY", 20230926, 20251231, pilot, "plan" },
  { "green_growth_2025", 0.30, "ratio", 20230926, 20251231, pilot, "plan" },
  { "green_share_2025", 0.15, "ratio", 20230926, 20251231, pilot, "plan" },

  { "cq_env_score_honest", 100, "ratio", 20220101, 0, cq_score, "second_hand" },
  { "cq_env_score_good", 80, "ratio", 20220101, 0, cq_score, "second_hand" },
  { "cq_env_score_warned", 60, "ratio", 20220101, 0, cq_score, "second_hand" },
  { "js_points_green", 11, "ratio", 20190101, 0, js_points, "read" },
  { "js_points_blue", 6, "ratio", 20190101, 0, js_points, "read" },
  { "js_points_yellow", 3, "ratio", 20190101, 0, js_points, "read" },
  { "js_points_red", 1, "ratio", 20190101, 0, js_points, "read" },

  { "repair_general_min", 3, "ratio", 20260401, 0, repair, "read" },   -- months, as all repair_*
  { "repair_minor_max", 3, "ratio", 20260401, 0, repair, "read" },
  { "repair_general_max", 12, "ratio", 20260401, 0, repair, "read" },
  { "repair_serious_min", 12, "ratio", 20260401, 0, repair, "read" },
  { "repair_serious_max", 36, "ratio", 20260401, 0, repair, "read" },

  { "relending_share", 0.60, "ratio", 20211108, 0, facility, "read" },
  { "relending_rate", 0.0175, "ratio", 20211108, 0, facility .. " (rate at creation; may have changed since)", "read" },

  { "power_surcharge_red", 0.05, "CNY/kWh", 20160101, 0, jiangsu_power, "read" },
  { "power_surcharge_black", 0.10, "CNY/kWh", 20160101, 0, jiangsu_power, "read" },

  { "env_penalty_decisions", 66000, "ratio", 20130101, 20131231, penalties, "read" },  -- a number of decisions
  { "env_penalty_decisions", 186000, "ratio", 20180101, 20181231, penalties, "read" },
  { "env_penalty_total", 2.36e9, "CNY", 20130101, 20131231, penalties, "read" },
  { "env_penalty_total", 15.28e9, "CNY", 20180101, 20181231, penalties, "read" },

  { "irb_lgd_corporate", 0.40, "ratio", 20230101, 0, basel, "second_hand" },      -- senior, unsecured
  { "irb_lgd_financial", 0.45, "ratio", 20230101, 0, basel, "second_hand" },
  { "irb_lgd_subordinated", 0.75, "ratio", 20230101, 0, basel, "second_hand" },

  { "grid_factor", 0.0005366, "tCO2e/kWh", 20220101, 0, grid, "recalled" },       -- national average

  { "cea_close", 97.49, "CNY/tCO2e", 20241231, 0, cea, "second_hand" },
  { "cea_close", 67.51, "CNY/tCO2e", 20250603, 0, cea_2025, "second_hand" },
  { "cea_low", 69, "CNY/tCO2e", 20240101, 20241231, cea, "second_hand" },
  { "cea_high", 106, "CNY/tCO2e", 20240101, 20241231, cea, "second_hand" },
}

M.entries = {}
for index, row in ipairs(rows) do
  M.entries[index] = {
    key = row[1], value = row[2], unit = row[3], from = row[4], to = row[5],
    source = row[6], certainty = row[7],
  }
end

-- The entry for `key` in force on `day` (YYYYMMDD; without a day the latest one).
function M.entry(key, day)
  local found
  for _, entry in ipairs(M.entries) do
    local in_force = not day or (entry.from <= day and (entry.to == 0 or day <= entry.to))
    if entry.key == key and in_force and (not found or entry.from > found.from) then
      found = entry
    end
  end
  if not found then
    error("regulation: there is no '" .. tostring(key) .. "'"
      .. (day and " in force on " .. tostring(day) or "") .. "; see scenarios/lib/regulation.lua", 2)
  end
  return found
end

-- Its value alone, a plain number without its unit.
function M.value(key, day)
  return M.entry(key, day).value
end

return M
