/* The rows of one slab of a book, as a source of its own. Private to the room. */
#ifndef PLIM_BOOK_SLAB_SOURCE_H
#define PLIM_BOOK_SLAB_SOURCE_H

#include "book/slab_index.h"

typedef struct plim_slab_source {
    const plim_slab_index *index;
    uint8_t slab;
} plim_slab_source;

/* `self` and what it points to are borrowed. References by row number become those of the slab's
   rows. Nothing has to be closed. */
plim_source plim_slab_source_of(plim_slab_source *self);

#endif
