/* One table in its three forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#include "report/report.h"

static const plim_field fields[] = {
    {"scenario", PLIM_CELL_TEXT, ""},    {"year", PLIM_CELL_INT, ""},
    {"exposure", PLIM_CELL_FEN, ""},     {"el", PLIM_CELL_AMOUNT, ""},
    {"el_stderr", PLIM_CELL_AMOUNT, ""}, {"default_rate", PLIM_CELL_NUMBER, ""},
    {"level", PLIM_CELL_TEXT, ""},
};
static const plim_table_spec spec = {
    .name = "sample", .doc = "a sample", .fields = fields, .n_fields = 7};

static void add(plim_table *table, const char *scenario, int64_t year, int64_t fen, double el,
                double error, double rate)
{
    plim_error err = {0};
    assert_int_equal(plim_table_add_row(table, &err), PLIM_OK);
    assert_int_equal(plim_table_set_text(table, 0, scenario, &err), PLIM_OK);
    assert_int_equal(plim_table_set_text(table, 6, "red", &err), PLIM_OK);
    plim_table_set_int(table, 1, year);
    plim_table_set_fen(table, 2, fen);
    plim_table_set_number(table, 3, el);
    plim_table_set_number(table, 4, error);
    plim_table_set_number(table, 5, rate);
}

static void expect(plim_format format, plim_lang lang, size_t max_rows, const char *expected)
{
    plim_error err = {0};
    plim_table table = {0};
    plim_text out = {0};
    assert_int_equal(plim_table_init(&table, &spec, &err), PLIM_OK);
    add(&table, "baseline", 2026, 9007199254740993, 1000000, 2500, 0.0125);
    add(&table, "a \"b\", c", 2027, PLIM_FEN_EMPTY, (double)NAN, (double)NAN, 0.00001);
    assert_int_equal(plim_report_table(&out, &table, format, lang, "CNY", max_rows, &err), PLIM_OK);
    assert_string_equal(plim_text_get(&out), expected);
    plim_text_free(&out);
    plim_table_free(&table);
}

static void test_csv(void **state)
{
    (void)state;
    expect(PLIM_FORMAT_CSV, PLIM_LANG_ZH, 1,
           "scenario,year,exposure,el,el_stderr,default_rate,level\r\n"
           "baseline,2026,90071992547409.93,1000000.00,2500.00,0.0125,red\r\n"
           "\"a \"\"b\"\", c\",2027,,,,1e-05,red\r\n");
}

static void test_json(void **state)
{
    (void)state;
    expect(PLIM_FORMAT_JSON, PLIM_LANG_EN, 0,
           "[\n {\"scenario\": \"baseline\", \"year\": 2026, \"exposure\": 90071992547409.93, "
           "\"el\": 1000000.00, \"el_stderr\": 2500.00, \"default_rate\": 0.0125, \"level\": "
           "\"red\"},\n"
           " {\"scenario\": \"a \\\"b\\\", c\", \"year\": 2027, \"exposure\": null, \"el\": null, "
           "\"el_stderr\": null, \"default_rate\": 1e-05, \"level\": \"red\"}\n]\n");
}

static void test_json_lines(void **state)
{
    (void)state;
    expect(PLIM_FORMAT_JSONL, PLIM_LANG_ZH, 1,
           "{\"scenario\": \"baseline\", \"year\": 2026, \"exposure\": 90071992547409.93, "
           "\"el\": 1000000.00, \"el_stderr\": 2500.00, \"default_rate\": 0.0125, \"level\": "
           "\"red\"}\n"
           "{\"scenario\": \"a \\\"b\\\", c\", \"year\": 2027, \"exposure\": null, \"el\": null, "
           "\"el_stderr\": null, \"default_rate\": 1e-05, \"level\": \"red\"}\n");
}

static void test_text(void **state)
{
    (void)state;
    expect(PLIM_FORMAT_TEXT, PLIM_LANG_EN, 1,
           "a sample (amounts in 100 million CNY; rates in %)\n"
           "scenario  year   exposure                 el ±  default_rate  level\n"
           "baseline  2026  900719.93  0.010000 ± 0.000025          1.25  I red\n"
           "... 1 more rows\n");
    expect(PLIM_FORMAT_TEXT, PLIM_LANG_ZH, 1,
           "a sample（金额单位：亿元；比率单位：%）\n"
           "情景  年份       敞口           预期损失 ±  违约率  预警级别\n"
           "基准  2026  900719.93  0.010000 ± 0.000025    1.25  I 红\n"
           "……另有 1 行\n");
}

static void test_empty(void **state)
{
    (void)state;
    plim_error err = {0};
    plim_table table = {0};
    plim_text out = {0};
    assert_int_equal(plim_table_init(&table, &spec, &err), PLIM_OK);
    assert_int_equal(
        plim_report_table(&out, &table, PLIM_FORMAT_JSON, PLIM_LANG_EN, "CNY", 0, &err), PLIM_OK);
    assert_string_equal(plim_text_get(&out), "[]\n");
    plim_text_free(&out);
    char reason[] = "the book states no classes";
    table.reason = reason;
    assert_int_equal(
        plim_report_table(&out, &table, PLIM_FORMAT_TEXT, PLIM_LANG_EN, "CNY", 0, &err), PLIM_OK);
    assert_non_null(strstr(plim_text_get(&out), "(empty: the book states no classes)"));
    table.reason = NULL;
    plim_text_free(&out);
    plim_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv),        cmocka_unit_test(test_json),
        cmocka_unit_test(test_json_lines), cmocka_unit_test(test_text),
        cmocka_unit_test(test_empty),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
