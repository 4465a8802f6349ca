#include "book/pool_owned.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/columns.h"
#include "book/pool_merge.h"

const uint32_t *plim_pool_owners(const plim_book_part *part, int table)
{
    return table == PLIM_BOOK_SITES       ? part->site_borrower
           : table == PLIM_BOOK_INSURANCE ? part->policy_borrower
                                          : NULL;
}

/* ---- rows ------------------------------------------------------------------------------- */

/* Rows that belong to borrowers, by borrower and id. */
typedef struct known_rows {
    plim_names keys;
    uint32_t *row; /* one a key */
    size_t capacity;
    plim_text key; /* of the row at hand */
} known_rows;

/* `out` becomes the row of a pooled borrower and an id: `next`, if there was none. */
static plim_status find_row(known_rows *known, uint32_t borrower, const char *id, uint32_t next,
                            uint32_t *out, plim_error *err)
{
    size_t before = known->keys.count;
    uint32_t at;
    known->key.length = 0;
    plim_text_format(&known->key, "%u/%s", borrower, id);
    if (known->key.failed)
        return plim_fail_memory(err, "pooling books");
    PLIM_TRY(plim_names_add(&known->keys, plim_text_get(&known->key), &at, err));
    void *rows = known->row;
    if (plim_grow(&rows, &known->capacity, known->keys.count, sizeof *known->row) != 0)
        return plim_fail_memory(err, "pooling books");
    known->row = rows;
    if (known->keys.count > before)
        known->row[at] = next;
    *out = known->row[at];
    return PLIM_OK;
}

static plim_status map_part(known_rows *known, plim_row_map *map, size_t p,
                            const uint32_t *borrower_to, plim_error *err)
{
    const plim_frame *frame = &map->parts[p].table[map->table];
    const uint32_t *owner = plim_pool_owners(&map->parts[p], map->table);
    if (map->n_rows + frame->n_rows >= PLIM_NO_NAME)
        return plim_fail(err, PLIM_INPUT, "the books have more than %u rows of %s together",
                         PLIM_NO_NAME - 1, plim_book_tables[map->table].name);
    for (size_t i = 0; i < frame->n_rows; i++) {
        uint32_t next = (uint32_t)map->n_rows, *to = &map->to[p][i];
        *to = next;
        if (owner[i] != PLIM_NO_NAME)
            PLIM_TRY(
                find_row(known, borrower_to[owner[i]], plim_frame_id(frame, i), next, to, err));
        map->n_rows += *to == next;
    }
    return PLIM_OK;
}

plim_status plim_pool_owned_map(plim_row_map *map, uint32_t *const *borrower_to, plim_error *err)
{
    known_rows known = {0};
    plim_status status = PLIM_OK;
    map->n_rows = 0;
    for (size_t p = 0; p < map->n_parts && status == PLIM_OK; p++)
        status = map_part(&known, map, p, borrower_to[p], err);
    plim_names_free(&known.keys);
    plim_free(known.row);
    plim_text_free(&known.key);
    return status;
}

/* ---- what they say ---------------------------------------------------------------------- */

/* The first part that has a pooled row, and where. */
typedef struct first_row {
    uint32_t part, row;
} first_row;

static plim_statement statement_of(const plim_row_map *map, const char *name, first_row at)
{
    const plim_frame *frame = &map->parts[at.part].table[map->table];
    const plim_column *column = plim_frame_find(frame, name);
    plim_statement said = {(double)NAN, "", 0};
    if (column != NULL && column->kind == PLIM_COLUMN_TEXT)
        said.text = plim_column_text(column, at.row);
    else if (column != NULL)
        said.number = column->number[at.row];
    return said;
}

static void compare_cells(const plim_row_map *map, const plim_column *column, first_row first,
                          first_row other, plim_faults *faults)
{
    bool is_text = column->kind == PLIM_COLUMN_TEXT;
    plim_statement said[2] = {statement_of(map, column->name, first),
                              statement_of(map, column->name, other)};
    if (is_text ? plim_statements_agree_text(said, 2) : plim_statements_agree_number(said, 2))
        return;
    const plim_book_part *part = &map->parts[first.part];
    const plim_frame *frame = &part->table[map->table];
    const char *owner = plim_frame_id(&part->table[PLIM_BOOK_BORROWERS],
                                      plim_pool_owners(part, map->table)[first.row]);
    char here[96], there[96];
    plim_statement_in_words(&said[0], is_text, here, sizeof here);
    plim_statement_in_words(&said[1], is_text, there, sizeof there);
    plim_faults_add(
        faults,
        &(plim_place){frame->name, column->name, PLIM_NO_ROW, plim_frame_id(frame, first.row)},
        "of borrower %.*s: %s in %s, but %s in %s; accepted: the same in all books, or another id",
        plim_shown(owner), owner, here, part->path, there, map->parts[other.part].path);
}

static void compare_rows(const plim_row_map *map, const plim_frame *pooled, const plim_names *used,
                         first_row rows[2], plim_faults *faults)
{
    for (size_t c = 0; c < pooled->n_columns; c++) {
        const plim_column *column = &pooled->columns[c];
        bool is_key = strcmp(column->name, "id") == 0 || strcmp(column->name, "borrower") == 0;
        if (!is_key && (used == NULL || plim_names_find(used, column->name) != PLIM_NO_NAME))
            compare_cells(map, column, rows[0], rows[1], faults);
    }
}

plim_status plim_pool_owned_agree(const plim_row_map *map, const plim_frame *pooled,
                                  const plim_names *used, plim_faults *faults, plim_error *err)
{
    first_row *first = plim_alloc(map->n_rows, sizeof *first);
    if (first == NULL)
        return plim_fail_memory(err, "pooling books");
    for (size_t i = 0; i < map->n_rows; i++)
        first[i].part = PLIM_NO_NAME;
    for (size_t p = 0; p < map->n_parts; p++)
        for (size_t i = 0; i < map->parts[p].table[map->table].n_rows; i++) {
            first_row here = {(uint32_t)p, (uint32_t)i}, *known = &first[map->to[p][i]];
            if (known->part == PLIM_NO_NAME)
                *known = here;
            else
                compare_rows(map, pooled, used, (first_row[2]){*known, here}, faults);
        }
    plim_free(first);
    return PLIM_OK;
}
