#include "measure/weighted.h"

#include "base/memory.h"
#include "base/wide.h"
#include "base/sort.h"

#include <math.h>
#include <string.h>

enum { LEAST_TAIL_PATHS = 20 };

/* ---- samples ---- */

static int64_t *sorted_copy(const int64_t *loss, uint32_t n)
{
    int64_t *sorted = plim_alloc(n, sizeof *sorted), *scratch = plim_alloc(n, sizeof *scratch);
    if (sorted == NULL || scratch == NULL) {
        plim_free(sorted);
        sorted = NULL;
    } else if (n > 0) {
        memcpy(sorted, loss, (size_t)n * sizeof *sorted);
        plim_sort_fen(sorted, scratch, n);
    }
    plim_free(scratch);
    return sorted;
}

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
    while (b != 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

plim_status plim_weighted_make(plim_weighted *out, const plim_strata *strata, plim_error *err)
{
    *out = (plim_weighted){.n_above = strata->n_above,
                           .n_below = strata->n_below,
                           .all_below = strata->all_below,
                           .weight_above = 1};
    if (out->n_below > out->all_below || (out->n_below == 0 && out->all_below > 0) ||
        out->n_above + out->n_below == 0)
        return plim_fail(err, PLIM_BUG, "strata of %u, and %u of %u paths", out->n_above,
                         out->n_below, out->all_below);
    if (out->n_below > 0) {
        uint32_t divisor = common_divisor(out->n_below, out->all_below);
        out->weight_above = out->n_below / divisor;
        out->weight_below = out->all_below / divisor;
    }
    out->above = sorted_copy(strata->above, out->n_above);
    out->below = sorted_copy(strata->below, out->n_below);
    if (out->above != NULL && out->below != NULL)
        return PLIM_OK;
    plim_weighted_free(out);
    return plim_fail_memory(err, "sorted path losses");
}

void plim_weighted_free(plim_weighted *sample)
{
    plim_free(sample->above);
    plim_free(sample->below);
    *sample = (plim_weighted){0};
}

static uint64_t paths_of(const plim_weighted *w)
{
    return (uint64_t)w->n_above + w->all_below;
}

/* ---- quantiles ---- */

/* Smallest loss up to which the weights sum to at least `target`; the smallest of all if none. */
static int64_t loss_at(const plim_weighted *w, plim_int128 target)
{
    uint32_t a = w->n_above, b = w->n_below;
    plim_int128 left = (plim_int128)paths_of(w) * w->weight_above;
    int64_t loss = 0;
    while (a + (uint64_t)b > 0) {
        bool from_above = b == 0 || (a > 0 && w->above[a - 1] >= w->below[b - 1]);
        loss = from_above ? w->above[--a] : w->below[--b];
        left -= from_above ? w->weight_above : w->weight_below;
        if (left < target)
            break;
    }
    return loss;
}

static int64_t quantile(const plim_weighted *w, plim_confidence level)
{
    plim_int128 rank =
        ((plim_int128)paths_of(w) * w->weight_above * (level.of - level.beyond) + level.of - 1) /
        level.of;
    return loss_at(w, rank);
}

/* The same at a rank among all paths, from 1. */
static int64_t at_rank(const plim_weighted *w, double rank)
{
    double clamped = fmin(fmax(rank, 1), (double)paths_of(w));
    return loss_at(w, (plim_int128)(uint64_t)clamped * w->weight_above);
}

/* Of sorted losses, those above q. */
static uint32_t count_over(const int64_t *sorted, uint32_t n, int64_t q)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sorted[middle] > q)
            high = middle;
        else
            low = middle + 1;
    }
    return n - low;
}

double plim_weighted_tail_paths(const plim_weighted *sample, plim_confidence level)
{
    int64_t q = quantile(sample, level);
    double a = count_over(sample->above, sample->n_above, q);
    double b = count_over(sample->below, sample->n_below, q);
    double weight = (double)sample->weight_below / sample->weight_above;
    double sum = a + b * weight, squares = a + b * weight * weight;
    return squares > 0 ? sum * sum / squares : 0;
}

/* What sampling below the cut adds to the variance of a mean. */
static double second_phase(const plim_weighted *w, double variance_below)
{
    if (w->n_below == w->all_below)
        return 0;
    double share = w->all_below / (double)paths_of(w);
    return share * share * variance_below * (1.0 / w->n_below - 1.0 / w->all_below);
}

plim_estimate plim_weighted_var(const plim_weighted *sample, plim_confidence level)
{
    plim_estimate e = plim_estimate_undefined;
    int64_t q = quantile(sample, level);
    e.value = (double)q / PLIM_FEN_PER_UNIT;
    if (plim_weighted_tail_paths(sample, level) < LEAST_TAIL_PATHS)
        return e;
    uint64_t n = paths_of(sample);
    double expected = (double)(n * (level.of - level.beyond)) / level.of;
    double variance = expected * level.beyond / level.of;
    if (sample->n_below > 0) {
        double share = (double)count_over(sample->below, sample->n_below, q) / sample->n_below;
        variance += (double)n * (double)n * second_phase(sample, share * (1 - share));
    }
    double half = PLIM_Z95 * sqrt(variance);
    int64_t low = at_rank(sample, floor(expected - half));
    int64_t high = at_rank(sample, ceil(expected + half));
    e.low = (double)low / PLIM_FEN_PER_UNIT;
    e.high = (double)high / PLIM_FEN_PER_UNIT;
    e.stderr_ = (double)(high - low) / 2 / PLIM_Z95 / PLIM_FEN_PER_UNIT;
    return e;
}

/* ---- tail expectations ---- */

static plim_moments excesses(const int64_t *sorted, uint32_t n, int64_t q)
{
    plim_moments m = {0};
    for (uint32_t i = 0; i < n; i++)
        plim_moments_add(&m, sorted[i] > q ? sorted[i] - q : 0);
    return m;
}

static double mean_of(const plim_moments *m)
{
    return m->count > 0 ? plim_moments_mean(m) : 0;
}

/* Error of the mean over all paths of what has these moments above and below. */
static double error_of_mean(const plim_weighted *w, const plim_moments *above,
                            const plim_moments *below)
{
    if (w->n_below == 0)
        return plim_moments_stderr(above);
    double n = (double)paths_of(w);
    double share_above = w->n_above / n, share_below = w->all_below / n;
    double mean_above = mean_of(above), mean_below = mean_of(below);
    double variance_above = above->count > 1 ? plim_moments_variance(above) : 0;
    double variance_below = plim_moments_variance(below);
    double apart = mean_above - mean_below;
    double variance = share_above * variance_above + share_below * variance_below +
                      share_above * share_below * apart * apart;
    return sqrt(variance / n + second_phase(w, variance_below));
}

plim_estimate plim_weighted_es(const plim_weighted *sample, plim_confidence level)
{
    int64_t q = quantile(sample, level);
    plim_moments above = excesses(sample->above, sample->n_above, q);
    plim_moments below = excesses(sample->below, sample->n_below, q);
    plim_int128 sum = above.sum * sample->weight_above + below.sum * sample->weight_below;
    plim_int128 tail = (plim_int128)paths_of(sample) * sample->weight_above * level.beyond;
    double value = (double)(q * tail + level.of * sum) / (double)tail;
    double error = error_of_mean(sample, &above, &below) * level.of / level.beyond;
    plim_estimate e = {.value = value / PLIM_FEN_PER_UNIT, .stderr_ = error / PLIM_FEN_PER_UNIT};
    e.low = e.value - PLIM_Z95 * e.stderr_;
    e.high = e.value + PLIM_Z95 * e.stderr_;
    return e;
}
