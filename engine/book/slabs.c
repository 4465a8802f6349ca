#include "book/slabs.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/columns.h"

/* ---- sizes ------------------------------------------------------------------------------ */

/* The number of rows of a table. */
static size_t *size_of(plim_book_size *size, int table)
{
    size_t *const of[PLIM_BOOK_TABLE_COUNT] = {
        &size->banks, &size->borrowers, &size->loans,   &size->collateral,
        &size->sites, &size->insurance, &size->excluded};
    return of[table];
}

plim_status plim_book_size_of(plim_book_size *out, plim_source *const *sources, size_t n_sources,
                              plim_error *err)
{
    *out = (plim_book_size){0};
    for (size_t s = 0; s < n_sources; s++)
        for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
            size_t n;
            PLIM_TRY(sources[s]->count_rows(sources[s], plim_book_tables[t].name, &n, err));
            *size_of(out, t) += n;
        }
    return PLIM_OK;
}

static void rows_of_size(const plim_book_size *size, size_t n_rows[PLIM_BOOK_TABLE_COUNT])
{
    plim_book_size of = *size;
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        n_rows[t] = *size_of(&of, t);
}

uint64_t plim_slabs_bytes(const plim_book_size *size)
{
    size_t n_rows[PLIM_BOOK_TABLE_COUNT];
    rows_of_size(size, n_rows);
    return plim_slab_index_bytes(n_rows);
}

uint64_t plim_slabs_opening_bytes(const plim_book_size *size)
{
    size_t n_rows[PLIM_BOOK_TABLE_COUNT];
    rows_of_size(size, n_rows);
    return plim_slab_making_bytes(n_rows);
}

/* ---- opening ---------------------------------------------------------------------------- */

/* Rows of each slab, in all books; those that several slabs have under PLIM_SLAB_SHARED. */
typedef struct counts {
    size_t rows[PLIM_SLAB_SHARED + 1][PLIM_BOOK_TABLE_COUNT];
} counts;

static void count(counts *out, const plim_slabs *slabs)
{
    for (size_t s = 0; s < slabs->n_sources; s++)
        for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
            const plim_slab_index *index = &slabs->index[s];
            for (size_t i = 0; index->group[t] != NULL && i < index->n_rows[t]; i++)
                out->rows[index->group[t][i]][t]++;
        }
}

/* A slab that no borrower is in goes to the one before it (the first one to the next), so that
   numbers have no gap. */
static void close_gaps(plim_slabs *slabs, counts *of, uint32_t n_slabs)
{
    uint8_t now[PLIM_SLAB_SHARED + 1] = {[PLIM_SLAB_SHARED] = PLIM_SLAB_SHARED};
    uint32_t n = 0;
    for (uint32_t k = 0; k < n_slabs; k++) {
        n += of->rows[k][PLIM_BOOK_BORROWERS] > 0;
        now[k] = (uint8_t)(n > 0 ? n - 1 : 0);
    }
    slabs->n_slabs = n > 0 ? n : 1;
    for (size_t s = 0; s < slabs->n_sources && n < n_slabs; s++)
        plim_slab_index_renumber(&slabs->index[s], now);
}

static void find_largest(plim_slabs *slabs, const counts *of)
{
    const size_t *shared = of->rows[PLIM_SLAB_SHARED];
    for (uint32_t k = 0; k < slabs->n_slabs; k++)
        for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
            size_t rows = of->rows[k][t] + shared[t], *largest = size_of(&slabs->largest, t);
            *largest = rows > *largest ? rows : *largest;
        }
}

static plim_status measure_slabs(plim_slabs *slabs, uint32_t n_slabs, plim_error *err)
{
    counts *of = plim_alloc(1, sizeof *of);
    if (of == NULL)
        return plim_fail_memory(err, "the slabs of a book");
    count(of, slabs);
    close_gaps(slabs, of, n_slabs);
    memset(of, 0, sizeof *of);
    count(of, slabs);
    find_largest(slabs, of);
    plim_free(of);
    return PLIM_OK;
}

static plim_status index_by(plim_slabs *slabs, const plim_slab_borders *borders, plim_error *err)
{
    slabs->index = plim_alloc(slabs->n_sources, sizeof *slabs->index);
    if (slabs->index == NULL)
        return plim_fail_memory(err, "the index of a book");
    for (size_t s = 0; s < slabs->n_sources; s++)
        PLIM_TRY(plim_slab_index_make(&slabs->index[s], slabs->sources[s], borders, err));
    return PLIM_OK;
}

static plim_status make_index(plim_slabs *slabs, plim_error *err)
{
    plim_slab_borders borders;
    PLIM_TRY(plim_slab_borders_find(&borders, slabs->sources, slabs->n_sources, slabs->rule.n_slabs,
                                    err));
    plim_status status = index_by(slabs, &borders, err);
    uint32_t n_slabs = (uint32_t)borders.count + 1;
    plim_slab_borders_free(&borders);
    return status == PLIM_OK ? measure_slabs(slabs, n_slabs, err) : status;
}

plim_status plim_slabs_open(plim_slabs *out, plim_source *const *sources, size_t n_sources,
                            const plim_slab_rule *rule, plim_error *err)
{
    *out = (plim_slabs){.n_slabs = 1, .sources = sources, .n_sources = n_sources, .rule = *rule};
    if (n_sources == 0)
        return plim_fail(err, PLIM_USAGE, "no loan book is given");
    if (rule->n_slabs > PLIM_SLABS_MOST)
        return plim_fail(err, PLIM_USAGE, "a book is parted into at most %d slabs, not %u",
                         PLIM_SLABS_MOST, rule->n_slabs);
    if (rule->n_slabs <= 1)
        return PLIM_OK;
    plim_status status = make_index(out, err);
    if (status != PLIM_OK)
        plim_slabs_free(out);
    return status;
}

/* ---- loading ---------------------------------------------------------------------------- */

static plim_status load_parts(const plim_slabs *slabs, uint32_t k, plim_source *part,
                              plim_book *out, plim_error *err)
{
    size_t n = slabs->n_sources;
    plim_slab_source *of = plim_alloc(n, sizeof *of);
    plim_source **parts = plim_alloc(n, sizeof *parts);
    plim_status status = PLIM_OK;
    if (of == NULL || parts == NULL)
        status = plim_fail_memory(err, "a slab of a book");
    for (size_t s = 0; s < n && status == PLIM_OK; s++) {
        status = plim_slab_source_make(&of[s], &slabs->index[s], (uint8_t)k, err);
        part[s] = plim_slab_source_of(&of[s]);
        parts[s] = &part[s];
    }
    if (status == PLIM_OK)
        status = plim_book_load_used(out, parts, n, slabs->rule.on_conflict, slabs->rule.use, err);
    for (size_t s = 0; of != NULL && s < n; s++)
        plim_slab_source_free(&of[s]);
    plim_free(parts);
    plim_free(of);
    return status;
}

plim_status plim_slabs_load(const plim_slabs *slabs, uint32_t k, plim_book *out, plim_error *err)
{
    *out = (plim_book){0};
    if (slabs->index == NULL)
        return plim_book_load_used(out, slabs->sources, slabs->n_sources, slabs->rule.on_conflict,
                                   slabs->rule.use, err);
    plim_source *part = plim_alloc(slabs->n_sources, sizeof *part);
    plim_status status = part == NULL ? plim_fail_memory(err, "a slab of a book")
                                      : load_parts(slabs, k, part, out, err);
    plim_free(part);
    return status;
}

void plim_slabs_free(plim_slabs *slabs)
{
    for (size_t s = 0; slabs->index != NULL && s < slabs->n_sources; s++)
        plim_slab_index_free(&slabs->index[s]);
    plim_free(slabs->index);
    *slabs = (plim_slabs){0};
}

/* Between its id and the next text that there can be, there is only the borrower. */
plim_status plim_slabs_load_one(plim_book *out, plim_source *const *sources, size_t n_sources,
                                const plim_slab_rule *rule, const char *id, plim_error *err)
{
    enum { BELOW, ONE, ABOVE, PARTS };
    plim_text after = {0};
    plim_slabs slabs = {
        .n_slabs = PARTS, .sources = sources, .n_sources = n_sources, .rule = *rule};
    *out = (plim_book){0};
    plim_text_format(&after, "%s\x01", id);
    char *texts[ABOVE] = {(char *)id, after.data};
    plim_slab_borders borders = {texts, ABOVE};
    plim_status status = after.failed ? plim_fail_memory(err, "the index of a book")
                                      : index_by(&slabs, &borders, err);
    if (status == PLIM_OK)
        status = plim_slabs_load(&slabs, ONE, out, err);
    if (status == PLIM_OK && out->borrowers.n_rows == 0) {
        status = plim_fail(err, PLIM_USAGE,
                           "there is no borrower '%s' in %s; accepted: an id of its "
                           "table borrowers",
                           id, out->paths);
        plim_book_free(out);
    }
    plim_slabs_free(&slabs);
    plim_text_free(&after);
    return status;
}
