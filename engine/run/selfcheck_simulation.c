#include "run/selfcheck_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "math/functions.h"
#include "measure/measure.h"

#define SEED 2026
#define ROOM 4.5 /* errors allowed, in standard errors; the seed being fixed, no run differs */

/* Times that borrowers default in the baseline. */
static uint64_t count_defaults(const plim_plan *plan, const plim_tallies *t)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < (size_t)plan->n_borrowers * t->n_scenarios * t->n_years; i++)
        sum += t->borrower_defaults[i];
    return sum;
}

static void set_size(plim_selfcheck_line *line, const plim_plan *plan, const plim_tallies *t)
{
    line->borrowers = plan->n_borrowers;
    line->paths = t->n_paths;
    line->defaults = count_defaults(plan, t);
}

/* ---- closed forms ---- */

#define EQUAL_LOANS    100
#define EQUAL_PATHS    1000000
#define MANY_LOANS     20000
#define MANY_PATHS     2000
#define PD             0.02
#define CORRELATION    0.15
#define VASICEK_LEVELS 3

/* The binomial distribution of the number of defaults, mixed over the factor by quadrature
   (docs/method.md). The VaR is a whole number of loans. */
static const struct exact {
    const char *name;
    plim_measure_id id;
    double value;
} exact[] = {{"mean loss", PLIM_EL, 2},
             {"standard deviation", PLIM_SD, 2.584816},
             {"VaR 99%", PLIM_VAR_99, 12},
             {"ES 99%", PLIM_ES_99, 15.168095},
             {"ES 99.9%", PLIM_ES_999, 23.139417}};

static void say_estimate(plim_selfcheck *check, plim_selfcheck_line *line, double value,
                         const plim_estimate *estimate)
{
    char expected[40], got[80];
    (void)snprintf(expected, sizeof expected, "%.8g", value);
    (void)snprintf(got, sizeof got, "%.6g ± %.2g", estimate->value, estimate->stderr_);
    line->expected = expected;
    line->got = got;
    line->passed = fabs(estimate->value - value) <= ROOM * estimate->stderr_;
    plim_selfcheck_say(check, line);
}

static plim_status simulate(plim_tallies *out, const plim_plan *plan, uint32_t n_paths,
                            plim_error *err)
{
    plim_isa isa;
    PLIM_TRY(plim_isa_choose(&isa, err));
    const plim_simulation simulation = {
        .plan = plan, .seed = SEED, .n_paths = n_paths, .isa = isa, .threads = 1};
    return plim_simulate(&simulation, out, err);
}

static plim_status equal_loans(plim_selfcheck *check, const plim_plan *plan,
                               const plim_tallies *tallies, plim_error *err)
{
    plim_sample sample;
    PLIM_TRY(plim_sample_make(&sample, tallies->loss, tallies->n_paths, err));
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        plim_selfcheck_line line = {.name = exact[i].name,
                                    .what = "equal loans, against the exact distribution"};
        plim_estimate estimate = plim_measure_estimate(&sample, exact[i].id);
        set_size(&line, plan, tallies);
        say_estimate(check, &line, exact[i].value, &estimate);
    }
    plim_sample_free(&sample);
    return PLIM_OK;
}

/* Share of paths whose loss rate is at most the quantile of O. Vasicek, "The distribution of loan
   portfolio value" (2002), against its level. */
static void many_loans(plim_selfcheck *check, const plim_plan *plan, const plim_tallies *tallies)
{
    static const struct level {
        const char *name;
        double level;
    } levels[VASICEK_LEVELS] = {
        {"quantile 50%", 0.5}, {"quantile 90%", 0.9}, {"quantile 99%", 0.99}};
    for (int k = 0; k < VASICEK_LEVELS; k++) {
        double level = levels[k].level;
        double rate =
            plim_normal_cdf((plim_normal_inv(PD) + sqrt(CORRELATION) * plim_normal_inv(level)) /
                            sqrt(1 - CORRELATION));
        uint32_t below = 0;
        for (uint32_t p = 0; p < tallies->n_paths; p++)
            below += (double)tallies->loss[p] <= rate * PLIM_FEN_PER_UNIT * MANY_LOANS;
        plim_selfcheck_line line = {.name = levels[k].name,
                                    .what = "many equal loans, against Vasicek's distribution"};
        plim_estimate estimate = {.value = (double)below / tallies->n_paths,
                                  .stderr_ = sqrt(level * (1 - level) / tallies->n_paths)};
        set_size(&line, plan, tallies);
        say_estimate(check, &line, level, &estimate);
    }
}

static plim_status closed_form(plim_selfcheck *check, bool many, plim_error *err)
{
    plim_selfcheck_case c = {0};
    plim_tallies tallies = {0};
    plim_status status = plim_selfcheck_equal_loans(&c, many ? MANY_LOANS : EQUAL_LOANS, err);
    if (status == PLIM_OK) {
        status = simulate(&tallies, &c.plan, many ? MANY_PATHS : EQUAL_PATHS, err);
        if (status == PLIM_OK && many)
            many_loans(check, &c.plan, &tallies);
        else if (status == PLIM_OK)
            status = equal_loans(check, &c.plan, &tallies, err);
        plim_tallies_free(&tallies);
    }
    plim_selfcheck_case_free(&c);
    if (status != PLIM_BUG)
        return status;
    plim_selfcheck_line line = {.name = "closed forms", .what = "the simulation runs through"};
    return plim_selfcheck_outcome(check, &line, status, err);
}

plim_status plim_selfcheck_closed_forms(plim_selfcheck *check, plim_error *err)
{
    PLIM_TRY(closed_form(check, false, err));
    return closed_form(check, true, err);
}

/* ---- invariance ---- */

static bool same(const void *a, const void *b, size_t n, size_t size)
{
    return memcmp(a, b, n * size) == 0;
}

/* Those that do not go by rows of borrowers or the order in which keys are met. */
static const char *difference_by_path(const plim_tallies *a, const plim_tallies *b)
{
    size_t s = a->n_scenarios, n = s * a->n_banks * a->n_paths;
    if (!same(a->loss, b->loss, n, sizeof *a->loss))
        return "other losses by path";
    if (!same(a->defaulted_exposure, b->defaulted_exposure, n, sizeof *a->defaulted_exposure))
        return "other defaulted exposures by path";
    if (!same(a->years, b->years, s * a->n_years, sizeof *a->years))
        return "other sums by year";
    return NULL;
}

const char *plim_selfcheck_difference(const plim_tallies *a, const plim_tallies *b,
                                      uint32_t n_borrowers)
{
    const char *by_path = difference_by_path(a, b);
    size_t s = a->n_scenarios, borrowers = n_borrowers * s;
    size_t sectors = s * a->sectors.names.count * PLIM_BATCHES;
    size_t regions = s * a->regions.names.count * PLIM_BATCHES;
    if (by_path)
        return by_path;
    if (!same(a->sector_loss, b->sector_loss, sectors, sizeof *a->sector_loss))
        return "other sums by sector";
    if (!same(a->region_loss, b->region_loss, regions, sizeof *a->region_loss))
        return "other sums by region";
    if (!same(a->borrower_defaults, b->borrower_defaults, borrowers * a->n_years,
              sizeof *a->borrower_defaults))
        return "other defaults of borrowers";
    if (a->borrower_loss &&
        !same(a->borrower_loss, b->borrower_loss, borrowers, sizeof *a->borrower_loss))
        return "other losses of borrowers";
    return NULL;
}

/* What the checks of one book share. */
typedef struct comparison {
    plim_selfcheck *check;
    plim_simulation base;
    plim_tallies tallies; /* of `base` */
} comparison;

/* What differs in the tallies of another way to simulate. `*found` keeps the first. */
static plim_status compare(const comparison *c, const plim_simulation *other, const char **found,
                           plim_error *err)
{
    plim_tallies tallies = {0};
    if (*found)
        return PLIM_OK;
    plim_status status = plim_simulate(other, &tallies, err);
    if (status == PLIM_OK && other->plan != c->base.plan)
        *found = difference_by_path(&c->tallies, &tallies);
    else if (status == PLIM_OK)
        *found = plim_selfcheck_difference(&c->tallies, &tallies, c->base.plan->n_borrowers);
    plim_tallies_free(&tallies);
    return status;
}

static plim_status conclude(const comparison *c, const char *const texts[2], const char *found,
                            plim_status status, plim_error *err)
{
    plim_selfcheck_line line = {.name = texts[0], .what = texts[1], .passed = !found};
    set_size(&line, c->base.plan, &c->tallies);
    if (found) {
        line.expected = "the same to the last bit";
        line.got = found;
    }
    return plim_selfcheck_outcome(c->check, &line, status, err);
}

static plim_status by_reference(const comparison *c, const char *name, plim_error *err)
{
    const char *found = NULL, *texts[] = {name, "screen and filter change no bit"};
    plim_simulation other = c->base;
    other.reference = true;
    plim_status status = compare(c, &other, &found, err);
    return conclude(c, texts, found, status, err);
}

static plim_status by_isa(const comparison *c, const char *name, plim_error *err)
{
    static const char *const whats[PLIM_ISA_COUNT] = {"base", "base and avx2",
                                                      "base, avx2 and avx512"};
    const char *found = NULL, *texts[] = {name, whats[0]};
    plim_status status = PLIM_OK;
    for (int isa = 0; isa < PLIM_ISA_COUNT && status == PLIM_OK; isa++) {
        plim_simulation other = c->base;
        other.isa = (plim_isa)isa;
        if (!plim_isa_present(other.isa))
            continue;
        texts[1] = whats[isa];
        status = compare(c, &other, &found, err);
    }
    return conclude(c, texts, found, status, err);
}

static plim_status by_threads(const comparison *c, const char *name, plim_error *err)
{
    const char *found = NULL, *texts[] = {name, "1, 2 and 3 threads"};
    plim_status status = PLIM_OK;
    for (int threads = 1; threads <= 3 && status == PLIM_OK; threads++) {
        plim_simulation other = c->base;
        other.threads = threads;
        status = compare(c, &other, &found, err);
    }
    return conclude(c, texts, found, status, err);
}

static plim_status by_tiles(const comparison *c, const char *name, plim_error *err)
{
    static const struct tile {
        uint32_t slab, block;
        uint64_t round_bytes;
    } tiles[] = {{7, 64, 1}, {1000, 100000, 0}, {64, 24, 1 << 20}};
    const char *found = NULL, *texts[] = {name, "three sizes of slab, block and round"};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles && status == PLIM_OK; i++) {
        plim_simulation other = c->base;
        other.slab = tiles[i].slab;
        other.block = tiles[i].block;
        other.round_bytes = tiles[i].round_bytes;
        other.threads = 2;
        status = compare(c, &other, &found, err);
    }
    return conclude(c, texts, found, status, err);
}

static plim_status by_order(const comparison *c, const char *name, const plim_plan *reversed,
                            plim_error *err)
{
    const char *found = NULL, *texts[] = {name, "borrowers backwards, the same losses by path"};
    plim_simulation other = c->base;
    other.plan = reversed;
    plim_status status = compare(c, &other, &found, err);
    return conclude(c, texts, found, status, err);
}

plim_status plim_selfcheck_invariance(plim_selfcheck *check, const plim_selfcheck_names *names,
                                      const plim_plan *plan, const plim_plan *reversed,
                                      plim_error *err)
{
    comparison c = {
        .check = check,
        .base = {.plan = plan, .seed = SEED, .n_paths = PLIM_SELFCHECK_PATHS, .threads = 1}};
    PLIM_TRY(plim_isa_choose(&c.base.isa, err));
    plim_status status = plim_simulate(&c.base, &c.tallies, err);
    if (status == PLIM_OK)
        status = by_reference(&c, names->reference, err);
    if (status == PLIM_OK)
        status = by_isa(&c, names->isa, err);
    if (status == PLIM_OK)
        status = by_threads(&c, names->threads, err);
    if (status == PLIM_OK)
        status = by_tiles(&c, names->tiles, err);
    if (status == PLIM_OK)
        status = by_order(&c, names->order, reversed, err);
    plim_tallies_free(&c.tallies);
    if (status != PLIM_BUG)
        return status;
    plim_selfcheck_line line = {.name = names->reference, .what = "the simulation runs through"};
    return plim_selfcheck_outcome(check, &line, status, err);
}
