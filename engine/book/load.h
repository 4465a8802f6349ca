/* The last step of loading, for those that have checked parts in hand. Private to the room. */
#ifndef PLIM_BOOK_LOAD_H
#define PLIM_BOOK_LOAD_H

#include "book/pool.h"

/* Pools, sorts and makes the views. `parts` are emptied. */
PLIM_NODISCARD plim_status plim_book_from_parts(plim_book *out, plim_book_part *parts,
                                                size_t n_parts, const plim_pool_rule *rule,
                                                plim_error *err);

/* Sums of a path are int64 too, with loss rates up to 1.5: half the range is the limit, in fen. */
#define PLIM_BOOK_EXPOSURE_MOST (INT64_MAX / 2)
/* PLIM_INPUT: `what` of the books together are beyond it. */
PLIM_NODISCARD plim_status plim_book_beyond(plim_error *err, const char *what,
                                            const plim_book *book);

#endif
