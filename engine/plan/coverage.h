/* Whom a scenario covers: by sector, by balance; which of the inputs that it reads are missing
 * there; who is insolvent before any shock. */
#ifndef PLIM_PLAN_COVERAGE_H
#define PLIM_PLAN_COVERAGE_H

#include "plan/plan.h"

/* Balances in fen, of all loans of the borrowers. */
typedef struct plim_covered {
    char *key; /* sector */
    uint64_t in_scope, borrowers;
    int64_t in_scope_fen, all_fen;
} plim_covered;

/* An input that some formula or the model reads, and that borrowers in scope lack. */
typedef struct plim_lacking {
    char *column;
    bool of_loans;
    bool absent;   /* the book has no such column */
    uint64_t rows; /* borrowers, or loans */
    int64_t fen;   /* their balance */
} plim_lacking;

typedef struct plim_coverage {
    plim_covered *sectors; /* with any borrower in scope; largest balance in scope first */
    size_t n_sectors;
    plim_lacking *lacking; /* in the order in which formulas name them */
    size_t n_lacking;
    uint64_t n_proxied; /* borrowers in scope for whom some scenario took a `proxy` */
    int64_t proxied_fen;
    uint32_t insolvent[3]; /* rows of the largest borrowers that are insolvent at reference */
    size_t n_insolvent;    /* how many of them: at most 3 */
} plim_coverage;

/* Of scenario s of the plan (from 1). */
PLIM_NODISCARD plim_status plim_coverage_make(plim_coverage *out, const plim_plan *plan, uint32_t s,
                                              plim_error *err);
void plim_coverage_free(plim_coverage *coverage);

/* What of the book a hazard can reach: borrowers in scope of its scenario that stand at one of its
   places, their sites and pieces of collateral that do, and how many of its places have none. */
typedef struct plim_hazard_reach {
    uint64_t borrowers, sites, collateral;
    size_t n_places, n_empty;
} plim_hazard_reach;
plim_hazard_reach plim_coverage_reach(const plim_plan *plan, const plim_random *hazard);

#endif
