-- The Laixi river floods towns of Rongchang: rarely, and then plant, shop and pledged building together.
--
-- Three floods, one in 20, 100 and 200 years, by the depth of water in each town that they reach. Floods become more
-- frequent over the years. In a year with a flood a firm that stands in the water loses assets and weeks of sales, its
-- interest cover and equity fall, and collateral in the water fetches less (lib/flood.lua).
--
-- Depths, towns and frequencies are proposals: no flood map of the district has been published. Order of magnitude: the
-- flood of August 2020 cost 15 districts of Chongqing 2.45 billion yuan (Chongqing Emergency Management Bureau).
--
-- What it cannot tell: who stands on higher ground, since firms are known by town; and where the workers live.

local firm = require "firm"
local flood = require "flood"

return scenario {
  name = "laixi_flood",
  title = { en = "Floods of the Laixi river", zh = "濑溪河洪水" },
  years = { 2026, 2030 },
  source = {
    en = "Damage curves: Huizinga, de Moel and Szewczyk, JRC 2017, Asia; towns, depths and frequencies are proposals",
    zh = "损失曲线：Huizinga、de Moel、Szewczyk，JRC 2017，亚洲均值；乡镇、水深和频率为建议值",
  },
  note = {
    en = "Firms are known by town, not by address: on average 3 % of a town's firms stand in the water.",
    zh = "企业只知所在乡镇而不知地址：平均有3%的企业位于淹没区。",
  },

  drivers = {
    depth = hazard.events {
      unit = "m", events = flood.laixi,
      frequency = pathway { [2026] = 1, [2030] = 1.2 }, -- proposal
    },
  },

  applies = function (b)
    return firm.known(b, firm.accounts)
  end,

  damage = function (b, d)
    return { flood = flood.damage(b, d, d.depth) }
  end,

  borrower = function (b, d, before)
    return flood.respond(b, d, before, d.depth)
  end,

  loan = function (l, b, d)
    return { lgd = flood.lgd(l, d.depth) }
  end,
}
