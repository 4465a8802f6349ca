#include "../support/simulate_fixture.h"

enum { OCTETS = 5, PATHS = OCTETS * PLIM_OCTET };

static const uint32_t octets[OCTETS] = {3, 4, 77, 78, 2000000};

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

/* What a borrower meets on the block: paths on which it defaults in the baseline, in the scenario.
 */
typedef struct seen {
    uint32_t base[5], shock[5], both[5];
} seen;

static seen simulate(const fixture_world *w, const uint8_t *wanted)
{
    seen out = {0};
    plim_screen screen;
    plim_workspace *workspace;
    MUST(plim_screen_make(&screen, &(plim_screen_config){.plan = &w->plan, .threads = 1},
                          &must_err));
    plim_workspace_config config = {.screen = &screen, .seed = 1, .n_octets = OCTETS};
    MUST(plim_workspace_create(&workspace, &config, &must_err));
    plim_workspace_load(workspace, octets, OCTETS);
    plim_workspace_want(workspace, wanted);
    for (uint32_t c = 0; c < screen.n_chunks; c++) {
        const plim_events *events;
        MUST(plim_workspace_chunk(workspace, c, &events, &must_err));
        for (size_t e = 0; e < events->count; e++) {
            const plim_event *event = &events->event[e];
            const uint8_t *year = events->year + 2 * e;
            assert_in_range(event->path, 0, PATHS - 1);
            assert_int_equal(screen.borrower[screen.chunk[c].first + event->place],
                             event->borrower);
            out.base[event->borrower] += year[0] != 0;
            out.shock[event->borrower] += year[1] != 0;
            out.both[event->borrower] += year[0] == year[1];
            if (event->borrower == 0)
                assert_int_equal(year[1], 2);
        }
    }
    plim_workspace_destroy(workspace);
    plim_screen_free(&screen);
    return out;
}

static void who_defaults_when(void **state)
{
    (void)state;
    fixture_world w;
    make(&w);
    seen s = simulate(&w, NULL);
    assert_int_equal(s.base[0], 0);
    assert_int_equal(s.shock[0], PATHS);
    assert_int_equal(s.shock[1], PATHS);
    assert_in_range(s.base[1], 5, PATHS - 5);
    assert_int_equal(s.shock[2] + s.shock[3], 0); /* in default already; without loans */
    assert_in_range(s.base[4], 5, PATHS - 5);
    assert_int_equal(s.both[4], s.base[4]);
    fixture_drop(&w);
}

static void only_the_wanted_paths(void **state)
{
    (void)state;
    fixture_world w;
    make(&w);
    const uint8_t none[OCTETS] = {0}, some[OCTETS] = {1, 0, 128, 0, 3};
    assert_int_equal(simulate(&w, none).shock[0], 0);
    seen s = simulate(&w, some);
    assert_int_equal(s.shock[0], 4);
    assert_int_equal(s.shock[1], 4);
    fixture_drop(&w);
}

/* The fate that is told agrees with the plan's numbers. */
static void fates_are_told(void **state)
{
    (void)state;
    fixture_world w;
    plim_screen screen;
    plim_workspace *workspace;
    make(&w);
    MUST(
        plim_screen_make(&screen, &(plim_screen_config){.plan = &w.plan, .threads = 1}, &must_err));
    plim_workspace_config config = {.screen = &screen, .seed = 1, .n_octets = OCTETS};
    MUST(plim_workspace_create(&workspace, &config, &must_err));
    plim_workspace_load(workspace, octets, OCTETS);
    double z[3];
    plim_simulate_factors(&w.plan, 1, 77 * 8 + 5, z);
    plim_event event = {.borrower = 4, .path = 2 * PLIM_OCTET + 5};
    uint32_t row = w.plan.first_row[4];
    for (uint32_t t = 0; t < 3; t++) {
        plim_fate fate = plim_workspace_fate(workspace, &event, row, t);
        assert_true(fate.index == w.plan.loading[w.plan.first_loading[4]] * z[t]);
        assert_true(fate.argument == w.plan.threshold[row * 3 + t] - fate.index);
    }
    plim_workspace_destroy(workspace);
    plim_screen_free(&screen);
    fixture_drop(&w);
}

static void failed_allocations_are_reported(void **state)
{
    (void)state;
    fixture_world w;
    make(&w);
    plim_screen screen;
    MUST(
        plim_screen_make(&screen, &(plim_screen_config){.plan = &w.plan, .threads = 1}, &must_err));
    plim_workspace_config config = {.screen = &screen, .seed = 1, .n_octets = OCTETS};
    for (long nth = 1; nth <= 17; nth++) {
        plim_workspace *workspace;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_status status = plim_workspace_create(&workspace, &config, &err);
        plim_memory_fail_at(0, 0);
        assert_int_equal(status, PLIM_MACHINE);
        assert_null(workspace);
    }
    for (long nth = 1; nth <= 8; nth++) {
        plim_screen again;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_status status =
            plim_screen_make(&again, &(plim_screen_config){.plan = &w.plan, .threads = 1}, &err);
        plim_memory_fail_at(0, 0);
        assert_int_equal(status, PLIM_MACHINE);
    }
    assert_true(plim_workspace_bytes(&screen, OCTETS) > PATHS * 16 * sizeof(plim_event));
    plim_screen_free(&screen);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_defaults_when),
        cmocka_unit_test(only_the_wanted_paths),
        cmocka_unit_test(fates_are_told),
        cmocka_unit_test(failed_allocations_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
