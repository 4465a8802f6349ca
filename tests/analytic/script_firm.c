/* scenarios/lib/firm.lua, traced and evaluated node by node: vectors that can be worked out by
 * hand, and what every formula promises (nothing moves at reference, more carbon price is never
 * better, odd firms stay finite). */
#include "../support/traced_firm.h"

/* ---- vectors ---- */

#define HEAD                                                                                       \
    "local firm = require 'firm'\n"                                                                \
    "return scenario { name = 's', title = { en = 's', zh = 's' }, years = { 2026, 2030 },\n"
#define LADDER                                                                                     \
    "drivers = { paid_share = pathway { reference = 1, [2026] = 1 }, carbon_price = pathway {\n"   \
    "  unit = 'CNY/tCO2e', reference = 0, [2026] = 0, [2027] = 50, [2028] = 100, [2029] = 200,\n"  \
    "  [2030] = 400 } },\n"

/* Revenue 100 million, scope 1 20,000 t, EBIT 8 million, interest 4 million, everything paid for,
 * nothing passed on. */
static void test_cover_ladder(void **state)
{
    (void)state;
    static const double expected[] = {2.00, 1.75, 1.50, 1.00, 0.00};
    static const char *const text[] = {HEAD LADDER
                                       "borrower = function (b, d, before)\n"
                                       "  local ebit = firm.income(b, firm.carbon_cost(b, d))\n"
                                       "  return { pd = firm.cover(ebit, b.interest) }\nend }\n"};
    plim_program program;
    read_texts(&program, text, 1);
    double *value = evaluate(&program, &example);
    for (int t = 0; t < 5; t++)
        near(value[program.scenarios[0].pd[t]], expected[t], 1e-12);
    free(value);
    plim_program_free(&program);
}

/* At the closing allowance price of 2024 the cost is 1.950 % of revenue. Passed on to a third at an
   elasticity of 0.5, with four fifths of cost variable, the rest follows by hand. */
static void test_cost_and_demand(void **state)
{
    (void)state;
    static const char *const text[] = {
        HEAD
        "drivers = { paid_share = pathway { reference = 0, [2026] = 1 }, carbon_price = pathway {\n"
        "  unit = 'CNY/tCO2e', reference = 0, [2026] = 97.49 } },\n"
        "borrower = function (b, d, before)\n"
        "  local cost = firm.carbon_cost(b, d)\n"
        "  local ebit = firm.income(b, cost, { pass_through = 0.3, elasticity = 0.5 })\n"
        "  local equity = firm.equity_after(b.equity, ebit - b.interest)\n"
        "  if d.year == 2026 then return { pd = cost / b.revenue } end\n"
        "  if d.year == 2027 then return { pd = ebit / b.revenue } end\n"
        "  if d.year == 2028 then return { pd = equity / b.revenue } end\n"
        "  if d.year == 2029 then return { pd = firm.leverage(b.debt, b.equity) } end\n"
        "  return { pd = firm.carbon_cost(b, d, { scopes = { 'scope1', 'scope2' },\n"
        "    free_allocation = 0.5, abatement = 0.2, power_share = 0.1 }) / b.revenue }\nend }\n"};
    plim_program program;
    read_texts(&program, text, 1);
    double *value = evaluate(&program, &example);
    const plim_scenario *s = &program.scenarios[0];
    double cost = 97.49 * 20000, price = 0.3 * cost / 100e6, v = 1 - 0.5 * price;
    double ebit = 100e6 * (1 + price) * v - 87e6 * (0.8 * v + 0.2) - cost * v - 5e6;
    near(value[s->pd[0]], 0.019498, 1e-12);
    near(value[s->pd[1]], ebit / 100e6, 1e-12);
    near(value[s->pd[2]], (60e6 + 0.75 * (ebit - 4e6)) / 100e6, 1e-12);
    near(value[s->pd[3]], 80.0 / 140, 1e-12);
    near(value[s->pd[4]], 97.49 * (20000 * 0.5 * 0.8 + 0.1 * 7000) / 100e6, 1e-12);
    free(value);
    plim_program_free(&program);
}

/* Prices fall by a tenth, inputs cost 3 million more of which half is passed on; a loss of 2.5
 * million is not taxed. */
static void test_prices_and_inputs(void **state)
{
    (void)state;
    static const char *const text[] = {
        HEAD "drivers = { fall = pathway { reference = 0, [2026] = -0.1 } },\n"
             "borrower = function (b, d, before)\n"
             "  local ebit = firm.income(b, firm.nothing(b), { price_change = d.fall })\n"
             "  if d.year == 2026 then return { pd = ebit / b.revenue } end\n"
             "  ebit = firm.income(b, firm.nothing(b) + 3e6, { pass_through = 0.5 })\n"
             "  if d.year == 2027 then return { pd = ebit / b.revenue } end\n"
             "  local loss = firm.nothing(b) - 2.5e6\n"
             "  if d.year == 2028 then return { pd = firm.tax(loss) / b.revenue } end\n"
             "  if d.year == 2029 then return { pd = firm.equity_after(b.equity, loss) / b.revenue "
             "} end\n"
             "  return { pd = firm.tax(-loss, { tax = 0.2 }) / b.revenue }\nend }\n"};
    static const double expected[] = {-0.02, 0.065, 0, 0.575, 0.005};
    plim_program program;
    read_texts(&program, text, 1);
    double *value = evaluate(&program, &example);
    for (int t = 0; t < 5; t++)
        near(value[program.scenarios[0].pd[t]], expected[t], 1e-14);
    free(value);
    plim_program_free(&program);
}

/* ---- PD ---- */

#define PRICED(name, price)                                                                        \
    "local firm = require 'firm'\n"                                                                \
    "return scenario { name = '" name                                                              \
    "', title = { en = 's', zh = 's' }, years = { 2026, 2030 },\n"                                 \
    "drivers = { paid_share = pathway { reference = 0, [2026] = 1 },\n"                            \
    "  carbon_price = pathway { unit = 'CNY/tCO2e', reference = 0, [2026] = " price " } },\n"      \
    "borrower = function (b, d, before) return firm.respond(b, d, before) end }\n"

static const char *const ladder[] = {PRICED("p0", "0"),   PRICED("p1", "50"),  PRICED("p2", "150"),
                                     PRICED("p3", "210"), PRICED("p4", "390"), PRICED("p5", "450")};
enum { LADDER_COUNT = sizeof ladder / sizeof *ladder };

/* Log-odds move by 1.5 ln(cover lost) and 4 x (leverage gained). */
static void test_shift_of_log_odds(void **state)
{
    (void)state;
    plim_program program;
    read_texts(&program, ladder, LADDER_COUNT);
    double *value = evaluate(&program, &example);
    double pd = value[program.scenarios[2].pd[0]]; /* 150 CNY/t: EBIT 5 million */
    double equity = 60e6 + 0.75 * 1e6, equity0 = 60e6 + 0.75 * 4e6;
    double shift = 1.5 * log(2.0 / 1.25) + 4 * (80e6 / (80e6 + equity) - 80e6 / (80e6 + equity0));
    near(log(pd / (1 - pd)), log(0.01 / 0.99) + shift, 1e-12);
    assert_true(value[program.scenarios[0].pd[0]] == 0.01);
    free(value);
    plim_program_free(&program);
}

/* With profitability = "roa": 8 x (profit lost over assets of the book) + 4 x (leverage gained);
   with cash besides 0.5 x (cash lost over debt): at 150 CNY/t the profit falls from 4 to 1 million,
   taxed, and adds up. */
static void test_shift_by_return_and_cash(void **state)
{
    (void)state;
    static const char *const text[] = {
        HEAD "drivers = { paid_share = pathway { reference = 0, [2026] = 1 },\n"
             "  carbon_price = pathway { unit = 'CNY/tCO2e', reference = 0, [2026] = 150 } },\n"
             "borrower = function (b, d, before)\n"
             "  return firm.respond(b, d, before, { profitability = 'roa', cash = true }) end }\n",
        "local firm = require 'firm'\n"
        "return scenario { name = 'pd', title = { en = 's' }, years = { 2026, 2030 },\n"
        "drivers = { loss = pathway { unit = 'CNY', reference = 0, [2026] = 3e6 } },\n"
        "borrower = function (b, d)\n"
        "  local ebit, profit = firm.income(b, firm.nothing(b), { extra_cost = d.loss })\n"
        "  local o = { profitability = 'roa', cash = true }\n"
        "  return { pd = firm.pd(b, ebit, firm.equity_after(b.equity, profit), o,\n"
        "    firm.cash_after(b, b.cash, profit)) } end }\n"};
    plim_program program;
    read_texts(&program, text, 2);
    double *value = evaluate(&program, &example);
    for (int t = 0; t < 5; t++) {
        double pd = value[program.scenarios[0].pd[t]];
        double equity = 60e6 + (t + 1) * 0.75e6, equity0 = 60e6 + (t + 1) * 3e6;
        double cash = 16e6 + (t + 1) * 5.75e6, cash0 = 16e6 + (t + 1) * 8e6;
        double shift = 8 * (3e6 / 140e6) + 4 * (80e6 / (80e6 + equity) - 80e6 / (80e6 + equity0)) +
                       0.5 * (cash0 - cash) / 80e6;
        near(log(pd / (1 - pd)), log(0.01 / 0.99) + shift, 1e-12);
        near(value[program.scenarios[0].pd_reference[t]], 0.01, 0);
        if (t == 0) /* the same in one year, by firm.pd */
            near(value[program.scenarios[1].pd[t]], pd, 1e-15);
    }
    free(value);
    plim_program_free(&program);
}

static void test_rules_at_cover_one_and_zero(void **state)
{
    (void)state;
    plim_program program;
    read_texts(&program, ladder, LADDER_COUNT);
    static const double pds[] = {1e-6, 0.001, 0.01, 0.1, 0.3, 0.5, 0.9};
    for (size_t i = 0; i < sizeof pds / sizeof *pds; i++) {
        firm f = example;
        f.pd = pds[i];
        f.interest = 3.99e6;        /* 200 CNY/t leaves a cover of 1.0025 */
        f.operating_cost += 3.95e6; /* cover 1.015 before, 0.964 at 10 CNY/t would do; 50 crosses */
        double *value = evaluate(&program, &f);
        double least = pds[i] < 1.0 / 3 ? 2 * pds[i] : (1 + pds[i]) / 2;
        assert_true(value[program.scenarios[1].pd[0]] >= least);
        /* EBIT 4.05 million against 9 million of carbon cost */
        assert_true(value[program.scenarios[5].pd[0]] >= 0.2);
        free(value);
    }
    plim_program_free(&program);
}

/* A firm that pays no interest has no cover to lose: only the rule on EBIT holds. */
static void test_no_interest_no_cover(void **state)
{
    (void)state;
    plim_program program;
    read_texts(&program, ladder, LADDER_COUNT);
    firm f = example;
    f.interest = 0;
    f.pd = 0.15;
    f.debt = 0;
    double *value = evaluate(&program, &f);
    near(value[program.scenarios[5].pd[0]], 0.2, 1e-15); /* EBIT 8 - 9 million */
    free(value);
    plim_program_free(&program);
}

/* A firm whose cover lies below 1 and whose EBIT is negative already is not punished for it. */
static void test_rules_look_at_changes_only(void **state)
{
    (void)state;
    plim_program program;
    read_texts(&program, ladder, LADDER_COUNT);
    firm f = example;
    f.operating_cost = 96e6; /* EBIT -1 million */
    double *value = evaluate(&program, &f);
    near(value[program.scenarios[0].pd[0]], 0.01, 0);
    assert_true(value[program.scenarios[5].pd[0]] < 0.2);
    assert_true(value[program.scenarios[5].pd[0]] > 0.01);
    free(value);
    plim_program_free(&program);
}

static void test_monotone_in_price(void **state)
{
    (void)state;
    plim_program program;
    read_texts(&program, ladder, LADDER_COUNT);
    for (int k = 0; k < 40; k++) {
        firm f = example;
        f.pd = 0.001 * (k + 1);
        f.interest = 0.4e6 * (k % 12);
        f.equity = 4e6 * (k % 7) - 2e6;
        f.operating_cost = 82e6 + 0.4e6 * k;
        double *value = evaluate(&program, &f);
        for (int t = 0; t < 5; t++) {
            for (size_t s = 1; s < LADDER_COUNT; s++) {
                const plim_scenario *low = &program.scenarios[s - 1], *high = &program.scenarios[s];
                assert_true(value[high->pd[t]] >= value[low->pd[t]]);
                assert_true(value[high->fails[t]] >= value[low->fails[t]]);
            }
        }
        free(value);
    }
    plim_program_free(&program);
}

static void test_insolvency(void **state)
{
    (void)state;
    plim_program program;
    read_texts(&program, ladder, LADDER_COUNT);
    firm f = example;
    f.equity = 5e6; /* at 450 CNY/t the firm loses 5 million a year after interest: the second year
                       is too much */
    double *value = evaluate(&program, &f);
    const plim_scenario *s = &program.scenarios[5];
    assert_true(value[s->fails[0]] == 0);
    assert_true(value[s->fails[1]] == 1);
    assert_true(value[s->fails_reference[4]] == 0);
    free(value);
    plim_program_free(&program);
}

/* Half of scope 1 is free: only the paid half of the price makes abating pay. 200 CNY/t x 0.5 lies
   where the curve has 5 %, of which three tenths are done in the first year. */
static void test_abatement_of_what_is_paid(void **state)
{
    (void)state;
    static const char *const text[] = {
        HEAD
        "drivers = { paid_share = pathway { reference = 0, [2026] = 1 }, carbon_price = pathway {\n"
        "  unit = 'CNY/tCO2e', reference = 0, [2026] = 200 } }, initial = { abatement = 0 },\n"
        "borrower = function (b, d, before)\n"
        "  local bill, abated = firm.carbon_bill(b, d, before,\n"
        "    { abatement_curve = true, free_allocation = 0.5 })\n"
        "  return { pd = bill / b.revenue, state = { abatement = abated } }\nend }\n"};
    plim_program program;
    read_texts(&program, text, 1);
    double *value = evaluate(&program, &example);
    double abated = 0.3 * 0.05,
           cost = abated * abated * 2000 / 2; /* the curve rises by 100 over 5 % */
    near(value[program.scenarios[0].pd[0]], 20000 * (100 * (1 - abated) + cost) / 100e6, 1e-15);
    free(value);
    plim_program_free(&program);
}

/* ---- odd firms ---- */

static void test_odd_firms_stay_finite(void **state)
{
    (void)state;
    plim_program program;
    read_texts(&program, ladder, LADDER_COUNT);
    firm odd[12];
    for (size_t i = 0; i < 12; i++)
        odd[i] = example;
    odd[0].interest = 0;
    odd[1].equity = -500e6;
    odd[2].pd = 0;
    odd[3].pd = 1;
    odd[4].revenue = 0;
    odd[5].debt = 0;
    odd[5].equity = 0;
    odd[6].scope1 = 0;
    odd[7].interest = 1e-9;
    odd[8].equity = -80e6;
    odd[9].revenue = 1e15;
    odd[10].interest = 1e15;
    odd[11].operating_cost = 1e15;
    for (size_t i = 0; i < 12; i++) {
        double *value = evaluate(&program, &odd[i]);
        for (size_t s = 0; s < LADDER_COUNT; s++)
            for (int t = 0; t < 5; t++) {
                const plim_scenario *scenario = &program.scenarios[s];
                double pd = value[scenario->pd[t]];
                if (!(pd >= 0 && pd <= 1))
                    fail_msg("firm %zu, scenario %zu, year %d: pd %g", i, s, t, pd);
                assert_true(value[scenario->pd_reference[t]] == odd[i].pd);
            }
        free(value);
    }
    plim_program_free(&program);
}

static void test_missing_stays_missing(void **state)
{
    (void)state;
    plim_program program;
    read_texts(&program, ladder, LADDER_COUNT);
    for (int k = 0; k < 7; k++) {
        firm f = example;
        double *const input[] = {&f.revenue, &f.operating_cost, &f.depreciation, &f.interest,
                                 &f.debt,    &f.equity,         &f.scope1};
        *input[k] = MISSING;
        double *value = evaluate(&program, &f);
        assert_true(isnan(value[program.scenarios[3].pd[0]]));
        free(value);
    }
    plim_program_free(&program);
}

static void test_unknown_option(void **state)
{
    (void)state;
    static const char *const text =
        HEAD "borrower = function (b, d, before)\n"
             "  return firm.respond(b, d, before, { passthrough = 0.3 }) end }\n";
    char path[] = "/tmp/plimsoll-option-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    const char *paths[] = {path};
    plim_schema schema = {0};
    plim_script_loader loader = {.lib_dir = LIBRARY};
    plim_program program = {0};
    plim_error err = {0};
    assert_int_equal(plim_script_read(&program, paths, 1, NULL, &schema, &loader, &err),
                     PLIM_INPUT);
    assert_non_null(strstr(err.message, "there is no option 'passthrough'"));
    plim_program_free(&program);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cover_ladder),
        cmocka_unit_test(test_cost_and_demand),
        cmocka_unit_test(test_prices_and_inputs),
        cmocka_unit_test(test_shift_of_log_odds),
        cmocka_unit_test(test_shift_by_return_and_cash),
        cmocka_unit_test(test_rules_at_cover_one_and_zero),
        cmocka_unit_test(test_no_interest_no_cover),
        cmocka_unit_test(test_rules_look_at_changes_only),
        cmocka_unit_test(test_monotone_in_price),
        cmocka_unit_test(test_insolvency),
        cmocka_unit_test(test_abatement_of_what_is_paid),
        cmocka_unit_test(test_odd_firms_stay_finite),
        cmocka_unit_test(test_missing_stays_missing),
        cmocka_unit_test(test_unknown_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
