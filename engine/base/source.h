/* A source of tables: what the rooms below base/ read data through, without knowing the file
 * format. Implemented in store/ (HDF5) and over CSV files; handed in by run/ and cli/. */
#ifndef PLIM_BASE_SOURCE_H
#define PLIM_BASE_SOURCE_H

#include "base/column.h"
#include "base/digest.h"

#include <stdbool.h>

/* Which columns of a table are wanted: asked once for each, when it has been read. */
typedef struct plim_column_filter {
    bool (*wanted)(void *user, const plim_column *column);
    void *user;
} plim_column_filter;

typedef struct plim_source plim_source;
struct plim_source {
    void *self;                   /* private to the implementation */
    const char *path;             /* for messages and the record of inputs */
    char sha256[PLIM_DIGEST_HEX]; /* of the whole file; "" where none was asked for */

    /* Text of a root attribute, or NULL if absent. A number is given as its decimal text. */
    const char *(*attribute)(const plim_source *source, const char *key);
    /* Whole table, all its columns, in file order; columns of unequal length and types that the
       format does not know are PLIM_INPUT and name table and column. An absent table gives a frame
       with no columns. Columns called `id`, or listed in a table's references (`borrower`, `bank`,
       `loan`), come as INTEGER when the file holds integers; other integers come as NUMBER. */
    plim_status (*read_table)(const plim_source *source, const char *table, plim_frame *out,
                              plim_error *err);
    /* The same without the columns that the filter does not want: each is let go of before the next
       is read. */
    plim_status (*read_wanted)(const plim_source *source, const char *table,
                               const plim_column_filter *filter, plim_frame *out, plim_error *err);
    /* The columns of a table without their rows: name, kind, unit and description as read_table
       gives them, n_rows 0 each. Costs no more than opening the columns; refuses what read_table
       refuses, but for values that it would have to read. */
    plim_status (*read_outline)(const plim_source *source, const char *table, plim_frame *out,
                                plim_error *err);
    /* Names of all tables present. */
    const plim_names *(*tables)(const plim_source *source);
    void (*close)(plim_source *source); /* releases everything; the struct may then be reused */
};

#endif
