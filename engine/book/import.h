/* Import of clean CSV files, one a table, whose headers are the column names of the schema. */
#ifndef PLIM_BOOK_IMPORT_H
#define PLIM_BOOK_IMPORT_H

#include "book/fault.h"
#include "book/tables.h"

/* All strings are borrowed. */
typedef struct plim_import_config {
    const char *path[PLIM_BOOK_TABLE_COUNT]; /* by table; NULL: there is none */
    const char *as_of;                       /* ISO date */
    const char *currency;
} plim_import_config;

/* Known number columns are read strictly, an empty cell is missing; ids and references are texts as
   they stand; an unknown column is numbers if every cell that is not empty is a plain number of at
   most 15 digits without leading zeros, else text. What results is then checked and tied like a
   book. PLIM_INPUT names file, line, column, value and what would be accepted, for up to 20 faults
   at once. */
PLIM_NODISCARD plim_status plim_book_import(plim_book_tables_data *out,
                                            const plim_import_config *config, plim_error *err);

/* Whatever was imported must pass as a book, and tie to its control totals. `lines`: of each table,
   for messages, or NULL. PLIM_INPUT. */
PLIM_NODISCARD plim_status plim_book_tables_check(plim_book_tables_data *tables,
                                                  const plim_row_lines *lines, plim_error *err);

#endif
