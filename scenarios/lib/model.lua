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

local correlation = require "correlation"

return model {
  name = "default",
  copula = "gaussian",
  factors = correlation.factors(),
  loading = function (b) return correlation.loadings(b, correlation.standard(b)) end,
  persistence = 0.5,
}
