#include "plan/stages.h"

#include "base/memory.h"

static size_t rows_of(const plim_plan *plan)
{
    return plan->first_row ? plan->first_row[plan->n_borrowers]
                           : (size_t)plan->n_borrowers * plan->n_scenarios;
}

uint64_t plim_stages_bytes(const plim_plan *plan)
{
    return (uint64_t)rows_of(plan) * (plan->n_years + 1) + plan->n_loans;
}

static void find_by_pd(plim_stages *stages, const plim_stage_policy *policy)
{
    const plim_plan *plan = stages->plan;
    uint32_t n = plan->n_years;
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        double base = plan->pd[(size_t)plan->first_row[b] * n];
        for (size_t row = plan->first_row[b]; row < plan->first_row[b + 1]; row++)
            for (uint32_t t = 0; t <= n; t++) {
                double pd = plan->pd[row * n + (t < n ? t : n - 1)];
                stages->by_pd[row * (n + 1) + t] =
                    pd > policy->ratio * base && pd - base > policy->rise;
            }
    }
}

static void find_late(plim_stages *stages, const plim_stage_policy *policy)
{
    const plim_column *overdue = plim_frame_find(&stages->plan->book->loans, "days_overdue");
    bool known = overdue != NULL && overdue->kind == PLIM_COLUMN_NUMBER;
    for (uint32_t l = 0; l < stages->plan->n_loans; l++)
        stages->late[l] = known && overdue->number[l] >= policy->days;
}

plim_status plim_stages_make(plim_stages *out, const plim_plan *plan,
                             const plim_stage_policy *policy, plim_error *err)
{
    *out = (plim_stages){.plan = plan,
                         .late = plim_alloc(plan->n_loans, 1),
                         .by_pd = plim_alloc(rows_of(plan) * (plan->n_years + 1), 1)};
    if (out->late == NULL || out->by_pd == NULL) {
        plim_stages_free(out);
        return plim_fail_memory(err, "stages of loans");
    }
    find_by_pd(out, policy);
    find_late(out, policy);
    return PLIM_OK;
}

void plim_stages_free(plim_stages *stages)
{
    plim_free(stages->late);
    plim_free(stages->by_pd);
    *stages = (plim_stages){0};
}
