#include "math/functions.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/isa.h"
#include "math/inline.h"
#include "math/kernel_functions.h"

double plim_exp(double x)
{
    return plim_exp_inline(x);
}

double plim_log(double x)
{
    return plim_log_inline(x);
}

double plim_normal_cdf(double x)
{
    return plim_normal_cdf_inline(x);
}

/* ---- power ------------------------------------------------------------------------------ */

/* A number as an unevaluated sum of two. */
typedef struct pair {
    double hi, lo;
} pair;

/* hi + lo = a b exactly (Dekker 1971), for sizes far from the ends of the range. */
static pair multiply(double a, double b)
{
    const double splitter = 0x1p27 + 1.0;
    double a_big = a * splitter, b_big = b * splitter;
    double a_hi = a_big - (a_big - a), b_hi = b_big - (b_big - b);
    double a_lo = a - a_hi, b_lo = b - b_hi;
    double hi = a * b;
    return (pair){hi, ((a_hi * b_hi - hi) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo};
}

/* hi + lo = a + b exactly, for |a| >= |b| or a = 0. */
static pair add(double a, double b)
{
    double hi = a + b;
    return (pair){hi, (a - hi) + b};
}

/* log(x) to about 2^-59 for x finite and positive: 2 s + s t(s^2) with the quotient s in two parts.
 */
static pair log_pair(double x)
{
    double k;
    double f = plim_log_reduce(x, &k);
    pair below = add(2.0, f);
    double s = f / below.hi;
    pair product = multiply(s, below.hi);
    double s_lo = (((f - product.hi) - product.lo) - s * below.lo) / below.hi;
    double rest = 2.0 * s_lo + s * plim_log_tail(s * s);
    pair sum = k != 0.0 ? add(k * PLIM_LN2_HI, 2.0 * s) : (pair){2.0 * s, 0.0};
    return add(sum.hi, sum.lo + (k * PLIM_LN2_LO + rest));
}

/* x^y for positive finite x and finite y, none of the easy cases. */
static double power_by_logarithm(double x, double y)
{
    pair log_x = log_pair(x);
    double size = fabs(y * log_x.hi);
    if (size > 800.0)
        return (y > 0.0) == (log_x.hi > 0.0) ? (double)INFINITY : 0.0;
    pair exponent = multiply(y, log_x.hi);
    if (size < 0x1p-60) /* the parts would lose their bits, and 1 is the answer */
        return 1.0;
    exponent.lo += y * log_x.lo;
    return exponent.hi > 709.9 ? plim_exp_inline(exponent.hi)
                               : plim_exp_split(exponent.hi, exponent.lo);
}

static double power_by_products(double x, int n)
{
    double value = 1.0;
    for (; n > 0; n >>= 1) {
        if ((n & 1) != 0)
            value *= x;
        if (n > 1)
            x *= x;
    }
    return value;
}

/* x is 0, infinite or 1, or y is infinite: what the limits say (as C's pow). x is not negative. */
static double power_at_ends(double x, double y)
{
    if (x == 1.0)
        return 1.0;
    bool large = (x > 1.0) == (y > 0.0);
    return large ? (double)INFINITY : 0.0;
}

double plim_pow(double x, double y)
{
    if (x != x || y != y)
        return (double)NAN;
    bool whole = floor(y) == y;
    if (whole && fabs(y) <= 64.0) {
        double value = power_by_products(x, (int)fabs(y));
        return y < 0.0 ? 1.0 / value : value;
    }
    if (x < 0.0 && !whole)
        return (double)NAN;
    bool odd = whole && fabs(y) < 0x1p53 && fmod(fabs(y), 2.0) == 1.0;
    double size = fabs(x);
    double value = size == 0.0 || size == 1.0 || isinf(size) || isinf(y)
                       ? power_at_ends(size, y)
                       : power_by_logarithm(size, y);
    return x < 0.0 && odd ? -value : value;
}

/* ---- inverse normal --------------------------------------------------------------------- */

/* Coefficients of algorithm AS 241, PPND16 (M. J. Wichura, "The percentage points of the normal
   distribution", Applied Statistics 37, 1988); about 1 part in 10^16. */
static double ratio(const double top[8], const double bottom[8], double r)
{
    double a = top[7], b = bottom[7];
    for (int i = 6; i >= 0; i--) {
        a = a * r + top[i];
        b = b * r + bottom[i];
    }
    return a / b;
}

static double normal_inv_centre(double q)
{
    static const double top[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                  1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                  4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                  3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double bottom[8] = {1.0,
                                     4.2313330701600911252e+1,
                                     6.8718700749205790830e+2,
                                     5.3941960214247511077e+3,
                                     2.1213794301586595867e+4,
                                     3.9307895800092710610e+4,
                                     2.8729085735721942674e+4,
                                     5.2264952788528545610e+3};
    return q * ratio(top, bottom, 0.180625 - q * q);
}

/* Size of the quantile; p is the tail below (or above) it. */
static double normal_inv_tail(double p)
{
    static const double near_top[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                       5.76949722146069140550e0,  3.64784832476320460504e0,
                                       1.27045825245236838258e0,  2.41780725177450611770e-1,
                                       2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double near_bottom[8] = {1.0,
                                          2.05319162663775882187e0,
                                          1.67638483018380384940e0,
                                          6.89767334985100004550e-1,
                                          1.48103976427480074590e-1,
                                          1.51986665636164571966e-2,
                                          5.47593808499534494600e-4,
                                          1.05075007164441684324e-9};
    static const double far_top[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                      1.78482653991729133580e0,  2.96560571828504891230e-1,
                                      2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                      2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double far_bottom[8] = {1.0,
                                         5.99832206555887937690e-1,
                                         1.36929880922735805310e-1,
                                         1.48753612908506148525e-2,
                                         7.86869131145613259100e-4,
                                         1.84631831751005468180e-5,
                                         1.42151175831644588870e-7,
                                         2.04426310338993978564e-15};
    double r = sqrt(-plim_log_inline(p));
    return r <= 5.0 ? ratio(near_top, near_bottom, r - 1.6) : ratio(far_top, far_bottom, r - 5.0);
}

double plim_normal_inv(double p)
{
    if (!(p >= 0.0 && p <= 1.0))
        return (double)NAN;
    if (p == 0.0 || p == 1.0)
        return p == 0.0 ? -(double)INFINITY : (double)INFINITY;
    double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return normal_inv_centre(q);
    return q < 0.0 ? -normal_inv_tail(p) : normal_inv_tail(1.0 - p);
}

/* ---- log-odds --------------------------------------------------------------------------- */

double plim_logit(double p)
{
    if (!(p >= 0.0 && p <= 1.0))
        return (double)NAN;
    double s = 2.0 * p - 1.0;
    if (fabs(s) <= 0.17) /* 1 - p would lose what is left near one half; s is exact here */
        return 2.0 * s + s * plim_log_tail(s * s);
    return plim_log_inline(p / (1.0 - p));
}

double plim_logistic(double x)
{
    double small = plim_exp_inline(-fabs(x));
    return x < 0.0 ? small / (1.0 + small) : 1.0 / (1.0 + small);
}

/* ---- arrays ----------------------------------------------------------------------------- */

/* Chosen at the first call and the same for every thread. An unusable PLIMSOLL_ISA is refused where
   a run starts; here the set that every processor has does. */
static plim_isa isa(void)
{
    static atomic_int chosen = -1;
    int known = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (known < 0) {
        plim_isa found;
        known = plim_isa_choose(&found, NULL) == PLIM_OK ? (int)found : (int)PLIM_ISA_BASE;
        atomic_store_explicit(&chosen, known, memory_order_relaxed);
    }
    return (plim_isa)known;
}

typedef void array_function(double *out, const double *x, int n);

void plim_exp_n(double *out, const double *x, int n)
{
    static array_function *const by_isa[PLIM_ISA_COUNT] = {plim_exp_n_base, plim_exp_n_avx2,
                                                           plim_exp_n_avx512};
    by_isa[isa()](out, x, n);
}

void plim_log_n(double *out, const double *x, int n)
{
    static array_function *const by_isa[PLIM_ISA_COUNT] = {plim_log_n_base, plim_log_n_avx2,
                                                           plim_log_n_avx512};
    by_isa[isa()](out, x, n);
}

void plim_normal_cdf_n(double *out, const double *x, int n)
{
    static array_function *const by_isa[PLIM_ISA_COUNT] = {
        plim_normal_cdf_n_base, plim_normal_cdf_n_avx2, plim_normal_cdf_n_avx512};
    by_isa[isa()](out, x, n);
}
