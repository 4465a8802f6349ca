#include "measure/sheet_sums.h"

#include "base/memory.h"
#include "measure/irb.h"

#include <math.h>

static const double assets_per_capital = 12.5; /* risk-weighted assets of a capital of 1: 1 / 8 % */

static plim_status allocate(plim_sheet_sums *sums, const plim_sheets *sheets, plim_error *err)
{
    const plim_plan *plan = sheets->plan;
    if (sums->bank != NULL)
        return PLIM_OK;
    *sums = (plim_sheet_sums){.policy = sheets->policy,
                              .n_slots = sheets->n_slots,
                              .n_scenarios = plan->n_scenarios,
                              .n_years = plan->n_years};
    size_t cells = (size_t)sheets->policy.n * sums->n_slots * plan->n_scenarios;
    sums->bank = plim_alloc(sums->n_slots, sizeof *sums->bank);
    sums->sum = plim_alloc(cells * (plan->n_years + 1), sizeof *sums->sum);
    sums->npl_exposure = plim_alloc(sums->n_slots, sizeof *sums->npl_exposure);
    sums->npl_allowance = plim_alloc(sums->n_slots, sizeof *sums->npl_allowance);
    if (sums->bank == NULL || sums->sum == NULL || sums->npl_exposure == NULL ||
        sums->npl_allowance == NULL)
        return plim_fail_memory(err, "sums of balance sheets");
    for (uint32_t b = 0; b < plan->n_banks; b++)
        if (sheets->slot[b] != PLIM_NO_SLOT)
            sums->bank[sheets->slot[b]] = b;
    return PLIM_OK;
}

static size_t place_of(const plim_sheet_sums *sums, uint32_t m, uint32_t slot, uint32_t scenario)
{
    size_t cell = ((size_t)m * sums->n_slots + slot) * sums->n_scenarios + scenario;
    return cell * (sums->n_years + 1);
}

const plim_sheet_sum *plim_sheet_sums_of(const plim_sheet_sums *sums, uint32_t m, uint32_t slot,
                                         uint32_t scenario)
{
    return sums->sum + place_of(sums, m, slot, scenario);
}

/* A performing loan in a scenario; capital[t] per unit of loss, of its borrower. */
static void add_loan(plim_sheet_sums *sums, const plim_sheets *sheets, uint32_t loan, uint32_t s,
                     const double *capital)
{
    const plim_plan *plan = sheets->plan;
    uint32_t slot = sheets->slot[plan->book->loan_bank[loan]], last = plan->n_years - 1;
    int64_t exposure = plan->book->exposure_fen[loan];
    for (uint32_t m = 0; m < sheets->policy.n; m++) {
        plim_sheet_sum *to = sums->sum + place_of(sums, m, slot, s);
        const int64_t *allowance = plim_sheet_allowance(sheets, m, loan, s);
        for (uint32_t t = 0; t <= plan->n_years; t++) {
            plim_sheet_at at = {loan, s, t};
            double share = plim_sheet_volume(sheets, m, &at);
            int64_t volume = share < 1 ? plim_fen_times(share, exposure) : exposure;
            int64_t loss = plan->loss_fen[(size_t)s * plan->n_years + (t < last ? t : last)][loan];
            bool stage2 = plim_in_stage2(sheets->stages, loan, s, t);
            to[t].volume += volume;
            to[t].allowance += allowance[t];
            to[t].stage2_volume += stage2 ? volume : 0;
            to[t].stage2_allowance += stage2 ? allowance[t] : 0;
            to[t].irb_assets += llrint(assets_per_capital * capital[t] * share * (double)loss);
        }
    }
}

static void find_capital(const plim_plan *plan, uint32_t borrower, uint32_t s, double *capital)
{
    size_t row = plim_plan_row(plan, borrower, s);
    bool household = plim_plan_is_household(plan, borrower);
    for (uint32_t t = 0; t <= plan->n_years; t++) {
        double pd = plan->pd[row * plan->n_years + (t < plan->n_years ? t : plan->n_years - 1)];
        capital[t] = t > 0 && t == plan->n_years ? capital[t - 1] : plim_irb_capital(pd, household);
    }
}

static void add_borrower(plim_sheet_sums *sums, const plim_sheets *sheets, uint32_t borrower)
{
    const plim_plan *plan = sheets->plan;
    const plim_book *book = plan->book;
    double capital[PLIM_MAX_YEARS + 1];
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        find_capital(plan, borrower, s, capital);
        for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++)
            if (!book->loan_defaulted[l] && sheets->slot[book->loan_bank[l]] != PLIM_NO_SLOT)
                add_loan(sums, sheets, l, s, capital);
    }
}

plim_status plim_sheet_sums_add(plim_sheet_sums *sums, const plim_sheets *sheets, plim_error *err)
{
    const plim_plan *plan = sheets->plan;
    const plim_book *book = plan->book;
    PLIM_TRY(allocate(sums, sheets, err));
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        add_borrower(sums, sheets, b);
    for (uint32_t l = 0; l < plan->n_loans; l++) {
        uint32_t slot = sheets->slot[book->loan_bank[l]];
        if (!book->loan_defaulted[l] || slot == PLIM_NO_SLOT)
            continue;
        sums->npl_exposure[slot] += book->exposure_fen[l];
        sums->npl_allowance[slot] += plim_plan_book_loss(plan, l);
    }
    return PLIM_OK;
}

void plim_sheet_sums_free(plim_sheet_sums *sums)
{
    plim_free(sums->bank);
    plim_free(sums->sum);
    plim_free(sums->npl_exposure);
    plim_free(sums->npl_allowance);
    *sums = (plim_sheet_sums){0};
}
