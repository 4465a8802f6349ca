#include "../support/plan_fixture.h"

#define YEARS 3

/* Two borrowers; loan 1 is in default already. */
static const fixture_loan loans[] = {
    {0, 0, 1000.01, 0.45, 1, 0}, {0, 1, 500, 0.4, 4, 1}, {1, 1, 33.33, 0.5, 2, 0}};

typedef struct world {
    plim_book book;
    plim_program program;
    plim_plan plan;
} world;

static void make(world *w)
{
    memset(w, 0, sizeof *w);
    fixture_book(&w->book, 2, 2, loans, 3);
    fixture_program(&w->program, 1, 2026, 2026 + YEARS - 1);
}

static void drop(world *w)
{
    fixture_free(&w->plan, &w->book, &w->program);
}

static plim_node lgd_plus(world *w, double x)
{
    return fixture_apply2(&w->program, PLIM_OP_ADD,
                          fixture_column(&w->program, PLIM_LEVEL_LOAN, "lgd"),
                          fixture_constant(&w->program, x));
}

static void refused(world *w, const char *message)
{
    plim_error err = {0};
    assert_int_equal(plim_plan_make(&w->plan, &w->book, &w->program, 2, &err), PLIM_INPUT);
    assert_string_equal(err.message, message);
}

static void baseline_planes(void **state)
{
    (void)state;
    world w;
    make(&w);
    fixture_make(&w.plan, &w.book, &w.program);
    const int64_t loss[] = {45000, 0, 1666}; /* 45000.45, none anew, 1666.5 to even */
    const int64_t exposure[] = {100001, 50000, 3333};
    for (int i = 0; i < 2 * YEARS; i++) {
        assert_memory_equal(w.plan.loss_fen[i], loss, sizeof loss);
        assert_memory_equal(w.plan.exposure_fen[i], exposure, sizeof exposure);
        assert_ptr_equal(w.plan.loss_fen[i], w.plan.loss_fen[0]);
    }
    assert_int_equal(w.plan.n_owned_planes, 1);
    drop(&w);
}

static void lgd_of_defaulted_loans_counts_by_its_change(void **state)
{
    (void)state;
    world w;
    make(&w);
    w.program.scenarios[0].lgd[1] = lgd_plus(&w, 0.1);
    fixture_make(&w.plan, &w.book, &w.program);
    /* loan 1: LGD 0.4, 0.5, then 0.4 again */
    const int64_t middle[] = {55001, 5000, 2000}; /* 55000.55, 50.00, 1999.8 */
    const int64_t last[] = {45000, -5000, 1666};
    assert_ptr_equal(w.plan.loss_fen[YEARS], w.plan.loss_fen[0]);
    assert_memory_equal(w.plan.loss_fen[YEARS + 1], middle, sizeof middle);
    assert_memory_equal(w.plan.loss_fen[YEARS + 2], last, sizeof last);
    for (int t = 0; t < YEARS; t++)
        assert_ptr_equal(w.plan.exposure_fen[YEARS + t], w.plan.exposure_fen[0]);
    drop(&w);
}

/* 1 - (1 - lgd) differs from lgd in its last bits, and 0.3 x 1.05 is half a fen from both sides. */
static void rounding_moves_no_fen(void **state)
{
    (void)state;
    world w;
    make(&w);
    w.book.exposure_fen[0] = 105;
    plim_frame_find(&w.book.loans, "lgd")->number[0] = 0.3; /* 31.5 */
    plim_node one = fixture_constant(&w.program, 1);
    plim_node rest = fixture_apply2(&w.program, PLIM_OP_SUBTRACT, one, lgd_plus(&w, 0));
    w.program.scenarios[0].lgd[0] = fixture_apply2(&w.program, PLIM_OP_SUBTRACT, one, rest);
    assert_true(1 - (1 - 0.3) != 0.3);
    assert_true(plim_fen_times(1 - (1 - 0.3), 105) != plim_fen_times(0.3, 105));
    fixture_make(&w.plan, &w.book, &w.program);
    assert_ptr_equal(w.plan.loss_fen[YEARS], w.plan.loss_fen[0]);
    drop(&w);
}

static void equal_periods_share(void **state)
{
    (void)state;
    world w;
    make(&w);
    for (int t = 0; t < YEARS; t++)
        w.program.scenarios[0].lgd[t] = lgd_plus(&w, t == 0 ? 0 : 0.1);
    w.book.loan_defaulted[1] = 0;
    fixture_make(&w.plan, &w.book, &w.program);
    assert_ptr_equal(w.plan.loss_fen[YEARS], w.plan.loss_fen[0]);
    assert_ptr_equal(w.plan.loss_fen[YEARS + 2], w.plan.loss_fen[YEARS + 1]);
    assert_int_equal(w.plan.n_owned_planes, 2);
    drop(&w);
}

static void ead_is_for_performing_loans(void **state)
{
    (void)state;
    world w;
    make(&w);
    w.program.scenarios[0].ead[0] = fixture_constant(&w.program, 10.004);
    fixture_make(&w.plan, &w.book, &w.program);
    const int64_t exposure[] = {1000, 50000, 1000}, loss[] = {450, 0, 500};
    assert_memory_equal(w.plan.exposure_fen[YEARS], exposure, sizeof exposure);
    assert_memory_equal(w.plan.loss_fen[YEARS], loss, sizeof loss);
    assert_ptr_equal(w.plan.exposure_fen[YEARS + 1], w.plan.exposure_fen[0]);
    drop(&w);
}

static void out_of_scope_stays(void **state)
{
    (void)state;
    world w;
    make(&w);
    w.program.scenarios[0].applies = fixture_constant(&w.program, 0);
    w.program.scenarios[0].lgd[0] = fixture_constant(&w.program, 77);
    fixture_make(&w.plan, &w.book, &w.program);
    assert_ptr_equal(w.plan.loss_fen[YEARS], w.plan.loss_fen[0]);
    drop(&w);
}

static void impossible_values_are_refused(void **state)
{
    (void)state;
    world w;
    make(&w);
    w.program.scenarios[0].lgd[2] = lgd_plus(&w, 1.05);
    refused(&w,
            "test.lua:12: scenario s1: lgd of loan L000002 in 2028 is 1.55; accepted is 0 to 1.5");
    drop(&w);

    make(&w);
    w.program.scenarios[0].ead[0] = fixture_apply2(
        &w.program, PLIM_OP_SUBTRACT, fixture_column(&w.program, PLIM_LEVEL_LOAN, "balance"),
        fixture_constant(&w.program, 40));
    refused(&w, "test.lua:12: scenario s1: ead of loan L000002 in 2026 is -6.670000000000002; "
                "accepted is 0 to "
                "4.6e16 currency units");
    w.program.scenarios[0].ead[0] = fixture_constant(&w.program, 5e16);
    plim_error err = {0};
    assert_int_equal(plim_plan_make(&w.plan, &w.book, &w.program, 2, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "ead of loan L000000 in 2026 is 5e+16"));
    drop(&w);
}

static void sums_beyond_64_bits_are_refused(void **state)
{
    (void)state;
    world w;
    make(&w);
    w.program.scenarios[0].ead[0] = fixture_constant(&w.program, 4e16);
    w.program.scenarios[0].lgd[0] = fixture_constant(&w.program, 1.4);
    plim_error err = {0};
    assert_int_equal(plim_plan_make(&w.plan, &w.book, &w.program, 2, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "in scenario s1"));
    drop(&w);
}

static void proxies_of_loans_mark_the_borrower(void **state)
{
    (void)state;
    world w;
    make(&w);
    fixture_number(&w.book.loans, "rate", 0.3)->number[2] = (double)NAN;
    w.program.scenarios[0].lgd[0] = fixture_apply2(
        &w.program, PLIM_OP_PROXY, fixture_column(&w.program, PLIM_LEVEL_LOAN, "rate"),
        fixture_constant(&w.program, 0.6));
    fixture_make(&w.plan, &w.book, &w.program);
    assert_int_equal(w.plan.proxied[0], 0);
    assert_int_equal(w.plan.proxied[1], 1);
    assert_int_equal(w.plan.loss_fen[YEARS][2], 2000);
    drop(&w);
}

/* where(proxy(eq(rate, rate), 0), lgd 0.5, lgd 0.6): it asks whether the rate is known and replaces
   nothing. */
static void asking_whether_known_is_no_proxy(void **state)
{
    (void)state;
    world w;
    make(&w);
    fixture_number(&w.book.loans, "rate", 0.3)->number[2] = (double)NAN;
    plim_node rate = fixture_column(&w.program, PLIM_LEVEL_LOAN, "rate");
    plim_node known = fixture_apply2(&w.program, PLIM_OP_PROXY,
                                     fixture_apply2(&w.program, PLIM_OP_EQ, rate, rate),
                                     fixture_constant(&w.program, 0));
    plim_node less =
        fixture_apply2(&w.program, PLIM_OP_MULTIPLY, known, fixture_constant(&w.program, 0.1));
    w.program.scenarios[0].lgd[0] =
        fixture_apply2(&w.program, PLIM_OP_SUBTRACT, fixture_constant(&w.program, 0.6), less);
    fixture_make(&w.plan, &w.book, &w.program);
    assert_int_equal(w.plan.proxied[0], 0);
    assert_int_equal(w.plan.proxied[1], 0);
    assert_int_equal(w.plan.loss_fen[YEARS][2], 2000);
    drop(&w);
}

static void random_lgd_keeps_what_makes_a_loss(void **state)
{
    (void)state;
    world w;
    make(&w);
    w.program.model.severity = (plim_severity_model){PLIM_SEVERITY_BETA, 0.4, 0};
    w.program.scenarios[0].lgd[1] = lgd_plus(&w, 0.1);
    w.program.scenarios[0].ead[2] = fixture_constant(&w.program, 10.004);
    fixture_make(&w.plan, &w.book, &w.program);
    const double *book = plim_frame_find(&w.book.loans, "lgd")->number;
    for (int t = 0; t < YEARS; t++) {
        assert_ptr_equal(w.plan.lgd[t], book); /* no copy */
        assert_ptr_equal(w.plan.ead_fen[t], w.plan.ead_fen[0]);
    }
    assert_near(w.plan.ead_fen[0][0], 100001, 0);
    assert_ptr_equal(w.plan.lgd[YEARS], book);
    assert_near(w.plan.lgd[YEARS + 1][0], 0.55, 1e-15);
    assert_ptr_equal(w.plan.lgd[YEARS + 2], book);
    assert_ptr_equal(w.plan.ead_fen[YEARS + 1], w.plan.ead_fen[0]);
    assert_near(w.plan.ead_fen[YEARS + 2][0], 1000.4, 1e-9); /* not rounded */
    for (int i = 0; i < 2 * YEARS; i++) /* wherever LGD is fixed, the loss is that of the plane */
        for (int l = 0; l < 3; l += 2)
            assert_int_equal(w.plan.loss_fen[i][l],
                             plim_fen_loss(w.plan.lgd[i][l], w.plan.ead_fen[i][l]));
    drop(&w);
}

static void fixed_lgd_keeps_no_more(void **state)
{
    (void)state;
    world w;
    make(&w);
    fixture_make(&w.plan, &w.book, &w.program);
    assert_null(w.plan.lgd);
    assert_null(w.plan.ead_fen);
    drop(&w);
}

static void lgds_without_a_distribution_are_refused(void **state)
{
    (void)state;
    static const plim_severity_model models[] = {{PLIM_SEVERITY_BETA, 0.4, 0},
                                                 {PLIM_SEVERITY_FRYE_JACOBS, 0, 0}};
    for (int i = 0; i < 2; i++) {
        world w;
        make(&w);
        w.program.model.severity = models[i];
        plim_frame_find(&w.book.loans, "lgd")->number[2] = 1.2;
        refused(&w, "model test_model: lgd of loan L000002 is 1.2; accepted is 0 to 1 where the "
                    "model makes LGD random or a function of PD (lgd = beta, frye_jacobs)");
        drop(&w);
        make(&w);
        w.program.model.severity = models[i];
        plim_frame_find(&w.book.loans, "lgd")->number[1] = 1.2; /* in default: nothing is drawn */
        w.program.scenarios[0].lgd[1] = fixture_constant(&w.program, 1.1);
        if (models[i].kind == PLIM_SEVERITY_BETA)
            refused(&w, "test.lua:12: scenario s1: lgd of loan L000000 in 2027 is 1.1; accepted is "
                        "0 to 1, since "
                        "the model draws LGD from beta distributions\n"
                        "test.lua:12: scenario s1: lgd of loan L000002 in 2027 is 1.1; accepted is "
                        "0 to 1, since "
                        "the model draws LGD from beta distributions");
        else /* a factor on top of the function */
            fixture_make(&w.plan, &w.book, &w.program);
        drop(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baseline_planes),
        cmocka_unit_test(lgd_of_defaulted_loans_counts_by_its_change),
        cmocka_unit_test(rounding_moves_no_fen),
        cmocka_unit_test(equal_periods_share),
        cmocka_unit_test(ead_is_for_performing_loans),
        cmocka_unit_test(out_of_scope_stays),
        cmocka_unit_test(impossible_values_are_refused),
        cmocka_unit_test(sums_beyond_64_bits_are_refused),
        cmocka_unit_test(proxies_of_loans_mark_the_borrower),
        cmocka_unit_test(asking_whether_known_is_no_proxy),
        cmocka_unit_test(random_lgd_keeps_what_makes_a_loss),
        cmocka_unit_test(fixed_lgd_keeps_no_more),
        cmocka_unit_test(lgds_without_a_distribution_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
