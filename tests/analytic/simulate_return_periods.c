/* hazard.return_periods as it is drawn, against closed forms: how often each point of each curve is
 * reached, by year; the level between points and at both ends; multipliers; how often places are
 * hit together, by quadrature over the copula's common factor; independence of years and paths; the
 * reference of today; which draws are shared. Four and a half standard errors, at fixed seeds. */
#include "../support/hazard_fixture.h"
#include "../support/quadrature.h"

enum { PATHS = 60000, YEARS = 3 };

#define Z 4.5 /* errors allowed, in standard errors */

/* Intensity -log(p) where the year is exceeded with probability p: shows p itself. */
#define BARE(place) place ",1,0\n" place ",1e9,20.72326583694641\n"

/* What was drawn in the only scenario, or in scenario s. */
typedef struct drawn {
    fixture_world w;
    double *slots;
    uint32_t scenario;
} drawn;

static void draw(drawn *d, const fixture_hazard *of, size_t n, uint64_t seed)
{
    fixture_hazard_world(&d->w, YEARS, 1);
    for (size_t i = 0; i < n; i++)
        fixture_hazard_driver(&d->w.program, 0, &of[i]);
    d->slots = fixture_hazard_draws(&d->w, seed, PATHS);
    d->scenario = 1;
}

static void drop(drawn *d)
{
    plim_free(d->slots);
    fixture_drop(&d->w);
}

/* [path] */
static const double *at(const drawn *d, const char *name, const char *place, uint32_t t)
{
    const plim_random *random = fixture_hazard_of(&d->w, d->scenario, name);
    return d->slots + (size_t)fixture_hazard_slot(&d->w, random, place, t, false) * PATHS;
}

static const double *today_at(const drawn *d, const char *name, const char *place, uint32_t t)
{
    const plim_random *random = fixture_hazard_of(&d->w, d->scenario, name);
    return d->slots + (size_t)fixture_hazard_slot(&d->w, random, place, t, true) * PATHS;
}

/* Share of paths on which a (and b, unless NULL) reach their levels. */
static double share(const double *a, double a_level, const double *b, double b_level)
{
    uint32_t n = 0;
    for (uint32_t p = 0; p < PATHS; p++)
        n += a[p] >= a_level && (b == NULL || b[p] >= b_level);
    return (double)n / PATHS;
}

static void check_share(const char *what, double got, double want)
{
    fixture_check_mean(what, got, want, sqrt(want * (1 - want) / PATHS) + 1e-12, Z);
}

/* ---- one place ---- */

typedef struct curve {
    const char *place;
    int n;
    double period[4], intensity[4];
} curve;

static const curve curves[] = {
    {"5001", 3, {2, 10, 100}, {0.5, 1, 2.5}},
    {"500153", 1, {5}, {1}},
    {"site", 4, {1, 20, 50, 1000}, {0.1, 0.1, 0.4, 3}},
};
static const char curves_csv[] = "500153,5,1\nsite,1000,3\n5001,2,0.5\n5001,100,2.5\n5001,10,1\n"
                                 "site,20,0.1\nsite,1,0.1\nsite,50,0.4\n";

/* With what probability a level between two points is reached: linear in the logarithm of the
   return period. */
static double between(const curve *c, int i, double part)
{
    return exp(-(log(c->period[i]) + part * (log(c->period[i + 1]) - log(c->period[i]))));
}

/* A curve in a year, everything `frequency` times as often and `intensity` times as hard. */
static void check_curve(const double *x, const curve *c, double frequency, double intensity)
{
    double top = c->intensity[c->n - 1] * intensity, low = c->intensity[0] * intensity;
    for (int i = 0; i < c->n; i++) {
        int same = i; /* the first point as hard as this one */
        while (same > 0 && c->intensity[same - 1] == c->intensity[i])
            same--;
        check_share("a point", share(x, c->intensity[i] * intensity, NULL, 0),
                    fmin(1, frequency / c->period[same]));
        if (i + 1 == c->n || c->intensity[i + 1] == c->intensity[i])
            continue;
        for (double part = 0.25; part < 1; part += 0.25) {
            double level = c->intensity[i] + part * (c->intensity[i + 1] - c->intensity[i]);
            check_share("between two points", share(x, level * intensity, NULL, 0),
                        fmin(1, frequency * between(c, i, part)));
        }
    }
    for (uint32_t p = 0; p < PATHS; p++)
        if (!(x[p] == 0 || (x[p] >= low && x[p] <= top)))
            fail_msg("%s: %.17g on path %u", c->place, x[p], p);
    assert_true(share(x, nextafter(top, 1e9), NULL, 0) == 0);
}

static void every_point_is_reached_as_often_as_it_says(void **state)
{
    (void)state;
    const fixture_hazard of = {.name = "flood", .csv = curves_csv, .correlation = 0.4};
    drawn d;
    draw(&d, &of, 1, 1);
    for (uint32_t t = 0; t < YEARS; t++)
        for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
            check_curve(at(&d, "flood", curves[i].place, t), &curves[i], 1, 1);
    drop(&d);
}

/* Also so often that the first points are sure, and never. */
static void years_multiply_probability_and_level(void **state)
{
    (void)state;
    const fixture_line frequency[] = {{0.5, 2.5}, {3, 0}}, intensity[] = {{1, 2}, {1.5, 0.5}};
    for (int k = 0; k < 2; k++) {
        const fixture_hazard of = {.name = "flood",
                                   .csv = curves_csv,
                                   .correlation = 0.4,
                                   .frequency = frequency[k],
                                   .intensity = intensity[k]};
        drawn d;
        draw(&d, &of, 1, 2);
        for (uint32_t t = 0; t < YEARS; t++) {
            double part = (double)t / (YEARS - 1);
            double f = frequency[k].from + part * (frequency[k].to - frequency[k].from);
            double m = intensity[k].from + part * (intensity[k].to - intensity[k].from);
            for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
                check_curve(at(&d, "flood", curves[i].place, t), &curves[i], f, m);
        }
        drop(&d);
    }
}

/* ---- places together ---- */

/* P(n places of different groups are all reached), by their probabilities: independent given the
   common factor, each with the conditional probability of the one-factor model. */
static double together(const double *p, int n, double correlation)
{
    normal_rule rule;
    double sum = 0;
    normal_rule_make(&rule);
    for (int i = 0; i < NORMAL_POINTS; i++) {
        double product = rule.weight[i];
        for (int k = 0; k < n; k++)
            product *= conditional_pd(p[k], sqrt(correlation), rule.node[i]);
        sum += product;
    }
    return sum;
}

/* Equal curves give equal intensities; of others what is as rare comes together. The longest
   beginning counts, and a reach that is called like a place is that place's. */
static void a_reach_has_one_year(void **state)
{
    (void)state;
    const fixture_hazard of = {
        .name = "flood",
        .csv = "11,10,1\n11,100,2\n12,10,1\n12,100,2\n1a,5,3\n1a,10,4\n"
               "1b,10,4\n1b,100,5\n2,10,1\n3,10,1\n",
        .correlation = 0.2,
        .reach = {{"1a", "Laixi"}, {"1", "Tuo"}, {"1b", "Laixi"}, {"3", "2"}}};
    const struct {
        const char *one, *two;
        bool same;
    } pairs[] = {{"11", "12", true},  {"1a", "1b", true}, {"2", "3", true},
                 {"11", "1a", false}, {"1b", "3", false}, {"2", "12", false}};
    drawn d;
    draw(&d, &of, 1, 3);
    for (uint32_t t = 0; t < YEARS; t++) {
        assert_memory_equal(at(&d, "flood", "11", t), at(&d, "flood", "12", t),
                            PATHS * sizeof(double));
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            const double *one = at(&d, "flood", pairs[i].one, t),
                         *two = at(&d, "flood", pairs[i].two, t);
            double level[2] = {pairs[i].one[1] >= 'a' ? 4 : 1, pairs[i].two[1] >= 'a' ? 4 : 1};
            double both = share(one, level[0], two, level[1]);
            check_share("ten years at both", both,
                        pairs[i].same ? 0.1 : together((double[]){0.1, 0.1}, 2, 0.2));
            assert_int_equal(pairs[i].same, both == share(one, level[0], NULL, 0) &&
                                                both == share(two, level[1], NULL, 0));
        }
    }
    drop(&d);
}

/* Levels of 10 and of 50 years and of two places, and of three of 5 years; the whole joint
   distribution by Spearman's correlation, of the Gaussian copula 6 / pi asin(rho / 2). */
static void check_joint(const drawn *d, double rho, uint32_t t)
{
    const double *a = at(d, "flood", "a", t), *b = at(d, "flood", "b", t);
    const double *c = at(d, "flood", "c", t);
    check_share("10 years at both", share(a, log(10), b, log(10)),
                together((double[]){0.1, 0.1}, 2, rho));
    check_share("10 and 50 years", share(c, log(10), a, log(50)),
                together((double[]){0.1, 0.02}, 2, rho));
    double three = 0, spearman = 0;
    for (uint32_t p = 0; p < PATHS; p++) {
        three += (a[p] >= log(5) && b[p] >= log(5) && c[p] >= log(5)) / (double)PATHS;
        spearman += 12 * (exp(-a[p]) - 0.5) * (exp(-b[p]) - 0.5) / PATHS;
    }
    check_share("5 years at three", three, together((double[]){0.2, 0.2, 0.2}, 3, rho));
    fixture_check_mean("Spearman's rho", spearman, 6 / 3.14159265358979 * asin(rho / 2),
                       1 / sqrt(PATHS), Z);
}

static void groups_are_joined_by_a_common_factor(void **state)
{
    (void)state;
    const double rho[] = {0, 0.3, 0.7, 0.95};
    for (int i = 0; i < 4; i++) {
        const fixture_hazard of = {
            .name = "flood", .csv = BARE("a") BARE("b") BARE("c"), .correlation = rho[i]};
        drawn d;
        draw(&d, &of, 1, 4);
        for (uint32_t t = 0; t < YEARS; t++)
            check_joint(&d, rho[i], t);
        drop(&d);
    }
}

static void at_correlation_1_all_places_are_one(void **state)
{
    (void)state;
    const fixture_hazard of = {.name = "flood", .csv = BARE("a") BARE("b"), .correlation = 1};
    drawn d;
    draw(&d, &of, 1, 5);
    for (uint32_t t = 0; t < YEARS; t++)
        assert_memory_equal(at(&d, "flood", "a", t), at(&d, "flood", "b", t),
                            PATHS * sizeof(double));
    drop(&d);
}

/* ---- independence ---- */

enum { BINS = 10 };

static int bin_of(double intensity)
{
    int bin = (int)(exp(-intensity) * BINS);
    return bin < BINS ? bin : BINS - 1;
}

/* Both uniform, and independent: all cells of tenth by tenth alike, by chi-squared; `lag` paths
   apart. */
static void check_independent(const char *what, const double *x, const double *y, uint32_t lag)
{
    double count[BINS * BINS] = {0}, sum = 0, want = (double)(PATHS - lag) / (BINS * BINS);
    for (uint32_t p = 0; p + lag < PATHS; p++)
        count[bin_of(x[p]) * BINS + bin_of(y[p + lag])]++;
    for (int i = 0; i < BINS * BINS; i++)
        sum += (count[i] - want) * (count[i] - want) / want;
    if (gsl_cdf_chisq_Q(sum, BINS * BINS - 1) < 1e-5)
        fail_msg("%s: chi-squared %.0f of %d degrees", what, sum, BINS * BINS - 1);
}

static void years_and_paths_are_independent(void **state)
{
    (void)state;
    const fixture_hazard of[] = {{.name = "flood", .csv = BARE("a") BARE("b"), .correlation = 0.8},
                                 {.name = "storm", .csv = BARE("a") BARE("b"), .correlation = 0}};
    drawn d;
    draw(&d, of, 2, 6);
    for (uint32_t t = 0; t < YEARS; t++) {
        const double *a = at(&d, "flood", "a", t);
        for (uint32_t u = t + 1; u < YEARS; u++) {
            check_independent("years", a, at(&d, "flood", "a", u), 0);
            check_independent("years, other place", a, at(&d, "flood", "b", u), 0);
        }
        for (uint32_t lag = 1; lag <= 8; lag *= 2)
            check_independent("paths", a, a, lag);
        check_independent("another hazard", a, at(&d, "storm", "a", t), 0);
        check_independent("places", at(&d, "storm", "a", t), at(&d, "storm", "b", t), 0);
    }
    drop(&d);
}

/* ---- today ---- */

static void today_is_the_same_year_without_change(void **state)
{
    (void)state;
    fixture_hazard plain = {.name = "flood", .csv = curves_csv, .correlation = 0.4}, of = plain;
    of.frequency = (fixture_line){1, 3};
    of.intensity = (fixture_line){1, 1.25};
    of.today = true;
    drawn once, d;
    draw(&once, &plain, 1, 7);
    draw(&d, &of, 1, 7);
    uint32_t rises = 0;
    for (uint32_t t = 0; t < YEARS; t++)
        for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
            const double *was = at(&once, "flood", curves[i].place, t);
            const double *today = today_at(&d, "flood", curves[i].place, t);
            const double *x = at(&d, "flood", curves[i].place, t);
            assert_memory_equal(was, today, PATHS * sizeof *was);
            for (uint32_t p = 0; p < PATHS; p++) {
                assert_true(today[p] <= x[p] && (t > 0 || today[p] == x[p]));
                rises += today[p] < x[p];
            }
        }
    assert_true(rises > PATHS);
    drop(&once);
    drop(&d);
}

/* ---- who shares draws ---- */

static void check_same(const drawn *one, const drawn *two, const char *hazard, const char *place)
{
    for (uint32_t t = 0; t < YEARS; t++)
        assert_memory_equal(at(one, hazard, place, t), at(two, hazard, place, t),
                            PATHS * sizeof(double));
}

/* A place keeps its draws whatever other places, reaches and drivers there are. */
static void others_do_not_matter(void **state)
{
    (void)state;
    const fixture_hazard alone = {
        .name = "flood", .csv = BARE("b") BARE("d"), .correlation = 0.3, .reach = {{"d", "Tuo"}}};
    const fixture_hazard more[] = {{.name = "earthquake", .csv = BARE("b"), .correlation = 0.3},
                                   {.name = "flood",
                                    .csv = BARE("a") BARE("b") BARE("c") BARE("d") BARE("e"),
                                    .correlation = 0.3,
                                    .reach = {{"c", "Fu"}, {"d", "Tuo"}, {"a", "Tuo"}}},
                                   {.name = "rain", .by_event = true, .csv = "e1,0.5,b,1\n"}};
    drawn few, many, other;
    draw(&few, &alone, 1, 8);
    draw(&many, more, 3, 8);
    draw(&other, &alone, 1, 9);
    check_same(&few, &many, "flood", "b");
    check_same(&few, &many, "flood", "d");
    check_independent("another seed", at(&few, "flood", "b", 0), at(&other, "flood", "b", 0), 0);
    drop(&few);
    drop(&many);
    drop(&other);
}

/* By name in another scenario, or by the name of a stream. */
static void same_name_same_draws(void **state)
{
    (void)state;
    const fixture_hazard of[] = {
        {.name = "flood", .csv = BARE("a"), .correlation = 0.5},
        {.name = "flood", .csv = BARE("a"), .correlation = 0.5, .frequency = {2, 2}},
        {.name = "water", .csv = BARE("a"), .correlation = 0.5, .stream = "flood"},
        {.name = "flood", .csv = BARE("a"), .correlation = 0.5, .stream = "apart"}};
    drawn d;
    fixture_hazard_world(&d.w, YEARS, 4);
    for (size_t s = 0; s < 4; s++)
        fixture_hazard_driver(&d.w.program, s, &of[s]);
    d.slots = fixture_hazard_draws(&d.w, 10, PATHS);
    for (uint32_t t = 0; t < YEARS; t++) {
        const double *x[4];
        for (uint32_t s = 0; s < 4; s++) {
            d.scenario = s + 1;
            x[s] = at(&d, of[s].name, "a", t);
        }
        assert_memory_equal(x[0], x[2], PATHS * sizeof(double));
        for (uint32_t p = 0; p < PATHS; p++) /* twice as often */
            assert_near(x[1][p], x[0][p] + log(2), 1e-9);
        check_independent("streams apart", x[0], x[3], 0);
    }
    drop(&d);
}

/* Hazards and reaches that are called alike have draws of their own. */
static void names_of_hazards_and_reaches_may_be_the_same(void **state)
{
    (void)state;
    const fixture_hazard of[] = {
        {.name = "Tuo", .csv = BARE("a") BARE("b"), .reach = {{"a", "Tuo"}, {"b", "Fu"}}},
        {.name = "Fu", .csv = BARE("a") BARE("b"), .reach = {{"a", "Tuo"}, {"b", "Fu"}}}};
    drawn d;
    draw(&d, of, 2, 11);
    const double *x[] = {at(&d, "Tuo", "a", 0), at(&d, "Tuo", "b", 0), at(&d, "Fu", "a", 0),
                         at(&d, "Fu", "b", 0)};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            check_independent("alike names", x[i], x[k], 0);
    drop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_point_is_reached_as_often_as_it_says),
        cmocka_unit_test(years_multiply_probability_and_level),
        cmocka_unit_test(a_reach_has_one_year),
        cmocka_unit_test(groups_are_joined_by_a_common_factor),
        cmocka_unit_test(at_correlation_1_all_places_are_one),
        cmocka_unit_test(years_and_paths_are_independent),
        cmocka_unit_test(today_is_the_same_year_without_change),
        cmocka_unit_test(others_do_not_matter),
        cmocka_unit_test(same_name_same_draws),
        cmocka_unit_test(names_of_hazards_and_reaches_may_be_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
