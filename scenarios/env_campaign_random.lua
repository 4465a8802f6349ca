-- A campaign of environmental enforcement, whose year nobody knows and which meets some firms and not others.
--
-- As env_campaign, in two ways less certain. The campaign starts in a year that differs from path to path (one chance in
-- five a year, if it has not started), and stays. Under it, a firm meets with more decisions a year than today, a number that
-- is Poisson, by sector and colour (lib/pollution.lua): each with a fine that runs on for days, a halt and the cost of putting
-- things right; after the first it has fallen by a colour.
-- A firm's decisions are independent of other firms', so that its PD is the average over their number: the same defaults
-- as drawing them, without the noise.
--
-- The mean fine is that of administrative decisions of 2018; intensities, days and chances are proposals. Fines are small;
-- halts move PDs.
--
-- What it cannot tell: which firm is inspected; and that inspectors who found one thing look for more.

local env_credit = require "env_credit"
local firm = require "firm"
local logit = require "logit"
local pollution = require "pollution"

local multiple = 3 -- of today's enforcement, under the campaign
local halt_days = { green = 0, blue = 2, yellow = 10, red = 30, black = 60 }
local rectification = { green = 0, blue = 0, yellow = 0.005, red = 0.02, black = 0.04 } -- over revenue

return scenario {
  name = "env_campaign_random",
  title = { en = "Environmental enforcement in an unknown year", zh = "年份不定的环保执法专项行动" },
  years = { 2026, 2030 },
  source = {
    en = "Mean fine of 2018 from penalty decisions as quoted in 财经研究 (2022); all else proposals",
    zh = "2018年平均罚款据《财经研究》（2022）所引处罚数据；其余为建议值",
  },
  note = {
    en = "Compare with env_campaign, in which all firms of a colour fare alike in known years.",
    zh = "请与 env_campaign 比较：该情景中同一颜色等级的企业在已知年份受到相同影响。",
  },

  drivers = {
    campaign = random.regime { reference = 0, before = 0, after = 1, start = 0.2 },
  },

  applies = function (b)
    return all(b.sector_is("A03", "B", "C", "D", "N"), firm.known(b, firm.accounts))
  end,

  borrower = function (b, d, before)
    local today = pollution.intensity(pollution.base_rate(b), pollution.grade(b), 0, 0)
    local intensity = today * (multiple - 1) * d.campaign -- today's decisions are in today's PD
    local fine = firm.nothing(b) + min(firm.nothing(b) + env_credit.fine(env_credit.mean_fine(), 5), 0.02 * b.revenue)
    local halt = env_credit.by_colour(b, halt_days, 0)
    local right = env_credit.by_colour(b, rectification, 0) * b.revenue
    local calm = firm.respond(b, d, before, { carbon = false })
    local function with(events)
      local answer = firm.respond(b, d, before, {
        carbon = false,
        revenue_change = env_credit.halt(min(events * halt, 365)),
        extra_cost = events * (fine + right),
      })
      local pd = where(answer.default, 1, answer.pd)
      if events > 0 then -- a plain number
        pd = logit.shift(pd, env_credit.downgrade(b))
      end
      return pd
    end
    return {
      pd = pollution.mixed(intensity, with),
      default = calm.default,
      cover = calm.cover,
      state = calm.state,
    }
  end,
}
