#include "book/pool.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "book/columns.h"
#include "book/fault.h"
#include "book/pool_frames.h"
#include "book/pool_owned.h"
#include "book/pool_merge.h"

typedef struct plim_pool {
    plim_book_part *parts;
    size_t n_parts;
    const plim_pool_rule *rule;
    uint32_t **to[PLIM_BOOK_TABLE_COUNT]; /* [table][part][row] -> pooled row */
    size_t n_rows[PLIM_BOOK_TABLE_COUNT];
    uint32_t **row_in;    /* [part][pooled borrower] -> row in the part, or PLIM_NO_NAME */
    int64_t **weight;     /* [part][row of borrowers]: exposure */
    plim_statement *said; /* n_parts */
    plim_faults faults;
} plim_pool;

/* ---- rows ------------------------------------------------------------------------------- */

static plim_status check_heads(const plim_pool *pool, plim_error *err)
{
    const plim_book_part *first = &pool->parts[0];
    for (size_t p = 1; p < pool->n_parts; p++) {
        const plim_book_part *part = &pool->parts[p];
        if (strcmp(part->as_of, first->as_of) != 0)
            return plim_fail(err, PLIM_INPUT,
                             "%s is as of %s, but %s as of %s; books that are pooled have one date",
                             first->path, first->as_of, part->path, part->as_of);
        if (strcmp(part->currency, first->currency) != 0)
            return plim_fail(err, PLIM_INPUT,
                             "%s is in %s, but %s in %s; books that are pooled have one currency",
                             first->path, first->currency, part->path, part->currency);
    }
    return PLIM_OK;
}

static plim_row_map row_map(const plim_pool *pool, int t)
{
    return (plim_row_map){pool->parts, pool->n_parts, t, pool->to[t], pool->n_rows[t]};
}

/* Sites and policies: those of a borrower that two books state alike are one. */
static plim_status unite_owned(plim_pool *pool, int t, plim_error *err)
{
    for (size_t p = 0; p < pool->n_parts; p++) {
        pool->to[t][p] = plim_alloc(pool->parts[p].table[t].n_rows, sizeof *pool->to[t][p]);
        if (pool->to[t][p] == NULL)
            return plim_fail_memory(err, "pooling books");
    }
    plim_row_map map = row_map(pool, t);
    PLIM_TRY(plim_pool_owned_map(&map, pool->to[PLIM_BOOK_BORROWERS], err));
    pool->n_rows[t] = map.n_rows;
    return PLIM_OK;
}

/* Tables whose rows stay apart: one part's rows after the other's. */
static plim_status append_rows(plim_pool *pool, int t, plim_error *err)
{
    for (size_t p = 0; p < pool->n_parts; p++) {
        size_t n = pool->parts[p].table[t].n_rows;
        if (pool->n_rows[t] + n >= PLIM_NO_NAME)
            return plim_fail(err, PLIM_INPUT, "the books have more than %u rows of %s together",
                             PLIM_NO_NAME - 1, plim_book_tables[t].name);
        uint32_t *to = pool->to[t][p] = plim_alloc(n, sizeof *to);
        if (to == NULL)
            return plim_fail_memory(err, "pooling books");
        for (size_t i = 0; i < n; i++)
            to[i] = (uint32_t)(pool->n_rows[t] + i);
        pool->n_rows[t] += n;
    }
    return PLIM_OK;
}

/* Tables in which an id has one row: borrowers, and banks, which must not occur twice at all. */
static plim_status unite_rows(plim_pool *pool, int t, plim_error *err)
{
    plim_names ids = {0};
    plim_status status = PLIM_OK;
    for (size_t p = 0; p < pool->n_parts && status == PLIM_OK; p++) {
        const plim_frame *frame = &pool->parts[p].table[t];
        uint32_t *to = pool->to[t][p] = plim_alloc(frame->n_rows, sizeof *to);
        if (to == NULL)
            status = plim_fail_memory(err, "pooling books");
        for (size_t i = 0; i < frame->n_rows && status == PLIM_OK; i++) {
            size_t before = ids.count;
            const char *id = plim_frame_id(frame, i);
            status = plim_names_add(&ids, id, &to[i], err);
            if (status == PLIM_OK && t == PLIM_BOOK_BANKS && ids.count == before)
                status =
                    plim_fail(err, PLIM_INPUT,
                              "%s: banks.id, row %zu: bank %.*s is in another book of this run "
                              "too; accepted: each bank in one book",
                              pool->parts[p].path, i, plim_shown(id), id);
        }
    }
    pool->n_rows[t] = ids.count;
    plim_names_free(&ids);
    return status;
}

static plim_status map_rows(plim_pool *pool, plim_error *err)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        pool->to[t] = plim_alloc(pool->n_parts, sizeof *pool->to[t]);
        if (pool->to[t] == NULL)
            return plim_fail_memory(err, "pooling books");
        bool unite = t == PLIM_BOOK_BANKS || t == PLIM_BOOK_BORROWERS;
        bool owned = t == PLIM_BOOK_SITES || t == PLIM_BOOK_INSURANCE;
        PLIM_TRY(unite   ? unite_rows(pool, t, err)
                 : owned ? unite_owned(pool, t, err)
                         : append_rows(pool, t, err));
    }
    return PLIM_OK;
}

static uint32_t *new_rows(size_t n)
{
    uint32_t *rows = plim_alloc(n, sizeof *rows);
    for (size_t i = 0; rows != NULL && i < n; i++)
        rows[i] = PLIM_NO_NAME;
    return rows;
}

static uint32_t mapped(const uint32_t *to, uint32_t row)
{
    return row == PLIM_NO_NAME ? PLIM_NO_NAME : to[row];
}

static plim_status make_views(const plim_pool *pool, plim_book_part *out, plim_error *err)
{
    size_t n = pool->n_rows[PLIM_BOOK_LOANS], pieces = pool->n_rows[PLIM_BOOK_COLLATERAL];
    out->loan_borrower = new_rows(n);
    out->loan_bank = new_rows(n);
    out->balance_fen = plim_alloc(n, sizeof *out->balance_fen);
    out->exposure_fen = plim_alloc(n, sizeof *out->exposure_fen);
    out->collateral_loan = new_rows(pieces);
    out->collateral_site = new_rows(pieces);
    out->collateral_share = plim_alloc(pieces, sizeof *out->collateral_share);
    out->site_borrower = new_rows(pool->n_rows[PLIM_BOOK_SITES]);
    out->policy_borrower = new_rows(pool->n_rows[PLIM_BOOK_INSURANCE]);
    out->excluded_bank = new_rows(pool->n_rows[PLIM_BOOK_EXCLUDED]);
    bool all = out->loan_borrower && out->loan_bank && out->balance_fen && out->exposure_fen &&
               out->collateral_loan && out->collateral_site && out->collateral_share &&
               out->site_borrower && out->policy_borrower && out->excluded_bank;
    return all ? PLIM_OK : plim_fail_memory(err, "pooling books");
}

/* References of a part: the table that has them, the one that they lead to, and where they lie. */
static const struct {
    int table, target;
    size_t rows; /* offset of the uint32_t * in plim_book_part */
} references[] = {
    {PLIM_BOOK_LOANS, PLIM_BOOK_BORROWERS, offsetof(plim_book_part, loan_borrower)},
    {PLIM_BOOK_LOANS, PLIM_BOOK_BANKS, offsetof(plim_book_part, loan_bank)},
    {PLIM_BOOK_COLLATERAL, PLIM_BOOK_LOANS, offsetof(plim_book_part, collateral_loan)},
    {PLIM_BOOK_COLLATERAL, PLIM_BOOK_SITES, offsetof(plim_book_part, collateral_site)},
    {PLIM_BOOK_SITES, PLIM_BOOK_BORROWERS, offsetof(plim_book_part, site_borrower)},
    {PLIM_BOOK_INSURANCE, PLIM_BOOK_BORROWERS, offsetof(plim_book_part, policy_borrower)},
    {PLIM_BOOK_EXCLUDED, PLIM_BOOK_BANKS, offsetof(plim_book_part, excluded_bank)},
};

static uint32_t *rows_of(const plim_book_part *part, size_t reference)
{
    uint32_t *rows;
    memcpy(&rows, (const char *)part + references[reference].rows, sizeof(uint32_t *));
    return rows;
}

static void pool_references(const plim_pool *pool, size_t p, const plim_book_part *out)
{
    for (size_t r = 0; r < sizeof references / sizeof *references; r++) {
        int table = references[r].table, target = references[r].target;
        const uint32_t *from = rows_of(&pool->parts[p], r);
        uint32_t *to = rows_of(out, r);
        for (size_t i = 0; i < pool->parts[p].table[table].n_rows; i++)
            to[pool->to[table][p][i]] = mapped(pool->to[target][p], from[i]);
    }
}

static plim_status pool_views(plim_pool *pool, plim_book_part *out, plim_error *err)
{
    PLIM_TRY(make_views(pool, out, err));
    for (size_t p = 0; p < pool->n_parts; p++) {
        const plim_book_part *part = &pool->parts[p];
        for (size_t i = 0; i < part->table[PLIM_BOOK_LOANS].n_rows; i++) {
            uint32_t at = pool->to[PLIM_BOOK_LOANS][p][i];
            out->balance_fen[at] = part->balance_fen[i];
            out->exposure_fen[at] = part->exposure_fen[i];
        }
        for (size_t i = 0; i < part->table[PLIM_BOOK_COLLATERAL].n_rows; i++)
            out->collateral_share[pool->to[PLIM_BOOK_COLLATERAL][p][i]] = part->collateral_share[i];
        pool_references(pool, p, out);
    }
    return PLIM_OK;
}

/* ---- borrowers of several books --------------------------------------------------------- */

static plim_status find_statements(plim_pool *pool, plim_error *err)
{
    pool->row_in = plim_alloc(pool->n_parts, sizeof *pool->row_in);
    pool->weight = plim_alloc(pool->n_parts, sizeof *pool->weight);
    pool->said = plim_alloc(pool->n_parts, sizeof *pool->said);
    if (pool->row_in == NULL || pool->weight == NULL || pool->said == NULL)
        return plim_fail_memory(err, "pooling books");
    for (size_t p = 0; p < pool->n_parts; p++) {
        const plim_book_part *part = &pool->parts[p];
        size_t n = part->table[PLIM_BOOK_BORROWERS].n_rows;
        pool->row_in[p] = new_rows(pool->n_rows[PLIM_BOOK_BORROWERS]);
        pool->weight[p] = plim_alloc(n, sizeof *pool->weight[p]);
        if (pool->row_in[p] == NULL || pool->weight[p] == NULL)
            return plim_fail_memory(err, "pooling books");
        for (size_t i = 0; i < n; i++)
            pool->row_in[p][pool->to[PLIM_BOOK_BORROWERS][p][i]] = (uint32_t)i;
        for (size_t i = 0; i < part->table[PLIM_BOOK_LOANS].n_rows; i++) {
            int64_t *sum = &pool->weight[p][part->loan_borrower[i]];
            if (__builtin_add_overflow(*sum, part->exposure_fen[i], sum))
                *sum = INT64_MAX;
        }
    }
    return PLIM_OK;
}

static uint64_t count_shared(const plim_pool *pool)
{
    uint64_t shared = 0;
    for (size_t b = 0; b < pool->n_rows[PLIM_BOOK_BORROWERS]; b++) {
        size_t books = 0;
        for (size_t p = 0; p < pool->n_parts; p++)
            books += pool->row_in[p][b] != PLIM_NO_NAME;
        shared += books > 1;
    }
    return shared;
}

/* Fills pool->said for a borrower and a column; how many books have the borrower. */
static size_t collect(plim_pool *pool, size_t borrower, const plim_column *const *column)
{
    size_t n = 0;
    for (size_t p = 0; p < pool->n_parts; p++) {
        uint32_t row = pool->row_in[p][borrower];
        if (row == PLIM_NO_NAME)
            continue;
        plim_statement *said = &pool->said[n++];
        *said = (plim_statement){(double)NAN, "", pool->weight[p][row]};
        if (column[p] != NULL && column[p]->kind == PLIM_COLUMN_TEXT)
            said->text = plim_column_text(column[p], row);
        else if (column[p] != NULL)
            said->number = column[p]->number[row];
    }
    return n;
}

/* The first book that has a borrower, and the first that differs from it: numbers in pool->said and
   paths. */
typedef struct pair {
    size_t other;
    const char *path[2];
} pair;

static pair find_pair(const plim_pool *pool, size_t borrower, bool is_text, size_t n)
{
    pair found = {.other = 1, .path = {"", ""}};
    while (found.other + 1 < n) {
        plim_statement two[2] = {pool->said[0], pool->said[found.other]};
        if (!(is_text ? plim_statements_agree_text(two, 2) : plim_statements_agree_number(two, 2)))
            break;
        found.other++;
    }
    size_t at = 0;
    for (size_t p = 0; p < pool->n_parts; p++) {
        if (pool->row_in[p][borrower] == PLIM_NO_NAME)
            continue;
        if (at == 0 || at == found.other)
            found.path[at == found.other] = pool->parts[p].path;
        at++;
    }
    return found;
}

static void say_conflict(plim_pool *pool, size_t borrower, const plim_column *merged,
                         const char *id, size_t n)
{
    bool is_text = merged->kind == PLIM_COLUMN_TEXT;
    pair two = find_pair(pool, borrower, is_text, n);
    char here[96], there[96];
    plim_statement_in_words(&pool->said[0], is_text, here, sizeof here);
    plim_statement_in_words(&pool->said[two.other], is_text, there, sizeof there);
    plim_faults_add(&pool->faults, &(plim_place){"borrowers", merged->name, PLIM_NO_ROW, id},
                    "%s in %s, but %s in %s; accepted: the same in all books, or --on-conflict "
                    "weighted",
                    here, two.path[0], there, two.path[1]);
}

static plim_status tell_conflict(const plim_pool *pool, size_t borrower, const plim_column *merged,
                                 const char *id, size_t n, plim_error *err)
{
    bool is_text = merged->kind == PLIM_COLUMN_TEXT;
    pair two = find_pair(pool, borrower, is_text, n);
    const plim_statement *said[2] = {&pool->said[0], &pool->said[two.other]};
    char number[2][32];
    const char *value[2];
    for (int side = 0; side < 2; side++) {
        plim_format_shortest(said[side]->number, number[side], sizeof number[side]);
        value[side] = is_text ? said[side]->text : number[side];
    }
    return plim_conflicts_note(pool->rule->told, merged->name, id, value, two.path, err);
}

static plim_merge_kind merge_kind(const char *name)
{
    const plim_book_field *field = plim_book_field_find("borrowers", name);
    if (field != NULL && field->kind == PLIM_FIELD_FLAG)
        return PLIM_MERGE_LARGEST;
    bool is_pd = strncmp(name, "pd", 2) == 0 && (name[2] == '\0' || name[2] == '_');
    return field != NULL && is_pd ? PLIM_MERGE_LOG_ODDS : PLIM_MERGE_MEAN;
}

/* Brings what `n` books say (pool->said) into row `borrower` of the merged column. */
static plim_status merge_cell(plim_pool *pool, plim_column *merged, size_t borrower, const char *id,
                              size_t n, plim_error *err)
{
    if (merged->kind == PLIM_COLUMN_TEXT)
        return plim_names_add(&merged->labels, plim_statements_merge_text(pool->said, n),
                              &merged->code[borrower], err);
    double *out = &merged->number[borrower];
    if (plim_statements_merge_number(pool->said, n, merge_kind(merged->name), out))
        return PLIM_OK;
    return plim_fail(err, PLIM_INPUT,
                     "borrowers.%s, id %.*s: one book says 0, another 1, which have no mean in "
                     "log-odds; accepted: the same in all books",
                     merged->name, plim_shown(id), id);
}

static plim_status merge_column(plim_pool *pool, plim_pooled *out, plim_column *merged,
                                const plim_column **column, plim_error *err)
{
    bool is_text = merged->kind == PLIM_COLUMN_TEXT;
    bool counts = pool->rule->used == NULL || strcmp(merged->name, "pd") == 0 ||
                  plim_names_find(pool->rule->used, merged->name) != PLIM_NO_NAME;
    const plim_frame *borrowers = &out->part.table[PLIM_BOOK_BORROWERS];
    for (size_t p = 0; p < pool->n_parts; p++)
        column[p] = plim_frame_find(&pool->parts[p].table[PLIM_BOOK_BORROWERS], merged->name);
    for (size_t b = 0; b < merged->n_rows; b++) {
        size_t n = collect(pool, b, column);
        if (n < 2)
            continue;
        bool agree = is_text ? plim_statements_agree_text(pool->said, n)
                             : plim_statements_agree_number(pool->said, n);
        if (agree)
            continue;
        const char *id = plim_frame_id(borrowers, b);
        if (counts) {
            out->n_conflicts++;
            PLIM_TRY(plim_names_add(&out->conflicted, id, NULL, err));
        }
        if (counts && pool->rule->told != NULL)
            PLIM_TRY(tell_conflict(pool, b, merged, id, n, err));
        else if (counts && pool->rule->on_conflict == PLIM_CONFLICT_REFUSE)
            say_conflict(pool, b, merged, id, n);
        else
            PLIM_TRY(merge_cell(pool, merged, b, id, n, err));
    }
    return PLIM_OK;
}

static plim_status merge_borrowers(plim_pool *pool, plim_pooled *out, plim_error *err)
{
    PLIM_TRY(find_statements(pool, err));
    if (pool->rule->told != NULL)
        pool->rule->told->shared = count_shared(pool);
    const plim_column **column = plim_alloc(pool->n_parts, sizeof *column);
    if (column == NULL)
        return plim_fail_memory(err, "pooling books");
    plim_frame *borrowers = &out->part.table[PLIM_BOOK_BORROWERS];
    plim_status status = PLIM_OK;
    for (size_t c = 0; c < borrowers->n_columns && status == PLIM_OK; c++)
        status = merge_column(pool, out, &borrowers->columns[c], column, err);
    plim_free(column);
    return status;
}

static plim_status merge_owned(plim_pool *pool, const plim_pooled *out, int t, plim_error *err)
{
    plim_row_map map = row_map(pool, t);
    const plim_names *used = pool->rule->keep != NULL ? pool->rule->keep->of[t] : NULL;
    return plim_pool_owned_agree(&map, &out->part.table[t], used, &pool->faults, err);
}

static plim_status merge_all(plim_pool *pool, plim_pooled *out, plim_error *err)
{
    plim_status status = merge_borrowers(pool, out, err);
    if (status == PLIM_OK)
        status = merge_owned(pool, out, PLIM_BOOK_SITES, err);
    if (status == PLIM_OK)
        status = merge_owned(pool, out, PLIM_BOOK_INSURANCE, err);
    plim_status conflicts = plim_faults_finish(&pool->faults, status == PLIM_OK ? err : NULL);
    return status != PLIM_OK ? status : conflicts;
}

/* ---- all of it -------------------------------------------------------------------------- */

static plim_status pool_all(plim_pool *pool, plim_pooled *out, plim_error *err)
{
    PLIM_TRY(check_heads(pool, err));
    PLIM_TRY(map_rows(pool, err));
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        plim_row_map map = row_map(pool, t);
        PLIM_TRY(plim_pool_frames(&out->part.table[t], &map, err));
    }
    PLIM_TRY(pool_views(pool, &out->part, err));
    return merge_all(pool, out, err);
}

static void free_pool(plim_pool *pool)
{
    for (size_t p = 0; p < pool->n_parts; p++) {
        for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
            if (pool->to[t] != NULL)
                plim_free(pool->to[t][p]);
        if (pool->row_in != NULL)
            plim_free(pool->row_in[p]);
        if (pool->weight != NULL)
            plim_free(pool->weight[p]);
        plim_book_part_free(&pool->parts[p]);
    }
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_free(pool->to[t]);
    plim_free(pool->row_in);
    plim_free(pool->weight);
    plim_free(pool->said);
}

plim_status plim_pool_parts(plim_pooled *out, plim_book_part *parts, size_t n_parts,
                            const plim_pool_rule *rule, plim_error *err)
{
    *out = (plim_pooled){0};
    if (n_parts == 1) {
        out->part = parts[0];
        parts[0] = (plim_book_part){0};
        return PLIM_OK;
    }
    out->part.path = parts[0].path;
    out->part.as_of_days = parts[0].as_of_days;
    memcpy(out->part.as_of, parts[0].as_of, sizeof out->part.as_of);
    memcpy(out->part.currency, parts[0].currency, sizeof out->part.currency);
    plim_pool pool = {
        .parts = parts, .n_parts = n_parts, .rule = rule, .faults = {.book = "the books disagree"}};
    plim_status status = pool_all(&pool, out, err);
    free_pool(&pool);
    if (status != PLIM_OK)
        plim_pooled_free(out);
    return status;
}

void plim_pooled_free(plim_pooled *pooled)
{
    plim_book_part_free(&pooled->part);
    plim_names_free(&pooled->conflicted);
    *pooled = (plim_pooled){0};
}
