#include "../support/simulate_fixture.h"

static const fixture_sizes sizes = {
    .borrowers = 20, .banks = 2, .scenarios = 1, .years = 2, .factors = 1};

typedef struct seen {
    uint64_t last, total;
    int calls;
} seen;

static void watch(void *user, uint64_t done, uint64_t total)
{
    seen *s = user;
    assert_true(done >= s->last && done <= total);
    s->last = done;
    s->total = total;
    s->calls++;
}

static void progress_reaches_the_end(void **state)
{
    (void)state;
    fixture_world w;
    fixture_random_world(&w, &sizes, 0);
    seen s = {0};
    plim_tallies t;
    plim_simulation simulation = {.plan = &w.plan,
                                  .seed = 1,
                                  .n_paths = 1000,
                                  .threads = 2,
                                  .progress = watch,
                                  .progress_user = &s};
    MUST(plim_simulate(&simulation, &t, &must_err));
    assert_true(s.calls >= 1);
    assert_true(s.last == s.total);
    assert_true(s.total >= 8); /* enough tasks for both threads */
    plim_tallies_free(&t);
    fixture_drop(&w);
}

static void changes_of_defaulted_loans_are_added_once(void **state)
{
    (void)state;
    const fixture_loan loans[] = {{0, 0, 100, 0.5, 4, 1}};
    fixture_world w = {0};
    fixture_book(&w.book, 1, 1, loans, 1);
    fixture_program(&w.program, 1, 2026, 2028);
    w.program.scenarios[0].lgd[1] = fixture_constant(&w.program, 0.75);
    w.program.scenarios[0].lgd[2] = fixture_constant(&w.program, 0.75);
    fixture_make(&w.plan, &w.book, &w.program);
    plim_tallies t;
    fixture_simulate(&t, &w.plan, 100, 1);
    for (uint32_t p = 0; p < 100; p++) {
        assert_int_equal(t.loss[p], 0);
        assert_int_equal(t.loss[100 + p], 2500);
    }
    assert_true(t.years[4].loss.sum == 250000 && t.years[4].delta.sum == 250000);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

static void seeds_differ(void **state)
{
    (void)state;
    fixture_world w;
    fixture_random_world(&w, &sizes, 0);
    plim_tallies a, b;
    fixture_simulate(&a, &w.plan, 100, 1);
    fixture_simulate(&b, &w.plan, 100, 1ULL << 32);
    assert_memory_not_equal(a.loss, b.loss, 100 * sizeof *a.loss);
    plim_tallies_free(&a);
    plim_tallies_free(&b);
    fixture_drop(&w);
}

static void nonsense_is_a_bug(void **state)
{
    (void)state;
    fixture_world w;
    fixture_random_world(&w, &sizes, 0);
    plim_tallies t;
    plim_error err = {0};
    plim_simulation simulation = {.plan = &w.plan, .n_paths = 0, .threads = 1};
    assert_int_equal(plim_simulate(&simulation, &t, &err), PLIM_BUG);
    fixture_drop(&w);
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
    fixture_world w;
    fixture_random_world(&w, &sizes, 0);
    plim_simulation simulation = {.plan = &w.plan, .seed = 1, .n_paths = 64, .threads = 2};
    long nth = 1;
    for (;; nth++) {
        plim_tallies t;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_status status = plim_simulate(&simulation, &t, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK) {
            plim_tallies_free(&t);
            break;
        }
        assert_int_equal(status, PLIM_MACHINE);
        assert_null(t.loss);
        assert_in_range(nth, 1, 200);
    }
    assert_in_range(nth, 30, 200);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_reaches_the_end),
        cmocka_unit_test(changes_of_defaulted_loans_are_added_once),
        cmocka_unit_test(seeds_differ),
        cmocka_unit_test(nonsense_is_a_bug),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
