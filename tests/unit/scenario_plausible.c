#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/plausible.h"

/* A driver with values in 2026, 2027, ... and a constant reference. */
static plim_doubt look(const char *name, const char *unit, double reference, const double *value,
                       size_t n, int *year, double *seen)
{
    static int years[] = {2026, 2027, 2028, 2029};
    char message[400];
    double factor;
    plim_driver driver = {.name = (char *)name,
                          .path = {n, years, (double *)value},
                          .reference = {1, years, &reference}};
    assert_true(plim_unit_parse(unit, &driver.unit, &factor, message));
    return plim_driver_doubt(&driver, (const int[]){2026, 2029}, year, seen);
}

static void doubts(void **state)
{
    (void)state;
    const struct {
        const char *name, *unit;
        double reference, value[4];
        plim_doubt doubt;
        int year;
    } cases[] = {
        {"paid_share", "ratio", 0, {0, 0.5, 1, 1}, PLIM_DOUBT_NONE, 0},
        {"paid_share", "ratio", 0, {0, 0.5, 1.01, 1}, PLIM_DOUBT_SHARE, 2028},
        {"share_lost", "ratio", 0, {-0.01, 0, 0, 0}, PLIM_DOUBT_SHARE, 2026},
        {"output", "ratio", 0, {-0.5, -1, 3, -1.5}, PLIM_DOUBT_CHANGE, 2029},
        {"price", "CNY/t", 50, {50, 80, 80, 90}, PLIM_DOUBT_NONE, 0},
        {"price", "CNY/t", 50, {50, 80, 79, 90}, PLIM_DOUBT_FALLS, 2028},
        {"price", "CNY/t", 50, {50, 40, 30, 20}, PLIM_DOUBT_NONE, 0}, /* never a rise */
        {"price", "CNY/t", 50, {50, -1, 30, 20}, PLIM_DOUBT_NEGATIVE, 2027},
        {"share_price", "CNY/t", 50, {50, 60, 70, 80}, PLIM_DOUBT_NONE, 0}, /* a price, no share */
        {"fine", "CNY", 0, {-5, 7, 3, -8}, PLIM_DOUBT_NONE, 0},             /* no price */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int year = 0;
        double seen = 0;
        assert_int_equal(
            look(cases[i].name, cases[i].unit, cases[i].reference, cases[i].value, 4, &year, &seen),
            cases[i].doubt);
        if (cases[i].doubt != PLIM_DOUBT_NONE) {
            assert_int_equal(year, cases[i].year);
            assert_true(seen == cases[i].value[year - 2026]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(doubts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
