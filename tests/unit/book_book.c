#include "../support/book_fixture.h"

#include "base/digest.h"

static void canonical_order_and_views(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_book book;
    fixture_tables(&tables);
    MUST(fixture_load(&book, &tables, "a.book.h5"));
    const plim_column *id = plim_frame_find(&book.loans, "id");
    const char *const loans[] = {"l2", "l3", "l1", "l4"}; /* u at A, u at B, v, x */
    const uint32_t borrower[] = {0, 0, 1, 3}, bank[] = {0, 1, 1, 1};
    const int64_t balance[] = {5000, 10010, 20020, 15000}, exposure[] = {6000, 10010, 20020, 15000};
    const uint8_t defaulted[] = {0, 1, 0, 1}, class[] = {0, 3, 1, 2};
    for (size_t l = 0; l < 4; l++) {
        assert_string_equal(plim_column_text(id, l), loans[l]);
        assert_int_equal(book.loan_borrower[l], borrower[l]);
        assert_int_equal(book.loan_bank[l], bank[l]);
        assert_int_equal(book.balance_fen[l], balance[l]);
        assert_int_equal(book.exposure_fen[l], exposure[l]);
        assert_int_equal(book.loan_defaulted[l], defaulted[l]);
        assert_int_equal(book.loan_class[l], class[l]);
    }
    const uint32_t first[] = {0, 2, 3, 3, 4};
    assert_memory_equal(book.first_loan, first, sizeof first);
    assert_string_equal(plim_column_text(plim_frame_find(&book.borrowers, "id"), 0), "u");
    assert_true(isnan(plim_frame_find(&book.borrowers, "revenue")->number[0]));
    uint64_t key;
    MUST(plim_digest_key("u", &key, &must_err));
    assert_true(book.borrower_key[0] == key);
    assert_int_equal(book.control_total_fen[0], PLIM_FEN_EMPTY);
    assert_int_equal(book.control_total_fen[1], 45030);
    assert_string_equal(book.as_of, "2025-12-31");
    assert_int_equal(book.as_of_days, 20453);
    MUST(plim_book_tie(&book, &must_err));
    plim_book_free(&book);
    plim_book_tables_data_free(&tables);
}

/* Every array of the book is the same whatever the order of rows, labels and columns. */
static void rows_in_any_order(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_book one, two;
    fixture_tables(&tables);
    MUST(fixture_load(&one, &tables, "a"));
    const uint32_t banks[] = {1, 0}, borrowers[] = {3, 1, 0, 2}, loans[] = {2, 3, 0, 1};
    MUST(plim_frame_reorder(&tables.banks, banks, &must_err));
    MUST(plim_frame_reorder(&tables.borrowers, borrowers, &must_err));
    MUST(plim_frame_reorder(&tables.loans, loans, &must_err));
    MUST(fixture_load(&two, &tables, "b"));
    assert_memory_equal(one.borrower_key, two.borrower_key, 4 * sizeof(uint64_t));
    assert_memory_equal(one.loan_borrower, two.loan_borrower, 4 * sizeof(uint32_t));
    assert_memory_equal(one.loan_bank, two.loan_bank, 4 * sizeof(uint32_t));
    assert_memory_equal(one.exposure_fen, two.exposure_fen, 4 * sizeof(int64_t));
    const plim_column *left = plim_frame_find(&one.borrowers, "sector");
    const plim_column *right = plim_frame_find(&two.borrowers, "sector");
    assert_memory_equal(left->code, right->code, 4 * sizeof(uint32_t));
    assert_int_equal(left->labels.count, right->labels.count);
    plim_book_free(&one);
    plim_book_free(&two);
    plim_book_tables_data_free(&tables);
}

static void pd_of_later_years(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_book book;
    fixture_tables(&tables);
    double none = (double)NAN;
    NUMBERS(&tables.borrowers, "pd_2", 0.5, none, none, none);  /* of v */
    NUMBERS(&tables.borrowers, "pd_4", none, 0.25, none, none); /* of u */
    MUST(fixture_load(&book, &tables, "a"));
    const double u[] = {0.1, 0.1, 0.1, 0.25, 0.25}, v[] = {0.02, 0.5, 0.5, 0.5, 0.5};
    for (int year = 0; year < 5; year++) {
        assert_true(plim_book_pd(&book, 0, year) == u[year]);
        assert_true(plim_book_pd(&book, 1, year) == v[year]);
    }
    assert_true(plim_book_pd(&book, 0, 500) == 0.25);
    plim_book_free(&book);
    plim_book_tables_data_free(&tables);
}

static void overdue_is_default(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_book book;
    fixture_tables(&tables);
    NUMBERS(&tables.loans, "days_overdue", 0, 91, 90, 0); /* l3, l1, l2, l4 */
    MUST(fixture_load(&book, &tables, "a"));
    const uint8_t defaulted[] = {0, 1, 1, 1}; /* l2, l3 (class 3), l1, l4 (pd 1) */
    assert_memory_equal(book.loan_defaulted, defaulted, 4);
    plim_book_free(&book);
    plim_book_tables_data_free(&tables);
}

static void collateral_follows_its_loan(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_book book;
    fixture_tables(&tables);
    TEXTS(&tables.collateral, "id", "land", "plant", "land");
    TEXTS(&tables.collateral, "loan", "l1", "", "l2");
    NUMBERS(&tables.collateral, "value", 10, 20, 10);
    MUST(fixture_load(&book, &tables, "a"));
    assert_int_equal(book.collateral_loan[0], 0); /* l2 */
    assert_int_equal(book.collateral_loan[1], 2); /* l1 */
    assert_int_equal(book.collateral_loan[2], PLIM_NO_NAME);
    plim_book_free(&book);
    plim_book_tables_data_free(&tables);
}

/* Whichever allocation fails: a message, no leak, no crash. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    fixture_tables(&tables);
    TEXTS(&tables.collateral, "loan", "l1", "", "l2");
    NUMBERS(&tables.excluded, "balance", 1, 2);
    plim_source source, *sources[] = {&source};
    MUST(plim_tables_source(&source, &tables, "a", &must_err));
    plim_status status = PLIM_MACHINE;
    long nth = 0;
    while (status != PLIM_OK) {
        plim_book book;
        plim_error err = {0};
        plim_memory_fail_at(++nth, 0);
        status = plim_book_load(&book, sources, 1, PLIM_CONFLICT_REFUSE, NULL, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK) {
            plim_book_free(&book);
        } else {
            assert_int_equal(status, PLIM_MACHINE);
            assert_true(strlen(err.message) > 0);
        }
        assert_true(nth < 10000);
    }
    assert_true(nth > 50);
    source.close(&source);
    plim_book_tables_data_free(&tables);
}

static void no_book_at_all(void **state)
{
    (void)state;
    plim_book book;
    plim_error err = {0};
    assert_int_equal(plim_book_load(&book, NULL, 0, PLIM_CONFLICT_REFUSE, NULL, &err), PLIM_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_order_and_views),
        cmocka_unit_test(rows_in_any_order),
        cmocka_unit_test(pd_of_later_years),
        cmocka_unit_test(overdue_is_default),
        cmocka_unit_test(collateral_follows_its_loan),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(no_book_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
