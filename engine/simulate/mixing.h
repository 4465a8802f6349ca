/* The mixing variable of a t copula, sqrt(S / nu) with S chi-squared of nu degrees of freedom:
 * drawn anew each year, common to all borrowers (Demarta and McNeil, "The t Copula and Related
 * Copulas", 2005). A low value is bad: it brings all thresholds near 0, h = normal_cdf(threshold x
 * mixing - index). */
#ifndef PLIM_SIMULATE_MIXING_H
#define PLIM_SIMULATE_MIXING_H

#include "plan/plan.h"

/* out[t] for t below n_years; exactly 1 for a Gaussian copula. Pure and thread-safe.
   S is the sum of nu squared normals. Two of them are together -2 log U, U uniform (Box and Muller,
   "A note on the generation of random normal deviates", 1958), so that one call of the generator
   gives four; the last of an odd number is the inverse of the normal distribution. */
void plim_simulate_mixing(const plim_plan *plan, uint64_t seed, uint32_t path, double *out);

#endif
