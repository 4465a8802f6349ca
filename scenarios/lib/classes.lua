-- The five classes of loans under stress (五级分类): days, shares and thresholds by which a loan moves between them.
-- Ordinary Lua with plain numbers; how they are used stands in docs/method.md, "The five classes".
--
-- Values of regulations come from regulation.lua with their source and certainty. Everything else is a proposal and says
-- so: a bank's own history of cures belongs here.

local regulation = require "regulation"

local M = {}

-- What the rules leave open, or no rule says. All proposals.
M.terms = {
  cure_rate = 0.15,          -- chance in a year that a debtor in default pays its arrears or has its debt restructured
  restructured_share = 0.40, -- of those cured, the part whose debt is restructured
  special_days = 365,        -- as special mention after leaving the bad classes
  most_paths = 4096,         -- classes are followed on the first so many paths: the day of each default takes time to find
}

-- row: day (YYYYMMDD). Returns the terms in force on that day.
function M.policy(row)
  local function rule(key)
    return regulation.value(key, math.max(row.day, 20230701)) -- the present rules, for older books too
  end
  local terms = {}
  for key, value in pairs(M.terms) do
    terms[key] = value
  end
  terms.technical_days = rule("technical_overdue_days")
  terms.doubtful_days = rule("doubtful_days")
  terms.loss_days = rule("loss_days")
  terms.doubtful_loss = rule("ecl_doubtful")
  terms.loss_loss = rule("ecl_loss")
  terms.cross_share = rule("cross_default_share")
  terms.upgrade_days = rule("upgrade_days")
  terms.observation_days = rule("observation_days")
  return terms
end

return M
