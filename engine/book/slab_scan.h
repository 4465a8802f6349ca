/* Reads texts of a table row by row in bounded memory. Private to the room. */
#ifndef PLIM_BOOK_SLAB_SCAN_H
#define PLIM_BOOK_SLAB_SCAN_H

#include "base/source.h"

/* A block of a table: the columns asked for that it has, from row `first` of the file. */
typedef plim_status (*plim_slab_visit)(void *user, plim_frame *block, size_t first,
                                       plim_error *err);

typedef struct plim_slab_scan {
    const plim_source *source;
    const char *table;
    const char *const *columns; /* names, ended by NULL */
    /* Of every `step` rows the first `length`; both 0: all, in blocks of some thousands. */
    size_t step, length;
    plim_slab_visit visit;
    void *user;
} plim_slab_scan;
PLIM_NODISCARD plim_status plim_slab_scan_run(const plim_slab_scan *scan, plim_error *err);

/* Text of a cell of ids or references: digits of an integer into `digits`; "" where it is missing
   or no id at all. */
const char *plim_slab_text(const plim_column *column, size_t row, char digits[32]);

#endif
