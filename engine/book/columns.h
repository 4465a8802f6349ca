/* The book's schema: every table and known column with its kind, unit, bounds and meaning. One list
 * for reading, checking, import, the scenario schema and the format page (docs/formats.md). */
#ifndef PLIM_BOOK_COLUMNS_H
#define PLIM_BOOK_COLUMNS_H

#include "base/column.h"
#include "book/tables.h"

#include <stdbool.h>

/* In an INTEGER column (ids and references): the file says that the value is missing. */
#define PLIM_REFERENCE_MISSING INT64_MIN

/* Last term of a PD term structure: pd, pd_2, ... pd_99. */
#define PLIM_PD_TERMS 99

typedef enum plim_field_kind {
    PLIM_FIELD_ID,     /* unique, not empty */
    PLIM_FIELD_REF,    /* id in, or 0-based row of, the table `refers_to` */
    PLIM_FIELD_NUMBER, /* double */
    PLIM_FIELD_FLAG,   /* 0 or 1 */
    PLIM_FIELD_TEXT,
    PLIM_FIELD_DATE, /* ISO text */
} plim_field_kind;

typedef struct plim_book_field {
    const char *name;
    plim_field_kind kind;
    bool required;    /* the column must be there and no value may be missing */
    const char *unit; /* documented unit ("CNY", "tCO2e", "ratio", "year", ...); "" for texts */
    double low, high; /* a number outside [low, high] is impossible, as is an infinite one; infinite
                         when open */
    const char *choices; /* "green|blue|yellow|red|black", also of a number ("1|2|3|4|5"); NULL when
                            any value will do */
    const char *refers_to; /* table, for REF; of a TEXT: the table whose ids it holds, where an id
                              may have several rows */
    const char *doc, *doc_zh;
    bool blank_is_value; /* TEXT: an empty cell says something (no green loan), it is not missing */
} plim_book_field;

typedef struct plim_book_table {
    const char *name;
    bool required;
    const plim_book_field *fields;
    size_t n_fields;
    const char *doc;
} plim_book_table;

/* In the order of plim_book_table_index. */
extern const plim_book_table plim_book_tables[];
extern const size_t plim_book_table_count;
const plim_book_table *plim_book_table_find(const char *table);
/* NULL if the column is not a known one. pd_2, pd_3, ... pd_99 of borrowers are known. */
const plim_book_field *plim_book_field_find(const char *table, const char *column);

#endif
