#include "book/diff_match.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { MOST_KEYS = 3 };

/* What the rows of a table are known by. */
static const char *const keys[PLIM_BOOK_TABLE_COUNT][MOST_KEYS] = {
    [PLIM_BOOK_BANKS] = {"id"},
    [PLIM_BOOK_BORROWERS] = {"id"},
    [PLIM_BOOK_LOANS] = {"bank", "id"},
    [PLIM_BOOK_COLLATERAL] = {"loan", "id"},
    [PLIM_BOOK_SITES] = {"id"},
    [PLIM_BOOK_INSURANCE] = {"id"},
    [PLIM_BOOK_EXCLUDED] = {"bank", "table", "line"},
};

bool plim_match_is_key(plim_book_table_index table, const char *column)
{
    for (int k = 0; k < MOST_KEYS; k++)
        if (keys[table][k] != NULL && strcmp(keys[table][k], column) == 0)
            return true;
    return false;
}

static void add_part(plim_text *key, const plim_column *column, size_t row)
{
    char number[32];
    if (column == NULL)
        return;
    if (column->kind == PLIM_COLUMN_TEXT) {
        plim_text_add(key, plim_column_text(column, row));
        return;
    }
    plim_format_shortest(column->number[row], number, sizeof number);
    plim_text_add(key, number);
}

/* Names of rows while they are given: how many rows have had each so far. */
typedef struct naming {
    plim_names *names;
    uint32_t *times;
    size_t capacity;
} naming;

static plim_status add_name(naming *n, const char *name, uint32_t *at, plim_error *err)
{
    size_t known = n->names->count;
    PLIM_TRY(plim_names_add(n->names, name, at, err));
    void *times = n->times;
    if (plim_grow(&times, &n->capacity, n->names->count, sizeof *n->times) != 0)
        return plim_fail_memory(err, "the rows of a book");
    n->times = times;
    if (*at == known)
        n->times[*at] = 0;
    n->times[*at]++;
    return PLIM_OK;
}

/* The second row of one name gets a number, and so on. */
static plim_status name_row(naming *n, plim_text *key, uint32_t *at, plim_error *err)
{
    PLIM_TRY(add_name(n, plim_text_get(key), at, err));
    if (n->times[*at] == 1)
        return PLIM_OK;
    plim_text_format(key, "%c#%u", PLIM_MATCH_JOINT, (unsigned)n->times[*at]);
    if (key->failed)
        return plim_fail_memory(err, "the rows of a book");
    return add_name(n, plim_text_get(key), at, err);
}

static plim_status name_rows(plim_names *names, uint32_t **key_of, plim_book_table_index table,
                             const plim_frame *frame, plim_error *err)
{
    naming n = {.names = names};
    plim_text key = {0};
    plim_status status = PLIM_OK;
    *key_of = plim_alloc(frame->n_rows, sizeof **key_of);
    if (*key_of == NULL)
        return plim_fail_memory(err, "the rows of a book");
    for (size_t row = 0; row < frame->n_rows && status == PLIM_OK; row++) {
        key.length = 0;
        plim_text_add(&key, ""); /* also ends it where no part follows */
        for (int k = 0; k < MOST_KEYS && keys[table][k] != NULL; k++) {
            if (k > 0)
                plim_text_add_bytes(&key, (const char[]){PLIM_MATCH_JOINT}, 1);
            add_part(&key, plim_frame_find(frame, keys[table][k]), row);
        }
        status = key.failed ? plim_fail_memory(err, "the rows of a book")
                            : name_row(&n, &key, &(*key_of)[row], err);
    }
    plim_text_free(&key);
    plim_free(n.times);
    return status;
}

static plim_status join(plim_match *m, const plim_frame *before, const plim_frame *after,
                        plim_error *err)
{
    uint32_t *row_of = plim_alloc(m->before.count, sizeof *row_of), found = PLIM_NO_NAME;
    m->old_row = plim_alloc(after->n_rows, sizeof *m->old_row);
    m->met = plim_alloc(before->n_rows, sizeof *m->met);
    if (row_of == NULL || m->old_row == NULL || m->met == NULL) {
        plim_free(row_of);
        return plim_fail_memory(err, "the rows of a book");
    }
    for (size_t row = 0; row < before->n_rows; row++)
        row_of[m->key_before[row]] = (uint32_t)row;
    for (size_t row = 0; row < after->n_rows; row++) {
        const char *key = m->after.text[m->key_after[row]];
        uint32_t at = plim_names_find_after(&m->before, key, found);
        m->old_row[row] = at == PLIM_NO_NAME ? PLIM_NO_NAME : row_of[at];
        if (at == PLIM_NO_NAME)
            continue;
        found = at;
        m->met[row_of[at]] = true;
    }
    plim_free(row_of);
    return PLIM_OK;
}

plim_status plim_match_rows(plim_match *out, plim_book_table_index table, const plim_frame *before,
                            const plim_frame *after, plim_error *err)
{
    PLIM_TRY(name_rows(&out->before, &out->key_before, table, before, err));
    PLIM_TRY(name_rows(&out->after, &out->key_after, table, after, err));
    return join(out, before, after, err);
}

void plim_match_free(plim_match *match)
{
    plim_names_free(&match->before);
    plim_names_free(&match->after);
    plim_free(match->key_before);
    plim_free(match->key_after);
    plim_free(match->old_row);
    plim_free(match->met);
    *match = (plim_match){0};
}
