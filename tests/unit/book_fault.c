#include "../support/book_fixture.h"

#include "book/fault.h"

static void words_of_places(void **state)
{
    (void)state;
    plim_faults faults = {.book = "a.book.h5"};
    plim_faults_add(&faults, &(plim_place){"loans", "lgd", 7, "L7"}, "%d is wrong", 2);
    plim_faults_add(&faults, &(plim_place){"banks", NULL, PLIM_NO_ROW, NULL}, "no rows");
    REFUSED(plim_faults_finish(&faults, &must_err),
            "a.book.h5: loans.lgd, row 7, id L7: 2 is wrong", "\n  banks: no rows");
    assert_null(strstr(must_err.message, "more"));
}

static void lines_of_csv_files(void **state)
{
    (void)state;
    const size_t line[] = {2, 5};
    plim_row_lines lines[PLIM_BOOK_TABLE_COUNT] = {{NULL, NULL}};
    lines[PLIM_BOOK_LOANS] = (plim_row_lines){"in/loans.csv", line};
    plim_faults faults = {.book = "import", .lines = lines};
    plim_faults_add(&faults, &(plim_place){"loans", "lgd", 1, "L7"}, "wrong");
    REFUSED(plim_faults_finish(&faults, &must_err), "in/loans.csv:5: column lgd, id L7: wrong");
}

static void shows_twenty(void **state)
{
    (void)state;
    plim_faults faults = {.book = "b"};
    for (size_t i = 0; i < 33; i++)
        plim_faults_add(&faults, &(plim_place){"loans", "lgd", i, NULL}, "wrong");
    assert_false(plim_faults_open(&faults));
    REFUSED(plim_faults_finish(&faults, &must_err), "row 19", "and 13 more faults");
    assert_null(strstr(must_err.message, "row 20"));
    MUST(plim_faults_finish(&faults, &must_err)); /* emptied */
}

static void cuts_between_characters(void **state)
{
    (void)state;
    assert_int_equal(plim_shown("abc"), 3);
    char text[200] = "";
    for (int i = 0; i < 40; i++)
        (void)strcat(text, "荣");
    assert_int_equal(plim_shown(text), 78); /* 26 characters of 3 bytes */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_places),
        cmocka_unit_test(lines_of_csv_files),
        cmocka_unit_test(shows_twenty),
        cmocka_unit_test(cuts_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
