/* Estimates from sums that are kept in batches of paths (simulate/tally.h): their scatter
 * gives the sampling error without a number for every path. */
#ifndef PLIM_MEASURE_BATCH_H
#define PLIM_MEASURE_BATCH_H

#include "measure/measure.h"

/* Mean over n paths of an amount whose sums by batch, in fen, are `sums` (PLIM_BATCHES of them);
   less that of `baseline`, if not NULL, with the paired error. Batches may differ in size by an
   octet. All differences zero give exactly 0 with error 0; the error is NaN below two paths. */
plim_estimate plim_batch_mean(const plim_int128 *sums, const plim_int128 *baseline, uint32_t n);

#endif
