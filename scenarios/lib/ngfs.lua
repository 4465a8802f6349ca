-- What `plimsoll scenario import ngfs` knows of the scenarios of the Network for Greening the Financial System: their
-- names in different files, the variables that carry a warning, their units. Only what stands here is done; nothing is
-- guessed. The numbers themselves come with the user's file: none are shipped.

local money = require "money"

local M = {}

-- ---- names ----

-- Long-term scenarios of phases III to V and the short-term ones of 2025, by the names that files give them. A key is a name in small letters
-- without blanks, `_`, `-`, degree signs and the `?` of a broken one; a leading "ngfs" is left out too.
M.scenarios = {
  netzero2050 = "Net Zero 2050",
  nz2050 = "Net Zero 2050",
  lowdemand = "Low Demand",
  below2c = "Below 2°C",
  b2ds = "Below 2°C",
  delayedtransition = "Delayed Transition",
  fragmentedworld = "Fragmented World",
  ["nationallydeterminedcontributions(ndcs)"] = "Nationally Determined Contributions (NDCs)",
  nationallydeterminedcontributions = "Nationally Determined Contributions (NDCs)",
  ndcs = "Nationally Determined Contributions (NDCs)",
  ndc = "Nationally Determined Contributions (NDCs)",
  currentpolicies = "Current Policies",
  highwaytoparis = "Highway to Paris",
  suddenwakeupcall = "Sudden Wake-Up Call",
  disastersandpolicystagnation = "Disasters and Policy Stagnation",
  divergingrealities = "Diverging Realities",
  divergentnetzero = "Divergent Net Zero",
  dn0 = "Divergent Net Zero",
}

-- { name, key } -> { name }: the name as we write it; one that isn't in the list stays as it is.
function M.scenario(row)
  local key = row.key
  if string.sub(key, 1, 4) == "ngfs" then
    key = string.sub(key, 5)
  end
  return { name = M.scenarios[key] or row.name }
end

-- { name } -> { name }: "NiGEM NGFS v1.24.2|China" is China: what stands after the last bar.
function M.region(row)
  local name = row.name
  local bar = string.find(name, "|", 1, true)
  while bar do
    name = string.sub(name, bar + 1)
    bar = string.find(name, "|", 1, true)
  end
  return { name = name }
end

-- ---- the warning ----

-- NGFS tells its users that the damage function of Kotz, Levermann and Wenz (Nature, 2024) has met criticism there;
-- the article was retracted in December 2025 (from memory). Affected: REMIND with "Integrated Physical Damages", all
-- NiGEM results "physical" and "combined", and variables called after the authors.
local kotz_wenz = {
  warning = "Kotz-Wenz: rests on the damage function of Kotz, Levermann and Wenz (Nature, 2024), which NGFS warns of",
  zh = "Kotz-Wenz：依据 Kotz、Levermann 与 Wenz（Nature，2024）的损失函数，NGFS 已提示其存在争议",
}
-- Which damage function a GDP variable "including chronic physical risk damage" rests on, its name doesn't say: a
-- cautious choice (proposal).
local chronic = {
  warning = "Kotz-Wenz: a GDP with physical damage; its damage function is not named and may be that of Kotz, Levermann "
    .. "and Wenz (Nature, 2024), which NGFS warns of (proposal)",
  zh = "Kotz-Wenz：含物理损害的 GDP，未说明损失函数，可能依据 NGFS 提示存在争议的 Kotz、Levermann 与 Wenz（Nature，2024）（建议口径）",
}

local function has(text, piece)
  return string.find(text, piece, 1, true) ~= nil
end

-- { model, scenario, variable } in small letters -> { warning, zh } or an empty table.
function M.warning(row)
  local all = row.model .. " " .. row.scenario .. " " .. row.variable
  local nigem = has(row.model, "nigem") or row.model == ""   -- only its variables have these suffixes
  if has(all, "kotz") or has(all, "integrated physical damages")
    or nigem and (has(row.variable, "(combined)") or has(row.variable, "(physical)")) then
    return kotz_wenz
  end
  if has(row.variable, "gdp") and has(row.variable, "chronic physical risk damage") then
    return chronic
  end
  return {}
end

-- ---- units ----

-- Exact conversions to units of scenarios: unit, factor. A year's flow carries no "a year".
M.units = {
  ["%"] = { "ratio", 0.01 },
  ["K"] = { "degC", 1 },     -- a rise of temperature, not a temperature
  ["°C"] = { "degC", 1 },
  ["Mt CO2/yr"] = { "tCO2e", 1e6 },
  ["Mt CO2e/yr"] = { "tCO2e", 1e6 },
  ["Mt CO2-equiv/yr"] = { "tCO2e", 1e6 },
  ["EJ/yr"] = { "kWh", 1e12 / 3.6 },
}

-- Dollars per what: unit, factor. A tonne of CO2 is a tonne of CO2 equivalents.
M.per = {
  ["t CO2"] = { "CNY/tCO2e", 1 },
  ["t CO2e"] = { "CNY/tCO2e", 1 },
  ["t CO2-equiv"] = { "CNY/tCO2e", 1 },
  ["tCO2"] = { "CNY/tCO2e", 1 },
  ["GJ"] = { "CNY/kWh", 0.0036 },
  ["MWh"] = { "CNY/MWh", 1 },
  ["yr"] = { "CNY", 1 },
}
M.dollars = { ["US$"] = 1, ["USD_"] = 1, ["million US$"] = 1e6, ["billion US$"] = 1e9 }

-- The year and the unit of "billion US$2010/yr": 2010, { "CNY", 1e9 }; nil if it isn't money that we know.
local function money_unit(text)
  local slash = string.find(text, "/", 1, true)
  if not slash or slash < 5 then
    return nil
  end
  local year = tonumber(string.sub(text, slash - 4, slash - 1))
  local scale, per = M.dollars[string.sub(text, 1, slash - 5)], M.per[string.sub(text, slash + 1)]
  if not year or year < 1900 or year > 2300 or year % 1 ~= 0 or not scale or not per then
    return nil
  end
  return year, { per[1], scale * per[2] }
end

-- { unit, variable (small letters), currency, price_year } -> { unit, factor, en, zh }; { refused } where a conversion
-- that was asked for isn't possible; { money = 1 } where money waits for a price year; {} where the unit stays.
function M.convert(row)
  local plain = M.units[row.unit]
  if plain then
    local text = string.format("%s = %.10g %s", row.unit, plain[2], plain[1])
    return { unit = plain[1], factor = plain[2], en = "1 " .. text, zh = "1 " .. text }
  end
  local year, target = money_unit(row.unit)
  if not year then
    return {}
  end
  if not row.price_year then
    return { money = 1 }
  end
  if row.currency ~= "CNY" then
    return { refused = "money is converted to CNY only, not to " .. row.currency }
  end
  if has(row.variable, "ppp") then
    return { refused = "dollars at purchasing power parity can't be converted at an exchange rate" }
  end
  local found = money.factor { from = year, to = row.price_year }
  if found.refused then
    return found
  end
  return { unit = target[1], factor = found.factor * target[2], en = found.en, zh = found.zh }
end

return M
