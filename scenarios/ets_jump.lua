-- The carbon price jumps: nobody knows its path, and it tends to be high when the economy is weak.
--
-- As ets_expand, with the price a random driver in place of a path: on average it rises from that of June 2025 to four
-- times it, with a volatility of 30 % a year and, every fifth year, a jump upwards by about half. In a downturn it rather
-- rises (correlation -0.3 with the factor of the whole economy, low being bad): the case against a bank. Volatility,
-- jumps and correlation are proposals; the national price moved between 69 and 106 yuan in 2024.
--
-- What it cannot tell: a price that falls in a recession because less is made, as in Europe in 2008 to 2013: turn the
-- sign of the correlation to see it.

local ets = require "ets"
local firm = require "firm"
local market = require "market"

local years = { 2026, 2030 }
local price_multiple = 4
local drivers = ets.drivers(years, price_multiple)

drivers.carbon_price = random.jump_diffusion {
  unit = "CNY/tCO2e",
  reference = ets.price,
  mean = drivers.carbon_price,
  volatility = 0.3,
  jumps = { rate = 0.2, mean = 0.4, sd = 0.2 },
  with = { macro = -0.3 },
}

return scenario {
  name = "ets_jump",
  title = { en = "A carbon price that jumps", zh = "跳跃的碳价" },
  years = years,
  source = {
    en = "Sectors and price level as ets_expand; volatility, jumps and correlation are proposals",
    zh = "行业与价格水平同碳市场扩围情景；波动率、跳跃和相关系数为建议值",
  },
  note = {
    en = "Compare with ets_expand, whose price is the mean of this one: what differs is what not knowing costs.",
    zh = "请与碳市场扩围情景比较，其价格是本情景的均值：差别即不确定性的代价。",
  },

  drivers = drivers,
  initial = { abatement = 0 },

  applies = function (b)
    return all(ets.joins_sometime(b), firm.known(b))
  end,

  borrower = function (b, d, before)
    return firm.respond(b, ets.prices(b, d), before, {
      abatement_curve = true,
      pass_through = market.sector_pass_through(b, 0.5),
      elasticity = 0.5,
    })
  end,
}
