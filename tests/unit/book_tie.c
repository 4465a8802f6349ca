#include "../support/book_fixture.h"

static plim_book_tables_data tables;
static plim_book book;

static int make(void **state)
{
    (void)state;
    fixture_tables(&tables);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    plim_book_tables_data_free(&tables);
    return 0;
}

static plim_status tie(void)
{
    MUST(fixture_load(&book, &tables, "a.book.h5"));
    must_err = (plim_error){0};
    plim_status status = plim_book_tie(&book, &must_err);
    plim_book_free(&book);
    return status;
}

static void to_the_fen(void **state)
{
    (void)state;
    plim_column *total = plim_frame_find(&tables.banks, "total_loans");
    MUST(tie());
    total->number[0] = 450.31;
    REFUSED(tie(), "a.book.h5: banks.total_loans, id B", "loans 450.30", "excluded 0.00",
            "control total 450.31", "= -0.01");
    total->number[1] = 50; /* bank A ties; B still does not */
    REFUSED(tie(), "id B");
    assert_null(strstr(must_err.message, "id A"));
}

static void exclusions_of_a_bank(void **state)
{
    (void)state;
    plim_frame_find(&tables.banks, "total_loans")->number[0] = 460.55;
    TEXTS(&tables.excluded, "bank", "B", "A", "B");
    NUMBERS(&tables.excluded, "balance", 10.25, 99, (double)NAN);
    MUST(tie());
    plim_frame_find(&tables.excluded, "balance")->number[0] = 10;
    REFUSED(tie(), "= -0.25");
}

static void exclusions_of_nobody(void **state)
{
    (void)state;
    plim_column *total = plim_frame_find(&tables.banks, "total_loans");
    NUMBERS(&tables.excluded, "balance", 5);
    MUST(tie()); /* bank A states no total: nothing to set it against */
    total->number[0] = 452.30;
    total->number[1] = 53;
    MUST(tie()); /* 450.30 + 50 + 5 */
    total->number[1] = 52;
    REFUSED(tie(), "loans 500.30", "excluded 5.00", "control total 504.30", "= 1.00");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make, clear)
    const struct CMUnitTest tests[] = {
        TEST(to_the_fen),
        TEST(exclusions_of_a_bank),
        TEST(exclusions_of_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
