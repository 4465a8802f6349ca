/* One path of a result told again, loan by loan: simulated anew from the recorded inputs. */
#ifndef PLIM_RUN_EXPLAIN_H
#define PLIM_RUN_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"

typedef struct plim_explain_config {
    const char *result;
    uint64_t path;
    const char *const *books; /* where the books are now; none: the recorded paths */
    size_t n_books;
    bool trusted; /* read the books in this process */
} plim_explain_config;

/* What there is to tell. */
typedef struct plim_explanation {
    plim_table story;   /* who defaults, loan by loan */
    plim_table drivers; /* what the path is like: factors, random drivers, events, damages */
    char currency[16];
} plim_explanation;

/* Rows of the story: scenario, year, bank, borrower, loan, exposure, loss; sorted by scenario
   (baseline first), year, bank, borrower, loan. */
extern const plim_table_spec plim_explain_spec;
/* Rows of the drivers: scenario (empty: all), kind, name, year, what, value. Kinds:
     driver      a random driver, in base units
     event       of a hazard; `what`: which; value: how often in the year
     intensity   of a hazard, above 0; `what`: where
     site, collateral   of borrowers in scope that a hazard reaches; `what`: id; value: intensity
     damage      of all borrowers, above 0, in currency units; `what`: loss or payout
     borrower    its share of the damage, likewise; `what`: id
     insolvent, default   who defaults; `what`: id; value: PD of the year on the path, 1 if
   insolvent factor      of the portfolio model Of many of a kind and year the largest comes first.
 */
extern const plim_table_spec plim_explain_drivers_spec;

/* Fills `out` (zero-initialised); free it in any case. For each scenario and bank
   the losses add up to table `paths` to the fen; changes of loss of loans already in default are
   rows too. Scripts come from the result itself. A book whose SHA-256 differs is PLIM_INPUT and
   names the file and both digests; a path that the result does not have is PLIM_USAGE. */
PLIM_NODISCARD plim_status plim_explain(plim_explanation *out, const plim_explain_config *config,
                                        plim_error *err);
void plim_explanation_free(plim_explanation *explanation);

#endif
