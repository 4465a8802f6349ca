/* What a workbook can hold, what becomes of one that is cut short, and memory that runs out. What
   stands in the sheets is read in cli/test_xlsx.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/workbook.h"
#include "report/workbook_proof.h"

#define SHEET_ROWS 1048576 /* of a spreadsheet program, headings included */
#define CELL_TEXT  32767

static const plim_field number_fields[] = {{"path", PLIM_CELL_INT, ""}};
static const plim_table_spec numbers = {
    .name = "numbers", .doc = "", .fields = number_fields, .n_fields = 1};
static const plim_field text_fields[] = {
    {"key", PLIM_CELL_TEXT, ""}, {"value", PLIM_CELL_TEXT, ""}, {"el", PLIM_CELL_AMOUNT, ""}};
static const plim_table_spec texts = {
    .name = "texts", .doc = "", .fields = text_fields, .n_fields = 3};

static void add_text(plim_table *table, const char *key, const char *value)
{
    plim_error err = {0};
    assert_int_equal(plim_table_add_row(table, &err), PLIM_OK);
    assert_int_equal(plim_table_set_text(table, 0, key, &err), PLIM_OK);
    assert_int_equal(plim_table_set_text(table, 1, value, &err), PLIM_OK);
}

static plim_workbook ask_for(const plim_table *const *table)
{
    return (plim_workbook){.path = "made.xlsx",
                           .title = "test",
                           .as_of = "2025-12-31",
                           .tables = table,
                           .n_tables = 1};
}

static plim_status check(const plim_table *table, plim_error *err)
{
    plim_workbook ask = ask_for(&table);
    return plim_report_workbook_check(&ask, err);
}

static void test_most_rows(void **state)
{
    (void)state;
    plim_error err = {0};
    plim_table table = {0};
    assert_int_equal(plim_table_init(&table, &numbers, &err), PLIM_OK);
    for (int64_t i = 0; i < SHEET_ROWS - 1; i++) {
        assert_int_equal(plim_table_add_row(&table, &err), PLIM_OK);
        plim_table_set_int(&table, 0, i);
    }
    assert_int_equal(check(&table, &err), PLIM_OK);
    const plim_table *one = &table;
    plim_workbook ask = ask_for(&one);
    plim_text bytes = {0};
    assert_int_equal(plim_report_workbook(&bytes, &ask, PLIM_LANG_EN, &err), PLIM_OK);
    plim_sheet_count count = {SHEET_ROWS, SHEET_ROWS};
    assert_true(plim_workbook_whole((const unsigned char *)bytes.data, bytes.length, &count, 1));
    plim_text_free(&bytes);

    assert_int_equal(plim_table_add_row(&table, &err), PLIM_OK);
    assert_int_equal(check(&table, &err), PLIM_USAGE);
    assert_string_equal(err.message,
                        "table numbers has 1048576 rows; a sheet of a workbook holds 1048575 under "
                        "its headings: use --format csv");
    plim_table_free(&table);
}

static void test_longest_text(void **state)
{
    (void)state;
    plim_error err = {0};
    plim_table table = {0};
    plim_text text = {0};
    for (int i = 0; i < CELL_TEXT; i++)
        plim_text_add(&text, "长"); /* characters count, not bytes */
    assert_int_equal(plim_table_init(&table, &texts, &err), PLIM_OK);
    add_text(&table, "a", plim_text_get(&text));
    assert_int_equal(check(&table, &err), PLIM_OK);
    const plim_table *one = &table;
    plim_workbook ask = ask_for(&one);
    plim_text bytes = {0};
    assert_int_equal(plim_report_workbook(&bytes, &ask, PLIM_LANG_EN, &err), PLIM_OK);
    plim_text_free(&bytes);

    plim_text_add(&text, "!");
    add_text(&table, "b", plim_text_get(&text));
    assert_int_equal(check(&table, &err), PLIM_USAGE);
    assert_string_equal(err.message,
                        "table texts, column value: a text of 32768 characters; a cell "
                        "of a workbook holds 32767: use --format csv");
    plim_table_free(&table);
    plim_text_free(&text);
}

static void test_no_text(void **state)
{
    (void)state;
    plim_error err = {0};
    plim_table table = {0};
    assert_int_equal(plim_table_init(&table, &texts, &err), PLIM_OK);
    add_text(&table, "a", "\xb5\xd8");
    assert_int_equal(check(&table, &err), PLIM_INPUT);
    plim_table_free(&table);
}

/* A workbook of one sheet with three rows and five cells, headings included: the amounts are empty,
   one row has one text, and a row without any is none. */
static void make_small(plim_table *table, plim_text *bytes)
{
    plim_error err = {0};
    assert_int_equal(plim_table_init(table, &texts, &err), PLIM_OK);
    add_text(table, "a<b & \"c\" > d", "");
    add_text(table, "", "</row><c>");
    add_text(table, "", "");
    const plim_table *one = table;
    plim_workbook ask = ask_for(&one);
    assert_int_equal(plim_report_workbook(bytes, &ask, PLIM_LANG_ZH, &err), PLIM_OK);
}

static void test_cut_short(void **state)
{
    (void)state;
    plim_table table = {0};
    plim_text bytes = {0};
    make_small(&table, &bytes);
    unsigned char *zip = (unsigned char *)bytes.data;
    plim_sheet_count count = {3, 5};
    assert_true(plim_workbook_whole(zip, bytes.length, &count, 1));
    assert_false(plim_workbook_whole(zip, bytes.length, &count, 0));
    assert_false(plim_workbook_whole(zip, bytes.length, &(plim_sheet_count){4, 5}, 1));
    assert_false(plim_workbook_whole(zip, bytes.length, &(plim_sheet_count){3, 6}, 1));
    for (size_t length = 0; length < bytes.length; length++)
        assert_false(plim_workbook_whole(zip, length, &count, 1));
    /* A bit of the first part's data, and any byte at all: the first is noticed, none is followed
       out of the archive. */
    size_t data = 30 + (size_t)zip[26] + zip[28] + 4;
    zip[data] ^= 4;
    assert_false(plim_workbook_whole(zip, bytes.length, &count, 1));
    zip[data] ^= 4;
    for (size_t i = 0; i < bytes.length; i++) {
        zip[i] ^= 0xff;
        (void)plim_workbook_whole(zip, bytes.length, &count, 1);
        zip[i] ^= 0xff;
    }
    assert_true(plim_workbook_whole(zip, bytes.length, &count, 1));
    plim_text_free(&bytes);
    plim_table_free(&table);
}

static void test_memory(void **state)
{
    (void)state;
    plim_table table = {0};
    plim_text whole = {0};
    make_small(&table, &whole);
    const plim_table *one = &table;
    plim_workbook ask = ask_for(&one);
    long n = 1;
    for (;; n++) {
        plim_error err = {0};
        plim_text bytes = {0};
        plim_memory_fail_at(n, 0);
        plim_status status = plim_report_workbook(&bytes, &ask, PLIM_LANG_ZH, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK) {
            assert_int_equal(bytes.length, whole.length);
            assert_memory_equal(bytes.data, whole.data, whole.length);
        } else {
            assert_int_equal(status, PLIM_MACHINE);
            assert_non_null(strstr(err.message, "memory"));
        }
        plim_text_free(&bytes);
        if (status == PLIM_OK)
            break;
    }
    assert_true(n > 2);
    plim_text_free(&whole);
    plim_table_free(&table);
}

static void test_headings(void **state)
{
    (void)state;
    char heading[64];
    plim_report_heading("el_stderr", PLIM_LANG_EN, heading, sizeof heading);
    assert_string_equal(heading, "el_stderr");
    plim_report_heading("delta_el_stderr", PLIM_LANG_ZH, heading, sizeof heading);
    assert_string_equal(heading, "预期损失增量 标准误");
    plim_report_heading("delta_hi95", PLIM_LANG_ZH, heading, sizeof heading);
    assert_string_equal(heading, "增量 95% 上限");
    plim_report_heading("lo95", PLIM_LANG_ZH, heading, sizeof heading);
    assert_string_equal(heading, "95% 下限");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_most_rows), cmocka_unit_test(test_longest_text),
        cmocka_unit_test(test_no_text),   cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_memory),    cmocka_unit_test(test_headings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
