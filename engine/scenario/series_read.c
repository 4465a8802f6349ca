/* The values of a pathway in a file, one a year. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "scenario/series.h"

enum { N_YEARS = PLIM_SERIES_LAST_YEAR - PLIM_SERIES_FIRST_YEAR + 1 };

/* A cell with a value. */
typedef struct point {
    bool known;
    size_t row, column;
    double value;
} point;

typedef struct collection {
    const plim_series_file *file;
    const plim_series_rows *rows;
    plim_series_twins twins;
    point *year; /* N_YEARS */
    size_t count, n_duplicates;
    plim_error *err;
} collection;

static bool is_value_column(const plim_series_file *file, size_t column)
{
    return file->wide ? file->year_of[column] != 0 : column == file->value;
}

/* Does the column differ between the rows although both are of one year? */
static bool differs(const plim_series_file *file, size_t column, size_t a, size_t b)
{
    return !is_value_column(file, column) && column != file->year &&
           strcmp(plim_series_cell(file, a, column), plim_series_cell(file, b, column)) != 0;
}

/* "`region` is `China`, `World`" for each column in which two rows of one year differ. */
static plim_status add_choices(const collection *c, size_t a, size_t b, plim_text *out)
{
    enum { SHOWN = 4 };
    size_t shown = 0;
    for (size_t i = 0; i < c->file->csv.n_columns && shown < SHOWN; i++) {
        plim_names values = {0};
        if (!differs(c->file, i, a, b))
            continue;
        plim_status status = plim_series_values(c->file, c->rows, i, &values, c->err);
        plim_text_format(out, "%s`%s` is ", shown++ ? "; " : "", c->file->csv.header[i]);
        plim_series_list(out, &values);
        plim_names_free(&values);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

static bool any_differs(const plim_series_file *file, size_t a, size_t b)
{
    for (size_t i = 0; i < file->csv.n_columns; i++)
        if (differs(file, i, a, b))
            return true;
    return false;
}

static plim_status fail_several(const collection *c, int year, size_t a, size_t b)
{
    plim_text choices = {0};
    plim_status status = add_choices(c, a, b, &choices);
    if (status == PLIM_OK)
        status = plim_fail(c->err, PLIM_INPUT,
                           "%s: several pathways are meant: lines %zu and %zu both say something "
                           "of %d; %s; choose with where = { COLUMN = \"NAME\" }",
                           c->file->path, c->file->csv.line[a], c->file->csv.line[b], year,
                           plim_text_get(&choices));
    plim_text_free(&choices);
    return status;
}

/* A second cell for a year that has one. */
static plim_status meet(collection *c, const point *old, const point *other, int year)
{
    const plim_csv *csv = &c->file->csv;
    if (c->twins == PLIM_TWINS_EQUAL && any_differs(c->file, old->row, other->row))
        return fail_several(c, year, old->row, other->row);
    if (old->value == other->value) {
        c->n_duplicates++;
        return PLIM_OK;
    }
    return plim_fail(c->err, PLIM_INPUT,
                     "%s: %d has two values: `%s` in line %zu, column `%s`, and `%s` in line %zu, "
                     "column `%s`; one of them has to go",
                     c->file->path, year, plim_series_cell(c->file, old->row, old->column),
                     csv->line[old->row], csv->header[old->column],
                     plim_series_cell(c->file, other->row, other->column), csv->line[other->row],
                     csv->header[other->column]);
}

static plim_status add_cell(collection *c, size_t row, size_t column, int year)
{
    const char *cell = plim_series_cell(c->file, row, column);
    point found = {.known = true, .row = row, .column = column};
    if (plim_series_is_missing(cell))
        return PLIM_OK;
    if (!plim_parse_double(cell, &found.value) || !isfinite(found.value))
        return plim_fail(c->err, PLIM_INPUT,
                         "%s: line %zu, column `%s`: `%s` is not a number; accepted: a plain "
                         "decimal such as 1234.5 or 1.2e3, or a blank, NA or NaN cell for a year "
                         "without a value",
                         c->file->path, c->file->csv.line[row], c->file->csv.header[column], cell);
    point *known = &c->year[year - PLIM_SERIES_FIRST_YEAR];
    if (known->known)
        return meet(c, known, &found, year);
    *known = found;
    c->count++;
    return PLIM_OK;
}

static plim_status add_long_row(collection *c, size_t row)
{
    const plim_series_file *file = c->file;
    const char *cell = plim_series_cell(file, row, file->year);
    int year = plim_series_year(cell);
    if (year == 0)
        return plim_fail(c->err, PLIM_INPUT,
                         "%s: line %zu, column `%s`: `%s` is not a year; accepted: %d to %d, "
                         "written 2030, 2030.0 or X2030",
                         file->path, file->csv.line[row], file->csv.header[file->year], cell,
                         PLIM_SERIES_FIRST_YEAR, PLIM_SERIES_LAST_YEAR);
    return add_cell(c, row, file->value, year);
}

static plim_status add_rows(collection *c)
{
    for (size_t i = 0; i < c->rows->count; i++) {
        if (!c->file->wide)
            PLIM_TRY(add_long_row(c, c->rows->row[i]));
        for (size_t column = 0; c->file->wide && column < c->file->csv.n_columns; column++)
            if (c->file->year_of[column] != 0)
                PLIM_TRY(add_cell(c, c->rows->row[i], column, c->file->year_of[column]));
    }
    if (c->count == 0)
        return plim_fail(c->err, PLIM_INPUT,
                         "%s: none of the rows that are meant (the first is line %zu) has a value",
                         c->file->path,
                         c->rows->count ? c->file->csv.line[c->rows->row[0]] : (size_t)1);
    return PLIM_OK;
}

static plim_status take(const collection *c, plim_series *out)
{
    *out = (plim_series){.year = plim_alloc(c->count, sizeof *out->year),
                         .value = plim_alloc(c->count, sizeof *out->value),
                         .row = plim_alloc(c->count, sizeof *out->row),
                         .text = plim_alloc(c->count, sizeof *out->text),
                         .n_duplicates = c->n_duplicates};
    if (!out->year || !out->value || !out->row || !out->text)
        return plim_fail_memory(c->err, c->file->path);
    for (int i = 0; i < N_YEARS; i++) {
        if (!c->year[i].known)
            continue;
        out->year[out->count] = PLIM_SERIES_FIRST_YEAR + i;
        out->value[out->count] = c->year[i].value;
        out->row[out->count] = c->year[i].row;
        out->text[out->count++] = plim_series_cell(c->file, c->year[i].row, c->year[i].column);
    }
    return PLIM_OK;
}

plim_status plim_series_read(const plim_series_file *file, const plim_series_rows *rows,
                             plim_series_twins twins, plim_series *out, plim_error *err)
{
    collection c = {.file = file,
                    .rows = rows,
                    .twins = twins,
                    .year = plim_alloc(N_YEARS, sizeof(point)),
                    .err = err};
    *out = (plim_series){0};
    if (!c.year)
        return plim_fail_memory(err, file->path);
    plim_status status = add_rows(&c);
    if (status == PLIM_OK)
        status = take(&c, out);
    plim_free(c.year);
    if (status != PLIM_OK)
        plim_series_free(out);
    return status;
}

void plim_series_free(plim_series *series)
{
    plim_free(series->year);
    plim_free(series->value);
    plim_free(series->row);
    plim_free(series->text);
    *series = (plim_series){0};
}
