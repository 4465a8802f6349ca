#include "../support/simulate_fixture.h"

#include "math/functions.h"
#include "simulate/severity.h"

#define YEARS 2

/* Borrower 0 has loans 0 and 1, borrower 1 loan 2, which has an LGD of 0. */
static const fixture_loan loans[] = {
    {0, 0, 1000.01, 0.45, 1, 0}, {0, 0, 500, 0.45, 1, 0}, {1, 0, 800, 0, 1, 0}};

static void prepare(fixture_world *w, const plim_severity_model *model)
{
    memset(w, 0, sizeof *w);
    fixture_book(&w->book, 2, 1, loans, 3);
    fixture_program(&w->program, 2, 2026, 2025 + YEARS);
    fixture_factors(&w->program, 1, 1, 0);
    w->program.model.loading[0] = fixture_constant(&w->program, 0.4);
    w->program.model.severity = *model;
}

static plim_severity *finish(fixture_world *w)
{
    plim_severity *severity = NULL;
    fixture_make(&w->plan, &w->book, &w->program);
    MUST(plim_severity_create(&severity, &w->plan, &must_err));
    return severity;
}

static void drop(fixture_world *w, plim_severity *severity)
{
    plim_severity_destroy(severity);
    fixture_drop(w);
}

static plim_severity_case at(const plim_plan *plan, uint32_t loan, double z)
{
    double index = plan->loading[0] * z;
    return (plim_severity_case){
        .loan = loan, .seed = 7, .path = 3, .index = index, .argument = plan->threshold[0] - index};
}

static void fixed(void **state)
{
    (void)state;
    fixture_world w;
    prepare(&w, &(plim_severity_model){0});
    w.program.scenarios[1].lgd[1] = fixture_constant(&w.program, 0.6);
    plim_severity *s = finish(&w);
    assert_true(plim_severity_is_fixed(s));
    for (uint32_t scenario = 0; scenario < 3; scenario++)
        for (uint32_t year = 0; year < YEARS; year++)
            for (uint32_t loan = 0; loan < 3; loan++) {
                plim_severity_case c = {.loan = loan, .scenario = scenario, .year = year};
                assert_int_equal(plim_severity_loss(s, &c),
                                 w.plan.loss_fen[scenario * YEARS + year][loan]);
                assert_true(isnan(plim_severity_lgd(s, &c)));
            }
    drop(&w, s);
}

static void losses_are_rounded_once(void **state)
{
    (void)state;
    fixture_world w;
    prepare(&w, &(plim_severity_model){PLIM_SEVERITY_BETA, 0.5, 0.3});
    w.program.scenarios[0].ead[0] = fixture_constant(&w.program, 10.004);
    plim_severity *s = finish(&w);
    for (uint32_t path = 0; path < 2000; path++) {
        plim_severity_case c = at(&w.plan, 0, -1);
        c.path = path;
        c.scenario = path % 2;
        double lgd = plim_severity_lgd(s, &c);
        assert_true(lgd >= 0 && lgd <= 1);
        assert_int_equal(plim_severity_loss(s, &c),
                         (int64_t)nearbyint(lgd * (path % 2 ? 1000.4 : 100001.0)));
    }
    drop(&w, s);
}

/* One draw a loan and path: years and scenarios with the same mean have the same LGD, loans of one
   borrower their own. */
static void draws_are_common(void **state)
{
    (void)state;
    enum { N = 20000 };
    fixture_world w;
    prepare(&w, &(plim_severity_model){PLIM_SEVERITY_BETA, 0.4, 0});
    w.program.scenarios[1].lgd[0] = fixture_constant(&w.program, 0.6);
    plim_severity *s = finish(&w);
    double sum[2] = {0}, squares = 0, product = 0;
    for (uint32_t path = 0; path < N; path++) {
        plim_severity_case c = at(&w.plan, 0, 0);
        c.path = path;
        double lgd = plim_severity_lgd(s, &c);
        c.year = 1;
        c.scenario = 1;
        assert_true(plim_severity_lgd(s, &c) == lgd);
        c.year = 0;
        c.scenario = 2; /* a higher mean, the same draw */
        assert_true(plim_severity_lgd(s, &c) > lgd);
        c = at(&w.plan, 1, 0);
        c.path = path;
        double other = plim_severity_lgd(s, &c);
        sum[0] += lgd - 0.45;
        sum[1] += other - 0.45;
        squares += (lgd - 0.45) * (lgd - 0.45);
        product += (lgd - 0.45) * (other - 0.45);
        c.loan = 2;
        assert_true(plim_severity_lgd(s, &c) == 0);
        assert_int_equal(plim_severity_loss(s, &c), 0);
    }
    double variance = squares / N;
    assert_near(sqrt(variance), 0.4 * sqrt(0.45 * 0.55), 0.003);
    assert_near(sum[0] / N, 0, 4.5 * sqrt(variance / N));
    assert_near(sum[1] / N, 0, 4.5 * sqrt(variance / N));
    assert_near(product / N, 0, 4.5 * variance / sqrt(N));
    drop(&w, s);
}

/* The draw that math/draw.h states. */
static void the_layout_is_version_1(void **state)
{
    (void)state;
    fixture_world w;
    prepare(&w, &(plim_severity_model){PLIM_SEVERITY_BETA, 0.4, 0});
    plim_severity *s = finish(&w);
    plim_severity_case c = at(&w.plan, 1, 0), d = c;
    uint64_t bank, loan, borrower = w.book.borrower_key[0];
    MUST(plim_digest_key("K000000", &bank, &must_err));
    MUST(plim_digest_key("L000001", &loan, &must_err));
    uint64_t key = borrower ^ (bank << 21 | bank >> 43) ^ (loan << 42 | loan >> 22);
    assert_true(plim_severity_key(borrower, bank, loan) == key);
    double e =
        plim_draw_normal(7, &(plim_draw_id){.purpose = PLIM_DRAW_LGD, .key = key, .path = 3});
    /* the median of the beta distribution parts low recoveries from high ones */
    assert_true((plim_severity_lgd(s, &c) > 0.445) == (e < 0));
    d.path = 4;
    assert_true(plim_severity_lgd(s, &d) != plim_severity_lgd(s, &c));
    d = c;
    d.seed = 8;
    assert_true(plim_severity_lgd(s, &d) != plim_severity_lgd(s, &c));
    drop(&w, s);
}

/* A bank that runs its own book alone gives its loans the recoveries that they have where the books
   are pooled; its loans come later there, in canonical order. */
static void a_bank_alone_has_the_same_recoveries(void **state)
{
    (void)state;
    const plim_severity_model beta = {PLIM_SEVERITY_BETA, 0.4, 0.3};
    const fixture_loan pooled[] = {{0, 0, 900, 0.45, 1, 0}, {0, 1, 500, 0.45, 1, 0}};
    const fixture_loan alone[] = {{0, 0, 500, 0.45, 1, 0}};
    fixture_world w[2];
    plim_severity *s[2];
    for (int i = 0; i < 2; i++) {
        memset(&w[i], 0, sizeof w[i]);
        fixture_book(&w[i].book, 1, i == 0 ? 2 : 1, i == 0 ? pooled : alone, i == 0 ? 2 : 1);
        fixture_program(&w[i].program, 1, 2026, 2026);
        fixture_factors(&w[i].program, 1, 1, 0);
        w[i].program.model.loading[0] = fixture_constant(&w[i].program, 0.4);
        w[i].program.model.severity = beta;
    }
    plim_column *bank = plim_frame_find(&w[1].book.banks, "id");
    plim_column *loan = plim_frame_find(&w[1].book.loans, "id");
    MUST(plim_column_set_text(bank, 0, "K000001", &must_err));
    MUST(plim_column_set_text(loan, 0, "L000001", &must_err));
    for (int i = 0; i < 2; i++)
        s[i] = finish(&w[i]);
    bool moves = false;
    for (uint32_t path = 0; path < 100; path++) {
        plim_severity_case c = at(&w[0].plan, 1, -1), d = at(&w[1].plan, 0, -1), other = c;
        c.path = d.path = other.path = path;
        other.loan = 0;
        assert_int_equal(plim_severity_loss(s[0], &c), plim_severity_loss(s[1], &d));
        moves = moves || plim_severity_lgd(s[0], &other) != plim_severity_lgd(s[0], &c);
    }
    assert_true(moves);
    for (int i = 0; i < 2; i++)
        drop(&w[i], s[i]);
}

/* Without factors there is no state to depend on: the spread is the whole one. */
static void no_factors_no_dependence(void **state)
{
    (void)state;
    fixture_world w, plain;
    prepare(&w, &(plim_severity_model){PLIM_SEVERITY_BETA, 0.4, 0.7});
    prepare(&plain, &(plim_severity_model){PLIM_SEVERITY_BETA, 0.4, 0});
    w.program.model.loading[0] = PLIM_NO_NODE;
    plim_severity *s = finish(&w), *t = finish(&plain);
    plim_severity_case c = {.seed = 7, .argument = -2};
    for (c.path = 0; c.path < 100; c.path++)
        assert_true(plim_severity_lgd(s, &c) == plim_severity_lgd(t, &c));
    drop(&w, s);
    drop(&plain, t);
}

static void frye_jacobs_in_scenarios(void **state)
{
    (void)state;
    fixture_world w;
    prepare(&w, &(plim_severity_model){PLIM_SEVERITY_FRYE_JACOBS, 0, 0});
    w.program.scenarios[0].pd[0] = fixture_constant(&w.program, 0.1);
    w.program.scenarios[0].fails[1] = fixture_constant(&w.program, 1);
    w.program.scenarios[1].lgd[0] = fixture_constant(&w.program, 0.54); /* 1.2 of the book's */
    w.program.scenarios[1].lgd[1] = fixture_constant(&w.program, 1.5);
    plim_severity *s = finish(&w);
    plim_severity_case base = at(&w.plan, 0, -2), c = base;
    double lgd = plim_severity_lgd(s, &base);
    assert_true(lgd > 0.45 && lgd < 1);
    /* a higher PD: a higher LGD through h, by the function of the baseline */
    uint32_t row = w.plan.first_row[0] + w.plan.row_of[1];
    c.scenario = 1;
    c.argument = w.plan.threshold[row * YEARS] - c.index;
    double k = (plim_normal_inv(0.02) - plim_normal_inv(0.02 * 0.45)) / sqrt(1 - 0.16);
    assert_near(plim_severity_lgd(s, &c),
                plim_normal_cdf(c.argument - k) / plim_normal_cdf(c.argument), 1e-13);
    assert_true(plim_severity_lgd(s, &c) > lgd);
    /* a decreed default says nothing of the economy */
    c.year = 1;
    c.argument = (double)INFINITY;
    assert_true(plim_severity_lgd(s, &c) == lgd);
    /* an LGD of the scenario's own is a factor on top, within 1.5 */
    c = base;
    c.scenario = 2;
    assert_near(plim_severity_lgd(s, &c), 1.2 * lgd, 1e-13);
    c.year = 1;
    assert_true(plim_severity_lgd(s, &c) == 1.5);
    assert_int_equal(plim_severity_loss(s, &c), 150002); /* 1.5 x 100001 to even */
    /* where there is no function */
    c.loan = 2;
    assert_true(plim_severity_lgd(s, &c) == 1.5);
    c.scenario = 0;
    assert_true(plim_severity_lgd(s, &c) == 0);
    drop(&w, s);
}

static void years_with_their_own_pds(void **state)
{
    (void)state;
    fixture_world w;
    prepare(&w, &(plim_severity_model){PLIM_SEVERITY_FRYE_JACOBS, 0, 0});
    w.book.pd_term[1] = fixture_number(&w.book.borrowers, "pd_2", 0.08)->number;
    w.book.pd_term[0] = plim_frame_find(&w.book.borrowers, "pd")->number;
    plim_severity *s = finish(&w);
    plim_severity_case c = at(&w.plan, 0, 0);
    double first = plim_severity_lgd(s, &c), k;
    c.year = 1;
    c.argument = w.plan.threshold[1] - c.index;
    k = (plim_normal_inv(0.08) - plim_normal_inv(0.08 * 0.45)) / sqrt(1 - 0.16);
    assert_near(plim_severity_lgd(s, &c),
                plim_normal_cdf(c.argument - k) / plim_normal_cdf(c.argument), 1e-13);
    assert_true(plim_severity_lgd(s, &c) != first);
    assert_true(plim_severity_bytes(&w.plan) >= 2 * 3 * sizeof(double));
    drop(&w, s);
}

static void no_memory(void **state)
{
    (void)state;
    static const plim_severity_model models[] = {{PLIM_SEVERITY_FIXED, 0, 0},
                                                 {PLIM_SEVERITY_BETA, 0.4, 0},
                                                 {PLIM_SEVERITY_FRYE_JACOBS, 0, 0}};
    for (int i = 0; i < 3; i++) {
        fixture_world w;
        prepare(&w, &models[i]);
        plim_severity_destroy(finish(&w));
        bool done = false;
        for (long n = 1; !done; n++) {
            plim_severity *s = NULL;
            plim_error err = {0};
            plim_memory_fail_at(n, 0);
            done = plim_severity_create(&s, &w.plan, &err) == PLIM_OK;
            plim_memory_fail_at(0, 0);
            if (!done) {
                assert_int_equal(err.status, PLIM_MACHINE);
                assert_null(s);
            }
            plim_severity_destroy(s);
        }
        fixture_drop(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed),
        cmocka_unit_test(losses_are_rounded_once),
        cmocka_unit_test(draws_are_common),
        cmocka_unit_test(the_layout_is_version_1),
        cmocka_unit_test(a_bank_alone_has_the_same_recoveries),
        cmocka_unit_test(no_factors_no_dependence),
        cmocka_unit_test(frye_jacobs_in_scenarios),
        cmocka_unit_test(years_with_their_own_pds),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
