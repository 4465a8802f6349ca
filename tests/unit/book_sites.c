/* Sites, policies, and what share of a piece of collateral counts for a loan. Rows of the fixture
 * in canonical order: borrowers u v w x; loans l2 (of u, exposure 60), l3 (u, 100.10), l1 (v,
 * 200.20), l4 (x, 150). */
#include "../support/book_fixture.h"

#include "book/describe.h"

static plim_book_tables_data tables;
static plim_book book;

static int make(void **state)
{
    (void)state;
    fixture_tables(&tables);
    TEXTS(&tables.collateral, "id", "land", "idle", "plant", "land", "");
    TEXTS(&tables.collateral, "loan", "l1", "", "l4", "l2", "l3");
    NUMBERS(&tables.collateral, "value", 10, 30, 20, 10, 40);
    TEXTS(&tables.sites, "id", "s9", "p2", "s1", "p1", "s0");
    TEXTS(&tables.sites, "borrower", "v", "", "u", "", "u");
    TEXTS(&tables.sites, "collateral", "", "plant", "", "land", "");
    TEXTS(&tables.sites, "region", "500153001", "", "", "", "");
    NUMBERS(&tables.sites, "lat", (double)NAN, 29.4, 29.5, 29.6, (double)NAN);
    NUMBERS(&tables.sites, "lon", (double)NAN, 105.4, 105.5, (double)NAN, 105.7);
    NUMBERS(&tables.sites, "value", 9, 2, 1, 3, 5);
    TEXTS(&tables.insurance, "id", "k2", "k3", "k1");
    TEXTS(&tables.insurance, "borrower", "u", "x", "u");
    NUMBERS(&tables.insurance, "limit", 100, 200, 300);
    TEXTS(&tables.insurance, "end", "2026-06-30", "", "2027-12-31");
    return 0;
}

static int clear(void **state)
{
    (void)state;
    plim_book_tables_data_free(&tables);
    return 0;
}

static void same_rows(const uint32_t *is, const uint32_t *expected, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_int_equal(is[i], expected[i]);
}
#define ROWS(is, ...)                                                                              \
    same_rows(is, (const uint32_t[]){__VA_ARGS__},                                                 \
              sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void same_ids(const plim_frame *frame, const char *const *expected, size_t n)
{
    assert_int_equal(frame->n_rows, n);
    const plim_column *id = plim_frame_find(frame, "id");
    for (size_t i = 0; i < n; i++)
        assert_string_equal(plim_column_text(id, i), expected[i]);
}
#define IDS(frame, ...)                                                                            \
    same_ids(frame, (const char *const[]){__VA_ARGS__},                                            \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void check_views(void)
{
    const uint32_t none = PLIM_NO_NAME;
    IDS(&book.sites, "s0", "s1", "s9", "p1", "p2");
    ROWS(book.site_borrower, 0, 0, 1, none, none);
    ROWS(book.first_site, 0, 2, 3, 3, 3);
    IDS(&book.insurance, "k1", "k2", "k3");
    ROWS(book.policy_borrower, 0, 0, 3);
    ROWS(book.first_policy, 0, 2, 2, 2, 3);
    IDS(&book.collateral, "land", "", "land", "plant", "idle");
    ROWS(book.collateral_loan, 0, 1, 2, 3, none);
    ROWS(book.first_collateral, 0, 1, 2, 3, 4);
    ROWS(book.collateral_site, 3, none, 3, 4, none);
    const double share[] = {6000.0 / 26020.0, 1, 20020.0 / 26020.0, 1, 1};
    assert_memory_equal(book.collateral_share, share, sizeof share);
    assert_int_equal(plim_book_sites_without_place(&book), 2); /* s0 and p1: half a point is none */
}

static void order_and_views(void **state)
{
    (void)state;
    MUST(fixture_load(&book, &tables, "a"));
    check_views();
    plim_book_free(&book);
}

static void references_may_be_row_numbers(void **state)
{
    (void)state;
    fixture_drop(&tables.sites, "borrower");
    fixture_drop(&tables.insurance, "borrower");
    const int64_t none = PLIM_REFERENCE_MISSING;
    INTEGERS(&tables.sites, "borrower", 0, none, 1, none, 1);
    INTEGERS(&tables.insurance, "borrower", 1, 3, 1);
    MUST(fixture_load(&book, &tables, "a"));
    check_views();
    assert_string_equal(plim_column_text(plim_frame_find(&book.sites, "borrower"), 2), "v");
    assert_string_equal(plim_column_text(plim_frame_find(&book.sites, "borrower"), 3), "");
    plim_book_free(&book);
}

static void only_named_columns_stay(void **state)
{
    (void)state;
    plim_source source, *sources[] = {&source};
    plim_names value = {0}, nothing = {0};
    MUST(plim_names_add(&value, "value", NULL, &must_err));
    plim_book_use use = {.sites = &value, .insurance = &nothing, .collateral = &nothing};
    MUST(plim_tables_source(&source, &tables, "a", &must_err));
    MUST(plim_book_load_used(&book, sources, 1, PLIM_CONFLICT_REFUSE, &use, &must_err));
    assert_int_equal(book.sites.n_columns, 3); /* id, value and what they are sorted by */
    assert_non_null(plim_frame_find(&book.sites, "collateral"));
    assert_int_equal(book.insurance.n_columns, 1);
    assert_int_equal(book.collateral.n_columns, 2);
    assert_non_null(plim_frame_find(&book.borrowers, "revenue"));
    IDS(&book.sites, "s0", "s1", "s9", "p1", "p2");
    ROWS(book.collateral_site, 3, PLIM_NO_NAME, 3, 4, PLIM_NO_NAME);
    plim_book_free(&book);
    plim_names_free(&value);
    source.close(&source);
}

static void shares_without_exposure(void **state)
{
    (void)state;
    plim_column *balance = plim_frame_find(&tables.loans, "balance");
    fixture_drop(&tables.banks, "total_loans");
    balance->number[1] = balance->number[2] = 0; /* l1 and l2, which has undrawn 20 x 0.5 */
    MUST(fixture_load(&book, &tables, "a"));
    assert_true(book.collateral_share[0] == 1 && book.collateral_share[2] == 0);
    plim_book_free(&book);
    plim_frame_find(&tables.loans, "undrawn")->number[2] = 0;
    MUST(fixture_load(&book, &tables, "a"));
    assert_true(book.collateral_share[0] == 0.5 && book.collateral_share[2] == 0.5);
    plim_book_free(&book);
}

#define SITE_REFUSED(...)                                                                          \
    REFUSED(fixture_load(&book, &tables, "x.book.h5"), "x.book.h5", __VA_ARGS__)

static void set(plim_frame *frame, const char *column, size_t row, const char *text)
{
    MUST(plim_column_set_text(plim_frame_find(frame, column), row, text, &must_err));
}

static void whose_a_site_is(void **state)
{
    (void)state;
    set(&tables.sites, "borrower", 1, "u");
    set(&tables.sites, "borrower", 2, "");
    set(&tables.sites, "borrower", 4, "nobody");
    set(&tables.sites, "collateral", 3, "castle");
    SITE_REFUSED("sites.collateral, row 1, id p2: borrower and collateral are both stated; "
                 "accepted: exactly one of them",
                 "sites.borrower, row 2, id s1: borrower and collateral are both missing",
                 "sites.borrower, row 4, id s0: 'nobody' is no id of borrowers",
                 "sites.collateral, row 3, id p1: 'castle' is no id of collateral");
}

static void one_site_for_a_piece(void **state)
{
    (void)state;
    set(&tables.sites, "collateral", 1, "land");
    SITE_REFUSED("sites.collateral, row 3, id p1: 'land' has its place in row 1 already");
    fixture_drop(&tables.collateral, "id");
    SITE_REFUSED("sites.collateral, row 1, id p2: 'land' is no id of collateral");
}

static void impossible_values(void **state)
{
    (void)state;
    NUMBERS(&tables.sites, "elevation", -10, 10001, -10.5, 10000, 0);
    NUMBERS(&tables.sites, "protection", 0, 1, 1.5, 0.5, -0.1);
    NUMBERS(&tables.insurance, "insurer_pd", 0, 1, 1.1);
    NUMBERS(&tables.insurance, "delay", 0, -1, 20);
    set(&tables.insurance, "end", 2, "2026-02-29");
    set(&tables.insurance, "id", 1, "k2");
    set(&tables.sites, "id", 4, "s9");
    plim_frame_find(&tables.sites, "lat")->number[1] = 91;
    plim_frame_find(&tables.sites, "lon")->number[1] = -180.5;
    SITE_REFUSED("sites.id, row 4, id s9: this id occurs already in row 0",
                 "sites.elevation, row 1, id p2: 10001 is impossible",
                 "sites.elevation, row 2, id s1: -10.5 is impossible; accepted: a number from -10",
                 "sites.protection, row 2", "sites.protection, row 4", "sites.lat, row 1, id p2",
                 "sites.lon, row 1, id p2", "insurance.id, row 1, id k2: this id occurs already",
                 "insurance.insurer_pd, row 2", "insurance.delay, row 1",
                 "insurance.end, row 2, id k1: '2026-02-29' is impossible");
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    plim_source source, *sources[] = {&source};
    MUST(plim_tables_source(&source, &tables, "a", &must_err));
    plim_status status = PLIM_MACHINE;
    for (long nth = 1; status != PLIM_OK; nth++) {
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        status = plim_book_load(&book, sources, 1, PLIM_CONFLICT_REFUSE, NULL, &err);
        plim_memory_fail_at(0, 0);
        assert_true(status == PLIM_OK || (status == PLIM_MACHINE && err.message[0] != '\0'));
        assert_true(nth < 10000);
    }
    plim_book_free(&book);
    source.close(&source);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make, clear)
    const struct CMUnitTest tests[] = {
        TEST(order_and_views),         TEST(references_may_be_row_numbers),
        TEST(only_named_columns_stay), TEST(shares_without_exposure),
        TEST(whose_a_site_is),         TEST(one_site_for_a_piece),
        TEST(impossible_values),       TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
