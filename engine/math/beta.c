#include "math/beta.h"

#include <math.h>

#include "base/memory.h"
#include "math/functions.h"

/* ---- functions ---- */

/* log Gamma(x) - (x - 1/2) log x + x - log(2 pi) / 2, for x >= 10: Stirling's series. */
static double stirling_rest(double x)
{
    double r = 1.0 / x, z = r * r;
    double p = -3617.0 / 122400.0;
    p = p * z + 1.0 / 156.0;
    p = p * z - 691.0 / 360360.0;
    p = p * z + 1.0 / 1188.0;
    p = p * z - 1.0 / 1680.0;
    p = p * z + 1.0 / 1260.0;
    p = p * z - 1.0 / 360.0;
    p = p * z + 1.0 / 12.0;
    return p * r;
}

/* log Gamma(x): below 10 by Gamma(x) = Gamma(x + n) / (x (x + 1) ... (x + n - 1)). */
static double log_gamma(double x)
{
    const double half_log_2pi = 0x1.d67f1c864beb5p-1;
    double product = 1.0;
    while (x < 10.0) {
        product *= x;
        x += 1.0;
    }
    return (x - 0.5) * plim_log(x) - x + half_log_2pi + stirling_rest(x) - plim_log(product);
}

double plim_log_beta(double a, double b)
{
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

double plim_beta_fraction(double a, double b, double x, double front)
{
    const double tiny = 1e-300;
    double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    for (int m = 1; m <= 20000; m++) {
        double two = 2.0 * m;
        double even = m * (b - m) * x / ((a + two - 1.0) * (a + two));
        d = 1.0 + even * d;
        c = 1.0 + even / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        value *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + two) * (a + two + 1.0));
        d = 1.0 + odd * d;
        c = 1.0 + odd / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        value *= d * c;
        if (fabs(d * c - 1.0) <= 0x1p-52)
            break;
    }
    return front * value / a;
}

/* One distribution; log_beta is kept, since it costs the most. */
typedef struct beta {
    double a, b, log_beta;
} beta;

/* log(1 - x) for x in (0, 1): what 1 - x loses to rounding is put back. */
static double log_of_rest(double x)
{
    double rest = 1.0 - x;
    return plim_log(rest) - ((rest - 1.0) + x) / rest;
}

/* x^a (1 - x)^b / B(a, b). */
static double front_of(const beta *d, double x)
{
    return plim_exp(d->a * plim_log(x) + d->b * log_of_rest(x) - d->log_beta);
}

static double cdf(const beta *d, double x, double front)
{
    double a = d->a, b = d->b;
    if (x < (a + 1.0) / (a + b + 2.0))
        return plim_beta_fraction(a, b, x, front);
    return 1.0 - plim_beta_fraction(b, a, 1.0 - x, front);
}

double plim_beta_cdf(double x, double a, double b)
{
    if (!(a > 0.0 && b > 0.0 && x >= 0.0 && x <= 1.0))
        return (double)NAN;
    if (x == 0.0 || x == 1.0)
        return x;
    beta d = {a, b, plim_log_beta(a, b)};
    return cdf(&d, x, front_of(&d, x));
}

/* The quantile at p of at most one half, between 0 and `above`: Newton for log p in log x (exact
   for the power law of the tail), by bisection where that leaves the bracket. */
static double lower_quantile(const beta *d, double p, double above)
{
    double low = 0.0, high = above;
    double log_p = plim_log(p);
    double x = plim_exp((log_p + plim_log(d->a) + d->log_beta) / d->a);
    if (x == 0.0)
        return 0.0; /* the power law holds to the last bit there */
    if (!(x < high))
        x = 0.5 * high;
    for (int i = 0; i < 200; i++) {
        double front = front_of(d, x);
        double mass = cdf(d, x, front);
        if (mass < p)
            low = x;
        else
            high = x;
        /* the density is front / (x (1 - x)) */
        double step = (log_p - plim_log(mass)) * mass * (1.0 - x) / front;
        double next = x * plim_exp(step);
        if (!(next > low && next < high))
            next = 0.5 * (low + high);
        double moved = fabs(next - x);
        x = next;
        if (moved <= 0x1p-50 * x || high - low <= 0x1p-52 * high)
            break;
    }
    return x;
}

double plim_beta_inv(double p, double a, double b)
{
    if (!(a > 0.0 && b > 0.0 && p >= 0.0 && p <= 1.0))
        return (double)NAN;
    if (p == 0.0 || p == 1.0)
        return p;
    beta d = {a, b, plim_log_beta(a, b)};
    beta mirrored = {b, a, d.log_beta};
    return p <= 0.5 ? lower_quantile(&d, p, 1.0) : 1.0 - lower_quantile(&mirrored, 1.0 - p, 1.0);
}

/* ---- table ---- */

enum {
    MEANS = 128,   /* cells in the mean */
    PER_UNIT = 32, /* cells a unit of the score */
    HALF = 8 * PER_UNIT,
    SCORES = 2 * HALF + 1 /* nodes in the score, from -8 to 8 */
};

struct plim_beta_table {
    double mean[MEANS + 1];
    double quantile[MEANS + 1][SCORES];
};

/* Nodes lie dense towards 0 and 1, where the form of the distribution changes fast with its mean:
   t^2 / (t^2 + (1 - t)^2) at t = i / MEANS, whose inverse needs but a square root. */
static double node_mean(int i)
{
    double lower = (double)i * i, upper = (double)(MEANS - i) * (MEANS - i);
    return lower / (lower + upper);
}

/* E (y - Y)^+ for Y standard normal. */
static double mean_excess(double y)
{
    const double one_over_root_2pi = 0x1.9884533d43651p-2;
    return y * plim_normal_cdf(y) + one_over_root_2pi * plim_exp(-0.5 * y * y);
}

/* weight[j]: the share of node j in the mean of a function that is linear between nodes and
   constant outside. */
static void score_weights(double weight[SCORES])
{
    double excess[SCORES];
    for (int j = 0; j < SCORES; j++)
        excess[j] = mean_excess((double)(j - HALF) / PER_UNIT);
    for (int j = 1; j <= HALF; j++) {
        weight[j] = ((excess[j + 1] - excess[j]) - (excess[j] - excess[j - 1])) * PER_UNIT;
        weight[SCORES - 1 - j] = weight[j];
    }
    weight[0] = (excess[1] - excess[0]) * PER_UNIT;
    weight[SCORES - 1] = weight[0];
}

/* Quantiles at the scores of -8 to 0, from above: each bounds the next. */
static void lower_half(double a, double b, double out[HALF + 1])
{
    beta d = {a, b, plim_log_beta(a, b)};
    double above = 1.0;
    for (int j = HALF; j >= 0; j--) {
        out[j] = lower_quantile(&d, plim_normal_cdf((double)(j - HALF) / PER_UNIT), above);
        above = out[j];
    }
}

/* Nodes in line at the score are a chord of a curve: their mean is a little off. Adding c q (1 - q)
   to each quantile sets it right and keeps order and range (|c| is far below 1). */
static void set_mean(double *quantile, const double *weight, double mean)
{
    double sum = 0.0, bend = 0.0;
    for (int j = 0; j < SCORES; j++) {
        sum += weight[j] * quantile[j];
        bend += weight[j] * quantile[j] * (1.0 - quantile[j]);
    }
    if (!(bend > 0.0))
        return;
    double c = (mean - sum) / bend;
    for (int j = 0; j < SCORES; j++)
        quantile[j] += c * quantile[j] * (1.0 - quantile[j]);
}

static void fill(plim_beta_table *table, double concentration)
{
    double weight[SCORES], below[HALF + 1], above[HALF + 1];
    score_weights(weight);
    for (int i = 0; i <= MEANS; i++)
        table->mean[i] = node_mean(i);
    for (int j = 0; j < SCORES; j++)
        table->quantile[MEANS][j] = 1.0;
    for (int i = 1; i <= MEANS / 2; i++) {
        double a = table->mean[i] * concentration, b = table->mean[MEANS - i] * concentration;
        double *q = table->quantile[i], *mirrored = table->quantile[MEANS - i];
        lower_half(a, b, below);
        lower_half(b, a, above);
        for (int j = 0; j < HALF; j++) {
            q[j] = below[j];
            q[SCORES - 1 - j] = 1.0 - above[j];
        }
        q[HALF] = below[HALF];
        set_mean(q, weight, table->mean[i]);
        for (int j = 0; j < SCORES && i < MEANS / 2; j++)
            mirrored[j] = 1.0 - q[SCORES - 1 - j];
    }
}

plim_status plim_beta_table_create(plim_beta_table **out, double concentration, plim_error *err)
{
    *out = NULL;
    if (!(concentration > 0.0 && concentration <= 1e6))
        return plim_fail(err, PLIM_BUG, "beta table: concentration %g", concentration);
    plim_beta_table *table = plim_alloc(1, sizeof *table);
    if (table == NULL)
        return plim_fail_memory(err, "the quantiles of random LGD");
    fill(table, concentration);
    *out = table;
    return PLIM_OK;
}

void plim_beta_table_destroy(plim_beta_table *table)
{
    plim_free(table);
}

size_t plim_beta_table_bytes(void)
{
    return sizeof(plim_beta_table);
}

/* At the score, within one row. */
static double along(const double *quantile, int j, double share)
{
    return quantile[j] + share * (quantile[j + 1] - quantile[j]);
}

double plim_beta_table_at(const plim_beta_table *table, double mean, double score)
{
    if (!(mean > 0.0))
        return 0.0;
    if (!(mean < 1.0))
        return 1.0;
    double place = (score + 8.0) * PER_UNIT;
    place = place > 0.0 ? place : 0.0;
    place = place < SCORES - 1 ? place : SCORES - 1;
    int j = (int)place;
    j = j < SCORES - 2 ? j : SCORES - 2;
    double root = sqrt(mean), rest = sqrt(1.0 - mean);
    int i = (int)(MEANS * (root / (root + rest)));
    i = i < MEANS - 1 ? i : MEANS - 1;
    while (i > 0 && mean < table->mean[i])
        i--;
    while (i < MEANS - 1 && mean >= table->mean[i + 1])
        i++;
    double below = along(table->quantile[i], j, place - j);
    double above = along(table->quantile[i + 1], j, place - j);
    double span = table->mean[i + 1] - table->mean[i];
    return below + (mean - table->mean[i]) / span * (above - below);
}
