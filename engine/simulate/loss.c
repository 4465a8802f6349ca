#include "simulate/loss.h"

int64_t plim_loss_of_event(const plim_book *book, const plim_workspace *workspace,
                           const plim_severity *severity, const plim_event *event,
                           plim_loan_fate fate)
{
    int64_t loss = 0;
    uint32_t last = book->first_loan[event->borrower + 1];
    for (fate.loan = book->first_loan[event->borrower]; fate.loan < last; fate.loan++)
        if (!book->loan_defaulted[fate.loan])
            loss += plim_workspace_loss(workspace, severity, event, &fate);
    return loss;
}

int64_t plim_loss_of_changes(const plim_plan *plan, uint32_t borrower, uint32_t s)
{
    const plim_book *book = plan->book;
    int64_t change = 0;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++)
        for (uint32_t t = 0;
             book->loan_defaulted[l] && !plim_plan_loss_varies(plan, l, s) && t < plan->n_years;
             t++)
            change += plan->loss_fen[(size_t)s * plan->n_years + t][l];
    return change;
}
