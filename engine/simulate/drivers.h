/* Draws the random drivers of a path: the numbers behind the slots of plan/random.h. Pure: a
 * function of plan, seed, path and the path's factors. */
#ifndef PLIM_SIMULATE_DRIVERS_H
#define PLIM_SIMULATE_DRIVERS_H

#include "plan/plan.h"

/* The systematic factors of a path and their innovations, [t * n_factors + f] each
   (simulate/simulate.h). */
typedef struct plim_path_factors {
    const double *level, *innovation;
} plim_path_factors;

/* Values of all slots of a path into out[slot * stride], which are 0 before: those of hazards are
   set where something happens. */
void plim_simulate_drivers(const plim_plan *plan, uint64_t seed, uint32_t path,
                           const plim_path_factors *factors, double *out, uint32_t stride);

#endif
