-- @NAME@：用一两句话说明情景内容。
--
-- 在此写明数字的来源、哪些是建议值，以及该情景不能说明什么。
--
-- 运行之前先看看它做了什么：
--   plimsoll scenario plan  @NAME@.lua                                   驱动因子与公式
--   plimsoll scenario check @NAME@.lua --book BOOK                       错误、覆盖范围、缺失的输入
--   plimsoll scenario try   @NAME@.lua --book BOOK --borrower ID         某一借款人的每一个中间值
--   plimsoll run            @NAME@.lua --book BOOK

local firm = require "firm"     -- 碳成本 → 利润 → 利息保障倍数与净资产 → 违约概率；见 docs/scenario-library.md

return scenario {
  name = "@NAME@",              -- 字母、数字和 _
  title = { en = "@NAME@", zh = "@NAME@" },
  years = { 2026, 2030 },       -- 首年和末年；首年对应贷款簿日期之后的十二个月
  source = { en = "template; every number is made up", zh = "模板；所有数字均为虚构" },
  note = { en = "Say what a reader has to mind.", zh = "说明读者须注意之处。" },

  -- 情景规定的变量。所列年份之间线性插值，之外保持不变。reference 是无冲击时的值：
  -- 所有驱动因子都等于参照值的情景不会改变任何结果。
  drivers = {
    carbon_price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70, [2030] = 280 },
    paid_share = pathway { reference = 0, [2026] = 0.05, [2030] = 0.50 },
  },

  -- 适用范围。其余借款人与基准完全相同。
  applies = function (b)
    return all(b.sector_is("C30", "C31", "D44"), firm.known(b))   -- GB/T 4754 前缀；有财务数据的企业
  end,

  -- 每年企业的违约概率如何变化。before 是上一年的状态。不能对 b 或 d 使用 if：请用 where(条件, 是, 否)。
  -- firm.respond 完成整条传导链；可选项见 scenarios/lib/firm.lua。
  borrower = function (b, d, before)
    return firm.respond(b, d, before, { pass_through = 0.1, elasticity = 0.5 })
  end,

  -- 贷款的违约损失率如何变化。若无变化，删去此函数。
  loan = function (l, b, d)
    return { lgd = min(l.lgd + 0.02 * (d.paid_share - at_reference(d.paid_share)), max(l.lgd, 1)) }
  end,
}
