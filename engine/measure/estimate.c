#include "measure/measure.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/wide.h"
#include "base/sort.h"
#include "simulate/tail.h"

const plim_estimate plim_estimate_undefined = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};

const char *const plim_measure_names[PLIM_MEASURE_COUNT] = {
    [PLIM_EL] = "el",         [PLIM_SD] = "sd",           [PLIM_VAR_95] = "var_95",
    [PLIM_VAR_99] = "var_99", [PLIM_VAR_999] = "var_999", [PLIM_ES_95] = "es_95",
    [PLIM_ES_99] = "es_99",   [PLIM_ES_999] = "es_999",
};

/* Paths beyond a quantile that an interval needs. */
enum { LEAST_TAIL_PATHS = 20 };

/* Confidence levels in thousandths, so that ranks come from integers: 0.999 is no double. */
static const uint32_t permille[PLIM_MEASURE_COUNT] = {
    [PLIM_VAR_95] = 950, [PLIM_VAR_99] = 990, [PLIM_VAR_999] = 999,
    [PLIM_ES_95] = 950,  [PLIM_ES_99] = 990,  [PLIM_ES_999] = 999,
};

plim_status plim_sample_make(plim_sample *out, const int64_t *loss, uint32_t n, plim_error *err)
{
    *out = (plim_sample){.loss = loss, .n = n};
    if (n == 0)
        return plim_fail(err, PLIM_BUG, "a sample without paths");
    int64_t *sorted = plim_alloc(n, sizeof *sorted), *scratch = plim_alloc(n, sizeof *scratch);
    if (sorted == NULL || scratch == NULL) {
        plim_free(sorted);
        plim_free(scratch);
        return plim_fail_memory(err, "sorted path losses");
    }
    memcpy(sorted, loss, (size_t)n * sizeof *sorted);
    plim_sort_fen(sorted, scratch, n);
    plim_free(scratch);
    out->sorted = sorted;
    return PLIM_OK;
}

void plim_sample_free(plim_sample *sample)
{
    plim_free(sample->sorted);
    *sample = (plim_sample){0};
}

double plim_measure_tail_paths(uint32_t n, plim_measure_id id)
{
    if (permille[id] == 0)
        return n;
    return (double)((uint64_t)n * (1000 - permille[id])) / 1000;
}

static bool tail_is_thin(uint32_t n, plim_measure_id id)
{
    return (uint64_t)n * (1000 - permille[id]) < LEAST_TAIL_PATHS * UINT64_C(1000);
}

/* From fen to an estimate in currency units with the normal interval. */
static plim_estimate estimate_from_fen(double value, double error)
{
    plim_estimate e = {.value = value / PLIM_FEN_PER_UNIT, .stderr_ = error / PLIM_FEN_PER_UNIT};
    e.low = e.value - PLIM_Z95 * e.stderr_;
    e.high = e.value + PLIM_Z95 * e.stderr_;
    return e;
}

static plim_estimate estimate_mean(const plim_sample *sample)
{
    plim_moments m = {0};
    for (uint32_t i = 0; i < sample->n; i++)
        plim_moments_add(&m, sample->loss[i]);
    return estimate_from_fen(plim_moments_mean(&m), plim_moments_stderr(&m));
}

/* ---- standard deviation ---- */

/* Second and fourth central moments (divided by n), about an exact mean. */
typedef struct spread {
    int64_t whole; /* the mean is whole + rest: centring in integers keeps every fen of a large */
    double rest;   /* book, which a difference of doubles would lose */
    double m2, m4;
    double unbiased; /* standard deviation, divisor n - 1; NaN below two paths */
} spread;

static double deviation(const spread *s, int64_t loss)
{
    return (double)(loss - s->whole) - s->rest;
}

/* One thread, in the order of paths: the sums are floating-point, and so depend on it. */
static spread spread_of(const plim_sample *sample)
{
    plim_moments m = {0};
    for (uint32_t i = 0; i < sample->n; i++)
        plim_moments_add(&m, sample->loss[i]);
    plim_int128 count = sample->n;
    spread s = {.whole = (int64_t)(m.sum / count),
                .rest = (double)(m.sum % count) / (double)sample->n,
                .unbiased = sqrt(plim_moments_variance(&m))};
    for (uint32_t i = 0; i < sample->n; i++) {
        double square = deviation(&s, sample->loss[i]);
        square *= square;
        s.m2 += square;
        s.m4 += square * square;
    }
    s.m2 /= sample->n;
    s.m4 /= sample->n;
    return s;
}

static plim_estimate estimate_sd(const plim_sample *sample)
{
    spread s = spread_of(sample);
    double error = (double)NAN;
    if (sample->n >= 2)
        error = s.m2 > 0 ? sqrt(fmax(s.m4 - s.m2 * s.m2, 0) / (4 * s.m2 * sample->n)) : 0;
    return estimate_from_fen(s.unbiased, error);
}

/* How much a path's loss pulls at the standard deviation; 0 for a constant. */
static double influence(const spread *s, int64_t loss)
{
    if (!(s->m2 > 0))
        return 0;
    double d = deviation(s, loss);
    return (d * d - s->m2) / (2 * sqrt(s->m2));
}

static plim_estimate delta_sd(const plim_sample *scenario, const plim_sample *baseline)
{
    spread s = spread_of(scenario), b = spread_of(baseline);
    double squares = 0;
    for (uint32_t i = 0; i < scenario->n; i++) {
        double d = influence(&s, scenario->loss[i]) - influence(&b, baseline->loss[i]);
        squares += d * d;
    }
    double n = scenario->n;
    double error = scenario->n >= 2 ? sqrt(squares / n / n) : (double)NAN;
    return estimate_from_fen(s.unbiased - b.unbiased, error);
}

/* ---- quantiles and tail expectations ---- */

static int64_t quantile(const plim_sample *sample, plim_measure_id id)
{
    return sample->sorted[plim_tail_rank(sample->n, permille[id]) - 1];
}

static int64_t at_rank(const plim_sample *sample, double rank)
{
    double clamped = fmin(fmax(rank, 1), sample->n);
    return sample->sorted[(uint32_t)clamped - 1];
}

/* The interval holds for any distribution: the number of losses below the true quantile is
 * binomial. */
static plim_estimate estimate_var(const plim_sample *sample, plim_measure_id id)
{
    plim_estimate e = plim_estimate_undefined;
    e.value = (double)quantile(sample, id) / PLIM_FEN_PER_UNIT;
    if (tail_is_thin(sample->n, id))
        return e;
    double expected = (double)((uint64_t)sample->n * permille[id]) / 1000;
    double half = PLIM_Z95 * sqrt(expected * (1000 - permille[id]) / 1000);
    int64_t low = at_rank(sample, floor(expected - half));
    int64_t high = at_rank(sample, ceil(expected + half));
    e.low = (double)low / PLIM_FEN_PER_UNIT;
    e.high = (double)high / PLIM_FEN_PER_UNIT;
    e.stderr_ = (double)(high - low) / 2 / PLIM_Z95 / PLIM_FEN_PER_UNIT;
    return e;
}

/* Correlation of "loss above its quantile" in scenario and baseline, from counts: exactly 1 when
   the same paths are in both tails. Without ties at the quantiles it is (p_both - (1 - alpha)^2) /
   (alpha (1 - alpha)). */
static double tail_correlation(const plim_sample *scenario, const plim_sample *baseline,
                               plim_measure_id id)
{
    int64_t q_s = quantile(scenario, id), q_b = quantile(baseline, id);
    uint64_t n = scenario->n, above_s = 0, above_b = 0, above_both = 0;
    for (uint32_t i = 0; i < scenario->n; i++) {
        unsigned s = scenario->loss[i] > q_s, b = baseline->loss[i] > q_b;
        above_s += s;
        above_b += b;
        above_both += s & b;
    }
    double scale_s = (double)(above_s * (n - above_s)), scale_b = (double)(above_b * (n - above_b));
    if (!(scale_s > 0 && scale_b > 0))
        return 0; /* no loss above a quantile: nothing is known of how they move together */
    plim_int128 covariance = (plim_int128)n * above_both - (plim_int128)above_s * above_b;
    double c = (double)covariance / sqrt(scale_s * scale_b);
    return fmin(fmax(c, -1), 1);
}

static plim_estimate delta_var(const plim_sample *scenario, const plim_sample *baseline,
                               plim_measure_id id)
{
    double s = estimate_var(scenario, id).stderr_ * PLIM_FEN_PER_UNIT;
    double b = estimate_var(baseline, id).stderr_ * PLIM_FEN_PER_UNIT;
    double c = tail_correlation(scenario, baseline, id);
    /* s^2 + b^2 - 2 c s b, written so that rounding can't make it negative. */
    double error = sqrt((s - b) * (s - b) + 2 * (1 - c) * s * b);
    return estimate_from_fen((double)(quantile(scenario, id) - quantile(baseline, id)), error);
}

static int64_t excess(int64_t loss, int64_t over)
{
    return loss > over ? loss - over : 0;
}

/* (VaR (1 - alpha) n + sum of excesses) / ((1 - alpha) n), in fen, rounded only here. */
static double expected_shortfall(const plim_sample *sample, plim_measure_id id)
{
    int64_t q = quantile(sample, id);
    plim_int128 above = 0;
    for (uint32_t i = plim_tail_rank(sample->n, permille[id]); i < sample->n; i++)
        above += sample->sorted[i] - q;
    plim_int128 tail = (plim_int128)sample->n * (1000 - permille[id]);
    return (double)(q * tail + 1000 * above) / (double)tail;
}

/* Error of a tail expectation from that of the mean excess. */
static double tail_error(const plim_moments *excesses, plim_measure_id id)
{
    return plim_moments_stderr(excesses) * 1000 / (1000 - permille[id]);
}

static plim_estimate estimate_es(const plim_sample *sample, plim_measure_id id)
{
    int64_t q = quantile(sample, id);
    plim_moments m = {0};
    for (uint32_t i = 0; i < sample->n; i++)
        plim_moments_add(&m, excess(sample->loss[i], q));
    return estimate_from_fen(expected_shortfall(sample, id), tail_error(&m, id));
}

static plim_estimate delta_es(const plim_sample *scenario, const plim_sample *baseline,
                              plim_measure_id id)
{
    int64_t q_s = quantile(scenario, id), q_b = quantile(baseline, id);
    plim_moments m = {0};
    for (uint32_t i = 0; i < scenario->n; i++)
        plim_moments_add(&m, excess(scenario->loss[i], q_s) - excess(baseline->loss[i], q_b));
    double value = expected_shortfall(scenario, id) - expected_shortfall(baseline, id);
    return estimate_from_fen(value, tail_error(&m, id));
}

static plim_estimate delta_mean(const plim_sample *scenario, const plim_sample *baseline)
{
    plim_moments m = {0};
    for (uint32_t i = 0; i < scenario->n; i++)
        plim_moments_add(&m, scenario->loss[i] - baseline->loss[i]);
    return estimate_from_fen(plim_moments_mean(&m), plim_moments_stderr(&m));
}

plim_estimate plim_measure_estimate(const plim_sample *sample, plim_measure_id id)
{
    switch (id) {
    case PLIM_EL:
        return estimate_mean(sample);
    case PLIM_SD:
        return estimate_sd(sample);
    case PLIM_VAR_95:
    case PLIM_VAR_99:
    case PLIM_VAR_999:
        return estimate_var(sample, id);
    case PLIM_ES_95:
    case PLIM_ES_99:
    case PLIM_ES_999:
        return estimate_es(sample, id);
    case PLIM_MEASURE_COUNT:
        break;
    }
    return plim_estimate_undefined;
}

plim_estimate plim_measure_delta(const plim_sample *scenario, const plim_sample *baseline,
                                 plim_measure_id id)
{
    if (memcmp(scenario->loss, baseline->loss, (size_t)scenario->n * sizeof *scenario->loss) == 0)
        return (plim_estimate){0, 0, 0, 0};
    switch (id) {
    case PLIM_EL:
        return delta_mean(scenario, baseline);
    case PLIM_SD:
        return delta_sd(scenario, baseline);
    case PLIM_VAR_95:
    case PLIM_VAR_99:
    case PLIM_VAR_999:
        return delta_var(scenario, baseline, id);
    case PLIM_ES_95:
    case PLIM_ES_99:
    case PLIM_ES_999:
        return delta_es(scenario, baseline, id);
    case PLIM_MEASURE_COUNT:
        break;
    }
    return plim_estimate_undefined;
}

/* ---- differences of deltas ---- */

static const int side[4] = {1, -1, -1, 1};

static double change_error_sd(const plim_sample *const of[4])
{
    spread s[4];
    double squares = 0, n = of[0]->n;
    for (int k = 0; k < 4; k++)
        s[k] = spread_of(of[k]);
    for (uint32_t i = 0; i < of[0]->n; i++) {
        double d = 0;
        for (int k = 0; k < 4; k++)
            d += side[k] * influence(&s[k], of[k]->loss[i]);
        squares += d * d;
    }
    return n >= 2 ? sqrt(squares / n / n) : (double)NAN;
}

/* Of the losses themselves, or of what they are above their quantiles. */
static plim_moments change_moments(const plim_sample *const of[4], const int64_t *over)
{
    plim_moments m = {0};
    for (uint32_t i = 0; i < of[0]->n; i++) {
        int64_t d = 0;
        for (int k = 0; k < 4; k++) {
            int64_t loss = of[k]->loss[i];
            d += side[k] * (over != NULL ? excess(loss, over[k]) : loss);
        }
        plim_moments_add(&m, d);
    }
    return m;
}

double plim_measure_change_error(const plim_sample *const of[4], plim_measure_id id)
{
    if (id == PLIM_SD)
        return change_error_sd(of) / PLIM_FEN_PER_UNIT;
    if (id == PLIM_EL) {
        plim_moments m = change_moments(of, NULL);
        return plim_moments_stderr(&m) / PLIM_FEN_PER_UNIT;
    }
    if (id < PLIM_ES_95)
        return (double)NAN;
    int64_t over[4];
    for (int k = 0; k < 4; k++)
        over[k] = quantile(of[k], id);
    plim_moments m = change_moments(of, over);
    return tail_error(&m, id) / PLIM_FEN_PER_UNIT;
}
