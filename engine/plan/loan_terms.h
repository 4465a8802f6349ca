/* What a loan costs if it defaults, from the book and from a scenario's formulas: the one place
 * that knows what is accepted. */
#ifndef PLIM_PLAN_LOAN_TERMS_H
#define PLIM_PLAN_LOAN_TERMS_H

#include "plan/parts.h"

/* Largest EAD of a loan, in fen: 1.5 times it still fits 64 bits. */
#define PLIM_MAX_EAD_FEN (INT64_MAX / 2)

/* Columns of loans; borrowed. */
typedef struct plim_loan_terms {
    const plim_plan *plan;
    const double *lgd, *balance;
    const double *undrawn, *ccf; /* NULL where the book lacks them */
} plim_loan_terms;

/* The loss is LGD x EAD, rounded once, from the EAD that is not rounded. */
typedef struct plim_loan_value {
    double lgd, ead_fen;
    int64_t exposure_fen;
} plim_loan_value;

PLIM_NODISCARD plim_status plim_loan_terms_find(plim_loan_terms *out, const plim_plan *plan,
                                                plim_error *err);
/* The book's: balance and the part of the commitment that is drawn; what is missing counts 0. */
plim_loan_value plim_loan_terms_book(const plim_loan_terms *terms, uint32_t loan);
/* Puts what a formula gave into `value`. False if that is not acceptable: `refused` then has what,
   value and accepted. An LGD within rounding of the one in `value` leaves it. */
bool plim_loan_terms_lgd(const plim_loan_terms *terms, uint32_t loan, plim_loan_value *value,
                         plim_refused *refused);
bool plim_loan_terms_ead(const plim_loan_terms *terms, plim_loan_value *value,
                         plim_refused *refused);
/* Does the EAD of one path fit, whatever the other loans come to on theirs? Sums of a path are 64
   bits wide, and nobody adds up all paths beforehand. */
bool plim_loan_terms_within(const plim_loan_terms *terms, const plim_loan_value *value,
                            plim_refused *refused);

#endif
