/* Exact sums of squares of int64 values (192-bit), and moments formed from them at the very end,
 * so that no order of addition can change a bit. */
#ifndef PLIM_BASE_WIDE_H
#define PLIM_BASE_WIDE_H

#include "base/money.h"

#include <stdint.h>

/* Count, sum and sum of squares of int64 values; zero-initialise. Holds 2^32 values of any size. */
typedef struct plim_moments {
    uint64_t count;
    plim_int128 sum;
    uint64_t squares[3]; /* little-endian limbs */
} plim_moments;

void plim_moments_add(plim_moments *m, int64_t value);
void plim_moments_merge(plim_moments *m, const plim_moments *other);
double plim_moments_mean(const plim_moments *m);
/* Unbiased variance, (n * sum of squares - sum^2) / (n (n - 1)), with an exact numerator: a
   constant gives exactly 0. NaN when count < 2. */
double plim_moments_variance(const plim_moments *m);
/* sqrt(variance / count); NaN when count < 2. */
double plim_moments_stderr(const plim_moments *m);

#endif
