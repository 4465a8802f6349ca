/* Table years: default rate, expected loss and NPL ratio of each year. */
#include "measure/tables.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/wide.h"
#include "measure/row.h"

/* Sums over paths of defaults D of the year and of borrowers A alive at its start. */
typedef struct rate_sums {
    plim_int128 d, a, dd, da, aa;
} rate_sums;

/* n x covariance numerator, exact: zero where one of the two is the same on every path. */
static double covariance(plim_int128 n, plim_int128 xy, plim_int128 x, plim_int128 y)
{
    return (double)(n * xy - x * y) / ((double)n * (double)(n - 1));
}

/* Ratio of sums, with the error of a ratio of means: D - r A has mean zero by construction. */
static plim_estimate rate(const rate_sums *sums, uint32_t n)
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

/* Totals at as_of, the same in every scenario. */
typedef struct opening {
    uint64_t alive;       /* borrowers that can default */
    plim_int128 npl;      /* exposure of loans in default, fen */
    plim_int128 exposure; /* of all loans, fen */
} opening;

static opening opening_of(const plim_plan *plan)
{
    const plim_book *book = plan->book;
    opening at = {0};
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        at.alive += plan->alive[b] != 0;
    for (uint32_t l = 0; l < plan->n_loans; l++) {
        at.exposure += book->exposure_fen[l];
        at.npl += book->loan_defaulted[l] ? book->exposure_fen[l] : 0;
    }
    return at;
}

/* What the years so far have left on each path. */
typedef struct history {
    uint64_t *defaults; /* borrowers */
    int64_t *exposure;  /* defaulted, fen */
} history;

/* Adds the year's defaults to `before`. */
static plim_estimate default_rate(const uint32_t *defaults, uint64_t alive, uint64_t *before,
                                  uint32_t n)
{
    rate_sums sums = {0};
    for (uint32_t path = 0; path < n; path++) {
        plim_int128 d = defaults[path], a = (plim_int128)alive - before[path];
        sums.d += d;
        sums.a += a;
        sums.dd += d * d;
        sums.da += d * a;
        sums.aa += a * a;
        before[path] += defaults[path];
    }
    return rate(&sums, n);
}

/* Mean loss of the year, less the baseline's if `baseline` is not NULL. */
static plim_estimate year_loss(const int64_t *loss, const int64_t *baseline, uint32_t n)
{
    plim_moments m = {0};
    for (uint32_t path = 0; path < n; path++)
        plim_moments_add(&m, loss[path] - (baseline != NULL ? baseline[path] : 0));
    return (plim_estimate){.value = plim_moments_mean(&m) / PLIM_FEN_PER_UNIT,
                           .stderr_ = plim_moments_stderr(&m) / PLIM_FEN_PER_UNIT};
}

/* Adds the year's defaulted exposure to `before`. */
static plim_estimate npl_ratio(const int64_t *defaulted, const opening *at, int64_t *before,
                               uint32_t n)
{
    plim_moments m = {0};
    for (uint32_t path = 0; path < n; path++) {
        before[path] += defaulted[path];
        plim_moments_add(&m, before[path]);
    }
    if (at->exposure == 0)
        return plim_estimate_undefined;
    double exposure = (double)at->exposure;
    return (plim_estimate){.value = (double)(at->npl * n + m.sum) / (exposure * n),
                           .stderr_ = plim_moments_stderr(&m) / exposure};
}

/* What is common to all rows. */
typedef struct years {
    plim_table *table;
    const plim_plan *plan;
    const plim_tallies *tallies;
    opening at;
    history before;
} years;

static plim_status year_row(const years *y, uint32_t s, uint32_t t, plim_error *err)
{
    const plim_tallies *tallies = y->tallies;
    uint32_t n = tallies->n_paths;
    size_t first = ((size_t)s * tallies->n_years + t) * n;
    const int64_t *loss = tallies->year_loss + first;
    const int64_t *defaulted = tallies->year_defaulted_exposure + first;
    const uint32_t *defaults = tallies->year_defaults + first;

    plim_estimate defaulting = default_rate(defaults, y->at.alive, y->before.defaults, n);
    plim_estimate el = year_loss(loss, NULL, n), delta = plim_estimate_undefined;
    if (s > 0)
        delta = year_loss(loss, tallies->year_loss + (size_t)t * n, n);
    plim_estimate npl = npl_ratio(defaulted, &y->at, y->before.exposure, n);

    plim_row row = plim_row_begin(y->table, err);
    plim_row_text(&row, plim_measure_scenario(y->plan, s));
    plim_row_int(&row, y->plan->first_year + (int64_t)t);
    plim_row_value(&row, &defaulting);
    plim_row_value(&row, &el);
    plim_row_value(&row, &delta);
    plim_row_value(&row, &npl);
    return plim_row_end(&row);
}

static plim_status year_rows(const years *y, plim_error *err)
{
    size_t n = y->tallies->n_paths;
    for (uint32_t s = 0; s < y->tallies->n_scenarios; s++) {
        memset(y->before.defaults, 0, n * sizeof *y->before.defaults);
        memset(y->before.exposure, 0, n * sizeof *y->before.exposure);
        for (uint32_t t = 0; t < y->tallies->n_years; t++)
            PLIM_TRY(year_row(y, s, t, err));
    }
    return PLIM_OK;
}

plim_status plim_measure_years(plim_table *table, const plim_plan *plan,
                               const plim_tallies *tallies, plim_error *err)
{
    size_t n = tallies->n_paths;
    years y = {.table = table, .plan = plan, .tallies = tallies, .at = opening_of(plan)};
    y.before.defaults = plim_alloc(n, sizeof *y.before.defaults);
    y.before.exposure = plim_alloc(n, sizeof *y.before.exposure);
    plim_status status = PLIM_OK;
    if (y.before.defaults == NULL || y.before.exposure == NULL)
        status = plim_fail_memory(err, "the table of years");
    if (status == PLIM_OK)
        status = year_rows(&y, err);
    plim_free(y.before.defaults);
    plim_free(y.before.exposure);
    return status;
}
