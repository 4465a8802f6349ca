#include "../support/simulate_fixture.h"

#include "math/functions.h"
#include "simulate/mixing.h"

#include <gsl/gsl_cdf.h>

#define YEARS 3
#define PATHS 40000

static void make(fixture_world *w, uint32_t nu)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(1, 100, 0.5);
    fixture_book(&w->book, 1, 1, loans, 1);
    plim_free(loans);
    fixture_program(&w->program, 1, 2026, 2025 + YEARS);
    w->program.model.copula_nu = nu;
    fixture_make(&w->plan, &w->book, &w->program);
}

static void one_without_a_t_copula(void **state)
{
    (void)state;
    fixture_world w;
    make(&w, 0);
    double out[YEARS];
    plim_simulate_mixing(&w.plan, 1, 5, out);
    for (int t = 0; t < YEARS; t++)
        assert_true(out[t] == 1);
    fixture_drop(&w);
}

/* S has mean nu and variance 2 nu; its distribution function of itself is uniform; years are
   independent. */
static void chi_squared(void **state)
{
    (void)state;
    static const uint32_t some_nu[] = {2, 3, 5, 6, 8, 9, 100};
    for (size_t n = 0; n < sizeof some_nu / sizeof *some_nu; n++) {
        fixture_world w;
        double nu = some_nu[n], sum[YEARS] = {0}, squares = 0, product = 0, out[YEARS];
        uint32_t low = 0;
        make(&w, some_nu[n]);
        for (uint32_t path = 0; path < PATHS; path++) {
            plim_simulate_mixing(&w.plan, 1, path, out);
            double off[YEARS];
            for (int t = 0; t < YEARS; t++) {
                assert_true(out[t] > 0);
                off[t] = nu * out[t] * out[t] - nu;
                sum[t] += off[t];
            }
            squares += off[1] * off[1];
            product += off[0] * off[1];
            low += gsl_cdf_chisq_P(off[2] + nu, nu) < 0.05;
        }
        for (int t = 0; t < YEARS; t++)
            assert_near(sum[t] / PATHS, 0, 4.5 * sqrt(2 * nu / PATHS));
        /* fourth central moment: 12 nu (nu + 4) */
        assert_near(squares / PATHS, 2 * nu,
                    4.5 * sqrt((12 * nu * (nu + 4) - 4 * nu * nu) / PATHS));
        assert_near(product / PATHS, 0, 4.5 * 2 * nu / sqrt(PATHS));
        assert_near((double)low / PATHS, 0.05, 4.5 * sqrt(0.05 * 0.95 / PATHS));
        fixture_drop(&w);
    }
}

/* The layout that math/draw.h states: nu = 5 takes four normals from the first call as two
   exponentials and the fifth from the second. */
static void the_layout_is_version_1(void **state)
{
    (void)state;
    fixture_world w;
    double out[YEARS], first[2];
    make(&w, 5);
    plim_simulate_mixing(&w.plan, 42, 77, out);
    plim_draw_id id = {.purpose = PLIM_DRAW_MIXING, .path = 77, .year = 2};
    plim_draw_uniforms(42, &id, first);
    id.sub = 1;
    double normal = plim_draw_normal(42, &id);
    double sum = -2 * plim_log(first[0]);
    sum -= 2 * plim_log(first[1]);
    sum += normal * normal;
    assert_true(out[2] == sqrt(sum / 5));
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_without_a_t_copula),
        cmocka_unit_test(chi_squared),
        cmocka_unit_test(the_layout_is_version_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
