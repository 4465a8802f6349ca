#include "book/map_lookup.h"

#include "base/memory.h"

#include <string.h>

bool plim_map_row_is_none(const plim_map_file *file, char *const *cell, size_t n_cells,
                          bool *footer)
{
    size_t first = 0;
    *footer = false;
    while (first < n_cells && *cell[first] == '\0')
        first++;
    for (size_t i = 0; first < n_cells && i < file->n_footer; i++)
        *footer = *footer || strncmp(cell[first], file->footer[i], strlen(file->footer[i])) == 0;
    return first == n_cells || *footer;
}

plim_status plim_map_find_column(const plim_csv_row *header, const char *path, const char *name,
                                 size_t *out, plim_error *err)
{
    char hint[400];
    size_t found = header->n_cells;
    for (size_t i = 0; i < header->n_cells; i++) {
        if (strcmp(header->cell[i], name) != 0)
            continue;
        if (found < header->n_cells)
            return plim_fail(err, PLIM_INPUT, "%s: line %zu: two columns are called '%s'", path,
                             header->line, name);
        found = i;
    }
    *out = found;
    if (found < header->n_cells)
        return PLIM_OK;
    return plim_fail(err, PLIM_INPUT, "%s: line %zu: there is no column '%s'%s", path, header->line,
                     name,
                     plim_choice_hint(name, (const char *const *)header->cell, header->n_cells,
                                      "; the columns are ", hint, sizeof hint));
}

typedef struct reading {
    plim_map_lookup *lookup;
    const plim_map_file *file;
    plim_rejects *rejects;
    bool header_seen;
    size_t key, n_cells;
    size_t *at; /* of each wanted column */
    plim_staged *value;
} reading;

static plim_status take_header(reading *r, const plim_csv_row *row, plim_error *err)
{
    plim_map_lookup *lookup = r->lookup;
    r->header_seen = true;
    r->n_cells = row->n_cells;
    PLIM_TRY(plim_map_find_column(row, lookup->path, lookup->key_column, &r->key, err));
    for (size_t i = 0; i < lookup->wanted.count; i++) {
        PLIM_TRY(plim_map_find_column(row, lookup->path, lookup->wanted.text[i], &r->at[i], err));
        PLIM_TRY(plim_staging_add_column(&lookup->rows, lookup->wanted.text[i], false, NULL, err));
    }
    return PLIM_OK;
}

/* Why a key finds no row, or NULL. */
static const char *wrong_key(const reading *r, const char *key)
{
    if (*key == '\0')
        return "missing";
    if (plim_cell_is_damaged_id(key))
        return "damaged id";
    return plim_names_find(&r->lookup->keys, key) != PLIM_NO_NAME ? "duplicate key" : NULL;
}

static plim_status refuse(const reading *r, const plim_csv_row *row, const char *value,
                          const char *rule, plim_error *err)
{
    plim_reject fault = {.file = r->lookup->path,
                         .line = row->line,
                         .column = r->lookup->key_column,
                         .value = value,
                         .rule = rule,
                         .accepted = "a whole key of one row only, by which the map joins the file",
                         .balance_fen = PLIM_FEN_EMPTY};
    return plim_rejects_add(r->rejects, &fault, true, err);
}

static plim_status take_row(void *user, const plim_csv_row *row, plim_error *err)
{
    reading *r = user;
    plim_map_lookup *lookup = r->lookup;
    bool footer;
    for (size_t i = 0; i < row->n_cells; i++)
        row->cell[i] = plim_cell_clean(row->cell[i]);
    if (!r->header_seen)
        return take_header(r, row, err);
    if (plim_map_row_is_none(r->file, row->cell, row->n_cells, &footer))
        return PLIM_OK;
    lookup->n_seen++;
    if (row->n_cells < r->n_cells)
        return refuse(r, row, "", "cells", err);
    const char *key = row->cell[r->key];
    const char *rule = wrong_key(r, key);
    if (rule != NULL)
        return refuse(r, row, key, rule, err);
    PLIM_TRY(plim_names_add(&lookup->keys, key, NULL, err));
    for (size_t i = 0; i < lookup->wanted.count; i++)
        r->value[i].text = row->cell[r->at[i]];
    return plim_staging_add_row(&lookup->rows, r->value, row->line, err);
}

plim_status plim_map_lookup_read(plim_map_lookup *lookup, const plim_map_file *file,
                                 const char *path, plim_rejects *rejects, plim_error *err)
{
    reading r = {.lookup = lookup, .file = file, .rejects = rejects};
    lookup->path = path;
    r.at = plim_alloc(lookup->wanted.count, sizeof *r.at);
    r.value = plim_alloc(lookup->wanted.count, sizeof *r.value);
    plim_status status = PLIM_OK;
    if (r.at == NULL || r.value == NULL)
        status = plim_fail_memory(err, path);
    if (status == PLIM_OK)
        status = plim_rows_read(path, &file->dialect, &(plim_csv_visitor){take_row, &r}, err);
    plim_free(r.at);
    plim_free(r.value);
    return status;
}

const char *plim_map_lookup_find(const plim_map_lookup *lookup, const char *key, uint32_t wanted)
{
    uint32_t row = plim_names_find(&lookup->keys, key);
    if (row == PLIM_NO_NAME)
        return NULL;
    const plim_staging_column *column = &lookup->rows.columns[wanted];
    return column->labels.text[column->code[row]];
}

void plim_map_lookup_free(plim_map_lookup *lookup)
{
    plim_names_free(&lookup->wanted);
    plim_names_free(&lookup->keys);
    plim_staging_free(&lookup->rows);
}
