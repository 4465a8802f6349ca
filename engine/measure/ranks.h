/* Order statistics without sorting everything. */
#ifndef PLIM_MEASURE_RANKS_H
#define PLIM_MEASURE_RANKS_H

#include "base/status.h"

#include <stdint.h>

/* Room for plim_ranks_find; zero-initialise, plim_ranks_free. Not shared between threads. */
typedef struct plim_ranks {
    uint32_t *count;
    int64_t *inside, *scratch;
    uint32_t capacity;
} plim_ranks;

/* ask->out[i]: the ask->rank[i]-th smallest (from 1) of n values. Exact; a few passes over the
 * values. */
typedef struct plim_ranks_ask {
    const uint32_t *rank;
    uint32_t n;
    int64_t *out;
} plim_ranks_ask;
PLIM_NODISCARD plim_status plim_ranks_find(plim_ranks *room, const int64_t *value, uint32_t n,
                                           const plim_ranks_ask *ask, plim_error *err);
void plim_ranks_free(plim_ranks *room);

#endif
