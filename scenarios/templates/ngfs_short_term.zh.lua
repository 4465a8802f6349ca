-- @NAME@：短期监管情景路径（例如 NGFS 短期情景）：逐年的碳价与 GDP。
--
-- 路径取自您自己的两个文件，本软件不附带任何数据：在取得文件之前，下面的数字仅作占位，【全部为虚构】，使脚本可以运行。替换步骤：
--   1. 从发布机构取得情景的 CSV 文件（FILE.csv），查看其内容：
--        plimsoll scenario import ngfs FILE.csv
--   2. 按所见名称取出碳价和 GDP，各含所选情景与基准情景：
--        plimsoll scenario import ngfs FILE.csv --scenario "Sudden Wake-Up Call" --scenario "Baseline" --region "China" --variable "Price|Carbon" --price-year 2024 -o @NAME@_price.csv
--        plimsoll scenario import ngfs FILE.csv --scenario "Sudden Wake-Up Call" --scenario "Baseline" --region "China" --variable "Gross Domestic Product" -o @NAME@_gdp.csv
--   3. 在下面写入相同的名称，改为 from_files = true，并在 source 中写明来源。
-- 数值按年：季度数据须先折算为年平均。也可使用自有文件，含 scenario 列以及每年一列，或 year 与 value 两列；
-- 其余见 docs/guide/pathways-from-data.md。
--
-- 运行之前先看看它做了什么：
--   plimsoll scenario plan  @NAME@.lua                     驱动因子与公式
--   plimsoll scenario check @NAME@.lua --book BOOK         错误、覆盖范围、缺失的输入
--   plimsoll run            @NAME@.lua --book BOOK
--
-- 不能说明：除对 GDP 的敏感度和碳成本之外，各行业的其他差异。

local firm = require "firm"     -- 碳成本 → 利润 → 利息保障倍数与净资产 → 违约概率
local logit = require "logit"
local macro = require "macro"   -- GDP → 违约概率，分行业；其中所有数字均为建议值

-- ---- 数字的来源 ----------------------------------------------------------------------------------------

local from_files = false        -- true：取自两个文件
local of_scenario, of_baseline, region = "Sudden Wake-Up Call", "Baseline", "China"

-- 文件中的一条路径，或其占位数字。
local function path(take, scenario_name, stands_in)
  if not from_files then
    return pathway(stands_in)
  end
  take.where = { scenario = scenario_name, region = region, variable = take.variable }
  take.variable = nil
  return pathway(take) -- 没有文件？按文件开头的步骤制作
end

local function price(scenario_name, stands_in)
  return path({ csv = "@NAME@_price.csv", unit = "CNY/tCO2e", variable = "Price|Carbon" }, scenario_name, stands_in)
end

-- GDP 的单位不限：只用情景与基准之比。若各行为偏离基准的百分比，见下文 gap。
local function gdp(scenario_name, stands_in, reference)
  stands_in.reference = reference
  return path({ csv = "@NAME@_gdp.csv", factor = 1, reference = reference, variable = "Gross Domestic Product" },
    scenario_name, stands_in)
end

local price_before = price(of_baseline, { unit = "CNY/tCO2e", [2026] = 70 })                                -- 虚构
local price_after = price(of_scenario, { unit = "CNY/tCO2e", [2026] = 70, [2027] = 250, [2030] = 320 })     -- 虚构
local gdp_before = gdp(of_baseline, { [2026] = 100, [2030] = 118 })                                         -- 虚构
local gdp_after = gdp(of_scenario, { [2026] = 100, [2027] = 101, [2028] = 105, [2030] = 115 }, gdp_before)  -- 虚构

-- ---- 不确定之处 ----------------------------------------------------------------------------------------

-- "price"：碳价围绕其路径波动，经济下行时偏高（因子越低越差：macro = -0.3）。
-- "start"：政策在未知年份开始；此前碳价为基准情景的碳价。
-- 波动率、跳跃、概率和相关系数均为建议值。
local uncertain = "price"

local carbon_price = random.jump_diffusion {
  unit = "CNY/tCO2e", reference = price_before, mean = price_after,
  volatility = 0.2,                              -- 每年
  jumps = { rate = 0.2, mean = 0.3, sd = 0.2 },  -- 平均五年一次，上涨约三分之一
  with = { macro = -0.3 },
}
if uncertain == "start" then
  carbon_price = random.regime {
    unit = "CNY/tCO2e", reference = price_before, before = price_before, after = price_after,
    start = 0.5,                                 -- 每年，若尚未开始
    with = { macro = -0.3 },
  }
end

-- ---- 影响 ----------------------------------------------------------------------------------------------

-- GDP 对基准的偏离，-0.03 即低 3%。若文件各行为偏离基准的百分比：在上文 gdp 中写 factor = 0.01 与
-- reference = 0，删去 gdp_before，此处改为 return d.gdp。
local function gap(d)
  return d.gdp / at_reference(d.gdp) - 1
end

local lgd_rise = 0.5            -- 违约损失率升幅与 GDP 降幅之比（建议值）

return scenario {
  name = "@NAME@",              -- 字母、数字和 _
  title = { en = "@NAME@", zh = "@NAME@" },
  years = { 2026, 2030 },       -- 首年和末年；首年对应贷款簿日期之后的十二个月
  source = { en = "template; every number is made up", zh = "模板；所有数字均为虚构" },
  note = { en = "Say what a reader has to mind.", zh = "说明读者须注意之处。" },

  drivers = {
    carbon_price = carbon_price,
    paid_share = pathway { reference = 0, [2026] = 0.05, [2030] = 0.50 }, -- 须付费的排放占比（建议值）
    gdp = gdp_after,
  },

  initial = { shift = 0 },

  -- 所有借款人均受经济下行影响；下列行业中有财务数据的企业还须承担碳成本。不能对 b 或 d 使用 if：请用
  -- where(条件, 是, 否)。
  borrower = function (b, d, before)
    local shift = macro.downturn(b, gap(d), before.shift)
    local pays = all(b.sector_is("B", "C", "D44"), firm.known(b))   -- GB/T 4754 前缀
    local answer = firm.respond(b, d, before, { pass_through = 0.1, elasticity = 0.5 })
    return {
      pd = logit.shift(where(pays, answer.pd, b.pd), shift),
      default = where(pays, answer.default, 0),
      state = { shift = shift, equity = answer.state.equity },
    }
  end,

  -- 贷款的违约损失率如何变化。若无变化，删去此函数。
  loan = function (l, b, d)
    return { lgd = macro.downturn_lgd(l.lgd, lgd_rise * max(-gap(d), 0)) }
  end,
}
