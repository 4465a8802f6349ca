/* Bodies of the hot functions, for inlining into kernels compiled once per instruction set.
 * Branch-free (selects only) and without conversions between doubles and 64-bit integers, so that
 * loops over them vectorise. Defined by math/; others call math/functions.h unless they are
 * kernels. See that header for meaning and error bounds.
 *
 * Polynomials were fitted by Chebyshev interpolation in 50 digits and are written out in Horner
 * form by hand, since a loop over coefficients inside a vectorised loop makes that loop scalar. The
 * order of operations is part of the result: do not rearrange. */
#ifndef PLIM_MATH_INLINE_H
#define PLIM_MATH_INLINE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Adding and taking away 1.5 * 2^52 rounds to whole; the sum's low bits hold the integer. */
#define PLIM_ROUNDER 0x1.8p52
/* ln 2 in two parts; the first has 42 bits, so its product with a whole number below 2^11 is exact.
 */
#define PLIM_LN2_HI 0x1.62e42fefa3800p-1
#define PLIM_LN2_LO 0x1.ef35793c76730p-45

static inline uint64_t plim_bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double plim_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^k for whole k in [-1022, 1023]. */
static inline double plim_power_of_two(double k)
{
    return plim_from_bits(plim_bits_of(k + (PLIM_ROUNDER + 1023.0)) << 52);
}

/* exp(hi + lo) for hi in [-1400, 710], |lo| < 2^-10: reduction to |r| <= ln(2)/2, then
   1 + r + r^2 q(r) (q to 2^-57), then scaling in two steps, so that results below the smallest
   normal number are rounded once. */
static inline double plim_exp_split(double hi, double lo)
{
    double k = (hi * 0x1.71547652b82fep+0 + PLIM_ROUNDER) - PLIM_ROUNDER;
    double a = hi - k * PLIM_LN2_HI;
    double b = lo - k * PLIM_LN2_LO;
    double r = a + b;
    double rest = (a - r) + b;

    double q = 0x1.1f7340dbc337ep-29;
    q = q * r + 0x1.af4e554377204p-26;
    q = q * r + 0x1.27e4db46cddd1p-22;
    q = q * r + 0x1.71de01fdbf9cap-19;
    q = q * r + 0x1.a01a01a6e1e2ap-16;
    q = q * r + 0x1.a01a01abf85abp-13;
    q = q * r + 0x1.6c16c16c162c3p-10;
    q = q * r + 0x1.11111111100bep-7;
    q = q * r + 0x1.5555555555556p-5;
    q = q * r + 0x1.5555555555557p-3;
    q = q * r + 0x1.0000000000000p-1;
    double value = 1.0 + (r + (rest + r * r * q));

    double half = (k * 0.5 + PLIM_ROUNDER) - PLIM_ROUNDER;
    return value * plim_power_of_two(half) * plim_power_of_two(k - half);
}

static inline double plim_exp_inline(double x)
{
    /* Beyond these ends the result is infinite or zero; NaN passes both comparisons. */
    double within = x > 710.0 ? 710.0 : x;
    within = within < -746.0 ? -746.0 : within;
    return plim_exp_split(within, 0.0);
}

/* log((1 + s) / (1 - s)) = 2 s + s t(s^2): t, for |s| <= 0.1716. */
static inline double plim_log_tail(double z)
{
    double p = 0x1.2b5f68a50d903p-3;
    p = p * z + 0x1.39fdcceb4bb45p-3;
    p = p * z + 0x1.7462b91b8df65p-3;
    p = p * z + 0x1.c71c62d5e53e0p-3;
    p = p * z + 0x1.2492492dfd86cp-2;
    p = p * z + 0x1.9999999995273p-2;
    p = p * z + 0x1.5555555555558p-1;
    return p * z;
}

/* x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), for x finite and positive. Returns f. */
static inline double plim_log_reduce(double x, double *k)
{
    /* Subnormals are lifted first. The offset puts the break of the exponent at sqrt(1/2). */
    const uint64_t root_half = 0x3fe6a09e667f3bcdU, one = 0x3ff0000000000000U;
    double lifted = x < 0x1p-1022 ? x * 0x1p54 : x;
    double lift = x < 0x1p-1022 ? 54.0 : 0.0;
    uint64_t bits = plim_bits_of(lifted) + (one - root_half);
    double exponent = plim_from_bits(bits >> 52 | 0x4330000000000000U) - 0x1p52;
    *k = exponent - (1023.0 + lift);
    return plim_from_bits((bits & 0x000fffffffffffffU) + root_half) - 1.0;
}

static inline double plim_log_inline(double x)
{
    double k;
    double f = plim_log_reduce(x, &k);
    double s = f / (2.0 + f);
    double half_square = 0.5 * f * f;
    double tail = plim_log_tail(s * s);
    double value =
        k * PLIM_LN2_HI - ((half_square - (s * (half_square + tail) + k * PLIM_LN2_LO)) - f);

    value = x == 0.0 ? -(double)INFINITY : value;
    value = x < 0.0 ? (double)NAN : value;
    value = x == (double)INFINITY ? x : value;
    return x != x ? x : value;
}

/* The lower tail is exp(-t^2/2) F(q) / (t + 0.96875) with t = |x|, q = (t - 5.5) / (t + 5.5) and F
   a polynomial (F to 2^-53.8), after M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation
   of (1+2x)exp(x^2)erfc(x) in 0 <= x < infinity" (1981). t is cut in two so that the square of the
   upper part is exact. */
static inline double plim_normal_cdf_inline(double x)
{
    double t = fabs(x);
    t = t > 38.7 ? 38.7 : t; /* the result is 0 from 38.5 on */
    double q = (t - 5.5) / (t + 5.5);
    double q2 = q * q;

    double even = -0x1.400ee8569b02cp-30;
    even = even * q2 + 0x1.a95a0e179d2f9p-28;
    even = even * q2 - 0x1.740acf07fee49p-25;
    even = even * q2 + 0x1.e6a5f83ececb5p-22;
    even = even * q2 - 0x1.3d5f93f0a5899p-18;
    even = even * q2 + 0x1.47484ffcc5774p-15;
    even = even * q2 - 0x1.4ea243695974cp-14;
    even = even * q2 - 0x1.19bb8487998d9p-8;
    even = even * q2 - 0x1.31e291b405236p-6;
    even = even * q2 - 0x1.7a1101475d8e0p-6;
    even = even * q2 + 0x1.0c0775f004e83p-5;
    even = even * q2 + 0x1.d1f3338ad1709p-2;
    double odd = -0x1.1b4ec19e1866ap-28;
    odd = odd * q2 + 0x1.2c2946942d3dfp-25;
    odd = odd * q2 - 0x1.cf036bc998465p-23;
    odd = odd * q2 + 0x1.1bbe285569dccp-20;
    odd = odd * q2 - 0x1.b2084e26ac855p-22;
    odd = odd * q2 - 0x1.808d543e201f8p-14;
    odd = odd * q2 + 0x1.315e4c69e6aabp-10;
    odd = odd * q2 + 0x1.546e8c4db8a38p-7;
    odd = odd * q2 + 0x1.9d76289cd1e0ep-6;
    odd = odd * q2 + 0x1.393856f8682cep-8;
    odd = odd * q2 - 0x1.58dc0e25638b6p-4;
    double upper = (t + 0x1.8p32) - 0x1.8p32; /* whole multiples of 2^-20 */
    double lower = t - upper;
    double density = plim_exp_split(-0.5 * (upper * upper), -0.5 * (lower * (t + upper)));
    double tail = density * ((even + q * odd) / (t + 0.96875));
    return x > 0.0 ? 1.0 - tail : tail;
}

#endif
