/* Expectations that have a closed form, as sums that can go on from slab to slab of a book with the
 * bits of the whole. */
#ifndef PLIM_PLAN_ANALYTIC_H
#define PLIM_PLAN_ANALYTIC_H

#include "plan/plan.h"

/* Neumaier's compensated sum: terms in canonical order give the same bits on every machine.
   Zero-initialise. */
typedef struct plim_sum {
    double total, lost;
} plim_sum;
void plim_sum_add(plim_sum *sum, double x);
double plim_sum_value(const plim_sum *sum);

/* Adds, in fen, what plim_plan_analytic_el is the sum of. */
void plim_plan_add_analytic_el(const plim_plan *plan, uint32_t scenario, plim_sum *sum);
/* 1 - prod(1 - PD_t), of random drivers at their mean path. */
double plim_plan_borrower_cumulative_pd(const plim_plan *plan, uint32_t borrower,
                                        uint32_t scenario);
/* Adds that of all living borrowers. */
void plim_plan_add_cumulative_pd(const plim_plan *plan, uint32_t scenario, plim_sum *sum);

#endif
