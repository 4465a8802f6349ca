/* Which rows of a file of pathways are meant. */
#include <string.h>

#include "base/memory.h"
#include "scenario/series.h"

plim_status plim_series_all(const plim_series_file *file, plim_series_rows *out, plim_error *err)
{
    *out = (plim_series_rows){.row = plim_alloc(file->csv.n_rows, sizeof *out->row)};
    if (!out->row)
        return plim_fail_memory(err, file->path);
    out->count = file->csv.n_rows;
    for (size_t i = 0; i < out->count; i++)
        out->row[i] = i;
    return PLIM_OK;
}

void plim_series_rows_free(plim_series_rows *rows)
{
    plim_free(rows->row);
    *rows = (plim_series_rows){0};
}

plim_status plim_series_values(const plim_series_file *file, const plim_series_rows *rows,
                               size_t column, plim_names *out, plim_error *err)
{
    for (size_t i = 0; i < rows->count; i++) {
        const char *cell = plim_series_cell(file, rows->row[i], column);
        if (plim_names_find(out, cell) == PLIM_NO_NAME)
            PLIM_TRY(plim_names_add(out, cell, NULL, err));
    }
    return PLIM_OK;
}

/* The spellings among `values` that `name` means: as written, else all with its key. */
static plim_status spellings(const plim_names *values, const char *name, plim_names *out,
                             plim_error *err)
{
    if (plim_names_find(values, name) != PLIM_NO_NAME)
        return plim_names_add(out, name, NULL, err);
    for (size_t i = 0; i < values->count; i++)
        if (plim_series_same_key(values->text[i], name))
            PLIM_TRY(plim_names_add(out, values->text[i], NULL, err));
    return PLIM_OK;
}

static plim_status fail_name(const plim_series_file *file, size_t column, const char *name,
                             const plim_names *values, plim_error *err)
{
    plim_text list = {0};
    plim_series_list(&list, values);
    char hint[200];
    plim_nearest_hint(name, (const char *const *)(const void *)values->text, values->count, hint,
                      sizeof hint);
    plim_status status =
        plim_fail(err, PLIM_INPUT, "%s: no row has `%s` in column `%s`%s; there are %s", file->path,
                  name, file->csv.header[column], hint, plim_text_get(&list));
    plim_text_free(&list);
    return status;
}

static plim_status fail_spellings(const plim_series_file *file, size_t column, const char *name,
                                  const plim_names *fitting, plim_error *err)
{
    plim_text list = {0};
    plim_series_list(&list, fitting);
    plim_status status =
        plim_fail(err, PLIM_INPUT,
                  "%s: `%s` fits several names in column `%s`: %s; write one of them as it stands",
                  file->path, name, file->csv.header[column], plim_text_get(&list));
    plim_text_free(&list);
    return status;
}

plim_status plim_series_where(const plim_series_file *file, plim_series_rows *rows, size_t column,
                              const char *name, plim_error *err)
{
    plim_names values = {0}, fitting = {0};
    plim_status status = plim_series_values(file, rows, column, &values, err);
    if (status == PLIM_OK)
        status = spellings(&values, name, &fitting, err);
    if (status == PLIM_OK && fitting.count == 0)
        status = fail_name(file, column, name, &values, err);
    if (status == PLIM_OK && fitting.count > 1)
        status = fail_spellings(file, column, name, &fitting, err);
    size_t kept = 0;
    for (size_t i = 0; i < rows->count && status == PLIM_OK; i++)
        if (strcmp(plim_series_cell(file, rows->row[i], column), fitting.text[0]) == 0)
            rows->row[kept++] = rows->row[i];
    if (status == PLIM_OK)
        rows->count = kept;
    plim_names_free(&values);
    plim_names_free(&fitting);
    return status;
}
