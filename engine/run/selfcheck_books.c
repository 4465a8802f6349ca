#include "run/selfcheck_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "book/tables_source.h"

#define MIXED_BORROWERS 300
#define MIXED_BANKS     3
#define MIXED_YEARS     3

/* ---- tables of the books made here ---- */

static plim_status add_column(plim_frame *frame, const char *name, plim_column_kind kind,
                              plim_column **out, plim_error *err)
{
    plim_column column;
    PLIM_TRY(plim_column_make(&column, name, kind, frame->n_rows, err));
    plim_status status = plim_frame_add(frame, &column, err);
    if (status != PLIM_OK)
        plim_column_free(&column);
    *out = plim_frame_find(frame, name);
    return status;
}

/* A text column: row i is `prefix` and the number (i mod `modulus`), or that of the row from the
   end. */
typedef struct numbered {
    const char *name, *prefix;
    uint32_t modulus;
    bool reversed;
} numbered;

static plim_status add_numbered(plim_frame *frame, const numbered *texts, plim_error *err)
{
    plim_column *column;
    PLIM_TRY(add_column(frame, texts->name, PLIM_COLUMN_TEXT, &column, err));
    for (size_t i = 0; i < frame->n_rows; i++) {
        char text[32];
        size_t row = texts->reversed ? frame->n_rows - 1 - i : i;
        (void)snprintf(text, sizeof text, "%s%06zu", texts->prefix, row % texts->modulus);
        PLIM_TRY(plim_column_set_text(column, i, text, err));
    }
    return PLIM_OK;
}

/* A number column: row i is first x ratio^(i mod modulus). */
typedef struct series {
    const char *name;
    double first, ratio;
    uint32_t modulus;
    bool reversed;
} series;

static plim_status add_series(plim_frame *frame, const series *numbers, plim_error *err)
{
    plim_column *column;
    PLIM_TRY(add_column(frame, numbers->name, PLIM_COLUMN_NUMBER, &column, err));
    for (size_t i = 0; i < frame->n_rows; i++) {
        size_t row = numbers->reversed ? frame->n_rows - 1 - i : i;
        double value = numbers->first;
        for (size_t k = row % numbers->modulus; k > 0; k--)
            value *= numbers->ratio;
        column->number[i] = value;
    }
    return PLIM_OK;
}

/* Tables -> checked book in canonical order, as if they had been read from a file. */
static plim_status load(plim_book *out, plim_book_tables_data *tables, plim_error *err)
{
    plim_source source;
    PLIM_TRY(plim_tables_source(&source, tables, "built-in book", err));
    plim_source *sources[] = {&source};
    plim_status status = plim_book_load(out, sources, 1, PLIM_CONFLICT_REFUSE, NULL, err);
    source.close(&source);
    return status;
}

static void head(plim_book_tables_data *tables, uint32_t borrowers, uint32_t loans, uint32_t banks)
{
    (void)snprintf(tables->as_of, sizeof tables->as_of, "2025-12-31");
    (void)snprintf(tables->currency, sizeof tables->currency, "CNY");
    tables->banks.n_rows = banks;
    tables->borrowers.n_rows = borrowers;
    tables->loans.n_rows = loans;
}

static plim_status fill_equal(plim_book_tables_data *tables, uint32_t n, plim_error *err)
{
    head(tables, n, n, 1);
    PLIM_TRY(add_numbered(&tables->banks, &(numbered){"id", "K", 1, false}, err));
    PLIM_TRY(add_numbered(&tables->borrowers, &(numbered){"id", "B", n, false}, err));
    PLIM_TRY(add_numbered(&tables->borrowers, &(numbered){"sector", "S", 1, false}, err));
    PLIM_TRY(add_numbered(&tables->borrowers, &(numbered){"region", "R", 1, false}, err));
    PLIM_TRY(add_series(&tables->borrowers, &(series){"pd", 0.02, 1, 1, false}, err));
    PLIM_TRY(add_numbered(&tables->loans, &(numbered){"id", "L", n, false}, err));
    PLIM_TRY(add_numbered(&tables->loans, &(numbered){"borrower", "B", n, false}, err));
    PLIM_TRY(add_numbered(&tables->loans, &(numbered){"bank", "K", 1, false}, err));
    PLIM_TRY(add_series(&tables->loans, &(series){"balance", 1, 1, 1, false}, err));
    return add_series(&tables->loans, &(series){"lgd", 1, 1, 1, false}, err);
}

static plim_status fill_mixed(plim_book_tables_data *tables, bool reversed, plim_error *err)
{
    const uint32_t n = MIXED_BORROWERS;
    plim_frame *borrowers = &tables->borrowers, *loans = &tables->loans;
    head(tables, n, 2 * n, MIXED_BANKS);
    PLIM_TRY(add_numbered(&tables->banks, &(numbered){"id", "K", MIXED_BANKS, reversed}, err));
    PLIM_TRY(add_numbered(borrowers, &(numbered){"id", "B", n, reversed}, err));
    PLIM_TRY(add_numbered(borrowers, &(numbered){"sector", "S", 5, reversed}, err));
    PLIM_TRY(add_numbered(borrowers, &(numbered){"region", "R", 4, reversed}, err));
    PLIM_TRY(add_series(borrowers, &(series){"pd", 0.0003, 1.25, 30, reversed}, err));
    PLIM_TRY(add_series(borrowers, &(series){"pd_2", 0.2, 0.8, 41, reversed}, err));
    PLIM_TRY(add_series(borrowers, &(series){"loading", 0.6, 0.9, 7, reversed}, err));
    PLIM_TRY(add_numbered(loans, &(numbered){"id", "L", 2 * n, reversed}, err));
    PLIM_TRY(add_numbered(loans, &(numbered){"borrower", "B", n, reversed}, err));
    PLIM_TRY(add_numbered(loans, &(numbered){"bank", "K", MIXED_BANKS, reversed}, err));
    PLIM_TRY(add_series(loans, &(series){"balance", 1000, 1.5, 19, reversed}, err));
    PLIM_TRY(add_series(loans, &(series){"class", 1, 2, 2, reversed}, err));
    return add_series(loans, &(series){"lgd", 0.9, 0.8, 11, reversed}, err);
}

/* ---- what is said about them ---- */

static plim_status make_model(plim_model *model, size_t n_factors, double correlation,
                              plim_error *err)
{
    static const char *const factors[] = {"z0", "z1"};
    model->name = plim_strdup("selfcheck");
    model->correlation = plim_alloc(n_factors * n_factors, sizeof *model->correlation);
    model->loading = plim_alloc(n_factors, sizeof *model->loading);
    if (!model->name || !model->correlation || !model->loading)
        return plim_fail_memory(err, "the model of a self-check");
    for (size_t f = 0; f < n_factors; f++) {
        PLIM_TRY(plim_names_add(&model->factors, factors[f], NULL, err));
        for (size_t g = 0; g < n_factors; g++)
            model->correlation[f * n_factors + g] = f == g ? 1 : correlation;
    }
    return PLIM_OK;
}

static plim_status make_equal_program(plim_program *program, plim_error *err)
{
    program->baseline_years = 1;
    PLIM_TRY(make_model(&program->model, 1, 0, err));
    return plim_graph_constant(&program->graph, sqrt(0.15), &program->model.loading[0], err);
}

static plim_status make_mixed_program(plim_program *program, plim_error *err)
{
    plim_expr column = {.op = PLIM_OP_COLUMN, .table = PLIM_LEVEL_BORROWER, .value = 1};
    program->baseline_years = MIXED_YEARS;
    PLIM_TRY(make_model(&program->model, 2, 0.3, err));
    program->model.persistence = 0.4;
    PLIM_TRY(plim_names_add(&program->graph.symbols, "loading", &column.symbol, err));
    PLIM_TRY(plim_graph_add(&program->graph, &column, &program->model.loading[0], err));
    return plim_graph_constant(&program->graph, 0.25, &program->model.loading[1], err);
}

/* A book of ours that is refused is our fault, not the user's. */
static plim_status ours(plim_status status, plim_error *err)
{
    if (status != PLIM_INPUT)
        return status;
    err->status = PLIM_BUG;
    return PLIM_BUG;
}

plim_status plim_selfcheck_equal_loans(plim_selfcheck_case *out, uint32_t n, plim_error *err)
{
    plim_book_tables_data tables = {0};
    plim_status status = fill_equal(&tables, n, err);
    if (status == PLIM_OK)
        status = load(&out->book, &tables, err);
    plim_book_tables_data_free(&tables);
    if (status == PLIM_OK)
        status = make_equal_program(&out->program, err);
    if (status == PLIM_OK)
        status = plim_plan_make(&out->plan, &out->book, &out->program, 1, err);
    return ours(status, err);
}

plim_status plim_selfcheck_mixed_loans(plim_selfcheck_case *out, bool reversed, plim_error *err)
{
    plim_book_tables_data tables = {0};
    plim_status status = fill_mixed(&tables, reversed, err);
    if (status == PLIM_OK)
        status = load(&out->book, &tables, err);
    plim_book_tables_data_free(&tables);
    if (status == PLIM_OK)
        status = make_mixed_program(&out->program, err);
    if (status == PLIM_OK)
        status = plim_plan_make(&out->plan, &out->book, &out->program, 1, err);
    return ours(status, err);
}

void plim_selfcheck_case_free(plim_selfcheck_case *c)
{
    plim_plan_free(&c->plan);
    plim_book_free(&c->book);
    plim_program_free(&c->program);
}

/* ---- slices ---- */

static plim_status take_column(plim_frame *out, const plim_column *from, const uint32_t *row,
                               plim_error *err)
{
    plim_column *column;
    PLIM_TRY(add_column(out, from->name, from->kind, &column, err));
    if (from->unit && !(column->unit = plim_strdup(from->unit)))
        return plim_fail_memory(err, "a slice of the book");
    for (size_t i = 0; i < out->n_rows; i++) {
        if (from->kind == PLIM_COLUMN_NUMBER)
            column->number[i] = from->number[row[i]];
        else if (from->kind == PLIM_COLUMN_INTEGER)
            column->integer[i] = from->integer[row[i]];
        else
            PLIM_TRY(plim_column_set_text(column, i, plim_column_text(from, row[i]), err));
    }
    return PLIM_OK;
}

static plim_status take_frame(plim_frame *out, const plim_frame *from, const uint32_t *row,
                              plim_error *err)
{
    for (size_t c = 0; c < from->n_columns; c++)
        PLIM_TRY(take_column(out, &from->columns[c], row, err));
    return PLIM_OK;
}

/* Rows of the book that the slice takes, in its order. */
typedef struct rows {
    uint32_t *borrower, *loan;
} rows;

static plim_status choose_rows(rows *r, plim_book *out, const plim_book *from, bool reversed,
                               plim_error *err)
{
    uint32_t n = (uint32_t)out->borrowers.n_rows, n_loans = 0;
    r->borrower = plim_alloc(n, sizeof *r->borrower);
    r->loan = plim_alloc(from->first_loan[n], sizeof *r->loan);
    out->first_loan = plim_alloc((size_t)n + 1, sizeof *out->first_loan);
    if (!r->borrower || !r->loan || !out->first_loan)
        return plim_fail_memory(err, "a slice of the book");
    for (uint32_t i = 0; i < n; i++) {
        uint32_t b = reversed ? n - 1 - i : i;
        r->borrower[i] = b;
        for (uint32_t l = from->first_loan[b]; l < from->first_loan[b + 1]; l++)
            r->loan[n_loans++] = l; /* a borrower's loans keep their order: draws go by it */
        out->first_loan[i + 1] = n_loans;
    }
    out->loans.n_rows = n_loans;
    return PLIM_OK;
}

static plim_status take_borrowers(plim_book *out, const plim_book *from, const uint32_t *row,
                                  plim_error *err)
{
    size_t n = out->borrowers.n_rows;
    PLIM_TRY(take_frame(&out->borrowers, &from->borrowers, row, err));
    out->borrower_key = plim_alloc(n, sizeof *out->borrower_key);
    if (!out->borrower_key)
        return plim_fail_memory(err, "a slice of the book");
    for (size_t i = 0; i < n; i++)
        out->borrower_key[i] = from->borrower_key[row[i]];
    for (int term = 0; term < PLIM_PD_TERMS; term++) {
        char name[16] = "pd";
        if (term > 0)
            (void)snprintf(name, sizeof name, "pd_%d", term + 1);
        const plim_column *column = plim_frame_find(&out->borrowers, name);
        out->pd_term[term] = column ? column->number : NULL;
    }
    return PLIM_OK;
}

static plim_status take_loans(plim_book *out, const plim_book *from, const uint32_t *row,
                              plim_error *err)
{
    size_t n = out->loans.n_rows;
    PLIM_TRY(take_frame(&out->loans, &from->loans, row, err));
    out->loan_borrower = plim_alloc(n, sizeof *out->loan_borrower);
    out->loan_bank = plim_alloc(n, sizeof *out->loan_bank);
    out->balance_fen = plim_alloc(n, sizeof *out->balance_fen);
    out->exposure_fen = plim_alloc(n, sizeof *out->exposure_fen);
    out->loan_defaulted = plim_alloc(n, sizeof *out->loan_defaulted);
    out->loan_class = plim_alloc(n, sizeof *out->loan_class);
    if (!out->loan_borrower || !out->loan_bank || !out->balance_fen || !out->exposure_fen ||
        !out->loan_defaulted || !out->loan_class)
        return plim_fail_memory(err, "a slice of the book");
    for (size_t i = 0; i < n; i++) {
        out->loan_bank[i] = from->loan_bank[row[i]];
        out->balance_fen[i] = from->balance_fen[row[i]];
        out->exposure_fen[i] = from->exposure_fen[row[i]];
        out->loan_defaulted[i] = from->loan_defaulted[row[i]];
        out->loan_class[i] = from->loan_class[row[i]];
    }
    for (uint32_t b = 0; b < out->borrowers.n_rows; b++)
        for (uint32_t l = out->first_loan[b]; l < out->first_loan[b + 1]; l++)
            out->loan_borrower[l] = b;
    return PLIM_OK;
}

plim_status plim_selfcheck_slice(plim_book *out, const plim_book *from, uint32_t n, bool reversed,
                                 plim_error *err)
{
    rows r = {0};
    memcpy(out->as_of, from->as_of, sizeof out->as_of);
    memcpy(out->currency, from->currency, sizeof out->currency);
    out->as_of_days = from->as_of_days;
    out->banks.n_rows = from->banks.n_rows;
    out->borrowers.n_rows = n;
    plim_status status = choose_rows(&r, out, from, reversed, err);
    if (status == PLIM_OK)
        status = take_borrowers(out, from, r.borrower, err);
    if (status == PLIM_OK)
        status = take_loans(out, from, r.loan, err);
    plim_free(r.borrower);
    plim_free(r.loan);
    return status;
}
