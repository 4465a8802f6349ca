#include "base/column.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

plim_status plim_frame_add(plim_frame *frame, plim_column *column, plim_error *err)
{
    if (plim_frame_find(frame, column->name) != NULL)
        return plim_fail(err, PLIM_BUG, "table %s gets a second column called '%s'",
                         frame->name != NULL ? frame->name : "", column->name);
    if (frame->n_columns > 0 && column->n_rows != frame->n_rows)
        return plim_fail(err, PLIM_BUG, "table %s has %zu rows, but its column '%s' %zu",
                         frame->name != NULL ? frame->name : "", frame->n_rows, column->name,
                         column->n_rows);
    void *columns = frame->columns;
    if (plim_grow(&columns, &frame->capacity, frame->n_columns + 1, sizeof *frame->columns) != 0)
        return plim_fail_memory(err, column->name);
    frame->columns = columns;
    frame->n_rows = column->n_rows;
    frame->columns[frame->n_columns++] = *column;
    *column = (plim_column){0};
    return PLIM_OK;
}

plim_column *plim_frame_find(const plim_frame *frame, const char *name)
{
    for (size_t i = 0; i < frame->n_columns; i++)
        if (strcmp(frame->columns[i].name, name) == 0)
            return &frame->columns[i];
    return NULL;
}

void plim_frame_keep(plim_frame *frame, bool (*keeps)(void *user, const plim_column *column),
                     void *user)
{
    size_t kept = 0;
    for (size_t i = 0; i < frame->n_columns; i++) {
        if (keeps(user, &frame->columns[i])) {
            plim_column column = frame->columns[i];
            frame->columns[kept++] = column;
        } else {
            plim_column_free(&frame->columns[i]);
        }
    }
    frame->n_columns = kept;
}

const char *plim_column_text(const plim_column *column, size_t row)
{
    return column->labels.text[column->code[row]];
}

static plim_status make_cells(plim_column *out, plim_error *err)
{
    switch (out->kind) {
    case PLIM_COLUMN_NUMBER:
        out->number = plim_alloc(out->n_rows, sizeof *out->number);
        return out->number != NULL ? PLIM_OK : plim_fail_memory(err, out->name);
    case PLIM_COLUMN_INTEGER:
        out->integer = plim_alloc(out->n_rows, sizeof *out->integer);
        return out->integer != NULL ? PLIM_OK : plim_fail_memory(err, out->name);
    case PLIM_COLUMN_TEXT:
        out->code = plim_alloc(out->n_rows, sizeof *out->code);
        if (out->code == NULL)
            return plim_fail_memory(err, out->name);
        return plim_names_add(&out->labels, "", NULL, err); /* index 0, what plim_alloc wrote */
    }
    return plim_fail(err, PLIM_BUG, "column '%s' has no known kind", out->name);
}

plim_status plim_column_make_room(plim_column *out, const char *name, plim_column_kind kind,
                                  size_t n_rows, plim_error *err)
{
    *out = (plim_column){.name = plim_strdup(name), .kind = kind, .n_rows = n_rows};
    if (out->name == NULL)
        return plim_fail_memory(err, name);
    plim_status status = make_cells(out, err);
    if (status != PLIM_OK)
        plim_column_free(out);
    return status;
}

plim_status plim_column_make(plim_column *out, const char *name, plim_column_kind kind,
                             size_t n_rows, plim_error *err)
{
    PLIM_TRY(plim_column_make_room(out, name, kind, n_rows, err));
    for (size_t i = 0; kind == PLIM_COLUMN_NUMBER && i < n_rows; i++)
        out->number[i] = (double)NAN;
    return PLIM_OK;
}

plim_status plim_column_set_text(plim_column *column, size_t row, const char *text, plim_error *err)
{
    return plim_names_add(&column->labels, text, &column->code[row], err);
}

/* `scratch` holds n_rows values of 8 bytes. */
static void reorder(plim_column *column, const uint32_t *order, void *scratch)
{
    size_t n = column->n_rows;
    if (column->number != NULL) {
        double *number = scratch;
        for (size_t i = 0; i < n; i++)
            number[i] = column->number[order[i]];
        memcpy(column->number, number, n * sizeof *number);
    }
    if (column->integer != NULL) {
        int64_t *integer = scratch;
        for (size_t i = 0; i < n; i++)
            integer[i] = column->integer[order[i]];
        memcpy(column->integer, integer, n * sizeof *integer);
    }
    if (column->code != NULL) {
        uint32_t *code = scratch;
        for (size_t i = 0; i < n; i++)
            code[i] = column->code[order[i]];
        memcpy(column->code, code, n * sizeof *code);
    }
}

plim_status plim_frame_reorder(plim_frame *frame, const uint32_t *order, plim_error *err)
{
    /* Taken before anything moves, so that a failure leaves the frame as it was. */
    void *scratch = plim_alloc(frame->n_rows, sizeof(int64_t));
    if (scratch == NULL)
        return plim_fail_memory(err, "sorting a table");
    for (size_t i = 0; i < frame->n_columns; i++)
        reorder(&frame->columns[i], order, scratch);
    plim_free(scratch);
    return PLIM_OK;
}

void plim_column_free(plim_column *column)
{
    plim_free(column->name);
    plim_free(column->unit);
    plim_free(column->description);
    plim_free(column->number);
    plim_free(column->integer);
    plim_free(column->code);
    plim_names_free(&column->labels);
    *column = (plim_column){0};
}

void plim_frame_free(plim_frame *frame)
{
    for (size_t i = 0; i < frame->n_columns; i++)
        plim_column_free(&frame->columns[i]);
    plim_free(frame->columns);
    plim_free(frame->name);
    *frame = (plim_frame){0};
}
