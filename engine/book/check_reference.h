/* Checks ids and references of one book. Private to the room. */
#ifndef PLIM_BOOK_CHECK_REFERENCE_H
#define PLIM_BOOK_CHECK_REFERENCE_H

#include "book/borrower_key.h"
#include "book/fault.h"
#include "book/part.h"

/* A check under way. */
typedef struct plim_check {
    plim_book_part *part;
    const plim_book_keep *keep; /* NULL: all columns */
    plim_faults faults;
    bool integer_ids[PLIM_BOOK_TABLE_COUNT]; /* the file holds the ids of this table as integers */
    uint32_t *row_of[PLIM_BOOK_TABLE_COUNT]; /* by code of the id column: its row */
    bool *sound[PLIM_BOOK_TABLE_COUNT];      /* by column: its values have no fault */
    plim_borrower_keys_aside keys;
} plim_check;

/* Does a cell of a column of references say anything? (One of the wrong kind does.) */
bool plim_reference_stated(const plim_column *column, size_t row);

/* Ids of table t: not empty, each once. Fills row_of[t] where the ids are a key. */
PLIM_NODISCARD plim_status plim_check_ids(plim_check *check, int t, plim_error *err);

/* After table t has been read, and before any check: resolves those of its references that are not
   kept, that all lead somewhere, and whose target has proper ids, and lets go of their texts, which
   take more memory than all else of a loan. What has a fault stays for plim_check_references. */
void plim_check_resolve_early(plim_check *check, int t);

/* After all ids: resolves the references between tables into rows (see plim_book_part) and, if the
   book has had no fault so far, turns integer references into the ids that they mean. */
PLIM_NODISCARD plim_status plim_check_references(plim_check *check, plim_error *err);

#endif
