#include "../support/simulate_fixture.h"

#include "simulate/partial.h"

#define PATHS 300

/* Borrower 0 has two loans at two banks and one in default; borrower 1 one loan. */
static const fixture_loan loans[] = {{0, 0, 100, 0.5, 2, 0},
                                     {0, 1, 200, 0.25, 0, 0},
                                     {0, 1, 400, 0.5, 4, 1},
                                     {1, 1, 800, 0.5, 1, 0}};

static void make(fixture_world *w)
{
    memset(w, 0, sizeof *w);
    fixture_book(&w->book, 2, 2, loans, 4);
    plim_column *sector = plim_frame_find(&w->book.borrowers, "sector");
    MUST(plim_column_set_text(sector, 1, "D4411", &must_err));
    fixture_program(&w->program, 1, 2026, 2027);
    w->program.scenarios[0].lgd[1] = fixture_constant(&w->program, 0.75);
    w->program.scenarios[0].ead[1] = fixture_constant(&w->program, 10);
    fixture_make(&w->plan, &w->book, &w->program);
}

static void events_go_where_they_belong(void **state)
{
    (void)state;
    fixture_world w;
    make(&w);
    plim_tallies t;
    plim_partial partial;
    MUST(plim_tallies_create(&t, &w.plan, PATHS, &must_err));
    MUST(plim_partial_create(&partial, &t, &must_err));
    /* borrower 0, path 3: baseline never, scenario in the second year; path 259: first year in both
     */
    plim_event event[] = {{0, 3}, {0, 259}};
    uint8_t year[] = {0, 2, 1, 1};
    plim_partial_add(&partial, &t, &w.plan, &(plim_events){2, event, year});
    plim_partial_merge(&t, &partial);
    plim_partial_free(&partial);

    const uint32_t banks = 2, years = 2, s = 1;
    assert_int_equal(t.loss[(s * banks + 0) * PATHS + 3], 750);
    assert_int_equal(t.loss[(s * banks + 1) * PATHS + 3], 750);
    assert_int_equal(t.loss[3], 0);
    assert_int_equal(t.loss[259], 5000);
    assert_int_equal(t.loss[PATHS + 259], 5000);
    assert_int_equal(t.defaulted_exposure[PATHS + 259], 20000);
    assert_int_equal(t.defaulted_exposure[(s * banks + 1) * PATHS + 3], 1000);
    assert_int_equal(t.year_loss[(s * years + 1) * PATHS + 3], 1500);
    assert_int_equal(t.year_loss[(s * years + 0) * PATHS + 259], 10000);
    assert_int_equal(t.year_defaulted_exposure[(s * years + 1) * PATHS + 3], 2000);
    assert_int_equal(t.year_defaults[(s * years + 1) * PATHS + 3], 1);
    assert_int_equal(t.year_defaults[259], 1);
    /* paths 3 and 259 share batch 3; the sector is the borrower's */
    uint32_t ceramics = plim_names_find(&t.sectors.names, "C3071");
    assert_int_equal((int64_t)t.sector_loss[(s * 2 + ceramics) * PLIM_BATCHES + 3], 11500);
    assert_int_equal((int64_t)t.sector_loss[(s * 2 + 1 - ceramics) * PLIM_BATCHES + 3], 0);
    assert_int_equal((int64_t)t.region_loss[PLIM_BATCHES * s + 3], 11500);
    /* balances, not exposures, by the class stated in the book */
    size_t cell = (((s * years + 1) * banks + 0) * 6 + 2) * PLIM_BATCHES + 3;
    assert_int_equal((int64_t)t.class_balance[cell], 10000);
    cell = (((s * years + 1) * banks + 1) * 6 + 0) * PLIM_BATCHES + 3;
    assert_int_equal((int64_t)t.class_balance[cell], 20000);
    assert_int_equal(t.borrower_defaults[(0 * 2 + s) * years + 1], 1);
    assert_int_equal(t.borrower_defaults[(0 * 2 + s) * years + 0], 1);
    assert_int_equal(t.borrower_defaults[0], 1);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

static void changes_are_on_every_path(void **state)
{
    (void)state;
    fixture_world w;
    make(&w);
    plim_tallies t;
    MUST(plim_tallies_create(&t, &w.plan, PATHS, &must_err));
    plim_tally_changes(&t, &w.plan);
    uint32_t ceramics = plim_names_find(&t.sectors.names, "C3071");
    for (uint32_t p = 0; p < PATHS; p++) {
        assert_int_equal(t.loss[p] + t.loss[PATHS + p] + t.loss[2 * PATHS + p], 0);
        assert_int_equal(t.loss[3 * PATHS + p], 10000); /* 400 x (0.75 - 0.5) */
        assert_int_equal(t.year_loss[2 * PATHS + p], 0);
        assert_int_equal(t.year_loss[3 * PATHS + p], 10000);
        assert_int_equal(t.year_defaulted_exposure[3 * PATHS + p], 0);
    }
    const plim_int128 *batch = t.sector_loss + (2 + ceramics) * PLIM_BATCHES;
    assert_int_equal((int64_t)batch[43], 20000); /* paths 43 and 299 */
    assert_int_equal((int64_t)batch[44], 10000);
    assert_int_equal((int64_t)t.region_loss[PLIM_BATCHES + 43], 20000);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_go_where_they_belong),
        cmocka_unit_test(changes_are_on_every_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
