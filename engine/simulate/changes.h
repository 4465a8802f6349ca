/* Loans in default already whose LGD differs from path to path: no default of theirs tells the
 * loss, so every path has its own changes. */
#ifndef PLIM_SIMULATE_CHANGES_H
#define PLIM_SIMULATE_CHANGES_H

#include "simulate/simulate.h"

/* The loss of a loan in default changes in a scenario, period (from 0) and on a path (its place in
   the block), against the period before (first period: against the book). */
typedef struct plim_change {
    uint32_t loan, scenario, year, path;
    int64_t fen;
} plim_change;

typedef struct plim_changes_to {
    void (*add)(void *user, const plim_change *change); /* for every change but 0 */
    void *user;
} plim_changes_to;

/* All changes on the wanted paths of the block that the workspace has loaded. PLIM_INPUT as
   plim_workspace_chunk. Loans whose LGD does not vary are not among them: their changes are in
   plan->loss_fen. */
PLIM_NODISCARD plim_status plim_changes_find(plim_workspace *workspace, const plim_changes_to *to,
                                             plim_error *err);

#endif
