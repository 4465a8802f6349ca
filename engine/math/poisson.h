/* The Poisson distribution, for numbers of events in a year. Plain arithmetic: the same bits
 * everywhere. */
#ifndef PLIM_MATH_POISSON_H
#define PLIM_MATH_POISSON_H

#include <stdint.h>

/* Largest mean that is taken: beyond it exp(-mean) is no longer a normal number. */
#define PLIM_POISSON_MOST 700

/* The least n with P(N <= n) >= u, u in (0, 1), mean from 0 to PLIM_POISSON_MOST: by summing up the
   probabilities, so that it takes about `mean` steps. */
uint32_t plim_poisson_inv(double u, double mean);

#endif
