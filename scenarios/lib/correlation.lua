-- Asset correlation (R2) of borrowers and its split over factors, for model files: local correlation = require
-- "correlation". Everything takes and gives traced values.
--
-- The functions by PD are those of the Basel Committee's risk weights (The Basel Framework, CRE31). They were made
-- for regulatory capital of large portfolios: a benchmark, not an estimate for a district. Certainty of each is said
-- where it stands: sure (read in the source), likely (from memory, to be checked against the original before a
-- supervisor sees it), unsure (the same, more so), proposal (no authority).

local M = {}

-- (1 - e^(-k PD)) / (1 - e^(-k)): 0 at PD 0, 1 at PD 1.
local function decay(pd, k)
  return (1 - exp(-k * pd)) / (1 - exp(-k))
end

-- Firms, banks and states: 0.24 at PD 0 to 0.12 at PD 1. Sure.
function M.corporate(pd)
  local u = decay(pd, 50)
  return 0.12 * u + 0.24 * (1 - u)
end

-- Small firms: less by up to 0.04, falling to nothing at the upper end of turnover. Basel puts the ends at EUR 5 and
-- 50 million (likely); the Chinese rules on capital of commercial banks at CNY 30 and 300 million (unsure), which is
-- what is used here. A firm without a known turnover gets no reduction.
function M.sme(pd, turnover)
  return M.corporate(pd) - interp(proxy(turnover, 3e8), { 3e7, 3e8 }, { 0.04, 0 })
end

-- Loans on homes. Sure.
M.mortgage = 0.15

-- Revolving retail loans such as cards. Sure.
M.qrre = 0.04

-- Other retail: 0.16 at PD 0 to 0.03 at PD 1. Likely; the ends are sure.
function M.retail(pd)
  local v = decay(pd, 35)
  return 0.03 * v + 0.16 * (1 - v)
end

-- R2 by prefix of the sector, the longest that fits: correlation.by_sector(b, { C = 0.18, C307 = 0.24 }, 0.16).
function M.by_sector(b, table, otherwise)
  return table_by(b.sector, table, otherwise)
end

-- What the book knows goes first: column `rho`, else the given value.
function M.known(b, otherwise)
  return proxy(b.rho, otherwise)
end

-- Is the borrower a household? Not if the book does not say.
function M.is_household(b)
  return proxy(b.household, 0):gt(0)
end

-- R2 of the default model: households by the retail function, no lower than 0.04 (proposal: the floor of revolving
-- loans), all others by the corporate one.
function M.standard(b)
  return M.known(b, where(M.is_household(b), clip(M.retail(b.pd), 0.04, 0.16), M.corporate(b.pd)))
end

-- ---- factors: the whole economy, the sections of GB/T 4754, households ----

local sections = { "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T" }

-- Names for `factors = ...` of a model: "macro", a letter for each section, "household".
function M.factors()
  local names = { "macro" }
  for _, letter in ipairs(sections) do
    names[#names + 1] = letter
  end
  names[#names + 1] = "household"
  return names
end

-- The loadings of a borrower with this R2: equal weight sqrt(R2 / 2) on "macro" and on the own section, so that firms
-- of one section correlate by sqrt(R2_i R2_j) and those of different sections by half of it (proposal; published
-- correlations between sectors range from 0.3 to 0.8). Where no section fits, all of it is on "macro".
function M.loadings(b, r2)
  local household = M.is_household(b)
  local half = sqrt(0.5 * r2)
  local weights, listed = {}, household
  for _, letter in ipairs(sections) do
    local member = all(no(household), b.sector_is(letter))
    weights[letter] = where(member, half, 0)
    listed = any(listed, member)
  end
  weights.household = where(household, half, 0)
  weights.macro = where(listed, half, sqrt(r2))
  return weights
end

return M
