#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "math/sphere.h"

static const double radians = 0.017453292519943295;

static double km(double lat_a, double lon_a, double lat_b, double lon_b)
{
    return plim_haversine_km(
        plim_haversine((plim_point){lat_a, lon_a}, (plim_point){lat_b, lon_b}));
}

static void expect_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g, expected %.17g", value, expected);
}

static void known_distances(void **state)
{
    (void)state;
    double degree = 6371.0088 * radians; /* 111.195 km */
    expect_near(km(0, 0, 0, 0), 0, 0);
    expect_near(km(10, 20, 11, 20), degree, 1e-10);
    expect_near(km(0, 179.5, 0, -179.5), degree, 1e-10); /* across the date line */
    expect_near(km(0, 359.5, 0, 0.5), degree, 1e-10);
    expect_near(km(0, 0, 0, 90), 90 * degree, 1e-8);
    expect_near(km(90, 0, -90, 0), 180 * degree, 1e-3); /* pole to pole */
    /* a degree of longitude at 60 degrees north is a chord of half of it */
    double half = asin(0.5 * sin(0.5 * radians));
    expect_near(km(60, 5, 60, 6), 2 * 6371.0088 * half, 1e-10);
    /* Chongqing to Beijing, by an independent formula (the angle between vectors) */
    double a = 29.56 * radians, b = 39.90 * radians, l = (116.41 - 106.55) * radians;
    expect_near(km(29.56, 106.55, 39.90, 116.41),
                6371.0088 * acos(sin(a) * sin(b) + cos(a) * cos(b) * cos(l)), 1e-8);
}

static void haversines_agree_with_the_library(void **state)
{
    (void)state;
    uint32_t dice = 1;
    for (int i = 0; i < 20000; i++) {
        double part[4];
        for (size_t k = 0; k < 4; k++) {
            dice = dice * 1664525u + 1013904223u;
            part[k] = dice * 0x1p-32;
        }
        double lat_a = 180 * part[0] - 90, lat_b = 180 * part[1] - 90;
        double lon_a = 360 * part[2] - 180, lon_b = 360 * part[3];
        double s = sin((lat_a - lat_b) / 2 * radians), t = sin((lon_a - lon_b) / 2 * radians);
        double h = s * s + cos(lat_a * radians) * cos(lat_b * radians) * t * t;
        expect_near(plim_haversine((plim_point){lat_a, lon_a}, (plim_point){lat_b, lon_b}), h,
                    4e-15);
        assert_true(plim_haversine_lat(lat_a, lat_b) <=
                    plim_haversine((plim_point){lat_a, lon_a}, (plim_point){lat_b, lon_b}));
    }
}

static void kilometres_go_there_and_back(void **state)
{
    (void)state;
    for (double d = 1e-6; d < 20000; d *= 1.7)
        expect_near(plim_haversine_km(plim_km_haversine(d)), d, 1e-9 * d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_distances),
        cmocka_unit_test(haversines_agree_with_the_library),
        cmocka_unit_test(kilometres_go_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
