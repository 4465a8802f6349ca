/* Draws hazards on a path (scenario/hazard.h). Pure. */
#ifndef PLIM_SIMULATE_HAZARDS_H
#define PLIM_SIMULATE_HAZARDS_H

#include "plan/plan.h"

typedef struct plim_hazard_draw {
    uint64_t seed;
    uint32_t path;
} plim_hazard_draw;

/* Sets the slots of a hazard on a path, out[(t * n_places + place) * stride], where something
   happens; they are 0 before. With a reference of today those behind them as well: the same draws
   at frequency and intensity 1, so that an event of the lower frequency is one of the higher too.
 */
void plim_simulate_hazard(const plim_plan *plan, const plim_random *random, plim_hazard_draw of,
                          double *out, uint32_t stride);

/* Events of a hazard in period t of a path: how many (of return
   periods none), and which is the k-th (from 0). */
uint32_t plim_simulate_count(const plim_random *random, uint64_t seed, uint32_t path, uint32_t t);
size_t plim_simulate_event(const plim_random *random, uint64_t seed, uint32_t path, uint32_t t,
                           uint32_t k);

#endif
