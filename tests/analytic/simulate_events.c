/* hazard.events as it is drawn, against closed forms: Poisson numbers of events and of each event
 * apart, largest and summed intensities at a place, multipliers, the reference of today, and that a
 * lower frequency leaves events out and adds none. Five standard errors, at fixed seeds. */
#include "../support/hazard_fixture.h"

#include <gsl/gsl_randist.h>

enum { PATHS = 60000, YEARS = 3, EVENTS = 4, PLACES = 3 };

#define Z 5.0 /* errors allowed, in standard errors */

static const char events_csv[] = "a,0.6,x,1\na,0.6,y,2\nb,0.25,x,3\nc,1.1,x,0.5\nc,1.1,z,4\n"
                                 "never,0,x,9\n";
static const double rate[EVENTS] = {0.6, 0.25, 1.1, 0};
static const double hit[EVENTS][PLACES] = {{1, 2, 0}, {3, 0, 0}, {0.5, 0, 4}, {9, 0, 0}};
static const char *const place[PLACES] = {"x", "y", "z"};
static const fixture_line frequency = {1, 2}, intensity = {1, 3};

#define SEED 21

/* One hazard in the only scenario. */
typedef struct drawn {
    fixture_world w;
    double *slots;
    const plim_random *random;
} drawn;

static void draw(drawn *d, const fixture_hazard *of)
{
    fixture_hazard_world(&d->w, YEARS, 1);
    fixture_hazard_driver(&d->w.program, 0, of);
    d->slots = fixture_hazard_draws(&d->w, SEED, PATHS);
    d->random = fixture_hazard_of(&d->w, 1, of->name);
}

static void drop(drawn *d)
{
    plim_free(d->slots);
    fixture_drop(&d->w);
}

static const double *at(const drawn *d, int q, uint32_t t, bool today)
{
    return d->slots + (size_t)fixture_hazard_slot(&d->w, d->random, place[q], t, today) * PATHS;
}

static double on(fixture_line line, uint32_t t)
{
    return line.from + (line.to - line.from) * t / (YEARS - 1);
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
    fixture_check_mean(what, mean, want, sqrt((square - mean * mean) / PATHS) + 1e-12, Z);
}

/* ---- numbers ---- */

/* How often each event happens in a year of each path: [event][path]; all of them behind it. */
static double *numbers(const drawn *d, uint32_t t)
{
    double *out = fixture_alloc((size_t)(EVENTS + 1) * PATHS, sizeof *out);
    for (uint32_t p = 0; p < PATHS; p++) {
        uint32_t n = plim_simulate_count(d->random, SEED, p, t);
        for (uint32_t k = 0; k < n; k++)
            out[plim_simulate_event(d->random, SEED, p, t, k) * PATHS + p]++;
        out[(size_t)EVENTS * PATHS + p] = n;
    }
    return out;
}

/* Minus the mean. */
static void centre(double *x, double mean)
{
    for (int p = 0; p < PATHS; p++)
        x[p] -= mean;
}

static void check_poisson(const double *x, double mean)
{
    double *is = fixture_alloc(PATHS, sizeof *is);
    for (unsigned n = 0; n < 5; n++) {
        for (int p = 0; p < PATHS; p++)
            is[p] = x[p] == n;
        check_mean("number of events", is, NULL,
                   mean > 0 ? gsl_ran_poisson_pdf(n, mean) : (double)(n == 0));
    }
    plim_free(is);
}

/* Events that are chosen in proportion to their rates from a Poisson number are as many independent
   Poisson numbers; and so are years. */
static void each_event_is_poisson_and_apart(void **state)
{
    (void)state;
    const fixture_hazard of = {
        .name = "flood", .by_event = true, .csv = events_csv, .frequency = frequency};
    drawn d;
    draw(&d, &of);
    double *before = NULL;
    for (uint32_t t = 0; t < YEARS; t++) {
        double *n = numbers(&d, t), total = 0;
        for (int i = 0; i < EVENTS; i++) {
            double mean = rate[i] * on(frequency, t);
            total += mean;
            check_poisson(n + (size_t)i * PATHS, mean);
            centre(n + (size_t)i * PATHS, mean);
            check_mean("mean", n + (size_t)i * PATHS, NULL, 0);
            for (int k = 0; k <= i; k++)
                check_mean("covariance", n + (size_t)i * PATHS, n + (size_t)k * PATHS,
                           k == i ? mean : 0);
        }
        double *all = n + (size_t)EVENTS * PATHS;
        check_poisson(all, total);
        centre(all, total);
        check_mean("variance of all", all, all, total);
        for (size_t c = 0; c < (EVENTS + 1) * (size_t)PATHS && before != NULL; c += PATHS)
            check_mean("with the year before", n + c, before + c, 0);
        plim_free(before);
        before = n;
    }
    plim_free(before);
    drop(&d);
}

/* ---- intensities ---- */

/* What events combine to, written out. */
static void check_combined(const drawn *d, plim_hazard_combine combine, uint32_t t, double times)
{
    for (uint32_t p = 0; p < PATHS; p++) {
        double want[PLACES] = {0};
        uint32_t n = plim_simulate_count(d->random, SEED, p, t);
        for (uint32_t k = 0; k < n; k++) {
            size_t event = plim_simulate_event(d->random, SEED, p, t, k);
            for (int q = 0; q < PLACES; q++) {
                double here = hit[event][q] * times;
                want[q] = combine == PLIM_COMBINE_SUM ? want[q] + here : fmax(want[q], here);
            }
        }
        for (int q = 0; q < PLACES; q++)
            assert_near(at(d, q, t, false)[p], want[q], 1e-12 * want[q]);
    }
}

/* Of sums Campbell's formulas, also between places; of the largest the probability that nothing
   harder happens. */
static void check_sum(const drawn *d, uint32_t t)
{
    double times = on(intensity, t), *x[PLACES];
    for (int q = 0; q < PLACES; q++) {
        double mean = 0;
        for (int i = 0; i < EVENTS; i++)
            mean += on(frequency, t) * rate[i] * hit[i][q] * times;
        x[q] = fixture_alloc(PATHS, sizeof(double));
        memcpy(x[q], at(d, q, t, false), PATHS * sizeof(double));
        centre(x[q], mean);
        check_mean("sum", x[q], NULL, 0);
        for (int r = 0; r <= q; r++) {
            double covariance = 0;
            for (int i = 0; i < EVENTS; i++)
                covariance += on(frequency, t) * rate[i] * hit[i][q] * hit[i][r] * times * times;
            check_mean("covariance of sums", x[q], x[r], covariance);
        }
    }
    for (int q = 0; q < PLACES; q++)
        plim_free(x[q]);
}

static void check_max(const drawn *d, uint32_t t)
{
    const double level[] = {0, 0.5, 1, 2.5, 3};
    double *is = fixture_alloc(PATHS, sizeof *is), times = on(intensity, t);
    for (int q = 0; q < PLACES; q++)
        for (size_t l = 0; l < sizeof level / sizeof *level; l++) {
            double harder = 0;
            for (int i = 0; i < EVENTS; i++)
                harder += hit[i][q] > level[l] ? on(frequency, t) * rate[i] : 0;
            for (int p = 0; p < PATHS; p++)
                is[p] = at(d, q, t, false)[p] <= level[l] * times;
            check_mean("largest", is, NULL, exp(-harder));
        }
    plim_free(is);
}

static void intensities_combine(void **state)
{
    (void)state;
    const plim_hazard_combine combine[] = {PLIM_COMBINE_MAX, PLIM_COMBINE_SUM};
    for (int i = 0; i < 2; i++) {
        const fixture_hazard of = {.name = "flood",
                                   .by_event = true,
                                   .csv = events_csv,
                                   .combine = combine[i],
                                   .frequency = frequency,
                                   .intensity = intensity};
        drawn d;
        draw(&d, &of);
        for (uint32_t t = 0; t < YEARS; t++) {
            check_combined(&d, combine[i], t, on(intensity, t));
            if (combine[i] == PLIM_COMBINE_SUM)
                check_sum(&d, t);
            else
                check_max(&d, t);
        }
        drop(&d);
    }
}

/* ---- lower frequencies ---- */

/* The events of the lower frequency are the first ones of the higher. */
static void a_lower_frequency_leaves_events_out(void **state)
{
    (void)state;
    fixture_hazard of = {.name = "flood", .by_event = true, .csv = events_csv};
    drawn low, high;
    draw(&low, &of);
    of.frequency = frequency;
    draw(&high, &of);
    uint32_t more = 0;
    for (uint32_t t = 0; t < YEARS; t++)
        for (uint32_t p = 0; p < PATHS; p++) {
            uint32_t n = plim_simulate_count(low.random, SEED, p, t);
            uint32_t all = plim_simulate_count(high.random, SEED, p, t);
            assert_true(n <= all);
            more += all - n;
            for (uint32_t k = 0; k < n; k++)
                assert_int_equal(plim_simulate_event(low.random, SEED, p, t, k),
                                 plim_simulate_event(high.random, SEED, p, t, k));
        }
    assert_true(more > PATHS);
    drop(&low);
    drop(&high);
}

/* Behind the values those of the same draws at today's frequency and intensity, whether there is
   more to come or less. */
static void today_is_the_same_years_without_change(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        fixture_hazard of = {.name = "flood",
                             .by_event = true,
                             .csv = events_csv,
                             .combine = i % 2 ? PLIM_COMBINE_SUM : PLIM_COMBINE_MAX};
        drawn plain, d;
        draw(&plain, &of);
        of.frequency = i < 2 ? frequency : (fixture_line){1, 0.2};
        of.intensity = i < 2 ? (fixture_line){1, 1.5} : (fixture_line){1, 0.5};
        of.today = true;
        draw(&d, &of);
        uint32_t moved = 0;
        for (int c = 0; c < PLACES * YEARS; c++) {
            const double *today = at(&d, c % PLACES, (uint32_t)(c / PLACES), true);
            const double *x = at(&d, c % PLACES, (uint32_t)(c / PLACES), false);
            assert_memory_equal(today, at(&plain, c % PLACES, (uint32_t)(c / PLACES), false),
                                PATHS * sizeof(double));
            for (int p = 0; p < PATHS; p++) {
                assert_true(i < 2 ? today[p] <= x[p] : today[p] >= x[p]);
                moved += today[p] != x[p];
            }
        }
        assert_true(moved > PATHS);
        drop(&plain);
        drop(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_event_is_poisson_and_apart),
        cmocka_unit_test(intensities_combine),
        cmocka_unit_test(a_lower_frequency_leaves_events_out),
        cmocka_unit_test(today_is_the_same_years_without_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
