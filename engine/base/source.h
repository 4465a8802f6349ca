/* A source of tables: what the rooms below base/ read data through, without knowing the file
 * format. Implemented in store/ (HDF5) and over CSV files; handed in by run/ and cli/. */
#ifndef PLIM_BASE_SOURCE_H
#define PLIM_BASE_SOURCE_H

#include "base/column.h"
#include "base/digest.h"
#include "base/money.h"

#include <stdbool.h>

/* Which columns of a table are wanted: asked once for each, when it has been read; and, unless
   `reads` is NULL, before, by its name. */
typedef struct plim_column_filter {
    bool (*wanted)(void *user, const plim_column *column);
    void *user;
    bool (*reads)(void *user, const char *name);
} plim_column_filter;

/* Which rows of a table are wanted: those of [first, end) that belong to group `wanted`. */
typedef struct plim_row_choice {
    size_t first, end;
    const uint8_t *group; /* of each row of the table, from row 0; NULL: all belong */
    uint8_t wanted;
    size_t n; /* rows that are wanted */
} plim_row_choice;
bool plim_choice_has(const plim_row_choice *choice, size_t row);
/* Wanted rows among [first, end). */
size_t plim_choice_count(const plim_row_choice *choice, size_t first, size_t end);
/* The i-th wanted row, as a row of the table: for messages. */
size_t plim_choice_row(const plim_row_choice *choice, size_t i);

/* What all rows of collateral of one id come to together. */
typedef struct plim_piece {
    plim_int128 exposure_fen; /* of the loans that the piece secures */
    uint64_t rows;
} plim_piece;

typedef struct plim_source plim_source;
struct plim_source {
    void *self;                   /* private to the implementation */
    const char *path;             /* for messages and the record of inputs */
    char sha256[PLIM_DIGEST_HEX]; /* of the whole file; "" where none was asked for */
    bool is_unfiltered; /* read by a process of its own whose system calls could not be filtered */

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
    /* Tables in parts, so that one need not fit into memory. NULL where the source cannot do that.
       Number of rows (0 for an absent table); and the chosen rows of the columns that the filter
       wants, otherwise as read_wanted. */
    plim_status (*count_rows)(const plim_source *source, const char *table, size_t *n,
                              plim_error *err);
    plim_status (*read_chosen)(const plim_source *source, const char *table,
                               const plim_row_choice *choice, const plim_column_filter *filter,
                               plim_frame *out, plim_error *err);
    /* A source that gives a part of each table of another one: a table without rows is no fault,
       and messages name the row that `row_of` tells. Else false and NULL. */
    bool is_part;
    size_t (*row_of)(const plim_source *source, const char *table, size_t row);
    /* Of a part, or NULL: sets `out` where rows of collateral of this id lie in other parts too,
       else leaves it as it is. */
    void (*whole_piece)(const plim_source *source, const char *id, plim_piece *out);
    /* Names of all tables present. */
    const plim_names *(*tables)(const plim_source *source);
    void (*close)(plim_source *source); /* releases everything; the struct may then be reused */
};

#endif
