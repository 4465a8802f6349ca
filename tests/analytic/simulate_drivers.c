/* Random drivers against closed forms: means, variances, autocorrelations and correlations with
 * factors and each other of every process; jumps; the year in which a policy starts; and which
 * draws are shared. Five standard errors, at fixed seeds. */
#include "../support/random_fixture.h"

#include <gsl/gsl_randist.h>

#include "simulate/drivers.h"

enum { PATHS = 60000, YEARS = 4, FACTORS = 2 };

#define PERSISTENCE 0.6 /* of the factors */
#define OMEGA       0.3 /* their correlation */
#define Z           5.0 /* errors allowed, in standard errors */

/* Everything drawn: [slot][path], [year][factor][path]. */
typedef struct draws {
    double *slots, *level, *innovation;
} draws;

static const double *slot_of(const fixture_world *w, const draws *d, const char *name, int t)
{
    for (uint32_t i = 0; i < w->plan.randoms.count; i++)
        if (strcmp(w->plan.randoms.of[i].driver->name, name) == 0)
            return d->slots + (size_t)(w->plan.randoms.of[i].slot + (uint32_t)t) * PATHS;
    fail_msg("no driver %s", name);
    return NULL;
}

static const double *factor_of(const double *of, int t, int f)
{
    return of + (size_t)(t * FACTORS + f) * PATHS;
}

static void draw_all(draws *d, const plim_plan *plan, uint64_t seed)
{
    size_t cells = (size_t)YEARS * FACTORS;
    d->slots = fixture_alloc((size_t)plan->randoms.n_slots * PATHS, sizeof(double));
    d->level = fixture_alloc(2 * cells * PATHS, sizeof(double));
    d->innovation = d->level + cells * PATHS;
    for (uint32_t path = 0; path < PATHS; path++) {
        double level[YEARS * FACTORS], innovation[YEARS * FACTORS];
        plim_simulate_factors(plan, seed, path, level);
        plim_simulate_innovations(plan, seed, path, innovation);
        plim_path_factors factors = {level, innovation};
        plim_simulate_drivers(plan, seed, path, &factors, d->slots + path, PATHS);
        for (size_t c = 0; c < cells; c++) {
            d->level[c * PATHS + path] = level[c];
            d->innovation[c * PATHS + path] = innovation[c];
        }
    }
}

static void free_draws(draws *d)
{
    plim_free(d->slots);
    plim_free(d->level);
}

/* The mean of x y (y NULL: of x) must be `want`, by the scatter of the sample itself. */
static void check_mean(const char *what, const double *x, const double *y, double want)
{
    double mean = 0, square = 0;
    for (int p = 0; p < PATHS; p++) {
        double value = y == NULL ? x[p] : x[p] * y[p];
        mean += value / PATHS;
        square += value * value / PATHS;
    }
    double error = sqrt((square - mean * mean) / PATHS) + 1e-12;
    if (!(fabs(mean - want) <= Z * error) || !(error < 0.05 * (fabs(want) + 1)))
        fail_msg("%s: %.6g, wanted %.6g, standard error %.2g", what, mean, want, error);
}

/* (x - a) / b of a column. */
static double *scaled(const double *x, double a, double b)
{
    double *out = fixture_alloc(PATHS, sizeof *out);
    for (int p = 0; p < PATHS; p++)
        out[p] = (x[p] - a) / b;
    return out;
}

/* The mean and spread of a straight line in a year. */
static double on(fixture_line line, int t)
{
    return line.from + (line.to - line.from) * t / (YEARS - 1);
}

/* A world with a factor model and the drivers, all in one scenario unless `apart`. */
static void make(fixture_world *w, const fixture_random *of, size_t n, bool apart)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(1, 1, 1);
    fixture_book(&w->book, 1, 1, loans, 1);
    plim_free(loans);
    fixture_program(&w->program, apart ? n : 1, 2026, 2025 + YEARS);
    fixture_factors(&w->program, FACTORS, OMEGA, PERSISTENCE);
    for (size_t i = 0; i < n; i++)
        (void)fixture_random_driver(&w->program, apart ? i : 0, &of[i]);
    fixture_make(&w->plan, &w->book, &w->program);
}

/* ---- normal ---- */

static const fixture_random plain = {.name = "plain",
                                     .kind = PLIM_PROCESS_NORMAL,
                                     .mean = {2, 5},
                                     .spread = {0.5, 1},
                                     .with = "z0",
                                     .correlation = -0.4};
static const fixture_random lasting = {.name = "lasting",
                                       .kind = PLIM_PROCESS_NORMAL,
                                       .mean = {-1, 1},
                                       .spread = {2, 1},
                                       .persistence = 0.7,
                                       .with = "z1",
                                       .correlation = 0.5};

/* What a correlation with one factor alone, and 0 with the other, leaves of the factors' own
   autocorrelation: rho' inverse(Omega) rho of it. */
static double share_of_factors(double rho)
{
    return rho * rho / (1 - OMEGA * OMEGA);
}

static void check_normal(const fixture_world *w, const draws *d, const fixture_random *of,
                         double autocorrelation)
{
    double *before = NULL;
    for (int t = 0; t < YEARS; t++) {
        double *a = scaled(slot_of(w, d, of->name, t), on(of->mean, t), on(of->spread, t));
        check_mean("normal: mean", a, NULL, 0);
        check_mean("normal: variance", a, a, 1);
        if (before != NULL)
            check_mean("normal: autocorrelation", a, before, autocorrelation);
        plim_free(before);
        before = a;
    }
    plim_free(before);
}

static void normal(void **state)
{
    (void)state;
    const fixture_random of[] = {plain, lasting};
    fixture_world w;
    draws d;
    make(&w, of, 2, false);
    draw_all(&d, &w.plan, 1);
    check_normal(&w, &d, &plain, PERSISTENCE * share_of_factors(plain.correlation));
    check_normal(&w, &d, &lasting, lasting.persistence);
    double *before = NULL;
    for (int t = 0; t < YEARS; t++) {
        double *a = scaled(slot_of(&w, &d, "plain", t), on(plain.mean, t), on(plain.spread, t));
        check_mean("with a factor", a, factor_of(d.level, t, 0), plain.correlation);
        check_mean("with the other", a, factor_of(d.level, t, 1), 0);
        double *b =
            scaled(slot_of(&w, &d, "lasting", t), on(lasting.mean, t), on(lasting.spread, t));
        for (int p = 0; p < PATHS && before != NULL; p++) /* its shock */
            before[p] = (b[p] - 0.7 * before[p]) / sqrt(1 - 0.49);
        check_mean("with an innovation", before == NULL ? b : before, factor_of(d.innovation, t, 1),
                   lasting.correlation);
        check_mean("with the other innovation", before == NULL ? b : before,
                   factor_of(d.innovation, t, 0), 0);
        plim_free(before);
        plim_free(a);
        before = b;
    }
    plim_free(before);
    free_draws(&d);
    fixture_drop(&w);
}

/* ---- lognormal ---- */

static void lognormal(void **state)
{
    (void)state;
    const fixture_random of = {.name = "x",
                               .kind = PLIM_PROCESS_LOGNORMAL,
                               .mean = {3, 6},
                               .spread = {0.3, 0.6},
                               .persistence = 0.5,
                               .with = "z0",
                               .correlation = 0.3};
    fixture_world w;
    draws d;
    make(&w, &of, 1, false);
    draw_all(&d, &w.plan, 2);
    for (int t = 0; t < YEARS; t++) {
        double m = on(of.mean, t), s = on(of.spread, t);
        const double *x = slot_of(&w, &d, "x", t);
        check_mean("lognormal: mean", x, NULL, m);
        check_mean("lognormal: square", x, x, m * m * exp(s * s));
        if (t == 0)
            continue;
        double s_before = on(of.spread, t - 1), m_before = on(of.mean, t - 1);
        check_mean("lognormal: with the year before", x, slot_of(&w, &d, "x", t - 1),
                   m * m_before * exp(s * s_before * of.persistence));
    }
    double a = of.correlation * on(of.spread, 0); /* E[exp(s e - s^2 / 2) z] = s rho */
    check_mean("lognormal: with a factor", slot_of(&w, &d, "x", 0), factor_of(d.level, 0, 0),
               on(of.mean, 0) * a);
    free_draws(&d);
    fixture_drop(&w);
}

/* ---- jump diffusion ---- */

static void check_jump_returns(const fixture_world *w, const draws *d, const fixture_random *of)
{
    double k = exp(of->jump_mean + of->jump_sd * of->jump_sd / 2) - 1;
    double *before = fixture_alloc(PATHS, sizeof *before), *last = NULL;
    for (int t = 0; t < YEARS; t++) {
        double s = on(of->spread, t), m = on(of->mean, t);
        double drift = -s * s / 2 + of->jump_rate * (of->jump_mean - k);
        double size = of->jump_mean * of->jump_mean + of->jump_sd * of->jump_sd;
        const double *y = slot_of(w, d, of->name, t);
        double *change = fixture_alloc(PATHS, sizeof *change);
        for (int p = 0; p < PATHS; p++) {
            double x = log(y[p] / m);
            change[p] = x - before[p] - drift;
            before[p] = x;
        }
        check_mean("jumps: mean", y, NULL, m);
        check_mean("jumps: drift", change, NULL, 0);
        check_mean("jumps: variance", change, change, s * s + of->jump_rate * size);
        check_mean("jumps: with an innovation", change, factor_of(d->innovation, t, 0),
                   of->correlation * s);
        if (last != NULL)
            check_mean("jumps: with the year before", change, last, 0);
        plim_free(last);
        last = change;
    }
    plim_free(last);
    plim_free(before);
}

/* Jumps of one size and nothing else: their number can be read off. */
static void check_jump_counts(const fixture_world *w, const draws *d, const fixture_random *of)
{
    double k = exp(of->jump_mean) - 1, *is = fixture_alloc(PATHS, sizeof *is);
    for (unsigned n = 0; n < 4; n++) {
        const double *y = slot_of(w, d, of->name, 0);
        for (int p = 0; p < PATHS; p++) {
            double jumps = (log(y[p] / on(of->mean, 0)) + of->jump_rate * k) / of->jump_mean;
            assert_near(jumps, floor(jumps + 0.5), 1e-9);
            is[p] = floor(jumps + 0.5) == n;
        }
        check_mean("jumps: number", is, NULL, gsl_ran_poisson_pdf(n, of->jump_rate));
    }
    plim_free(is);
}

static void jump_diffusion(void **state)
{
    (void)state;
    const fixture_random of[] = {{.name = "both",
                                  .kind = PLIM_PROCESS_JUMP_DIFFUSION,
                                  .mean = {10, 13},
                                  .spread = {0.2, 0.3},
                                  .jump_rate = 0.8,
                                  .jump_mean = -0.1,
                                  .jump_sd = 0.25,
                                  .with = "z0",
                                  .correlation = 0.3},
                                 {.name = "jumps",
                                  .kind = PLIM_PROCESS_JUMP_DIFFUSION,
                                  .mean = {1, 1},
                                  .jump_rate = 1.7,
                                  .jump_mean = 0.5}};
    fixture_world w;
    draws d;
    make(&w, of, 2, false);
    draw_all(&d, &w.plan, 3);
    check_jump_returns(&w, &d, &of[0]);
    check_jump_counts(&w, &d, &of[1]);
    free_draws(&d);
    fixture_drop(&w);
}

/* ---- regime ---- */

/* It starts with the probability that is written if it has not yet, also where it goes with a
   factor that lasts; so its mean path is the one that stands in for it. */
static void check_regime(const fixture_world *w, const draws *d, const fixture_random *of)
{
    double waiting = 1, *starts = fixture_alloc(PATHS, sizeof *starts), mean[YEARS];
    const plim_driver *driver = NULL;
    for (size_t i = 0; i < w->program.scenarios[0].n_drivers; i++)
        if (strcmp(w->program.scenarios[0].drivers[i].name, of->name) == 0)
            driver = &w->program.scenarios[0].drivers[i];
    assert_non_null(driver);
    plim_process_mean(driver->process, 2026, YEARS, mean);
    for (int t = 0; t < YEARS; t++) {
        double start = on(of->spread, t);
        const double *x = slot_of(w, d, of->name, t);
        for (int p = 0; p < PATHS; p++) {
            bool is = x[p] == on(of->after, t);
            bool was = t > 0 && slot_of(w, d, of->name, t - 1)[p] == on(of->after, t - 1);
            assert_true(is || (x[p] == on(of->mean, t) && !was));
            starts[p] = is && !was;
        }
        check_mean("regime: start", starts, NULL, waiting * start);
        check_mean("regime: mean", x, NULL, mean[t]);
        waiting *= 1 - start;
    }
    plim_free(starts);
}

static void regime(void **state)
{
    (void)state;
    const fixture_random of[] = {
        {.name = "alone",
         .kind = PLIM_PROCESS_REGIME,
         .mean = {1, 2},
         .after = {4, 3},
         .spread = {0.1, 0.4}},
        {.name = "linked",
         .kind = PLIM_PROCESS_REGIME,
         .mean = {1, 2},
         .after = {4, 3},
         .spread = {0.5, 0.2},
         .with = "z0",
         .correlation = -0.8},
        {.name = "never", .kind = PLIM_PROCESS_REGIME, .mean = {1, 1}, .after = {2, 2}},
        {.name = "at_once",
         .kind = PLIM_PROCESS_REGIME,
         .mean = {1, 1},
         .after = {2, 2},
         .spread = {1, 1}}};
    fixture_world w;
    draws d;
    make(&w, of, 4, false);
    draw_all(&d, &w.plan, 4);
    for (int i = 0; i < 4; i++)
        check_regime(&w, &d, &of[i]);
    free_draws(&d);
    fixture_drop(&w);
}

/* ---- drivers that go with each other ---- */

/* Each of the two also with factors, so that part of what they share comes from there. */
static void check_pair(fixture_random first, fixture_random second, double correlation)
{
    fixture_world w;
    draws d;
    const fixture_random of[] = {first, second};
    memset(&w, 0, sizeof w);
    make(&w, of, 1, false);
    plim_plan_free(&w.plan);
    plim_process *process = fixture_random_driver(&w.program, 0, &of[1]);
    fixture_link(process, first.name, correlation);
    fixture_make(&w.plan, &w.book, &w.program);
    draw_all(&d, &w.plan, 5);
    double *a = scaled(slot_of(&w, &d, first.name, 0), on(first.mean, 0), on(first.spread, 0));
    double *b = scaled(slot_of(&w, &d, second.name, 0), on(second.mean, 0), on(second.spread, 0));
    check_mean("pair", a, b, correlation);
    check_mean("pair: with its factor", b, factor_of(d.level, 0, second.with[1] - '0'),
               second.correlation);
    plim_free(a);
    plim_free(b);
    free_draws(&d);
    fixture_drop(&w);
}

static void pairs(void **state)
{
    (void)state;
    fixture_random other = plain;
    other.name = "other";
    other.with = "z1";
    other.correlation = 0.5;
    check_pair(plain, other, 0.6);
    check_pair(plain, other, -0.3);
    fixture_random slow = lasting;
    slow.name = "slow";
    slow.with = "z0";
    check_pair(lasting, slow, 0.4);
}

/* ---- who shares draws ---- */

static void same_name_same_draws(void **state)
{
    (void)state;
    fixture_random of[4] = {plain, plain, plain, plain};
    for (int i = 0; i < 4; i++)
        of[i].with = NULL;
    of[1].mean = (fixture_line){7, 7}; /* other numbers, the same shocks */
    of[1].spread = (fixture_line){3, 3};
    of[2].name = "as_plain";
    of[2].stream = "plain";
    of[3].stream = "apart";
    fixture_world w;
    draws d;
    make(&w, of, 4, true);
    draw_all(&d, &w.plan, 6);
    const plim_random *random = w.plan.randoms.of;
    for (uint32_t t = 0; t < YEARS; t++) {
        const double *x[4];
        for (int i = 0; i < 4; i++)
            x[i] = d.slots + (size_t)(random[i].slot + t) * PATHS;
        assert_memory_equal(x[0], x[2], PATHS * sizeof(double));
        double *a = scaled(x[0], on(of[0].mean, (int)t), on(of[0].spread, (int)t));
        double *b = scaled(x[1], 7, 3);
        double *c = scaled(x[3], on(of[3].mean, (int)t), on(of[3].spread, (int)t));
        for (int p = 0; p < PATHS; p++)
            assert_near(a[p], b[p], 1e-12);
        check_mean("streams apart", a, c, 0);
        plim_free(a);
        plim_free(b);
        plim_free(c);
    }
    free_draws(&d);
    fixture_drop(&w);
}

/* A driver's draws are its own, whoever else is in the scenario; another seed is another draw. */
static void others_do_not_matter(void **state)
{
    (void)state;
    const fixture_random of[] = {plain, lasting};
    fixture_world alone, both;
    draws a, b, c;
    make(&alone, of, 1, false);
    make(&both, of, 2, false);
    draw_all(&a, &alone.plan, 7);
    draw_all(&b, &both.plan, 7);
    draw_all(&c, &alone.plan, 8);
    for (int t = 0; t < YEARS; t++) {
        const double *x = slot_of(&alone, &a, "plain", t);
        assert_memory_equal(x, slot_of(&both, &b, "plain", t), PATHS * sizeof(double));
        double *one = scaled(x, on(plain.mean, t), on(plain.spread, t));
        double *two =
            scaled(slot_of(&alone, &c, "plain", t), on(plain.mean, t), on(plain.spread, t));
        check_mean("another seed", one, two, 0);
        plim_free(one);
        plim_free(two);
    }
    free_draws(&a);
    free_draws(&b);
    free_draws(&c);
    fixture_drop(&alone);
    fixture_drop(&both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal),
        cmocka_unit_test(lognormal),
        cmocka_unit_test(jump_diffusion),
        cmocka_unit_test(regime),
        cmocka_unit_test(pairs),
        cmocka_unit_test(same_name_same_draws),
        cmocka_unit_test(others_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
