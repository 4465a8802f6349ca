/* More paths for the tail alone. After a plain run of N paths the factors of K N further ones are
 * drawn, and all (1 + K) N are ranked by a cheap proxy of their loss (proxy.h). A cut on it, chosen
 * from the plain paths, splits them in two strata: above it every path is simulated, below it only
 * the plain ones, each of which stands for all_below / plain_below paths. This is double sampling
 * for stratification (W. G. Cochran, "Sampling Techniques", 1977, chapter 12): weights are ratios
 * of counts, every path is an ordinary one of the same seed, and what a poor proxy costs is
 * precision, not correctness. measure/weighted.h makes estimates of it. */
#ifndef PLIM_SIMULATE_BOOST_H
#define PLIM_SIMULATE_BOOST_H

#include "simulate/simulator.h"

/* Of the plain paths, those that lie above the cut of some scenario: three times the tail at 99 %,
   so that few paths of the tail lie below the cut. From 1 on everything is simulated. A proposal;
   it moves precision and time, not what is estimated. */
#define PLIM_BOOST_SHARE 0.03

typedef struct plim_boost {
    uint32_t n_scenarios, n_plain;
    uint32_t n_all;       /* (1 + K) N */
    uint32_t plain_above; /* plain paths above the cut */
    uint32_t n_further;   /* further paths above it: all of them simulated */
    uint32_t all_below;   /* n_all - plain_above - n_further */
    uint8_t *above;       /* [plain path] */
    int64_t *loss;        /* all banks, fen: [s * n_further + i], in the order of paths */
} plim_boost;

/* Bytes, for the forecast: what is held at once, with the expected number of further paths. */
uint64_t plim_boost_bytes(const plim_simulation *simulation);
/* PLIM_USAGE if (1 + K) N is beyond 2^32 - 1, so that paths have no number. */
PLIM_NODISCARD plim_status plim_boost_check(const plim_simulation *simulation, plim_error *err);
/* `tallies`: of the finished plain simulation, with its number of paths; K is simulation->tail;
   `share` as PLIM_BOOST_SHARE. The same bits on any team, instruction set and tile. */
PLIM_NODISCARD plim_status plim_boost_make(plim_boost *out, const plim_simulation *simulation,
                                           const plim_tallies *tallies, double share,
                                           plim_error *err);
void plim_boost_free(plim_boost *boost);

#endif
