-- What a loan still brings after a default: collateral, guarantees; and how much is drawn by then.
--
-- For `loan = function (l, b, d) return { lgd = …, ead = … } end`. Money in CNY, rates and shares as decimals. The
-- formulas are usual arithmetic of recovery; every number is a proposal unless it names a source.

local options = require "options"

local M = {}

-- ---- collateral ---------------------------------------------------------------------------------------

M.value_defaults = {
  index = 1,   -- price of such collateral over today's
  damage = 0,  -- share destroyed
  stigma = 0,  -- discount for a polluted or flood-prone place
  label = 0,   -- discount for a bad energy label
}

-- Value after the shock, V' = V index (1 - damage)(1 - stigma)(1 - label).                        [CNY]
function M.value(value, given)
  local o = options.complete("collateral", M.value_defaults, given)
  return value * (o.index * (1 - o.damage) * (1 - o.stigma) * (1 - o.label))
end

M.lgd_defaults = {
  haircut = 0.3,   -- lost in a forced sale (proposal)
  cost = 0.05,     -- cost of the sale, share of its price (proposal)
  rate = 0.045,    -- discount rate a year (proposal: near the loan rate)
  years = 2,       -- from default to the money (proposal; 1.5 to 3)
  guarantee = 0,   -- share of the exposure that a guarantor pays for sure
  insurance = 0,   -- share of the exposure that an insurer pays for sure
  floor = 0.05,    -- least LGD (proposal)
}

-- LGD = clip( 1 - V (1 - haircut)(1 - cost) / (1 + rate)^years / EAD - guarantee - insurance , floor , 1 )    [ratio]
-- V value of the collateral after the shock, EAD exposure (at least 1 CNY).
function M.lgd(value, ead, given)
  local o = options.complete("collateral", M.lgd_defaults, given)
  local net = (1 - o.haircut) * (1 - o.cost) / (1 + o.rate) ^ o.years
  local recovered = value * net / max(ead, 1) + o.guarantee + o.insurance
  return clip(1 - recovered, o.floor, 1)
end

-- LGD from the value before the shock: M.lgd of M.value, with the options of both in one table.            [ratio]
--   collateral.lgd_after_damage(l.collateral_value, l.balance, { damage = damage.of_borrower(b, d.depth) })
function M.lgd_after_damage(value, ead, given)
  local both = {}
  for _, defaults in ipairs({ M.value_defaults, M.lgd_defaults }) do
    for name, default in pairs(defaults) do
      both[name] = default
    end
  end
  local o = options.complete("collateral", both, given)
  return M.lgd(M.value(value, options.part(M.value_defaults, o)), ead, options.part(M.lgd_defaults, o))
end

-- The book's LGD moved by the change of a computed one, so that the level of the latter does not count:       [ratio]
--   LGD' = clip( LGD + x - x at reference , 0 , max(LGD, 1) ) ,  x = M.lgd_after_damage(…)
-- Exactly LGD where x does not move. Proposal.
function M.moved(lgd, computed)
  local change = computed - at_reference(computed)
  return where(eq(change, 0), lgd, clip(lgd + change, 0, max(lgd, 1)))
end

-- For a book that knows the LGD but not the collateral: the part `share` of what is recovered comes from collateral,
-- which loses `fall` of its value,                                                               [ratio]
--   LGD' = LGD + max(1 - LGD, 0) share fall
-- Exactly LGD where nothing falls; never above 1 unless LGD already is.
function M.lgd_after(lgd, fall, share)
  return lgd + max(1 - lgd, 0) * (share * clip(fall, 0, 1))
end

-- ---- guarantee ----------------------------------------------------------------------------------------

-- LGD of a loan of which a guarantor covers a share, if its default has nothing to do with the borrower's:
--   LGD (1 - cover (1 - PD_g))                                                                  [ratio]
-- In a common crisis this flatters: guarantor and borrower then fail together.
function M.guaranteed(lgd, cover, guarantor_pd)
  return lgd * (1 - cover * (1 - guarantor_pd))
end

-- For a book whose LGD counts on the guarantee already: the same, moved from the guarantor's PD at reference,
--   LGD' = LGD (1 - cover (1 - PD_g')) / (1 - cover (1 - PD_g))                                 [ratio]
-- at most 1, unless LGD already is above. Exactly LGD where the guarantor's PD does not move.
function M.guarantor_weaker(lgd, cover, guarantor_pd)
  local open = 1 - cover * (1 - guarantor_pd)
  local before = max(at_reference(open), 1e-6)
  return where(eq(open, at_reference(open)), lgd, min(lgd * (open / before), max(lgd, 1)))
end

-- ---- undrawn commitments ------------------------------------------------------------------------------

-- EAD = balance + CCF' undrawn with CCF' = CCF + rise (1 - CCF): `rise` of what would have stayed undrawn is drawn
-- too; 0 is as the book says, 1 all. A commitment or a CCF that is not known is nothing, as in the engine.      [CNY]
function M.ead(l, rise)
  local undrawn = proxy(l.undrawn, 0)
  local ccf = proxy(where(gt(undrawn, 0), clip(l.ccf, 0, 1), 0), 0) -- a loan without a commitment needs none
  return l.balance + where(gt(undrawn, 0), (ccf + clip(rise, 0, 1) * (1 - ccf)) * undrawn, 0)
end

return M
