/* VaR and ES from two strata of paths: all of those above a cut, and a sample of those below it
 * (simulate/boost.h). Sums are whole numbers, so that with nothing below the values are those of
 * measure.h, bit for bit.
 *
 * Errors are those of double sampling for stratification (W. G. Cochran, "Sampling Techniques",
 * 1977, chapter 12), with n paths in all, of which N_b below, n_b of them sampled:
 *     var(mean of f) = var(f) / n + (N_b / n)^2 (1 / n_b - 1 / N_b) var_b(f).
 * For ES f is (L - VaR)+; for VaR it is the indicator of L > VaR, and the interval is that of the
 * weighted order statistics around its level. A tail path that lies below the cut weighs N_b / n_b:
 * where none of them was sampled the error cannot know of any, which is why the estimate stands
 * beside the plain one. */
#ifndef PLIM_MEASURE_WEIGHTED_H
#define PLIM_MEASURE_WEIGHTED_H

#include "measure/measure.h"

/* Losses in fen; borrowed. */
typedef struct plim_strata {
    const int64_t *above, *below; /* NULL where there are none */
    uint32_t n_above, n_below;    /* simulated */
    uint32_t all_below;           /* that the n_below stand for */
} plim_strata;

/* Sorted copies of both. */
typedef struct plim_weighted {
    int64_t *above, *below;
    uint32_t n_above, n_below, all_below;
    uint32_t weight_above, weight_below; /* their ratio, in lowest terms, is n_below : all_below */
} plim_weighted;

/* Level 1 - beyond / of. Beyond at most a tenth; of at most 10,000. */
typedef struct plim_confidence {
    uint32_t beyond, of;
} plim_confidence;

/* PLIM_BUG for strata without any path, or a sample of more than there are. */
PLIM_NODISCARD plim_status plim_weighted_make(plim_weighted *out, const plim_strata *strata,
                                              plim_error *err);
void plim_weighted_free(plim_weighted *sample);

/* The interval of VaR needs 20 effective paths. */
plim_estimate plim_weighted_var(const plim_weighted *sample, plim_confidence level);
plim_estimate plim_weighted_es(const plim_weighted *sample, plim_confidence level);
/* Effective sample size of the tail, (sum w)^2 / sum w^2 over the paths with a loss above VaR
   (L. Kish, "Survey Sampling", 1965); 0 if there are none. */
double plim_weighted_tail_paths(const plim_weighted *sample, plim_confidence level);

#endif
