/* Sites, policies and pieces of collateral of several books. */
#include "../support/book_fixture.h"

static plim_book_tables_data first, second;
static plim_book book;

/* Both books know borrower u, its site "s" and its policy "k"; each has a site "p" of a piece
 * "land" of its own, and a site "t" of one of its borrowers. */
static int make(void **state)
{
    (void)state;
    fixture_tables(&first);
    TEXTS(&first.collateral, "id", "land", "land");
    TEXTS(&first.collateral, "loan", "l1", "l2");
    TEXTS(&first.sites, "id", "t", "s", "p");
    TEXTS(&first.sites, "borrower", "v", "u", "");
    TEXTS(&first.sites, "collateral", "", "", "land");
    NUMBERS(&first.sites, "value", 1, 2, 3);
    TEXTS(&first.insurance, "id", "k");
    TEXTS(&first.insurance, "borrower", "u");
    NUMBERS(&first.insurance, "limit", 7);
    second = (plim_book_tables_data){.as_of = "2025-12-31", .currency = "CNY"};
    TEXTS(&second.banks, "id", "AA");
    TEXTS(&second.borrowers, "id", "u", "a");
    NUMBERS(&second.borrowers, "pd", 0.1, 0.05);
    TEXTS(&second.borrowers, "sector", "D4411", "C30");
    TEXTS(&second.borrowers, "region", "500153002", "500153");
    TEXTS(&second.loans, "id", "l1");
    TEXTS(&second.loans, "borrower", "a");
    TEXTS(&second.loans, "bank", "AA");
    NUMBERS(&second.loans, "balance", 480);
    NUMBERS(&second.loans, "lgd", 0.3);
    TEXTS(&second.collateral, "id", "land");
    TEXTS(&second.collateral, "loan", "l1");
    TEXTS(&second.sites, "id", "p", "s", "t");
    TEXTS(&second.sites, "borrower", "", "u", "a");
    TEXTS(&second.sites, "collateral", "land", "", "");
    NUMBERS(&second.sites, "value", 30, 2, 10);
    TEXTS(&second.insurance, "id", "k");
    INTEGERS(&second.insurance, "borrower", 0);
    NUMBERS(&second.insurance, "limit", 7);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    plim_book_tables_data_free(&first);
    plim_book_tables_data_free(&second);
    return 0;
}

static plim_status pool(bool swapped, plim_conflict on_conflict, const plim_book_use *use,
                        plim_error *err)
{
    plim_source one, two;
    MUST(plim_tables_source(&one, &first, "one.book.h5", &must_err));
    MUST(plim_tables_source(&two, &second, "two.book.h5", &must_err));
    plim_source *sources[] = {swapped ? &two : &one, swapped ? &one : &two};
    plim_status status = plim_book_load_used(&book, sources, 2, on_conflict, use, err);
    one.close(&one);
    two.close(&two);
    return status;
}

/* Borrowers a u v w x; loans: l1 of a, l2 and l3 of u, l1 of v, l4 of x. */
static void check_pooled(void)
{
    const uint32_t none = PLIM_NO_NAME;
    const char *const ids[] = {"t", "s", "t", "p", "p"};
    const double values[] = {10, 2, 1, 30, 3};
    const uint32_t owners[] = {0, 1, 2, none, none}, places[] = {3, 4, 4};
    assert_int_equal(book.sites.n_rows, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(plim_column_text(plim_frame_find(&book.sites, "id"), i), ids[i]);
        assert_true(plim_frame_find(&book.sites, "value")->number[i] == values[i]);
        assert_int_equal(book.site_borrower[i], owners[i]);
    }
    assert_int_equal(book.insurance.n_rows, 1);
    assert_int_equal(book.policy_borrower[0], 1);
    assert_int_equal(book.first_policy[2], 1);
    assert_int_equal(book.collateral.n_rows, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(book.collateral_site[i], places[i]);
    assert_true(book.collateral_share[0] == 1); /* another piece than that of the other book */
    assert_true(book.collateral_share[1] == 6000.0 / 26020.0);
    plim_book_free(&book);
}

static void rows_are_united(void **state)
{
    (void)state;
    plim_book_use use = {0};
    for (int swapped = 0; swapped < 2; swapped++) {
        MUST(pool(swapped, PLIM_CONFLICT_REFUSE, &use, &must_err));
        check_pooled();
    }
}

static void conflicts_are_refused(void **state)
{
    (void)state;
    plim_names value = {0}, nothing = {0};
    plim_book_use use = {0};
    MUST(plim_names_add(&value, "value", NULL, &must_err));
    plim_frame_find(&second.sites, "value")->number[1] = 5;
    plim_frame_find(&second.insurance, "limit")->number[0] = (double)NAN;
    const plim_conflict rules[] = {PLIM_CONFLICT_REFUSE, PLIM_CONFLICT_WEIGHTED};
    for (size_t r = 0; r < 2; r++)
        REFUSED(
            pool(false, rules[r], &use, &must_err),
            "sites.value, id s: of borrower u: 2 in one.book.h5, but 5 in two.book.h5; accepted: "
            "the same in all books, or another id",
            "insurance.limit, id k: of borrower u: 7 in one.book.h5, but not stated in "
            "two.book.h5");
    use = (plim_book_use){.sites = &value, .insurance = &nothing};
    REFUSED(pool(false, PLIM_CONFLICT_REFUSE, &use, &must_err), "sites.value, id s");
    assert_null(strstr(must_err.message, "insurance"));
    use.sites = &nothing;
    MUST(pool(false, PLIM_CONFLICT_REFUSE, &use,
              &must_err)); /* nobody reads what they disagree on */
    assert_int_equal(book.sites.n_rows, 5);
    plim_book_free(&book);
    plim_names_free(&value);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    plim_status status = PLIM_MACHINE;
    plim_book_use use = {0};
    plim_source one, two, *sources[] = {&one, &two};
    MUST(plim_tables_source(&one, &first, "one.book.h5", &must_err));
    MUST(plim_tables_source(&two, &second, "two.book.h5", &must_err));
    for (long nth = 1; status != PLIM_OK; nth++) {
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        status = plim_book_load_used(&book, sources, 2, PLIM_CONFLICT_REFUSE, &use, &err);
        plim_memory_fail_at(0, 0);
        assert_true(status == PLIM_OK || status == PLIM_MACHINE);
        assert_true(nth < 10000);
    }
    plim_book_free(&book);
    one.close(&one);
    two.close(&two);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make, clear)
    const struct CMUnitTest tests[] = {
        TEST(rows_are_united),
        TEST(conflicts_are_refused),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
