/* Who takes part where banks breach together: paths on which at least so many banks miss a
 * requirement are simulated again, and the borrowers that default on them are counted. Nothing has
 * to be kept of the other paths. */
#ifndef PLIM_SIMULATE_JOINT_H
#define PLIM_SIMULATE_JOINT_H

#include "simulate/simulator.h"

#define PLIM_JOINT_LISTED 20 /* borrowers, a scenario */

/* A borrower that defaults on paths of joint breach. */
typedef struct plim_partner {
    char *id; /* owned */
    uint64_t n_defaults;
    plim_int128 loss; /* on those paths, fen */
    int64_t exposure_fen;
} plim_partner;

/* Zero-initialise. */
typedef struct plim_joint {
    uint32_t n_scenarios;
    uint32_t least[256];      /* banks that breach on a path that counts: 2, or 1 where there are no
                                 such paths; by scenario */
    uint64_t n_paths[256];    /* that count */
    uint32_t n_partners[256]; /* listed, most defaults first, then the larger loss, then the id */
    plim_partner *partner;    /* [s * PLIM_JOINT_LISTED + i] */
    struct plim_joint_paths *paths; /* private */
} plim_joint;

/* breaching[s * n_paths + path]: banks. */
PLIM_NODISCARD plim_status plim_joint_begin(plim_joint *out, const uint8_t *breaching,
                                            uint32_t n_scenarios, uint32_t n_paths,
                                            plim_error *err);
/* Replays the whole book or a slab, with the simulation of its plan. */
PLIM_NODISCARD plim_status plim_joint_slab(plim_joint *joint, const plim_simulation *simulation,
                                           plim_error *err);
void plim_joint_free(plim_joint *joint);

#endif
