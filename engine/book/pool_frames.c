#include "book/pool_frames.h"

#include <string.h>

#include "base/memory.h"
#include "book/columns.h"

const char *plim_column_unit(const char *table, const plim_column *column)
{
    if (column->unit != NULL && column->unit[0] != '\0')
        return column->unit;
    const plim_book_field *field = plim_book_field_find(table, column->name);
    return field != NULL && field->unit[0] != '\0' ? field->unit : "ratio";
}

/* The column called `name` of the next part after `*p` that has it, NULL at the end; a column
   without rows has whatever type its writer fell back on and says nothing. Start with *p = 0. */
static const plim_column *next_column(const plim_row_map *map, const char *name, size_t *p)
{
    while (*p < map->n_parts) {
        const plim_frame *frame = &map->parts[(*p)++].table[map->table];
        const plim_column *column = plim_frame_find(frame, name);
        if (column != NULL && column->n_rows > 0)
            return column;
    }
    return NULL;
}

static plim_status check_alike(const plim_row_map *map, const plim_column *model, size_t p,
                               plim_error *err)
{
    const char *table = plim_book_tables[map->table].name;
    const char *here = map->parts[p - 1].path;
    const plim_column *column;
    while ((column = next_column(map, model->name, &p)) != NULL) {
        const char *there = map->parts[p - 1].path;
        if (column->kind != model->kind)
            return plim_fail(err, PLIM_INPUT,
                             "%s.%s holds %s in %s, but %s in %s; books that are pooled must agree",
                             table, model->name,
                             model->kind == PLIM_COLUMN_TEXT ? "text" : "numbers", here,
                             column->kind == PLIM_COLUMN_TEXT ? "text" : "numbers", there);
        if (column->kind != PLIM_COLUMN_TEXT &&
            strcmp(plim_column_unit(table, column), plim_column_unit(table, model)) != 0)
            return plim_fail(
                err, PLIM_INPUT,
                "%s.%s is in '%s' in %s, but in '%s' in %s; books that are pooled must agree",
                table, model->name, plim_column_unit(table, model), here,
                plim_column_unit(table, column), there);
    }
    return PLIM_OK;
}

static plim_status fill_text(plim_column *out, const plim_column *from, const uint32_t *to,
                             plim_error *err)
{
    uint32_t *code = plim_alloc(from->labels.count, sizeof *code);
    if (code == NULL)
        return plim_fail_memory(err, from->name);
    plim_status status = PLIM_OK;
    for (size_t l = 0; l < from->labels.count && status == PLIM_OK; l++)
        status = plim_names_add(&out->labels, from->labels.text[l], &code[l], err);
    for (size_t i = 0; i < from->n_rows && status == PLIM_OK; i++)
        out->code[to[i]] = code[from->code[i]];
    plim_free(code);
    return status;
}

static plim_status copy_words(plim_column *out, const plim_column *model, plim_error *err)
{
    if (model->unit != NULL && (out->unit = plim_strdup(model->unit)) == NULL)
        return plim_fail_memory(err, "a unit");
    if (model->description != NULL && (out->description = plim_strdup(model->description)) == NULL)
        return plim_fail_memory(err, "a description");
    return PLIM_OK;
}

static plim_status pool_column(plim_frame *out, const plim_row_map *map, const plim_column *model,
                               plim_error *err)
{
    plim_column column;
    PLIM_TRY(plim_column_make(&column, model->name, model->kind, map->n_rows, err));
    plim_status status = copy_words(&column, model, err);
    for (size_t p = 0; p < map->n_parts && status == PLIM_OK; p++) {
        const plim_column *from = plim_frame_find(&map->parts[p].table[map->table], model->name);
        if (from == NULL || from->n_rows == 0)
            continue;
        if (from->kind == PLIM_COLUMN_TEXT)
            status = fill_text(&column, from, map->to[p], err);
        else
            for (size_t i = 0; i < from->n_rows; i++)
                column.number[map->to[p][i]] = from->number[i];
    }
    if (status == PLIM_OK)
        status = plim_frame_add(out, &column, err);
    plim_column_free(&column);
    return status;
}

plim_status plim_pool_frames(plim_frame *out, const plim_row_map *map, plim_error *err)
{
    *out = (plim_frame){.name = plim_strdup(plim_book_tables[map->table].name)};
    if (out->name == NULL)
        return plim_fail_memory(err, "a table");
    out->n_rows = map->n_rows;
    for (size_t p = 0; p < map->n_parts; p++) {
        const plim_frame *frame = &map->parts[p].table[map->table];
        for (size_t c = 0; c < frame->n_columns; c++) {
            size_t at = 0;
            const char *name = frame->columns[c].name;
            const plim_column *model = next_column(map, name, &at);
            if (plim_frame_find(out, name) != NULL)
                continue;
            if (model != NULL)
                PLIM_TRY(check_alike(map, model, at, err));
            PLIM_TRY(pool_column(out, map, model != NULL ? model : &frame->columns[c], err));
        }
    }
    return PLIM_OK;
}
