#include "plan/sheets.h"

#include "base/memory.h"
#include "base/numeral.h"

#include <math.h>

#define DAYS_A_YEAR 365.0 /* ACT/365, as everywhere */
enum { MOST_LIFE_YEARS = 40 };

const char *plim_sheet_name(plim_sheet_kind kind)
{
    static const char *const names[PLIM_SHEET_KINDS] = {"static", "runoff", "rebalanced"};
    return names[kind];
}

double plim_expected_credit_loss(const double *hazard, const double *loss, uint32_t n, double rate)
{
    double alive = 1, discount = 1, sum = 0;
    for (uint32_t k = 0; k < n; k++) {
        discount /= 1 + rate;
        sum += alive * hazard[k] * loss[k] * discount;
        alive *= 1 - hazard[k];
    }
    return sum;
}

/* ---- volumes ---- */

/* The same arithmetic whatever the library: a product, not a power. */
static double kept_after(double exit_share, uint32_t years)
{
    double kept = 1;
    for (uint32_t k = 0; k < years; k++)
        kept *= 1 - exit_share;
    return kept;
}

double plim_sheet_volume(const plim_sheets *sheets, uint32_t m, const plim_sheet_at *at)
{
    const plim_plan *plan = sheets->plan;
    if (sheets->policy.kind[m] == PLIM_SHEET_STATIC)
        return 1;
    if (sheets->policy.kind[m] == PLIM_SHEET_RUNOFF)
        return sheets->life[at->loan] > at->time || at->time == 0 ? 1 : 0;
    size_t row = plim_plan_row(plan, plan->book->loan_borrower[at->loan], at->scenario);
    uint32_t years = sheets->stages->late[at->loan]
                         ? at->time
                         : sheets->exits[row * (plan->n_years + 1) + at->time];
    return kept_after(sheets->policy.exit_share, years);
}

static void find_exits(plim_sheets *sheets)
{
    const plim_plan *plan = sheets->plan;
    size_t points = plan->n_years + 1, n_rows = plan->first_row[plan->n_borrowers];
    for (size_t row = 0; row < n_rows; row++) {
        const uint8_t *stage2 = sheets->stages->by_pd + row * points;
        uint8_t *exits = sheets->exits + row * points;
        for (size_t t = 1; t < points; t++)
            exits[t] = (uint8_t)(exits[t - 1] + stage2[t - 1]);
    }
}

/* ---- lives ---- */

static void find_lives(plim_sheets *sheets)
{
    const plim_book *book = sheets->plan->book;
    const plim_column *maturity = plim_frame_find(&book->loans, "maturity");
    for (uint32_t l = 0; l < sheets->plan->n_loans; l++) {
        int64_t days;
        sheets->life[l] = sheets->policy.life_years;
        if (maturity != NULL && maturity->kind == PLIM_COLUMN_TEXT &&
            plim_parse_date(plim_column_text(maturity, l), &days))
            sheets->life[l] = (double)(days - book->as_of_days) / DAYS_A_YEAR;
    }
}

/* Whole years that are left at that time. */
static uint32_t years_left(const plim_sheets *sheets, uint32_t m, const plim_sheet_at *at)
{
    bool ages = sheets->policy.kind[m] == PLIM_SHEET_RUNOFF;
    double left = ceil(sheets->life[at->loan] - (ages ? at->time : 0));
    return left < 1 ? 1 : left > MOST_LIFE_YEARS ? MOST_LIFE_YEARS : (uint32_t)left;
}

/* ---- allowances ---- */

static int64_t allowance_at(const plim_sheets *sheets, uint32_t m, const plim_sheet_at *at)
{
    const plim_plan *plan = sheets->plan;
    double hazard[MOST_LIFE_YEARS], loss[MOST_LIFE_YEARS];
    size_t row = plim_plan_row(plan, plan->book->loan_borrower[at->loan], at->scenario);
    double volume = plim_sheet_volume(sheets, m, at);
    uint32_t last = plan->n_years - 1;
    uint32_t n = plim_in_stage2(sheets->stages, at->loan, at->scenario, at->time)
                     ? years_left(sheets, m, at)
                     : 1;
    if (!(volume > 0))
        return 0;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t t = at->time + k < last ? at->time + k : last;
        hazard[k] = plan->pd[row * plan->n_years + t];
        loss[k] =
            (double)plan->loss_fen[(size_t)at->scenario * plan->n_years + t][at->loan] * volume;
    }
    return llrint(plim_expected_credit_loss(hazard, loss, n, sheets->policy.discount_rate));
}

/* At as_of nobody knows the scenario: the baseline's. */
static void find_allowances(plim_sheets *sheets, uint32_t m, uint32_t loan)
{
    const plim_plan *plan = sheets->plan;
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        size_t at = ((size_t)m * plan->n_loans + loan) * plan->n_scenarios + s;
        int64_t *out = sheets->allowance + at * (plan->n_years + 1);
        for (uint32_t t = 0; t <= plan->n_years; t++)
            out[t] = allowance_at(sheets, m, &(plim_sheet_at){loan, t == 0 ? 0 : s, t});
    }
}

static void find_all_allowances(plim_sheets *sheets)
{
    const plim_book *book = sheets->plan->book;
    for (uint32_t m = 0; m < sheets->policy.n; m++)
        for (uint32_t l = 0; l < sheets->plan->n_loans; l++)
            if (!book->loan_defaulted[l] && sheets->slot[book->loan_bank[l]] != PLIM_NO_SLOT)
                find_allowances(sheets, m, l);
}

/* ---- the whole ---- */

static size_t allowances(const plim_plan *plan, uint32_t n_sheets)
{
    return (size_t)n_sheets * plan->n_loans * plan->n_scenarios * (plan->n_years + 1);
}

uint64_t plim_sheets_bytes(const plim_plan *plan, uint32_t n_sheets)
{
    uint64_t rows = plan->first_row ? plan->first_row[plan->n_borrowers]
                                    : (uint64_t)plan->n_borrowers * plan->n_scenarios;
    return allowances(plan, n_sheets) * sizeof(int64_t) + rows * (plan->n_years + 1) +
           (uint64_t)plan->n_loans * sizeof(double) + plan->n_banks * sizeof(uint32_t);
}

static plim_status make(plim_sheets *out, const uint8_t *has_sheet, plim_error *err)
{
    const plim_plan *plan = out->plan;
    size_t points = (size_t)plan->first_row[plan->n_borrowers] * (plan->n_years + 1);
    out->slot = plim_alloc(plan->n_banks, sizeof *out->slot);
    out->life = plim_alloc(plan->n_loans, sizeof *out->life);
    out->exits = plim_alloc(points, sizeof *out->exits);
    if (out->slot == NULL || out->life == NULL || out->exits == NULL)
        return plim_fail_memory(err, "balance sheets");
    for (uint32_t b = 0; b < plan->n_banks; b++)
        out->slot[b] = has_sheet[b] ? out->n_slots++ : PLIM_NO_SLOT;
    find_lives(out);
    find_exits(out);
    if (out->n_slots == 0)
        return PLIM_OK;
    out->allowance = plim_alloc(allowances(plan, out->policy.n), sizeof *out->allowance);
    if (out->allowance == NULL)
        return plim_fail_memory(err, "allowances of loans");
    find_all_allowances(out);
    return PLIM_OK;
}

plim_status plim_sheets_make(plim_sheets *out, const plim_stages *stages,
                             const plim_sheet_policy *policy, const uint8_t *has_sheet,
                             plim_error *err)
{
    *out = (plim_sheets){.plan = stages->plan, .stages = stages, .policy = *policy};
    plim_status status = make(out, has_sheet, err);
    if (status != PLIM_OK)
        plim_sheets_free(out);
    return status;
}

void plim_sheets_free(plim_sheets *sheets)
{
    plim_free(sheets->slot);
    plim_free(sheets->life);
    plim_free(sheets->exits);
    plim_free(sheets->allowance);
    *sheets = (plim_sheets){0};
}
