/* The largest PD that a record of few defaults still agrees with, for portfolios whose default rate
 * says nothing (Pluto and Tasche, "Thinking positively", Risk, August 2005; "Estimating
 * Probabilities of Default for Low Default Portfolios", 2004). Plain arithmetic over
 * math/functions.h: the same bits everywhere. Pure and thread-safe. */
#ifndef PLIM_MATH_LOW_DEFAULT_H
#define PLIM_MATH_LOW_DEFAULT_H

#include <stdint.h>

/* Most obligors that are taken: the error below grows with their number. */
#define PLIM_LOW_DEFAULT_MOST 10000000

/* P(D <= defaults) of a binomial D of `obligors` and probability `pd` in [0, 1]; defaults >=
   obligors give 1. Relative error under 1e-9. */
double plim_binomial_cdf(uint64_t defaults, uint64_t obligors, double pd);

/* The upper confidence bound p of the PD of `obligors` (1 to PLIM_LOW_DEFAULT_MOST) of whom
   `defaults` defaulted within a year: P(D <= defaults | p) = 1 - confidence, confidence in (0, 1).
   Independent defaults (correlation 0): D is binomial; without defaults p = 1 -
   (1 - confidence)^(1 / obligors). Correlation rho in (0, 1): binomial given the factor Y, with
   PD Phi((Phi^-1(p) - sqrt(rho) Y) / sqrt(1 - rho)), over a standard normal Y. 1 if all defaulted;
   NaN where an argument is out of range. Relative error under 1e-8 (correlated: 1e-6). */
double plim_low_default_bound(uint64_t defaults, uint64_t obligors, double confidence,
                              double correlation);

#endif
