/* The default synthetic book, made once for a test program, and how to read its columns. */
#ifndef PLIM_TEST_BOOK_SYNTHETIC_FIXTURE_H
#define PLIM_TEST_BOOK_SYNTHETIC_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/money.h"
#include "book/synthetic.h"

/* ---- the default book, made once ----------------------------------------------------------- */

static plim_book_tables_data book;
static uint32_t *loan_borrower; /* row of borrowers */
static double *exposure;        /* a borrower, CNY */

static inline plim_book_tables_data make(size_t n, uint64_t seed)
{
    plim_book_tables_data data = {0};
    plim_error err = {0};
    const plim_synthetic config = {"rongchang", n, seed};
    if (plim_synthetic_make(&data, &config, &err) != PLIM_OK)
        fail_msg("%s", err.message);
    return data;
}

static inline const plim_column *column(const plim_frame *frame, const char *name)
{
    const plim_column *found = plim_frame_find(frame, name);
    if (found == NULL)
        fail_msg("table %s has no column '%s'", frame->name, name);
    return found;
}

static inline const double *number(const plim_frame *frame, const char *name)
{
    const plim_column *found = column(frame, name);
    assert_int_equal(found->kind, PLIM_COLUMN_NUMBER);
    return found->number;
}

static inline const char *text(const plim_frame *frame, const char *name, size_t row)
{
    return plim_column_text(column(frame, name), row);
}

static inline int64_t fen(double amount)
{
    int64_t out = 0;
    assert_true(plim_fen_from_amount(amount, &out));
    assert_true((double)out / PLIM_FEN_PER_UNIT == amount); /* amounts are whole fen */
    return out;
}

/* Row of borrowers for each loan, and what each borrower owes. The caller frees both. */
static inline void link_loans(const plim_book_tables_data *data, uint32_t **borrower, double **owed)
{
    const plim_column *ids = column(&data->borrowers, "id");
    plim_names rows = {0};
    for (size_t i = 0; i < data->borrowers.n_rows; i++)
        assert_int_equal(plim_names_add(&rows, plim_column_text(ids, i), NULL, NULL), PLIM_OK);
    *borrower = plim_alloc(data->loans.n_rows, sizeof **borrower);
    *owed = plim_alloc(data->borrowers.n_rows, sizeof **owed);
    const double *balance = number(&data->loans, "balance");
    for (size_t i = 0; i < data->loans.n_rows; i++) {
        (*borrower)[i] = plim_names_find(&rows, text(&data->loans, "borrower", i));
        assert_true((*borrower)[i] < data->borrowers.n_rows);
        (*owed)[(*borrower)[i]] += balance[i];
    }
    plim_names_free(&rows);
}

static inline int set_up(void **state)
{
    (void)state;
    book = make(0, 1);
    link_loans(&book, &loan_borrower, &exposure);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    plim_free(loan_borrower);
    plim_free(exposure);
    plim_book_tables_data_free(&book);
    return 0;
}

static inline bool is_firm(size_t row)
{
    return number(&book.borrowers, "household")[row] < 1;
}

static inline bool in_sector(size_t row, const char *prefix)
{
    return strncmp(text(&book.borrowers, "sector", row), prefix, strlen(prefix)) == 0;
}

#endif
