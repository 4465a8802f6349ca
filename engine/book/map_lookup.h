/* A further file of an export in memory, whose rows are found by a key. Private to the room. */
#ifndef PLIM_BOOK_MAP_LOOKUP_H
#define PLIM_BOOK_MAP_LOOKUP_H

#include "book/map.h"
#include "book/rejects.h"
#include "book/staging.h"

/* Zero-initialise; release with plim_map_lookup_free. */
typedef struct plim_map_lookup {
    const char *path;
    const char *key_column;
    plim_names wanted; /* columns of the file that the map reads */
    plim_names keys;   /* in order of rows */
    uint64_t n_seen;   /* rows of data, also those at fault */
    plim_staging rows; /* texts as they stand, by `wanted` */
} plim_map_lookup;

/* Reads it. PLIM_INPUT where a column is not there; a row whose key is empty or occurs twice goes
   to the rejects. `key_column` and `wanted` are set by the caller. */
PLIM_NODISCARD plim_status plim_map_lookup_read(plim_map_lookup *lookup, const plim_map_file *file,
                                                const char *path, plim_rejects *rejects,
                                                plim_error *err);
/* The text of a wanted column in the row of a key; NULL if there is no such row. */
const char *plim_map_lookup_find(const plim_map_lookup *lookup, const char *key, uint32_t wanted);
void plim_map_lookup_free(plim_map_lookup *lookup);

/* Is a row no data: empty, or a footer (合计 and the like) of the file? */
bool plim_map_row_is_none(const plim_map_file *file, char *const *cell, size_t n_cells,
                          bool *footer);
/* Position of a column in the header. PLIM_INPUT names the file, its line and the nearest column.
 */
PLIM_NODISCARD plim_status plim_map_find_column(const plim_csv_row *header, const char *path,
                                                const char *name, size_t *out, plim_error *err);

#endif
