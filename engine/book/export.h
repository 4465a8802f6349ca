/* A loan book as clean CSV files (docs/formats.md, "Clean CSV"), from which book/import.h makes it
 * again. */
#ifndef PLIM_BOOK_EXPORT_H
#define PLIM_BOOK_EXPORT_H

#include "base/source.h"
#include "base/text.h"

/* Appends a table of a source, header and rows as in the file; nothing where the book lacks it.
   References by row become ids. Numbers in the shortest form that reads back to the same bits,
   missing cells empty. The header of a column that the schema does not know says its kind and unit
   where its cells would not: `code:text`, `output:number:t`. PLIM_INPUT as the source's. */
PLIM_NODISCARD plim_status plim_book_export(plim_text *out, const plim_source *source,
                                            const char *table, plim_error *err);

/* What a header of a clean CSV file says. */
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

#endif
