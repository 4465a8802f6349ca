/* A cheap number that ranks paths: the conditional expected loss of groups of borrowers given the
 * factors of a path, in each scenario. It decides which paths are worth simulating (boost.h), never
 * what they lose, so a coarse one is enough; it has the same bits on every machine. */
#ifndef PLIM_SIMULATE_PROXY_H
#define PLIM_SIMULATE_PROXY_H

#include "simulate/screen.h"

/* A group stands for some chunks of the screen with like loadings and PDs, by loss-weighted means.
   Borrowers that never or surely default are left out: they rank no path. Cells of thresholds and
   weights are [(s * n_years + t) * n_groups + g]. */
typedef struct plim_proxy {
    const plim_plan *plan; /* not owned */
    uint32_t n_groups;
    uint32_t *first_loading; /* n_groups + 1 */
    uint16_t *factor;
    double *loading;
    double *threshold;
    double *weight; /* fen lost if all of the group default */
} plim_proxy;

/* One worker's scratch. */
typedef struct plim_proxy_scratch {
    double *factors, *mixing, *index, *conditional, *alive;
} plim_proxy_scratch;

uint64_t plim_proxy_bytes(const plim_plan *plan, int threads); /* at most */
PLIM_NODISCARD plim_status plim_proxy_make(plim_proxy *out, const plim_screen *screen,
                                           plim_error *err);
void plim_proxy_free(plim_proxy *proxy);
PLIM_NODISCARD plim_status plim_proxy_scratch_make(plim_proxy_scratch *out, const plim_proxy *proxy,
                                                   plim_error *err);
void plim_proxy_scratch_free(plim_proxy_scratch *scratch);

/* score[s]: expected loss, in fen, of scenario s given the factors of the path. */
void plim_proxy_score(const plim_proxy *proxy, const plim_proxy_scratch *scratch, uint64_t seed,
                      uint32_t path, double *score);

#endif
