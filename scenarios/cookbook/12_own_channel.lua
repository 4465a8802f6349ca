-- A transmission channel of your own: drought stops plants that need water. With a test of its formula.
local check = require "check"
local need = { A = 0.9, C17 = 0.6, C22 = 0.8, C26 = 0.5, C30 = 0.4, D44 = 0.7 }   -- share of output; proposals

-- Share of a year's profit that is lost: days without water, for the part of output that needs it.
local function lost(days, share) return clip(days / 365, 0, 1) * share end

function test_lost()
  check.near(lost(73, 0.5), 0.1)
  check.near(lost(1000, 0.5), 0.5)   -- no more than the part that needs water
end

return scenario {
  name = "own_channel", title = { en = "Drought stops plants", zh = "干旱导致停产" },
  years = { 2026, 2028 },
  drivers = { dry_days = pathway { reference = 0, [2026] = 20, [2028] = 45 } },
  borrower = function (b, d)
    local share = lost(d.dry_days, table_by(b.sector, need, 0))
    return { pd = logistic(logit(b.pd) + 3 * (share - at_reference(share))) }   -- 3 is a proposal
  end,
}
