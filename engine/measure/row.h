/* Fills a row of a result table cell by cell, in the order of the table's fields. Failures stick:
 * check once, at the end of the row. */
#ifndef PLIM_MEASURE_ROW_H
#define PLIM_MEASURE_ROW_H

#include "base/table.h"
#include "measure/measure.h"

typedef struct plim_row {
    plim_table *table;
    size_t field; /* the next to be filled */
    plim_status status;
    plim_error *err;
} plim_row;

/* Appends an empty row. */
plim_row plim_row_begin(plim_table *table, plim_error *err);
/* A cell of another kind than the table's field, or one too many, is a PLIM_BUG. */
void plim_row_text(plim_row *row, const char *text);
void plim_row_int(plim_row *row, int64_t value);
void plim_row_fen(plim_row *row, int64_t fen);
void plim_row_number(plim_row *row, double value); /* AMOUNT or NUMBER; NaN leaves it empty */
void plim_row_value(plim_row *row, const plim_estimate *estimate);    /* value, stderr */
void plim_row_interval(plim_row *row, const plim_estimate *estimate); /* value, stderr, low, high */
/* Fields not filled stay empty. */
PLIM_NODISCARD plim_status plim_row_end(const plim_row *row);

#endif
