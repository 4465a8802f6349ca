/* How events become tallies. Sums by path belong to the block of paths that a task works on; sums
 * over paths are kept once a worker and merged at the end. */
#ifndef PLIM_SIMULATE_PARTIAL_H
#define PLIM_SIMULATE_PARTIAL_H

#include "simulate/tally.h"

#define PLIM_CLASSES 6 /* 1 to 5, and 0: not stated */

/* A worker's own sums, laid out as in plim_tallies. */
typedef struct plim_partial {
    plim_int128 *sector_loss, *region_loss, *class_balance;
} plim_partial;

uint64_t plim_partial_bytes(const plim_plan *plan);
PLIM_NODISCARD plim_status plim_partial_create(plim_partial *out, const plim_tallies *tallies,
                                               plim_error *err);
void plim_partial_free(plim_partial *partial);

/* Adds events. Safe from many threads at once if each has its own `partial` and the events' paths
   are no other thread's. */
void plim_partial_add(plim_partial *partial, plim_tallies *tallies, const plim_plan *plan,
                      const plim_events *events);
/* Adds a worker's sums to the tallies. One thread at a time. */
void plim_partial_merge(plim_tallies *tallies, const plim_partial *partial);
/* Changes of loss of loans already in default: the same on every path. Once, one thread. */
void plim_tally_changes(plim_tallies *tallies, const plim_plan *plan);

#endif
