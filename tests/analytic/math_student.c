/* Student's t against closed forms in quadruple precision (finite sums of cosines, Abramowitz and
   Stegun 26.7.3 and 26.7.4), and further out against GSL. Errors in units of 2^-53. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "math/functions.h"
#include "math/student.h"

__extension__ typedef __float128 quad;

/* ---- oracle ---- */

static quad quad_sqrt(quad x)
{
    quad r = (quad)sqrt((double)x);
    for (int i = 0; i < 2; i++)
        r = (r + x / r) / 2;
    return r;
}

static quad quad_atan(quad x)
{
    for (int i = 0; i < 7; i++)
        x = x / (1 + quad_sqrt(1 + x * x));
    quad square = x * x, power = x, sum = 0;
    for (int i = 0; i < 12; i++) {
        sum += (i % 2 == 0 ? power : -power) / (2 * i + 1);
        power *= square;
    }
    return sum * 128;
}

/* P(0 < T < t), t > 0. */
static quad quad_centre(quad t, int nu)
{
    quad cos2 = nu / (nu + t * t), sine = t / quad_sqrt(nu + t * t);
    quad term = nu % 2 == 1 ? quad_sqrt(cos2) : 1, sum = 0;
    for (int k = nu % 2 == 1 ? 3 : 2; k <= nu; k += 2) {
        sum += term;
        term *= cos2 * (quad)(k - 1) / (quad)k;
    }
    if (nu % 2 == 0)
        return sine * sum / 2;
    quad pi = 4 * quad_atan(1);
    return (quad_atan(t / quad_sqrt(nu)) + sine * sum) / pi;
}

static quad quad_density(quad t, int nu)
{
    quad scale = nu % 2 == 1 ? 1 / (4 * quad_atan(1)) : (quad)0.5, power = 1,
         base = nu / (nu + t * t);
    for (int a = nu % 2 == 1 ? 1 : 2; a < nu; a += 2)
        scale *= (quad)(a + 1) / (quad)a;
    for (int i = 0; i < (nu + 1) / 2; i++)
        power *= base;
    return scale * power / quad_sqrt(nu) * (nu % 2 == 0 ? quad_sqrt(base) : 1);
}

/* ---- inputs ---- */

static uint64_t mix = 88172645463325252U;

static double between(double low, double high)
{
    mix ^= mix << 13;
    mix ^= mix >> 7;
    mix ^= mix << 17;
    return low + (high - low) * ((double)(mix >> 11) * 0x1p-53);
}

static const int some_nu[] = {1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 30, 51, 99, 100};
#define N_NU (sizeof some_nu / sizeof *some_nu)

/* ---- tests ---- */

static void the_oracle_agrees_with_gsl(void **state)
{
    (void)state;
    for (size_t n = 0; n < N_NU; n++)
        for (int i = 0; i < 50; i++) {
            double t = between(0, 6), h = 1e-4, nu = some_nu[n];
            double tail = (double)((quad)0.5 - quad_centre((quad)t, some_nu[n]));
            assert_true(fabs(tail / gsl_cdf_tdist_P(-t, nu) - 1) < 1e-11);
            double slope = (double)(quad_centre((quad)(t + h), some_nu[n]) -
                                    quad_centre((quad)(t - h), some_nu[n]));
            assert_true(fabs(slope / (2 * h) / (double)quad_density((quad)t, some_nu[n]) - 1) <
                        1e-5);
        }
}

static void the_cdf_is_accurate(void **state)
{
    (void)state;
    for (size_t n = 0; n < N_NU; n++) {
        int nu = some_nu[n];
        double worst = 0;
        for (int i = 0; i < 2000; i++) {
            double t = i % 2 ? between(0, 3) : plim_exp(between(-5, 4));
            quad tail = (quad)0.5 - quad_centre((quad)t, nu);
            if (tail < (quad)1e-16)
                continue;
            double error = fabs((double)(((quad)plim_student_cdf(-t, nu) - tail) / tail)) * 0x1p53;
            worst = error > worst ? error : worst;
            assert_true(plim_student_cdf(t, nu) == 1.0 - plim_student_cdf(-t, nu));
        }
        print_message("cdf, nu %3d: %6.1f units (bound %d)\n", nu, worst, 6 * nu + 60);
        assert_true(worst < 6 * nu + 60);
        for (double p = 1e-16; p > 1e-290; p *= 1e-13) {
            double t = -plim_student_inv(p, nu);
            if (t < 1e100 && nu <= 30) /* beyond, GSL has an approximation */
                assert_true(fabs(plim_student_cdf(-t, nu) / gsl_cdf_tdist_P(-t, nu) - 1) < 1e-11);
        }
    }
}

/* The error of t found from that of its cdf: (cdf(t) - p) / density(t). */
static double inverse_error(double p, int nu)
{
    double t = -plim_student_inv(p, nu);
    quad off = (quad)0.5 - quad_centre((quad)t, nu) - (quad)p;
    return fabs((double)(off / quad_density((quad)t, nu) / (quad)t)) * 0x1p53;
}

static void the_inverse_is_accurate(void **state)
{
    (void)state;
    for (size_t n = 0; n < N_NU; n++) {
        int nu = some_nu[n];
        double worst = 0, far = 0;
        for (int i = 0; i < 3000; i++) {
            double p = i % 2 ? between(1e-3, 0.499) : plim_exp(between(-27.6, -1));
            double error = inverse_error(p, nu);
            worst = error > worst ? error : worst;
        }
        for (double p = 1e-12; p > 1e-290; p *= 1e-11) {
            double back = plim_student_cdf(plim_student_inv(p, nu), nu);
            far = fmax(far, fabs(back / p - 1) * 0x1p53 / nu);
        }
        print_message("inverse, nu %3d: %5.1f units, far out %5.1f\n", nu, worst, far);
        assert_true(worst < 200);
        assert_true(far < 200);
        assert_true(plim_student_inv(0.75, nu) == -plim_student_inv(0.25, nu));
        assert_true(plim_student_inv(0.5 - 0x1p-53, nu) < 0 &&
                    plim_student_inv(0.5 - 0x1p-53, nu) > -1e-15);
    }
}

static void the_inverse_rises(void **state)
{
    (void)state;
    for (size_t n = 0; n < N_NU; n++) {
        double last = -(double)INFINITY;
        for (double p = 1e-14; p < 1; p += p < 0.01 ? 0.01 * p : 1e-4) {
            double t = plim_student_inv(p, some_nu[n]);
            assert_true(t > last);
            last = t;
        }
    }
}

static void ends_and_nonsense(void **state)
{
    (void)state;
    assert_true(plim_student_inv(0, 6) == -(double)INFINITY);
    assert_true(plim_student_inv(1, 6) == (double)INFINITY);
    assert_true(plim_student_inv(0.5, 6) == 0);
    assert_true(isnan(plim_student_inv(-0.1, 6)) && isnan(plim_student_inv((double)NAN, 6)));
    assert_true(isnan(plim_student_inv(0.1, 0)) && isnan(plim_student_inv(0.1, 101)));
    assert_true(plim_student_cdf(-(double)INFINITY, 3) == 0);
    assert_true(plim_student_cdf((double)INFINITY, 3) == 1);
    assert_true(plim_student_cdf(0, 3) == 0.5 && isnan(plim_student_cdf((double)NAN, 3)));
    /* nu = 0 is the normal distribution, bit for bit */
    for (double p = 1e-9; p < 1; p *= 1.5)
        assert_true(plim_copula_inv(p, 0) == plim_normal_inv(p));
    assert_true(plim_copula_inv(0.02, 5) == plim_student_inv(0.02, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oracle_agrees_with_gsl), cmocka_unit_test(the_cdf_is_accurate),
        cmocka_unit_test(the_inverse_is_accurate),    cmocka_unit_test(the_inverse_rises),
        cmocka_unit_test(ends_and_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
