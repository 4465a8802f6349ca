/* What the book holds: sums over its loans and borrowers that the tables show beside what was
 * simulated. Slab by slab, if the book comes in slabs: sums of floats go on where they stood, so
 * that they have the bits of the whole book. */
#ifndef PLIM_MEASURE_HOLDINGS_H
#define PLIM_MEASURE_HOLDINGS_H

#include "measure/ledger.h"
#include "plan/analytic.h"
#include "simulate/tally.h"

/* Exposure at as_of by a key of the borrowers. */
typedef struct plim_key_exposures {
    plim_names names;
    int64_t *fen; /* one a name */
    size_t capacity;
} plim_key_exposures;

/* Zero-initialise. Amounts in fen. */
typedef struct plim_holdings {
    uint64_t n_borrowers, n_loans, n_conflicts;
    uint64_t n_alive;                    /* borrowers that can default anew */
    plim_int128 exposure, npl;           /* of all loans; of those in default */
    int64_t *bank_exposure;              /* a bank */
    plim_key_exposures sectors, regions; /* as the tallies' keys, in any order */
    int64_t *class_balance;              /* [bank * PLIM_ASSET_CLASSES + class - 1] at as_of */
    /* What pairs of classes, that of the book and that of the end of a year, hold where nobody
       defaults and nobody is cured: [((s * T + t) * n_banks + bank) * PLIM_CLASS_PAIRS + pair].
       NULL where no classes are followed. */
    int64_t *class_kept;
    bool any_class; /* does any loan state one? */
    plim_ledger ledger;
    /* By scenario. */
    uint64_t *n_applies, *n_fails_at_reference; /* borrowers */
    uint64_t *n_defaults;                       /* simulated, all years and paths */
    plim_sum *analytic_el, *cumulative_pd;      /* plan/analytic.h */
} plim_holdings;

/* Adds the whole book or a slab; `tallies` are those of its own simulation. */
PLIM_NODISCARD plim_status plim_holdings_add(plim_holdings *holdings, const plim_plan *plan,
                                             const plim_tallies *tallies, plim_error *err);
/* Exposure of the borrowers of a key, 0 if there are none. */
int64_t plim_holdings_of(const plim_key_exposures *keys, const char *name);
void plim_holdings_free(plim_holdings *holdings);

#endif
