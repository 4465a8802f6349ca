/* The inverse of the Poisson distribution against the GSL's distribution function, at both ends of
 * what a uniform number can be and all over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "math/draw.h"
#include "math/poisson.h"

static const double means[] = {1e-9, 0.01, 0.3, 1, 2.5, 7, 20, 60, 100, 199.5, 400, 650, 700};
enum { MEANS = sizeof means / sizeof *means };

/* The least n that the probabilities allow, but for the rounding of a sum of them. */
static void the_least_number(void **state)
{
    (void)state;
    const double room = 1e-12;
    for (int m = 0; m < MEANS; m++)
        for (uint32_t i = 0; i < 4000; i++) {
            plim_draw_id id = {.purpose = PLIM_DRAW_SYNTHETIC, .path = i};
            double u = plim_draw_uniform(3, &id);
            uint32_t n = plim_poisson_inv(u, means[m]);
            double below = n == 0 ? 0 : gsl_cdf_poisson_P(n - 1, means[m]);
            if (!(gsl_cdf_poisson_P(n, means[m]) >= u - room && below < u + room))
                fail_msg("mean %g, u %.17g: %u", means[m], u, n);
        }
}

static void no_event_at_mean_zero(void **state)
{
    (void)state;
    assert_int_equal(plim_poisson_inv(0x1p-53, 0), 0);
    assert_int_equal(plim_poisson_inv(1 - 0x1p-53, 0), 0);
}

/* The largest uniform asks for more than a rounded sum may ever reach. */
static void both_ends(void **state)
{
    (void)state;
    for (int m = 0; m < MEANS; m++) {
        uint32_t most = 0;
        while (gsl_cdf_poisson_Q(most, means[m]) > 0x1p-62)
            most++;
        uint32_t n = plim_poisson_inv(1 - 0x1p-53, means[m]);
        if (n > most || gsl_cdf_poisson_Q(n, means[m]) > 1e-12)
            fail_msg("mean %g: %u for the largest uniform, of which at most %u make sense",
                     means[m], n, most);
        n = plim_poisson_inv(0x1p-53, means[m]);
        assert_true(n == 0 || gsl_cdf_poisson_P(n - 1, means[m]) < 0x1p-52);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_number),
        cmocka_unit_test(no_event_at_mean_zero),
        cmocka_unit_test(both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
