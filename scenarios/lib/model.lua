-- The default portfolio model: which defaults come together.
--
-- Factors: one of the whole economy, one for each section of GB/T 4754 (letters A to T), one of households. A
-- borrower loads on "macro" and on its own section with equal weight sqrt(R2 / 2), so that
--   two firms of one section correlate by  sqrt(R2_i R2_j)
--   two firms of different sections by half of it: the correlation between sections is 0.5 (proposal; published
--   estimates range from 0.3 to 0.8).
-- A borrower whose sector begins with no such letter has all its R2 on "macro".
--
-- R2 by PD: the corporate and the other-retail functions of the Basel framework (risk weight functions of the IRB
-- approach); a column `rho` of the book, where known, replaces it. The functions were made for regulatory capital:
-- they are a benchmark, not an estimate for a district. They use the PD of the first year.
--
-- Persistence 0.5: the factors' correlation from one year to the next (proposal).
--
-- What it cannot tell: contagion between firms, thicker tails than the Gaussian, common hazards of a place.

local sections = { "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T" }

local factors = { "macro" }
for _, letter in ipairs(sections) do
  factors[#factors + 1] = letter
end
factors[#factors + 1] = "household"

-- (1 - e^(-k PD)) / (1 - e^(-k)): 0 at PD 0, 1 at PD 1.
local function decay(pd, k)
  return (1 - exp(-k * pd)) / (1 - exp(-k))
end

local function corporate(pd)
  local u = decay(pd, 50)
  return 0.12 * u + 0.24 * (1 - u)
end

local function retail(pd)
  local v = decay(pd, 35)
  return clip(0.03 * v + 0.16 * (1 - v), 0.04, 0.16)
end

return model {
  name = "default",
  copula = "gaussian",
  factors = factors,
  loading = function (b)
    local household = proxy(b.household, 0):gt(0)
    local r2 = proxy(b.rho, where(household, retail(b.pd), corporate(b.pd)))
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
  end,
  persistence = 0.5,
}
