/* Reads one book from a source and checks it against the schema (book/columns.h). Private to the
 * room. */
#ifndef PLIM_BOOK_CHECK_H
#define PLIM_BOOK_CHECK_H

#include "base/source.h"
#include "book/fault.h"
#include "book/part.h"

/* All faults of the book, up to PLIM_FAULTS_SHOWN, in one message: tables and columns that are
   missing or of the wrong type, missing and impossible values, ids that are empty or occur twice,
   references to nothing, amounts beyond whole fen in int64. Money columns in 万元 or 亿元 are
   brought to the currency's unit; integer ids and references become texts. `lines`: see
   plim_row_lines, or NULL. `keep` NULL: all columns; else columns that it does not name and that
   are in order are let go of as soon as they have been checked. */
PLIM_NODISCARD plim_status plim_book_part_read(plim_book_part *out, plim_source *source,
                                               const plim_row_lines *lines,
                                               const plim_book_keep *keep, plim_error *err);

#endif
