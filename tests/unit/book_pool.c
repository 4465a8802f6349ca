#include "../support/book_fixture.h"

/* Two books that share borrower `u`. In the first u has 100 + 60 of exposure, in the second 480. */
static plim_book_tables_data first, second;
static plim_book book;

static void second_tables(plim_book_tables_data *out)
{
    *out = (plim_book_tables_data){.as_of = "2025-12-31", .currency = "CNY"};
    TEXTS(&out->banks, "id", "AA");
    TEXTS(&out->borrowers, "id", "u", "a");
    NUMBERS(&out->borrowers, "pd", 0.1, 0.05);
    TEXTS(&out->borrowers, "sector", "D4411", "C30");
    TEXTS(&out->borrowers, "region", "500153002", "500153");
    NUMBERS(&out->borrowers, "revenue", (double)NAN, 7);
    TEXTS(&out->loans, "id", "l1", "l9"); /* l1 is an id of the other book too */
    INTEGERS(&out->loans, "borrower", 0, 1);
    INTEGERS(&out->loans, "bank", 0, 0);
    NUMBERS(&out->loans, "balance", 480, 10);
    NUMBERS(&out->loans, "lgd", 0.3, 0.3);
    TEXTS(&out->collateral, "loan", "l1");
    NUMBERS(&out->excluded, "balance", 4.5);
}

static int make(void **state)
{
    (void)state;
    fixture_tables(&first);
    second_tables(&second);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    plim_book_tables_data_free(&first);
    plim_book_tables_data_free(&second);
    return 0;
}

/* Pools the two books, in either order. */
static plim_status pool(bool swapped, plim_conflict on_conflict, const plim_names *used)
{
    plim_source one, two;
    MUST(plim_tables_source(&one, &first, "one.book.h5", &must_err));
    MUST(plim_tables_source(&two, &second, "two.book.h5", &must_err));
    plim_source *sources[] = {swapped ? &two : &one, swapped ? &one : &two};
    must_err = (plim_error){0};
    plim_status status = plim_book_load(&book, sources, 2, on_conflict, used, &must_err);
    one.close(&one);
    two.close(&two);
    return status;
}

static void check_pooled(void)
{
    assert_int_equal(book.banks.n_rows, 3);     /* A AA B */
    assert_int_equal(book.borrowers.n_rows, 5); /* a u v w x */
    assert_int_equal(book.loans.n_rows, 6);
    const uint32_t bank[] = {1, 0, 1, 2, 2, 2}, borrower[] = {0, 1, 1, 1, 2, 4};
    assert_memory_equal(book.loan_bank, bank, sizeof bank);
    assert_memory_equal(book.loan_borrower, borrower, sizeof borrower);
    const plim_column *id = plim_frame_find(&book.loans, "id");
    assert_string_equal(plim_column_text(id, 2), "l1");
    assert_int_equal(book.balance_fen[2], 48000);
    assert_int_equal(book.collateral_loan[0], 2); /* of its own book's l1 */
    assert_int_equal(book.excluded_fen[1], 450);  /* the only bank of its book */
    assert_true(isnan(plim_frame_find(&book.loans, "ccf")->number[2]));
    assert_true(plim_frame_find(&book.borrowers, "revenue")->number[0] == 7);
    assert_int_equal(book.n_conflicts, 0);
    MUST(plim_book_tie(&book, &must_err));
}

static void agreeing_books(void **state)
{
    (void)state;
    for (int swapped = 0; swapped < 2; swapped++) {
        MUST(pool(swapped, PLIM_CONFLICT_REFUSE, NULL));
        check_pooled();
        plim_book_free(&book);
    }
}

static void disagreeing_books(void **state)
{
    (void)state;
    plim_frame_find(&second.borrowers, "pd")->number[0] = 0.3;
    plim_frame_find(&second.borrowers, "revenue")->number[0] = 40;
    REFUSED(pool(false, PLIM_CONFLICT_REFUSE, NULL),
            "the books disagree: borrowers.pd, id u: 0.1 in one.book.h5, but 0.3 in two.book.h5",
            "borrowers.revenue, id u: not stated in one.book.h5, but 40 in two.book.h5",
            "weighted");
}

/* What the run does not use may differ; pd always counts. */
static void only_what_is_used(void **state)
{
    (void)state;
    plim_names used = {0};
    MUST(plim_names_add(&used, "sector", NULL, &must_err));
    plim_frame_find(&second.borrowers, "revenue")->number[0] = 40;
    MUST(pool(false, PLIM_CONFLICT_REFUSE, &used));
    assert_int_equal(book.n_conflicts, 0);
    plim_book_free(&book);
    plim_frame_find(&second.borrowers, "pd")->number[0] = 0.3;
    REFUSED(pool(false, PLIM_CONFLICT_REFUSE, &used), "borrowers.pd, id u");
    plim_names_free(&used);
}

static void weighted(void **state)
{
    (void)state;
    plim_frame_find(&second.borrowers, "pd")->number[0] = 0.5;
    plim_frame_find(&first.borrowers, "revenue")->number[1] = 8;
    plim_frame_find(&second.borrowers, "revenue")->number[0] = 16;
    MUST(plim_column_set_text(plim_frame_find(&second.borrowers, "sector"), 0, "D45", &must_err));
    double pd[2];
    for (int swapped = 0; swapped < 2; swapped++) {
        MUST(pool(swapped, PLIM_CONFLICT_WEIGHTED, NULL));
        /* exposures 160.10 and 480: log-odds of 0.1 weigh 160.1 of 640.1 */
        double odds = pow(1.0 / 9, 160.1 / 640.1);
        pd[swapped] = plim_book_pd(&book, 1, 0);
        assert_true(fabs(pd[swapped] - odds / (1 + odds)) < 1e-14);
        double revenue = (8 * 160.1 + 16 * 480) / 640.1;
        assert_true(fabs(plim_frame_find(&book.borrowers, "revenue")->number[1] - revenue) < 1e-12);
        assert_string_equal(plim_column_text(plim_frame_find(&book.borrowers, "sector"), 1), "D45");
        assert_int_equal(book.n_conflicts, 3);
        assert_int_equal(book.conflicted.count, 1);
        assert_string_equal(book.conflicted.text[0], "u");
        plim_book_free(&book);
    }
    assert_memory_equal(&pd[0], &pd[1], sizeof *pd);
    plim_frame_find(&first.borrowers, "pd")->number[1] = 0;
    plim_frame_find(&second.borrowers, "pd")->number[0] = 1;
    REFUSED(pool(false, PLIM_CONFLICT_WEIGHTED, NULL), "borrowers.pd, id u", "log-odds");
}

static void a_bank_in_two_books(void **state)
{
    (void)state;
    MUST(plim_column_set_text(plim_frame_find(&second.banks, "id"), 0, "B", &must_err));
    REFUSED(pool(false, PLIM_CONFLICT_WEIGHTED, NULL), "two.book.h5: banks.id, row 0: bank B");
}

static void other_heads(void **state)
{
    (void)state;
    (void)snprintf(second.as_of, sizeof second.as_of, "2024-12-31");
    REFUSED(pool(false, PLIM_CONFLICT_WEIGHTED, NULL), "one.book.h5 is as of 2025-12-31", "2024");
    (void)snprintf(second.as_of, sizeof second.as_of, "2025-12-31");
    (void)snprintf(second.currency, sizeof second.currency, "USD");
    REFUSED(pool(false, PLIM_CONFLICT_WEIGHTED, NULL), "CNY", "USD", "one currency");
}

static void other_kinds_and_units(void **state)
{
    (void)state;
    plim_column *water = NUMBERS(&first.borrowers, "water", 1, 2, 3, 4);
    TEXTS(&second.borrowers, "water", "1", "2");
    REFUSED(pool(false, PLIM_CONFLICT_WEIGHTED, NULL),
            "borrowers.water holds numbers in one.book.h5", "text in two.book.h5");
    fixture_drop(&second.borrowers, "water");
    NUMBERS(&second.borrowers, "water", 2, 2);
    water->unit = plim_strdup("t");
    REFUSED(pool(false, PLIM_CONFLICT_WEIGHTED, NULL), "borrowers.water is in 't'", "'ratio'");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make, clear)
    const struct CMUnitTest tests[] = {
        TEST(agreeing_books),        TEST(disagreeing_books),
        TEST(only_what_is_used),     TEST(weighted),
        TEST(a_bank_in_two_books),   TEST(other_heads),
        TEST(other_kinds_and_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
