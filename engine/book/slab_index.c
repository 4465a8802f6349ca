#include "book/slab_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "book/columns.h"
#include "book/fault.h"
#include "book/slab_scan.h"

/* ---- sizes ------------------------------------------------------------------------------ */

uint64_t plim_slab_index_bytes(const size_t n_rows[PLIM_BOOK_TABLE_COUNT])
{
    return n_rows[PLIM_BOOK_BORROWERS] + n_rows[PLIM_BOOK_LOANS] + n_rows[PLIM_BOOK_COLLATERAL];
}

uint64_t plim_slab_making_bytes(const size_t n_rows[PLIM_BOOK_TABLE_COUNT])
{
    const uint64_t blocks = UINT64_C(32) << 20; /* texts of a block of rows */
    return plim_slab_index_bytes(n_rows) + n_rows[PLIM_BOOK_LOANS] * 2 * sizeof(int64_t) + blocks;
}

/* ---- borders ---------------------------------------------------------------------------- */

enum { SAMPLES_A_SLAB = 256, RUN = 16 }; /* ids; in runs of so many rows */

typedef struct sample {
    char **text;
    size_t count, capacity;
    const char *column;
} sample;

static plim_status add_samples(void *user, const plim_frame *block, size_t first, plim_error *err)
{
    (void)first;
    sample *out = user;
    const plim_column *ids = plim_frame_find(block, out->column);
    for (size_t i = 0; ids != NULL && i < ids->n_rows; i++) {
        char digits[32];
        void *texts = out->text;
        if (plim_grow(&texts, &out->capacity, out->count + 1, sizeof *out->text) != 0)
            return plim_fail_memory(err, "a sample of borrowers");
        out->text = texts;
        char *copy = plim_strdup(plim_slab_text(ids, i, digits));
        if (copy == NULL)
            return plim_fail_memory(err, "a sample of borrowers");
        out->text[out->count++] = copy;
    }
    return PLIM_OK;
}

/* Ids of borrowers, from every so many rows of a table. References by row number say nothing. */
static plim_status sample_table(sample *out, const plim_source *source, const char *table,
                                size_t step, plim_error *err)
{
    bool is_loans = strcmp(table, "loans") == 0;
    const char *const columns[] = {is_loans ? "borrower" : "id", NULL};
    out->column = columns[0];
    plim_slab_scan scan = {source, table, columns, step, RUN, add_samples, out};
    if (!is_loans)
        return plim_slab_scan_run(&scan, err);
    plim_frame loans = {0}, borrowers = {0};
    plim_status status = source->read_outline(source, "loans", &loans, err);
    if (status == PLIM_OK)
        status = source->read_outline(source, "borrowers", &borrowers, err);
    const plim_column *reference = plim_frame_find(&loans, "borrower");
    const plim_column *id = plim_frame_find(&borrowers, "id");
    bool by_id = reference != NULL && id != NULL &&
                 (reference->kind == PLIM_COLUMN_TEXT || id->kind == PLIM_COLUMN_INTEGER);
    if (status == PLIM_OK && by_id)
        status = plim_slab_scan_run(&scan, err);
    plim_frame_free(&loans);
    plim_frame_free(&borrowers);
    return status;
}

static plim_status sample_all(sample *out, plim_source *const *sources, size_t n_sources,
                              uint32_t n_slabs, plim_error *err)
{
    static const char *const tables[] = {"borrowers", "loans"};
    size_t all = 0;
    for (size_t s = 0; s < n_sources; s++)
        for (size_t t = 0; t < 2; t++) {
            size_t n;
            PLIM_TRY(sources[s]->count_rows(sources[s], tables[t], &n, err));
            all += n;
        }
    size_t step = all / ((size_t)n_slabs * SAMPLES_A_SLAB / RUN);
    step = step > RUN ? step : RUN;
    for (size_t s = 0; s < n_sources; s++)
        for (size_t t = 0; t < 2; t++)
            PLIM_TRY(sample_table(out, sources[s], tables[t], step, err));
    return PLIM_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Takes every so many of the sorted sample, those that repeat left out. */
static plim_status choose(plim_slab_borders *out, const sample *from, uint32_t n_slabs,
                          plim_error *err)
{
    out->text = plim_alloc(n_slabs, sizeof *out->text);
    if (out->text == NULL)
        return plim_fail_memory(err, "the borders of slabs");
    for (uint32_t k = 1; k < n_slabs && from->count > 0; k++) {
        const char *border = from->text[from->count * k / n_slabs];
        if (out->count > 0 && strcmp(border, out->text[out->count - 1]) == 0)
            continue;
        char *copy = plim_strdup(border);
        if (copy == NULL)
            return plim_fail_memory(err, "the borders of slabs");
        out->text[out->count++] = copy;
    }
    return PLIM_OK;
}

plim_status plim_slab_borders_find(plim_slab_borders *out, plim_source *const *sources,
                                   size_t n_sources, uint32_t n_slabs, plim_error *err)
{
    *out = (plim_slab_borders){0};
    sample ids = {0};
    plim_status status = sample_all(&ids, sources, n_sources, n_slabs, err);
    if (status == PLIM_OK && ids.count > 0)
        qsort(ids.text, ids.count, sizeof *ids.text, by_text);
    if (status == PLIM_OK)
        status = choose(out, &ids, n_slabs, err);
    for (size_t i = 0; i < ids.count; i++)
        plim_free(ids.text[i]);
    plim_free(ids.text);
    if (status != PLIM_OK)
        plim_slab_borders_free(out);
    return status;
}

void plim_slab_borders_free(plim_slab_borders *borders)
{
    for (size_t i = 0; i < borders->count; i++)
        plim_free(borders->text[i]);
    plim_free(borders->text);
    *borders = (plim_slab_borders){0};
}

static uint8_t slab_of(const plim_slab_borders *borders, const char *id)
{
    size_t low = 0, high = borders->count; /* borders below `low` are not greater than the id */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(borders->text[middle], id) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint8_t)low;
}

/* ---- the index -------------------------------------------------------------------------- */

/* The index under construction. */
typedef struct making {
    plim_slab_index *index;
    const plim_slab_borders *borders;
    int table;
    const char *column; /* that tells the slab */
    int64_t *key; /* of each loan: 56 bits of its id's hash, and its slab; sorted in the end */
} making;

/* Upper bits of a loan's key, by its id. */
static uint64_t key_of(const char *id)
{
    return plim_names_hash(id, strlen(id)) & ~UINT64_C(0xFF);
}

/* Slab of the loan that an id names; any other where there is none. (Of ten million loans, two
   agree in 56 bits with a probability of 1e-3; only their collateral could be misplaced, and then
   the book is refused.) */
static uint8_t slab_of_loan(const making *m, const char *id)
{
    uint64_t wanted = key_of(id);
    size_t low = 0, high = m->index->n_rows[PLIM_BOOK_LOANS], n = high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((uint64_t)m->key[middle] + (UINT64_C(1) << 63) < wanted + (UINT64_C(1) << 63))
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < n && ((uint64_t)m->key[low] & ~UINT64_C(0xFF)) == wanted;
    return found ? (uint8_t)((uint64_t)m->key[low] & 0xFF) : 0;
}

/* Slab of the row that a cell of m->column names: by id, or by row number of the target. */
static uint8_t slab_of_cell(const making *m, const plim_column *column, size_t row)
{
    int target = m->table == PLIM_BOOK_COLLATERAL ? PLIM_BOOK_LOANS : PLIM_BOOK_BORROWERS;
    bool by_number = m->table != PLIM_BOOK_BORROWERS && column->kind == PLIM_COLUMN_INTEGER &&
                     !m->index->integer_ids[target];
    if (by_number) {
        int64_t at = column->integer[row];
        bool there = at >= 0 && (uint64_t)at < m->index->n_rows[target];
        return there ? m->index->group[target][at] : 0;
    }
    char digits[32];
    const char *id = plim_slab_text(column, row, digits);
    return target == PLIM_BOOK_LOANS ? slab_of_loan(m, id) : slab_of(m->borders, id);
}

static plim_status assign(void *user, const plim_frame *block, size_t first, plim_error *err)
{
    (void)err;
    making *m = user;
    const plim_column *column = plim_frame_find(block, m->column);
    const plim_column *id = plim_frame_find(block, "id");
    uint8_t *group = m->index->group[m->table] + first;
    for (size_t i = 0; column != NULL && i < column->n_rows; i++)
        group[i] = slab_of_cell(m, column, i);
    for (size_t i = 0; m->table == PLIM_BOOK_LOANS && i < block->n_rows; i++) {
        char digits[32];
        m->key[first + i] = (int64_t)(key_of(plim_slab_text(id, i, digits)) | group[i]);
    }
    return PLIM_OK;
}

static plim_status assign_table(making *m, int table, const char *column, plim_error *err)
{
    plim_slab_index *index = m->index;
    const plim_source *source = index->source;
    const char *name = plim_book_tables[table].name;
    plim_frame outline = {0};
    m->table = table;
    m->column = column;
    PLIM_TRY(source->count_rows(source, name, &index->n_rows[table], err));
    PLIM_TRY(source->read_outline(source, name, &outline, err));
    const plim_column *id = plim_frame_find(&outline, "id");
    index->integer_ids[table] = id != NULL && id->kind == PLIM_COLUMN_INTEGER;
    plim_frame_free(&outline);
    index->group[table] = plim_alloc(index->n_rows[table], 1);
    if (table == PLIM_BOOK_LOANS)
        m->key = plim_alloc(index->n_rows[table], sizeof *m->key);
    if (index->group[table] == NULL || (table == PLIM_BOOK_LOANS && m->key == NULL))
        return plim_fail_memory(err, "the index of a book");
    const char *const columns[] = {column, table == PLIM_BOOK_LOANS ? "id" : NULL, NULL};
    return plim_slab_scan_run(&(plim_slab_scan){source, name, columns, 0, 0, assign, m}, err);
}

/* ---- loans of one id -------------------------------------------------------------------- */

enum { MOST_SUSPECTS = 64 };

/* Keys that two loans have: is it one id, or chance? */
typedef struct suspects {
    uint64_t key[MOST_SUSPECTS];
    char *id[MOST_SUSPECTS]; /* of the first loan met */
    size_t row[MOST_SUSPECTS];
    size_t count;
    plim_faults faults;
} suspects;

static plim_status meet(void *user, const plim_frame *block, size_t first, plim_error *err)
{
    suspects *s = user;
    const plim_column *ids = plim_frame_find(block, "id");
    for (size_t i = 0; ids != NULL && i < ids->n_rows; i++) {
        char digits[32];
        const char *id = plim_slab_text(ids, i, digits);
        uint64_t key = key_of(id);
        for (size_t k = 0; k < s->count; k++) {
            if (s->key[k] != key)
                continue;
            if (s->id[k] == NULL) {
                s->row[k] = first + i;
                s->id[k] = plim_strdup(id);
                if (s->id[k] == NULL)
                    return plim_fail_memory(err, "ids of loans");
            } else if (strcmp(s->id[k], id) == 0 && id[0] != '\0') {
                plim_faults_add(&s->faults, &(plim_place){"loans", "id", first + i, id},
                                "this id occurs already in row %zu; ids are unique", s->row[k]);
            }
        }
    }
    return PLIM_OK;
}

/* Sorts the keys. */
static plim_status find_suspects(making *m, suspects *out, plim_error *err)
{
    size_t n = m->index->n_rows[PLIM_BOOK_LOANS];
    int64_t *scratch = plim_alloc(n, sizeof *scratch);
    if (scratch == NULL)
        return plim_fail_memory(err, "ids of loans");
    plim_sort_fen(m->key, scratch, (uint32_t)n);
    plim_free(scratch);
    for (size_t i = 1; i < n && out->count < MOST_SUSPECTS; i++) {
        uint64_t key = (uint64_t)m->key[i] & ~UINT64_C(0xFF);
        bool twice = ((uint64_t)m->key[i - 1] & ~UINT64_C(0xFF)) == key;
        bool known = out->count > 0 && out->key[out->count - 1] == key;
        if (twice && !known)
            out->key[out->count++] = key;
    }
    return PLIM_OK;
}

static plim_status check_loans(making *m, plim_error *err)
{
    const plim_source *source = m->index->source;
    static const char *const columns[] = {"id", NULL};
    suspects s = {.faults = {.book = source->path}};
    plim_status status = find_suspects(m, &s, err);
    plim_slab_scan scan = {source, "loans", columns, 0, 0, meet, &s};
    if (status == PLIM_OK && s.count > 0)
        status = plim_slab_scan_run(&scan, err);
    for (size_t k = 0; k < s.count; k++)
        plim_free(s.id[k]);
    plim_status faults = plim_faults_finish(&s.faults, status == PLIM_OK ? err : NULL);
    return status != PLIM_OK ? status : faults;
}

plim_status plim_slab_index_make(plim_slab_index *out, const plim_source *source,
                                 const plim_slab_borders *borders, plim_error *err)
{
    *out = (plim_slab_index){.source = source};
    making m = {.index = out, .borders = borders};
    plim_status status = assign_table(&m, PLIM_BOOK_BORROWERS, "id", err);
    if (status == PLIM_OK)
        status = assign_table(&m, PLIM_BOOK_LOANS, "borrower", err);
    if (status == PLIM_OK)
        status = check_loans(&m, err);
    if (status == PLIM_OK)
        status = assign_table(&m, PLIM_BOOK_COLLATERAL, "loan", err);
    plim_free(m.key);
    if (status != PLIM_OK)
        plim_slab_index_free(out);
    return status;
}

void plim_slab_index_free(plim_slab_index *index)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_free(index->group[t]);
    *index = (plim_slab_index){0};
}
