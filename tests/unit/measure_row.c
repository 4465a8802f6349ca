#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "measure/row.h"

static plim_table table_named(const char *name)
{
    plim_table table;
    plim_error err = {0};
    assert_int_equal(plim_table_init(&table, plim_table_spec_find(name), &err), PLIM_OK);
    return table;
}

static void cells_follow_the_fields(void **unused)
{
    (void)unused;
    plim_table table = table_named("paths");
    plim_error err = {0};
    plim_row row = plim_row_begin(&table, &err);
    plim_row_text(&row, "baseline");
    plim_row_int(&row, 7);
    plim_row_text(&row, "bank");
    plim_row_fen(&row, 12345);
    assert_int_equal(plim_row_end(&row), PLIM_OK);
    assert_int_equal(table.n_rows, 1);
    assert_string_equal(plim_table_text(&table, 0, 2), "bank");
    assert_int_equal(table.columns[1].integer[0], 7);
    assert_int_equal(table.columns[3].integer[0], 12345);
    assert_true(table.columns[4].integer[0] == PLIM_FEN_EMPTY); /* not filled: empty */
    plim_table_free(&table);
}

static void a_cell_of_another_kind_is_a_bug(void **unused)
{
    (void)unused;
    plim_table table = table_named("paths");
    plim_error err = {0};
    plim_row row = plim_row_begin(&table, &err);
    plim_row_text(&row, "baseline");
    plim_row_number(&row, 7);
    plim_row_text(&row, "bank"); /* too late: the failure sticks */
    assert_int_equal(plim_row_end(&row), PLIM_BUG);
    assert_non_null(strstr(err.message, "path"));
    plim_table_free(&table);
}

static void a_cell_too_many_is_a_bug(void **unused)
{
    (void)unused;
    plim_table table = table_named("run");
    plim_error err = {0};
    plim_row row = plim_row_begin(&table, &err);
    plim_row_text(&row, "seed");
    plim_row_text(&row, "1");
    plim_row_text(&row, "2");
    assert_int_equal(plim_row_end(&row), PLIM_BUG);
    plim_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_follow_the_fields),
        cmocka_unit_test(a_cell_of_another_kind_is_a_bug),
        cmocka_unit_test(a_cell_too_many_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
