#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/globe.h"

static uint32_t dice = 7;

static double random_within(double low, double high)
{
    dice = dice * 1664525u + 1013904223u;
    return low + (high - low) * (dice * 0x1p-32);
}

/* Looks at every point. */
static size_t plain_nearest(const plim_point *points, size_t n, plim_point at, double *km)
{
    size_t found = 0;
    *km = 1e9;
    for (size_t i = 0; i < n; i++) {
        double d = plim_haversine_km(plim_haversine(points[i], at));
        *km = d < *km ? d : *km;
    }
    for (size_t i = n; i-- > 0;)
        if (plim_haversine_km(plim_haversine(points[i], at)) < *km + 0.001)
            found = i;
    return found;
}

static void the_nearest_is_that_of_a_look_at_all(void **state)
{
    (void)state;
    enum { POINTS = 400, PLACES = 300 };
    plim_point points[POINTS];
    plim_globe globe;
    plim_error err = {0};
    for (size_t i = 0; i < POINTS; i++) /* crowded, so that the poles and the date line matter */
        points[i] = i < POINTS / 2 ? (plim_point){random_within(-90, 90), random_within(-180, 360)}
                                   : (plim_point){random_within(80, 90), random_within(170, 190)};
    assert_int_equal(plim_globe_open(&globe, points, POINTS, &err), PLIM_OK);
    for (size_t i = 0; i < PLACES; i++) {
        plim_point at = {random_within(-90, 90), random_within(-180, 180)};
        if (i % 3 == 0)
            at = (plim_point){random_within(80, 90), random_within(-180, -170)};
        double km = 0, least = 0;
        size_t expected = plain_nearest(points, POINTS, at, &least);
        assert_int_equal(plim_globe_nearest(&globe, at, &km), expected);
        assert_true(km >= least && km < least + 0.001);
    }
    plim_globe_close(&globe);
}

static void ties_go_to_the_lowest_index(void **state)
{
    (void)state;
    /* a grid of tenths of a degree, whose middles are not exact in binary */
    plim_point points[] = {{29.5, 106.6}, {29.5, 106.4}, {29.5, 106.5}, {29.5, 106.4}};
    plim_globe globe;
    plim_error err = {0};
    double km = 0;
    assert_int_equal(plim_globe_open(&globe, points, 4, &err), PLIM_OK);
    assert_int_equal(plim_globe_nearest(&globe, (plim_point){29.5, 106.4}, &km), 1);
    assert_true(km == 0);
    assert_int_equal(plim_globe_nearest(&globe, (plim_point){29.5, 106.45}, &km), 1);
    assert_int_equal(plim_globe_nearest(&globe, (plim_point){29.5, 106.55}, &km), 0);
    /* three metres nearer is nearer */
    assert_int_equal(plim_globe_nearest(&globe, (plim_point){29.5, 106.54998}, &km), 2);
    plim_globe_close(&globe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_is_that_of_a_look_at_all),
        cmocka_unit_test(ties_go_to_the_lowest_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
