#include "book/export.h"

#include "base/csv.h"
#include "base/memory.h"
#include "book/columns.h"
#include "book/csv_heading.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Reads the ids that a column's row numbers stand for; a frame without columns if they are none. */
static plim_status read_ids(plim_frame *out, const plim_source *source, const char *table,
                            const plim_column *column, plim_error *err)
{
    const plim_book_field *field = plim_book_field_find(table, column->name);
    if (column->kind != PLIM_COLUMN_INTEGER || field == NULL || field->kind != PLIM_FIELD_REF)
        return PLIM_OK;
    return source->read_table(source, field->refers_to, out, err);
}

/* Row numbers become ids, which do not depend on the order of rows. */
static plim_status resolve(plim_column *column, const plim_source *source, const char *table,
                           plim_error *err)
{
    plim_frame target = {0};
    plim_column texts = {0};
    plim_status status = read_ids(&target, source, table, column, err);
    const plim_column *ids = plim_frame_find(&target, "id");
    bool numbers = status == PLIM_OK && ids != NULL && ids->kind == PLIM_COLUMN_TEXT;
    if (numbers)
        status = plim_column_make(&texts, column->name, PLIM_COLUMN_TEXT, column->n_rows, err);
    for (size_t row = 0; numbers && row < column->n_rows && status == PLIM_OK; row++) {
        int64_t at = column->integer[row];
        if (at >= 0 && at < (int64_t)target.n_rows)
            status = plim_column_set_text(&texts, row, plim_column_text(ids, (size_t)at), err);
        else if (at != PLIM_REFERENCE_MISSING)
            status = plim_fail(err, PLIM_INPUT,
                               "%s: %s.%s, row %zu: %" PRId64 " is no row of the table that it "
                               "refers to, which has %zu",
                               source->path, table, column->name, row, at, target.n_rows);
    }
    if (numbers && status == PLIM_OK) {
        plim_column_free(column);
        *column = texts;
        texts = (plim_column){0};
    }
    plim_column_free(&texts);
    plim_frame_free(&target);
    return status;
}

/* CSV files of books say no infinity, and import takes none. */
static plim_status check_finite(const plim_column *column, const plim_source *source,
                                const char *table, plim_error *err)
{
    for (size_t row = 0; column->kind == PLIM_COLUMN_NUMBER && row < column->n_rows; row++)
        if (isinf(column->number[row]))
            return plim_fail(err, PLIM_INPUT,
                             "%s: %s.%s, row %zu: an infinite number can't be written as CSV",
                             source->path, table, column->name, row);
    return PLIM_OK;
}

static void add_cell(plim_text *out, const plim_column *column, size_t row)
{
    char number[32];
    switch (column->kind) {
    case PLIM_COLUMN_TEXT:
        plim_csv_add_cell(out, plim_column_text(column, row));
        break;
    case PLIM_COLUMN_NUMBER:
        plim_format_shortest(column->number[row], number, sizeof number);
        plim_text_add(out, number);
        break;
    case PLIM_COLUMN_INTEGER:
        if (column->integer[row] != PLIM_REFERENCE_MISSING)
            plim_text_format(out, "%" PRId64, column->integer[row]);
        break;
    }
}

static void add_rows(plim_text *out, const char *table, const plim_frame *frame)
{
    for (size_t c = 0; c < frame->n_columns; c++) {
        plim_text_add(out, c > 0 ? "," : "");
        plim_csv_heading_add(out, table, &frame->columns[c]);
    }
    plim_text_add(out, frame->n_columns > 0 ? "\n" : "");
    for (size_t row = 0; frame->n_columns > 0 && row < frame->n_rows; row++) {
        size_t begin = out->length;
        for (size_t c = 0; c < frame->n_columns; c++) {
            plim_text_add(out, c > 0 ? "," : "");
            add_cell(out, &frame->columns[c], row);
        }
        if (out->length == begin) /* a blank line would be no row */
            plim_text_add(out, "\"\"");
        plim_text_add(out, "\n");
    }
}

plim_status plim_book_export(plim_text *out, const plim_source *source, const char *table,
                             plim_error *err)
{
    plim_frame frame = {0};
    plim_status status = source->read_table(source, table, &frame, err);
    for (size_t c = 0; c < frame.n_columns && status == PLIM_OK; c++)
        status = resolve(&frame.columns[c], source, table, err);
    for (size_t c = 0; c < frame.n_columns && status == PLIM_OK; c++)
        status = check_finite(&frame.columns[c], source, table, err);
    if (status == PLIM_OK)
        add_rows(out, table, &frame);
    plim_frame_free(&frame);
    PLIM_TRY(status);
    return out->failed ? plim_fail_memory(err, table) : PLIM_OK;
}
