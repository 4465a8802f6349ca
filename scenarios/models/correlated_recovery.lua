-- The default model with random LGDs that are worse in bad years.
--
-- LGD is drawn for each loan from a beta distribution. Its mean is the LGD of the book or the scenario, its standard
-- deviation `spread` of the largest that is possible with that mean, sqrt(m (1 - m)): spread 0.4 and mean 0.45 make
-- a standard deviation of 0.20. `systematic` is the correlation of a loan's recovery with the factors of its borrower
-- in the year of default (after Frye, "Collateral damage", 2000). With 0 LGD is random only, and the expected loss is
-- that of fixed LGDs. With more, defaults come in years of low recoveries, and the expected loss is higher: the book's
-- LGD is then read as the mean over all years, good and bad. Where it is an LGD seen among defaults, or a downturn
-- LGD, use systematic = 0 or frye_jacobs.
--
-- Both numbers are proposals. Needs LGDs within 0 and 1, of the scenarios too.
local correlation = require "correlation"

return model {
  name = "correlated_recovery",
  factors = correlation.factors(),
  loading = function (b) return correlation.loadings(b, correlation.standard(b)) end,
  persistence = 0.5, -- proposal
  lgd = beta { spread = 0.4, systematic = 0.3 },
}
