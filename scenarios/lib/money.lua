-- Money of one year and currency in money of another: deflators and exchange rates, each dated and with its source.
--
--   local money = require "money"
--   money.cny_per_dollar(2010, 2024)     --> 9.94966: CNY of 2024 for one US dollar of 2010
--
-- The way: dollars of the first year become dollars of the price year by the US deflator of gross domestic product,
-- and these become yuan at the average exchange rate of the price year. Going the other way round (yuan of the first
-- year, then the Chinese deflator) gives another number; which one to take is a convention: *proposal*.
--
-- Certainties as in regulation.lua (`second_hand`, `recalled`: check against the original before anyone relies on
-- it). A new year is a new line.

local M = {}

local annual = "US BEA, implicit price deflator of GDP, 2017 = 100, FRED A191RD3A086NBEA of January 2025"
local quarterly = "US BEA, implicit price deflator of GDP, 2017 = 100, FRED GDPDEF of 2025, mean of four quarters"
local nbs = "average of the year, 国家统计局 国民经济和社会发展统计公报"

-- year, index, source, certainty
M.us_deflator = {
  { 2010, 89.632, annual, "second_hand" },
  { 2011, 91.481, annual, "second_hand" },
  { 2012, 93.185, annual, "second_hand" },
  { 2013, 94.771, annual, "second_hand" },
  { 2014, 96.421, annual, "second_hand" },
  { 2015, 97.316, annual, "second_hand" },
  { 2016, 98.241, annual, "second_hand" },
  { 2017, 100, annual, "second_hand" },
  { 2018, 102.291, annual, "second_hand" },
  { 2019, 103.979, annual, "second_hand" },
  { 2020, 105.361, annual, "second_hand" },
  { 2021, 110.172, annual, "second_hand" },
  { 2022, 118.026, annual, "second_hand" },
  { 2023, 122.273, annual, "second_hand" },
  { 2024, 125.224, quarterly, "second_hand" },
}

-- year, CNY for one US dollar, source, certainty
M.cny_per_usd = {
  { 2020, 6.8976, nbs, "recalled" },
  { 2021, 6.4515, nbs, "recalled" },
  { 2022, 6.7261, nbs, "recalled" },
  { 2023, 7.0467, nbs, "recalled" },
  { 2024, 7.1217, nbs, "recalled" },
}

-- The row of a year, or nil and the years that there are.
local function row_of(rows, year)
  for _, row in ipairs(rows) do
    if row[1] == year then
      return row
    end
  end
  return nil, string.format("%d to %d", rows[1][1], rows[#rows][1])
end

-- CNY of year `to` for one US dollar of year `from`. Gives { factor, en, zh }, or { refused } with the reason.
function M.factor(options)
  local from, from_years = row_of(M.us_deflator, options.from)
  local to, to_years = row_of(M.us_deflator, options.to)
  local rate, rate_years = row_of(M.cny_per_usd, options.to)
  if not from or not to then
    return { refused = string.format("scenarios/lib/money.lua has the US deflator of %s, not of %d",
      from_years or to_years, from and options.to or options.from) }
  end
  if not rate then
    return { refused = string.format("scenarios/lib/money.lua has exchange rates of %s, not of %d", rate_years,
      options.to) }
  end
  local inflation = to[2] / from[2]
  local factor = inflation * rate[2]
  local numbers = string.format("%.6g (%d; %s; %s) / %.6g (%d; %s; %s) = %.6g", to[2], options.to, to[3], to[4],
    from[2], options.from, from[3], from[4], inflation)
  return {
    factor = factor,
    en = string.format("US$%d 1 = CNY %.6g of %d: deflator %s, then exchange rate %.6g (%s; %s); in this order: proposal",
      options.from, factor, options.to, numbers, rate[2], rate[3], rate[4]),
    zh = string.format("%d 年 1 美元 = %d 年人民币 %.6g 元：平减指数 %s，再按汇率 %.6g（%s；%s）；先平减后换汇：建议口径",
      options.from, options.to, factor, numbers, rate[2], rate[3], rate[4]),
  }
end

-- The number alone; an error where it isn't known.
function M.cny_per_dollar(from, to)
  local found = M.factor { from = from, to = to }
  if found.refused then
    error(found.refused, 2)
  end
  return found.factor
end

return M
