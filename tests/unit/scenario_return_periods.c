#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "scenario/return_periods.h"

static plim_status read_text(const char *text, plim_return_periods *out, plim_error *err)
{
    *err = (plim_error){0};
    return plim_return_periods_read(out, "r.csv", text, strlen(text), NULL, err);
}

static double at(const plim_return_periods *periods, size_t place, double probability)
{
    plim_return_curve curve = plim_return_periods_curve(periods, place);
    return plim_return_periods_at(&curve, probability);
}

static void expect_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12 * (1 + fabs(expected))))
        fail_msg("%.17g, expected %.17g", value, expected);
}

static const char table[] = "return_period,place,intensity,source\n"
                            "1000,5001,3,x\n10,5001,1,x\n100,5001,1.5,x\n"
                            "50,4,2,x\n";

static void curves_are_linear_in_the_log_of_the_return_period(void **state)
{
    (void)state;
    plim_return_periods periods;
    plim_error err;
    assert_int_equal(read_text(table, &periods, &err), PLIM_OK);
    assert_int_equal(periods.n_places, 2);
    assert_string_equal(periods.place[0], "4");
    assert_string_equal(periods.place[1], "5001");
    assert_int_equal(plim_return_periods_curve(&periods, 1).n, 3);
    /* half way from 10 to 100 years in the logarithm: sqrt(1000) years */
    expect_near(at(&periods, 1, 1 / sqrt(1000.0)), 1.25);
    /* a fifth of the way from 100 to 1000 years: 1.5 + 0.2 * 1.5 */
    expect_near(at(&periods, 1, 1 / pow(10.0, 2.2)), 1.8);
    plim_return_periods_free(&periods);
}

static void points_are_met_exactly_and_ends_are_firm(void **state)
{
    (void)state;
    plim_return_periods periods;
    plim_error err;
    assert_int_equal(read_text(table, &periods, &err), PLIM_OK);
    assert_true(at(&periods, 1, 1.0 / 10) == 1);
    assert_true(at(&periods, 1, 1.0 / 100) == 1.5);
    assert_true(at(&periods, 1, 1.0 / 1000) == 3);
    assert_true(at(&periods, 1, nextafter(1.0 / 10, 1)) == 0);
    assert_true(at(&periods, 1, 1) == 0);
    assert_true(at(&periods, 1, 1e-9) == 3);
    assert_true(at(&periods, 1, 0) == 3);
    assert_true(isnan(at(&periods, 1, (double)NAN)));
    assert_true(at(&periods, 0, 0.03) == 0);
    assert_true(at(&periods, 0, 0.02) == 2);
    assert_true(at(&periods, 0, 0.01) == 2);
    double last = 0;
    for (double q = 0.11; q > 5e-4; q *= 0.999) { /* never falls */
        double value = at(&periods, 1, q);
        assert_true(value >= last);
        last = value;
    }
    plim_return_periods_free(&periods);
}

/* Points whose logarithms are the same number. */
static void points_may_be_as_near_as_numbers_go(void **state)
{
    (void)state;
    plim_return_periods periods;
    plim_error err;
    assert_int_equal(read_text("place,return_period,intensity\np,100,1\np,100.0000000000001,2\n",
                               &periods, &err),
                     PLIM_OK);
    for (double q = 0.01; q >= 1 / 100.0000000000001; q = nextafter(q, 0))
        assert_true(at(&periods, 0, q) >= 1 && at(&periods, 0, q) <= 2);
    plim_return_periods_free(&periods);
}

static void order_changes_nothing(void **state)
{
    (void)state;
    plim_return_periods one, two;
    plim_error err;
    assert_int_equal(read_text("place,return_period,intensity\na,5,1\nb,7,2\na,9,3\n", &one, &err),
                     PLIM_OK);
    assert_int_equal(read_text("intensity,place,return_period\n3,a,9\n1,a,5\n2,b,7\n", &two, &err),
                     PLIM_OK);
    assert_memory_equal(one.first, two.first, 3 * sizeof *one.first);
    assert_memory_equal(one.intensity, two.intensity, 3 * sizeof *one.intensity);
    assert_memory_equal(one.probability, two.probability, 3 * sizeof *one.probability);
    plim_return_periods_free(&one);
    plim_return_periods_free(&two);
}

#define HEAD "place,return_period,intensity\n"

static void faults_are_named_with_their_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {HEAD, "has a header and no rows"},
        {"place,returnperiods,intensity\np,1,1\n",
         "no column `return_period`; did you mean `returnperiods`?"},
        {HEAD ",10,1\n", "line 2, column `place`: is empty"},
        {HEAD "p,0,1\n", "line 2, column `return_period`: `0` stands there; accepted: a number"},
        {HEAD "p,-5,1\n", "`-5`"},
        {HEAD "p,100y,1\n", "`100y`"},
        {HEAD "p,10,-1\n", "line 2, column `intensity`: `-1` stands there"},
        {HEAD "p,10,\n", "line 2, column `intensity`: `` stands there"},
        {HEAD "p,10,2\nq,10,1\np,10,2\n",
         "lines 2 and 4: place `p` has two intensities for a return period of 10 years"},
        {HEAD "p,100,1\np,10,2\n",
         "lines 3 and 2: at place `p` the intensity falls from 2 in 10 years to 1 in 100 years"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_return_periods periods;
        plim_error err;
        plim_status status = read_text(cases[i].text, &periods, &err);
        if (status != PLIM_INPUT || strncmp(err.message, "r.csv: ", 7) != 0 ||
            !strstr(err.message, cases[i].words))
            fail_msg("status %d: %s; expected: %s", (int)status, err.message, cases[i].words);
        assert_null(periods.place);
    }
}

static void columns_can_be_named(void **state)
{
    (void)state;
    static const char text[] = "id,T,depth\np,10,1\n";
    const plim_return_form form = {"id", "T", "depth", NULL};
    plim_return_periods periods;
    plim_error err = {0};
    assert_int_equal(
        plim_return_periods_read(&periods, "r.csv", text, sizeof text - 1, &form, &err), PLIM_OK);
    assert_true(at(&periods, 0, 0.1) == 1);
    plim_return_periods_free(&periods);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_are_linear_in_the_log_of_the_return_period),
        cmocka_unit_test(points_are_met_exactly_and_ends_are_firm),
        cmocka_unit_test(points_may_be_as_near_as_numbers_go),
        cmocka_unit_test(order_changes_nothing),
        cmocka_unit_test(faults_are_named_with_their_lines),
        cmocka_unit_test(columns_can_be_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
