-- A downturn of the whole economy, no climate in it: the yardstick for climate scenarios, and the second half of a
-- combined one.
--
-- Output falls below its trend and recovers over five years. Each borrower's log-odds of default rise with the gap,
-- by a sensitivity of its sector, and a part of last year's rise stays (lib/macro.lua). Collateral sells for less:
-- LGD rises by an add-on, to at most 1. All numbers are proposals.
--
-- What it cannot tell: which firm is hit and why. No accounts are read, so that every borrower responds, households
-- and firms without accounts too.

local logit = require "logit"
local macro = require "macro"

return scenario {
  name = "recession",
  title = { en = "Recession", zh = "经济衰退" },
  years = { 2026, 2030 },
  source = { en = "Proposal", zh = "建议值" },
  note = {
    en = "No climate shock: for comparison with climate scenarios.",
    zh = "不含气候冲击：供与气候情景比较。",
  },

  drivers = macro.recession_drivers(), -- output gap -3, -5, -3, -1, 0 %; LGD + 2 to 5 points

  initial = { shift = 0 },

  borrower = function (b, d, before)
    local shift = macro.downturn(b, d.output_gap, before.shift)
    return { pd = logit.shift(b.pd, shift), state = { shift = shift } }
  end,

  loan = function (l, b, d)
    return { lgd = macro.downturn_lgd(l.lgd, d.lgd_rise) }
  end,
}
