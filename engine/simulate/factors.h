/* Systematic factors of a block of paths. */
#ifndef PLIM_SIMULATE_FACTORS_H
#define PLIM_SIMULATE_FACTORS_H

#include "plan/plan.h"

/* Fills factor[(t * n_factors + f) * stride + p] for paths first + p, p < n; what lies beyond in
   the stride is set to 0. `scratch` holds n_years * n_factors doubles. */
void plim_factors_block(const plim_plan *plan, uint64_t seed, uint32_t first, uint32_t n,
                        uint32_t stride, double *scratch, double *factor);

#endif
