/* Pools checked books into one: rows side by side, a borrower of several books in one row. Private
 * to the room. */
#ifndef PLIM_BOOK_POOL_H
#define PLIM_BOOK_POOL_H

#include "book/book.h"
#include "book/part.h"

typedef struct plim_pool_rule {
    plim_conflict on_conflict;
    const plim_names *used;     /* borrower columns that count; pd always does; NULL: all */
    const plim_book_keep *keep; /* what is needed of the pooled book; NULL: all */
    plim_conflicts *told;       /* gets conflicts, which are then neither refused nor merged */
} plim_pool_rule;

typedef struct plim_pooled {
    plim_book_part part;
    uint64_t n_conflicts;
    plim_names conflicted; /* ids of borrowers */
} plim_pooled;

/* `parts` are emptied. A bank in two books, another as_of or currency, columns of one name with
   different kinds or units: PLIM_INPUT. So is, with PLIM_CONFLICT_REFUSE, a borrower on which two
   books disagree in a used column that either states. Otherwise numbers are weighted by the
   borrower's exposure in each book that states them (PDs in log-odds; pd 0 or 1 on one side wins,
   on both sides refuses), texts and flags are those of the larger exposure. Sites and policies of
   one borrower and id are one row; where two books state it differently: PLIM_INPUT, always. Loans,
   pieces of collateral and their sites are each book's own, whatever their ids. Nothing depends on
   the order of the books but the order of rows. */
PLIM_NODISCARD plim_status plim_pool_parts(plim_pooled *out, plim_book_part *parts, size_t n_parts,
                                           const plim_pool_rule *rule, plim_error *err);
void plim_pooled_free(plim_pooled *pooled);

#endif
