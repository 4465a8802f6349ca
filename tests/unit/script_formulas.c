/* What traced formulas compute, against numbers worked out apart. */
#include "../support/script_fixture.h"

#include "math/functions.h"

static const fixture_value firm[] = {
    {"pd", NULL, 0.02},          {"rho", NULL, 0.15},
    {"revenue", NULL, 1e8},      {"operating_cost", NULL, 9e7},
    {"depreciation", NULL, 1e6}, {"interest", NULL, 2e6},
    {"debt", NULL, 5e7},         {"equity", NULL, 1e6},
    {"cash", NULL, 300.0},       {"scope1", NULL, 20000.0},
    {"household", NULL, 0.0},    {"资产负债率", NULL, 0.6},
    {"sector", "C3071", 0.0},    {"region", "500153", 0.0},
    {"env_credit", "red", 0.0},  {"balance", NULL, 1e6},
    {"lgd", NULL, 0.45},         {"undrawn", NULL, 2e5},
    {"ccf", NULL, 0.4},          {"purpose", "kiln", 0.0},
    {NULL, NULL, 0.0},
};

/* The value of an expression of b, d, before in the second year (2027: price 120, share 0.5). */
static double second_year(const char *expression)
{
    char fields[3000];
    plim_program program = {0};
    plim_error err = {0};
    snprintf(fields, sizeof fields,
             "borrower = function (b, d, before)\nlocal x = %s\nreturn { pd = x / at_reference(1), "
             "state = { "
             "equity = before.equity - d.price * b.scope1 } } end,",
             expression);
    if (fixture_try(&program, fixture_scenario(fields), &err) != PLIM_OK)
        fail_msg("%s: %s", expression, err.message);
    double value = fixture_value_of(&program, program.scenarios[0].pd[1], firm);
    plim_program_free(&program);
    return value;
}

static void test_values(void **state)
{
    (void)state;
    const struct {
        const char *expression;
        double value;
    } cases[] = {
        {"b.pd", 0.02},
        {"b.pd + b.rho", 0.02 + 0.15},
        {"2 - b.pd", 2.0 - 0.02},
        {"b.revenue / b.debt", 2.0},
        {"b.pd ^ 2", 0.02 * 0.02},
        {"(b.debt / b.revenue) ^ 0.5", plim_pow(0.5, 0.5)},
        {"-b.pd", -0.02},
        {"b.cash / b.equity", 3.0}, /* 300 万元 */
        {"d.price * b.scope1 / b.revenue", 120.0 * 20000.0 / 1e8},
        {"d.share", 0.5},
        {"d.year + 0 * b.pd", 2027.0},
        {"at_reference(d.price) * b.scope1 / b.revenue", 70.0 * 20000.0 / 1e8},
        {"at_reference(b.pd * d.price) / d.price", 0.02 * 70.0 / 120.0},
        {"at_reference(7) + b.pd - b.pd", 7.0},
        {"before.equity / b.equity", (1e6 - 70.0 * 20000.0) / 1e6},
        {"at_reference(before.equity - d.price * b.scope1) / b.equity",
         (1e6 - 2 * 70.0 * 20000.0) / 1e6},
        {"b[\"资产负债率\"]", 0.6},
        {"min(b.pd, b.rho, 0.01)", 0.01},
        {"max(b.pd, b.rho, 0.01)", 0.15},
        {"max(b.pd)", 0.02},
        {"abs(b.pd - b.rho)", 0.15 - 0.02},
        {"exp(b.pd)", plim_exp(0.02)},
        {"log(b.pd)", plim_log(0.02)},
        {"sqrt(b.pd)", sqrt(0.02)},
        {"sqrt(b.revenue * b.debt) / b.debt", sqrt(5e15) / 5e7},
        {"floor(b.pd * 120)", 2.0},
        {"clip(b.pd, 0.03, 0.1)", 0.03},
        {"clip(b.rho, 0.03, 0.1)", 0.1},
        {"where(lt(b.pd, b.rho), 3, 4)", 3.0},
        {"where(b.pd:ge(b.rho), 3, 4)", 4.0},
        {"where(1, b.pd, 4)", 0.02},
        {"all(b.pd:lt(1), b.rho:lt(1), 1)", 1.0},
        {"all(b.pd)", 1.0},
        {"all(b.pd:lt(1), b.household)", 0.0},
        {"any(b.household, b.pd:gt(1))", 0.0},
        {"any(b.household, b.pd)", 1.0},
        {"any(b.rho)", 1.0},
        {"no(b.household)", 1.0},
        {"eq(b.pd, 0.02)", 1.0},
        {"b.pd:eq(0.03)", 0.0},
        {"b.pd:le(0.02) + b.pd:gt(0.02)", 1.0},
        {"normal_cdf(b.pd)", plim_normal_cdf(0.02)},
        {"normal_inv(b.pd)", plim_normal_inv(0.02)},
        {"logistic(logit(b.pd) + 1)", plim_logistic(plim_logit(0.02) + 1.0)},
        {"interp(b.pd, { 0, 0.04 }, { 1, 3 })", 2.0},
        {"interp(b.pd, { 0.03, 0.04 }, { 1, 3 })", 1.0},
        {"curve { { 0, 1 }, { 0.1, 2 }, { 0.2, 4 } }(b.rho)", 3.0},
        {"curve { { 0, 1 }, { 0.1, 2 } }(0.05) + b.pd * 0", 1.5},
        {"proxy(b.pd, 3)", 0.02},
        {"percent(b.pd)", 0.02 / 100},
        {"percent(5) * b.pd", 0.05 * 0.02},
        {"table_by(b.sector, { C30 = 0.3, C307 = 0.4, default = 0.1 })", 0.4},
        {"table_by(b.sector, { C31 = 0.3 }, 0.7)", 0.7},
        {"table_by(b.region, { [500153] = 0.25, [50] = 0.5, default = 0 })", 0.25},
        {"b.sector_is(\"C30\")", 1.0},
        {"b.sector_is(\"A\", \"C31\")", 0.0},
        {"b.sector_is({ \"A\", \"C\" })", 1.0},
        {"b:sector_is(\"C\")", 1.0},
        {"b.region_is(\"5001\")", 1.0},
        {"eq(b.env_credit, \"red\")", 1.0},
        {"b.env_credit:eq(\"blue\")", 0.0},
        {"eq(\"red\", b.env_credit)", 1.0},
        {"2 ^ 0.5 * b.pd", plim_pow(2.0, 0.5) * 0.02},
        {"math.exp(1) * b.pd", plim_exp(1.0) * 0.02},
        {"logit(0.3) * b.pd", plim_logit(0.3) * 0.02},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = second_year(cases[i].expression);
        if (!(fabs(value - cases[i].value) <= 1e-15 * fabs(cases[i].value)))
            fail_msg("%s is %.17g, not %.17g", cases[i].expression, value, cases[i].value);
    }
}

/* The example of the design, step by step, for a firm in three years. */
static const char *const ceramics =
    "applies  = function (b) return b.sector_is(\"C307\") end,\n"
    "borrower = function (b, d, before)\n"
    "  local cost   = d.price * d.share * b.scope1\n"
    "  local ebit   = b.revenue - b.operating_cost - b.depreciation - cost\n"
    "  local profit = ebit - b.interest\n"
    "  local equity = before.equity + profit - 0.25 * max(profit, 0)\n"
    "  local cover  = log(max(ebit / max(b.interest, 1), 0.1))\n"
    "  return {\n"
    "    pd      = logistic(logit(b.pd) - 1.5 * (cover - at_reference(cover))),\n"
    "    default = equity:lt(0),\n"
    "    state   = { equity = equity },\n"
    "  }\n"
    "end,\n"
    "loan = function (l, b, d)\n"
    "  return { lgd = l.lgd * (1 + 0.1 * d.share) + 0.05 * l.purpose_is(\"kiln\"),\n"
    "           ead = l.balance + l.ccf * l.undrawn * (d.year - 2025) }\n"
    "end,";

static void test_the_example(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    assert_int_equal(fixture_try(&program, fixture_scenario(ceramics), &err), PLIM_OK);
    const plim_scenario *s = &program.scenarios[0];
    double equity = 1e6, equity_reference = 1e6;
    assert_true(fixture_value_of(&program, s->applies, firm) == 1.0);
    for (int t = 0; t < 3; t++) {
        double price = 70.0 + 50.0 * t, cover[2], *states[] = {&equity, &equity_reference};
        for (int reference = 0; reference < 2; reference++) {
            double cost = (reference ? 70.0 : price) * 0.5 * 20000.0;
            double ebit = 1e8 - 9e7 - 1e6 - cost, profit = ebit - 2e6;
            *states[reference] = *states[reference] + profit - 0.25 * (profit > 0 ? profit : 0.0);
            double ratio = ebit / 2e6;
            cover[reference] = plim_log(ratio > 0.1 ? ratio : 0.1);
        }
        double pd = plim_logistic(plim_logit(0.02) - 1.5 * (cover[0] - cover[1]));
        assert_true(fixture_value_of(&program, s->pd[t], firm) == pd);
        assert_true(fixture_value_of(&program, s->fails[t], firm) == (equity < 0));
        assert_true(fixture_value_of(&program, s->fails_reference[t], firm) ==
                    (equity_reference < 0));
        double at_rest = plim_logistic(plim_logit(0.02) - 1.5 * (cover[1] - cover[1]));
        assert_true(fixture_value_of(&program, s->pd_reference[t], firm) == at_rest);
        double lgd = 0.45 * (1 + 0.1 * 0.5) + 0.05;
        assert_true(fixture_value_of(&program, s->lgd[t], firm) == lgd);
        assert_true(fixture_value_of(&program, s->ead[t], firm) == 1e6 + 0.4 * 2e5 * (t + 1));
        assert_int_equal(program.graph.nodes[s->pd[t]].level, PLIM_LEVEL_BORROWER);
        assert_int_equal(program.graph.nodes[s->lgd[t]].level, PLIM_LEVEL_LOAN);
    }
    assert_int_equal(s->first_year, 2026);
    assert_int_equal(s->last_year, 2028);
    plim_program_free(&program);
}

/* Which columns the run needs. */
static void test_columns_used(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    plim_names borrower = {0}, loan = {0};
    assert_int_equal(fixture_try(&program, fixture_scenario(ceramics), &err), PLIM_OK);
    assert_int_equal(plim_program_columns(&program, BORROWER, &borrower, &err), PLIM_OK);
    assert_int_equal(plim_program_columns(&program, LOAN, &loan, &err), PLIM_OK);
    static const char *const of_borrowers[] = {"sector",         "pd",           "revenue",
                                               "operating_cost", "depreciation", "interest",
                                               "equity",         "scope1"};
    static const char *const of_loans[] = {"lgd", "purpose", "balance", "ccf", "undrawn"};
    for (size_t i = 0; i < sizeof of_borrowers / sizeof *of_borrowers; i++)
        assert_true(plim_names_find(&borrower, of_borrowers[i]) != PLIM_NO_NAME);
    for (size_t i = 0; i < sizeof of_loans / sizeof *of_loans; i++)
        assert_true(plim_names_find(&loan, of_loans[i]) != PLIM_NO_NAME);
    assert_int_equal(borrower.count, sizeof of_borrowers / sizeof *of_borrowers);
    assert_int_equal(loan.count, sizeof of_loans / sizeof *of_loans);
    plim_names_free(&borrower);
    plim_names_free(&loan);
    plim_program_free(&program);
}

/* Every node knows where in the script it was made. */
static void test_places(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    char path[300];
    assert_int_equal(fixture_try(&program, fixture_scenario(ceramics), &err), PLIM_OK);
    const plim_expr *pd = &program.graph.nodes[program.scenarios[0].pd[0]];
    fixture_path(path, sizeof path, "s.lua");
    assert_int_equal(pd->line, 11);
    assert_string_equal(program.graph.symbols.text[pd->file], path);
    plim_program_free(&program);
}

static const char *const initial_forms[] = {
    "initial = { stock = 3, equity = 5 },",
    "initial = function (b) return { stock = b.pd * 150, equity = 250 * b.pd } end,",
};

static void test_initial(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char fields[1000];
        plim_program program = {0};
        plim_error err = {0};
        snprintf(fields, sizeof fields,
                 "%s borrower = function (b, d, before)\n return { pd = before.stock + 0.1 * "
                 "before.equity,\n"
                 " state = { stock = before.stock + 1, equity = 7 } } end,",
                 initial_forms[i]);
        if (fixture_try(&program, fixture_scenario(fields), &err) != PLIM_OK)
            fail_msg("%s", err.message);
        const plim_scenario *s = &program.scenarios[0];
        fixture_near(fixture_value_of(&program, s->pd[0], firm), 3.5, 1e-12);
        fixture_near(fixture_value_of(&program, s->pd[1], firm), 4.7, 1e-12);
        fixture_near(fixture_value_of(&program, s->pd[2], firm), 5.7, 1e-12);
        plim_program_free(&program);
    }
}

/* Absent functions and results leave the baseline. */
static void test_nothing_said(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    assert_int_equal(
        fixture_try(&program, fixture_scenario("borrower = function () return {} end,"), &err),
        PLIM_OK);
    const plim_scenario *s = &program.scenarios[0];
    assert_true(s->applies == PLIM_NO_NODE);
    for (int t = 0; t < PLIM_MAX_YEARS; t++)
        assert_true(s->pd[t] == PLIM_NO_NODE && s->fails[t] == PLIM_NO_NODE &&
                    s->pd_reference[t] == PLIM_NO_NODE && s->lgd[t] == PLIM_NO_NODE);
    assert_string_equal(s->source_en, "");
    assert_string_equal(s->note_zh, "");
    assert_int_equal(s->n_drivers, 2);
    assert_string_equal(s->drivers[0].name, "price");
    assert_string_equal(s->drivers[0].unit_text, "CNY/tCO2e");
    plim_program_free(&program);
}

double __real_pow(double x, double y);

/* `^` on plain numbers has our bits, not those of the machine's libm: tried where the two differ.
 */
static void test_power_of_plain_numbers(void **state)
{
    (void)state;
    int tried = 0;
    for (int i = 1; i < 200000 && tried < 5; i++) {
        double x = 1.0 + (double)i / 7.0, y = 0.1 + (double)(i % 13) / 17.0;
        if (plim_pow(x, y) == __real_pow(x, y))
            continue;
        char expression[200];
        snprintf(expression, sizeof expression, "(1 + %d / 7) ^ (0.1 + %d / 17) + 0 * b.pd", i,
                 i % 13);
        assert_true(second_year(expression) == plim_pow(x, y));
        tried++;
    }
    assert_int_equal(tried, 5);
}

/* Units of drivers are turned to base units; references may be pathways. */
static void test_drivers(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    const char *text =
        "return scenario { name = \"s\", title = { zh = \"中\" }, years = { 2026, 2030 }, drivers "
        "= "
        "{\n a = pathway { unit = \"万元\", [2026] = 1, [2030] = 3 },\n"
        " b = pathway { unit = \"CNY/MWh\", reference = pathway { unit = \"CNY/kWh\", [2026] = 2, "
        "[2030] = 4 }, [2027] = 500 },\n"
        " c = pathway { reference = 0.25, [2020] = 1, [2028] = 2 }, e = 7 } }";
    assert_int_equal(fixture_try(&program, text, &err), PLIM_OK);
    const plim_driver *d = program.scenarios[0].drivers;
    assert_true(plim_pathway_at(&d[0].path, 2028) == 20000.0);
    assert_true(plim_pathway_at(&d[0].reference, 2030) == 10000.0); /* its first point */
    fixture_near(plim_pathway_at(&d[1].path, 2026), 0.5, 1e-15);
    assert_true(plim_pathway_at(&d[1].reference, 2028) == 3.0);
    assert_true(plim_pathway_at(&d[2].path, 2024) == 1.5);
    assert_true(plim_pathway_at(&d[2].path, 2040) == 2.0);
    assert_true(plim_pathway_at(&d[2].reference, 2040) == 0.25);
    assert_true(plim_pathway_at(&d[3].path, 2026) == 7.0);
    assert_true(plim_pathway_at(&d[3].reference, 2026) == 7.0);
    assert_string_equal(program.scenarios[0].title_en, "中");
    plim_program_free(&program);
}

/* `source` and `note`: one text for both languages, or a text each; one stands for both. */
static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *field, *en, *zh;
    } cases[] = {
        {"\"plain\"", "plain", "plain"},
        {"{ en = \"e\", zh = \"中\" }", "e", "中"},
        {"{ zh = \"中\" }", "中", "中"},
        {"{ en = \"e\" }", "e", "e"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char fields[200];
        plim_program program = {0};
        plim_error err = {0};
        snprintf(fields, sizeof fields, "source = %s, note = %s,", cases[i].field, cases[i].field);
        assert_int_equal(fixture_try(&program, fixture_scenario(fields), &err), PLIM_OK);
        const plim_scenario *s = &program.scenarios[0];
        assert_string_equal(s->source_en, cases[i].en);
        assert_string_equal(s->source_zh, cases[i].zh);
        assert_string_equal(s->note_en, cases[i].en);
        assert_string_equal(s->note_zh, cases[i].zh);
        plim_program_free(&program);
    }
}

/* The script's own columns, and what the book says of them. */
static void test_own_columns(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    const char *fields =
        "columns = { staff = \"\", wages = \"万元\", grade = \"text\", rho = \"t\" },\n"
        "borrower = function (b)\n return { pd = b.wages / b.debt * b.staff * eq(b.grade, "
        "\"x\") * b.rho / b.rho } end,";
    if (fixture_try(&program, fixture_scenario(fields), &err) != PLIM_OK)
        fail_msg("%s", err.message);
    const fixture_value own[] = {{"staff", NULL, 2.0}, {"wages", NULL, 3.0}, {"debt", NULL, 5e7},
                                 {"grade", "x", 0.0},  {"rho", NULL, 0.1},   {NULL, NULL, 0.0}};
    fixture_near(fixture_value_of(&program, program.scenarios[0].pd[0], own), 30000.0 / 5e7 * 2.0,
                 1e-18);
    plim_program_free(&program);
}

/* Two readings of the same text give the same graph, node for node. */
static void test_the_same_graph(void **state)
{
    (void)state;
    const char *fields =
        "borrower = function (b, d)\n local t = { z = b.pd, a = b.rho, m = b.debt / b.revenue, "
        "[3] = 0.1, [1] = b.interest / b.debt } local s = 0\n"
        " for k, v in pairs(t) do s = s + v * #tostring(k) end return { pd = s } end,";
    plim_program first = {0}, second = {0};
    plim_error err = {0};
    assert_int_equal(fixture_try(&first, fixture_scenario(fields), &err), PLIM_OK);
    assert_int_equal(fixture_try(&second, fixture_scenario(fields), &err), PLIM_OK);
    assert_int_equal(first.graph.count, second.graph.count);
    for (size_t i = 0; i < first.graph.count; i++) {
        assert_int_equal(first.graph.nodes[i].op, second.graph.nodes[i].op);
        assert_int_equal(first.graph.nodes[i].symbol, second.graph.nodes[i].symbol);
        assert_memory_equal(first.graph.nodes[i].arg, second.graph.nodes[i].arg,
                            sizeof(plim_node[3]));
        assert_true(first.graph.nodes[i].value == second.graph.nodes[i].value);
    }
    plim_program_free(&first);
    plim_program_free(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_the_example),
        cmocka_unit_test(test_columns_used),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_initial),
        cmocka_unit_test(test_nothing_said),
        cmocka_unit_test(test_power_of_plain_numbers),
        cmocka_unit_test(test_drivers),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_own_columns),
        cmocka_unit_test(test_the_same_graph),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
