-- What an insurer pays after a loss, what stays with the firm, and what happens while it waits for the money.
--
-- Money in CNY. The formulas are the arithmetic of policies; every number is a proposal or the scenario's own. A book may
-- list policies (over_policies); where it does not, give a share of firms that are insured, or a column of your own.

local options = require "options"

local M = {}

-- ---- after the loss -------------------------------------------------------------------------------------

M.defaults = {
  valid = 1,       -- 1 where there is cover for this peril, 0 where not; in the mean: the share of firms that have it
  limit = false,   -- most that is paid, before the share of cover, CNY; false: no limit
  deductible = 0,  -- what the firm bears first, CNY
  coverage = 1,    -- share of the rest that is paid
  insurer_ok = 1,  -- 1 where the insurer can pay, 0 where it fails with the others, or the share it pays
}

-- What is paid:                                                                                 [CNY]
--   valid min( limit , max(0, loss - deductible) ) coverage insurer_ok
function M.payout(loss, given)
  local o = options.complete("insurance", M.defaults, given)
  local covered = max(0, loss - o.deductible)
  if type(o.limit) ~= "boolean" then
    covered = min(o.limit, covered)
  end
  return covered * (o.valid * o.coverage * o.insurer_ok)
end

-- Share of a policy (over_policies) that covers a peril, 1 or 0: its `hazard` is that peril, or says nothing.      [ratio]
function M.covers(p, peril)
  return where(eq(p.hazard, ""), 1, eq(p.hazard, peril))
end

-- Share of a calendar year on whose days the policy is in force; a share `renewed` of policies (1 if not given: a proposal)
-- goes on on the same terms when it ends.                                                        [ratio]
--   f(end) + renewed (f(never) - f(end)) ,  f(x) = clip(min(x, year + 1) - max(start, year), 0, 1)
function M.in_force(p, year, renewed)
  local first = max(proxy(date(p.start), year), year)
  local last = proxy(date(p["end"]) + 1 / 365, year + 1) -- the last day counts
  local until_its_end = clip(min(last, year + 1) - first, 0, 1)
  return until_its_end + (renewed or 1) * (clip(year + 1 - first, 0, 1) - until_its_end)
end

-- What stays with the firm, loss - payout.                                                        [CNY]
function M.net_loss(loss, given)
  return loss - M.payout(loss, given)
end

-- Protection gap, sum(loss - payout) / sum(loss), over lists of losses and payouts; 0 where nothing is lost.   [ratio]
--   insurance.gap({ building, stock }, { insurance.payout(building), 0 })
function M.gap(losses, payouts)
  if #losses ~= #payouts then
    error("insurance: " .. #losses .. " losses and " .. #payouts .. " payouts", 2)
  end
  local lost, paid = 0, 0
  for index, loss in ipairs(losses) do
    lost, paid = lost + loss, paid + payouts[index]
  end
  return where(gt(lost, 0), (lost - paid) / max(lost, 1e-9), 0)
end

-- ---- before the loss ------------------------------------------------------------------------------------

-- Premium when the expected annual loss rises by `change` from `expected`:                          [CNY]
--   prem' = prem (1 + change / expected)
-- Nothing moves where nothing was expected. The insurer passes all on: proposal. If it withdraws instead, `valid` is 0.
function M.premium(premium, change, expected)
  local rise = where(gt(expected, 0), change / max(expected, 1e-9), 0)
  return premium * max(1 + rise, 0)
end

-- What that costs the firm more a year, for firm.respond's `extra_cost`, prem' - prem.               [CNY]
function M.premium_rise(premium, change, expected)
  return M.premium(premium, change, expected) - premium
end

-- ---- waiting for the money ------------------------------------------------------------------------------

-- Condition: the payout comes too late, delay > grace; both in days (or both in years). Grace is how long lenders and
-- suppliers wait.
function M.too_late(delay, grace)
  return gt(delay, grace)
end

-- Cash that is missing after a loss: max(0, loss - payout - cash), and where the payout comes after the grace
-- max(0, loss - cash), since a firm can fail before its insurer pays. Above 0 means that it needs credit.       [CNY]
-- Form: proposal.
function M.liquidity_gap(loss, payout, cash, delay, grace)
  local in_time = where(M.too_late(delay, grace), 0 * payout, payout)
  return max(0, loss - in_time - cash)
end

return M
