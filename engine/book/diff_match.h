/* Which rows of a table in two books are the same row. Private to the comparison of books. */
#ifndef PLIM_BOOK_DIFF_MATCH_H
#define PLIM_BOOK_DIFF_MATCH_H

#include "book/book.h"

/* Rows of the two states of a table. Zero-initialise; release with plim_match_free. */
typedef struct plim_match {
    plim_names before, after; /* what rows are known by; parts are parted by PLIM_MATCH_JOINT */
    uint32_t *key_before, *key_after; /* of each row: number in these names */
    uint32_t *old_row;                /* of each new row; PLIM_NO_NAME: it came */
    bool *met;                        /* each old row: it has a new one */
} plim_match;

/* A byte that no id holds. */
#define PLIM_MATCH_JOINT '\x1f'

PLIM_NODISCARD plim_status plim_match_rows(plim_match *out, plim_book_table_index table,
                                           const plim_frame *before, const plim_frame *after,
                                           plim_error *err);
/* Whether rows of the table are known by this column. */
bool plim_match_is_key(plim_book_table_index table, const char *column);
void plim_match_free(plim_match *match);

#endif
