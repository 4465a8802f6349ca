#include "../support/plan_fixture.h"

#include "math/functions.h"
#include "math/student.h"

#define BORROWERS 8
#define YEARS     3

typedef struct world {
    plim_book book;
    plim_program program;
    plim_plan plan;
} world;

static void make(world *w, size_t n_scenarios)
{
    static fixture_loan loans[BORROWERS];
    memset(w, 0, sizeof *w);
    for (uint32_t b = 0; b < BORROWERS; b++)
        loans[b] = (fixture_loan){b, 0, 1000, 0.4, 1, 0};
    fixture_book(&w->book, BORROWERS, 1, loans, BORROWERS);
    for (uint32_t b = 0; b < BORROWERS; b++)
        fixture_set_pd(&w->book, b, 0.01 + 0.013 * b);
    fixture_program(&w->program, n_scenarios, 2026, 2026 + YEARS - 1);
}

static void drop(world *w)
{
    fixture_free(&w->plan, &w->book, &w->program);
}

/* logistic(logit(b.pd) + driver - at_reference(driver)) for period t of scenario s. */
static void set_shift(world *w, size_t s, int t)
{
    plim_program *p = &w->program;
    plim_node driver = fixture_driver_node(p, s, "shock", t);
    plim_node change = fixture_apply2(p, PLIM_OP_SUBTRACT, driver, fixture_reference(p, driver));
    plim_node logit = fixture_apply1(p, PLIM_OP_LOGIT, fixture_pd(p, t));
    plim_node pd =
        fixture_apply1(p, PLIM_OP_LOGISTIC, fixture_apply2(p, PLIM_OP_ADD, logit, change));
    p->scenarios[s].pd[t] = pd;
    p->scenarios[s].pd_reference[t] = fixture_reference(p, pd);
}

static void refused(world *w, const char *message)
{
    plim_error err = {0};
    assert_int_equal(plim_plan_make(&w->plan, &w->book, &w->program, 2, &err), PLIM_INPUT);
    assert_string_equal(err.message, message);
}

static void a_scenario_without_formulas_is_the_baseline(void **state)
{
    (void)state;
    world w;
    make(&w, 2);
    fixture_make(&w.plan, &w.book, &w.program);
    assert_int_equal(w.plan.n_scenarios, 3);
    assert_int_equal(w.plan.first_row[BORROWERS], BORROWERS);
    assert_int_equal(w.plan.n_applies[1], BORROWERS);
    for (uint32_t b = 0; b < BORROWERS; b++) {
        double p = 0.01 + 0.013 * b, threshold = plim_normal_inv(p);
        assert_memory_equal(&w.plan.pd[b * YEARS + 2], &p, sizeof p);
        assert_memory_equal(&w.plan.threshold[b * YEARS], &threshold, sizeof p);
        assert_int_equal(w.plan.row_of[b * 3 + 2], 0);
        assert_int_equal(w.plan.alive[b], 1);
    }
    drop(&w);
}

static void drivers_at_reference_change_no_bit(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    const double odd[] = {0, 1e-300, 1e-18, 0.3, 0.5, 0.97, 1 - 1e-9, 1 - 0x1p-52};
    for (uint32_t b = 0; b < BORROWERS; b++)
        fixture_set_pd(&w.book, b, odd[b]);
    fixture_driver(&w.program, 0, "shock", 0, 0, 0);
    for (int t = 0; t < YEARS; t++)
        set_shift(&w, 0, t);
    fixture_make(&w.plan, &w.book, &w.program);
    assert_int_equal(w.plan.first_row[BORROWERS], BORROWERS);
    assert_true(w.plan.reference_shift_max[1] < 1e-6);
    drop(&w);
}

static void a_shock_moves_what_it_says(void **state)
{
    (void)state;
    world w;
    make(&w, 2);
    for (size_t s = 0; s < 2; s++) {
        fixture_driver(&w.program, s, "shock", 0, 0, 1);
        for (int t = 0; t < YEARS; t++)
            set_shift(&w, s, t);
    }
    fixture_make(&w.plan, &w.book, &w.program);
    /* both scenarios make the same curves: one row more than the baseline */
    assert_int_equal(w.plan.first_row[BORROWERS], 2 * BORROWERS);
    for (uint32_t b = 0; b < BORROWERS; b++) {
        const double *base = fixture_curve(&w.plan, b, 0), *pd = fixture_curve(&w.plan, b, 1);
        assert_ptr_equal(pd, fixture_curve(&w.plan, b, 2));
        assert_true(pd[0] == base[0]);
        for (int t = 1; t < YEARS; t++)
            assert_near(log(pd[t] / (1 - pd[t])) - log(base[t] / (1 - base[t])), 0.5 * t, 1e-12);
    }
    drop(&w);
}

static void a_script_that_shifts_without_shock_is_measured(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    plim_program *p = &w.program;
    for (int t = 0; t < YEARS; t++) {
        plim_node twice =
            fixture_apply2(p, PLIM_OP_MULTIPLY, fixture_pd(p, t), fixture_constant(p, 2));
        p->scenarios[0].pd[t] = p->scenarios[0].pd_reference[t] = twice;
    }
    fixture_make(&w.plan, &w.book, p);
    double sum = 0;
    for (uint32_t b = 0; b < BORROWERS; b++) {
        double pd = 0.01 + 0.013 * b;
        sum += pd / BORROWERS;
        assert_true(fixture_curve(&w.plan, b, 1)[1] == 2 * pd);
    }
    assert_near(w.plan.reference_shift_mean[1], sum, 1e-15);
    double last = 0.01 + 0.013 * (BORROWERS - 1);
    assert_near(w.plan.reference_shift_max[1],
                log(2 * last / (1 - 2 * last)) - log(last / (1 - last)), 1e-12);
    drop(&w);
}

/* default: equity - loss < 0, with loss a driver whose reference is 0 */
static void set_default(world *w)
{
    plim_program *p = &w->program;
    plim_node equity = fixture_column(p, PLIM_LEVEL_BORROWER, "equity");
    for (int t = 0; t < YEARS; t++) {
        plim_node left =
            fixture_apply2(p, PLIM_OP_SUBTRACT, equity, fixture_driver_node(p, 0, "loss", t));
        plim_node fails = fixture_apply2(p, PLIM_OP_LT, left, fixture_constant(p, 0));
        p->scenarios[0].fails[t] = fails;
        p->scenarios[0].fails_reference[t] = fixture_reference(p, fails);
    }
}

static void insolvency_is_a_default_unless_it_was_there(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    fixture_driver(&w.program, 0, "loss", 0, 0, 4);
    const double equity[BORROWERS] = {-1, 1, 3, 5, 9, 9, 9, 9};
    memcpy(fixture_number(&w.book.borrowers, "equity", 0)->number, equity, sizeof equity);
    set_default(&w);
    /* where default decides, the formula is not asked: log of a negative equity harms nobody */
    plim_node root = fixture_apply1(&w.program, PLIM_OP_SQRT,
                                    fixture_column(&w.program, PLIM_LEVEL_BORROWER, "equity"));
    for (int t = 0; t < YEARS; t++)
        w.program.scenarios[0].pd[t] =
            fixture_apply2(&w.program, PLIM_OP_DIVIDE, root, fixture_constant(&w.program, 100));
    fixture_make(&w.plan, &w.book, &w.program);
    const double want[4][YEARS] = {{0.01, 0.01, 0.01}, /* insolvent before: the book's */
                                   {0.01, 1, 1},
                                   {sqrt(3) / 100, sqrt(3) / 100, 1},
                                   {sqrt(5) / 100, sqrt(5) / 100, sqrt(5) / 100}};
    for (uint32_t b = 0; b < 4; b++)
        assert_memory_equal(fixture_curve(&w.plan, b, 1), want[b], sizeof want[b]);
    const double *threshold = w.plan.threshold + (w.plan.first_row[1] + 1) * YEARS;
    assert_true(threshold[1] == (double)INFINITY);
    assert_int_equal(w.plan.n_fails_at_reference[1], 1);
    assert_int_equal(w.plan.fails_at_reference[1], 1);
    assert_int_equal(w.plan.fails_at_reference[3], 0);
    drop(&w);
}

static void out_of_scope_is_the_baseline(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    fixture_driver(&w.program, 0, "shock", 0, 1, 1);
    for (int t = 0; t < YEARS; t++)
        set_shift(&w, 0, t);
    plim_node pd = fixture_pd(&w.program, 0);
    w.program.scenarios[0].applies =
        fixture_apply2(&w.program, PLIM_OP_LT, pd, fixture_constant(&w.program, 0.03));
    fixture_make(&w.plan, &w.book, &w.program);
    assert_int_equal(w.plan.n_applies[1], 2);
    for (uint32_t b = 0; b < BORROWERS; b++) {
        assert_int_equal(w.plan.applies[2 * b + 1], b < 2);
        assert_int_equal(w.plan.row_of[2 * b + 1], b < 2);
    }
    drop(&w);
}

/* cover = (equity - loss) / 2, in all years but the first; NaN where equity is not known. */
static void cover_is_the_least_that_is_told(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    fixture_driver(&w.program, 0, "loss", 0, 0, 4);
    const double equity[BORROWERS] = {10, (double)NAN, 3, 5, 9, 9, 9, 9};
    memcpy(fixture_number(&w.book.borrowers, "equity", 0)->number, equity, sizeof equity);
    plim_node column = fixture_column(&w.program, PLIM_LEVEL_BORROWER, "equity");
    for (int t = 1; t < YEARS; t++)
        w.program.scenarios[0].cover[t] =
            fixture_apply2(&w.program, PLIM_OP_DIVIDE,
                           fixture_apply2(&w.program, PLIM_OP_SUBTRACT, column,
                                          fixture_driver_node(&w.program, 0, "loss", t)),
                           fixture_constant(&w.program, 2));
    w.program.scenarios[0].applies = fixture_apply2(
        &w.program, PLIM_OP_LT, fixture_pd(&w.program, 0), fixture_constant(&w.program, 0.04));
    fixture_make(&w.plan, &w.book, &w.program);
    assert_true(w.plan.cover[0 * 2 + 1] == 3); /* the loss is 4 in the last year */
    assert_true(isnan(w.plan.cover[1 * 2 + 1]));
    assert_true(w.plan.cover[2 * 2 + 1] == -0.5);
    assert_true(isnan(w.plan.cover[3 * 2 + 1]));   /* out of scope */
    assert_true(isnan(w.plan.cover[0 * 2 + 0]));   /* the baseline has no script */
    assert_int_equal(w.plan.row_of[0 * 2 + 1], 0); /* no PD is moved */
    drop(&w);
}

static void no_cover_takes_no_memory(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    fixture_make(&w.plan, &w.book, &w.program);
    assert_null(w.plan.cover);
    drop(&w);
}

static void missing_scope_is_refused(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    fixture_number(&w.book.borrowers, "disclosed", 1)->number[3] = (double)NAN;
    w.program.scenarios[0].applies = fixture_column(&w.program, PLIM_LEVEL_BORROWER, "disclosed");
    refused(
        &w,
        "test.lua:12: scenario s1: applies of borrower B000003 is not a number, because its column "
        "disclosed is missing (proxy(x, value) fills it); accepted is a condition, 0 or 1");
    drop(&w);
}

static void impossible_pds_are_refused(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    plim_program *p = &w.program;
    p->scenarios[0].pd[1] =
        fixture_apply2(p, PLIM_OP_MULTIPLY, fixture_pd(p, 1), fixture_constant(p, 13));
    for (uint32_t b = 0; b < BORROWERS; b++)
        fixture_set_pd(&w.book, b, b == 2 ? 0.1 : 0.05);
    refused(&w,
            "test.lua:12: scenario s1: pd of borrower B000002 in 2027 is 1.3; accepted is 0 to 1");
    for (uint32_t b = 0; b < BORROWERS; b++)
        fixture_set_pd(&w.book, b, 0.5);
    plim_error err = {0};
    assert_int_equal(plim_plan_make(&w.plan, &w.book, p, 2, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "borrower B000004 in 2027 is 6.5"));
    assert_null(strstr(err.message, "B000005"));
    assert_non_null(strstr(err.message, "and 3 more"));
    drop(&w);
}

static void missing_inputs_are_refused_or_proxied(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    plim_program *p = &w.program;
    fixture_number(&w.book.borrowers, "scope1", 0)->number[5] = (double)NAN;
    plim_node scope1 = fixture_column(p, PLIM_LEVEL_BORROWER, "scope1");
    plim_node pd = fixture_apply2(p, PLIM_OP_ADD, fixture_pd(p, 0), scope1);
    p->scenarios[0].pd[0] = pd;
    refused(&w, "test.lua:12: scenario s1: pd of borrower B000005 in 2026 is not a number, because "
                "its column "
                "scope1 is missing (proxy(x, value) fills it); accepted is 0 to 1");
    p->scenarios[0].pd[0] = fixture_apply2(p, PLIM_OP_PROXY, pd, fixture_constant(p, 0.5));
    fixture_make(&w.plan, &w.book, p);
    assert_true(fixture_curve(&w.plan, 5, 1)[0] == 0.5);
    for (uint32_t b = 0; b < BORROWERS; b++)
        assert_int_equal(w.plan.proxied[b], b == 5);
    drop(&w);
}

static void those_in_default_are_not_asked(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    plim_program *p = &w.program;
    fixture_set_pd(&w.book, 2, 1);
    w.book.loan_defaulted[2] = w.book.loan_defaulted[4] = 1;
    p->scenarios[0].pd[0] =
        fixture_apply2(p, PLIM_OP_MULTIPLY, fixture_pd(p, 0), fixture_constant(p, 1.01));
    fixture_make(&w.plan, &w.book, p);
    for (uint32_t b = 0; b < BORROWERS; b++) {
        bool dead = b == 2 || b == 4;
        assert_int_equal(w.plan.alive[b], !dead);
        assert_int_equal(w.plan.row_of[2 * b + 1], !dead);
        assert_int_equal(w.plan.applies[2 * b + 1], 1);
    }
    drop(&w);
}

static void thresholds_are_those_of_the_copula(void **state)
{
    (void)state;
    static const uint32_t some_nu[] = {0, 2, 6};
    for (int n = 0; n < 3; n++) {
        world w;
        make(&w, 1);
        fixture_factors(&w.program, 1, 1, 0);
        w.program.model.loading[0] = fixture_constant(&w.program, 0.5);
        w.program.model.copula_nu = some_nu[n];
        fixture_make(&w.plan, &w.book, &w.program);
        assert_int_equal(w.plan.copula_nu, some_nu[n]);
        for (uint32_t b = 0; b < BORROWERS; b++) {
            double pd = w.plan.pd[w.plan.first_row[b] * YEARS];
            double quantile =
                some_nu[n] == 0 ? plim_normal_inv(pd) : plim_student_inv(pd, (int)some_nu[n]);
            assert_true(w.plan.threshold[w.plan.first_row[b] * YEARS] ==
                        quantile / sqrt(1 - w.plan.r2[b]));
        }
        drop(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenario_without_formulas_is_the_baseline),
        cmocka_unit_test(drivers_at_reference_change_no_bit),
        cmocka_unit_test(a_shock_moves_what_it_says),
        cmocka_unit_test(a_script_that_shifts_without_shock_is_measured),
        cmocka_unit_test(insolvency_is_a_default_unless_it_was_there),
        cmocka_unit_test(out_of_scope_is_the_baseline),
        cmocka_unit_test(cover_is_the_least_that_is_told),
        cmocka_unit_test(no_cover_takes_no_memory),
        cmocka_unit_test(missing_scope_is_refused),
        cmocka_unit_test(impossible_pds_are_refused),
        cmocka_unit_test(missing_inputs_are_refused_or_proxied),
        cmocka_unit_test(those_in_default_are_not_asked),
        cmocka_unit_test(thresholds_are_those_of_the_copula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
