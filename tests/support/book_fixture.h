/* A loan book so small that every number can be worked out by hand, as tables in memory.
 *
 *   banks      B "legal_person", control total 450.30;  A "branch", no total
 *   borrowers  v pd 0.02 C3071;  u pd 0.1 D4411;  w pd 1 C3011 (no loan);  x pd 1 C3071
 *   loans      l3 u at B 100.10   l1 v at B 200.20   l2 u at A 50, undrawn 20 x ccf 0.5   l4 x at B
 * 150 lgd 0.45 each; l3 is of class 3 rows are in no order at all
 */
#ifndef PLIM_TESTS_BOOK_FIXTURE_H
#define PLIM_TESTS_BOOK_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "book/book.h"
#include "book/tables_source.h"

static plim_error must_err;
#define MUST(call)                                                                                 \
    do {                                                                                           \
        must_err = (plim_error){0};                                                                \
        if ((call) != PLIM_OK)                                                                     \
            fail_msg("%s", must_err.message);                                                      \
    } while (0)

/* The call fails with PLIM_INPUT, and the message holds all of the texts. */
#define REFUSED(call, ...)                                                                         \
    do {                                                                                           \
        must_err = (plim_error){0};                                                                \
        assert_int_equal((call), PLIM_INPUT);                                                      \
        const char *const refused_says[] = {__VA_ARGS__};                                          \
        for (size_t says = 0; says < sizeof refused_says / sizeof *refused_says; says++)           \
            if (strstr(must_err.message, refused_says[says]) == NULL)                              \
                fail_msg("'%s' is missing from: %s", refused_says[says], must_err.message);        \
    } while (0)

static inline plim_column *fixture_numbers(plim_frame *frame, const char *name, size_t n,
                                           const double *values)
{
    plim_column column;
    MUST(plim_column_make(&column, name, PLIM_COLUMN_NUMBER, n, &must_err));
    memcpy(column.number, values, n * sizeof *values);
    MUST(plim_frame_add(frame, &column, &must_err));
    return plim_frame_find(frame, name);
}

static inline plim_column *fixture_integers(plim_frame *frame, const char *name, size_t n,
                                            const int64_t *values)
{
    plim_column column;
    MUST(plim_column_make(&column, name, PLIM_COLUMN_INTEGER, n, &must_err));
    memcpy(column.integer, values, n * sizeof *values);
    MUST(plim_frame_add(frame, &column, &must_err));
    return plim_frame_find(frame, name);
}

static inline plim_column *fixture_texts(plim_frame *frame, const char *name, size_t n,
                                         const char *const *values)
{
    plim_column column;
    MUST(plim_column_make(&column, name, PLIM_COLUMN_TEXT, n, &must_err));
    for (size_t i = 0; i < n; i++)
        MUST(plim_column_set_text(&column, i, values[i], &must_err));
    MUST(plim_frame_add(frame, &column, &must_err));
    return plim_frame_find(frame, name);
}

/* Takes a column out of a frame. */
static inline void fixture_drop(plim_frame *frame, const char *name)
{
    plim_column *column = plim_frame_find(frame, name);
    assert_non_null(column);
    plim_column_free(column);
    *column = frame->columns[--frame->n_columns];
}

#define NUMBERS(frame, name, ...)                                                                  \
    fixture_numbers(frame, name, sizeof((double[]){__VA_ARGS__}) / sizeof(double),                 \
                    (const double[]){__VA_ARGS__})
#define INTEGERS(frame, name, ...)                                                                 \
    fixture_integers(frame, name, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t),              \
                     (const int64_t[]){__VA_ARGS__})
#define TEXTS(frame, name, ...)                                                                    \
    fixture_texts(frame, name, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),             \
                  (const char *const[]){__VA_ARGS__})

static inline void fixture_tables(plim_book_tables_data *out)
{
    *out = (plim_book_tables_data){.as_of = "2025-12-31", .currency = "CNY"};
    double none = (double)NAN;
    TEXTS(&out->banks, "id", "B", "A");
    TEXTS(&out->banks, "type", "legal_person", "branch");
    NUMBERS(&out->banks, "total_loans", 450.30, none);
    TEXTS(&out->borrowers, "id", "v", "u", "w", "x");
    NUMBERS(&out->borrowers, "pd", 0.02, 0.1, 1, 1);
    TEXTS(&out->borrowers, "sector", "C3071", "D4411", "C3011", "C3071");
    TEXTS(&out->borrowers, "region", "500153001", "500153002", "500153", "500153");
    NUMBERS(&out->borrowers, "revenue", 1e6, none, 3e6, 4e6);
    TEXTS(&out->loans, "id", "l3", "l1", "l2", "l4");
    TEXTS(&out->loans, "borrower", "u", "v", "u", "x");
    TEXTS(&out->loans, "bank", "B", "B", "A", "B");
    NUMBERS(&out->loans, "balance", 100.10, 200.20, 50, 150);
    NUMBERS(&out->loans, "lgd", 0.45, 0.45, 0.45, 0.45);
    NUMBERS(&out->loans, "undrawn", none, 0, 20, none);
    NUMBERS(&out->loans, "ccf", 0.5, none, 0.5, none);
    NUMBERS(&out->loans, "class", 3, 1, none, 2);
}

/* The same book loaded with the columns alone that a plain run uses: the same verdict in the same
   words, the same views, and no other column. */
static inline void fixture_load_used(plim_source *source, const plim_book *whole,
                                     plim_status verdict, const plim_error *words)
{
    plim_names borrowers = {0}, loans = {0};
    static const char *const names[] = {"pd",   "sector", "region",  "household",
                                        "pd_2", "pd_3",   "balance", "undrawn",
                                        "ccf",  "lgd",    "class",   "days_overdue"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        MUST(plim_names_add(i < 6 ? &borrowers : &loans, names[i], NULL, &must_err));
    plim_book book;
    plim_error err = {0};
    plim_book_use use = {.borrowers = &borrowers, .loans = &loans};
    assert_int_equal(plim_book_load_used(&book, &source, 1, PLIM_CONFLICT_REFUSE, &use, &err),
                     verdict);
    if (verdict == PLIM_OK) {
        size_t n = whole->borrowers.n_rows, m = whole->loans.n_rows;
        assert_int_equal(book.borrowers.n_rows, n);
        assert_int_equal(book.loans.n_rows, m);
        assert_memory_equal(book.borrower_key, whole->borrower_key, n * sizeof(uint64_t));
        assert_memory_equal(book.first_loan, whole->first_loan, (n + 1) * sizeof(uint32_t));
        assert_memory_equal(book.loan_borrower, whole->loan_borrower, m * sizeof(uint32_t));
        assert_memory_equal(book.loan_bank, whole->loan_bank, m * sizeof(uint32_t));
        assert_memory_equal(book.balance_fen, whole->balance_fen, m * sizeof(int64_t));
        assert_memory_equal(book.exposure_fen, whole->exposure_fen, m * sizeof(int64_t));
        assert_memory_equal(book.loan_defaulted, whole->loan_defaulted, m);
        assert_null(plim_frame_find(&book.loans, "borrower"));
        assert_null(plim_frame_find(&book.borrowers, "revenue"));
        assert_non_null(plim_frame_find(&book.borrowers, "id"));
        plim_book_free(&book);
    } else {
        assert_string_equal(err.message, words->message);
    }
    plim_names_free(&borrowers);
    plim_names_free(&loans);
}

/* Loads tables as a book of the given path. */
static inline plim_status fixture_load(plim_book *out, plim_book_tables_data *tables,
                                       const char *path)
{
    plim_source source, *sources[] = {&source};
    MUST(plim_tables_source(&source, tables, path, &must_err));
    must_err = (plim_error){0};
    plim_status status = plim_book_load(out, sources, 1, PLIM_CONFLICT_REFUSE, NULL, &must_err);
    plim_error verdict = must_err;
    fixture_load_used(&source, out, status, &verdict);
    must_err = verdict;
    source.close(&source);
    return status;
}

#endif
