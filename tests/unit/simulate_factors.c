#include "../support/simulate_fixture.h"

#define YEARS 3
#define PATHS 20000

static void make(fixture_world *w, size_t factors, double persistence)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(1, 100, 0.5);
    fixture_book(&w->book, 1, 1, loans, 1);
    plim_free(loans);
    fixture_program(&w->program, 1, 2026, 2025 + YEARS);
    fixture_factors(&w->program, factors, 0.5, persistence);
    fixture_make(&w->plan, &w->book, &w->program);
}

static void moments(void **state)
{
    (void)state;
    fixture_world w;
    make(&w, 2, 0.6);
    double z[YEARS * 2], sum[YEARS * 2] = {0}, product[YEARS * 2][YEARS * 2] = {{0}};
    for (uint32_t path = 0; path < PATHS; path++) {
        plim_simulate_factors(&w.plan, 1, path, z);
        for (int i = 0; i < YEARS * 2; i++) {
            sum[i] += z[i];
            for (int j = 0; j < YEARS * 2; j++)
                product[i][j] += z[i] * z[j];
        }
    }
    double room = 4.5 / sqrt(PATHS);
    for (int i = 0; i < YEARS * 2; i++) {
        assert_near(sum[i] / PATHS, 0, room);
        for (int j = 0; j < YEARS * 2; j++) {
            double lag = pow(0.6, abs(i / 2 - j / 2));
            double between = i % 2 == j % 2 ? 1 : 0.5;
            assert_near(product[i][j] / PATHS, lag * between, i == j ? room * sqrt(2) : room * 1.3);
        }
    }
    fixture_drop(&w);
}

static void a_new_factor_leaves_those_before_it(void **state)
{
    (void)state;
    fixture_world two, three;
    make(&two, 2, 0.5);
    make(&three, 3, 0.5);
    double a[YEARS * 2], b[YEARS * 3];
    plim_simulate_factors(&two.plan, 8, 77, a);
    plim_simulate_factors(&three.plan, 8, 77, b);
    for (int t = 0; t < YEARS; t++)
        assert_memory_equal(a + t * 2, b + t * 3, 2 * sizeof(double));
    fixture_drop(&two);
    fixture_drop(&three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments),
        cmocka_unit_test(a_new_factor_leaves_those_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
