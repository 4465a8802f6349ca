#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "base/numeral.h"

static const char *shortest(double value)
{
    static char out[32];
    plim_format_shortest(value, out, sizeof out);
    return out;
}

static const char *fixed(double value)
{
    static char out[32];
    plim_format_fixed(value, 2, out, sizeof out);
    return out;
}

static void shortest_form(void **state)
{
    (void)state;
    assert_string_equal(shortest(0.1), "0.1");
    assert_string_equal(shortest(1e-5), "1e-05");
    assert_string_equal(shortest(123456789.25), "123456789.25");
    assert_string_equal(shortest(0.1 + 0.2), "0.30000000000000004");
    assert_string_equal(shortest(1.0 / 3.0), "0.3333333333333333");
    assert_string_equal(shortest(0x1p-1074), "5e-324");
    assert_string_equal(shortest((double)NAN), "");
    assert_string_equal(shortest(0.0), "0");
}

static void shortest_form_reads_back(void **state)
{
    (void)state;
    uint64_t mix = 88172645463325252U;
    for (int i = 0; i < 50000; i++) {
        mix ^= mix << 13;
        mix ^= mix >> 7;
        mix ^= mix << 17;
        double value, back;
        memcpy(&value, &mix, sizeof value);
        if (!isfinite(value))
            continue;
        assert_true(strlen(shortest(value)) < 32);
        assert_true(plim_parse_double(shortest(value), &back));
        assert_memory_equal(&value, &back, sizeof value);
    }
}

static void fixed_form(void **state)
{
    (void)state;
    assert_string_equal(fixed(1234.5), "1234.50");
    assert_string_equal(fixed(-0.25), "-0.25");
    assert_string_equal(fixed(-0.001), "0.00");
    assert_string_equal(fixed(-0.0), "0.00");
    assert_string_equal(fixed(-0.006), "-0.01");
    assert_string_equal(fixed(1.3e14), "130000000000000.00");
    assert_string_equal(fixed(-1e300), "-1e+300");
    assert_string_equal(fixed((double)NAN), "");
}

static void reads_numbers_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0.0},      {"-1.5", -1.5},  {"+2", 2.0},     {".5", 0.5}, {"5.", 5.0},
                {"1e-3", 0.001}, {"1E+2", 100.0}, {"1e-400", 0.0}, {"007", 7.0}};
    static const char *const bad[] = {
        "",   " ",  "1 ",  " 1",    "1x",  "0x10",  "inf", "nan",   "-",           ".",
        "e5", "1e", "1e+", "1e400", "1,5", "1.5.2", "--1", "1_000", "\xEF\xBC\x91"};
    double value = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(plim_parse_double(good[i].text, &value));
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(plim_parse_double(bad[i], &value));
}

static void reads_integers_strictly(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_true(plim_parse_int64("9223372036854775807", &value));
    assert_true(value == INT64_MAX);
    assert_true(plim_parse_int64("-9223372036854775808", &value));
    assert_true(value == INT64_MIN);
    static const char *const bad[] = {"", "-", "9223372036854775808", "1.0", "1e3", " 1", "1 "};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(plim_parse_int64(bad[i], &value));
}

/* A host program with a decimal comma changes nothing. Without such a locale there is nothing to
   test. */
static void locale_does_not_matter(void **state)
{
    (void)state;
    static const char *const with_comma[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ru_RU.UTF-8"};
    const char *set = NULL;
    for (size_t i = 0; i < 3 && set == NULL; i++)
        set = setlocale(LC_ALL, with_comma[i]);
    if (set == NULL)
        skip();
    double value = 0;
    assert_string_equal(shortest(0.5), "0.5");
    assert_string_equal(fixed(0.5), "0.50");
    assert_true(plim_parse_double("2.5", &value) && value == 2.5);
    (void)setlocale(LC_ALL, "C");
}

static int64_t days(const char *text)
{
    int64_t out = 0;
    assert_true(plim_parse_date(text, &out));
    return out;
}

static void dates(void **state)
{
    (void)state;
    assert_int_equal(days("1970-01-01"), 0);
    assert_int_equal(days("1969-12-31"), -1);
    assert_int_equal(days("2000-03-01"), 11017);
    assert_int_equal(days("2024-02-29") + 1, days("2024-03-01"));
    assert_int_equal(days("0001-01-01"), -719162);
    static const char *const bad[] = {"2025-02-29", "1900-02-29", "2025-13-01", "2025-00-10",
                                      "2025-04-31", "2025-4-30",  "20250430",   "2025-04-30 ",
                                      "2025/04/30", "0000-01-01", "-025-01-01", ""};
    int64_t unused;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(plim_parse_date(bad[i], &unused));
}

static void dates_read_back(void **state)
{
    (void)state;
    char text[16];
    int64_t last = days("9999-12-31");
    for (int64_t day = days("0001-01-01"); day <= last; day += 13) {
        plim_format_date(day, text);
        assert_int_equal(days(text), day);
    }
    plim_format_date(last + 1, text);
    assert_string_equal(text, "");
}

static void months_end_with_the_month(void **state)
{
    (void)state;
    assert_int_equal(plim_date_add_months(days("2025-01-31"), 1), days("2025-02-28"));
    assert_int_equal(plim_date_add_months(days("2024-02-29"), 12), days("2025-02-28"));
    assert_int_equal(plim_date_add_months(days("2025-06-30"), 60), days("2030-06-30"));
    assert_int_equal(plim_date_add_months(days("2025-01-15"), -13), days("2023-12-15"));
    assert_int_equal(plim_date_add_months(days("2025-12-31"), 2), days("2026-02-28"));
}

static void digits_in_groups(void **state)
{
    (void)state;
    const char *cases[][2] = {{"0", "0"},
                              {"123", "123"},
                              {"1234", "1,234"},
                              {"123456", "123,456"},
                              {"-1234567.50", "-1,234,567.50"},
                              {"-12", "-12"},
                              {"1000.1234", "1,000.1234"},
                              {"", ""}};
    char out[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_group_digits(cases[i][0], out, sizeof out);
        assert_string_equal(out, cases[i][1]);
    }
    plim_group_digits("1234567", out, 6); /* too small */
    assert_true(strlen(out) < 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shortest_form),
        cmocka_unit_test(digits_in_groups),
        cmocka_unit_test(shortest_form_reads_back),
        cmocka_unit_test(fixed_form),
        cmocka_unit_test(reads_numbers_strictly),
        cmocka_unit_test(reads_integers_strictly),
        cmocka_unit_test(locale_does_not_matter),
        cmocka_unit_test(dates),
        cmocka_unit_test(dates_read_back),
        cmocka_unit_test(months_end_with_the_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
