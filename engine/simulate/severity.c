#include "simulate/severity.h"

#include "base/digest.h"
#include "base/memory.h"
#include "math/beta.h"
#include "math/draw.h"
#include "math/functions.h"
#include "math/student.h"

#include <math.h>

#define MOST_LGD 1.5

struct plim_severity {
    const plim_plan *plan;
    plim_beta_table *table; /* beta */
    double independent;     /* beta: sqrt(1 - b^2) */
    uint64_t *loan_key;     /* beta: plim_severity_key of a loan */
    /* Frye-Jacobs, by year and loan: F(PD x LGD) / sqrt(1 - R2), the threshold of the loss. Years
       with the same PDs share a plane. */
    double **low;
    double *owned[PLIM_MAX_YEARS];
};

static size_t plane_of(const plim_plan *plan, const plim_severity_case *c)
{
    return (size_t)c->scenario * plan->n_years + c->year;
}

/* ---- making ---- */

/* Row of the baseline. */
static size_t base_cell(const plim_plan *plan, uint32_t borrower, uint32_t year)
{
    return (size_t)plan->first_row[borrower] * plan->n_years + year;
}

static void fill_low(const plim_plan *plan, uint32_t year, double *low)
{
    const plim_book *book = plan->book;
    const double *lgd = plan->lgd[year];
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        double pd = plan->pd[base_cell(plan, b, year)], scale = sqrt(1 - plan->r2[b]);
        for (uint32_t l = book->first_loan[b]; l < book->first_loan[b + 1]; l++)
            low[l] = plim_copula_inv(pd * lgd[l], (int)plan->copula_nu) / scale;
    }
}

static bool has_own_pds(const plim_plan *plan, uint32_t year)
{
    return year == 0 || (year < PLIM_PD_TERMS && plan->book->pd_term[year] != NULL);
}

static plim_status make_low(plim_severity *severity, plim_error *err)
{
    const plim_plan *plan = severity->plan;
    severity->low = plim_alloc(plan->n_years, sizeof *severity->low);
    if (severity->low == NULL)
        return plim_fail_memory(err, "Frye-Jacobs thresholds of loans");
    for (uint32_t t = 0; t < plan->n_years; t++) {
        if (!has_own_pds(plan, t)) {
            severity->low[t] = severity->low[t - 1];
            continue;
        }
        severity->owned[t] = plim_alloc(plan->n_loans, sizeof(double));
        if (severity->owned[t] == NULL)
            return plim_fail_memory(err, "Frye-Jacobs thresholds of loans");
        severity->low[t] = severity->owned[t];
        fill_low(plan, t, severity->low[t]);
    }
    return PLIM_OK;
}

static uint64_t rotated(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

uint64_t plim_severity_key(uint64_t borrower_key, uint64_t bank_key, uint64_t loan_key)
{
    return borrower_key ^ rotated(bank_key, 21) ^ rotated(loan_key, 42);
}

static plim_status fill_keys(plim_severity *severity, uint64_t *bank_key, plim_error *err)
{
    const plim_plan *plan = severity->plan;
    const plim_book *book = plan->book;
    const plim_column *bank = plim_frame_find(&book->banks, "id");
    const plim_column *loan = plim_frame_find(&book->loans, "id");
    if (bank == NULL || bank->kind != PLIM_COLUMN_TEXT || loan == NULL ||
        loan->kind != PLIM_COLUMN_TEXT)
        return plim_fail(err, PLIM_INPUT, "the book's banks or loans have no column id");
    for (uint32_t k = 0; k < plan->n_banks; k++)
        PLIM_TRY(plim_digest_key(plim_column_text(bank, k), &bank_key[k], err));
    for (uint32_t l = 0; l < plan->n_loans; l++) {
        uint64_t key = 0;
        PLIM_TRY(plim_digest_key(plim_column_text(loan, l), &key, err));
        severity->loan_key[l] = plim_severity_key(book->borrower_key[book->loan_borrower[l]],
                                                  bank_key[book->loan_bank[l]], key);
    }
    return PLIM_OK;
}

static plim_status make_keys(plim_severity *severity, plim_error *err)
{
    severity->loan_key = plim_alloc(severity->plan->n_loans, sizeof *severity->loan_key);
    uint64_t *bank_key = plim_alloc(severity->plan->n_banks, sizeof *bank_key);
    plim_status status = severity->loan_key == NULL || bank_key == NULL
                             ? plim_fail_memory(err, "draws of LGD")
                             : fill_keys(severity, bank_key, err);
    plim_free(bank_key);
    return status;
}

static plim_status make_table(plim_severity *severity, plim_error *err)
{
    PLIM_TRY(make_keys(severity, err));
    double spread = severity->plan->severity.spread;
    double b = severity->plan->severity.systematic;
    severity->independent = sqrt(1 - b * b);
    return plim_beta_table_create(&severity->table, 1 / (spread * spread) - 1, err);
}

plim_status plim_severity_create(plim_severity **out, const plim_plan *plan, plim_error *err)
{
    *out = NULL;
    plim_severity *severity = plim_alloc(1, sizeof *severity);
    if (severity == NULL)
        return plim_fail_memory(err, "random LGD");
    severity->plan = plan;
    plim_status status = PLIM_OK;
    if (plan->severity.kind == PLIM_SEVERITY_BETA)
        status = make_table(severity, err);
    else if (plan->severity.kind == PLIM_SEVERITY_FRYE_JACOBS)
        status = make_low(severity, err);
    if (status != PLIM_OK)
        plim_severity_destroy(severity);
    else
        *out = severity;
    return status;
}

void plim_severity_destroy(plim_severity *severity)
{
    if (severity == NULL)
        return;
    plim_beta_table_destroy(severity->table);
    for (uint32_t t = 0; t < PLIM_MAX_YEARS; t++)
        plim_free(severity->owned[t]);
    plim_free(severity->low);
    plim_free(severity->loan_key);
    plim_free(severity);
}

uint64_t plim_severity_bytes(const plim_plan *plan)
{
    uint64_t bytes = sizeof(plim_severity);
    if (plan->severity.kind == PLIM_SEVERITY_BETA)
        return bytes + plim_beta_table_bytes() + plan->n_loans * sizeof(uint64_t);
    for (uint32_t t = 0; plan->severity.kind == PLIM_SEVERITY_FRYE_JACOBS && t < plan->n_years; t++)
        bytes += sizeof(double *) + (has_own_pds(plan, t) ? plan->n_loans * sizeof(double) : 0);
    return bytes;
}

/* ---- losses ---- */

bool plim_severity_is_fixed(const plim_severity *severity)
{
    return severity->plan->severity.kind == PLIM_SEVERITY_FIXED;
}

static double beta_lgd(const plim_severity *severity, const plim_severity_case *c, double mean)
{
    const plim_plan *plan = severity->plan;
    double recovery = plim_draw_normal(c->seed, &(plim_draw_id){.purpose = PLIM_DRAW_LGD,
                                                                .key = severity->loan_key[c->loan],
                                                                .path = c->path});
    double r2 = plan->r2[plan->book->loan_borrower[c->loan]];
    if (plan->severity.systematic > 0 && r2 > 0) {
        double state = c->index / sqrt(r2 / (1 - r2));
        recovery = plan->severity.systematic * state + severity->independent * recovery;
    }
    return plim_beta_table_at(severity->table, mean, -recovery);
}

static double frye_jacobs_lgd(const plim_severity *severity, const plim_severity_case *c,
                              double lgd)
{
    const plim_plan *plan = severity->plan;
    size_t cell = base_cell(plan, plan->book->loan_borrower[c->loan], c->year);
    double pd = plan->pd[cell], book_lgd = plan->lgd[c->year][c->loan];
    if (!(pd > 0 && pd < 1 && book_lgd > 0))
        return lgd;
    double mixing = c->mixing > 0 ? c->mixing : 1;
    double base = plan->threshold[cell] * mixing;
    double k = base - severity->low[c->year][c->loan] * mixing;
    double argument = c->argument;
    if (isinf(argument))
        argument = base - c->index;
    double h = plim_normal_cdf(argument);
    double share = h > 0 ? plim_normal_cdf(argument - k) / h : 0;
    double value = lgd == book_lgd ? share : share * (lgd / book_lgd);
    return value < MOST_LGD ? value : MOST_LGD;
}

double plim_severity_lgd(const plim_severity *severity, const plim_severity_case *c)
{
    const plim_plan *plan = severity->plan;
    if (plan->lgd == NULL) /* fixed: the planes hold losses only */
        return (double)NAN;
    double lgd = c->value != NULL ? c->value->lgd : plan->lgd[plane_of(plan, c)][c->loan];
    return plan->severity.kind == PLIM_SEVERITY_BETA ? beta_lgd(severity, c, lgd)
                                                     : frye_jacobs_lgd(severity, c, lgd);
}

int64_t plim_severity_loss(const plim_severity *severity, const plim_severity_case *c)
{
    const plim_plan *plan = severity->plan;
    size_t plane = plane_of(plan, c);
    if (plan->lgd == NULL)
        return plan->loss_fen[plane][c->loan];
    double ead_fen = c->value != NULL ? c->value->ead_fen : plan->ead_fen[plane][c->loan];
    return plim_fen_loss(plim_severity_lgd(severity, c), ead_fen);
}
