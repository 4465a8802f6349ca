#include "measure/capital_paths.h"

#include "base/memory.h"
#include "measure/measure.h"
#include "measure/ranks.h"
#include "parallel/team.h"
#include "simulate/tail.h"

#include <math.h>
#include <string.h>

enum { LEAST_TAIL_PATHS = 20 }; /* beyond a quantile, for an interval */
const uint32_t plim_car_permille[PLIM_CAR_QUANTILES] = {50, 10, 1};

void plim_capital_book_free(plim_capital_book *book)
{
    plim_free(book->sheet);
    plim_free(book->terms);
    plim_free(book->has_sheet);
    plim_free(book->is_branch);
    *book = (plim_capital_book){0};
}

/* One scenario under way. Everything of a bank stands by path. */
typedef struct scenario {
    const plim_capital_work *work;
    plim_capital_paths *out;
    uint32_t s;
    plim_capital_state *state;
    int64_t *measure;                 /* [PLIM_CAPITAL_MEASURES * N] */
    int64_t *capital, *assets, *held; /* of all banks: [t * N + path] */
    double rwa, total_capital;        /* of all banks, as reported */
    plim_ranks room;
} scenario;

/* ---- statistics ---- */

static plim_capital_stat undefined_stat(void)
{
    double none = (double)NAN;
    return (plim_capital_stat){none, none, none, none, none, none};
}

static double defined(int64_t value)
{
    return value == PLIM_CAPITAL_EMPTY ? (double)NAN : (double)value;
}

/* Mean and quantiles; without a mean where some path defines none. */
static plim_status describe(scenario *sc, const int64_t *value, plim_capital_stat *out,
                            plim_error *err)
{
    uint32_t n = sc->out->n_paths;
    const uint32_t rank[3] = {plim_tail_rank(n, 50), plim_tail_rank(n, 500),
                              plim_tail_rank(n, 950)};
    int64_t at[3];
    plim_moments m = {0};
    bool whole = true;
    for (uint32_t p = 0; p < n; p++) {
        whole = whole && value[p] != PLIM_CAPITAL_EMPTY;
        plim_moments_add(&m, value[p]);
    }
    *out = undefined_stat();
    PLIM_TRY(plim_ranks_find(&sc->room, value, n, &(plim_ranks_ask){rank, 3, at}, err));
    out->p05 = defined(at[0]);
    out->p50 = defined(at[1]);
    out->p95 = defined(at[2]);
    if (whole) {
        double half = PLIM_Z95 * plim_moments_stderr(&m);
        out->value = plim_moments_mean(&m);
        out->low = out->value - half;
        out->high = out->value + half;
    }
    return PLIM_OK;
}

/* The interval holds for any distribution: ranks n q -+ 1.96 sqrt(n q (1 - q)). */
static plim_status find_quantiles(scenario *sc, const int64_t *value, plim_capital_stat *out,
                                  plim_error *err)
{
    uint32_t n = sc->out->n_paths;
    for (int i = 0; i < PLIM_CAR_QUANTILES; i++) {
        double q = plim_car_permille[i] / 1000.0, half = PLIM_Z95 * sqrt(n * q * (1 - q));
        const uint32_t rank[3] = {plim_tail_rank(n, plim_car_permille[i]),
                                  (uint32_t)fmax(floor(n * q - half), 1),
                                  (uint32_t)fmin(ceil(n * q + half), n)};
        int64_t at[3];
        PLIM_TRY(plim_ranks_find(&sc->room, value, n, &(plim_ranks_ask){rank, 3, at}, err));
        out[i] = undefined_stat();
        out[i].value = defined(at[0]);
        if ((uint64_t)n * plim_car_permille[i] < LEAST_TAIL_PATHS * UINT64_C(1000))
            continue;
        out[i].low = defined(at[1]);
        out[i].high = defined(at[2]);
    }
    return PLIM_OK;
}

/* ---- a bank ---- */

/* Cells of a bank's balance sheet in a scenario: year t of a path is [t * N + path]. */
static const plim_sheet_cell *cells_of(const scenario *sc, uint32_t c, uint32_t s)
{
    const plim_tallies *t = sc->work->tallies;
    return t->sheet + ((size_t)c * t->n_scenarios + s) * t->n_years * t->n_paths;
}

static plim_capital_case case_of(const scenario *sc, uint32_t m, uint32_t slot)
{
    const plim_capital_work *w = sc->work;
    uint32_t bank = w->sums->bank[slot];
    return (plim_capital_case){.book = &w->book->sheet[bank],
                               .terms = &w->book->terms[bank],
                               .kind = w->sums->policy.kind[m],
                               .sum = plim_sheet_sums_of(w->sums, m, slot, sc->s),
                               .base_sum = plim_sheet_sums_of(w->sums, m, slot, 0),
                               .npl_exposure = w->sums->npl_exposure[slot],
                               .npl_allowance = w->sums->npl_allowance[slot]};
}

/* Year t of all paths: measures into sc->measure, requirements missed into counts. */
static void run_year(scenario *sc, const plim_capital_case *of, uint32_t c, uint32_t t)
{
    plim_capital_paths *out = sc->out;
    uint32_t n = out->n_paths, T = out->n_years;
    const plim_sheet_cell *mine = cells_of(sc, c, sc->s) + (size_t)t * n;
    const plim_sheet_cell *base = cells_of(sc, c, 0) + (size_t)t * n;
    uint32_t lag = plim_capital_write_off_lag(of->terms);
    uint32_t *missed =
        out->missed + (((size_t)sc->s * (T + 1) + t) * out->n_sheets + c) * PLIM_REQUIREMENTS;
    for (uint32_t p = 0; p < n; p++) {
        plim_capital_flows flows = {&mine[p], &base[p], NULL};
        int64_t value[PLIM_CAPITAL_MEASURES];
        if (lag > 0 && t >= lag)
            flows.written_off = &mine[p] - (size_t)lag * n;
        uint16_t bits = plim_capital_year(of, &sc->state[p], t, &flows, value);
        for (int i = 0; i < PLIM_CAPITAL_MEASURES; i++)
            sc->measure[(size_t)i * n + p] = value[i];
        for (int r = 0; r < PLIM_REQUIREMENTS; r++)
            missed[r] += bits >> r & 1;
        size_t at = (size_t)t * n + p;
        sc->capital[at] += value[PLIM_TOTAL_CAPITAL];
        sc->assets[at] += value[PLIM_RISK_WEIGHTED_ASSETS];
        sc->held[at] += llrint(sc->state[p].excess_loss);
    }
}

static plim_status describe_year(scenario *sc, uint32_t c, uint32_t t, plim_error *err)
{
    plim_capital_paths *out = sc->out;
    size_t at = ((size_t)sc->s * out->n_years + t) * out->n_sheets + c;
    for (size_t i = 0; i < PLIM_CAPITAL_MEASURES; i++)
        PLIM_TRY(describe(sc, sc->measure + i * out->n_paths,
                          &out->stat[at * PLIM_CAPITAL_MEASURES + i], err));
    return find_quantiles(sc, sc->measure + (size_t)PLIM_CAR * out->n_paths,
                          &out->quantile[at * PLIM_CAR_QUANTILES], err);
}

static plim_status run_bank(scenario *sc, uint32_t m, uint32_t slot, plim_error *err)
{
    plim_capital_paths *out = sc->out;
    uint32_t c = m * out->n_slots + slot, T = out->n_years;
    plim_capital_case of = case_of(sc, m, slot);
    uint32_t *ever =
        out->missed + (((size_t)sc->s * (T + 1) + T) * out->n_sheets + c) * PLIM_REQUIREMENTS;
    for (uint32_t p = 0; p < out->n_paths; p++)
        plim_capital_begin(&of, &sc->state[p]);
    sc->rwa += of.book->rwa;
    sc->total_capital += of.book->total_capital;
    for (uint32_t t = 0; t < T; t++) {
        run_year(sc, &of, c, t);
        PLIM_TRY(describe_year(sc, c, t, err));
    }
    for (uint32_t p = 0; p < out->n_paths; p++) {
        for (int r = 0; r < PLIM_REQUIREMENTS; r++)
            ever[r] += sc->state[p].breached >> r & 1;
        uint8_t *breaching = &out->breaching[(size_t)sc->s * out->n_paths + p];
        if (m == 0 && (sc->state[p].breached & PLIM_MINIMA) != 0 && *breaching < UINT8_MAX)
            ++*breaching;
    }
    return PLIM_OK;
}

/* ---- all banks ---- */

static int64_t share(double part, double whole)
{
    return whole > 0 ? llrint(part / whole * PLIM_RATIO_UNIT) : PLIM_CAPITAL_EMPTY;
}

static plim_status describe_all(scenario *sc, uint32_t m, uint32_t t, plim_error *err)
{
    plim_capital_paths *out = sc->out;
    uint32_t n = out->n_paths, kinds = sc->work->sums->policy.n;
    plim_capital_stat *to = out->all + (((size_t)sc->s * out->n_years + t) * kinds + m) * 2;
    for (uint32_t p = 0; p < n; p++) {
        size_t at = (size_t)t * n + p;
        double held = (double)sc->held[at];
        sc->measure[p] = share((double)sc->capital[at], (double)sc->assets[at]);
        sc->measure[n + p] = share(sc->total_capital - held, sc->rwa - held);
    }
    PLIM_TRY(describe(sc, sc->measure, &to[0], err));
    return describe(sc, sc->measure + n, &to[1], err);
}

static plim_status run_sheet(scenario *sc, uint32_t m, plim_error *err)
{
    size_t cells = (size_t)sc->out->n_years * sc->out->n_paths;
    sc->rwa = sc->total_capital = 0;
    memset(sc->capital, 0, cells * sizeof *sc->capital);
    memset(sc->assets, 0, cells * sizeof *sc->assets);
    memset(sc->held, 0, cells * sizeof *sc->held);
    for (uint32_t slot = 0; slot < sc->out->n_slots; slot++)
        PLIM_TRY(run_bank(sc, m, slot, err));
    for (uint32_t t = 0; t < sc->out->n_years; t++)
        PLIM_TRY(describe_all(sc, m, t, err));
    return PLIM_OK;
}

typedef struct job {
    const plim_capital_work *work;
    plim_capital_paths *out;
} job;

static plim_status run_scenario(void *of, uint64_t task, int worker, plim_error *err)
{
    (void)worker;
    const job *j = of;
    size_t n = j->out->n_paths, cells = n * j->out->n_years;
    scenario sc = {.work = j->work,
                   .out = j->out,
                   .s = (uint32_t)task,
                   .state = plim_alloc(n, sizeof *sc.state),
                   .measure = plim_alloc(n * PLIM_CAPITAL_MEASURES, sizeof *sc.measure),
                   .capital = plim_alloc(cells, sizeof *sc.capital),
                   .assets = plim_alloc(cells, sizeof *sc.assets),
                   .held = plim_alloc(cells, sizeof *sc.held)};
    plim_status status = PLIM_OK;
    if (sc.state == NULL || sc.measure == NULL || sc.capital == NULL || sc.assets == NULL ||
        sc.held == NULL)
        status = plim_fail_memory(err, "capital by path");
    for (uint32_t m = 0; m < j->work->sums->policy.n && status == PLIM_OK; m++)
        status = run_sheet(&sc, m, err);
    plim_free(sc.state);
    plim_free(sc.measure);
    plim_free(sc.capital);
    plim_free(sc.assets);
    plim_free(sc.held);
    plim_ranks_free(&sc.room);
    return status;
}

/* ---- the whole ---- */

static plim_status allocate(plim_capital_paths *out, uint32_t kinds, plim_error *err)
{
    size_t years = (size_t)out->n_scenarios * out->n_years, cells = years * out->n_sheets;
    size_t points = (size_t)out->n_scenarios * (out->n_years + 1) * out->n_sheets;
    out->stat = plim_alloc(cells * PLIM_CAPITAL_MEASURES, sizeof *out->stat);
    out->quantile = plim_alloc(cells * PLIM_CAR_QUANTILES, sizeof *out->quantile);
    out->all = plim_alloc(years * kinds * 2, sizeof *out->all);
    out->missed = plim_alloc(points * PLIM_REQUIREMENTS, sizeof *out->missed);
    out->breaching = plim_alloc((size_t)out->n_scenarios * out->n_paths, 1);
    return out->stat != NULL && out->quantile != NULL && out->all != NULL && out->missed != NULL &&
                   out->breaching != NULL
               ? PLIM_OK
               : plim_fail_memory(err, "measures of capital");
}

plim_status plim_capital_paths_make(plim_capital_paths *out, const plim_capital_work *work,
                                    plim_error *err)
{
    const plim_tallies *tallies = work->tallies;
    *out = (plim_capital_paths){.n_sheets = tallies->n_sheets,
                                .n_slots = work->sums->n_slots,
                                .n_scenarios = tallies->n_scenarios,
                                .n_years = tallies->n_years,
                                .n_paths = tallies->n_paths};
    job j = {work, out};
    plim_team team = {.threads = work->threads};
    plim_status status = allocate(out, work->sums->policy.n, err);
    if (status == PLIM_OK)
        status = plim_team_run(&team, run_scenario, &j, out->n_scenarios, err);
    if (status != PLIM_OK)
        plim_capital_paths_free(out);
    return status;
}

void plim_capital_paths_free(plim_capital_paths *paths)
{
    plim_free(paths->stat);
    plim_free(paths->quantile);
    plim_free(paths->all);
    plim_free(paths->missed);
    plim_free(paths->breaching);
    *paths = (plim_capital_paths){0};
}
