/* From PD curves of borrowers in scenarios to the plan's hazard rows. Private to the room. */
#ifndef PLIM_PLAN_HAZARD_ROWS_H
#define PLIM_PLAN_HAZARD_ROWS_H

#include "plan/plan.h"

/* PD curves of a chunk's borrowers (plan/sweep.h) that differ from the book's, in order of
   scenario, then borrower. Zero-initialise but for n_years; release with plim_hazard_curves_free.
 */
typedef struct plim_hazard_curves {
    uint32_t n_years;
    uint32_t *borrower;
    uint8_t *scenario;
    double *pd; /* [count * n_years] */
    size_t count, borrower_capacity, scenario_capacity, pd_capacity;
} plim_hazard_curves;

PLIM_NODISCARD plim_status plim_hazard_curves_add(plim_hazard_curves *curves, uint32_t borrower,
                                                  uint32_t s, const double *pd, plim_error *err);
void plim_hazard_curves_free(plim_hazard_curves *curves);

/* Makes first_row, row_of, pd and threshold of the plan: borrower b's row 0 is base[b * n_years],
   further ones its curves that have other bits than all before. `curves` one a chunk; those that
   are done with are emptied. Needs r2 and copula_nu. */
PLIM_NODISCARD plim_status plim_hazard_rows_make(plim_plan *plan, const double *base,
                                                 plim_hazard_curves *curves, int threads,
                                                 plim_error *err);

#endif
