-- Proxies: what stands in for a PD, an LGD, emissions or a colour that a bank's export lacks. For maps of `book import`:
--
--   local proxies = require "proxies"
--   return map { …, proxies = proxies.rules {} }
--
-- Plain tables, no formulas: what the rules do with them is in docs/method.md, "Proxies". What a bank states is never
-- changed; what is filled is marked in pd_source, lgd_source, emission_source and counted by rows and balance.
--
-- Every number is a proposal unless a source stands beside it. "recalled" marks a published figure that was written
-- down from memory: check it against the original before anyone relies on it.

local M = {}

-- ---- PD -------------------------------------------------------------------------------------------------

-- Annual PD by the worst class (1 正常 … 5 损失) and the most days overdue among a borrower's loans; `sectors` by GB/T 4754,
-- the longest prefix counts. From `overdue` days on until the next row of the class. Proposals, except the steps: 90 days
-- is the definition of default (商业银行金融资产风险分类办法, 2023), 30 and 60 days are customary buckets. Loans of classes 3 to 5
-- are in default already; their rows are for what else the borrower owes.
M.pd = {
  { class = 1, overdue = 0, pd = 0.012, sectors = {
    A = 0.020, C = 0.014, C307 = 0.018, D = 0.006, E = 0.020, F = 0.018, H = 0.025, K = 0.030, P = 0.006, Q = 0.006 } },
  { class = 1, overdue = 1, pd = 0.040 },
  { class = 1, overdue = 31, pd = 0.100 },
  { class = 1, overdue = 61, pd = 0.200 },
  { class = 2, overdue = 0, pd = 0.080 },
  { class = 2, overdue = 1, pd = 0.120 },
  { class = 2, overdue = 31, pd = 0.200 },
  { class = 2, overdue = 61, pd = 0.350 },
  { class = 3, overdue = 0, pd = 0.500 },
  { class = 4, overdue = 0, pd = 0.700 },
  { class = 5, overdue = 0, pd = 0.900 },
  -- No class: finance bodies that keep days overdue alone (microloan companies, pawnshops, leasing, factoring).
  { overdue = 0, pd = 0.030, sectors = {
    A = 0.035, C = 0.030, D = 0.015, E = 0.040, F = 0.035, H = 0.045, K = 0.045 } },
  { overdue = 1, pd = 0.080 },
  { overdue = 31, pd = 0.180 },
  { overdue = 61, pd = 0.350 },
  { overdue = 91, pd = 0.600 },
}

-- Neither class nor days overdue: finance bodies that keep no such record.
M.pd_otherwise = 0.050

-- Pools with few defaults: the upper confidence bound of the PD in place of the table, for borrowers of class 1 (or
-- none) and nothing overdue. Source of the method: Pluto and Tasche, "Thinking positively" (Risk, 2005). Confidence,
-- least size and most defaults are proposals (the paper: below 95 %); correlation 0.12 is the paper's example and the
-- lower end of the Basel IRB function for corporates.
M.pluto_tasche = {
  confidence = 0.75,
  correlation = 0.12,
  by = "sector",     -- "sector": the first `digits` characters; "class": a class with all worse ones; "all"
  digits = 1,
  obligors = 100,    -- a smaller pool tells nothing
  defaults = 3,      -- a pool with more uses the table
}

-- ---- LGD ------------------------------------------------------------------------------------------------

-- The part that collateral covers, value × (1 − haircut), loses `lgd`; the rest loses `unsecured`. Kinds by the beginning of
-- their name. Haircuts and LGDs of cash, receivables, real estate and other goods: Basel Framework, CRE32 (foundation IRB,
-- 2023: 0, 20, 20 and 25 %, haircut 40 %), recalled; the same classes in 商业银行资本管理办法 (2023). A piece's own haircut
-- goes first. Environmental rights: proposal. A kind that is not here covers nothing.
M.lgd = {
  collateral = {
    cash = { haircut = 0, lgd = 0 }, deposit = { haircut = 0, lgd = 0 },
    ["存单"] = { haircut = 0, lgd = 0 }, ["保证金"] = { haircut = 0, lgd = 0 },
    receivable = { haircut = 0.40, lgd = 0.20 }, ["应收账款"] = { haircut = 0.40, lgd = 0.20 },
    residential = { haircut = 0.40, lgd = 0.20 }, commercial = { haircut = 0.40, lgd = 0.20 },
    industrial = { haircut = 0.40, lgd = 0.20 }, land = { haircut = 0.40, lgd = 0.20 },
    building = { haircut = 0.40, lgd = 0.20 }, real_estate = { haircut = 0.40, lgd = 0.20 },
    ["住宅"] = { haircut = 0.40, lgd = 0.20 }, ["商业"] = { haircut = 0.40, lgd = 0.20 },
    ["商铺"] = { haircut = 0.40, lgd = 0.20 }, ["厂房"] = { haircut = 0.40, lgd = 0.20 },
    ["房"] = { haircut = 0.40, lgd = 0.20 }, ["土地"] = { haircut = 0.40, lgd = 0.20 },
    equipment = { haircut = 0.40, lgd = 0.25 }, inventory = { haircut = 0.40, lgd = 0.25 },
    vehicle = { haircut = 0.40, lgd = 0.25 }, livestock = { haircut = 0.40, lgd = 0.25 },
    ["设备"] = { haircut = 0.40, lgd = 0.25 }, ["机器"] = { haircut = 0.40, lgd = 0.25 },
    ["存货"] = { haircut = 0.40, lgd = 0.25 }, ["车辆"] = { haircut = 0.40, lgd = 0.25 },
    ["碳配额"] = { haircut = 0.50, lgd = 0.25 }, ["排污权"] = { haircut = 0.60, lgd = 0.25 },
  },
  -- By sector of the borrower. 40 %: senior claims on firms, 45 %: on financial institutions (CRE32, as above, recalled).
  unsecured = { [""] = 0.40, J = 0.45 },
  household = 0.50,  -- proposal
  least = 0.05,      -- proposal, as collateral.lua
}

-- ---- emissions ------------------------------------------------------------------------------------------

local per_carbon = 44 / 12 -- t CO2 per t of carbon

M.emissions = {
  -- Amounts a year by column of borrowers, in `unit`; factors in t CO2 per unit. Heat value × carbon × oxidation × 44/12:
  -- GB/T 2589-2020 and 省级温室气体清单编制指南 (2011), recalled; purchased heat 0.11 t/GJ: the ministry's reporting guides, recalled.
  fuels = {
    raw_coal = { unit = "t", scope1 = 20.908 * 26.37e-3 * 0.94 * per_carbon },
    natural_gas = { unit = "m3", scope1 = 389.31e-4 * 15.3e-3 * 0.99 * per_carbon },
    diesel = { unit = "t", scope1 = 42.652 * 20.2e-3 * 0.98 * per_carbon },
    gasoline = { unit = "t", scope1 = 43.070 * 18.9e-3 * 0.98 * per_carbon },
    heat = { unit = "GJ", scope2 = 0.11 },
  },
  power = {
    column = "electricity", -- kWh a year
    -- kg CO2/kWh by province (GB/T 2260), of the last year that the book's date has reached. Source: 电力二氧化碳排放因子 of 2021
    -- and of 2022 (MEE and NBS, published in 2024), tables by province, not checked against the annex; "" is the
    -- national mean of 2022, recalled; of 2021, recalled.
    grid = {
      [2021] = {
        [""] = 0.5568,
        ["11"] = 0.5688, ["12"] = 0.7355, ["13"] = 0.7901, ["14"] = 0.7222, ["15"] = 0.7025, ["21"] = 0.5876,
        ["22"] = 0.5629, ["23"] = 0.6342, ["31"] = 0.5834, ["32"] = 0.6451, ["33"] = 0.5422, ["34"] = 0.7075,
        ["35"] = 0.4711, ["36"] = 0.5835, ["37"] = 0.6838, ["41"] = 0.6369, ["42"] = 0.3672, ["43"] = 0.5138,
        ["44"] = 0.4715, ["45"] = 0.5154, ["46"] = 0.4524, ["50"] = 0.4743, ["51"] = 0.1255, ["52"] = 0.5182,
        ["53"] = 0.1235, ["61"] = 0.6336, ["62"] = 0.4955, ["63"] = 0.1326, ["64"] = 0.6546, ["65"] = 0.6577,
      },
      [2022] = {
        [""] = 0.5366,
        ["11"] = 0.5580, ["12"] = 0.7041, ["13"] = 0.7252, ["14"] = 0.7096, ["15"] = 0.6849, ["21"] = 0.5626,
        ["22"] = 0.4932, ["23"] = 0.5368, ["31"] = 0.5849, ["32"] = 0.5978, ["33"] = 0.5153, ["34"] = 0.6782,
        ["35"] = 0.4092, ["36"] = 0.5752, ["37"] = 0.6410, ["41"] = 0.6058, ["42"] = 0.4364, ["43"] = 0.4900,
        ["44"] = 0.4403, ["45"] = 0.4044, ["46"] = 0.4184, ["50"] = 0.5227, ["51"] = 0.1404, ["52"] = 0.4989,
        ["53"] = 0.1073, ["61"] = 0.6558, ["62"] = 0.4772, ["63"] = 0.1567, ["64"] = 0.6423, ["65"] = 0.6231,
      },
    },
  },
  -- t CO2e per unit of output by sector, where the book's unit of output is the same word.
  output = {
    column = "output",
    unit_column = "output_unit",
    sectors = {
      -- 150 to 168 t per 10,000 m2 of tiles, over 80 % of it firing and spray drying: a published plant study; the middle.
      C3071 = { unit = "m2", scope1 = 0.0159 * 0.8, scope2 = 0.0159 * 0.2 },
      C3011 = { unit = "t", scope1 = 0.65, scope2 = 0.05 },  -- cement, proposal
      C3120 = { unit = "t", scope1 = 0.60, scope2 = 0.25 },  -- steel from scrap, proposal
      D4411 = { unit = "MWh", scope1 = 0.80, scope2 = 0 },   -- coal power, proposal
      D4412 = { unit = "MWh", scope1 = 0.80, scope2 = 0 },
    },
  },
  -- t CO2e per million CNY of revenue by sector. Orders of magnitude, all proposals: no Chinese table by GB/T 4754 was
  -- found; they are those of the synthetic book (docs/synthetic.md).
  revenue = {
    A = { scope1 = 30, scope2 = 10 }, A03 = { scope1 = 80, scope2 = 15 },
    B = { scope1 = 60, scope2 = 40 },
    C = { scope1 = 15, scope2 = 20 }, C13 = { scope1 = 15, scope2 = 15 }, C17 = { scope1 = 30, scope2 = 25 },
    C22 = { scope1 = 30, scope2 = 30 }, C26 = { scope1 = 80, scope2 = 50 }, C27 = { scope1 = 25, scope2 = 20 },
    C30 = { scope1 = 100, scope2 = 30 }, C301 = { scope1 = 850, scope2 = 55 }, C302 = { scope1 = 12, scope2 = 12 },
    C303 = { scope1 = 200, scope2 = 25 }, C305 = { scope1 = 170, scope2 = 45 }, C307 = { scope1 = 110, scope2 = 35 },
    C3071 = { scope1 = 150, scope2 = 45 }, C31 = { scope1 = 180, scope2 = 60 }, C3130 = { scope1 = 75, scope2 = 55 },
    C32 = { scope1 = 40, scope2 = 120 }, C33 = { scope1 = 5, scope2 = 20 }, C339 = { scope1 = 40, scope2 = 90 },
    C34 = { scope1 = 3, scope2 = 25 }, C35 = { scope1 = 3, scope2 = 15 }, C36 = { scope1 = 4, scope2 = 25 },
    C37 = { scope1 = 4, scope2 = 25 }, C38 = { scope1 = 5, scope2 = 32 }, C39 = { scope1 = 3, scope2 = 30 },
    C42 = { scope1 = 8, scope2 = 20 },
    D = { scope1 = 25, scope2 = 20 }, D4411 = { scope1 = 1500, scope2 = 15 }, D4412 = { scope1 = 1500, scope2 = 15 },
    D4413 = { scope1 = 0, scope2 = 8 }, D4415 = { scope1 = 0, scope2 = 8 }, D4416 = { scope1 = 0, scope2 = 8 },
    D46 = { scope1 = 20, scope2 = 65 },
    E = { scope1 = 5, scope2 = 4 }, F = { scope1 = 1, scope2 = 4 }, G = { scope1 = 60, scope2 = 8 },
    H = { scope1 = 6, scope2 = 15 }, I = { scope1 = 0.5, scope2 = 10 }, J = { scope1 = 0.2, scope2 = 2 },
    K = { scope1 = 0.5, scope2 = 5 }, L = { scope1 = 2, scope2 = 4 }, M = { scope1 = 1, scope2 = 4 },
    N = { scope1 = 20, scope2 = 25 }, O = { scope1 = 3, scope2 = 6 }, P = { scope1 = 2, scope2 = 8 },
    Q = { scope1 = 3, scope2 = 10 }, R = { scope1 = 2, scope2 = 10 }, S = { scope1 = 1, scope2 = 4 },
  },
  -- emission_quality of each rung. Source: PCAF, Global GHG Standard, business loans: 2 reported and not verified or from
  -- energy use, 3 from output, 4 from revenue.
  quality = { reported = 2, energy = 2, output = 3, revenue = 4 },
}

-- ---- environmental credit -------------------------------------------------------------------------------

-- Least score of each colour: 重庆市企业环境信用评价 (渝环规〔2021〕7号), as described in the press: 环保诚信 100 to 108, 良好 80 to 99,
-- 警示 60 to 79, 不良 0 to 59; that these are green, blue, yellow and red is a proposal. Words: those grades and the colours
-- of the national scheme.
M.env_credit = {
  score = "env_score", -- column of borrowers
  scores = { green = 100, blue = 80, yellow = 60, red = 0 },
  words = {
    ["环保诚信"] = "green", ["环保良好"] = "blue", ["环保警示"] = "yellow", ["环保不良"] = "red",
    ["诚信"] = "green", ["良好"] = "blue", ["警示"] = "yellow", ["不良"] = "red",
    ["绿"] = "green", ["蓝"] = "blue", ["黄"] = "yellow", ["红"] = "red", ["黑"] = "black",
    ["绿色"] = "green", ["蓝色"] = "blue", ["黄色"] = "yellow", ["红色"] = "red", ["黑色"] = "black",
    ["绿牌"] = "green", ["蓝牌"] = "blue", ["黄牌"] = "yellow", ["红牌"] = "red", ["黑牌"] = "black",
  },
}

-- ---- all together ---------------------------------------------------------------------------------------

local parts = { "pd", "pd_otherwise", "pluto_tasche", "lgd", "emissions", "env_credit" }

-- All rules of this file; a key of `changes` takes the place of the part of that name, `false` leaves it out:
--   proxies.rules { pluto_tasche = false, pd_otherwise = 0.08 }
function M.rules(changes)
  local rules = {}
  for _, part in ipairs(parts) do
    rules[part] = M[part]
  end
  for part, change in pairs(changes or {}) do
    rules[part] = change or nil
  end
  return rules
end

return M
