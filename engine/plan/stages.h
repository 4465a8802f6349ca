/* Who has become a markedly worse risk since the date of the book: stage 2 of IFRS 9 / CAS 22.
 *
 * A performing loan is in stage 2 at time t (0 at as_of, 1 after the first year) if the PD of the
 * year to come is above `ratio` times the PD at as_of and above it by more than `rise`, or if the
 * loan was `days` or more overdue at as_of. Beyond the horizon the last year's PD goes on. Where
 * PDs differ from path to path, the mean path stands for them.
 *
 * Immutable once made: any number of threads may read. */
#ifndef PLIM_PLAN_STAGES_H
#define PLIM_PLAN_STAGES_H

#include "plan/plan.h"

typedef struct plim_stage_policy {
    double ratio, rise, days;
} plim_stage_policy;

/* Zero-initialise. */
typedef struct plim_stages {
    const plim_plan *plan; /* borrowed */
    uint8_t *late;         /* [loan]: by days overdue */
    uint8_t *by_pd;        /* [row of the plan * (n_years + 1) + t] */
} plim_stages;

/* Bytes of the stages of so many loans and so many hazard rows. */
uint64_t plim_stages_bytes(const plim_plan *plan);
PLIM_NODISCARD plim_status plim_stages_make(plim_stages *out, const plim_plan *plan,
                                            const plim_stage_policy *policy, plim_error *err);
void plim_stages_free(plim_stages *stages);

static inline bool plim_stage2_by_pd(const plim_stages *stages, uint32_t loan, uint32_t scenario,
                                     uint32_t time)
{
    const plim_plan *plan = stages->plan;
    size_t row = plim_plan_row(plan, plan->book->loan_borrower[loan], scenario);
    return stages->by_pd[row * (plan->n_years + 1) + time] != 0;
}

static inline bool plim_in_stage2(const plim_stages *stages, uint32_t loan, uint32_t scenario,
                                  uint32_t time)
{
    return stages->late[loan] != 0 || plim_stage2_by_pd(stages, loan, scenario, time);
}

#endif
