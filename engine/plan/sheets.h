/* Balance sheets: how much of each loan is still there in a year, and the allowance that a
 * performing loan carries, under each way in which a bank may be taken to run its book.
 *
 * Volume. Static: what matures is renewed like for like, volumes stay. Run-off: a loan is gone from
 * the year on at whose start it has matured. Rebalanced: of a loan in stage 2 the bank gives up a
 * share each year; what it takes back is lent anew in the proportions that are left, by the bank as
 * a whole (measure/capital.h).
 *
 * Allowance at time t, t = 0 at as_of, t = 1 after the first year (IFRS 9 / CAS 22, usual discrete
 * form): of stage 1 the expected loss of the next twelve months, of stage 2 that of the remaining
 * life of n years,
 *
 *     sum over k = 1 .. n of S_(k-1) h_(t+k) LGD EAD (1 + rate)^-k
 *
 * with S_k = prod_(j<=k) (1 - h_(t+j)) and h the scenario's own PDs: its path is taken as known.
 * Beyond the horizon the last year's PD and loss go on. Who is in stage 2: plan/stages.h. Remaining
 * life is what the loan has left at as_of, in run-off less the time since, in whole years upwards.
 *
 * Loans in default have no place here. Where PDs or losses differ from path to path, the mean path
 * stands for them. Immutable once made: any number of threads may read. */
#ifndef PLIM_PLAN_SHEETS_H
#define PLIM_PLAN_SHEETS_H

#include "plan/stages.h"

typedef enum plim_sheet_kind {
    PLIM_SHEET_STATIC,
    PLIM_SHEET_RUNOFF,
    PLIM_SHEET_REBALANCED,
    PLIM_SHEET_KINDS
} plim_sheet_kind;

/* "static", "runoff", "rebalanced". */
const char *plim_sheet_name(plim_sheet_kind kind);

typedef struct plim_sheet_policy {
    uint32_t n; /* balance sheets, one at least */
    plim_sheet_kind kind[PLIM_SHEET_KINDS];
    double discount_rate; /* a year */
    double life_years;    /* of a loan without maturity */
    double exit_share;    /* of a loan in stage 2, a year; below 1 */
} plim_sheet_policy;

#define PLIM_NO_SLOT UINT32_MAX

typedef struct plim_sheets {
    const plim_plan *plan;     /* borrowed */
    const plim_stages *stages; /* borrowed, of that plan */
    plim_sheet_policy policy;
    uint32_t n_slots;   /* banks that have a balance sheet of their own */
    uint32_t *slot;     /* [bank], or PLIM_NO_SLOT */
    double *life;       /* [loan], years from as_of to maturity */
    uint8_t *exits;     /* [row of the plan * (n_years + 1) + t]: years before t in stage 2 by PD */
    int64_t *allowance; /* fen: [((m * n_loans + l) * S + s) * (T + 1) + t] of the m-th sheet */
} plim_sheets;

/* Bytes of the sheets of so many loans and so many hazard rows. */
uint64_t plim_sheets_bytes(const plim_plan *plan, uint32_t n_sheets);
/* `has_sheet[bank]`: whether capital of the bank can be followed. `out` must stay where it is. */
PLIM_NODISCARD plim_status plim_sheets_make(plim_sheets *out, const plim_stages *stages,
                                            const plim_sheet_policy *policy,
                                            const uint8_t *has_sheet, plim_error *err);
void plim_sheets_free(plim_sheets *sheets);

/* A loan in a scenario at a time (0 to n_years), or in the year that begins then. */
typedef struct plim_sheet_at {
    uint32_t loan, scenario, time;
} plim_sheet_at;

/* Share of the loan that is still there, 0 to 1, on the m-th sheet. */
double plim_sheet_volume(const plim_sheets *sheets, uint32_t m, const plim_sheet_at *at);
/* Allowances of a performing loan by time, [n_years + 1], in fen, on the m-th sheet. */
static inline const int64_t *plim_sheet_allowance(const plim_sheets *sheets, uint32_t m,
                                                  uint32_t loan, uint32_t scenario)
{
    const plim_plan *plan = sheets->plan;
    size_t at = ((size_t)m * plan->n_loans + loan) * plan->n_scenarios + scenario;
    return sheets->allowance + at * (plan->n_years + 1);
}

/* The formula above: hazard[k] and loss[k] (LGD x EAD) of year k + 1 from now, for `n` years. */
double plim_expected_credit_loss(const double *hazard, const double *loss, uint32_t n, double rate);

#endif
