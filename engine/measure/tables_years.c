/* Table years: default rate, expected loss and NPL ratio of each year. */
#include "measure/tables.h"

#include <math.h>

#include "base/wide.h"
#include "measure/row.h"

/* n x covariance numerator, exact: zero where one of the two is the same on every path. */
static double covariance(plim_int128 n, plim_int128 xy, plim_int128 x, plim_int128 y)
{
    return (double)(n * xy - x * y) / ((double)n * (double)(n - 1));
}

/* Ratio of sums, with the error of a ratio of means: D - r A has mean zero by construction. */
static plim_estimate default_rate(const plim_year_sums *sums, uint32_t n)
{
    plim_estimate e = plim_estimate_undefined;
    if (sums->a == 0)
        return e; /* nobody is alive at the start of the year */
    double r = (double)sums->d / (double)sums->a;
    e.value = r;
    if (n >= 2) {
        double variance = covariance(n, sums->dd, sums->d, sums->d) -
                          2 * r * covariance(n, sums->da, sums->d, sums->a) +
                          r * r * covariance(n, sums->aa, sums->a, sums->a);
        e.stderr_ = sqrt(fmax(variance, 0) / n) / ((double)sums->a / n);
    }
    return e;
}

static plim_estimate mean_of(const plim_moments *m)
{
    return (plim_estimate){.value = plim_moments_mean(m) / PLIM_FEN_PER_UNIT,
                           .stderr_ = plim_moments_stderr(m) / PLIM_FEN_PER_UNIT};
}

/* Exposure that is in default by then, at as_of or since, over all exposure. */
static plim_estimate npl_ratio(const plim_moments *defaulted, const plim_holdings *at, uint32_t n)
{
    if (at->exposure == 0)
        return plim_estimate_undefined;
    double exposure = (double)at->exposure;
    return (plim_estimate){.value = (double)(at->npl * n + defaulted->sum) / (exposure * n),
                           .stderr_ = plim_moments_stderr(defaulted) / exposure};
}

static plim_status year_row(plim_table *table, const plim_measured *y, uint32_t s, uint32_t t,
                            plim_error *err)
{
    uint32_t n = y->tallies->n_paths;
    const plim_year_sums *sums = &y->tallies->years[(size_t)s * y->tallies->n_years + t];
    plim_estimate defaulting = default_rate(sums, n);
    plim_estimate el = mean_of(&sums->loss), delta = plim_estimate_undefined;
    if (s > 0)
        delta = mean_of(&sums->delta);
    plim_estimate npl = npl_ratio(&sums->defaulted, y->holdings, n);

    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, plim_measure_scenario(y->plan, s));
    plim_row_int(&row, y->plan->first_year + (int64_t)t);
    plim_row_value(&row, &defaulting);
    plim_row_value(&row, &el);
    plim_row_value(&row, &delta);
    plim_row_value(&row, &npl);
    return plim_row_end(&row);
}

plim_status plim_measure_years(plim_table *table, const plim_measured *of, plim_error *err)
{
    for (uint32_t s = 0; s < of->tallies->n_scenarios; s++)
        for (uint32_t t = 0; t < of->tallies->n_years; t++)
            PLIM_TRY(year_row(table, of, s, t, err));
    return PLIM_OK;
}
