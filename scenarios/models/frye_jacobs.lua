-- The default model with LGDs that rise and fall with the default rate, after Frye and Jacobs, "Credit loss and
-- systematic loss given default" (2012). The function has no parameter of its own:
--
--   LGD(h) = Phi(Phi^-1(h) - k) / h,   k = (Phi^-1(PD) - Phi^-1(PD x LGD)) / sqrt(1 - R2)
--
-- h is the conditional PD of the borrower on the path, PD and LGD the book's. Weighted by default it gives the book's
-- LGD, so that the expected loss of the baseline is the same as with fixed LGDs; only the tail is thicker. A scenario's
-- higher PD raises LGD through h; an LGD that a scenario sets itself comes on top, as the factor scenario LGD / book
-- LGD (at most 1.5 in all). So a scenario that already raises LGD *because* of more defaults would count it twice.
--
-- Needs LGDs of the book within 0 and 1.
local correlation = require "correlation"

return model {
  name = "frye_jacobs",
  factors = correlation.factors(),
  loading = function (b) return correlation.loadings(b, correlation.standard(b)) end,
  persistence = 0.5, -- proposal
  lgd = frye_jacobs {},
}
