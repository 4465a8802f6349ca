#include "book/quality.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "book/fault.h"
#include "book/part.h"

enum { MILLI = 1000, MISSING_SCORE = 5 * MILLI, UNVERIFIED_SCORE = 2 * MILLI };

static const int scores[PLIM_ORIGIN_COUNT] = {
    [PLIM_ORIGIN_MISSING] = MISSING_SCORE,
    [PLIM_ORIGIN_REPORTED] = 1 * MILLI,
    [PLIM_ORIGIN_ESTIMATED] = 3 * MILLI,
    [PLIM_ORIGIN_PROXIED] = 4 * MILLI,
};

/* ---- columns and banks ------------------------------------------------------------------ */

/* Columns that stand in the table whatever the books have, and those with a score. */
static const char *const scored[] = {"borrowers.pd", "loans.lgd", "borrowers.scope1",
                                     "borrowers.scope2"};
enum { PD, LGD, SCOPE1, SCOPE2, SCORED };

static bool is_emission(const char *name)
{
    return strcmp(name, scored[SCOPE1]) == 0 || strcmp(name, scored[SCOPE2]) == 0;
}

static bool is_scored(const char *name)
{
    for (int i = 0; i < SCORED; i++)
        if (strcmp(name, scored[i]) == 0)
            return true;
    return false;
}

static plim_status column_index(plim_quality *quality, const char *table, const char *column,
                                uint32_t *out, plim_error *err)
{
    char name[600];
    (void)snprintf(name, sizeof name, "%s.%s", table, column);
    PLIM_TRY(plim_names_add(&quality->columns, name, out, err));
    if (*out >= PLIM_QUALITY_COLUMNS)
        return plim_fail(err, PLIM_INPUT, "the books have more than %d columns",
                         PLIM_QUALITY_COLUMNS);
    return PLIM_OK;
}

static plim_quality_cell *cell_of(const plim_quality *quality, size_t bank, uint32_t column)
{
    return &quality->cells[bank * PLIM_QUALITY_COLUMNS + column];
}

static int grow(void **array, size_t *capacity, size_t count, size_t size)
{
    size_t before = *capacity;
    if (plim_grow(array, capacity, count, size) != 0)
        return -1;
    memset((char *)*array + before * size, 0, (*capacity - before) * size);
    return 0;
}

static plim_status grow_banks(plim_quality *q, plim_error *err)
{
    size_t n = q->banks.count;
    void *cells = q->cells, *loans = q->loans, *borrowers = q->borrowers, *fen = q->balance_fen;
    int failed = grow(&cells, &q->cell_capacity, n * PLIM_QUALITY_COLUMNS, sizeof *q->cells);
    q->cells = cells;
    failed |= grow(&loans, &q->loan_capacity, n, sizeof *q->loans);
    q->loans = loans;
    failed |= grow(&borrowers, &q->borrower_capacity, n, sizeof *q->borrowers);
    q->borrowers = borrowers;
    failed |= grow(&fen, &q->balance_capacity, n, sizeof *q->balance_fen);
    q->balance_fen = fen;
    return failed == 0 ? PLIM_OK : plim_fail_memory(err, "data quality");
}

/* ---- one book --------------------------------------------------------------------------- */

/* A book being added; its first bank is `first_bank` of all. */
typedef struct addition {
    plim_quality *quality;
    const plim_book *book;
    size_t first_bank;
} addition;

static plim_status add_banks(addition *a, plim_error *err)
{
    plim_quality *q = a->quality;
    const plim_book *book = a->book;
    a->first_bank = q->banks.count;
    for (size_t k = 0; k < book->banks.n_rows; k++) {
        const char *id = plim_frame_id(&book->banks, k);
        size_t before = q->banks.count;
        PLIM_TRY(plim_names_add(&q->banks, id != NULL ? id : "", NULL, err));
        if (q->banks.count == before)
            return plim_fail(err, PLIM_INPUT, "%s: bank '%.*s' stands in another book, too",
                             book->paths, id != NULL ? plim_shown(id) : 0, id != NULL ? id : "");
    }
    PLIM_TRY(grow_banks(q, err));
    for (size_t l = 0; l < book->loans.n_rows; l++) {
        size_t bank = a->first_bank + book->loan_bank[l];
        /* Loans are sorted by borrower, then bank: a pair's first loan follows another pair's. */
        bool first = l == 0 || book->loan_borrower[l] != book->loan_borrower[l - 1] ||
                     book->loan_bank[l] != book->loan_bank[l - 1];
        q->loans[bank]++;
        q->borrowers[bank] += first;
        q->balance_fen[bank] += book->balance_fen[l];
    }
    return PLIM_OK;
}

/* One column of a table of the book and what goes with it. */
typedef struct view {
    int table;
    const plim_column *column, *source;
    bool blank_is_value;
    bool scored, emission;
    const plim_column *quality, *household; /* of borrowers; for emissions */
} view;

static const plim_column *text_column(const plim_frame *frame, const char *name)
{
    const plim_column *column = plim_frame_find(frame, name);
    return column != NULL && column->kind == PLIM_COLUMN_TEXT ? column : NULL;
}

static const plim_column *source_of(const plim_frame *frame, const plim_column *column,
                                    bool emission)
{
    char name[600];
    (void)snprintf(name, sizeof name, "%s_source", column->name);
    const plim_column *own = text_column(frame, name);
    return own == NULL && emission ? text_column(frame, "emission_source") : own;
}

/* Does any piece that secures the loan state the value? */
static bool any_piece(const plim_book *book, const plim_column *column, size_t loan)
{
    for (uint32_t i = book->first_collateral[loan]; i < book->first_collateral[loan + 1]; i++)
        if (plim_cell_stated(column, i))
            return true;
    return false;
}

static plim_origin origin_at(const plim_book *book, const view *v, size_t loan)
{
    size_t row = v->table == PLIM_BOOK_LOANS       ? loan
                 : v->table == PLIM_BOOK_BORROWERS ? book->loan_borrower[loan]
                                                   : book->loan_bank[loan];
    if (v->table == PLIM_BOOK_COLLATERAL)
        return any_piece(book, v->column, loan) ? PLIM_ORIGIN_REPORTED : PLIM_ORIGIN_MISSING;
    if (v->blank_is_value)
        return PLIM_ORIGIN_REPORTED;
    return plim_origin_of(v->column, v->source, row);
}

/* Thousandths; 0: the cell has no score. */
static int score_at(const view *v, plim_origin origin, size_t borrower)
{
    if (!v->emission)
        return scores[origin];
    if (v->household != NULL && v->household->number[borrower] == 1)
        return 0;
    if (origin == PLIM_ORIGIN_MISSING)
        return MISSING_SCORE;
    double stated = v->quality != NULL ? v->quality->number[borrower] : (double)NAN;
    if (stated >= 1 && stated <= 5)
        return (int)(stated * MILLI + 0.5);
    return origin == PLIM_ORIGIN_REPORTED ? UNVERIFIED_SCORE : scores[origin];
}

static void count_column(const addition *a, const view *v, uint32_t column)
{
    const plim_book *book = a->book;
    for (size_t l = 0; l < book->loans.n_rows; l++) {
        plim_quality_cell *cell = cell_of(a->quality, a->first_bank + book->loan_bank[l], column);
        plim_origin origin = origin_at(book, v, l);
        int64_t fen = book->balance_fen[l];
        cell->fen[origin] += fen;
        int score = v->scored ? score_at(v, origin, book->loan_borrower[l]) : 0;
        cell->score_milli += (plim_int128)fen * score;
        cell->scored_fen += score > 0 ? fen : 0;
    }
}

/* Ids, references and columns of sources are no data of their own. */
static bool is_data(int table, const plim_column *column)
{
    const plim_book_field *field = plim_book_field_find(plim_book_tables[table].name, column->name);
    size_t length = strlen(column->name), tail = strlen("_source");
    bool of_source = length > tail && strcmp(column->name + length - tail, "_source") == 0 &&
                     column->kind == PLIM_COLUMN_TEXT;
    return strcmp(column->name, "id") != 0 && !of_source &&
           (field == NULL || field->kind != PLIM_FIELD_REF);
}

static plim_status add_column(addition *a, const plim_frame *frame, int table,
                              const plim_column *column, plim_error *err)
{
    uint32_t index = 0;
    const char *table_name = plim_book_tables[table].name;
    const plim_book_field *field = plim_book_field_find(table_name, column->name);
    if (!is_data(table, column))
        return PLIM_OK;
    PLIM_TRY(column_index(a->quality, table_name, column->name, &index, err));
    const char *name = a->quality->columns.text[index];
    bool emission = is_emission(name);
    const plim_frame *borrowers = &a->book->borrowers;
    const view v = {.table = table,
                    .column = column,
                    .source = source_of(frame, column, emission),
                    .blank_is_value = field != NULL && field->blank_is_value,
                    .scored = is_scored(name),
                    .emission = emission,
                    .quality = plim_frame_find(borrowers, "emission_quality"),
                    .household = plim_frame_find(borrowers, "household")};
    count_column(a, &v, index);
    return PLIM_OK;
}

/* Emissions that no column holds are missing as if an empty one did. */
static plim_status add_absent(addition *a, plim_error *err)
{
    plim_column none = {0};
    const plim_frame *borrowers = &a->book->borrowers;
    for (int i = 0; i < SCORED; i++) {
        const char *name = strchr(scored[i], '.') + 1;
        if (i < SCOPE1 || plim_frame_find(borrowers, name) != NULL)
            continue;
        PLIM_TRY(plim_column_make(&none, name, PLIM_COLUMN_NUMBER, borrowers->n_rows, err));
        plim_status status = add_column(a, borrowers, PLIM_BOOK_BORROWERS, &none, err);
        plim_column_free(&none);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

plim_status plim_quality_add(plim_quality *quality, const plim_book *book, plim_error *err)
{
    addition a = {.quality = quality, .book = book};
    const struct {
        int table;
        const plim_frame *frame;
    } tables[] = {{PLIM_BOOK_BANKS, &book->banks},
                  {PLIM_BOOK_BORROWERS, &book->borrowers},
                  {PLIM_BOOK_LOANS, &book->loans},
                  {PLIM_BOOK_COLLATERAL, &book->collateral}};
    PLIM_TRY(add_banks(&a, err));
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (size_t c = 0; c < tables[t].frame->n_columns; c++)
            PLIM_TRY(add_column(&a, tables[t].frame, tables[t].table, &tables[t].frame->columns[c],
                                err));
    return add_absent(&a, err);
}

void plim_quality_free(plim_quality *quality)
{
    plim_names_free(&quality->banks);
    plim_names_free(&quality->columns);
    plim_free(quality->cells);
    plim_free(quality->loans);
    plim_free(quality->borrowers);
    plim_free(quality->balance_fen);
    *quality = (plim_quality){0};
}

/* ---- the table -------------------------------------------------------------------------- */

static const plim_field fields[] = {
    {"bank", PLIM_CELL_TEXT, "id of the bank; * all banks together"},
    {"table", PLIM_CELL_TEXT, "table of the book"},
    {"column", PLIM_CELL_TEXT, "column; data_quality: the bank as a whole"},
    {"reported", PLIM_CELL_NUMBER, "share of balance whose value is stated"},
    {"estimated", PLIM_CELL_NUMBER, "share whose value is computed from own data"},
    {"proxied", PLIM_CELL_NUMBER, "share with a rate of its class, sector or kind"},
    {"missing", PLIM_CELL_NUMBER, "share without a value"},
    {"rows", PLIM_CELL_INT, "loans; for columns of borrowers, borrowers with a loan of the bank"},
    {"balance", PLIM_CELL_FEN, "balance of the bank"},
    {"score", PLIM_CELL_NUMBER, "data quality from 1 (best) to 5, weighted by balance"},
};
enum { BANK, TABLE, COLUMN, REPORTED, ESTIMATED, PROXIED, MISSING, ROWS, BALANCE, SCORE };

const plim_table_spec plim_quality_spec = {
    .name = "coverage",
    .doc = "share of balance by the origin of each column, and data quality",
    .fields = fields,
    .n_fields = sizeof fields / sizeof *fields,
};

/* A bank, or all of them. */
typedef struct subject {
    const char *name;
    size_t first, end; /* banks */
    uint64_t loans, borrowers;
    int64_t balance_fen;
} subject;

static double score_of(const plim_quality_cell *cell)
{
    return cell->scored_fen > 0
               ? (double)cell->score_milli / (double)cell->scored_fen / (double)MILLI
               : (double)NAN;
}

/* The cell of a column; banks whose book lacks the column lack the value. */
static plim_quality_cell sum_cells(const plim_quality *q, const subject *s, uint32_t column)
{
    plim_quality_cell sum = {0};
    for (size_t bank = s->first; bank < s->end; bank++) {
        const plim_quality_cell *cell = cell_of(q, bank, column);
        plim_int128 stated = 0;
        for (int o = 0; o < PLIM_ORIGIN_COUNT; o++) {
            sum.fen[o] += cell->fen[o];
            stated += cell->fen[o];
        }
        sum.fen[PLIM_ORIGIN_MISSING] += q->balance_fen[bank] - stated;
        sum.score_milli += cell->score_milli;
        sum.scored_fen += cell->scored_fen;
    }
    return sum;
}

static plim_status add_row(plim_table *out, const subject *s, const char *name,
                           const plim_quality_cell *cell, plim_error *err)
{
    char table[64];
    const char *dot = strchr(name, '.');
    (void)snprintf(table, sizeof table, "%.*s", (int)(dot - name), name);
    bool borrowers = strcmp(table, "borrowers") == 0, banks = strcmp(table, "banks") == 0;
    uint64_t rows = s->loans;
    if (banks)
        rows = s->end - s->first;
    else if (borrowers)
        rows = s->borrowers;
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, BANK, s->name, err));
    PLIM_TRY(plim_table_set_text(out, TABLE, table, err));
    PLIM_TRY(plim_table_set_text(out, COLUMN, dot + 1, err));
    static const size_t field_of[PLIM_ORIGIN_COUNT] = {MISSING, REPORTED, ESTIMATED, PROXIED};
    for (size_t o = 0; o < PLIM_ORIGIN_COUNT && s->balance_fen > 0; o++)
        plim_table_set_number(out, field_of[o], (double)cell->fen[o] / (double)s->balance_fen);
    plim_table_set_int(out, ROWS, (int64_t)rows);
    plim_table_set_fen(out, BALANCE, s->balance_fen);
    if (is_scored(name))
        plim_table_set_number(out, SCORE, score_of(cell));
    return PLIM_OK;
}

/* Mean of the numbers that are there; NaN: none is. */
static double mean(const double *values, size_t n)
{
    double sum = 0;
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        sum += isnan(values[i]) ? 0 : values[i];
        known += isnan(values[i]) ? 0 : 1;
    }
    return known > 0 ? sum / (double)known : (double)NAN;
}

static plim_status add_score(plim_table *out, const plim_quality *q, const subject *s,
                             plim_error *err)
{
    double score[SCORED];
    for (int i = 0; i < SCORED; i++) {
        uint32_t column = plim_names_find(&q->columns, scored[i]);
        plim_quality_cell cell = {0};
        if (column != PLIM_NO_NAME)
            cell = sum_cells(q, s, column);
        score[i] = score_of(&cell);
    }
    double parts[] = {score[PD], score[LGD], mean(&score[SCOPE1], 2)};
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, BANK, s->name, err));
    PLIM_TRY(plim_table_set_text(out, COLUMN, "data_quality", err));
    plim_table_set_int(out, ROWS, (int64_t)s->loans);
    plim_table_set_fen(out, BALANCE, s->balance_fen);
    plim_table_set_number(out, SCORE, mean(parts, sizeof parts / sizeof *parts));
    return PLIM_OK;
}

/* Columns in the order of tables; within one as the books bring them. */
static plim_status add_subject(plim_table *out, const plim_quality *q, subject *s, plim_error *err)
{
    plim_int128 balance = 0;
    for (size_t bank = s->first; bank < s->end; bank++) {
        s->loans += q->loans[bank];
        s->borrowers += q->borrowers[bank];
        balance += q->balance_fen[bank];
    }
    if (balance > INT64_MAX)
        return plim_fail(err, PLIM_INPUT, "the balances together are beyond what whole fen hold");
    s->balance_fen = (int64_t)balance;
    for (size_t t = 0; t < plim_book_table_count; t++)
        for (uint32_t c = 0; c < q->columns.count; c++) {
            const char *name = q->columns.text[c], *table = plim_book_tables[t].name;
            size_t length = strlen(table);
            if (strncmp(name, table, length) != 0 || name[length] != '.')
                continue;
            plim_quality_cell cell = sum_cells(q, s, c);
            PLIM_TRY(add_row(out, s, name, &cell, err));
        }
    return add_score(out, q, s, err);
}

plim_status plim_quality_table(plim_table *out, const plim_quality *quality, plim_error *err)
{
    size_t n = quality->banks.count;
    PLIM_TRY(plim_table_init(out, &plim_quality_spec, err));
    for (size_t bank = 0; bank < n; bank++) {
        subject one = {.name = quality->banks.text[bank], .first = bank, .end = bank + 1};
        PLIM_TRY(add_subject(out, quality, &one, err));
    }
    subject all = {.name = "*", .first = 0, .end = n};
    return n > 1 ? add_subject(out, quality, &all, err) : PLIM_OK;
}
