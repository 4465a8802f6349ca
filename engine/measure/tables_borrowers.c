/* Table borrowers: PDs in the year of stress, expected loss of each. */
#include "measure/tables.h"

#include <math.h>

#include "measure/row.h"

/* Annual PDs of a borrower in the year in which the stressed one peaks (the first such year). */
typedef struct peak {
    uint32_t year; /* from 0 */
    double base, stressed;
} peak;

/* A borrower in default keeps the book's PD: no scenario moves it. */
static double pd_at(const plim_plan *plan, uint32_t borrower, uint32_t s, uint32_t year)
{
    if (!plan->alive[borrower])
        return plim_book_pd(plan->book, borrower, (int)year);
    size_t row =
        (size_t)plan->first_row[borrower] + plan->row_of[(size_t)borrower * plan->n_scenarios + s];
    return plan->pd[row * plan->n_years + year];
}

static peak peak_of(const plim_plan *plan, uint32_t borrower, uint32_t s)
{
    peak p = {.year = 0, .stressed = pd_at(plan, borrower, s, 0)};
    for (uint32_t t = 1; t < plan->n_years; t++) {
        double pd = pd_at(plan, borrower, s, t);
        if (pd > p.stressed)
            p = (peak){.year = t, .stressed = pd};
    }
    p.base = pd_at(plan, borrower, 0, p.year);
    return p;
}

/* What a borrower's default costs in each year, and what its loans in default cost without any, in
   fen. */
typedef struct stakes {
    plim_int128 loss[PLIM_MAX_YEARS];
    plim_int128 change; /* of loss of the loans in default, all years: the same on every path */
} stakes;

static void stakes_of(stakes *out, const plim_plan *plan, uint32_t borrower, uint32_t s)
{
    const plim_book *book = plan->book;
    out->change = 0;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        const int64_t *loss = plan->loss_fen[(size_t)s * plan->n_years + t];
        out->loss[t] = 0;
        for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++)
            *(book->loan_defaulted[l] ? &out->change : &out->loss[t]) += loss[l];
    }
}

/* Where LGD is not fixed: from the sums over the paths on which the borrower defaults. */
static plim_estimate random_el(const plim_moments *defaults, const stakes *at, uint32_t n_paths)
{
    plim_moments m = *defaults;
    m.count = n_paths; /* it loses nothing on the others */
    double el = (double)(m.sum + at->change * n_paths) / n_paths;
    return (plim_estimate){.value = el / PLIM_FEN_PER_UNIT,
                           .stderr_ = plim_moments_stderr(&m) / PLIM_FEN_PER_UNIT};
}

/* From the number of paths on which the borrower defaults in each year: the loss of a default is
   the same on each of them, so the counts hold the whole sample. */
plim_estimate plim_measure_borrower_el(const plim_plan *plan, const plim_tallies *tallies,
                                       uint32_t borrower, uint32_t s)
{
    const uint32_t *count =
        tallies->borrower_defaults + ((size_t)borrower * plan->n_scenarios + s) * plan->n_years;
    stakes at;
    stakes_of(&at, plan, borrower, s);
    if (tallies->borrower_loss != NULL)
        return random_el(&tallies->borrower_loss[(size_t)borrower * plan->n_scenarios + s], &at,
                         tallies->n_paths);
    double n = tallies->n_paths;
    plim_int128 sum = 0;
    uint64_t survived = tallies->n_paths;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        sum += count[t] * at.loss[t];
        survived -= count[t];
    }
    double mean = (double)sum / n;
    double squares = (double)survived * mean * mean;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        double off = (double)at.loss[t] - mean;
        squares += count[t] * off * off;
    }
    double el = (double)(sum + at.change * tallies->n_paths) / n;
    double error = n >= 2 ? sqrt(squares / (n - 1) / n) : (double)NAN;
    return (plim_estimate){.value = el / PLIM_FEN_PER_UNIT, .stderr_ = error / PLIM_FEN_PER_UNIT};
}

plim_status plim_measure_borrowers(plim_table *table, const plim_plan *plan,
                                   const plim_tallies *tallies, uint32_t s, plim_error *err)
{
    const plim_book *book = plan->book;
    const plim_column *ids = plim_frame_find(&book->borrowers, "id");
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        if (book->first_loan[b] == book->first_loan[b + 1])
            continue;
        peak p = peak_of(plan, b, s);
        plim_estimate el = plim_measure_borrower_el(plan, tallies, b, s);
        char id[32];
        plim_row row = plim_row_begin(table, err);
        plim_row_text(&row, plim_measure_scenario(plan, s));
        plim_row_text(&row, plim_measure_cell(ids, b, id));
        plim_row_number(&row, p.base);
        plim_row_number(&row, p.stressed);
        plim_row_int(&row, plan->first_year + (int64_t)p.year);
        plim_row_value(&row, &el);
        PLIM_TRY(plim_row_end(&row));
    }
    return PLIM_OK;
}
