/* CSV by RFC 4180: reading through libcsv, writing. UTF-8, BOM tolerated on reading. */
#ifndef PLIM_BASE_CSV_H
#define PLIM_BASE_CSV_H

#include "base/status.h"
#include "base/text.h"

/* A whole CSV file in memory; all cells are text. Row 0 is the first data row; `line[row]` is its
   line in the file (1-based; the header is line 1), for messages. */
typedef struct plim_csv {
    size_t n_columns, n_rows;
    char **header; /* n_columns */
    char **cell;   /* n_rows * n_columns, row-major */
    size_t *line;
    void *storage; /* private */
} plim_csv;

/* Refused (PLIM_INPUT, with file and line): a row with another number of cells than the header, a
   header that is empty or occurs twice, bytes that are not UTF-8, an unclosed quote. */
PLIM_NODISCARD plim_status plim_csv_read(const char *path, plim_csv *out, plim_error *err);
/* The same for a text in memory; `path` is what messages call it. */
PLIM_NODISCARD plim_status plim_csv_parse(const char *path, const char *text, size_t length,
                                          plim_csv *out, plim_error *err);
void plim_csv_free(plim_csv *csv);

/* A row while it is read: its cells are borrowed until the next one comes, and may be written to.
 */
typedef struct plim_csv_row {
    size_t line, n_cells;
    char **cell;
} plim_csv_row;
/* Gets the header first and then every row; what it returns unless PLIM_OK ends the reading. */
typedef struct plim_csv_visitor {
    plim_status (*visit)(void *user, const plim_csv_row *row, plim_error *err);
    void *user;
} plim_csv_visitor;
/* Reads a text row by row, for files of which little need stay in memory. Refuses what
   plim_csv_parse refuses, though rows before the fault have been visited by then. */
PLIM_NODISCARD plim_status plim_csv_scan(const char *path, const char *text, size_t length,
                                         const plim_csv_visitor *visitor, plim_error *err);

/* Appends one cell, quoted where it must be; commas and line ends ("\n") are the caller's. */
void plim_csv_add_cell(plim_text *out, const char *cell);

#endif
