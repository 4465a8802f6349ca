/* What scenarios/lib/firm.lua promises of any firm, tried on random ones: crossing an interest
 * cover of 1 at least doubles a PD, more severe is never better, abating where it pays never costs
 * more than paying. */
#include "../support/traced_firm.h"

enum { FIRMS = 3000, YEARS = 5 };

/* A sequence of its own, so that a failure can be repeated. */
static double uniform(void)
{
    static uint64_t state = 20260401;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

static double between(double low, double high)
{
    return low + (high - low) * uniform();
}

/* Emitters above the threshold: margins from losses to 20 %, covers around 1 and far from it. */
static firm random_firm(void)
{
    static const char *const sectors[] = {"D4411", "C3011", "C3120"};
    firm f = example;
    f.sector = sectors[(int)(3 * uniform())];
    f.pd = between(0.0005, 0.9);
    f.revenue = between(1e7, 1e9);
    f.depreciation = between(0, 0.1) * f.revenue;
    double ebit = between(-0.02, 0.2) * f.revenue;
    f.operating_cost = f.revenue - f.depreciation - ebit;
    f.interest = uniform() < 0.1 ? 0 : fabs(ebit) * between(0.05, 1.5);
    f.debt = between(0.1, 1.5) * f.revenue;
    f.equity = between(-0.1, 1.5) * f.revenue;
    f.scope1 = 26000 + between(0, 1e-3) * f.revenue;
    f.scope2 = between(0, 1e5);
    return f;
}

static double driver_at(const plim_scenario *scenario, const char *name, int t)
{
    for (size_t i = 0; i < scenario->n_drivers; i++)
        if (strcmp(scenario->drivers[i].name, name) == 0)
            return plim_pathway_at(&scenario->drivers[i].path, scenario->first_year + t);
    fail_msg("no driver %s", name);
    return 0;
}

/* Is the PD of this firm at least double, or half of the way to 1, where its cover falls below 1?
   Counts the years in which it does. */
static int check_crossing(const plim_scenario *s, const firm *f, const double *value)
{
    int crossed = 0;
    double ebit0 = f->revenue - f->operating_cost - f->depreciation;
    for (int t = 0; t < YEARS && f->interest > 0; t++) {
        double price = driver_at(s, "carbon_price", t), share = driver_at(s, "paid_share", t);
        double cover = (ebit0 - price * share * f->scope1) / fmax(f->interest, 1);
        if (!(ebit0 / fmax(f->interest, 1) >= 1 && cover < 1 - 1e-9))
            continue;
        crossed++;
        double least = f->pd < 1.0 / 3 ? 2 * f->pd : (1 + f->pd) / 2;
        double pd = value[s->pd[t]];
        if (!(pd >= least * (1 - 1e-12)))
            fail_msg("%s, year %d: PD %g to %g, cover %g to %g", s->name, t, f->pd, pd,
                     ebit0 / f->interest, cover);
    }
    return crossed;
}

#define SHIPPED(name) PLIM_SOURCE_DIR "/scenarios/" name ".lua"

static void crossing_cover_one_doubles_pd(void **state)
{
    (void)state;
    static const char *const paths[] = {SHIPPED("pboc2021_mild"), SHIPPED("pboc2021_moderate"),
                                        SHIPPED("pboc2021_severe")};
    plim_program program;
    int crossed = 0;
    read_program(&program, paths, 3);
    for (int k = 0; k < FIRMS; k++) {
        firm f = random_firm();
        double *value = evaluate(&program, &f);
        for (int s = 0; s < 3; s++) {
            assert_true(value[program.scenarios[s].applies] == 1);
            crossed += check_crossing(&program.scenarios[s], &f, value);
        }
        free(value);
    }
    assert_true(crossed > FIRMS / 10);
    plim_program_free(&program);
}

static void severity_is_in_order(void **state)
{
    (void)state;
    static const char *const paths[] = {SHIPPED("pboc2021_mild"), SHIPPED("pboc2021_moderate"),
                                        SHIPPED("pboc2021_severe")};
    plim_program program;
    read_program(&program, paths, 3);
    for (int k = 0; k < FIRMS; k++) {
        firm f = random_firm();
        double *value = evaluate(&program, &f);
        for (int t = 0; t < YEARS; t++) {
            const plim_scenario *s = program.scenarios;
            assert_true(value[s[0].pd[t]] >= f.pd);
            for (int i = 1; i < 3; i++) {
                assert_true(value[s[i].pd[t]] >= value[s[i - 1].pd[t]]);
                assert_true(value[s[i].fails[t]] >= value[s[i - 1].fails[t]]);
            }
        }
        free(value);
    }
    plim_program_free(&program);
}

/* The same firm with and without the curve: carbon bill over revenue, and PD. */
#define BILL(name, options)                                                                        \
    "local firm = require 'firm'\n"                                                                \
    "return scenario { name = '" name "', title = { en = 's' }, years = { 2026, 2030 },\n"         \
    "drivers = { paid_share = pathway { reference = 0, [2026] = 0.1, [2030] = 1 },\n"              \
    "  carbon_price = pathway { unit = 'CNY/tCO2e', reference = 70, [2026] = 70, [2030] = 900 "    \
    "} },\n"                                                                                       \
    "initial = { abatement = 0 },\n"                                                               \
    "borrower = function (b, d, before)\n"                                                         \
    "  local bill, abated = firm.carbon_bill(b, d, before, " options ")\n"                         \
    "  return { pd = bill / max(b.revenue, 1), state = { abatement = abated + 0 * b.pd } }\n"      \
    "end }\n"

static void abating_where_it_pays_saves(void **state)
{
    (void)state;
    static const char *const texts[] = {BILL("pays", "{}"),
                                        BILL("abates", "{ abatement_curve = true }")};
    plim_program program;
    read_texts(&program, texts, 2);
    for (int k = 0; k < FIRMS / 10; k++) {
        firm f = random_firm();
        double *value = evaluate(&program, &f);
        const plim_scenario *pays = &program.scenarios[0], *abates = &program.scenarios[1];
        for (int t = 0; t < YEARS; t++)
            assert_true(value[abates->pd[t]] <= value[pays->pd[t]]);
        assert_true(value[abates->pd[YEARS - 1]] < 0.95 * value[pays->pd[YEARS - 1]]);
        assert_true(value[abates->pd_reference[0]] == 0);
        free(value);
    }
    plim_program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crossing_cover_one_doubles_pd),
        cmocka_unit_test(severity_is_in_order),
        cmocka_unit_test(abating_where_it_pays_saves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
