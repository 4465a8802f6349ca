/* What a borrower loses on a path, all its loans together. */
#ifndef PLIM_SIMULATE_LOSS_H
#define PLIM_SIMULATE_LOSS_H

#include "simulate/simulate.h"

/* Fen that the borrower of an event loses in the scenario and year of `fate` (its loan is not
   read). */
int64_t plim_loss_of_event(const plim_book *book, const plim_workspace *workspace,
                           const plim_severity *severity, const plim_event *event,
                           plim_loan_fate fate);
/* Changes of loss of a borrower's loans in default, over all years, where they are the same on
   every path; the others are simulate/changes.h's. */
int64_t plim_loss_of_changes(const plim_plan *plan, uint32_t borrower, uint32_t s);

#endif
