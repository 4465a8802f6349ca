#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "book/cell.h"

static const char *cleaned(const char *text)
{
    static char room[128];
    (void)snprintf(room, sizeof room, "%s", text);
    return plim_cell_clean(room);
}

static void what_is_around_a_value_goes(void **state)
{
    (void)state;
    assert_string_equal(cleaned(" \t a b \r"), "a b");
    assert_string_equal(cleaned("　\xC2\xA0x\xE2\x80\x8B"), "x");
    assert_string_equal(cleaned("=\"9150015\""), "9150015");
    assert_string_equal(cleaned("=\" 9150015 \""), "9150015");
    assert_string_equal(cleaned("'00123"), "00123");
    assert_string_equal(cleaned("=A1"), "=A1");
    assert_string_equal(cleaned("　"), "");
}

static void many_ways_to_say_nothing(void **state)
{
    (void)state;
    const char *nothing[] = {"", "-", "--", "—", "n/a", "NULL", "#N/A", "空"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        assert_true(plim_cell_is_empty(nothing[i]));
    assert_false(plim_cell_is_empty("0"));
    assert_false(plim_cell_is_empty("none of it"));
}

static const plim_cell_form plain = {.decimal = '.'};

static double number(const char *text, const plim_cell_form *form)
{
    double out = -1;
    if (!plim_cell_number(text, form, &out))
        fail_msg("%s is no number", text);
    return out;
}

static void numbers_of_exports(void **state)
{
    (void)state;
    plim_cell_form comma = {.decimal = ','}, wan = {.decimal = '.', .shift = 4},
                   percent = {.decimal = '.', .shift = -2};
    assert_true(number("1,234,567.50", &plain) == 1234567.5);
    assert_true(number("１，２３４．５", &plain) == 1234.5);
    assert_true(number("(1,234.50)", &plain) == -1234.5);
    assert_true(number("（12）", &plain) == -12);
    assert_true(number("12-", &plain) == -12);
    assert_true(number("¥ 1,000", &plain) == 1000);
    assert_true(number("-¥1,000", &plain) == -1000);
    assert_true(number("1.234,5", &comma) == 1234.5);
    assert_true(number("4.35%", &plain) == 0.0435);
    assert_true(number("4.35%", &percent) == 0.0435);
    assert_true(number("4.35", &percent) == 0.0435);
    assert_true(number("5‰", &plain) == 0.005);
    /* as a decimal is read: 1.1 x 10000 is 11000.000000000002 */
    assert_true(number("1.1", &wan) == 11000);
    assert_true(number("1,234.5678", &wan) == 12345678);
}

static void what_is_no_number(void **state)
{
    (void)state;
    double out;
    const char *bad[] = {"12,34", "1,2345", "1234,567", ",123", "1.2.3", "12a", "(12",
                         "--5",   "0x10",   "inf",      "nan",  "%",     "1 2", "1,234.5,0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (plim_cell_number(bad[i], &plain, &out))
            fail_msg("%s is taken for %g", bad[i], out);
}

static void dates_of_exports(void **state)
{
    (void)state;
    const struct {
        const char *text, *form, *iso;
    } good[] = {
        {"2025-12-31", "", "2025-12-31"},
        {"2025/1/5", "", "2025-01-05"},
        {"2025.01.05", "", "2025-01-05"},
        {"20251231", "", "2025-12-31"},
        {"2025年12月31日", "", "2025-12-31"},
        {"２０２５－０１－０５", "", "2025-01-05"},
        {"2025-12-31 00:00:00", "", "2025-12-31"},
        {"2025-12-31T08:00", "", "2025-12-31"},
        {"46022", "excel", "2025-12-31"},
        {"2025-12-31", "excel", "2025-12-31"},
        {"44560", "excel1904", "2025-12-31"},
        {"31/12/2025", "d/m/y", "2025-12-31"},
        {"12/31/2025", "m/d/y", "2025-12-31"},
        {"0", "days since 1960-01-01", "1960-01-01"},
        {"15978", "days since 1960-01-01", "2003-09-30"},
    };
    const struct {
        const char *text, *form;
    } bad[] = {{"2025-02-30", ""},  {"46022", ""},    {"31/12/2025", ""},
               {"2025-13-01", ""},  {"2025", ""},     {"12/31/25", "m/d/y"},
               {"2025-12-31x", ""}, {"99999999", ""}, {"1", "excel1905"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        plim_cell_form form = {.decimal = '.'};
        char out[16] = "";
        (void)snprintf(form.date, sizeof form.date, "%s", good[i].form);
        assert_true(plim_cell_date_form(form.date));
        if (!plim_cell_date(good[i].text, &form, out))
            fail_msg("%s is no date", good[i].text);
        assert_string_equal(out, good[i].iso);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plim_cell_form form = {.decimal = '.'};
        char out[16];
        (void)snprintf(form.date, sizeof form.date, "%s", bad[i].form);
        if (plim_cell_date(bad[i].text, &form, out))
            fail_msg("%s is taken for a date: %s", bad[i].text, out);
    }
    assert_false(plim_cell_date_form("days since then"));
    assert_false(plim_cell_date_form("excel1905"));
}

static void ids_and_their_check_digits(void **state)
{
    (void)state;
    /* the two examples are arithmetic, not of real persons: sum of digits by weight, modulo */
    char code[] = "91500153MA00000006";
    assert_true(plim_cell_is_credit_code(code));
    for (int i = 0; i < 18; i++) { /* one wrong character is always found */
        char kept = code[i];
        code[i] = kept == '7' ? '8' : '7';
        assert_false(plim_cell_is_credit_code(code));
        code[i] = kept;
    }
    assert_false(plim_cell_is_credit_code("91500153MA0000000"));
    assert_true(plim_cell_is_resident_number("11010519491231002X"));
    assert_false(plim_cell_is_resident_number("110105194912310021"));
    assert_true(plim_cell_is_damaged_id("9.15002E+17"));
    assert_true(plim_cell_is_damaged_id("9E+17"));
    assert_false(plim_cell_is_damaged_id("9.15002"));
    assert_false(plim_cell_is_damaged_id("91500153MA00000006"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_around_a_value_goes),
        cmocka_unit_test(many_ways_to_say_nothing),
        cmocka_unit_test(numbers_of_exports),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(dates_of_exports),
        cmocka_unit_test(ids_and_their_check_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
