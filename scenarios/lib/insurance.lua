-- What insurance takes of a loss, and what it leaves.
--
-- Terms hold for one event. Money in CNY, shares as decimals. Usual arithmetic of property insurance; every number is
-- a proposal.

local options = require "options"

local M = {}

M.defaults = {
  deductible = 0,     -- CNY of each event that the insured bears
  limit = 1e15,       -- CNY that is paid for an event at most
  coverage = 1,       -- share of what lies between that is paid
  valid = 1,          -- condition: the policy is in force, and its insurer pays
}

-- Payout of an event, valid min(limit, max(0, loss - deductible)) coverage.                        [CNY]
-- `loss` must not be negative. Limit and deductible carry the unit of the loss.
function M.payout(loss, given)
  local o = options.complete("insurance", M.defaults, given)
  local nothing = 0 * loss
  return o.valid * o.coverage * min(nothing + o.limit, max(nothing, loss - o.deductible))
end

-- What stays with the insured, loss - payout.                                                      [CNY]
function M.net(loss, given)
  return loss - M.payout(loss, given)
end

-- Protection gap: share of a loss that is not paid; 0 where there is no loss.                       [ratio]
function M.gap(loss, payout)
  return where(gt(loss, 0 * loss), (loss - payout) / max(loss, 0 * loss + 1), 0)
end

-- Premium after a rise of the average annual loss, premium (1 + rise of AAL / AAL).                 [CNY]
function M.premium(premium, aal, aal_before)
  return premium * (aal / aal_before)
end

-- Cash that is short until the payout comes, if that takes longer than creditors wait (`delay` and `grace` in years): the
-- loss less cash; 0 otherwise.                                                                     [CNY]
function M.cash_gap(loss, cash, delay, grace)
  return where(gt(delay, grace), max(loss - cash, 0 * loss), 0 * loss)
end

return M
