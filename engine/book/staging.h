/* A table of a book while it is made row by row, before its number of rows is known. Private to the
 * room. */
#ifndef PLIM_BOOK_STAGING_H
#define PLIM_BOOK_STAGING_H

#include "base/column.h"

#include <stdbool.h>

/* A value of a row to be. */
typedef struct plim_staged {
    double number;    /* of a number column; NaN: missing */
    const char *text; /* of a text column; "": missing */
} plim_staged;

typedef struct plim_staging_column {
    char *name, *unit;
    bool is_number;
    double *number;
    uint32_t *code;
    plim_names labels;
} plim_staging_column;

/* Zero-initialise; release with plim_staging_free. */
typedef struct plim_staging {
    plim_staging_column *columns;
    size_t n_columns;
    size_t n_rows, capacity;
    uint32_t *line; /* of each row in its file */
} plim_staging;

/* Before the first row. */
PLIM_NODISCARD plim_status plim_staging_add_column(plim_staging *staging, const char *name,
                                                   bool is_number, const char *unit,
                                                   plim_error *err);
/* One value a column. */
PLIM_NODISCARD plim_status plim_staging_add_row(plim_staging *staging, const plim_staged *value,
                                                size_t line, plim_error *err);
/* The first column in which a row differs from these values; n_columns if in none. */
size_t plim_staging_differs(const plim_staging *staging, size_t row, const plim_staged *value);
/* Takes rows away, those marked. */
void plim_staging_drop(plim_staging *staging, const uint8_t *marked);
/* Moves everything into a frame, which is empty, and leaves `line` to the caller's reading. Lets go
   of what only adding needs. */
PLIM_NODISCARD plim_status plim_staging_finish(plim_staging *staging, const char *table,
                                               plim_frame *out, plim_error *err);
void plim_staging_free(plim_staging *staging);

#endif
