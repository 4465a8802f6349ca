/* Amounts of loans in whole fen. Private to the room. */
#ifndef PLIM_BOOK_LOAN_FEN_H
#define PLIM_BOOK_LOAN_FEN_H

#include "base/column.h"

/* 0 where there is no column of numbers, or no value. */
double plim_number_or_zero(const plim_column *column, size_t row);

/* Columns of loans, in the currency's unit; any may be NULL. */
typedef struct plim_loan_columns {
    const plim_column *balance, *undrawn, *ccf;
} plim_loan_columns;
plim_loan_columns plim_loan_columns_of(const plim_frame *loans);

/* Balance, and exposure: balance + ccf x undrawn, rounded once. What is not finite leaves both as
   they are. NULL, or the name of the column that is beyond what whole fen hold. */
const char *plim_loan_fen(const plim_loan_columns *loans, size_t row, int64_t *balance_fen,
                          int64_t *exposure_fen);

#endif
