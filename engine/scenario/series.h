/* Pathways in CSV files: where years and values stand, which rows are meant, what each cell says.
 * Read by `pathway { csv = ... }` and by `scenario import`.
 *
 * Two layouts. *Wide*: a row a series, columns headed by years (the layout of IIASA's scenario
 * databases). *Long*: a row a value, with a column of years and one of values. A year is written
 * 2030, as a text 2030.0, or X2030 as R heads columns. A cell that is blank, NA, N/A or NaN is a
 * year without a value. Everything else that is no plain decimal is refused with line and column.
 *
 * Names are compared as written first, then by a tolerant key (plim_series_key); what then fits
 * several spellings is refused, never guessed. Messages (PLIM_INPUT) begin with the file. */
#ifndef PLIM_SCENARIO_SERIES_H
#define PLIM_SCENARIO_SERIES_H

#include "base/csv.h"
#include "base/names.h"
#include "scenario/sheet.h"

#include <stdbool.h>

enum { PLIM_SERIES_FIRST_YEAR = 1900, PLIM_SERIES_LAST_YEAR = 2300 };

/* What the columns of a long file are called; NULL: `year`, `value`. */
typedef struct plim_series_form {
    const char *year, *value;
} plim_series_form;

typedef struct plim_series_file {
    const char *path; /* for messages; borrowed */
    plim_csv csv; /* cells without blanks around them; rows of nothing but blanks are left out */
    bool wide;
    int *year_of;       /* wide: by column, the year that heads it, else 0 */
    size_t year, value; /* long: their columns */
} plim_series_file;

/* A choice among the rows of a file, in its order. */
typedef struct plim_series_rows {
    size_t *row;
    size_t count;
} plim_series_rows;

/* One value a year, ascending; `row` is where it stands. */
typedef struct plim_series {
    size_t count;
    int *year;
    double *value;
    size_t *row;
    const char **text;   /* the cells; borrowed from the file */
    size_t n_duplicates; /* further cells that say the same: dropped */
} plim_series;

/* What two rows with a value for the same year may differ in. */
typedef enum plim_series_twins {
    PLIM_TWINS_EQUAL, /* nothing: else several series are meant */
    PLIM_TWINS_NAMED, /* their other columns: the caller has chosen rows of one series */
} plim_series_twins;

/* Reads a text of `length` bytes. Refused: what plim_csv_parse refuses, no years, no column of
   values, both layouts at once, no rows. */
PLIM_NODISCARD plim_status plim_series_open(plim_series_file *out, const char *path,
                                            const char *text, size_t length,
                                            const plim_series_form *form, plim_error *err);
void plim_series_close(plim_series_file *file);

/* The year that a text says, or 0. */
int plim_series_year(const char *text);
/* Is a cell without a value? */
bool plim_series_is_missing(const char *text);
/* What a name is compared by when it isn't met as written: ASCII letters small; blanks, `_`, `-`
   and degree signs left out, also broken ones (`?`, U+FFFD), so that `Below 2?C` and
   `below 2 °C` are one. Everything else counts. */
void plim_series_key(const char *name, plim_text *out);
/* Have both the same key? False where it is empty. */
bool plim_series_same_key(const char *a, const char *b);

const char *plim_series_cell(const plim_series_file *file, size_t row, size_t column);
/* The column of that name, or PLIM_NO_COLUMN. */
size_t plim_series_column(const plim_series_file *file, const char *name);
/* The same; an unknown one is refused with the nearest and all that there are. */
PLIM_NODISCARD plim_status plim_series_need_column(const plim_series_file *file, const char *name,
                                                   size_t *out, plim_error *err);

PLIM_NODISCARD plim_status plim_series_all(const plim_series_file *file, plim_series_rows *out,
                                           plim_error *err);
/* Keeps the rows whose cell in `column` is `name`. Refused: no row is, or several spellings fit. */
PLIM_NODISCARD plim_status plim_series_where(const plim_series_file *file, plim_series_rows *rows,
                                             size_t column, const char *name, plim_error *err);
void plim_series_rows_free(plim_series_rows *rows);
/* The different cells of a column, in order of first occurrence. */
PLIM_NODISCARD plim_status plim_series_values(const plim_series_file *file,
                                              const plim_series_rows *rows, size_t column,
                                              plim_names *out, plim_error *err);

/* The values of the rows, one a year. Refused: a cell that is no number, a year that has two
   values, rows of several series (the columns in which they differ are listed), no value at all. */
PLIM_NODISCARD plim_status plim_series_read(const plim_series_file *file,
                                            const plim_series_rows *rows, plim_series_twins twins,
                                            plim_series *out, plim_error *err);
void plim_series_free(plim_series *series);

/* Appends "`a`, `b`, ... (n in all)" for at most a handful of names. */
void plim_series_list(plim_text *out, const plim_names *names);

#endif
