/* Pieces of collateral that secure loans of several slabs. Private to the room.
 *
 * A slab sees a part of such a piece's rows. What the piece comes to in the whole book, and in
 * which slabs its place is needed, is found when the slabs are opened: ids are compared by key
 * first, so that only pieces that do lie in several slabs (few, as a rule) are kept by id. */
#ifndef PLIM_BOOK_SLAB_PIECES_H
#define PLIM_BOOK_SLAB_PIECES_H

#include "base/source.h"

struct plim_slab_index;

/* In place of a slab's number: the row is in several. */
#define PLIM_SLAB_SHARED 255

typedef struct plim_slab_piece {
    plim_piece whole;
    uint64_t slabs[4]; /* a bit a slab */
} plim_slab_piece;

/* A site that is the place of one of the pieces. */
typedef struct plim_slab_place {
    uint32_t row, piece;
} plim_slab_place;

typedef struct plim_slab_pieces {
    plim_names ids;
    plim_slab_piece *piece; /* one an id */
    size_t capacity;
    plim_slab_place *places; /* rising rows */
    size_t n_places, places_capacity;
    /* Of all rows of collateral with an id, sorted: which slab a site of theirs goes to. */
    int64_t *key;
    size_t n_keys;
} plim_slab_pieces;

/* By the slabs of the index's collateral. */
PLIM_NODISCARD plim_status plim_slab_pieces_find(plim_slab_pieces *out,
                                                 const struct plim_slab_index *index,
                                                 plim_error *err);
/* Slab of the site in `row`, whose piece is `id`: PLIM_SLAB_SHARED, and a place more, where it is
   in several; 0 where there is no such piece, for the check of that slab to find. */
PLIM_NODISCARD plim_status plim_slab_pieces_place(plim_slab_pieces *pieces, size_t row,
                                                  const char *id, uint8_t *slab, plim_error *err);
/* Lets go of what only plim_slab_pieces_place needs. */
void plim_slab_pieces_settle(plim_slab_pieces *pieces);
/* Slab k becomes now[k]. */
void plim_slab_pieces_renumber(plim_slab_pieces *pieces, const uint8_t *now);
bool plim_slab_piece_in(const plim_slab_piece *piece, uint8_t slab);
void plim_slab_pieces_free(plim_slab_pieces *pieces);

#endif
