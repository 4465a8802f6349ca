-- A campaign of environmental enforcement: firms with a poor environmental credit stand still for weeks, pay fines
-- and put their plants right; some lose a colour.
--
-- Everything follows the colour of the firm (lib/env_credit.lua). Deterministic: every red firm stands still for the
-- same days, where in truth some stand still for months and others not at all. Days, cost of rectification, share of
-- downgrades and the limit of fines are proposals; the fine is the mean of administrative decisions of 2018, running
-- on for some days (Environmental Protection Law, article 59). Fines are small; halts move PDs.
--
-- What it cannot tell: which firm is inspected, and what neighbours do who breathe again.

local carbon = require "carbon"
local env_credit = require "env_credit"
local firm = require "firm"
local logit = require "logit"

-- By colour, at an intensity of 1. Proposals.
local halt_days = { green = 0, blue = 1, yellow = 7, red = 30, black = 60 }
local decisions = { green = 0, blue = 0.1, yellow = 1, red = 2, black = 4 }            -- fines a year
local rectification = { green = 0, blue = 0, yellow = 0.005, red = 0.02, black = 0.04 } -- cost a year over revenue
local days_uncorrected = 5
local most_fined = 0.02 -- of a year's revenue: a small firm is fined for what it can pay
local downgraded = 0.2  -- share of firms that fall by one colour

return scenario {
  name = "env_campaign",
  title = { en = "Environmental enforcement campaign", zh = "环保执法专项行动" },
  years = { 2026, 2030 },
  source = {
    en = "Mean fine of 2018 from penalty decisions as quoted in 财经研究 (2022), running on by the Environmental "
      .. "Protection Law, article 59; all else proposals",
    zh = "2018年平均罚款据《财经研究》（2022）所引处罚数据，按《环境保护法》第五十九条按日连续处罚；其余为建议值",
  },
  note = {
    en = "Deterministic: all firms of a colour fare alike. A bank's PD may know the colour; only the change counts.",
    zh = "确定性情形：同一颜色等级的企业受到相同影响。银行违约概率可能已反映等级，此处只计变化。",
  },

  drivers = {
    intensity = pathway { reference = 0, [2026] = 0.5, [2027] = 1, [2028] = 0.6, [2030] = 0.2 },
  },

  applies = function (b)
    return all(b.sector_is("A03", "B", "C", "D", "N"), firm.known(b, firm.accounts))
  end,

  borrower = function (b, d, before)
    local fine = env_credit.fine(env_credit.mean_fine(), days_uncorrected)
    local fines = min(carbon.nothing(b) + fine * env_credit.by_colour(b, decisions, 0), most_fined * b.revenue)
    local answer = firm.respond(b, d, before, {
      carbon = false,
      revenue_change = env_credit.halt(d.intensity * env_credit.by_colour(b, halt_days, 0)),
      extra_cost = d.intensity * (fines + env_credit.by_colour(b, rectification, 0) * b.revenue),
    })
    local fallen = logit.shift(answer.pd, env_credit.downgrade(b))
    answer.pd = answer.pd + downgraded * d.intensity * (fallen - answer.pd)
    return answer
  end,
}
