/* Numbers on the screen: scale, digits, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/screen.h"

static void shows(double value, double error, double factor, const char *expected)
{
    char out[160];
    plim_screen_value(value, error, factor, out, sizeof out);
    assert_string_equal(out, expected);
}

static void test_values(void **state)
{
    (void)state;
    shows(1234.5, (double)NAN, 1, "1234.50");
    shows(0.012345, (double)NAN, 1, "0.01235");
    shows(0, (double)NAN, 1, "0.00");
    shows(-0.5, (double)NAN, 1, "-0.5000");
    shows(12345678, 45678, 1e4, "1234.57 ± 4.57");
    /* two digits of the error, even where the value is large */
    shows(12.3456, 0.0031, 1, "12.3456 ± 0.0031");
    /* a value that is known badly is not shown with more digits than its error */
    shows(0.000123456, 0.02, 1, "0.000 ± 0.020");
    shows(0, 0, 1e4, "0.00 ± 0.00");
    shows((double)NAN, 1, 1, "");
}

static void test_scales(void **state)
{
    (void)state;
    plim_scale scale = plim_scale_for(99999, "CNY", PLIM_LANG_EN);
    assert_true(scale.factor == 1);
    assert_string_equal(scale.unit, "CNY");
    scale = plim_scale_for(1e5, "CNY", PLIM_LANG_EN);
    assert_true(scale.factor == 1e4);
    assert_string_equal(scale.unit, "10,000 CNY");
    scale = plim_scale_for(1e5, "CNY", PLIM_LANG_ZH);
    assert_string_equal(scale.unit, "万元");
    scale = plim_scale_for(2e12, "CNY", PLIM_LANG_ZH);
    assert_true(scale.factor == 1e8);
    assert_string_equal(scale.unit, "亿元");
    scale = plim_scale_for(2e12, "EUR", PLIM_LANG_EN);
    assert_string_equal(scale.unit, "100 million EUR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
