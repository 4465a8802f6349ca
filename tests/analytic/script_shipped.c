/* The default portfolio model and the shipped scenarios, traced and evaluated node by node. */
#include "../support/traced_firm.h"

/* ---- the portfolio model ---- */

/* Weight of the borrower on a factor, and the sum of all squares (factors are independent). */
static double weight(const plim_program *program, const double *value, const char *factor)
{
    uint32_t f = plim_names_find(&program->model.factors, factor);
    assert_int_not_equal(f, PLIM_NO_NAME);
    plim_node node = program->model.loading[f];
    return node == PLIM_NO_NODE ? 0 : value[node];
}

static double r2_of(const plim_program *program, const double *value)
{
    double sum = 0;
    size_t n = program->model.factors.count;
    for (size_t f = 0; f < n; f++) {
        double w = weight(program, value, program->model.factors.text[f]);
        sum += w * w;
        for (size_t g = 0; g < n; g++)
            assert_true(program->model.correlation[f * n + g] == (f == g ? 1 : 0));
    }
    return sum;
}

static void test_model_vectors(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, NULL, 0);
    assert_string_equal(program.model.name, "default");
    assert_true(program.model.persistence == 0.5);
    assert_int_equal(program.model.factors.count, 22);
    static const double vector[][2] = {{0.0003, 0.238213}, {0.01, 0.192784}, {1, 0.12}, {0, 0.24}};
    for (size_t i = 0; i < 4; i++) {
        firm f = example;
        f.pd = vector[i][0];
        double *value = evaluate(&program, &f);
        double r2 = r2_of(&program, value);
        near(r2, vector[i][1], 5e-7);
        near(weight(&program, value, "macro"), sqrt(r2 / 2), 1e-12);
        near(weight(&program, value, "C"), sqrt(r2 / 2), 1e-12);
        assert_true(weight(&program, value, "D") == 0);
        free(value);
    }
    plim_program_free(&program);
}

static void test_model_special_cases(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, NULL, 0);
    firm household = example, known = example, foreign = example, unknown = example;
    household.household = 1;
    household.pd = 0.02;
    known.rho = 0.3;
    foreign.sector = "325";
    unknown.household = MISSING;
    double v = (1 - exp(-0.7)) / (1 - exp(-35));
    double *value = evaluate(&program, &household);
    near(r2_of(&program, value), 0.03 * v + 0.16 * (1 - v), 1e-12);
    assert_true(weight(&program, value, "C") == 0);
    near(weight(&program, value, "household"), weight(&program, value, "macro"), 0);
    free(value);
    household.pd = 0.9; /* the floor */
    value = evaluate(&program, &household);
    near(r2_of(&program, value), 0.04, 1e-12);
    free(value);
    value = evaluate(&program, &known);
    near(r2_of(&program, value), 0.3, 1e-12);
    free(value);
    value = evaluate(&program, &foreign);
    near(weight(&program, value, "macro"), sqrt(0.192784), 1e-6);
    near(r2_of(&program, value), 0.192784, 5e-7);
    free(value);
    value = evaluate(&program, &unknown);
    near(r2_of(&program, value), 0.192784, 5e-7);
    free(value);
    plim_program_free(&program);
}

/* ---- shipped scenarios ---- */

static const char *const shipped[] = {PLIM_SOURCE_DIR "/scenarios/pboc2021_severe.lua",
                                      PLIM_SOURCE_DIR "/scenarios/ceramics_ets.lua",
                                      PLIM_SOURCE_DIR "/scenarios/recession.lua"};
enum { PBOC, CERAMICS, RECESSION, SHIPPED };

static bool applies(const plim_program *program, int s, const double *value)
{
    plim_node node = program->scenarios[s].applies;
    return node == PLIM_NO_NODE || value[node] == 1;
}

static void test_shipped_scope(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, shipped, SHIPPED);
    const struct {
        const char *sector;
        double scope1, scope2, revenue;
        bool in[SHIPPED];
    } cases[] = {
        {"D4411", 25000, 1000, 1e8, {true, false, true}},
        {"C3011", 25999, 0, 1e8, {false, false, true}},
        {"C3130", 9e5, MISSING, 1e8, {true, false, true}},
        {"C3130", 9e5, 0, MISSING, {false, false, true}},
        {"C3071", 9e5, 0, 1e8, {false, true, true}},
        {"C3071", 0, 0, 1e8, {false, true, true}},
        {"C3071", MISSING, MISSING, 1e8, {false, false, true}},
        {"D4511", 9e5, 0, 1e8, {false, false, true}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        firm f = example;
        f.sector = cases[i].sector;
        f.scope1 = cases[i].scope1;
        f.scope2 = cases[i].scope2;
        f.revenue = cases[i].revenue;
        double *value = evaluate(&program, &f);
        for (int s = 0; s < SHIPPED; s++)
            if (applies(&program, s, value) != cases[i].in[s])
                fail_msg("case %zu, scenario %s", i, program.scenarios[s].name);
        free(value);
    }
    plim_program_free(&program);
}

/* The ladder begins at the closing allowance price of 2024; at reference nobody pays. */
static void test_shipped_price(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, shipped, SHIPPED);
    const plim_scenario *s = &program.scenarios[PBOC];
    for (size_t i = 0; i < s->n_drivers; i++) {
        bool price = strcmp(s->drivers[i].name, "carbon_price") == 0;
        near(plim_pathway_at(&s->drivers[i].path, 2026), price ? 97.49 : 0.1, 1e-12);
        near(plim_pathway_at(&s->drivers[i].path, 2028), price ? 2.5 * 97.49 : 0.55, 1e-12);
        near(plim_pathway_at(&s->drivers[i].reference, 2030), price ? 97.49 : 0, 1e-12);
    }
    assert_int_equal(s->n_drivers, 2);
    plim_program_free(&program);
}

/* A household and a firm without accounts respond to the recession and to nothing else. */
static void test_shipped_pds(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, shipped, SHIPPED);
    firm odd[4];
    for (size_t i = 0; i < 4; i++)
        odd[i] = example;
    odd[1].sector = "D4411";
    odd[1].scope1 = 200000;
    odd[2] = (firm){"P",     0.013,   MISSING, MISSING, MISSING, MISSING, MISSING,
                    MISSING, MISSING, MISSING, MISSING, 1,       MISSING, 0.3};
    odd[3] = odd[2];
    odd[3].household = MISSING;
    odd[3].sector = "H61";
    for (size_t i = 0; i < 4; i++) {
        double *value = evaluate(&program, &odd[i]);
        for (int s = 0; s < SHIPPED; s++) {
            for (int t = 0; t < 5 && applies(&program, s, value); t++) {
                const plim_scenario *scenario = &program.scenarios[s];
                double pd = value[scenario->pd[t]];
                assert_true(pd >= 0 && pd <= 1);
                near(value[scenario->pd_reference[t]], odd[i].pd, 1e-12);
                assert_true(pd > odd[i].pd || (s == CERAMICS && pd >= odd[i].pd));
            }
        }
        free(value);
    }
    plim_program_free(&program);
}

/* Shift of the recession in its second year, H 61 (beta 18): 0.3 x 18 x 3 % + 18 x 5 %. */
static void test_recession_by_hand(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, shipped, SHIPPED);
    const plim_scenario *s = &program.scenarios[RECESSION];
    firm f = example;
    f.sector = "H61";
    double *value = evaluate(&program, &f);
    double pd = value[s->pd[1]];
    near(log(pd / (1 - pd)) - log(0.01 / 0.99), 18 * (0.3 * 0.03 + 0.05), 1e-12);
    near(value[s->lgd[1]], 0.50, 1e-12);
    free(value);
    f.lgd = 1.2; /* already above 1: stays */
    f.household = 1;
    value = evaluate(&program, &f);
    pd = value[s->pd[0]];
    near(log(pd / (1 - pd)) - log(0.01 / 0.99), 10 * 0.03, 1e-12);
    near(value[s->lgd[0]], 1.2, 0);
    free(value);
    plim_program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_vectors), cmocka_unit_test(test_model_special_cases),
        cmocka_unit_test(test_shipped_scope), cmocka_unit_test(test_shipped_price),
        cmocka_unit_test(test_shipped_pds),   cmocka_unit_test(test_recession_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
