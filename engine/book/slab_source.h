/* The rows of one slab of a book, as a source of its own. Private to the room. */
#ifndef PLIM_BOOK_SLAB_SOURCE_H
#define PLIM_BOOK_SLAB_SOURCE_H

#include "book/slab_index.h"

typedef struct plim_slab_source {
    const plim_slab_index *index; /* borrowed */
    uint8_t slab;
    uint8_t *sites; /* private: slab of each site as this slab sees it; NULL: as in the index */
} plim_slab_source;

/* Free with plim_slab_source_free, also when it fails. */
PLIM_NODISCARD plim_status plim_slab_source_make(plim_slab_source *self,
                                                 const plim_slab_index *index, uint8_t slab,
                                                 plim_error *err);
/* `self` is borrowed. References by row number become those of the slab's rows. Nothing has to be
   closed. */
plim_source plim_slab_source_of(plim_slab_source *self);
void plim_slab_source_free(plim_slab_source *self);

#endif
