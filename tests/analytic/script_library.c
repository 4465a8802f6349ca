/* The libraries of scenarios/lib that are plain formulas, traced in the sandbox: values worked out
 * by hand or published, and what each formula promises. firm.lua and the shipped scenarios have
 * their own programs. */
#include "../support/traced_firm.h"

/* ---- one expression a year ---- */

typedef struct vector {
    const char *expression; /* Lua; may use b, l, d, cny (1 CNY) and the libraries of the head */
    double expected, tolerance;
} vector;

enum { MOST_TEXT = 16000 };

/* Reads a script whose PD in year 2000 + k is the k-th expression, and checks its value for the
 * firm. */
static void check_for(const firm *f, const char *head, const vector *vectors, size_t n)
{
    char *text = malloc(MOST_TEXT);
    assert_non_null(text);
    int length =
        snprintf(text, MOST_TEXT, "%s\nlocal function values(b, l, d, cny) return {\n", head);
    for (size_t i = 0; i < n; i++)
        length +=
            snprintf(text + length, MOST_TEXT - (size_t)length, "  %s,\n", vectors[i].expression);
    length += snprintf(
        text + length, MOST_TEXT - (size_t)length,
        "} end\nreturn scenario { name = 's', title = { en = 's' }, years = { 2001, %zu },\n"
        "drivers = { price = pathway { unit = 'CNY/tCO2e', reference = 100, [2001] = 200 },\n"
        "  tariff = pathway { unit = 'CNY/kWh', reference = 0.6, [2001] = 0.7 },\n"
        "  red = pathway { unit = 'CNY/kWh', [2001] = 0.05 },\n"
        "  black = pathway { unit = 'CNY/kWh', [2001] = 0.10 },\n"
        "  grid = pathway { unit = 'tCO2e/kWh', [2001] = 0.0005366 },\n"
        "  index = pathway { reference = 1, [2001] = 1.3 },\n"
        "  share = pathway { reference = 0.4, [2001] = 0.3 },\n"
        "  none = pathway { reference = 0, [2001] = 0.2 },\n"
        "  depth = pathway { unit = 'm', reference = 0, [2001] = 1 },\n"
        "  wet = pathway { unit = 'degC', reference = 24, [2001] = 35 },\n"
        "  summer = pathway { reference = 0, [2001] = 1 },\n"
        "  days = pathway { unit = 'day', reference = 0, [2001] = 73 },\n"
        "  weak = pathway { reference = 0.02, [2001] = 0.22 } },\n"
        "borrower = function (b, d)\n"
        "  return { pd = values(b, b, d, 0 * b.revenue + 1)[d.year - 2000] + 0 * b.pd } end }\n",
        2000 + n);
    assert_true(length < MOST_TEXT);
    plim_program program;
    read_texts(&program, (const char *const[]){text}, 1);
    double *value = evaluate(&program, f);
    for (size_t i = 0; i < n; i++) {
        double is = value[program.scenarios[0].pd[i]];
        if (!(fabs(is - vectors[i].expected) <= vectors[i].tolerance))
            fail_msg("%s is %.12g, not %.12g", vectors[i].expression, is, vectors[i].expected);
    }
    free(value);
    free(text);
    plim_program_free(&program);
}

#define CHECK_FOR(f, head, vectors) check_for(f, head, vectors, sizeof(vectors) / sizeof *(vectors))
#define CHECK(head, vectors)        CHECK_FOR(&example, head, vectors)

/* ---- PD ---- */

static void test_logit(void **state)
{
    (void)state;
    const vector vectors[] = {
        /* cover from 2 to 1 at -1.5: odds times 2^1.5 */
        {"logit.shift(0.01, logit.sum { { logit.betas.cover, log(1) - log(2) } })",
         0.01 * exp2(1.5) / (0.99 + 0.01 * exp2(1.5)), 1e-14},
        {"logit.shift(b.pd, 0)", 0.01, 0},
        {"logit.shift(0, 3)", 0, 0},
        {"logit.shift(1, -3)", 1, 0},
        {"logit.cover(8 * cny, 4 * cny)", 2, 0},
        {"logit.cover(8 * cny, 0 * cny)", 8, 0},
        {"logit.log_cover(8 * cny, 4 * cny)", log(2), 1e-15},
        {"logit.log_cover(-8 * cny, 4 * cny)", log(0.1), 1e-14},
        {"logit.log_cover(8e9 * cny, 4 * cny)", log(12.5), 1e-14},
        {"logit.log_cover(8 * cny, 0 * cny)", 0, 0},
        {"logit.leverage(80 * cny, 60 * cny)", 80.0 / 140, 1e-15},
        {"logit.leverage(80 * cny, -80 * cny)", 2, 0},
        {"logit.roa(7 * cny, 80 * cny, 60 * cny)", 0.05, 1e-15},
        {"logit.roa(-1e9 * cny, 80 * cny, 60 * cny)", -0.5, 0},
        {"logit.cash(30 * cny, 40 * cny)", 0.75, 0},
        {"logit.cash(30 * cny, 0 * cny)", 2, 0},
        {"logit.change(d.share)", -0.1, 1e-15},
        {"logit.pd(b.pd, { { 2, d.share }, { 5, d.index } })",
         1 / (1 + exp(-(log(0.01 / 0.99) - 0.2 + 1.5))), 1e-14},
        {"logit.at_least_double(0.01)", 0.02, 0},
        {"logit.at_least_double(0.5)", 0.75, 0},
    };
    CHECK("local logit = require 'logit'", vectors);
}

static void test_merton(void **state)
{
    (void)state;
    const vector vectors[] = {
        {"merton.distance(100 * cny, 70 * cny)", 1.50170, 5e-6},
        {"merton.pd(100 * cny, 70 * cny)", 0.066587, 5e-7},
        {"merton.distance(90 * cny, 70 * cny)", 1.08026, 5e-6},
        {"merton.pd(90 * cny, 70 * cny)", 0.140014, 5e-7},
        {"merton.default_point(50 * cny, 40 * cny) / cny", 70, 0},
        {"merton.distance(70 * cny, 70 * cny, { volatility = 0.2, drift = 0, horizon = 4 })", -0.2,
         1e-15},
        {"merton.shifted(0.066587, merton.distance(d.share / 0.4 * 100 * cny, 100 * d.share / "
         "d.share * cny))",
         0.5 * erfc(-(-1.501700 + log(1 / 0.75) / 0.25) / sqrt(2)), 3e-6},
        {"merton.shifted(b.pd, merton.distance(100 * cny, 70 * cny))", 0.01, 0},
        {"merton.shifted(0, -d.index)", 0, 0},
        {"merton.shifted(1, d.index)", 1, 0},
    };
    CHECK("local merton = require 'merton'", vectors);
}

static void test_altman(void **state)
{
    (void)state;
    const vector vectors[] = {
        {"altman.z { 0.1, 0.2, 0.1, 1, 1 }", 2.33, 1e-14},
        {"altman.z_emerging { 0.1, 0.2, 0.1, 1 }", 6.28, 1e-14},
        {"altman.zone(1.8)", 1, 0},
        {"altman.zone(1.81)", 2, 0},
        {"altman.zone(2.99)", 2, 0},
        {"altman.zone(3)", 3, 0},
        {"altman.moving_part(14 * cny, 80 * cny, 60 * cny)", 0.672 + 1.05 * 0.75, 1e-14},
        {"altman.moving_part(14 * cny, 0 * cny, 60 * cny)", 6.72 * 14 / 60 + 10.5, 1e-13},
        {"altman.pd(b.pd, altman.z { 0, 0, 0, 0, d.share })",
         1 / (1 + exp(-(log(0.01 / 0.99) + 0.1))), 1e-14},
        {"altman.pd(b.pd, altman.z { 0, 0, 0, 0, d.share }, -3)",
         1 / (1 + exp(-(log(0.01 / 0.99) + 0.3))), 1e-14},
    };
    CHECK("local altman = require 'altman'", vectors);
}

static void test_macro(void **state)
{
    (void)state;
    const vector vectors[] = {
        {"macro.shift(0.5, { { macro.betas.unemployment, 0.02 }, { macro.betas.house, -0.1 } })",
         0.15 + 0.24 + 0.2, 1e-14},
        {"macro.shift(0.5, {}, 0.8)", 0.4, 0},
        {"macro.sensitivity(b)", 15, 0}, /* C3071 */
        {"macro.downturn(b, -0.05, 0.1)", 0.03 + 0.75, 1e-14},
        {"macro.downturn(b, 0.05, 0)", 0, 0},
        {"macro.downturn_lgd(0.45, 0.05)", 0.5, 1e-15},
        {"macro.downturn_lgd(0.98, 0.05)", 1, 0},
        {"macro.downturn_lgd(1.2, 0.05)", 1.2, 0},
    };
    CHECK("local macro = require 'macro'", vectors);
}

/* ---- markets, carbon, energy ---- */

static void test_market(void **state)
{
    (void)state;
    const vector vectors[] = {
        {"select(1, market.pass_through(100 * cny, 10 * cny, { pass_through = 0.3, elasticity = "
         "0.5 }))",
         0.03, 1e-15},
        {"select(2, market.pass_through(100 * cny, 10 * cny, { pass_through = 0.3, elasticity = "
         "0.5 }))",
         -0.015, 1e-15},
        {"select(2, market.pass_through(1 * cny, 10 * cny, { pass_through = 1, elasticity = 1 }))",
         -1, 0},
        {"market.sector_pass_through(b)", 0.15, 0},
        {"market.sector_pass_through(b, 0)", 0, 0},
        {"market.share_change(d.share)", -0.25, 1e-15},
        {"market.share_change(d.none)", 0, 0},
        {"market.loan_value_change(100 * cny, market.share_change(d.share)) / cny", -25, 1e-13},
        {"market.loan_value_change(100 * cny, -0.25, { recovery = 0.4 }) / cny", -15, 1e-13},
        {"market.loan_value_change(100 * cny, -0.25, { sensitivity = 9 }) / cny", -100, 0},
    };
    CHECK("local market = require 'market'", vectors);
}

/* Curve (0, 0), (100, 5 %), (300, 15 %): at 100 CNY/t, the reference, 5 % is done already; at 200 5
   % more pays, at 100 to 200 CNY/t: 7.5 CNY for each tonne of scope 1. */
static void test_carbon(void **state)
{
    (void)state;
    const vector vectors[] = {
        {"carbon.abated(0, d.price)", 0.3 * 0.05, 1e-15},
        {"carbon.abated(0.02, d.price, { speed = 1 })", 0.05, 1e-15},
        {"carbon.abated(0.09, d.price)", 0.09, 0},
        {"carbon.abated(0, d.price, { speed = 1, most = 0.01 })", 0.01, 1e-15},
        {"at_reference(carbon.abated(0, d.price))", 0, 0},
        {"carbon.abatement_cost(b, 0.05, d.price) / cny", 20000 * 7.5, 1e-6},
        {"carbon.abatement_cost(b, 0.025, d.price) / cny", 20000 * (0.025 * 125), 1e-6},
        {"carbon.abatement_cost(b, 0.20, d.price) / cny", 20000 * (0.1 * 200 + 0.1 * 425), 1e-6},
        {"carbon.abatement_cost(b, 0, d.price) / cny", 0, 0},
        {"carbon.cost(b, { carbon_price = d.price, paid_share = 0.5 }) / cny", 2e6, 1e-6},
        {"carbon.cost(b, { carbon_price = d.price, paid_share = 0.5 }, { free_allocation = 0.2, "
         "abatement = 0.1, scopes = { 'scope1', 'scope2' }, power_share = 0.3 }) / cny",
         200 * (20000 * 0.5 * 0.8 * 0.9 + 0.3 * 7000), 1e-6},
    };
    CHECK("local carbon = require 'carbon'", vectors);
}

static void test_energy(void **state)
{
    (void)state;
    double kwh = 7000 / 0.0005366;
    const vector vectors[] = {
        {"energy.cost_rise(b, d.index, 1) / cny", 87e6 * 0.07 * 0.3, 1e-6},
        {"energy.cost_rise(b, 1, d.index) / cny", 87e6 * 0.22 * 0.3, 1e-6},
        {"energy.cost_rise(b, d.share, d.weak) / cny", 87e6 * (0.07 * -0.25 + 0.22 * 10), 1e-4},
        {"at_reference(energy.cost_rise(b, d.index, d.index)) / cny", 0, 0},
        {"energy.power_cost_rise(b.scope2, d.grid, d.tariff) / cny", kwh * 0.1, 1e-6},
        {"energy.carbon_in_power(d.price, d.grid, 0.8) * energy.power_bought(b.scope2, d.grid) / "
         "cny",
         0.8 * 200 * 7000, 1e-6},
    };
    CHECK("local energy = require 'energy'", vectors);
}

/* ---- environmental credit ---- */

static void test_env_credit(void **state)
{
    (void)state;
    const vector vectors[] = {
        {"env.shift_of_score(108)", 0, 0},
        {"env.shift_of_score(80)", 0, 0},
        {"env.shift_of_score(79.5)", 0.35, 0},
        {"env.shift_of_score(59)", 0.9, 0},
        {"env.shift_of_points(6)", 0, 0},
        {"env.shift_of_points(5)", 0.35, 0},
        {"env.shift_of_points(3)", 0.35, 0},
        {"env.shift_of_points(1)", 0.9, 0},
        {"env.shift_of_points(0)", 1.4, 0},
        {"env.shift_of_negative(12)", 1.2, 1e-15},
        {"env.shift_of_negative(-1)", 0, 0},
        {"env.halt(73)", -0.2, 1e-15},
        {"env.halt(400, { buffer = 0.5 })", -0.5, 0},
        {"env.halt_loss(b, 73) / cny", 0.2 * (100e6 - 0.8 * 87e6), 1e-6},
        {"env.fine(1000, 4)", 5000, 0},
        {"env.mean_fine()", 82000, 500},
        {"regulation.value('env_penalty_total', 20130701) / "
         "regulation.value('env_penalty_decisions', 20130701)",
         36000, 500},
    };
    CHECK("local env = require 'env_credit' local regulation = require 'regulation'", vectors);
    static const struct {
        const char *colour;
        double shift, downgrade, surcharge;
    } colours[] = {{"green", 0, 0, 0},      {"blue", 0, 0.35, 0},    {"yellow", 0.35, 0.55, 0},
                   {"red", 0.9, 0.5, 0.05}, {"black", 1.4, 0, 0.10}, {NULL, 0, 0, 0}};
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
        firm f = example;
        f.env_credit = colours[i].colour;
        const vector own[] = {
            {"env.shift(b)", colours[i].shift, 0},
            {"env.downgrade(b)", colours[i].downgrade, 1e-15},
            {"env.by_colour(b, { red = 7 }, 2)", i == 3 ? 7 : 2, 0},
            {"env.power_surcharge(b, energy.power_bought(b.scope2, d.grid), d.red, d.black) / cny",
             colours[i].surcharge * 7000 / 0.0005366, 1e-6},
        };
        CHECK_FOR(&f, "local env = require 'env_credit' local energy = require 'energy'", own);
    }
}

/* ---- loans ---- */

static void test_collateral(void **state)
{
    (void)state;
    double net = 0.7 * 0.95 / (1.045 * 1.045);
    const vector vectors[] = {
        {"c.value(100 * cny, { index = 0.8, damage = 0.45, stigma = 0.1, label = 0.05 }) / cny",
         100 * 0.8 * 0.55 * 0.9 * 0.95, 1e-12},
        {"c.lgd(80 * cny, 100 * cny)", 1 - 0.8 * net, 1e-14},
        {"c.lgd(80 * cny, 100 * cny, { guarantee = 0.2, insurance = 0.1 })", 0.7 - 0.8 * net,
         1e-14},
        {"c.lgd(900 * cny, 100 * cny)", 0.05, 0},
        {"c.lgd(0 * cny, 100 * cny)", 1, 0},
        {"c.lgd(80 * cny, 0 * cny, { floor = 0 })", 0, 0},
        {"c.lgd_after(0.4, 0.45, 0.5)", 0.4 + 0.6 * 0.225, 1e-15},
        {"c.lgd_after(0.4, 0, 0.5)", 0.4, 0},
        {"c.lgd_after(1.2, 0.4, 0.5)", 1.2, 0},
        {"c.lgd_after(0.4, 7, 1)", 1, 0},
        {"c.guaranteed(0.5, 0.8, 0.02)", 0.5 * (1 - 0.8 * 0.98), 1e-15},
        {"c.guarantor_weaker(0.5, 0.8, d.weak)", 0.5 * (1 - 0.8 * 0.78) / (1 - 0.8 * 0.98), 1e-14},
        {"c.guarantor_weaker(0.5, 0.8, 0.1)", 0.5, 0},
        {"c.guarantor_weaker(0.9, 1, d.weak)", 1, 0},
    };
    CHECK("local c = require 'collateral'", vectors);
}

/* A million drawn; 400,000 committed of which 30 % are drawn by a default. */
static void test_commitments(void **state)
{
    (void)state;
    static const struct {
        double undrawn, ccf, expected[3]; /* rise 0, 0.5, 1 */
    } cases[] = {{400e3, 0.3, {1.12e6, 1.26e6, 1.4e6}},
                 {0, MISSING, {1e6, 1e6, 1e6}},
                 {MISSING, 0.3, {1e6, 1e6, 1e6}},
                 {400e3, MISSING, {1e6, 1.2e6, 1.4e6}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static const char *const rise[] = {"0", "0.5", "1"};
        firm f = example;
        f.undrawn = cases[i].undrawn;
        f.ccf = cases[i].ccf;
        for (int k = 0; k < 3; k++) {
            char text[600];
            snprintf(text, sizeof text,
                     "local c = require 'collateral'\n"
                     "return scenario { name = 's', title = { en = 's' }, years = { 2026, 2026 },\n"
                     "loan = function (l, b, d) return { ead = c.ead(l, %s) } end }",
                     rise[k]);
            plim_program program;
            read_texts(&program, (const char *const[]){text}, 1);
            double *value = evaluate(&program, &f);
            near(value[program.scenarios[0].ead[0]], cases[i].expected[k], 1e-6);
            free(value);
            plim_program_free(&program);
        }
    }
}

/* ---- capital and provisions ---- */

static void test_irb(void **state)
{
    (void)state;
    double b = pow(0.11852 - 0.05478 * log(0.01), 2);
    const vector vectors[] = {
        {"corporate(0.0003)", 0.238213, 5e-7},
        {"corporate(0.01)", 0.192784, 5e-7},
        {"irb.capital(0.0003, 0.45, corporate(0.0003), 2.5)", 0.01155485, 5e-9},
        {"irb.risk_weight(0.0003, 0.45, corporate(0.0003), 2.5)", 0.144436, 5e-7},
        {"irb.capital(0.01, 0.45, corporate(0.01), 2.5)", 0.07385344, 5e-9},
        {"irb.risk_weight(0.01, 0.45, corporate(0.01), 2.5)", 0.923168, 5e-7},
        {"irb.risk_weight(0.01, 0.40, corporate(0.01), 2.5)", 0.820594, 5e-7},
        {"irb.risk_weight(0.05, 0.45, corporate(0.05), 2.5)", 1.498544, 5e-7},
        {"irb.risk_weight(0.20, 0.45, corporate(0.20), 2.5)", 2.382316, 5e-7},
        {"correlation.sme(0.01, 3e7 + 0 * b.pd)", 0.152784, 5e-7},
        {"irb.risk_weight(0.01, 0.45, correlation.sme(0.01, 3e7 + 0 * b.pd), 2.5)", 0.723947, 5e-7},
        {"irb.double_default(irb.capital(0.01, 0.45, corporate(0.01), 2.5), 0.002)", 0.034711,
         5e-7},
        {"irb.conditional_pd(0.02, 0.15, 0.95)", 0.06219237, 5e-9},
        {"irb.conditional_pd(0.02, 0.15, 0.99)", 0.10558734, 5e-9},
        {"irb.conditional_pd(0.02, 0.15, 0.999)", 0.17632894, 5e-9},
        /* a row (0.90, 0.08, 0.02) of a transition matrix in a bad year, by its cumulative sums */
        {"irb.conditional_pd(0.02, 0.15, normal_cdf(1.6449))", 0.062195, 5e-7},
        {"irb.conditional_pd(0.10, 0.15, normal_cdf(1.6449))", 0.180068 + 0.062195, 1e-6},
        {"irb.conditional_pd(0.10, 0.15, normal_cdf(2.3263))", 0.234294 + 0.105584, 1e-6},
        {"irb.conditional_pd(0.10, 0.15, 0.5)", 0.069305 + 0.012953, 1e-6},
        {"irb.capital(0.02, 0.45, 0.15)", 0.07034802, 5e-9},
        {"irb.maturity_factor(0.01, 1)", 1, 1e-14},
        {"irb.maturity_factor(0.01, 5)", (1 + 2.5 * b) / (1 - 1.5 * b), 1e-14},
        {"irb.defaulted(0.6, 0.5)", 0.1, 1e-15},
        {"irb.defaulted(0.5, 0.6)", 0, 0},
    };
    CHECK("local irb = require 'irb' local correlation = require 'correlation'\n"
          "local corporate = correlation.corporate",
          vectors);
}

static void test_ecl(void **state)
{
    (void)state;
    const vector vectors[] = {
        {"ecl.lifetime({ 0.02, 0.03, 0.04 }, 0.45, 100, 0.05)", 3.535238, 5e-7},
        {"ecl.twelve_months(0.02, 0.45, 100, 0.05)", 0.857143, 5e-7},
        {"ecl.lifetime({ 0.02 }, 0.45, 100, 0.05) - ecl.twelve_months(0.02, 0.45, 100, 0.05)", 0,
         1e-15},
        {"ecl.weighted({ 0.2, 0.8 }, { 10, 5 })", 6, 1e-14},
        {"ecl.stage2(0.03, 0.01, 0)", 1, 0},
        {"ecl.stage2(0.02, 0.01, 0)", 0, 0},
        {"ecl.stage2(0.0055, 0.001, 0)", 0, 0}, /* 5.5 times, but less than half a point */
        {"ecl.stage2(0.01, 0.01, 30)", 1, 0},
        {"ecl.no_default_bound(100, 0.95)", 1 - pow(0.05, 0.01), 1e-14},
    };
    CHECK("local ecl = require 'ecl'", vectors);
}

/* ---- the market as it grows ---- */

/* Ceramics join in 2029; power is inside from the start of the paths. */
static void test_ets(void **state)
{
    (void)state;
    static const struct {
        const char *sector;
        double joins, shares[5]; /* 2026 to 2030 */
    } cases[] = {{"D4411", 1, {0.03, 0.07, 0.11, 0.15, 0.19}},
                 {"C2614", 1, {0, 0.03, 0.07, 0.11, 0.15}},
                 {"C3071", 1, {0, 0, 0, 0.03, 0.07}},
                 {"C3051", 0, {0, 0, 0, 0, 0}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        firm f = example;
        f.sector = cases[i].sector;
        vector vectors[7];
        char expression[7][60];
        for (int year = 0; year < 5; year++) {
            snprintf(expression[year], sizeof expression[year], "ets.paid_share(b, %d)",
                     2026 + year);
            vectors[year] = (vector){expression[year], cases[i].shares[year], 1e-15};
        }
        vectors[5] = (vector){"ets.joins_sometime(b)", cases[i].joins, 0};
        vectors[6] = (vector){"ets.paid_share(b, 2050)", cases[i].joins * 0.25, 0};
        CHECK_FOR(&f, "local ets = require 'ets'", vectors);
    }
}

/* ---- physical shocks, enforcement ---- */

/* Curves by the use of a sector; depths in metres lose their unit. */
static void test_damage(void **state)
{
    (void)state;
    static const struct {
        const char *sector;
        double household, at_one_metre;
    } cases[] = {{"A0111", 0, 0.37},        {"C3071", 0, 0.481615653}, {"G5431", 0, 0.571895425},
                 {"F5281", 0, 0.537681619}, {"C3071", 1, 0.494050324}, {"", 1, 0.494050324}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        firm f = example;
        f.sector = cases[i].sector;
        f.household = cases[i].household;
        const vector vectors[] = {
            {"damage.of_borrower(b, d.depth)", cases[i].at_one_metre, 0},
            {"at_reference(damage.of_borrower(b, d.depth))", 0, 0},
            {"damage.built_up(d.depth)", 0.41323, 1e-14},
            {"damage.built_up(2 * d.depth)", 0.66984, 1e-14},
            {"damage.curve('gfdrr_asia_built_up')(9 * d.depth)", 0.99768, 1e-14},
            {"damage.curve 'jrc_asia_industry' (d.depth)", 0.481615653, 0},
            {"damage.deviation('jrc_asia_industry', d.depth)", 0.295987071, 0},
        };
        CHECK_FOR(&f, "local damage = require 'damage'", vectors);
    }
}

static void test_physical(void **state)
{
    (void)state;
    double margin = 100e6 - 0.8 * 87e6;
    const vector vectors[] = {
        {"p.asset_loss(b.equity, damage.built_up(d.depth), 0.5) / cny", 60e6 * 0.41323 * 0.5, 1e-6},
        {"p.interruption(b, d.days) / cny", 0.2 * margin, 1e-6},
        {"p.interruption(b, p.days_by_depth(d.depth)) / cny", 40 * margin / 365, 1e-6},
        {"p.standing_still(d.days)", -0.2, 1e-15},
        {"p.heat(d.wet)", -0.083, 1e-15},
        {"at_reference(p.heat(d.wet))", 0, 0},
        {"p.water_share(b)", 0.2, 0}, /* C3071 */
        {"p.revenue_after_drought(b.revenue, p.water_share(b), d.none) / cny", 96e6, 1e-6},
        {"p.power_need(b)", 0.9, 0},
        {"p.rationing(d.days, p.power_need(b))", 65.7, 1e-13},
        {"p.keeps_pigs(b)", 0, 0},
        {"p.drift(d.none, 2)", 0.44, 1e-15},
    };
    CHECK("local p = require 'physical' local damage = require 'damage'", vectors);
}

static void test_pollution(void **state)
{
    (void)state;
    static const struct {
        const char *colour;
        double grade;
    } colours[] = {{"green", -1}, {"blue", 0}, {"yellow", 1}, {"red", 2}, {"black", 3}, {NULL, 0}};
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
        firm f = example;
        f.env_credit = colours[i].colour;
        double lambda = 0.12 * exp(0.5 * colours[i].grade + 0.3) * 1.3;
        double loss = 74 * 1000 + 0.2 * (100e6 - 0.8 * 87e6);
        const vector vectors[] = {
            {"p.grade(b)", colours[i].grade, 0},
            {"p.intensity(p.base_rate(b), p.grade(b), 1, log(d.index))", lambda, 1e-14},
            {"p.loss(b, { fine = 1000 * cny, days_uncorrected = d.days, halt = d.days }) / cny",
             loss, 1e-6},
            {"p.expected_loss(b, p.intensity(p.base_rate(b), p.grade(b), 1, log(d.index)),\n"
             "  { fine = 1000 * cny, days_uncorrected = d.days, halt = d.days }) / cny",
             lambda * loss, 1e-6},
        };
        CHECK_FOR(&f, "local p = require 'pollution'", vectors);
    }
}

/* Ceramics: 7 % of cost is power, 90 % of output stops without it. */
static void test_compound(void **state)
{
    (void)state;
    double halt = -0.9 * 17 / 365, power = 87e6 * 0.07 * 0.06;
    const vector vectors[] = {
        {"select(1, c.hot_summer(b, d.summer))", halt, 1e-15},
        {"select(2, c.hot_summer(b, d.summer)) / cny", power, 1e-6},
        {"at_reference(select(2, c.hot_summer(b, d.summer))) / cny", 0, 0},
        {"select(1, c.hot_summer(b, d.summer, { rationing = false, heat = -0.1 }))", -0.1, 1e-15},
        {"select(2, c.hot_summer(b, d.summer, { price = false })) / cny", 0, 0},
        {"select(1, c.hot_summer(b, d.summer, { need = 0.5, water = d.none - 0.3 }))",
         0.9 * (1 - 8.5 / 365) - 1, 1e-15},
        {"c.multiplier(3 * cny, 1 * cny, 1 * cny)", 1.5, 0},
    };
    CHECK("local c = require 'compound'", vectors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logit),      cmocka_unit_test(test_merton),
        cmocka_unit_test(test_altman),     cmocka_unit_test(test_macro),
        cmocka_unit_test(test_market),     cmocka_unit_test(test_carbon),
        cmocka_unit_test(test_energy),     cmocka_unit_test(test_env_credit),
        cmocka_unit_test(test_collateral), cmocka_unit_test(test_commitments),
        cmocka_unit_test(test_irb),        cmocka_unit_test(test_ecl),
        cmocka_unit_test(test_ets),        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_physical),   cmocka_unit_test(test_pollution),
        cmocka_unit_test(test_compound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
