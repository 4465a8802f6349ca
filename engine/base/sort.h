/* Sorting of money. */
#ifndef PLIM_BASE_SORT_H
#define PLIM_BASE_SORT_H

#include <stdint.h>

/* Sorts n values ascending, in time proportional to n. `scratch` holds n values; its contents are
   lost. */
void plim_sort_fen(int64_t *values, int64_t *scratch, uint32_t n);

#endif
