#include "../support/plan_fixture.h"

static const fixture_loan loans[] = {{0, 0, 100, 0.4, 1, 0}, {1, 0, 100, 0.4, 1, 0}};

typedef struct world {
    plim_book book;
    plim_program program;
    plim_plan plan;
} world;

/* Two factors, correlated 0.5; both borrowers load column w0 on the first, 0.3 on the second. */
static void make(world *w)
{
    memset(w, 0, sizeof *w);
    fixture_book(&w->book, 2, 1, loans, 2);
    fixture_program(&w->program, 1, 2026, 2026);
    fixture_factors(&w->program, 2, 0.5, 0.25);
    plim_column *weight = fixture_number(&w->book.borrowers, "w0", 0);
    weight->number[1] = 0.4;
    w->program.model.loading[0] = fixture_column(&w->program, PLIM_LEVEL_BORROWER, "w0");
    w->program.model.loading[1] = fixture_constant(&w->program, 0.3);
}

static void drop(world *w)
{
    fixture_free(&w->plan, &w->book, &w->program);
}

static void loadings_are_scaled(void **state)
{
    (void)state;
    world w;
    make(&w);
    fixture_make(&w.plan, &w.book, &w.program);
    const plim_plan *p = &w.plan;
    assert_int_equal(p->n_factors, 2);
    assert_near(p->persistence, 0.25, 0);
    assert_near(p->cholesky[2], 0.5, 1e-15);
    assert_near(p->cholesky[3], sqrt(0.75), 1e-15);
    /* a loading of zero is not kept */
    assert_int_equal(p->first_loading[1], 1);
    assert_int_equal(p->first_loading[2], 3);
    assert_int_equal(p->loading_factor[0], 1);
    assert_near(p->r2[0], 0.09, 1e-15);
    assert_near(p->loading[0], 0.3 / sqrt(0.91), 1e-15);
    double r2 = 0.16 + 0.09 + 2 * 0.5 * 0.4 * 0.3;
    assert_near(p->r2[1], r2, 1e-15);
    assert_near(p->loading[1], 0.4 / sqrt(1 - r2), 1e-15);
    assert_near(p->loading[2], 0.3 / sqrt(1 - r2), 1e-15);
    uint64_t key;
    MUST(plim_digest_key("z1", &key, &must_err));
    assert_true(p->factor_key[1] == key);
    drop(&w);
}

static void refused(world *w, const char *message)
{
    plim_error err = {0};
    assert_int_equal(plim_plan_make(&w->plan, &w->book, &w->program, 2, &err), PLIM_INPUT);
    assert_string_equal(err.message, message);
}

static void r2_of_one_is_refused(void **state)
{
    (void)state;
    world w;
    make(&w);
    w.program.model.loading[1] = PLIM_NO_NODE;
    plim_frame_find(&w.book.borrowers, "w0")->number[1] = 1;
    refused(&w, "test.lua:12: model: R2 of borrower B000001 is 1; accepted is 0 to below 1");
    drop(&w);
}

static void missing_loadings_are_refused(void **state)
{
    (void)state;
    world w;
    make(&w);
    plim_frame_find(&w.book.borrowers, "w0")->number[0] = (double)NAN;
    refused(&w, "test.lua:12: model: loading on z0 of borrower B000000 is not a number, because "
                "its column w0 "
                "is missing (proxy(x, value) fills it); accepted is a finite number");
    /* nobody asks for those who cannot default */
    w.book.loan_defaulted[0] = 1;
    fixture_make(&w.plan, &w.book, &w.program);
    assert_int_equal(w.plan.first_loading[1], 0);
    drop(&w);
}

static void persistence_is_checked(void **state)
{
    (void)state;
    world w;
    make(&w);
    w.program.model.persistence = 1.5;
    refused(&w, "model test_model: persistence is 1.5; accepted is 0 to 1");
    drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loadings_are_scaled),
        cmocka_unit_test(r2_of_one_is_refused),
        cmocka_unit_test(missing_loadings_are_refused),
        cmocka_unit_test(persistence_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
