/* Our functions against an oracle in quadruple precision (113 bits): series and a continued
   fraction, nothing of what math/ uses. Errors are in units of 2^-53 of the exact value. The oracle
   itself is held against the C library and GSL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "math/functions.h"

__extension__ typedef __float128 quad;

/* ---- oracle ----------------------------------------------------------------------------- */

static quad three(double high, double middle, double low)
{
    return ((quad)low + (quad)middle) + (quad)high;
}

static quad ln2(void)
{
    return three(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56, 0x1.7b57a079a1934p-111);
}

static quad one_over_sqrt_2pi(void)
{
    return three(0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56, -0x1.c7402c7d60cfbp-112);
}

static quad quad_exp(quad x)
{
    int k = (int)floor((double)x * 1.4426950408889634 + 0.5);
    quad r = (x - k * ln2()) / 1024, term = 1, sum = 0;
    for (int i = 1; i < 14; i++) {
        term *= r / i;
        sum += term;
    }
    for (int i = 0; i < 10; i++) /* e^2r - 1 from e^r - 1 */
        sum = sum * (sum + 2);
    quad value = sum + 1, base = k < 0 ? (quad)0.5 : (quad)2;
    for (int n = k < 0 ? -k : k; n > 0; n >>= 1) {
        if (n & 1)
            value *= base;
        base *= base;
    }
    return value;
}

/* One step from the logarithm of the C library. */
static quad quad_log(quad x)
{
    double start = log((double)x);
    quad d = x * quad_exp(-(quad)start) - 1;
    return (quad)start + d * (1 - d * ((quad)0.5 - d / 3));
}

/* For x <= 0: the series around 0, or in the tail the continued fraction of Mills' ratio. */
static quad quad_normal_cdf(double x)
{
    quad t = -(quad)x, density = quad_exp(-t * t / 2) * one_over_sqrt_2pi(), sum = 0;
    if (x > -4.5) {
        quad term = t;
        for (int i = 1; i < 140 && term > (quad)1e-40 * sum; i++) {
            sum += term;
            term *= t * t / (2 * i + 1);
        }
        return (quad)0.5 - density * sum;
    }
    for (int i = 220; i > 0; i--)
        sum = i / (t + sum);
    return density / (t + sum);
}

/* ---- inputs and errors ------------------------------------------------------------------ */

static uint64_t mix = 88172645463325252U;

static double between(double low, double high)
{
    mix ^= mix << 13;
    mix ^= mix >> 7;
    mix ^= mix << 17;
    return low + (high - low) * ((double)(mix >> 11) * 0x1p-53);
}

typedef struct worst {
    double error, at;
} worst;

static void note(worst *w, double x, double got, quad exact)
{
    double error = fabs((double)(((quad)got - exact) / exact)) * 0x1p53;
    if (!(error <= w->error))
        *w = (worst){error, x};
}

static void hold(const char *what, worst w, double bound)
{
    print_message("%-34s %8.3f units at %.17g (bound %g)\n", what, w.error, w.at, bound);
    assert_true(w.error < bound);
}

enum { N = 20000, N_SLOW = 6000 };

/* ---- tests ------------------------------------------------------------------------------ */

static void the_oracle_agrees_with_libraries(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++) {
        double x = between(-30, 0), e = between(-700, 700), p = between(0, 3);
        assert_true(fabs((double)quad_normal_cdf(x) / gsl_cdf_ugaussian_P(x) - 1.0) < 1e-13);
        assert_true(fabs((double)quad_exp((quad)e) / exp(e) - 1.0) < 4e-16);
        assert_true(fabs((double)quad_log((quad)p) - log(p)) <= 4e-16 * fabs(log(p)));
    }
    /* where its two ways meet */
    double a = -4.5, b = nextafter(-4.5, 0.0);
    double slope = (double)(quad_normal_cdf(b) - quad_normal_cdf(a)) / (b - a);
    assert_true(fabs(slope / (0.3989422804014327 * exp(-0.5 * a * a)) - 1.0) < 1e-10);
}

static void exp_is_accurate(void **state)
{
    (void)state;
    worst wide = {0, 0}, near = {0, 0};
    for (int i = 0; i < N; i++) {
        double x = between(-708, 709.7), y = between(-1, 1);
        note(&wide, x, plim_exp(x), quad_exp((quad)x));
        note(&near, y, plim_exp(y), quad_exp((quad)y));
    }
    hold("exp, -708 to 709.7", wide, 1.5);
    hold("exp, -1 to 1", near, 1.5);
}

static void log_is_accurate(void **state)
{
    (void)state;
    worst wide = {0, 0}, near = {0, 0}, tiny = {0, 0};
    for (int i = 0; i < N; i++) {
        double x = ldexp(between(1, 2), (int)between(-1000, 1000)), y = between(0.5, 2);
        double z = ldexp(between(0.001, 1), -1030);
        note(&wide, x, plim_log(x), quad_log((quad)x));
        note(&near, y, plim_log(y), quad_log((quad)y));
        note(&tiny, z, plim_log(z), quad_log((quad)z));
    }
    hold("log, 2^-1000 to 2^1000", wide, 1.5);
    hold("log, 0.5 to 2", near, 1.5);
    hold("log, subnormal", tiny, 1.5);
}

static void normal_cdf_is_accurate(void **state)
{
    (void)state;
    worst tail = {0, 0}, body = {0, 0}, above = {0, 0};
    for (int i = 0; i < N_SLOW; i++) {
        double x = between(-37.5, 0), y = between(-4, 0);
        note(&tail, x, plim_normal_cdf(x), quad_normal_cdf(x));
        note(&body, y, plim_normal_cdf(y), quad_normal_cdf(y));
        note(&above, -y, plim_normal_cdf(-y), 1 - quad_normal_cdf(y));
    }
    hold("normal cdf, -37.5 to 0", tail, 5.0);
    hold("normal cdf, -4 to 0", body, 5.0);
    hold("normal cdf, 0 to 4", above, 5.0);
}

/* The error of x found from that of its cdf: x - (cdf(x) - p) / density(x). p is below one half or
   the problem is turned round. */
static void note_inverse(worst *w, double p)
{
    double x = plim_normal_inv(p);
    double lower = x > 0.0 ? -x : x;
    quad q = x > 0.0 ? 1 - (quad)p : (quad)p;
    quad density = quad_exp(-(quad)lower * (quad)lower / 2) * one_over_sqrt_2pi();
    note(w, p, lower, (quad)lower - (quad_normal_cdf(lower) - q) / density);
}

static void normal_inv_is_accurate(void **state)
{
    (void)state;
    worst body = {0, 0}, near = {0, 0}, tail = {0, 0};
    for (int i = 0; i < N_SLOW; i++) {
        note_inverse(&body, between(0, 1));
        note_inverse(&near, between(0.499, 0.501));
        note_inverse(&tail, plim_exp(between(-700, -2)));
    }
    hold("inverse normal, 0 to 1", body, 10.0);
    hold("inverse normal, near 0.5", near, 10.0);
    hold("inverse normal, lower tail", tail, 10.0);
}

static void log_odds_are_accurate(void **state)
{
    (void)state;
    worst logit = {0, 0}, near = {0, 0}, tiny = {0, 0}, logistic = {0, 0};
    for (int i = 0; i < N; i++) {
        double p = between(0, 1), q = between(0.49, 0.51), r = plim_exp(between(-700, -1));
        double x = between(-708, 40);
        note(&logit, p, plim_logit(p), quad_log((quad)p / (1 - (quad)p)));
        note(&near, q, plim_logit(q), quad_log((quad)q / (1 - (quad)q)));
        note(&tiny, r, plim_logit(r), quad_log((quad)r / (1 - (quad)r)));
        note(&logistic, x, plim_logistic(x), 1 / (1 + quad_exp(-(quad)x)));
    }
    hold("logit, 0 to 1", logit, 4.0);
    hold("logit, near 0.5", near, 4.0);
    hold("logit, lower tail", tiny, 4.0);
    hold("logistic, -708 to 40", logistic, 4.0);
}

static quad quad_pow(double x, double y)
{
    return quad_exp((quad)y * quad_log((quad)x));
}

static void pow_is_accurate(void **state)
{
    (void)state;
    worst small = {0, 0}, large = {0, 0}, near = {0, 0}, whole = {0, 0};
    for (int i = 0; i < N; i++) {
        double x = between(0.01, 20), y = between(-3, 3);
        note(&small, x, plim_pow(x, y), quad_pow(x, y));
        double z = plim_exp(between(-10, 10)), e = between(-700, 700) / plim_log(z);
        if (floor(e) != e)
            note(&large, z, plim_pow(z, e), quad_pow(z, e));
        double u = between(0.999, 1.001), v = between(65, 1000);
        note(&near, u, plim_pow(u, v), quad_pow(u, v));
        double n = floor(between(-20, 21));
        note(&whole, x, plim_pow(x, n), quad_pow(x, n));
    }
    hold("pow, |y log x| below 14", small, 3.0);
    hold("pow, |y log x| below 700", large, 89.0);
    hold("pow, x near 1", near, 1.7);
    hold("pow, whole |y| up to 20", whole, 20.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oracle_agrees_with_libraries),
        cmocka_unit_test(exp_is_accurate),
        cmocka_unit_test(log_is_accurate),
        cmocka_unit_test(normal_cdf_is_accurate),
        cmocka_unit_test(normal_inv_is_accurate),
        cmocka_unit_test(log_odds_are_accurate),
        cmocka_unit_test(pow_is_accurate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
