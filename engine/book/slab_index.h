/* Which rows of one book belong to which slab of borrowers. Private to the room. */
#ifndef PLIM_BOOK_SLAB_INDEX_H
#define PLIM_BOOK_SLAB_INDEX_H

#include "base/source.h"
#include "book/slab_pieces.h"
#include "book/tables.h"

/* A slab's number fits 8 bits, beside PLIM_SLAB_SHARED. */
#define PLIM_SLABS_MOST 255

/* Borders between slabs, rising: a borrower belongs to the slab whose number is how many borders
   are not greater (strcmp) than its id. */
typedef struct plim_slab_borders {
    char **text;
    size_t count;
} plim_slab_borders;

typedef struct plim_slab_index {
    const plim_source *source;
    size_t n_rows[PLIM_BOOK_TABLE_COUNT];
    /* Slab of each row of borrowers, loans, collateral, sites and insurance; NULL: every slab has
       all rows. Loans, sites and policies follow their borrower, collateral its loan, and its site
       all of its rows: PLIM_SLAB_SHARED if they lie in several slabs. What leads nowhere is in some
       slab, whose check finds it. */
    uint8_t *group[PLIM_BOOK_TABLE_COUNT];
    bool integer_ids[PLIM_BOOK_TABLE_COUNT]; /* ids are integers in the file */
    plim_slab_pieces pieces;                 /* of which slabs see parts only */
} plim_slab_index;

/* Bytes of an index and the most that making it takes, by the numbers of rows. */
uint64_t plim_slab_index_bytes(const size_t n_rows[PLIM_BOOK_TABLE_COUNT]);
uint64_t plim_slab_making_bytes(const size_t n_rows[PLIM_BOOK_TABLE_COUNT]);

/* Borders that part the borrowers of all books, weighed by their rows and their loans', into
   n_slabs about equal parts, by a sample of a few thousand ids; fewer where ids recur. */
PLIM_NODISCARD plim_status plim_slab_borders_find(plim_slab_borders *out,
                                                  plim_source *const *sources, size_t n_sources,
                                                  uint32_t n_slabs, plim_error *err);
void plim_slab_borders_free(plim_slab_borders *borders);

/* PLIM_INPUT if two loans, sites or policies have one id: no slab can see that. `source` is
 * borrowed. */
PLIM_NODISCARD plim_status plim_slab_index_make(plim_slab_index *out, const plim_source *source,
                                                const plim_slab_borders *borders, plim_error *err);
/* Slab k becomes now[k]; PLIM_SLAB_SHARED must stay. */
void plim_slab_index_renumber(plim_slab_index *index, const uint8_t *now);
void plim_slab_index_free(plim_slab_index *index);

#endif
