/* Books as they would be without some of their loans: for telling what loans that came or went do
 * to a result. Borrowers, banks, sites and policies stay; collateral goes with its loan, and the
 * site of a piece with the last of its rows. Control totals no longer tie. */
#ifndef PLIM_BOOK_FEWER_H
#define PLIM_BOOK_FEWER_H

#include "base/names.h"
#include "base/source.h"

/* Loans of books, each by its bank and id. Free with plim_loan_ids_free. */
typedef struct plim_loan_ids {
    plim_names names;
    size_t n_sources;
    struct plim_loan_rows *of_source; /* private */
} plim_loan_ids;
PLIM_NODISCARD plim_status plim_loan_ids_read(plim_loan_ids *out, plim_source *const *sources,
                                              size_t n_sources, plim_error *err);
/* Loans that `other` lacks. */
size_t plim_loan_ids_beyond(const plim_loan_ids *ids, const plim_loan_ids *other);
void plim_loan_ids_free(plim_loan_ids *ids);

/* The books with those of their loans alone that `other` has too. Free with plim_fewer_free. */
typedef struct plim_fewer {
    plim_source **list;            /* one a book, in their order; nothing has to be closed */
    struct plim_fewer_book *books; /* private */
    size_t n_books;
} plim_fewer;
/* `sources` are those that `ids` were read from, and borrowed. */
PLIM_NODISCARD plim_status plim_fewer_make(plim_fewer *out, plim_source *const *sources,
                                           const plim_loan_ids *ids, const plim_loan_ids *other,
                                           plim_error *err);
void plim_fewer_free(plim_fewer *fewer);

#endif
