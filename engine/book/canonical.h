/* Brings a pooled book into canonical order. Private to the room. */
#ifndef PLIM_BOOK_CANONICAL_H
#define PLIM_BOOK_CANONICAL_H

#include "book/part.h"

/* Banks and borrowers by id (bytes); loans by borrower, bank, id; collateral by loan, id and value;
   sites by borrower and id, those of collateral after them by its id, their own and the piece;
   policies by borrower and id; exclusions by bank, reason, table and line. References follow.
   Labels of texts are numbered in the order of first use. */
PLIM_NODISCARD plim_status plim_book_canonical(plim_book_part *part, plim_error *err);

#endif
