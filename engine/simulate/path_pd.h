/* What the PDs of the paths come to on average: the mean, over paths and living borrowers, of 1 -
 * prod(1 - PD_t) by the PDs that a scenario gives on each path. Beside the simulated share of
 * defaults it shows what the factors make of it: the two agree within their errors where years are
 * independent and no driver moves with a factor.
 *
 * Estimated from a sample, whatever the run's own number of paths: PLIM_PATH_PD_PATHS paths, and on
 * each every stride-th borrower by its key. What is averaged is the rise over the same at the mean
 * path, which is known of all borrowers (plan/analytic.h). Independent of threads, of the order of
 * rows, and of how the book is parted into slabs. */
#ifndef PLIM_SIMULATE_PATH_PD_H
#define PLIM_SIMULATE_PATH_PD_H

#include "plan/analytic.h"

#define PLIM_PATH_PD_PATHS 1024

/* Zero-initialise; sums go on from slab to slab. */
typedef struct plim_path_pd {
    uint32_t stride; /* a power of two */
    uint32_t n_scenarios;
    plim_sum *rise; /* [s * PLIM_PATH_PD_PATHS + path]: over the sampled borrowers */
} plim_path_pd;

typedef struct plim_path_pd_work {
    const plim_plan *plan;
    uint64_t seed;
    uint64_t n_borrowers; /* of the whole book: how many of them are looked at hangs on it */
    int threads;
} plim_path_pd_work;

/* Adds the borrowers of a plan. PLIM_INPUT as plim_varying_pd: a PD that is not acceptable. */
PLIM_NODISCARD plim_status plim_path_pd_add(plim_path_pd *to, const plim_path_pd_work *work,
                                            plim_error *err);
/* Sum over all borrowers of the mean rise, and its standard error (over paths); 0 where nothing
   varies. */
typedef struct plim_path_pd_mean {
    double rise, error;
} plim_path_pd_mean;
plim_path_pd_mean plim_path_pd_of(const plim_path_pd *of, uint32_t scenario);
void plim_path_pd_free(plim_path_pd *pd);

#endif
