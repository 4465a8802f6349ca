/* What an export's file looks like, and what its columns may mean: the ground of a draft map. All
 * of it is a proposal. */
#ifndef PLIM_BOOK_DRAFT_H
#define PLIM_BOOK_DRAFT_H

#include "base/rows.h"
#include "book/columns.h"

/* Rows that are looked at, different values of a column that are kept. */
#define PLIM_DRAFT_ROWS   2000
#define PLIM_DRAFT_VALUES 24

typedef enum plim_draft_kind {
    PLIM_DRAFT_EMPTY,
    PLIM_DRAFT_NUMBER,
    PLIM_DRAFT_DATE,
    PLIM_DRAFT_TEXT,
} plim_draft_kind;

typedef struct plim_draft_column {
    char *name; /* as in the header, clean */
    plim_draft_kind kind;
    size_t n_empty;
    double low, high;  /* of a number */
    bool says_percent; /* cells end in % */
    bool excel_dates;  /* a date by its name, whole numbers as of Excel's days */
    plim_names values; /* the first different ones, at most PLIM_DRAFT_VALUES + 1 */
    bool credit_codes; /* all are, with right check digits */
    const char *scale; /* by name: of the header or a title line; NULL: none is said */
    /* the meaning; PLIM_BOOK_TABLE_COUNT: none is known */
    plim_book_table_index table;
    const char *means;
    bool grade; /* an internal grade, which a code table turns into a PD */
} plim_draft_column;

typedef struct plim_draft_file {
    const char *path; /* not owned */
    plim_dialect dialect;
    bool decimal_comma; /* 900,5 is a number */
    char *footer;       /* the word that the last rows begin with, or NULL */
    size_t n_rows;      /* looked at */
    plim_draft_column *columns;
    size_t n_columns;
} plim_draft_file;

/* Looks at a file; free in any case. PLIM_INPUT if it can't be read or decoded. */
PLIM_NODISCARD plim_status plim_draft_look(plim_draft_file *out, const char *path, plim_error *err);
void plim_draft_free(plim_draft_file *file);

#endif
