#include "scenario/sheet.h"

#include <stdio.h>
#include <string.h>

#include "scenario/series.h"
#include "scenario/units.h"

/* ---- headers and cells ---- */

size_t plim_header_find(const char *const *header, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(header[i], name) == 0)
            return i;
    for (size_t i = 0; i < n; i++)
        if (plim_series_same_key(header[i], name))
            return i;
    return PLIM_NO_COLUMN;
}

plim_status plim_header_refuse(const char *path, const plim_names *columns, const char *what,
                               const char *name, plim_error *err)
{
    plim_text list = {0};
    char hint[200];
    plim_series_list(&list, columns);
    plim_nearest_hint(name, (const char *const *)(const void *)columns->text, columns->count, hint,
                      sizeof hint);
    plim_status status = plim_fail(err, PLIM_INPUT, "%s: %s `%s`%s; its columns are %s", path, what,
                                   name, hint, plim_text_get(&list));
    plim_text_free(&list);
    return status;
}

plim_status plim_header_check(const char *path, const char *const *header, size_t n,
                              plim_error *err)
{
    if (n == 1 && strpbrk(header[0], ";\t"))
        return plim_fail(err, PLIM_INPUT,
                         "%s: the cells are separated by semicolons or tabs; save the file with "
                         "commas between them",
                         path);
    return PLIM_OK;
}

char *plim_cell_trim(char *cell)
{
    char *text = cell + strspn(cell, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

/* ---- reading ---- */

typedef struct reading {
    const plim_sheet *sheet;
    bool has_header;
    size_t n_rows;
    size_t at[PLIM_SHEET_COLUMNS]; /* where the columns stand */
} reading;

static plim_status fail_missing(const reading *r, const plim_csv_row *header, const char *name,
                                plim_error *err)
{
    plim_names columns = {0};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < header->n_cells && status == PLIM_OK; i++)
        status = plim_names_add(&columns, header->cell[i], NULL, err);
    if (status == PLIM_OK)
        status = plim_header_refuse(r->sheet->path, &columns, "there is no column", name, err);
    plim_names_free(&columns);
    return status;
}

static plim_status find_columns(reading *r, const plim_csv_row *header, plim_error *err)
{
    const plim_sheet *sheet = r->sheet;
    const char *const *names = (const char *const *)(const void *)header->cell;
    for (size_t i = 0; i < header->n_cells; i++)
        header->cell[i] = plim_cell_trim(header->cell[i]);
    PLIM_TRY(plim_header_check(sheet->path, names, header->n_cells, err));
    for (size_t i = 0; i < sheet->n_columns; i++) {
        r->at[i] = plim_header_find(names, header->n_cells, sheet->column[i]);
        if (r->at[i] == PLIM_NO_COLUMN && i < sheet->n_needed)
            return fail_missing(r, header, sheet->column[i], err);
        for (size_t k = 0; k < i && r->at[i] != PLIM_NO_COLUMN; k++)
            if (r->at[k] == r->at[i])
                return plim_fail(err, PLIM_INPUT, "%s: column `%s` can't be `%s` and `%s` alike",
                                 sheet->path, names[r->at[i]], sheet->column[k], sheet->column[i]);
    }
    return PLIM_OK;
}

static plim_status visit(void *user, const plim_csv_row *row, plim_error *err)
{
    reading *r = user;
    const plim_sheet *sheet = r->sheet;
    bool blank = true;
    if (!r->has_header) {
        r->has_header = true;
        return find_columns(r, row, err);
    }
    for (size_t i = 0; i < row->n_cells; i++) {
        row->cell[i] = plim_cell_trim(row->cell[i]);
        blank = blank && *row->cell[i] == '\0';
    }
    if (blank)
        return PLIM_OK;
    if (++r->n_rows > PLIM_SHEET_ROWS || row->line > UINT32_MAX)
        return plim_fail(err, PLIM_INPUT,
                         "%s: line %zu: has more than %d rows, the most that are "
                         "read of one file",
                         sheet->path, row->line, (int)PLIM_SHEET_ROWS);
    plim_sheet_row seen = {.sheet = sheet, .line = (uint32_t)row->line};
    for (size_t i = 0; i < sheet->n_columns; i++)
        seen.cell[i] = r->at[i] == PLIM_NO_COLUMN ? NULL : row->cell[r->at[i]];
    return sheet->take(sheet->user, &seen, err);
}

plim_status plim_sheet_read(const plim_sheet *sheet, const char *text, size_t length,
                            plim_error *err)
{
    reading r = {.sheet = sheet};
    plim_csv_visitor visitor = {.visit = visit, .user = &r};
    PLIM_TRY(plim_csv_scan(sheet->path, text, length, &visitor, err));
    if (r.n_rows == 0)
        return plim_fail(err, PLIM_INPUT, "%s: has a header and no rows", sheet->path);
    return PLIM_OK;
}

/* ---- cells ---- */

plim_status plim_sheet_refuse(const plim_sheet_row *row, size_t column, const char *accepted,
                              plim_error *err)
{
    const plim_sheet *sheet = row->sheet;
    return plim_fail(err, PLIM_INPUT, "%s: line %u, column `%s`: `%s` stands there; accepted: %s",
                     sheet->path, row->line, sheet->column[column], row->cell[column], accepted);
}

plim_status plim_sheet_number(const plim_sheet_row *row, size_t column,
                              const plim_sheet_range *range, double *out, plim_error *err)
{
    double value = 0;
    if (!plim_parse_double(row->cell[column], &value) || value < range->low || value > range->high)
        return plim_sheet_refuse(row, column, range->accepted, err);
    *out = value + 0.0;
    return PLIM_OK;
}

plim_status plim_sheet_text(const plim_sheet_row *row, size_t column, const char **out,
                            plim_error *err)
{
    const plim_sheet *sheet = row->sheet;
    *out = row->cell[column];
    if (**out == '\0')
        return plim_fail(err, PLIM_INPUT, "%s: line %u, column `%s`: is empty; accepted: a name",
                         sheet->path, row->line, sheet->column[column]);
    return PLIM_OK;
}

plim_status plim_sheet_unit(const plim_sheet_row *row, size_t column, const char *unit,
                            plim_error *err)
{
    const char *cell = row->cell[column];
    char message[200], accepted[200];
    plim_unit wanted = {0}, found = {0};
    double wanted_factor = 1, found_factor = 1;
    if (cell == NULL || *cell == '\0' || strcmp(cell, unit) == 0)
        return PLIM_OK;
    (void)plim_unit_parse(unit, &wanted, &wanted_factor, message);
    bool is_ratio = plim_unit_equal(&wanted, &(plim_unit){.any = false}) && wanted_factor == 1;
    bool known = plim_unit_parse(cell, &found, &found_factor, message);
    if (known ? plim_unit_equal(&wanted, &found) && wanted_factor == found_factor : is_ratio)
        return PLIM_OK;
    (void)snprintf(accepted, sizeof accepted, "%s, the unit of the hazard",
                   is_ratio ? "ratio" : unit);
    return plim_sheet_refuse(row, column, accepted, err);
}
