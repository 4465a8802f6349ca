/* How events become tallies. Sums by path go to the cells of the round, which belong to the worker
 * that has the path; sums over paths are kept once a worker and merged at the end. */
#ifndef PLIM_SIMULATE_PARTIAL_H
#define PLIM_SIMULATE_PARTIAL_H

#include "simulate/changes.h"
#include "simulate/class_moves.h"
#include "simulate/key_sums.h"
#include "simulate/round.h"
#include "simulate/stakes.h"

/* A worker's own sums. Cells of a batch stand together, those of a scenario next to each other. */
typedef struct plim_partial {
    const plim_stakes *stakes;
    plim_round *round;
    plim_key_sums sectors, regions;
    plim_class_moves classes; /* empty without */
    uint32_t class_paths;     /* that they are followed on; 0 without */
    uint16_t *defaults;       /* of the chunk at hand: [place * S * T + s * T + t] */
    plim_moments *losses;     /* the same by [place * S + s], where LGD is not fixed, or NULL */
} plim_partial;

uint64_t plim_partial_bytes(const plim_plan *plan);
PLIM_NODISCARD plim_status plim_partial_create(plim_partial *out, const plim_stakes *stakes,
                                               plim_round *round, plim_error *err);
void plim_partial_free(plim_partial *partial);

/* A block of the round: its octets and who has simulated them. */
typedef struct plim_block {
    plim_workspace *workspace;
    const uint32_t *octet;
    uint32_t n_octets;
} plim_block;

/* Adds the events of a chunk on a block. Safe from many threads at once if each has its own
   `partial` and the paths are no other thread's. */
void plim_partial_add(plim_partial *partial, uint32_t chunk, const plim_block *block,
                      const plim_events *events);
/* Adds the changes of loans in default that differ from path to path (simulate/changes.h). */
PLIM_NODISCARD plim_status plim_partial_add_changes(plim_partial *partial, const plim_block *block,
                                                    plim_error *err);
/* Adds the cures of loans in default at as_of. */
void plim_partial_add_opening(plim_partial *partial, const plim_block *block);
/* Adds a worker's sums to the tallies. One thread at a time. */
void plim_partial_merge(plim_tallies *tallies, const plim_partial *partial);

/* Changes of loss of loans already in default: the same on every path. To the round's cells, and to
   the sums by key for its paths. One thread. */
PLIM_NODISCARD plim_status plim_tally_changes(plim_tallies *tallies, const plim_plan *plan,
                                              plim_round *round, plim_error *err);

#endif
