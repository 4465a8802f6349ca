/* Tables of data beside a script: CSV files with named columns, read row by row, so that memory
 * holds what is made of the rows and never the cells.
 *
 * A column is found by its name as written, else by the tolerant key of names (plim_series_key);
 * columns that nobody asked for are passed over. Cells come without blanks around them, and rows of
 * nothing but blanks are left out, as spreadsheets leave them. Messages (PLIM_INPUT) begin with the
 * file. */
#ifndef PLIM_SCENARIO_SHEET_H
#define PLIM_SCENARIO_SHEET_H

#include "base/csv.h"
#include "base/names.h"

#define PLIM_NO_COLUMN SIZE_MAX

enum {
    PLIM_SHEET_COLUMNS = 6,      /* that can be asked for */
    PLIM_SHEET_ROWS = 100000000, /* more are refused: row numbers and lines fit into 32 bits */
};

typedef struct plim_sheet plim_sheet;

/* A row: the cells of the columns asked for, in their order, borrowed until the next row comes.
   NULL: the file has no such column. */
typedef struct plim_sheet_row {
    const plim_sheet *sheet;
    uint32_t line;
    const char *cell[PLIM_SHEET_COLUMNS];
} plim_sheet_row;

struct plim_sheet {
    const char *path;                       /* for messages */
    const char *column[PLIM_SHEET_COLUMNS]; /* asked for; different names */
    size_t n_columns;
    size_t n_needed; /* the first ones: a file without one is refused */
    /* Gets every row; what it returns unless PLIM_OK ends the reading. */
    plim_status (*take)(void *user, const plim_sheet_row *row, plim_error *err);
    void *user;
};

/* Reads a text of `length` bytes. Refused: what plim_csv_parse refuses, a needed column that is not
   there (with the nearest name and all that there are), two names that mean one column, semicolons
   or tabs between the cells, no rows, too many, and what `take` refuses. */
PLIM_NODISCARD plim_status plim_sheet_read(const plim_sheet *sheet, const char *text, size_t length,
                                           plim_error *err);

/* PLIM_INPUT: the cell of the i-th column is not what is `accepted`. */
PLIM_NODISCARD plim_status plim_sheet_refuse(const plim_sheet_row *row, size_t column,
                                             const char *accepted, plim_error *err);
/* A number in [low, high]; anything else is refused as above. A negative zero becomes zero. */
typedef struct plim_sheet_range {
    double low, high;
    const char *accepted;
} plim_sheet_range;
PLIM_NODISCARD plim_status plim_sheet_number(const plim_sheet_row *row, size_t column,
                                             const plim_sheet_range *range, double *out,
                                             plim_error *err);
/* A cell that must say something. */
PLIM_NODISCARD plim_status plim_sheet_text(const plim_sheet_row *row, size_t column,
                                           const char **out, plim_error *err);

/* A cell that is empty or says a unit that means `unit` ("": a ratio). What is no unit of scenarios
   stands only beside a ratio. A column that is not there is fine. */
PLIM_NODISCARD plim_status plim_sheet_unit(const plim_sheet_row *row, size_t column,
                                           const char *unit, plim_error *err);

/* ---- shared with pathways ---- */

/* Which of n headers a name means, or PLIM_NO_COLUMN. */
size_t plim_header_find(const char *const *header, size_t n, const char *name);
/* PLIM_INPUT: "PATH: WHAT `NAME`; did you mean ...; its columns are ...". */
PLIM_NODISCARD plim_status plim_header_refuse(const char *path, const plim_names *columns,
                                              const char *what, const char *name, plim_error *err);
/* PLIM_INPUT if the only header shows that the cells aren't separated by commas. */
PLIM_NODISCARD plim_status plim_header_check(const char *path, const char *const *header, size_t n,
                                             plim_error *err);
/* Takes the blanks off a cell, in place: returns its first other byte. */
char *plim_cell_trim(char *cell);

#endif
