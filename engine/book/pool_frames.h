/* Puts frames of several books into one. Private to the room. */
#ifndef PLIM_BOOK_POOL_FRAMES_H
#define PLIM_BOOK_POOL_FRAMES_H

#include "book/part.h"

/* Where the rows of table `table` of each part go: row r of part p to row to[p][r]. Rows that
   several parts fill get the value of the last one that has the column. */
typedef struct plim_row_map {
    plim_book_part *parts;
    size_t n_parts;
    int table;
    uint32_t *const *to;
    size_t n_rows; /* of the pooled frame */
} plim_row_map;

/* All columns of all parts; a cell that no part fills is missing. PLIM_INPUT if two parts have a
   column of one name with different kinds or units (a known column without unit has the documented
   one). */
PLIM_NODISCARD plim_status plim_pool_frames(plim_frame *out, const plim_row_map *map,
                                            plim_error *err);

/* The unit of a column, as the file says or as documented; "ratio" where neither does. */
const char *plim_column_unit(const char *table, const plim_column *column);

#endif
