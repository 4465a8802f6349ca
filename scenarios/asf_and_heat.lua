-- Pigs: an outbreak of disease, a hot summer, or both in one year.
--
-- Rongchang breeds pigs. Two hazards, independent of each other: an outbreak of African swine fever kills or culls a share
-- of the animals, after which prices are higher for those who still have some; a hot summer costs growth, cooling and some
-- animals. Both act on sales and cost before the PD is moved, so that a year with both is worse than the sum.
--
-- Every number is a proposal, to be set with the district's livestock centre.
--
-- What it cannot tell: which farm is struck (all fare as the average one), and what slaughterhouses, feed mills and
-- guarantors of farms lose.

local firm = require "firm"
local logit = require "logit"
local physical = require "physical"

local exposed = 0.25     -- share of farms that an outbreak reaches
local price_rise = 0.3   -- for pigs after an outbreak
local heat_mortality = 0.02
local heat_growth = 0.05 -- of sales, in a hot summer
local no_accounts = 0.8  -- rise of the log-odds of a farm without accounts in a year with an outbreak

return scenario {
  name = "asf_and_heat",
  title = { en = "Swine fever and heat on pig farms", zh = "非洲猪瘟叠加高温" },
  years = { 2026, 2030 },
  source = { en = "Proposals", zh = "建议值" },
  note = {
    en = "Livestock farming alone; all farms fare as the average one.",
    zh = "仅涉及畜牧业；各养殖户按平均情况受影响。",
  },

  drivers = {
    outbreak = hazard.events { events = { { name = "swine_fever", rate = 0.08, at = { ["500153"] = 0.4 } } } }, -- mortality
    heat = hazard.events { stream = "heat", events = {
      { name = "hot", rate = 0.2, at = { ["500153"] = 0.5 } },
      { name = "as_2022", rate = 0.05, at = { ["500153"] = 1 } },
    } },
  },

  applies = function (b)
    return b.sector_is("A03")
  end,

  borrower = function (b, d, before)
    local function year(mortality)
      local lost = 1 - (1 - mortality) * (1 - heat_mortality * d.heat)
      local dearer = price_rise * where(gt(d.outbreak, 0), 1, 0)
      local _, price, restocking = physical.disease(b, { mortality = lost, price = dearer })
      return firm.respond(b, d, before, {
        carbon = false,
        revenue_change = (1 - lost) * (1 - heat_growth * d.heat) - 1,
        price_change = price,
        extra_cost = restocking,
      })
    end
    local spared, struck = year(0), year(d.outbreak)
    local with_accounts =
      firm.on_average(where(spared.default, 1, spared.pd), where(struck.default, 1, struck.pd), exposed)
    local shift = no_accounts * (exposed * where(gt(d.outbreak, 0), 1, 0) + 0.2 * d.heat)
    local known = firm.known(b, firm.accounts)
    return {
      pd = where(known, with_accounts, logit.shift(b.pd, shift)),
      cover = firm.on_average(spared.cover, struck.cover, exposed),
      state = { equity = spared.state.equity },
    }
  end,
}
