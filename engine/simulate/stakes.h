/* What defaults cost, in the order in which the simulation meets borrowers, and how often each has
 * defaulted: common to all workers. */
#ifndef PLIM_SIMULATE_STAKES_H
#define PLIM_SIMULATE_STAKES_H

#include "parallel/lock.h"
#include "simulate/simulate.h"
#include "simulate/tally.h"

/* What a default of a borrower costs, where that is the same in all scenarios and years: most
   borrowers have one loan and no scenario touches its LGD or EAD. In order of position, so that a
   chunk's stand together. */
typedef struct plim_stake {
    int64_t loss, exposure; /* fen */
    uint32_t bank, sector, region;
    uint32_t loan; /* row of the book */
    bool simple;   /* else look at the loans */
} plim_stake;

/* Common to all workers; borrowed by them. */
typedef struct plim_stakes {
    const plim_screen *screen;
    const plim_severity *severity;
    plim_tallies *tallies; /* its key sets, and losses by borrower where LGD is not fixed */
    plim_stake *stake;     /* [position] */
    uint32_t *defaults;    /* [position * n_scenarios * n_years + s * n_years + t] */
    plim_lock *lock;       /* of each chunk's `defaults` */
    uint64_t seed;         /* of cures */
} plim_stakes;

uint64_t plim_stakes_bytes(const plim_plan *plan);
/* All borrowed. */
typedef struct plim_stakes_config {
    const plim_screen *screen;
    const plim_severity *severity;
    plim_tallies *tallies;
    int threads; /* that fill them */
    uint64_t seed;
} plim_stakes_config;

PLIM_NODISCARD plim_status plim_stakes_make(plim_stakes *out, const plim_stakes_config *config,
                                            plim_error *err);
void plim_stakes_free(plim_stakes *stakes);
/* Adds the counts of defaults to those of the tallies. One thread. */
void plim_stakes_merge(const plim_stakes *stakes, plim_tallies *tallies);

#endif
