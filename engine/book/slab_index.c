#include "book/slab_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "book/check_reference.h"
#include "book/columns.h"
#include "book/slab_key.h"
#include "book/slab_scan.h"

/* ---- sizes ------------------------------------------------------------------------------ */

uint64_t plim_slab_index_bytes(const size_t n_rows[PLIM_BOOK_TABLE_COUNT])
{
    return n_rows[PLIM_BOOK_BORROWERS] + n_rows[PLIM_BOOK_LOANS] + n_rows[PLIM_BOOK_COLLATERAL] +
           n_rows[PLIM_BOOK_SITES] + n_rows[PLIM_BOOK_INSURANCE];
}

uint64_t plim_slab_making_bytes(const size_t n_rows[PLIM_BOOK_TABLE_COUNT])
{
    const uint64_t blocks = UINT64_C(32) << 20; /* texts of a block of rows */
    const uint64_t key = sizeof(int64_t);
    /* Keys of one table with room to sort them; those of collateral stay while sites are placed. */
    const uint64_t loans = 2 * key * n_rows[PLIM_BOOK_LOANS];
    const uint64_t pieces = 2 * key * n_rows[PLIM_BOOK_COLLATERAL];
    const uint64_t sites = pieces / 2 + 2 * key * n_rows[PLIM_BOOK_SITES];
    const uint64_t policies = 2 * key * n_rows[PLIM_BOOK_INSURANCE];
    const uint64_t most[] = {pieces, sites, policies};
    uint64_t keys = loans;
    for (size_t i = 0; i < sizeof most / sizeof *most; i++)
        keys = most[i] > keys ? most[i] : keys;
    return plim_slab_index_bytes(n_rows) + keys + blocks;
}

/* ---- borders ---------------------------------------------------------------------------- */

enum { SAMPLES_A_SLAB = 256, RUN = 16 }; /* ids; in runs of so many rows */

typedef struct sample {
    char **text;
    size_t count, capacity;
    const char *column;
} sample;

static plim_status add_samples(void *user, plim_frame *block, size_t first, plim_error *err)
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
    bool keyed;         /* ids of the table are unique, which no slab can see */
    int64_t *key;       /* of each row of the table, if keyed */
    int64_t *loan_key;  /* of each loan, sorted */
} making;

/* Slab of the loan that an id names; any other where there is none. (Of loans whose ids agree in
   their keys only the collateral could be misplaced, and then the book is refused.) */
static uint8_t slab_of_loan(const making *m, const char *id)
{
    size_t n = m->index->n_rows[PLIM_BOOK_LOANS], at = plim_slab_keys_find(m->loan_key, n, id);
    return at < n ? (uint8_t)((uint64_t)m->loan_key[at] & 0xFF) : 0;
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

static plim_status assign(void *user, plim_frame *block, size_t first, plim_error *err)
{
    making *m = user;
    const plim_column *column = plim_frame_find(block, m->column);
    const plim_column *id = plim_frame_find(block, "id");
    const plim_column *piece =
        m->table == PLIM_BOOK_SITES ? plim_frame_find(block, "collateral") : NULL;
    uint8_t *group = m->index->group[m->table] + first;
    for (size_t i = 0; column != NULL && i < column->n_rows; i++)
        group[i] = slab_of_cell(m, column, i);
    for (size_t i = 0; piece != NULL && i < piece->n_rows; i++) {
        char digits[32];
        const char *of = plim_slab_text(piece, i, digits);
        bool of_borrower = column != NULL && plim_reference_stated(column, i);
        if (of[0] != '\0' && !of_borrower)
            PLIM_TRY(plim_slab_pieces_place(&m->index->pieces, first + i, of, &group[i], err));
    }
    for (size_t i = 0; m->keyed && i < block->n_rows; i++) {
        char digits[32];
        m->key[first + i] = plim_slab_key(plim_slab_text(id, i, digits), group[i]);
    }
    return PLIM_OK;
}

static plim_status scan_rows(making *m, plim_error *err)
{
    const plim_source *source = m->index->source;
    const char *name = plim_book_tables[m->table].name;
    size_t n = m->index->n_rows[m->table];
    const char *columns[4] = {m->column};
    size_t n_columns = 1;
    if (m->keyed)
        columns[n_columns++] = "id";
    if (m->table == PLIM_BOOK_SITES)
        columns[n_columns++] = "collateral";
    PLIM_TRY(plim_slab_scan_run(&(plim_slab_scan){source, name, columns, 0, 0, assign, m}, err));
    if (!m->keyed)
        return PLIM_OK;
    PLIM_TRY(plim_slab_keys_sort(m->key, n, err));
    return plim_slab_keys_unique(m->key, n, source, name, err);
}

static plim_status assign_table(making *m, int table, const char *column, plim_error *err)
{
    plim_slab_index *index = m->index;
    const plim_source *source = index->source;
    const char *name = plim_book_tables[table].name;
    plim_frame outline = {0};
    m->table = table;
    m->column = column;
    m->keyed = table != PLIM_BOOK_BORROWERS && table != PLIM_BOOK_COLLATERAL;
    PLIM_TRY(source->count_rows(source, name, &index->n_rows[table], err));
    PLIM_TRY(source->read_outline(source, name, &outline, err));
    const plim_column *id = plim_frame_find(&outline, "id");
    index->integer_ids[table] = id != NULL && id->kind == PLIM_COLUMN_INTEGER;
    plim_frame_free(&outline);
    index->group[table] = plim_alloc(index->n_rows[table], 1);
    m->key = m->keyed ? plim_alloc(index->n_rows[table], sizeof *m->key) : NULL;
    bool failed = index->group[table] == NULL || (m->keyed && m->key == NULL);
    plim_status status = failed ? plim_fail_memory(err, "the index of a book") : scan_rows(m, err);
    if (table == PLIM_BOOK_LOANS)
        m->loan_key = m->key;
    else
        plim_free(m->key);
    m->key = NULL;
    return status;
}

static plim_status assign_tables(making *m, plim_error *err)
{
    PLIM_TRY(assign_table(m, PLIM_BOOK_BORROWERS, "id", err));
    PLIM_TRY(assign_table(m, PLIM_BOOK_LOANS, "borrower", err));
    PLIM_TRY(assign_table(m, PLIM_BOOK_COLLATERAL, "loan", err));
    plim_free(m->loan_key);
    m->loan_key = NULL;
    PLIM_TRY(plim_slab_pieces_find(&m->index->pieces, m->index, err));
    PLIM_TRY(assign_table(m, PLIM_BOOK_SITES, "borrower", err));
    plim_slab_pieces_settle(&m->index->pieces);
    return assign_table(m, PLIM_BOOK_INSURANCE, "borrower", err);
}

plim_status plim_slab_index_make(plim_slab_index *out, const plim_source *source,
                                 const plim_slab_borders *borders, plim_error *err)
{
    *out = (plim_slab_index){.source = source};
    making m = {.index = out, .borders = borders};
    plim_status status = assign_tables(&m, err);
    plim_free(m.loan_key);
    if (status != PLIM_OK)
        plim_slab_index_free(out);
    return status;
}

void plim_slab_index_renumber(plim_slab_index *index, const uint8_t *now)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        for (size_t i = 0; index->group[t] != NULL && i < index->n_rows[t]; i++)
            index->group[t][i] = now[index->group[t][i]];
    plim_slab_pieces_renumber(&index->pieces, now);
}

void plim_slab_index_free(plim_slab_index *index)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_free(index->group[t]);
    plim_slab_pieces_free(&index->pieces);
    *index = (plim_slab_index){0};
}
