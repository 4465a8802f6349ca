/* Whose collateral is whose, and how a piece that secures several loans is shared. */
#ifndef PLIM_BOOK_COLLATERAL_H
#define PLIM_BOOK_COLLATERAL_H

#include "book/book.h"

/* Fills first_collateral and collateral_share of a book whose tables and loans are in place. A
   piece is shared by exposure among the loans that it secures (rows of the same id); in equal parts
   where none has any; a row without an id is a piece of its own. */
PLIM_NODISCARD plim_status plim_book_view_collateral(plim_book *book, plim_error *err);

#endif
