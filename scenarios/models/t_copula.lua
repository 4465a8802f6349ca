-- The default model with a t copula: joint defaults of many borrowers become more frequent, each borrower's own PD
-- stays what it is.
--
-- A year's thresholds are all multiplied by one random number, sqrt(S / nu) with S chi-squared of nu degrees of
-- freedom. In a year in which it is low, all borrowers stand nearer to default, whatever their sector: even borrowers
-- without a common factor default together. Two borrowers of PD 2 % and correlation 0.15 default together with
-- probability 0.255 % under nu = 5, three times the 0.088 % of the Gaussian copula.
--
-- nu = 6: proposal (4 to 10 is usual in the literature; nothing is known for a district). A whole number from 2 to 100.
local correlation = require "correlation"

return model {
  name = "t_copula",
  copula = t { nu = 6 },
  factors = correlation.factors(),
  loading = function (b) return correlation.loadings(b, correlation.standard(b)) end,
  persistence = 0.5, -- proposal
}
