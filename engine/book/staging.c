#include "book/staging.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

plim_status plim_staging_add_column(plim_staging *staging, const char *name, bool is_number,
                                    const char *unit, plim_error *err)
{
    plim_staging_column *more = plim_resize(staging->columns, staging->n_columns + 1, sizeof *more);
    if (more == NULL)
        return plim_fail_memory(err, "a table");
    staging->columns = more;
    plim_staging_column *column = &more[staging->n_columns++];
    *column = (plim_staging_column){.is_number = is_number};
    column->name = plim_strdup(name);
    column->unit = unit != NULL ? plim_strdup(unit) : NULL;
    if (column->name == NULL || (unit != NULL && column->unit == NULL))
        return plim_fail_memory(err, "a table");
    /* label 0 stands for missing, as in columns that are read from a file */
    return is_number ? PLIM_OK : plim_names_add(&column->labels, "", NULL, err);
}

static plim_status grow(plim_staging *staging, plim_error *err)
{
    size_t capacity = staging->capacity == 0 ? 1024 : staging->capacity + staging->capacity / 2;
    uint32_t *line = plim_resize(staging->line, capacity, sizeof *line);
    if (line == NULL)
        return plim_fail_memory(err, "a table");
    staging->line = line;
    for (size_t c = 0; c < staging->n_columns; c++) {
        plim_staging_column *column = &staging->columns[c];
        void *old = column->is_number ? (void *)column->number : (void *)column->code;
        void *array =
            plim_resize(old, capacity, column->is_number ? sizeof(double) : sizeof(uint32_t));
        if (array == NULL)
            return plim_fail_memory(err, "a table");
        column->number = column->is_number ? array : NULL;
        column->code = column->is_number ? NULL : array;
    }
    staging->capacity = capacity;
    return PLIM_OK;
}

plim_status plim_staging_add_row(plim_staging *staging, const plim_staged *value, size_t line,
                                 plim_error *err)
{
    size_t row = staging->n_rows;
    if (row == UINT32_MAX - 1)
        return plim_fail(err, PLIM_INPUT, "a table of more than %u rows can't be held",
                         UINT32_MAX - 1);
    if (row == staging->capacity)
        PLIM_TRY(grow(staging, err));
    for (size_t c = 0; c < staging->n_columns; c++) {
        plim_staging_column *column = &staging->columns[c];
        if (column->is_number)
            column->number[row] = value[c].number;
        else
            PLIM_TRY(plim_names_add(&column->labels, value[c].text, &column->code[row], err));
    }
    staging->line[row] = (uint32_t)line;
    staging->n_rows++;
    return PLIM_OK;
}

size_t plim_staging_differs(const plim_staging *staging, size_t row, const plim_staged *value)
{
    for (size_t c = 0; c < staging->n_columns; c++) {
        const plim_staging_column *column = &staging->columns[c];
        double old = column->is_number ? column->number[row] : 0;
        if (column->is_number ? old != value[c].number && !(isnan(old) && isnan(value[c].number))
                              : strcmp(column->labels.text[column->code[row]], value[c].text) != 0)
            return c;
    }
    return staging->n_columns;
}

void plim_staging_drop(plim_staging *staging, const uint8_t *marked)
{
    size_t to = 0;
    for (size_t row = 0; row < staging->n_rows; row++) {
        if (marked[row])
            continue;
        for (size_t c = 0; c < staging->n_columns; c++) {
            plim_staging_column *column = &staging->columns[c];
            if (column->is_number)
                column->number[to] = column->number[row];
            else
                column->code[to] = column->code[row];
        }
        staging->line[to++] = staging->line[row];
    }
    staging->n_rows = to;
}

plim_status plim_staging_finish(plim_staging *staging, const char *table, plim_frame *out,
                                plim_error *err)
{
    out->name = plim_strdup(table);
    if (out->name == NULL)
        return plim_fail_memory(err, "a table");
    for (size_t c = 0; c < staging->n_columns; c++) {
        plim_staging_column *from = &staging->columns[c];
        plim_column column = {.name = from->name,
                              .unit = from->unit,
                              .kind = from->is_number ? PLIM_COLUMN_NUMBER : PLIM_COLUMN_TEXT,
                              .n_rows = staging->n_rows,
                              .number = from->number,
                              .code = from->code,
                              .labels = from->labels};
        *from = (plim_staging_column){.is_number = from->is_number};
        plim_status status = PLIM_OK;
        if (staging->n_rows == 0 && column.kind == PLIM_COLUMN_NUMBER && column.number == NULL)
            column.number = plim_alloc(0, sizeof *column.number);
        if (staging->n_rows == 0 && column.kind == PLIM_COLUMN_TEXT && column.code == NULL)
            column.code = plim_alloc(0, sizeof *column.code);
        if (column.number == NULL && column.code == NULL)
            status = plim_fail_memory(err, "a table");
        if (status == PLIM_OK)
            status = plim_frame_add(out, &column, err);
        plim_column_free(&column);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

void plim_staging_free(plim_staging *staging)
{
    for (size_t c = 0; c < staging->n_columns; c++) {
        plim_free(staging->columns[c].name);
        plim_free(staging->columns[c].unit);
        plim_free(staging->columns[c].number);
        plim_free(staging->columns[c].code);
        plim_names_free(&staging->columns[c].labels);
    }
    plim_free(staging->columns);
    plim_free(staging->line);
    *staging = (plim_staging){0};
}
