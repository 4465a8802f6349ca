/* Where a value of a book comes from: what `pd_source`, `lgd_source`, `emission_source` hold. */
#ifndef PLIM_BOOK_ORIGIN_H
#define PLIM_BOOK_ORIGIN_H

#include "base/column.h"

/* From best to worst but for MISSING, which is worst of all. */
typedef enum plim_origin {
    PLIM_ORIGIN_MISSING,
    PLIM_ORIGIN_REPORTED,  /* the bank or the borrower states it */
    PLIM_ORIGIN_ESTIMATED, /* computed from what is known of this borrower or loan, or of this book
                            */
    PLIM_ORIGIN_PROXIED,   /* a rate of its class, sector or kind */
    PLIM_ORIGIN_COUNT,
} plim_origin;

/* What a column of sources accepts (book/columns.h). */
#define PLIM_ORIGIN_CHOICES "reported|estimated|proxied"

/* "reported", "estimated", "proxied"; "missing". */
const char *plim_origin_word(plim_origin origin);

/* Is there a value? Numbers that are no NaN, texts that are not empty. */
bool plim_cell_stated(const plim_column *column, size_t row);

/* Origin of a cell of `column`: MISSING without a value; else what `source` says of the row, and
   REPORTED where that is NULL, empty or another word. */
plim_origin plim_origin_of(const plim_column *column, const plim_column *source, size_t row);

#endif
