/* Checks values and units of known columns. Private to the room. */
#ifndef PLIM_BOOK_CHECK_VALUE_H
#define PLIM_BOOK_CHECK_VALUE_H

#include "book/columns.h"
#include "book/fault.h"

/* One known column of a table: unit (a money column is brought to the documented unit), missing
   values of a required column, values outside the field's bounds or choices. Columns of another
   kind than the field's, ids and references are left alone. Fails only for memory. */
PLIM_NODISCARD plim_status plim_check_column(plim_frame *frame, plim_column *column,
                                             const plim_book_field *field, const char *currency,
                                             plim_faults *faults, plim_error *err);

/* True if plim_check_column would find no fault and change nothing. May say false of a column in
   another unit of money, or when out of memory. */
bool plim_column_faultless(const plim_column *column, const plim_book_field *field);

/* Is a value that is stated one that the field may have? */
bool plim_number_possible(const plim_book_field *field, double value);
bool plim_text_possible(const plim_book_field *field, const char *text);

/* What the field accepts, in words: "a number from 0 to 1.5", "one of A, B, C". */
void plim_field_accepted(const plim_book_field *field, char *out, size_t size);

#endif
