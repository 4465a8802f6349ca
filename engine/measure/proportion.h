/* Shares of paths with their errors. */
#ifndef PLIM_MEASURE_PROPORTION_H
#define PLIM_MEASURE_PROPORTION_H

#include "measure/measure.h"

/* `count` of n paths: the share, its standard error, and the 95 % interval of Wilson ("Probable
   inference, the law of succession, and statistical inference", 1927), which holds where the share
   is near 0 or 1 too. Undefined where n is 0. */
plim_estimate plim_proportion(uint64_t count, uint64_t n);

#endif
