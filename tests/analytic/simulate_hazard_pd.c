/* PDs that hang on a hazard by return period: default rates of two towns, and how they go together,
 * against quadrature over the factor of defaults, the common factor of the hazard and each town's
 * own. Four and a half standard errors, at fixed seeds. */
#include "../support/hazard_fixture.h"
#include "../support/quadrature.h"

enum { A_TOWN = 25, TOWNS = 2, PATHS = 100000 };

#define LOADING 0.4 /* of defaults on their factor */
#define PD      0.02
#define SLOPE   0.1 /* of the PD by intensity */
#define Z       4.5 /* errors allowed, in standard errors */
#define REACH   7.0 /* of grids, in standard deviations */
#define CSV     "5001,4,1\n5001,50,3\n5002,10,2\n5002,100,4\n"

static const char *const town[TOWNS] = {"500153", "5002"};
static const double period[TOWNS][2] = {{4, 50}, {10, 100}}, level[TOWNS][2] = {{1, 3}, {2, 4}};

static void make(fixture_world *w, double correlation)
{
    memset(w, 0, sizeof *w);
    fixture_loan loans[TOWNS * A_TOWN];
    for (uint32_t i = 0; i < TOWNS * A_TOWN; i++)
        loans[i] = (fixture_loan){i, i % TOWNS, 1000, 0.4, 1, 0};
    fixture_book(&w->book, TOWNS * A_TOWN, TOWNS, loans, TOWNS * A_TOWN);
    plim_column *region = plim_frame_find(&w->book.borrowers, "region");
    for (uint32_t i = 0; i < TOWNS * A_TOWN; i++)
        MUST(plim_column_set_text(region, i, town[i % TOWNS], &must_err));
    plim_program *program = &w->program;
    fixture_program(program, 1, 2026, 2026);
    fixture_factors(program, 1, 0, 0);
    program->model.loading[0] = fixture_constant(program, LOADING);
    const fixture_hazard of = {.name = "flood", .csv = CSV, .correlation = correlation};
    fixture_hazard_driver(program, 0, &of);
    plim_node depth = fixture_hazard_node(program, 0, "flood", 0);
    program->scenarios[0].pd[0] = fixture_apply2(
        program, PLIM_OP_ADD,
        fixture_apply2(program, PLIM_OP_MULTIPLY, depth, fixture_constant(program, SLOPE)),
        fixture_constant(program, PD));
    fixture_make(&w->plan, &w->book, program);
}

/* ---- by quadrature ---- */

/* PD of a town when its year is exceeded with probability Phi(-x). */
static double pd_at(int k, double x)
{
    double rare = -log(gsl_cdf_ugaussian_Q(x)), low = log(period[k][0]), high = log(period[k][1]);
    double depth = level[k][0] + (level[k][1] - level[k][0]) * (rare - low) / (high - low);
    return PD + SLOPE * (rare < low ? 0 : fmin(depth, level[k][1]));
}

/* Default rate of a town given the hazard's common factor w and that of defaults, z: the mean over
   what the town has for itself, between the points of its curve. */
static double given(int k, double correlation, double w, double z)
{
    static gsl_integration_glfixed_table *table;
    if (table == NULL)
        table = gsl_integration_glfixed_table_alloc(32);
    double sum = 0, end[4] = {-REACH, 0, 0, REACH};
    for (int i = 0; i < 2; i++) {
        double x = gsl_cdf_ugaussian_Qinv(1 / period[k][i]);
        end[i + 1] = (x - sqrt(correlation) * w) / sqrt(1 - correlation);
        end[i + 1] = fmin(fmax(end[i + 1], -REACH), REACH);
    }
    for (int piece = 0; piece < 3; piece++)
        for (size_t i = 0; i < 32; i++) {
            double y, weight;
            gsl_integration_glfixed_point(end[piece], end[piece + 1], i, &y, &weight, table);
            double x = sqrt(correlation) * w + sqrt(1 - correlation) * y;
            sum += weight * exp(-y * y / 2) * conditional_pd(pd_at(k, x), LOADING, z);
        }
    return sum / sqrt(2 * 3.14159265358979);
}

/* Means of the towns' default rates and of their product. */
static void by_quadrature(double correlation, double mean[TOWNS], double *both)
{
    double all = 0;
    memset(mean, 0, TOWNS * sizeof *mean);
    *both = 0;
    for (double z = -REACH; z < REACH; z += 0.7)
        for (double w = -REACH; w < REACH; w += 0.35) {
            double rate[TOWNS], weight = exp(-z * z / 2 - w * w / 2);
            for (int k = 0; k < TOWNS; k++)
                mean[k] += weight * (rate[k] = given(k, correlation, w, z));
            *both += weight * rate[0] * rate[1];
            all += weight;
        }
    for (int k = 0; k < TOWNS; k++)
        mean[k] /= all;
    *both /= all;
}

/* What a default rate is whatever the factors do: the mean PD, one town by itself. */
static double mean_pd(int k)
{
    double sum = 0;
    int n = 100000;
    for (int i = 0; i < n; i++)
        sum += pd_at(k, gsl_cdf_ugaussian_Pinv((i + 0.5) / n)) / n;
    return sum;
}

/* ---- by simulation ---- */

/* The mean over paths of the product of two amounts in units (b NULL: of one amount). */
static void check(const char *what, const int64_t *a, const int64_t *b, double want)
{
    double mean = 0, square = 0, unit = 100000.0 * A_TOWN;
    for (int p = 0; p < PATHS; p++) {
        double value = (double)a[p] / unit * (b == NULL ? 1 : (double)b[p] / unit);
        mean += value / PATHS;
        square += value * value / PATHS;
    }
    double error = sqrt((square - mean * mean) / PATHS);
    print_message("%s: %.6f, by quadrature %.6f, standard error %.6f\n", what, mean, want, error);
    assert_true(error < 0.02 * want);
    fixture_check_mean(what, mean, want, error, Z);
}

static void two_towns(void **state)
{
    (void)state;
    const double correlation[] = {0, 0.5, 0.9};
    double last = 0;
    for (int i = 0; i < 3; i++) {
        double mean[TOWNS], both;
        by_quadrature(correlation[i], mean, &both);
        assert_true(both > 1.05 * last); /* correlation shows */
        last = both;
        fixture_world w;
        plim_tallies t;
        make(&w, correlation[i]);
        fixture_simulate(&t, &w.plan, PATHS, 31);
        const int64_t *exposure = t.defaulted_exposure + (size_t)TOWNS * PATHS;
        for (int k = 0; k < TOWNS; k++) {
            assert_near(mean[k], mean_pd(k), 0.0002 * mean[k]);
            check("a town", exposure + (size_t)k * PATHS, NULL, mean_pd(k));
        }
        check("both towns", exposure, exposure + PATHS, both);
        plim_tallies_free(&t);
        fixture_drop(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_towns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
