/* A cell of an export as the value of a book's column. Private to the room. */
#ifndef PLIM_BOOK_MAP_VALUE_H
#define PLIM_BOOK_MAP_VALUE_H

#include "book/map.h"
#include "book/staging.h"

/* What is wrong with a cell. */
typedef struct plim_cell_fault {
    const char *rule;   /* short; NULL: nothing is */
    char accepted[200]; /* in words */
} plim_cell_fault;

/* Room for a value that is not the cell as it stands: a date, a code in full-width characters. */
#define PLIM_VALUE_ROOM PLIM_CELL_LONGEST

/* `text` is clean; "" or what plim_cell_is_empty takes is missing. The text of the value is
   borrowed from `text`, `room` or the map. */
plim_cell_fault plim_map_value(const plim_map_column *column, const char *text,
                               char room[PLIM_VALUE_ROOM], plim_staged *out);

#endif
