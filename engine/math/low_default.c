#include "math/low_default.h"

#include <math.h>

#include "math/functions.h"

/* log(1 + x) without the loss of digits for small x: the rounding of 1 + x is made good by the
   quotient (Kahan). */
static double log_1p(double x)
{
    double u = 1.0 + x;
    double rounded = u - 1.0;
    if (rounded == 0.0)
        return x;
    return rounded == -1.0 ? plim_log(0.0) : plim_log(u) * (x / rounded);
}

/* 1 - exp(-x), x >= 0, likewise. */
static double one_less_exp(double x)
{
    const double series_below = 1e-5; /* the term left out is x^4 / 24: 4e-17 of the result */
    if (x < series_below)
        return x * (1.0 - x / 2.0 * (1.0 - x / 3.0));
    return 1.0 - plim_exp(-x);
}

/* log of the binomial coefficient: a sum, exact to a few units of the last place of each term. */
static double log_choose(uint64_t n, uint64_t k)
{
    double sum = 0.0;
    for (uint64_t j = 1; j <= k; j++)
        sum += plim_log((double)(n - k + j) / (double)j);
    return sum;
}

/* The probabilities of d, d - 1, ... added up from the first, each from the one before; `choose` is
   log C(n, d). */
static double tail(uint64_t d, uint64_t n, double choose, double p)
{
    if (p <= 0.0 || d >= n)
        return 1.0;
    if (p >= 1.0)
        return 0.0;
    double odds = p / (1.0 - p);
    double log_value = choose + (double)d * plim_log(p) + (double)(n - d) * log_1p(-p);
    /* Where d lies far above the mean the sum is beyond a double, and the first term below one. */
    const double scale = 0x1p-900, log_scale = 623.8324625039508; /* 900 log 2 */
    double term = 1.0, sum = 1.0;
    for (uint64_t j = d; j > 0; j--) {
        double ratio = (double)j / ((double)(n - j + 1) * odds);
        term *= ratio;
        sum += term;
        if (sum > 1.0 / scale) {
            sum *= scale;
            term *= scale;
            log_value += log_scale;
        }
        if (ratio < 1.0 && term < 1e-18 * sum)
            break;
    }
    double value = plim_exp(log_value + plim_log(sum));
    return value < 1.0 ? value : 1.0;
}

double plim_binomial_cdf(uint64_t defaults, uint64_t obligors, double pd)
{
    if (!(pd >= 0.0 && pd <= 1.0))
        return (double)NAN;
    if (defaults >= obligors)
        return 1.0;
    return tail(defaults, obligors, log_choose(obligors, defaults), pd);
}

/* ---- the bound -------------------------------------------------------------------------- */

typedef struct record {
    uint64_t d, n;
    double choose, correlation;
} record;

/* The trapezoidal rule over [-REACH, REACH] is exact beyond all digits for a smooth integrand times
   a normal density; the probability falls from 1 to 0 over a stretch of the factor of about
   1 / sqrt(d), which STEPS resolves to d = 10,000 and more. */
#define REACH 8.5
enum { STEPS = 2048 };

static double given_factor(const record *r, double p)
{
    if (r->correlation <= 0.0)
        return tail(r->d, r->n, r->choose, p);
    const double inverse_root_two_pi = 0.3989422804014327;
    double threshold = plim_normal_inv(p), step = 2.0 * REACH / STEPS, sum = 0.0;
    double weight = sqrt(r->correlation), rest = sqrt(1.0 - r->correlation);
    for (int i = 0; i <= STEPS; i++) {
        double y = -REACH + step * i;
        double pd = plim_normal_cdf((threshold - weight * y) / rest);
        sum += plim_exp(-y * y / 2.0) * tail(r->d, r->n, r->choose, pd);
    }
    return sum * step * inverse_root_two_pi;
}

double plim_low_default_bound(uint64_t defaults, uint64_t obligors, double confidence,
                              double correlation)
{
    if (obligors < 1 || obligors > PLIM_LOW_DEFAULT_MOST || defaults > obligors ||
        !(confidence > 0.0 && confidence < 1.0) || !(correlation >= 0.0 && correlation < 1.0))
        return (double)NAN;
    if (defaults == obligors)
        return 1.0;
    if (defaults == 0 && correlation == 0.0)
        return one_less_exp(-log_1p(-confidence) / (double)obligors);
    record r = {defaults, obligors, log_choose(obligors, defaults), correlation};
    /* Bisection in log-odds: the probability falls in p, and p may be tiny. */
    double low = -40.0, high = 40.0;
    const int halvings = 60; /* 80 / 2^60: below the last place of the log-odds */
    for (int i = 0; i < halvings; i++) {
        double middle = (low + high) / 2.0;
        if (given_factor(&r, plim_logistic(middle)) > 1.0 - confidence)
            low = middle;
        else
            high = middle;
    }
    return plim_logistic((low + high) / 2.0);
}
