/* Stated errors against the spread of estimates over many independent runs: what an analyst reads
 * as "plus or minus" must be what other seeds would have given. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "math/draw.h"
#include "math/functions.h"
#include "measure/batch.h"
#include "measure/measure.h"

enum { RUNS = 300, N = 5000 };

/* Losses of a run: lognormal, in fen; the scenario on the same draws with some noise of its own and
   a wider spread, so that quantiles move and paths change places. */
static void draw_losses(uint32_t run, int64_t *base, int64_t *shocked)
{
    for (uint32_t p = 0; p < N; p++) {
        plim_draw_id id = {.purpose = PLIM_DRAW_SYNTHETIC, .key = run, .path = p};
        double common = plim_draw_normal(20240611, &id);
        id.sub = 1;
        double own = plim_draw_normal(20240611, &id);
        base[p] = (int64_t)(1e8 * plim_exp(0.6 * common));
        shocked[p] = (int64_t)(1e8 * plim_exp(0.2 + 0.65 * common + 0.15 * own));
    }
}

/* An estimate over the runs: its spread, and what it said its error was. */
typedef struct record {
    double sum, squares;   /* of the value */
    double stated_squares; /* of its stated error */
    unsigned n, covered;   /* runs; runs whose interval holds the true value, where it is known */
} record;

static void note(record *r, const plim_estimate *e, double truth)
{
    assert_false(isnan(e->value) || isnan(e->stderr_));
    r->n++;
    r->sum += e->value;
    r->squares += e->value * e->value;
    r->stated_squares += e->stderr_ * e->stderr_;
    r->covered += e->low <= truth && truth <= e->high;
}

/* Stated error over the real one. Over 300 runs the real one is known to 4 % (1 / sqrt(600)). */
static double ratio_of(const record *r)
{
    double mean = r->sum / r->n;
    double spread = sqrt((r->squares / r->n - mean * mean) * r->n / (r->n - 1));
    return sqrt(r->stated_squares / r->n) / spread;
}

static const char *const names[PLIM_MEASURE_COUNT] = {"el",      "sd",    "var_95", "var_99",
                                                      "var_999", "es_95", "es_99",  "es_999"};

static record values[PLIM_MEASURE_COUNT], deltas[PLIM_MEASURE_COUNT], batched, batched_delta;

/* n (1 - alpha) of the last level is 5 paths: no interval, so it is left out. */
static const plim_measure_id measured[] = {PLIM_EL,     PLIM_SD,    PLIM_VAR_95,
                                           PLIM_VAR_99, PLIM_ES_95, PLIM_ES_99};
enum { MEASURED = sizeof measured / sizeof *measured };

/* True values of the baseline, in yuan. */
static double truth_of(plim_measure_id id)
{
    const double s = 0.6, scale = 1e6, mean = scale * plim_exp(s * s / 2);
    double alpha = id == PLIM_VAR_95 || id == PLIM_ES_95 ? 0.95 : 0.99;
    double z = plim_normal_inv(alpha);
    switch (id) {
    case PLIM_EL:
        return mean;
    case PLIM_SD:
        return mean * sqrt(plim_exp(s * s) - 1);
    case PLIM_VAR_95:
    case PLIM_VAR_99:
        return scale * plim_exp(s * z);
    default:
        return mean * plim_normal_cdf(s - z) / (1 - alpha);
    }
}

static void note_batches(const int64_t *base, const int64_t *shocked)
{
    plim_int128 b[PLIM_BATCHES] = {0}, s[PLIM_BATCHES] = {0};
    for (uint32_t p = 0; p < N; p++) {
        b[p / 8 % PLIM_BATCHES] += base[p];
        s[p / 8 % PLIM_BATCHES] += shocked[p];
    }
    plim_estimate e = plim_batch_mean(b, NULL, N);
    note(&batched, &e, truth_of(PLIM_EL));
    e = plim_batch_mean(s, b, N);
    note(&batched_delta, &e, 0);
}

static int run_all(void **unused)
{
    (void)unused;
    static int64_t base[N], shocked[N];
    for (uint32_t run = 0; run < RUNS; run++) {
        plim_sample b, s;
        plim_error err = {0};
        draw_losses(run, base, shocked);
        assert_int_equal(plim_sample_make(&b, base, N, &err), PLIM_OK);
        assert_int_equal(plim_sample_make(&s, shocked, N, &err), PLIM_OK);
        for (size_t i = 0; i < MEASURED; i++) {
            plim_estimate value = plim_measure_estimate(&b, measured[i]);
            plim_estimate delta = plim_measure_delta(&s, &b, measured[i]);
            note(&values[measured[i]], &value, truth_of(measured[i]));
            note(&deltas[measured[i]], &delta, 0);
        }
        note_batches(base, shocked);
        plim_sample_free(&b);
        plim_sample_free(&s);
    }
    return 0;
}

static void assert_ratio(const record *r, const char *name, double low, double high)
{
    double ratio = ratio_of(r);
    print_message("%-12s stated / real error %.3f\n", name, ratio);
    if (!(ratio >= low && ratio <= high))
        fail_msg("%s: stated over real error %.3f, not in [%.2f, %.2f]", name, ratio, low, high);
}

static void errors_of_values(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < MEASURED; i++)
        assert_ratio(&values[measured[i]], names[measured[i]], 0.85, 1.15);
    assert_ratio(&batched, "batches", 0.85, 1.15);
}

static void errors_of_deltas(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < MEASURED; i++)
        assert_ratio(&deltas[measured[i]], names[measured[i]], 0.85, 1.15);
    assert_ratio(&batched_delta, "batches", 0.85, 1.15);
}

/* 95 % intervals hold the true value in 95 % of the runs, give or take 1.3 % (300 runs); those of
   tails in a little less, since the loss is skewed and 50 paths are few. */
static void intervals_cover_the_truth(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < MEASURED; i++) {
        const record *r = &values[measured[i]];
        double share = (double)r->covered / r->n;
        print_message("%-12s interval covers the truth in %.1f %% of runs\n", names[measured[i]],
                      100 * share);
        assert_true(share >= 0.88 && share <= 0.99);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_of_values),
        cmocka_unit_test(errors_of_deltas),
        cmocka_unit_test(intervals_cover_the_truth),
    };
    return cmocka_run_group_tests(tests, run_all, NULL);
}
