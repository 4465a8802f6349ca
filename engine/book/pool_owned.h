/* Rows of pooled books that belong to a borrower: sites and policies. Private to the room. */
#ifndef PLIM_BOOK_POOL_OWNED_H
#define PLIM_BOOK_POOL_OWNED_H

#include "book/fault.h"
#include "book/pool_frames.h"

/* Row of borrowers that each row of the table belongs to; NULL of tables that belong to none. */
const uint32_t *plim_pool_owners(const plim_book_part *part, int table);

/* Fills map->to[p], which have room for the part's rows, and map->n_rows: a borrower's rows of one
   id are one row, all others stay apart, one part's after the other's. `borrower_to` is the map of
   borrowers. Ids are a book's own: what two borrowers or two pieces of collateral call alike
   differs. PLIM_INPUT if there are too many rows. */
PLIM_NODISCARD plim_status plim_pool_owned_map(plim_row_map *map, uint32_t *const *borrower_to,
                                               plim_error *err);

/* Faults where parts state a row that they share differently in a column of `used` (NULL: any).
   There is no mean of places or policies: that holds whatever the rule for conflicts of borrowers
   is. Fails only for memory. */
PLIM_NODISCARD plim_status plim_pool_owned_agree(const plim_row_map *map, const plim_frame *pooled,
                                                 const plim_names *used, plim_faults *faults,
                                                 plim_error *err);

#endif
