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

#define SCRIPT(name) PLIM_SOURCE_DIR "/scenarios/" name ".lua"

static const char *const shipped[] = {
    SCRIPT("pboc2021_mild"), SCRIPT("pboc2021_moderate"), SCRIPT("pboc2021_severe"),
    SCRIPT("ceramics_ets"),  SCRIPT("ets_expand"),        SCRIPT("recession"),
    SCRIPT("green_slump"),   SCRIPT("env_campaign"),      SCRIPT("energy_price"),
};
enum { MILD, MODERATE, SEVERE, CERAMICS, ETS, RECESSION, GREEN, CAMPAIGN, ENERGY, SHIPPED };

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
    enum { PBOC = 1, C307 = 2, SECTORS = 4, GREENS = 8, DIRTY = 16, BUYERS = 32 };
    const struct {
        const char *sector;
        double scope1, scope2, revenue;
        int in;
    } cases[] = {
        {"D4411", 25000, 1000, 1e8, PBOC | SECTORS | DIRTY},
        {"C3011", 25999, 0, 1e8, SECTORS | DIRTY | BUYERS},
        {"C3130", 9e5, MISSING, 1e8, PBOC | SECTORS | DIRTY | BUYERS},
        {"C3130", 9e5, 0, MISSING, 0},
        {"C3071", 9e5, 0, 1e8, C307 | SECTORS | DIRTY | BUYERS},
        {"C3071", MISSING, MISSING, 1e8, DIRTY | BUYERS},
        {"D4511", 9e5, 0, 1e8, DIRTY},
        {"D4416", 0, 0, 1e8, SECTORS | GREENS | DIRTY},
        {"C3841", MISSING, MISSING, 1e8, GREENS | DIRTY | BUYERS},
        {"H6110", 0, 0, 1e8, BUYERS},
    };
    const int of[SHIPPED] = {PBOC, PBOC, PBOC, C307, SECTORS, 0, GREENS, DIRTY, BUYERS};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        firm f = example;
        f.sector = cases[i].sector;
        f.scope1 = cases[i].scope1;
        f.scope2 = cases[i].scope2;
        f.revenue = cases[i].revenue;
        double *value = evaluate(&program, &f);
        for (int s = 0; s < SHIPPED; s++)
            if (applies(&program, s, value) != (s == RECESSION || (cases[i].in & of[s]) != 0))
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
    static const double multiple[] = {2, 3, 4}, first[] = {0.03, 0.05, 0.1}, last[] = {0.2, 0.5, 1};
    for (int k = MILD; k <= SEVERE; k++) {
        const plim_scenario *s = &program.scenarios[k];
        for (size_t i = 0; i < s->n_drivers; i++) {
            bool price = strcmp(s->drivers[i].name, "carbon_price") == 0;
            const plim_pathway *path = &s->drivers[i].path;
            near(plim_pathway_at(path, 2026), price ? 97.49 : first[k], 1e-12);
            near(plim_pathway_at(path, 2028),
                 price ? (1 + multiple[k]) / 2 * 97.49 : (first[k] + last[k]) / 2, 1e-12);
            near(plim_pathway_at(path, 2030), price ? multiple[k] * 97.49 : last[k], 1e-12);
            near(plim_pathway_at(&s->drivers[i].reference, 2030), price ? 97.49 : 0, 1e-12);
        }
        assert_int_equal(s->n_drivers, 2);
    }
    plim_program_free(&program);
}

/* A household and a firm without accounts respond to the recession and to nothing else; whoever is
   in scope is never better off, and stands where the book has him at reference. */
static void test_shipped_pds(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, shipped, SHIPPED);
    firm odd[6];
    for (size_t i = 0; i < 6; i++)
        odd[i] = example;
    odd[1].sector = "D4411";
    odd[1].scope1 = 200000;
    odd[2] = (firm){.sector = "P", .pd = 0.013, .household = 1, .rho = MISSING, .lgd = 0.3};
    odd[2].revenue = odd[2].operating_cost = odd[2].depreciation = odd[2].interest = MISSING;
    odd[2].debt = odd[2].equity = odd[2].scope1 = odd[2].scope2 = odd[2].scope3 = MISSING;
    odd[3] = odd[2];
    odd[3].household = MISSING;
    odd[3].sector = "H61";
    odd[4].sector = "C3825";
    odd[5].env_credit = NULL;
    for (size_t i = 0; i < 6; i++) {
        double *value = evaluate(&program, &odd[i]);
        for (int s = 0; s < SHIPPED; s++) {
            for (int t = 0; t < 5 && applies(&program, s, value); t++) {
                const plim_scenario *scenario = &program.scenarios[s];
                double pd = value[scenario->pd[t]];
                assert_true(pd >= odd[i].pd && pd <= 1);
                near(value[scenario->pd_reference[t]], odd[i].pd, 1e-12);
                bool unmoved = (s == ETS && t < 3) || s == CAMPAIGN; /* joins in 2029; no colour */
                assert_true(pd > odd[i].pd || s == CERAMICS || unmoved);
            }
            assert_int_equal(applies(&program, s, value) && (i == 2 || i == 3),
                             s == RECESSION && (i == 2 || i == 3));
        }
        free(value);
    }
    plim_program_free(&program);
}

static double log_odds(double pd)
{
    return log(pd / (1 - pd));
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
    near(log_odds(value[s->pd[1]]) - log_odds(0.01), 18 * (0.3 * 0.03 + 0.05), 1e-12);
    near(value[s->lgd[1]], 0.50, 1e-12);
    free(value);
    f.lgd = 1.2; /* already above 1: stays */
    f.household = 1;
    value = evaluate(&program, &f);
    near(log_odds(value[s->pd[0]]) - log_odds(0.01), 10 * 0.03, 1e-12);
    near(value[s->lgd[0]], 1.2, 0);
    free(value);
    plim_program_free(&program);
}

/* Log-odds of the example after its EBIT has become `ebit` in the first year; 8 million at
 * reference. */
static double moved(double ebit)
{
    double profit = ebit - 4e6;
    double equity = 60e6 + profit - 0.25 * fmax(profit, 0), equity0 = 60e6 + 0.75 * 4e6;
    double leverage = 80e6 / (80e6 + equity) - 80e6 / (80e6 + equity0);
    return log_odds(0.01) + 4 * leverage - 1.5 * log(ebit / 8e6);
}

/* First year: power 5 % and fuel 15 % dearer on a share of 7 % and 22 % of 87 million; half passed
 * on. */
static void test_energy_by_hand(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, shipped, SHIPPED);
    double *value = evaluate(&program, &example);
    double cost = 87e6 * (0.07 * 0.05 + 0.22 * 0.15), price = 0.5 * cost / 100e6;
    double v = 1 - 0.3 * price;
    double ebit = 100e6 * (1 + price) * v - 87e6 * (0.8 * v + 0.2) - cost * v - 5e6;
    near(log_odds(value[program.scenarios[ENERGY].pd[0]]), moved(ebit), 1e-12);
    free(value);
    plim_program_free(&program);
}

/* Second year at full intensity is the campaign's worst; its first, at half, by hand for a yellow
   firm: 3.5 days, half of a fine of 6 means and of 0.5 % of revenue; a tenth of firms turn red. */
static void test_campaign_by_hand(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, shipped, SHIPPED);
    const plim_scenario *s = &program.scenarios[CAMPAIGN];
    firm f = example;
    f.env_credit = "yellow";
    double *value = evaluate(&program, &f);
    double v = 1 - 3.5 / 365, fine = 6 * 15.28e9 / 186000;
    double ebit = 100e6 * v - 87e6 * (0.8 * v + 0.2) - 0.5 * (fine + 0.005 * 100e6) - 5e6;
    double pd = 1 / (1 + exp(-moved(ebit))), red = 1 / (1 + exp(-moved(ebit) - 0.55));
    near(value[s->pd[0]], pd + 0.1 * (red - pd), 1e-12);
    assert_true(value[s->pd[1]] > value[s->pd[0]]);
    free(value);
    static const char *const worse[] = {"green", "blue", "yellow", "red", "black"};
    double before = 0;
    for (size_t i = 0; i < 5; i++) { /* each colour fares worse than the one before */
        f.env_credit = worse[i];
        value = evaluate(&program, &f);
        assert_true(value[s->pd[1]] > before);
        before = value[s->pd[1]];
        free(value);
    }
    plim_program_free(&program);
}

/* A maker of batteries in the first year: 1.5 % off the price, 5 % off the volume at 70 % variable
   cost; half of what is recovered is equipment that loses 15 %; a tenth of what would stay undrawn
   is drawn. */
static void test_green_slump_by_hand(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, shipped, SHIPPED);
    const plim_scenario *s = &program.scenarios[GREEN];
    firm f = example;
    f.sector = "C3841";
    f.undrawn = 4e5;
    f.ccf = 0.3;
    double *value = evaluate(&program, &f);
    double ebit = 100e6 * 0.985 * 0.95 - 87e6 * (0.7 * 0.95 + 0.3) - 5e6;
    near(log_odds(value[s->pd[0]]), moved(ebit), 1e-12);
    near(value[s->lgd[0]], 0.45 + 0.55 * 0.5 * 0.15, 1e-12);
    near(value[s->ead[0]], 1e6 + (0.3 + 0.1 * 0.7) * 4e5, 1e-6);
    near(value[s->ead[4]], 1e6 + 0.3 * 4e5, 1e-6);
    free(value);
    plim_program_free(&program);
}

/* ---- the compound ---- */

static const char *const compound[] = {SCRIPT("ets_expand"), SCRIPT("recession"),
                                       SCRIPT("carbon_and_recession")};

static void test_compound(void **state)
{
    (void)state;
    plim_program program;
    read_program(&program, compound, 3);
    const plim_scenario *ets = &program.scenarios[0], *recession = &program.scenarios[1],
                        *both = &program.scenarios[2];
    firm f = example;
    f.sector = "C3120";
    f.scope1 = 60000;
    double *value = evaluate(&program, &f);
    for (int t = 0; t < 5; t++) { /* on a weaker income the same bill weighs more */
        double parts = log_odds(value[ets->pd[t]]) + log_odds(value[recession->pd[t]]);
        double together = log_odds(value[both->pd[t]]) + log_odds(0.01);
        assert_true(together > parts + 1e-6 || value[recession->pd[t]] <= 0.01);
        near(value[both->pd_reference[t]], 0.01, 1e-15);
        assert_true(value[both->lgd[t]] == value[recession->lgd[t]]);
    }
    free(value);
    firm outside[2] = {example, f};
    outside[0].sector = "H61";
    outside[1].revenue = MISSING; /* inside, without accounts */
    for (int i = 0; i < 2; i++) {
        value = evaluate(&program, &outside[i]);
        for (int t = 0; t < 5; t++) {
            assert_true(value[both->pd[t]] == value[recession->pd[t]]);
            assert_true(value[both->fails[t]] == 0);
        }
        free(value);
    }
    f.scope1 = 2e6; /* the bill of the last years takes the equity */
    value = evaluate(&program, &f);
    assert_true(value[both->fails[0]] == 0 && value[both->fails[4]] == 1);
    assert_true(value[both->fails_reference[4]] == 0);
    free(value);
    plim_program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_vectors),       cmocka_unit_test(test_model_special_cases),
        cmocka_unit_test(test_shipped_scope),       cmocka_unit_test(test_shipped_price),
        cmocka_unit_test(test_shipped_pds),         cmocka_unit_test(test_recession_by_hand),
        cmocka_unit_test(test_energy_by_hand),      cmocka_unit_test(test_campaign_by_hand),
        cmocka_unit_test(test_green_slump_by_hand), cmocka_unit_test(test_compound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
