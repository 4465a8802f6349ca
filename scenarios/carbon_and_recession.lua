-- The carbon market grows while the economy shrinks: ets_expand and recession at the same time.
--
-- The two meet before the PD, not after it. The recession moves every borrower's log-odds (lib/macro.lua). Firms
-- inside the carbon market also sell less, so that the carbon bill falls on a weaker income: their PD moves on from
-- the recession's by what the bill changes of cover and equity at the lower volume. In numbers,
--   logit(PD') = logit(PD) + x_recession + [ s(recession, carbon) - s(recession, no carbon) ]
-- with s the score of firm.lua. Nothing of the recession counts twice. The ratio of this scenario's rise of loss to
-- the sum of the rises of ets_expand and recession, all in one run, is the compound multiplier. Proposal beyond those
-- of the two parts: sales fall by a per cent for each per cent of output.
--
-- What it cannot tell: whether the price of carbon would hold in a recession; carbon markets have lost value in them.

local ets = require "ets"
local firm = require "firm"
local logit = require "logit"
local macro = require "macro"
local market = require "market"

local years = { 2026, 2030 }
local price_multiple = 4           -- as in ets_expand
local part_passed_on, elasticity = 0.5, 0.5
local sales_beta = 1               -- fall of sales over fall of output (proposal)

local drivers = ets.drivers(years, price_multiple)
for name, path in pairs(macro.recession_drivers()) do
  drivers[name] = path
end

-- A firm's year with this carbon cost.
local function year_of(b, cost, equity, o)
  local ebit, profit = firm.income(b, cost, o)
  return { ebit = ebit, profit = profit, equity = firm.equity_after(equity, profit, o) }
end

return scenario {
  name = "carbon_and_recession",
  title = { en = "The carbon market grows in a recession", zh = "经济衰退叠加碳市场扩围" },
  years = years,
  source = {
    en = "ets_expand and recession with their sources; the way they meet is a proposal",
    zh = "碳市场扩围与经济衰退两个情景及其来源；叠加方式为建议",
  },
  note = {
    en = "Compare with ets_expand and recession in one run: the excess over their sum is the interaction.",
    zh = "请与 ets_expand、recession 在同一次运行中比较：超出两者之和的部分即为交互作用。",
  },

  drivers = drivers,
  initial = function (b)
    return { shift = 0, abatement = 0, equity_without = b.equity }
  end,

  borrower = function (b, d, before)
    local shift = macro.downturn(b, d.output_gap, before.shift)
    local weak = logit.shift(b.pd, shift)
    local inside = all(ets.joins_sometime(b), firm.known(b))
    local o = {
      abatement_curve = true,
      pass_through = market.sector_pass_through(b, part_passed_on),
      elasticity = elasticity,
      revenue_change = sales_beta * min(d.output_gap, 0),
    }
    local bill, abatement = firm.carbon_bill(b, ets.prices(b, d), before, o)
    local with = year_of(b, bill, before.equity, o)
    local without = year_of(b, firm.nothing(b), before.equity_without, o)
    return {
      pd = where(inside, firm.moved_pd(weak, b, with, without, o), weak),
      default = where(inside, with.equity:lt(0), 0),
      state = { shift = shift, abatement = abatement, equity = with.equity, equity_without = without.equity },
    }
  end,

  loan = function (l, b, d)
    return { lgd = macro.downturn_lgd(l.lgd, d.lgd_rise) }
  end,
}
