#include "../support/plan_fixture.h"

static void expected_loss_by_hand(void **state)
{
    (void)state;
    const fixture_loan loans[] = {{0, 0, 1000, 0.5, 1, 0},
                                  {0, 0, 200, 0.25, 3, 1},
                                  {1, 0, 400, 0.25, 1, 0},
                                  {2, 0, 800, 0.5, 3, 1}};
    plim_book book;
    plim_program program;
    plim_plan plan;
    fixture_book(&book, 3, 1, loans, 4);
    fixture_set_pd(&book, 0, 0.1);
    fixture_set_pd(&book, 1, 0.04);
    fixture_program(&program, 1, 2026, 2027);
    plim_scenario *s = &program.scenarios[0];
    s->pd[1] = fixture_apply2(&program, PLIM_OP_MULTIPLY, fixture_pd(&program, 1),
                              fixture_constant(&program, 2));
    s->lgd[1] = fixture_constant(&program, 0.75);
    fixture_make(&plan, &book, &program);

    double base = 500 * (0.1 + 0.9 * 0.1) + 100 * (0.04 + 0.96 * 0.04);
    assert_near(plim_plan_analytic_el(&plan, 0), base, 1e-10);
    double changes = 200 * 0.5 + 800 * 0.25;
    double stressed = 500 * 0.1 + 750 * 0.9 * 0.2 + 100 * 0.04 + 300 * 0.96 * 0.08 + changes;
    assert_near(plim_plan_analytic_el(&plan, 1), stressed, 1e-10);
    /* borrower 2 has no loan that could default */
    assert_near(plim_plan_cumulative_pd(&plan, 0), (1 - 0.9 * 0.9 + 1 - 0.96 * 0.96) / 2, 1e-14);
    assert_near(plim_plan_cumulative_pd(&plan, 1), (1 - 0.9 * 0.8 + 1 - 0.96 * 0.92) / 2, 1e-14);
    fixture_free(&plan, &book, &program);
}

static void when_it_is_exact(void **state)
{
    (void)state;
    const plim_severity_model fixed = {0}, beta = {PLIM_SEVERITY_BETA, 0.4, 0};
    const plim_severity_model recovery = {PLIM_SEVERITY_BETA, 0.4, 0.1};
    const plim_severity_model frye_jacobs = {PLIM_SEVERITY_FRYE_JACOBS, 0, 0};
    const struct {
        double persistence;
        uint32_t years;
        const plim_severity_model *severity;
        bool baseline, scenario;
        bool pd_varies, loss_varies; /* from path to path */
    } cases[] = {{0, 3, &fixed, true, true, false, false},
                 {0.5, 3, &fixed, false, false, false, false},
                 {0.5, 1, &fixed, true, true, false, false},
                 {0, 3, &beta, true, true, false, false},
                 {0, 3, &recovery, false, false, false, false},
                 {0, 3, &frye_jacobs, true, false, false, false},
                 {0.5, 3, &frye_jacobs, false, false, false, false},
                 {0, 3, &fixed, true, false, true, false},
                 {0, 3, &fixed, true, false, false, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t pd_varies[2] = {0, cases[i].pd_varies};
        uint8_t loss_varies[6] = {[5] = cases[i].loss_varies};
        plim_plan plan = {.persistence = cases[i].persistence,
                          .pd_varies = pd_varies,
                          .loss_varies = loss_varies,
                          .n_years = cases[i].years,
                          .severity = *cases[i].severity,
                          .copula_nu = 6};
        assert_int_equal(plim_plan_el_is_exact(&plan, 0), cases[i].baseline);
        assert_int_equal(plim_plan_el_is_exact(&plan, 1), cases[i].scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(expected_loss_by_hand),
                                       cmocka_unit_test(when_it_is_exact)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
