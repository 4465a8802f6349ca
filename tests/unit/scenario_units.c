#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "scenario/units.h"

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical;
        double factor;
    } cases[] = {
        {"", "ratio", 1.0},
        {"ratio", "ratio", 1.0},
        {"  ", "ratio", 1.0},
        {"CNY", "CNY", 1.0},
        {"万元", "CNY", 1e4},
        {"亿元", "CNY", 1e8},
        {"元", "CNY", 1.0},
        {"吨", "t", 1.0},
        {"千瓦时", "kWh", 1.0},
        {"MWh", "kWh", 1e3},
        {"CNY/tCO2e", "CNY/tCO2e", 1.0},
        {"tCO2e*year^-1", "tCO2e/year", 1.0},
        {"1/year", "1/year", 1.0},
        {"万元/吨", "CNY/t", 1e4},
        {"CNY/MWh", "CNY/kWh", 1e-3},
        {"CNY / MWh", "CNY/kWh", 1e-3},
        {"m^2", "m^2", 1.0},
        {"MWh^2", "kWh^2", 1e6},
        {"MWh^-1", "1/kWh", 1e-3},
        {"m*m*m/day", "m^3/day", 1.0},
        {"CNY/CNY", "ratio", 1.0},
        {"degC", "degC", 1.0},
        {"CNY/t/year", "CNY/t/year", 1.0},
        {"CNY/(t*year)", "CNY/t/year", 1.0},
        {"(万元/MWh)^2", "CNY^2/kWh^2", 100.0},
        {"CNY/(t/(year*m)) ", "CNY*m*year/t", 1.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_unit unit;
        double factor = 0.0;
        char message[200], text[60];
        if (!plim_unit_parse(cases[i].text, &unit, &factor, message))
            fail_msg("%s: %s", cases[i].text, message);
        plim_unit_format(&unit, text, sizeof text);
        assert_string_equal(text, cases[i].canonical);
        assert_true(factor == cases[i].factor);
        assert_false(unit.any);
    }
}

static void test_refuse(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"tCO2", "did you mean `tCO2e`"},
        {"cny", "did you mean `CNY`"},
        {"USD", "CNY tCO2e t kWh"},
        {"CNY/", "missing"},
        {"/CNY", "missing"},
        {"CNY//t", "missing"},
        {"CNY/(t*year", "`)` is missing"},
        {"CNY/t)", "`*` or `/`"},
        {"CNY/()", "missing"},
        {"((((((((((CNY))))))))))", "nested"},
        {"CNY t", "`*` or `/`"},
        {"CNY^", "whole number"},
        {"CNY^x", "whole number"},
        {"CNY^99", "-20 to 20"},
        {"CNY^1.5", "`*` or `/`"},
        {"CNY^20*CNY^20*CNY^20*CNY", "range"},
        {"斤", "CNY tCO2e"},
        {"*", "missing"},
        {"CNY ^ 2 2", "`*` or `/`"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "unknown unit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_unit unit;
        double factor = 0.0;
        char message[200] = "";
        if (plim_unit_parse(cases[i].text, &unit, &factor, message) ||
            !strstr(message, cases[i].words))
            fail_msg("%s: %s", cases[i].text, message);
    }
}

static plim_unit unit_of(const char *text)
{
    plim_unit unit;
    double factor = 0.0;
    char message[200];
    assert_true(plim_unit_parse(text, &unit, &factor, message));
    return unit;
}

static void test_products(void **state)
{
    (void)state;
    plim_unit price = unit_of("CNY/tCO2e"), tons = unit_of("tCO2e"), money = unit_of("CNY");
    plim_unit any = {.any = true}, ratio = {.any = false};
    plim_unit cost = plim_unit_times(&price, &tons, 1);
    assert_true(plim_unit_equal(&cost, &money));
    plim_unit back = plim_unit_times(&cost, &tons, -1);
    assert_true(plim_unit_equal(&back, &price));
    plim_unit half = plim_unit_times(&any, &money, 1);
    assert_true(plim_unit_equal(&half, &money));
    assert_false(half.any);
    plim_unit inverse = plim_unit_times(&any, &money, -1);
    assert_int_equal(inverse.exponent[PLIM_DIM_CNY], -1);
    assert_true(plim_unit_times(&any, &any, 1).any);
    assert_false(plim_unit_equal(&money, &tons));
    assert_false(plim_unit_equal(&money, &ratio));
    assert_true(plim_unit_equal(&any, &money));
    assert_true(plim_unit_equal(&money, &any));
    plim_unit huge = money;
    for (int i = 0; i < 20; i++)
        huge = plim_unit_times(&huge, &huge, 1); /* stays within its type */
    assert_true(huge.exponent[PLIM_DIM_CNY] > 100);
    char text[8];
    plim_unit_format(&price, text, sizeof text);
    assert_string_equal(text, "CNY/tCO");
    plim_unit_format(&any, text, sizeof text);
    assert_string_equal(text, "number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_refuse),
        cmocka_unit_test(test_products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
