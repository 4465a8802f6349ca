#include "../support/simulate_fixture.h"

#include "simulate/workspace.h"

#define PATHS 40

/* Borrowers: pd 0, ordinary, pd 1 (in default already), no loans, ordinary. The scenario lets the
   first two fail in the second year. */
static void make(fixture_world *w)
{
    const fixture_loan loans[] = {{0, 0, 100, 0.5, 1, 0},
                                  {1, 0, 100, 0.5, 1, 0},
                                  {2, 0, 100, 0.5, 1, 1},
                                  {4, 0, 100, 0.5, 1, 0}};
    memset(w, 0, sizeof *w);
    fixture_book(&w->book, 5, 1, loans, 4);
    fixture_set_pd(&w->book, 0, 0);
    fixture_set_pd(&w->book, 1, 0.3);
    fixture_set_pd(&w->book, 2, 1);
    fixture_set_pd(&w->book, 4, 0.3);
    fixture_program(&w->program, 1, 2026, 2028);
    fixture_factors(&w->program, 1, 0, 0.5);
    w->program.model.loading[0] = fixture_constant(&w->program, 0.5);
    plim_column *doomed = fixture_number(&w->book.borrowers, "doomed", 0);
    doomed->number[0] = doomed->number[1] = 1;
    w->program.scenarios[0].fails[1] = fixture_column(&w->program, PLIM_LEVEL_BORROWER, "doomed");
    fixture_make(&w->plan, &w->book, &w->program);
}

static void simulate(plim_workspace *workspace, uint32_t first_borrower, uint32_t n_borrowers,
                     const plim_events **events)
{
    plim_tile tile = {.first_borrower = first_borrower,
                      .n_borrowers = n_borrowers,
                      .first_path = 5,
                      .n_paths = PATHS};
    plim_simulate_tile(workspace, &tile, events);
}

static void who_defaults_when(void **state)
{
    (void)state;
    fixture_world w;
    make(&w);
    plim_workspace *workspace;
    const plim_events *events;
    MUST(plim_workspace_create(&workspace, &w.plan, 5, PATHS, PLIM_ISA_BASE, 1, &must_err));
    simulate(workspace, 0, 5, &events);
    uint32_t count[5] = {0}, own = 0;
    for (size_t e = 0; e < events->count; e++) {
        const plim_event *event = &events->event[e];
        const uint8_t *year = events->year + 2 * e;
        assert_in_range(event->path, 5, 5 + PATHS - 1);
        if (e > 0 && event[-1].borrower == event->borrower)
            assert_true(event[-1].path < event->path);
        else if (e > 0)
            assert_true(event[-1].borrower < event->borrower);
        count[event->borrower]++;
        if (event->borrower == 0) {
            assert_int_equal(year[0], 0);
            assert_int_equal(year[1], 2);
        } else if (event->borrower == 1) {
            assert_in_range(year[1], 1, 2);
            assert_true(year[0] == 1 ? year[1] == 1 : year[1] == 2);
            own += year[0] != 0;
        } else {
            assert_int_equal(year[0], year[1]);
        }
    }
    assert_int_equal(count[0], PATHS);
    assert_int_equal(count[1], PATHS);
    assert_int_equal(count[2], 0);
    assert_int_equal(count[3], 0);
    assert_in_range(count[4], 5, PATHS - 5);
    assert_in_range(own, 5, PATHS - 5);
    plim_workspace_destroy(workspace);
    fixture_drop(&w);
}

/* The second slab of a block finds the factors drawn; its events are those of the whole. */
static void slabs_add_up(void **state)
{
    (void)state;
    fixture_world w;
    make(&w);
    plim_workspace *whole, *part;
    const plim_events *all, *some;
    MUST(plim_workspace_create(&whole, &w.plan, 5, PATHS, PLIM_ISA_BASE, 1, &must_err));
    MUST(plim_workspace_create(&part, &w.plan, 3, PATHS, PLIM_ISA_BASE, 1, &must_err));
    simulate(whole, 0, 5, &all);
    size_t seen = 0;
    for (uint32_t first = 0; first < 5; first += 3) {
        simulate(part, first, first == 0 ? 3 : 2, &some);
        assert_memory_equal(some->event, all->event + seen, some->count * sizeof *some->event);
        assert_memory_equal(some->year, all->year + 2 * seen, some->count * 2);
        seen += some->count;
    }
    assert_int_equal(seen, all->count);
    plim_workspace_destroy(whole);
    plim_workspace_destroy(part);
    fixture_drop(&w);
}

static void failed_allocations_are_reported(void **state)
{
    (void)state;
    fixture_world w;
    make(&w);
    for (long nth = 1; nth <= 10; nth++) {
        plim_workspace *workspace;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_status status =
            plim_workspace_create(&workspace, &w.plan, 5, PATHS, PLIM_ISA_BASE, 1, &err);
        plim_memory_fail_at(0, 0);
        assert_int_equal(status, PLIM_MACHINE);
        assert_null(workspace);
    }
    assert_true(plim_workspace_bytes(&w.plan, 5, PATHS) > 5 * PATHS * sizeof(plim_event));
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_defaults_when),
        cmocka_unit_test(slabs_add_up),
        cmocka_unit_test(failed_allocations_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
