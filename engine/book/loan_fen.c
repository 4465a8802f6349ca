#include "book/loan_fen.h"

#include <math.h>

#include "base/money.h"

double plim_number_or_zero(const plim_column *column, size_t row)
{
    return column == NULL || column->kind != PLIM_COLUMN_NUMBER || isnan(column->number[row])
               ? 0
               : column->number[row];
}

plim_loan_columns plim_loan_columns_of(const plim_frame *loans)
{
    return (plim_loan_columns){plim_frame_find(loans, "balance"), plim_frame_find(loans, "undrawn"),
                               plim_frame_find(loans, "ccf")};
}

const char *plim_loan_fen(const plim_loan_columns *loans, size_t row, int64_t *balance_fen,
                          int64_t *exposure_fen)
{
    double drawn = plim_number_or_zero(loans->balance, row);
    double later = plim_number_or_zero(loans->ccf, row) * plim_number_or_zero(loans->undrawn, row);
    if (!isfinite(drawn) || !isfinite(later))
        return NULL;
    if (!plim_fen_from_amount(drawn, balance_fen))
        return "balance";
    return plim_fen_from_amount(drawn + later, exposure_fen) ? NULL : "undrawn";
}
