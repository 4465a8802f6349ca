/* Columns and frames: a table of named columns in memory, as read from a file. */
#ifndef PLIM_BASE_COLUMN_H
#define PLIM_BASE_COLUMN_H

#include "base/names.h"

#include <stdbool.h>

typedef enum plim_column_kind {
    PLIM_COLUMN_NUMBER,  /* any float or integer type of the file, as double; NaN is missing */
    PLIM_COLUMN_INTEGER, /* integers kept exactly: only columns that identify or refer */
    PLIM_COLUMN_TEXT,    /* dictionary-coded UTF-8; "" is missing */
} plim_column_kind;

typedef struct plim_column {
    char *name;
    char *unit;        /* as written in the file, or NULL */
    char *description; /* as written in the file, or NULL */
    plim_column_kind kind;
    size_t n_rows;
    double *number;    /* NUMBER */
    int64_t *integer;  /* INTEGER */
    uint32_t *code;    /* TEXT: index into labels; the label "" stands for missing */
    plim_names labels; /* TEXT */
} plim_column;

/* All columns of a frame have n_rows rows. Zero-initialise. */
typedef struct plim_frame {
    char *name;
    size_t n_rows, n_columns, capacity;
    plim_column *columns;
} plim_frame;

/* Takes over `column` (zeroed afterwards), unless it fails. Duplicate names and another number of
   rows are a PLIM_BUG. Moves the columns: pointers from plim_frame_find become invalid. */
PLIM_NODISCARD plim_status plim_frame_add(plim_frame *frame, plim_column *column, plim_error *err);
/* NULL if there is none of that name. */
plim_column *plim_frame_find(const plim_frame *frame, const char *name);
/* Takes the columns away that `keeps` is false for. Moves the others. */
void plim_frame_keep(plim_frame *frame, bool (*keeps)(void *user, const plim_column *column),
                     void *user);
/* Text of a row of a TEXT column. */
const char *plim_column_text(const plim_column *column, size_t row);
/* Makes an empty column of n_rows (numbers NaN, integers 0, texts ""). */
PLIM_NODISCARD plim_status plim_column_make(plim_column *out, const char *name,
                                            plim_column_kind kind, size_t n_rows, plim_error *err);
/* The same for a caller that sets every cell: numbers come as 0, of which no memory is touched. */
PLIM_NODISCARD plim_status plim_column_make_room(plim_column *out, const char *name,
                                                 plim_column_kind kind, size_t n_rows,
                                                 plim_error *err);
/* Sets a row of a TEXT column. */
PLIM_NODISCARD plim_status plim_column_set_text(plim_column *column, size_t row, const char *text,
                                                plim_error *err);
/* Row i becomes row order[i] of before, for n rows. */
PLIM_NODISCARD plim_status plim_frame_reorder(plim_frame *frame, const uint32_t *order,
                                              plim_error *err);
void plim_column_free(plim_column *column);
void plim_frame_free(plim_frame *frame);

#endif
