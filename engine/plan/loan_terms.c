#include "plan/loan_terms.h"

#include <math.h>

#define MAX_LGD  1.5
#define SAME_LGD 1e-12 /* 1 - (1 - lgd) is not lgd, and half a fen may hang on it */

static const double *numbers_of(const plim_plan *plan, const char *name)
{
    const plim_column *column = plim_frame_find(&plan->book->loans, name);
    return column != NULL && column->kind == PLIM_COLUMN_NUMBER ? column->number : NULL;
}

plim_status plim_loan_terms_find(plim_loan_terms *out, const plim_plan *plan, plim_error *err)
{
    *out = (plim_loan_terms){.plan = plan,
                             .lgd = numbers_of(plan, "lgd"),
                             .balance = numbers_of(plan, "balance"),
                             .undrawn = numbers_of(plan, "undrawn"),
                             .ccf = numbers_of(plan, "ccf")};
    if (out->lgd == NULL || out->balance == NULL)
        return plim_fail(err, PLIM_INPUT, "the book's loans have no column lgd or balance");
    return PLIM_OK;
}

plim_loan_value plim_loan_terms_book(const plim_loan_terms *terms, uint32_t loan)
{
    double amount = terms->balance[loan];
    if (terms->undrawn != NULL && terms->ccf != NULL && terms->ccf[loan] * terms->undrawn[loan] > 0)
        amount += terms->ccf[loan] * terms->undrawn[loan];
    return (plim_loan_value){.lgd = terms->lgd[loan],
                             .ead_fen = plim_fen_unrounded(amount),
                             .exposure_fen = terms->plan->book->exposure_fen[loan]};
}

int64_t plim_plan_book_loss(const plim_plan *plan, uint32_t loan)
{
    plim_loan_terms terms;
    plim_error ignored;
    if (plim_loan_terms_find(&terms, plan, &ignored) != PLIM_OK)
        return 0; /* cannot be: the plan was made from these columns */
    plim_loan_value value = plim_loan_terms_book(&terms, loan);
    return plim_fen_loss(value.lgd, value.ead_fen);
}

bool plim_loan_terms_lgd(const plim_loan_terms *terms, uint32_t loan, plim_loan_value *value,
                         plim_refused *refused)
{
    const plim_plan *plan = terms->plan;
    bool is_share = plan->severity.kind == PLIM_SEVERITY_BETA && !plan->book->loan_defaulted[loan];
    double lgd = refused->value, most = is_share ? 1 : MAX_LGD;
    if (!(lgd >= 0 && lgd <= most)) {
        refused->what = "lgd";
        refused->accepted =
            is_share ? "0 to 1, since the model draws LGD from beta distributions" : "0 to 1.5";
        return false;
    }
    if (fabs(lgd - value->lgd) > SAME_LGD)
        value->lgd = lgd;
    return true;
}

bool plim_loan_terms_ead(const plim_loan_terms *terms, plim_loan_value *value,
                         plim_refused *refused)
{
    (void)terms;
    if (!(refused->value >= 0) || !plim_fen_from_amount(refused->value, &value->exposure_fen) ||
        value->exposure_fen > PLIM_MAX_EAD_FEN) {
        refused->what = "ead";
        refused->accepted = "0 to 4.6e16 currency units";
        return false;
    }
    value->ead_fen = plim_fen_unrounded(refused->value);
    return true;
}

bool plim_loan_terms_within(const plim_loan_terms *terms, const plim_loan_value *value,
                            plim_refused *refused)
{
    int64_t most = PLIM_MAX_EAD_FEN / ((int64_t)terms->plan->n_loans + 1);
    if (value->exposure_fen <= most)
        return true;
    refused->what = "ead";
    refused->accepted = "at most 4.6e16 currency units over the number of loans, where EAD varies "
                        "from path to path";
    return false;
}
