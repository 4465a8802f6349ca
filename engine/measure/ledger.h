/* Every loan of the book once, and every row that import left out, summed by bank, status and
 * reason, so that a bank's rows tie to its control total. Slab by slab, if the book comes in slabs.
 */
#ifndef PLIM_MEASURE_LEDGER_H
#define PLIM_MEASURE_LEDGER_H

#include "book/standing.h"
#include "plan/plan.h"

/* Where an excluded row names no bank of the book: listed after all banks. */
#define PLIM_LEDGER_NO_BANK UINT32_MAX

typedef struct plim_ledger_group {
    uint32_t bank;
    plim_standing status;
    uint32_t reason; /* number in `reasons` */
    int64_t rows, balance;
} plim_ledger_group;

/* Zero-initialise. */
typedef struct plim_ledger {
    plim_names keys; /* bank, status and reason of each group */
    plim_names reasons;
    plim_ledger_group *groups; /* in the order of keys */
    size_t capacity;
    int64_t *total; /* a bank: all balances of its loans, in fen */
} plim_ledger;

/* Enters the loans of the whole book or of a slab, and once, with the first, what is excluded. */
PLIM_NODISCARD plim_status plim_ledger_add(plim_ledger *ledger, const plim_plan *plan,
                                           plim_error *err);
void plim_ledger_free(plim_ledger *ledger);

#endif
