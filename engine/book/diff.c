#include "book/diff.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/diff_match.h"
#include "book/part.h"
#include "book/pool_frames.h"

/* A column of a table in both books; NULL where one lacks it. */
typedef struct pair {
    const plim_column *before, *after;
    plim_diff_column told;
    uint32_t last; /* the loan or borrower that was counted last: rows of one stand together */
} pair;

/* A table while it is compared. */
typedef struct comparison {
    plim_diff *out;
    const plim_book *book[2]; /* old, new */
    const plim_frame *frame[2];
    const plim_diff_visitor *visitor;
    plim_book_table_index table;
    plim_match match;
    pair *pairs;
    size_t n_pairs;
    int64_t *bank_fen[2]; /* balance of each bank */
    plim_text row;        /* what the row at hand is known by */
} comparison;

enum { OLD, NEW };

static const plim_frame *frame_of(const plim_book *book, plim_book_table_index table)
{
    const plim_frame *const frames[PLIM_BOOK_TABLE_COUNT] = {
        &book->banks, &book->borrowers, &book->loans,   &book->collateral,
        &book->sites, &book->insurance, &book->excluded};
    return frames[table];
}

/* ---- balances that a row concerns ------------------------------------------------------- */

static int64_t balance_of_borrower(const plim_book *book, uint32_t borrower)
{
    int64_t sum = 0;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++)
        sum += book->balance_fen[l];
    return sum;
}

static int64_t balance_excluded(const plim_frame *frame, size_t row)
{
    const plim_column *balance = plim_frame_find(frame, "balance");
    int64_t fen = 0;
    if (balance == NULL || balance->kind != PLIM_COLUMN_NUMBER ||
        !plim_fen_from_amount(balance->number[row], &fen))
        return 0;
    return fen;
}

/* Balance of the loans behind a row, unless they are those behind `last`, which it then becomes. */
static int64_t balance_behind(const comparison *c, int side, size_t row, uint32_t *last)
{
    const plim_book *book = c->book[side];
    uint32_t subject = (uint32_t)row;
    if (c->table == PLIM_BOOK_EXCLUDED)
        return balance_excluded(c->frame[side], row);
    if (c->table == PLIM_BOOK_COLLATERAL)
        subject = book->collateral_loan[row];
    if (c->table == PLIM_BOOK_SITES)
        subject = book->site_borrower[row];
    if (c->table == PLIM_BOOK_INSURANCE)
        subject = book->policy_borrower[row];
    if (subject == PLIM_NO_NAME || subject == *last)
        return 0;
    *last = subject;
    if (c->table == PLIM_BOOK_BANKS)
        return c->bank_fen[side][subject];
    if (c->table == PLIM_BOOK_LOANS || c->table == PLIM_BOOK_COLLATERAL)
        return book->balance_fen[subject];
    return balance_of_borrower(book, subject);
}

/* ---- cells ------------------------------------------------------------------------------ */

static const char *cell_text(const plim_column *column, size_t row, char buffer[32])
{
    if (column == NULL)
        return "";
    if (column->kind == PLIM_COLUMN_TEXT)
        return plim_column_text(column, row);
    plim_format_shortest(column->number[row], buffer, 32);
    return buffer;
}

static bool is_number(const plim_column *column)
{
    return column != NULL && column->kind == PLIM_COLUMN_NUMBER;
}

static bool cells_equal(const pair *p, size_t old_row, size_t row)
{
    char here[32], there[32];
    if (is_number(p->before) && is_number(p->after)) {
        double a = p->before->number[old_row], b = p->after->number[row];
        return a == b || (isnan(a) && isnan(b));
    }
    return strcmp(cell_text(p->before, old_row, here), cell_text(p->after, row, there)) == 0;
}

/* ---- telling ---------------------------------------------------------------------------- */

/* "bank/loan" of the key of a row; parts that are not stated leave no mark. */
static plim_status set_row_name(comparison *c, const char *key, plim_error *err)
{
    c->row.length = 0;
    plim_text_add(&c->row, "");
    for (const char *part = key; *part != '\0';) {
        size_t length = strcspn(part, (const char[]){PLIM_MATCH_JOINT, '\0'});
        if (length > 0 && c->row.length > 0)
            plim_text_add(&c->row, *part == '#' ? " " : "/");
        plim_text_add_bytes(&c->row, part, length);
        part += length + (part[length] != '\0');
    }
    return c->row.failed ? plim_fail_memory(err, "the comparison of books") : PLIM_OK;
}

static plim_status visit(const comparison *c, plim_diff_row *row, plim_error *err)
{
    if (c->visitor == NULL)
        return PLIM_OK;
    row->table = c->table;
    row->row = plim_text_get(&c->row);
    return c->visitor->visit(c->visitor->user, row, err);
}

static plim_status tell_cell(comparison *c, pair *p, size_t old_row, size_t row, plim_error *err)
{
    char before[32], after[32];
    plim_diff_row told = {.kind = PLIM_DIFF_CHANGED,
                          .column = p->after != NULL ? p->after->name : p->before->name,
                          .old_value = cell_text(p->before, old_row, before),
                          .new_value = cell_text(p->after, row, after),
                          .difference = (double)NAN};
    if (is_number(p->before) && is_number(p->after))
        told.difference = p->after->number[row] - p->before->number[old_row];
    p->told.rows++;
    p->told.balance_fen += balance_behind(c, NEW, row, &p->last);
    if (!isnan(told.difference) &&
        !(fabs(told.difference) <= fabs(p->told.largest))) { /* also the first: NaN */
        p->told.largest = told.difference;
        PLIM_TRY(plim_names_add(&c->out->words, plim_text_get(&c->row), &p->told.largest_row, err));
    }
    return visit(c, &told, err);
}

/* A row that came or went. */
static plim_status tell_row(comparison *c, pair *p, int side, size_t row, plim_error *err)
{
    const plim_column *balance = plim_frame_find(c->frame[side], "balance");
    const char *value = "";
    char buffer[32];
    if (c->table == PLIM_BOOK_LOANS || c->table == PLIM_BOOK_EXCLUDED)
        value = cell_text(balance, row, buffer);
    p->told.rows++;
    p->told.balance_fen += balance_behind(c, side, row, &p->last);
    plim_diff_row told = {.kind = p->told.kind,
                          .column = "",
                          .old_value = side == OLD ? value : "",
                          .new_value = side == NEW ? value : "",
                          .difference = (double)NAN};
    return visit(c, &told, err);
}

static plim_status keep_told(plim_diff *out, const plim_diff_column *told, plim_error *err)
{
    if (told->rows == 0)
        return PLIM_OK;
    void *columns = out->columns;
    if (plim_grow(&columns, &out->column_capacity, out->n_columns + 1, sizeof *out->columns) != 0)
        return plim_fail_memory(err, "the comparison of books");
    out->columns = columns;
    out->columns[out->n_columns++] = *told;
    return PLIM_OK;
}

/* ---- columns ---------------------------------------------------------------------------- */

static plim_status add_pair(comparison *c, const plim_column *before, const plim_column *after,
                            plim_error *err)
{
    const char *table = plim_book_tables[c->table].name;
    const char *name = after != NULL ? after->name : before->name;
    pair *p = &c->pairs[c->n_pairs++];
    *p = (pair){.before = before,
                .after = after,
                .told = {.table = c->table,
                         .kind = PLIM_DIFF_CHANGED,
                         .largest_row = PLIM_NO_NAME,
                         .largest = (double)NAN},
                .last = PLIM_NO_NAME};
    if (is_number(before) && is_number(after) && before->n_rows > 0 && after->n_rows > 0 &&
        strcmp(plim_column_unit(table, before), plim_column_unit(table, after)) != 0)
        return plim_fail(err, PLIM_INPUT,
                         "%s.%s is in '%s' in %s, but in '%s' in %s; books that are compared must "
                         "agree",
                         table, name, plim_column_unit(table, before), c->book[OLD]->paths,
                         plim_column_unit(table, after), c->book[NEW]->paths);
    return plim_names_add(&c->out->words, name, &p->told.column, err);
}

/* All columns of either book by which rows are not known. */
static plim_status find_pairs(comparison *c, plim_error *err)
{
    const plim_frame *before = c->frame[OLD], *after = c->frame[NEW];
    c->pairs = plim_alloc(before->n_columns + after->n_columns, sizeof *c->pairs);
    if (c->pairs == NULL)
        return plim_fail_memory(err, "the comparison of books");
    for (size_t i = 0; i < after->n_columns; i++) {
        const plim_column *column = &after->columns[i];
        if (!plim_match_is_key(c->table, column->name))
            PLIM_TRY(add_pair(c, plim_frame_find(before, column->name), column, err));
    }
    for (size_t i = 0; i < before->n_columns; i++) {
        const plim_column *column = &before->columns[i];
        if (!plim_match_is_key(c->table, column->name) &&
            plim_frame_find(after, column->name) == NULL)
            PLIM_TRY(add_pair(c, column, NULL, err));
    }
    return PLIM_OK;
}

/* ---- rows ------------------------------------------------------------------------------- */

static void add_sum(const comparison *c, plim_diff_kind kind, uint32_t old_row, uint32_t row)
{
    if (c->table != PLIM_BOOK_LOANS)
        return;
    int side = row == PLIM_NO_NAME ? OLD : NEW;
    const plim_book *book = c->book[side];
    uint32_t bank = book->loan_bank[side == OLD ? old_row : row];
    uint32_t at = plim_names_find(&c->out->banks, plim_frame_id(&book->banks, bank));
    plim_diff_sum *sum = &c->out->sums[at][kind];
    sum->rows++;
    sum->old_fen += old_row == PLIM_NO_NAME ? 0 : c->book[OLD]->balance_fen[old_row];
    sum->new_fen += row == PLIM_NO_NAME ? 0 : c->book[NEW]->balance_fen[row];
}

static plim_status compare_row(comparison *c, pair *came, size_t row, plim_error *err)
{
    uint32_t old_row = c->match.old_row[row];
    plim_diff_kind kind = old_row == PLIM_NO_NAME ? PLIM_DIFF_NEW : PLIM_DIFF_SAME;
    PLIM_TRY(set_row_name(c, c->match.after.text[c->match.key_after[row]], err));
    if (kind == PLIM_DIFF_NEW)
        PLIM_TRY(tell_row(c, came, NEW, row, err));
    for (size_t i = 0; i < c->n_pairs && old_row != PLIM_NO_NAME; i++) {
        if (cells_equal(&c->pairs[i], old_row, row))
            continue;
        kind = PLIM_DIFF_CHANGED;
        PLIM_TRY(tell_cell(c, &c->pairs[i], old_row, row, err));
    }
    add_sum(c, kind, old_row, (uint32_t)row);
    return PLIM_OK;
}

static plim_status compare_rows(comparison *c, plim_error *err)
{
    const plim_diff_column of_rows = {
        .table = c->table, .largest_row = PLIM_NO_NAME, .largest = (double)NAN};
    pair came = {.told = of_rows, .last = PLIM_NO_NAME}, went = came;
    came.told.kind = PLIM_DIFF_NEW;
    went.told.kind = PLIM_DIFF_GONE;
    PLIM_TRY(plim_names_add(&c->out->words, "", &came.told.column, err));
    went.told.column = came.told.column;
    for (size_t row = 0; row < c->frame[NEW]->n_rows; row++)
        PLIM_TRY(compare_row(c, &came, row, err));
    for (size_t row = 0; row < c->frame[OLD]->n_rows; row++) {
        if (c->match.met[row])
            continue;
        PLIM_TRY(set_row_name(c, c->match.before.text[c->match.key_before[row]], err));
        PLIM_TRY(tell_row(c, &went, OLD, row, err));
        add_sum(c, PLIM_DIFF_GONE, (uint32_t)row, PLIM_NO_NAME);
    }
    PLIM_TRY(keep_told(c->out, &came.told, err));
    for (size_t i = 0; i < c->n_pairs; i++)
        PLIM_TRY(keep_told(c->out, &c->pairs[i].told, err));
    return keep_told(c->out, &went.told, err);
}

static plim_status compare_table(comparison *c, plim_error *err)
{
    c->frame[OLD] = frame_of(c->book[OLD], c->table);
    c->frame[NEW] = frame_of(c->book[NEW], c->table);
    plim_status status = find_pairs(c, err);
    if (status == PLIM_OK)
        status = plim_match_rows(&c->match, c->table, c->frame[OLD], c->frame[NEW], err);
    if (status == PLIM_OK)
        status = compare_rows(c, err);
    plim_match_free(&c->match);
    plim_free(c->pairs);
    c->pairs = NULL;
    c->n_pairs = 0;
    return status;
}

/* ---- all of it -------------------------------------------------------------------------- */

static plim_status find_banks(comparison *c, plim_error *err)
{
    const plim_frame *before = &c->book[OLD]->banks, *after = &c->book[NEW]->banks;
    for (size_t i = 0, j = 0; i < before->n_rows || j < after->n_rows;) {
        const char *a = i < before->n_rows ? plim_frame_id(before, i) : NULL;
        const char *b = j < after->n_rows ? plim_frame_id(after, j) : NULL;
        int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a, b);
        PLIM_TRY(plim_names_add(&c->out->banks, order <= 0 ? a : b, NULL, err));
        i += order <= 0;
        j += order >= 0;
    }
    c->out->sums = plim_alloc(c->out->banks.count, sizeof *c->out->sums);
    if (c->out->sums == NULL)
        return plim_fail_memory(err, "the comparison of books");
    for (int side = OLD; side <= NEW; side++) {
        const plim_book *book = c->book[side];
        c->bank_fen[side] = plim_alloc(book->banks.n_rows, sizeof *c->bank_fen[side]);
        if (c->bank_fen[side] == NULL)
            return plim_fail_memory(err, "the comparison of books");
        for (size_t l = 0; l < book->loans.n_rows; l++)
            c->bank_fen[side][book->loan_bank[l]] += book->balance_fen[l];
    }
    return PLIM_OK;
}

plim_status plim_diff_books(plim_diff *out, const plim_book *before, const plim_book *after,
                            const plim_diff_visitor *visitor, plim_error *err)
{
    *out = (plim_diff){0};
    if (strcmp(before->currency, after->currency) != 0)
        return plim_fail(err, PLIM_INPUT,
                         "%s is in %s, but %s in %s; books that are compared have one currency",
                         before->paths, before->currency, after->paths, after->currency);
    comparison c = {.out = out, .book = {before, after}, .visitor = visitor};
    plim_status status = find_banks(&c, err);
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT && status == PLIM_OK; t++) {
        c.table = (plim_book_table_index)t;
        status = compare_table(&c, err);
    }
    plim_free(c.bank_fen[OLD]);
    plim_free(c.bank_fen[NEW]);
    plim_text_free(&c.row);
    if (status != PLIM_OK)
        plim_diff_free(out);
    return status;
}

void plim_diff_free(plim_diff *diff)
{
    plim_names_free(&diff->banks);
    plim_names_free(&diff->words);
    plim_free(diff->sums);
    plim_free(diff->columns);
    *diff = (plim_diff){0};
}
