/* A book, or several pooled, in slabs: each a plim_book with a range of the borrowers in canonical
 * order, all their loans, sites and policies, and the collateral of these loans with its sites; all
 * banks and everything excluded are in each of them. So a book that does not fit into memory can be
 * worked through piece by piece.
 *
 * Slab after slab gives the rows of the whole book in its order. What belongs to the book as a
 * whole is checked when the slabs are opened (ids of loans, sites and policies) or at the end
 * (plim_tie: control totals, sums within int64); everything else when a slab is loaded. Codes of
 * labels are a slab's own: match texts. A piece of collateral may secure loans of several slabs:
 * its site is then in each of them (sites of collateral, which stand after those of all borrowers
 * in the whole book, stand after those of a slab's borrowers in it), and the shares of its rows are
 * those of the whole book: what such pieces come to is summed up when the slabs are opened
 * (slab_pieces.h). */
#ifndef PLIM_BOOK_SLABS_H
#define PLIM_BOOK_SLABS_H

#include "book/book.h"
#include "book/slab_index.h"
#include "book/slab_source.h"

/* Rows of the books together: a borrower of two books counts twice. */
typedef struct plim_book_size {
    size_t banks, borrowers, loans, collateral, sites, insurance, excluded;
} plim_book_size;
PLIM_NODISCARD plim_status plim_book_size_of(plim_book_size *out, plim_source *const *sources,
                                             size_t n_sources, plim_error *err);
/* Bytes that the slabs keep beside the slab that is loaded, and the most while they are opened. */
uint64_t plim_slabs_bytes(const plim_book_size *size);
uint64_t plim_slabs_opening_bytes(const plim_book_size *size);

typedef struct plim_slab_rule {
    plim_conflict on_conflict;
    const plim_book_use *use; /* as plim_book_load_used; borrowed */
    uint32_t n_slabs;         /* wished for; 1: the whole book, without an index */
} plim_slab_rule;

typedef struct plim_slabs {
    uint32_t n_slabs;            /* maybe fewer than wished; none is without borrowers */
    plim_book_size largest;      /* the most rows that any slab has */
    plim_source *const *sources; /* private from here on; borrowed */
    size_t n_sources;
    plim_slab_rule rule;
    plim_slab_index *index; /* one a source, or NULL */
} plim_slabs;

/* Sources must be able to give tables in parts (base/source.h) if n_slabs is above 1. PLIM_INPUT
   where two loans, sites or policies of a book have one id, or for what makes it unreadable. */
PLIM_NODISCARD plim_status plim_slabs_open(plim_slabs *out, plim_source *const *sources,
                                           size_t n_sources, const plim_slab_rule *rule,
                                           plim_error *err);
/* Slab k, counted from 0; as plim_book_load_used. */
PLIM_NODISCARD plim_status plim_slabs_load(const plim_slabs *slabs, uint32_t k, plim_book *out,
                                           plim_error *err);
void plim_slabs_free(plim_slabs *slabs);

/* A book of one borrower, with its loans, their collateral, its sites and policies, and all banks;
   the rest is not read but for ids. rule->n_slabs does not matter. PLIM_USAGE if no book has the
   borrower. */
PLIM_NODISCARD plim_status plim_slabs_load_one(plim_book *out, plim_source *const *sources,
                                               size_t n_sources, const plim_slab_rule *rule,
                                               const char *id, plim_error *err);

#endif
