/* Loans and collateral of the synthetic book, borrower by borrower. */
#ifndef PLIM_BOOK_SYNTHETIC_LOAN_H
#define PLIM_BOOK_SYNTHETIC_LOAN_H

#include "book/synthetic_borrower.h"

typedef struct plim_synthetic_loan {
    char id[32];
    const char *borrower, *bank; /* ids; borrowed from the borrower and the preset */
    size_t bank_row;
    int64_t balance, undrawn; /* fen */
    double lgd, ccf, rate, loan_class, days_overdue;
    char start[16], maturity[16];
    const char *green, *purpose, *product;
} plim_synthetic_loan;

typedef struct plim_synthetic_pledge {
    char id[32], loan[32];
    const char *type, *region;
    int64_t value; /* fen */
    double lat, lon, haircut;
} plim_synthetic_pledge;

/* Zero-initialise; release with plim_synthetic_loans_free. */
typedef struct plim_synthetic_loans {
    plim_synthetic_loan *loan;
    size_t n_loans, loan_capacity;
    plim_synthetic_pledge *pledge;
    size_t n_pledges, pledge_capacity;
} plim_synthetic_loans;

/* Appends the loans of one borrower, which must outlive the list. */
PLIM_NODISCARD plim_status plim_synthetic_loans_add(plim_synthetic_loans *list,
                                                    const plim_preset *preset,
                                                    const plim_synthetic_borrower *borrower,
                                                    plim_error *err);
void plim_synthetic_loans_free(plim_synthetic_loans *list);

#endif
