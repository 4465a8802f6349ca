#include "../support/plan_fixture.h"

static const fixture_loan loans[] = {{0, 0, 1000, 0.5, 1, 0}, {1, 0, 400, 0.25, 1, 0}};

typedef struct world {
    plim_book book;
    plim_program program;
    plim_plan plan;
} world;

static void make(world *w, size_t n_scenarios)
{
    memset(w, 0, sizeof *w);
    fixture_book(&w->book, 2, 1, loans, 2);
    fixture_program(&w->program, n_scenarios, 2026, 2028);
}

static void drop(world *w)
{
    fixture_free(&w->plan, &w->book, &w->program);
}

static void refused(world *w, const char *part)
{
    plim_error err = {0};
    assert_int_equal(plim_plan_make(&w->plan, &w->book, &w->program, 2, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, part));
    drop(w);
}

static void limits(void **state)
{
    (void)state;
    world w;
    make(&w, 0);
    refused(&w, "no scenario");
    make(&w, 256);
    refused(&w, "256 scenarios in one run; accepted are at most 255");
    make(&w, 2);
    w.program.scenarios[1].last_year = 2030;
    refused(&w, "scenario s2 covers 2026-2030, but scenario s1 covers 2026-2028");
}

static void the_most_scenarios_have_a_row_each(void **state)
{
    (void)state;
    world w;
    make(&w, 255);
    for (int s = 0; s < 255; s++)
        w.program.scenarios[s].pd[2] = fixture_constant(&w.program, 0.5 + s / 1000.0);
    fixture_make(&w.plan, &w.book, &w.program);
    assert_int_equal(w.plan.first_row[2], 512);
    assert_int_equal(w.plan.row_of[255], 255);
    assert_true(fixture_curve(&w.plan, 1, 255)[2] == 0.5 + 254 / 1000.0);
    drop(&w);
}

static void who_can_default(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    fixture_set_pd(&w.book, 0, 1); /* certain to default, whatever its loans say */
    fixture_make(&w.plan, &w.book, &w.program);
    assert_int_equal(w.plan.alive[0], 0);
    assert_int_equal(w.plan.alive[1], 1);
    drop(&w);
    make(&w, 1);
    w.book.loan_defaulted[1] = 1;
    fixture_make(&w.plan, &w.book, &w.program);
    assert_int_equal(w.plan.alive[0], 1);
    assert_int_equal(w.plan.alive[1], 0);
    drop(&w);
}

/* A program that uses every part of the plan. */
static void fill(world *w)
{
    plim_program *p = &w->program;
    fixture_factors(p, 1, 0, 0.5);
    p->model.loading[0] = fixture_constant(p, 0.4);
    fixture_driver(p, 0, "x", 0, 0, 1);
    for (int t = 0; t < 3; t++) {
        plim_node pd =
            fixture_apply2(p, PLIM_OP_MAX, fixture_pd(p, t), fixture_driver_node(p, 0, "x", t));
        p->scenarios[0].pd[t] = pd;
        p->scenarios[0].pd_reference[t] = fixture_reference(p, pd);
        p->scenarios[0].lgd[t] = fixture_column(p, PLIM_LEVEL_LOAN, "lgd");
        p->scenarios[0].ead[t] = fixture_constant(p, 10.0 + t);
    }
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
    world w;
    make(&w, 1);
    fill(&w);
    long nth = 1;
    for (;; nth++) {
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_status status = plim_plan_make(&w.plan, &w.book, &w.program, 2, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK)
            break;
        assert_int_equal(status, PLIM_MACHINE);
        assert_null(w.plan.pd);
        assert_in_range(nth, 1, 200);
    }
    assert_in_range(nth, 30, 200);
    drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits),
        cmocka_unit_test(the_most_scenarios_have_a_row_each),
        cmocka_unit_test(who_can_default),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
