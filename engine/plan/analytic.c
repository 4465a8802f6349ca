#include "plan/analytic.h"

#include <math.h>

void plim_sum_add(plim_sum *s, double x)
{
    double total = s->total + x;
    s->lost += fabs(s->total) >= fabs(x) ? (s->total - total) + x : (x - total) + s->total;
    s->total = total;
}

double plim_sum_value(const plim_sum *sum)
{
    return sum->total + sum->lost;
}

static const double *curve(const plim_plan *plan, uint32_t borrower, uint32_t scenario)
{
    size_t row =
        plan->first_row[borrower] + plan->row_of[(size_t)borrower * plan->n_scenarios + scenario];
    return plan->pd + row * plan->n_years;
}

/* Fen of the borrower's loans in a period: those that would default, or those already in default.
 */
static double loss_of(const plim_plan *plan, uint32_t borrower, size_t plane, uint8_t defaulted)
{
    const plim_book *book = plan->book;
    int64_t fen = 0;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++)
        if (book->loan_defaulted[l] == defaulted)
            fen += plan->loss_fen[plane][l];
    return (double)fen;
}

void plim_plan_add_analytic_el(const plim_plan *plan, uint32_t scenario, plim_sum *sum)
{
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        const double *pd = curve(plan, b, scenario);
        double survival = plan->alive[b] ? 1 : 0;
        for (uint32_t t = 0; t < plan->n_years; t++) {
            size_t plane = (size_t)scenario * plan->n_years + t;
            if (survival > 0)
                plim_sum_add(sum, survival * pd[t] * loss_of(plan, b, plane, 0));
            plim_sum_add(sum, loss_of(plan, b, plane, 1));
            survival *= 1 - pd[t];
        }
    }
}

double plim_plan_analytic_el(const plim_plan *plan, uint32_t scenario)
{
    plim_sum el = {0};
    plim_plan_add_analytic_el(plan, scenario, &el);
    return plim_sum_value(&el) / PLIM_FEN_PER_UNIT;
}

bool plim_plan_el_is_exact(const plim_plan *plan, uint32_t scenario)
{
    if (plan->persistence != 0 && plan->n_years > 1)
        return false;
    if (plan->pd_varies[scenario])
        return false;
    for (uint32_t t = 0; t < plan->n_years; t++)
        if (plan->loss_varies[(size_t)scenario * plan->n_years + t])
            return false;
    switch (plan->severity.kind) {
    case PLIM_SEVERITY_BETA:
        return plan->severity.systematic == 0;
    case PLIM_SEVERITY_FRYE_JACOBS:
        return scenario == 0;
    default:
        return true;
    }
}

double plim_plan_borrower_cumulative_pd(const plim_plan *plan, uint32_t borrower, uint32_t scenario)
{
    const double *pd = curve(plan, borrower, scenario);
    double survival = 1;
    for (uint32_t t = 0; t < plan->n_years; t++)
        survival *= 1 - pd[t];
    return 1 - survival;
}

void plim_plan_add_cumulative_pd(const plim_plan *plan, uint32_t scenario, plim_sum *sum)
{
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        if (plan->alive[b])
            plim_sum_add(sum, plim_plan_borrower_cumulative_pd(plan, b, scenario));
}

double plim_plan_cumulative_pd(const plim_plan *plan, uint32_t scenario)
{
    plim_sum cumulative = {0};
    uint32_t living = 0;
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        living += plan->alive[b] != 0;
    plim_plan_add_cumulative_pd(plan, scenario, &cumulative);
    return living == 0 ? 0 : plim_sum_value(&cumulative) / living;
}
