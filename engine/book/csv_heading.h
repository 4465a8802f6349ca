/* Headers of clean CSV files (docs/formats.md): the name of a column and, of one that the schema
 * does not know, its kind and unit where the cells would not say them: `code:text`,
 * `output:number:t`. Private to the room. */
#ifndef PLIM_BOOK_CSV_HEADING_H
#define PLIM_BOOK_CSV_HEADING_H

#include "base/column.h"
#include "base/text.h"

typedef struct plim_csv_heading {
    char *name; /* of the column: to be freed, as is the unit */
    char *unit; /* NULL: none is said */
    bool said;  /* a kind is */
    plim_column_kind kind;
} plim_csv_heading;
PLIM_NODISCARD plim_status plim_csv_heading_read(plim_csv_heading *out, const char *table,
                                                 const char *header, plim_error *err);
void plim_csv_heading_free(plim_csv_heading *heading);

/* A number that loses nothing as a double and does not look like a code ("007", 16 digits). */
bool plim_is_plain_number(const char *text);

/* Appends the heading from which a column of that table comes back as it is. */
void plim_csv_heading_add(plim_text *out, const char *table, const plim_column *column);

#endif
