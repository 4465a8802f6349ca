#include "../support/class_fixture.h"

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

/* Place of a borrower in its chunk, and the chunk. */
static uint32_t place_of(const plim_screen *screen, uint32_t borrower, uint32_t *chunk)
{
    for (*chunk = 0; *chunk < screen->n_chunks; (*chunk)++)
        for (uint32_t i = 0; i < screen->chunk[*chunk].n_borrowers; i++)
            if (screen->borrower[screen->chunk[*chunk].first + i] == borrower)
                return i;
    fail_msg("borrower %u is in no chunk", borrower);
    return 0;
}

typedef struct desk {
    fixture_classes classes;
    plim_tallies t;
    plim_screen screen;
    plim_severity *severity;
    plim_stakes stakes;
    plim_round round;
    plim_partial partial;
} desk;

static void sit(desk *d, fixture_world *w)
{
    plim_class_policy policy = fixture_class_policy;
    policy.cure_rate = 0;
    fixture_classify(&d->classes, &w->plan, &policy);
    MUST(plim_tallies_create(&d->t, &w->plan, PATHS, &must_err));
    MUST(plim_screen_make(&d->screen, &(plim_screen_config){.plan = &w->plan, .threads = 1},
                          &must_err));
    MUST(plim_severity_create(&d->severity, &w->plan, &must_err));
    plim_stakes_config stakes = {&d->screen, d->severity, &d->t, 2, 1};
    MUST(plim_stakes_make(&d->stakes, &stakes, &must_err));
    MUST(plim_round_create(&d->round, &w->plan, plim_round_size(&w->plan, PATHS, 0), &must_err));
    MUST(plim_partial_create(&d->partial, &d->stakes, &d->round, &must_err));
    plim_round_begin(&d->round, 0, PATHS);
}

static void rise(desk *d)
{
    plim_partial_free(&d->partial);
    plim_round_free(&d->round);
    plim_stakes_free(&d->stakes);
    plim_severity_destroy(d->severity);
    plim_screen_free(&d->screen);
    plim_tallies_free(&d->t);
    fixture_declassify(&d->classes);
}

/* Of bank 0 from class 2, in a batch. */
static int64_t class_move(const plim_tallies *t, size_t s, size_t year, size_t batch, uint32_t to)
{
    size_t block = (s * t->n_years + year) * t->n_banks * PLIM_CLASS_PAIRS;
    return (int64_t)t->class_moves[(block + plim_class_pair(2, to)) * PLIM_BATCHES + batch];
}

static void events_go_where_they_belong(void **state)
{
    (void)state;
    fixture_world w;
    desk d;
    make(&w);
    sit(&d, &w);
    /* borrower 0, path 3: baseline never, scenario in the second year; path 259: first year in
       both; path 301 does not exist. The block is octets 0, 32 and 37. */
    const uint32_t octet[] = {0, 32, 37};
    uint32_t chunk = 0, place = place_of(&d.screen, 0, &chunk);
    plim_event event[] = {{0, place, 3}, {0, place, 8 + 3}, {0, place, 16 + 5}};
    uint8_t year[] = {0, 2, 1, 1, 1, 1};
    uint16_t day[] = {0, 100, 1, 300, 1, 1};
    plim_workspace *workspace; /* that has simulated them, as far as a fixed LGD asks */
    plim_workspace_config config = {.screen = &d.screen, .seed = 1, .n_octets = 3};
    MUST(plim_workspace_create(&workspace, &config, &must_err));
    plim_block block = {workspace, octet, 3};
    plim_partial_add(&d.partial, chunk, &block, &(plim_events){3, event, year, day});
    plim_workspace_destroy(workspace);
    plim_partial_merge(&d.t, &d.partial);
    plim_stakes_merge(&d.stakes, &d.t);
    plim_round_reduce(&d.round, &d.t, 2);
    const plim_tallies t = d.t;

    const uint32_t banks = 2, years = 2, s = 1;
    assert_int_equal(t.loss[(s * banks + 0) * PATHS + 3], 750);
    assert_int_equal(t.loss[(s * banks + 1) * PATHS + 3], 750);
    assert_int_equal(t.loss[3], 0);
    assert_int_equal(t.loss[259], 5000);
    assert_int_equal(t.loss[PATHS + 259], 5000);
    assert_int_equal(t.defaulted_exposure[PATHS + 259], 20000);
    assert_int_equal(t.defaulted_exposure[(s * banks + 1) * PATHS + 3], 1000);
    assert_true(t.years[s * years + 1].loss.sum == 1500);
    assert_true(t.years[s * years + 0].loss.sum == 10000);
    assert_true(t.years[s * years + 1].defaulted.sum == 2000 + 30000);
    assert_true(t.years[s * years + 1].d == 1 && t.years[0].d == 1);
    assert_true(t.years[s * years + 1].a == 2 * PATHS - 1);
    /* paths 3 and 259 are in batches 0 and 32; the sector is the borrower's */
    uint32_t ceramics = plim_names_find(&t.sectors.names, "C3071");
    assert_int_equal((int64_t)t.sector_loss[(s * 2 + ceramics) * PLIM_BATCHES + 0], 1500);
    assert_int_equal((int64_t)t.sector_loss[(s * 2 + 1 - ceramics) * PLIM_BATCHES + 0], 0);
    assert_int_equal((int64_t)t.region_loss[PLIM_BATCHES * s + 32], 10000);
    /* balances, not exposures, by the class stated in the book: path 3 doubtful by its loss (LGD
       0.75); path 259 the same after 65 days in the scenario, lost after a year in the baseline */
    assert_int_equal(class_move(&t, s, 1, 0, 4), 10000);
    assert_int_equal(class_move(&t, s, 1, 0, 3), -10000); /* by what its debtor has in default */
    assert_int_equal(class_move(&t, s, 0, 32, 4), 10000);
    assert_int_equal(class_move(&t, 0, 0, 32, 5), 10000);
    assert_int_equal(class_move(&t, 0, 0, 0, 5), 0);
    assert_int_equal(t.borrower_defaults[(0 * 2 + s) * years + 1], 1);
    assert_int_equal(t.borrower_defaults[(0 * 2 + s) * years + 0], 1);
    assert_int_equal(t.borrower_defaults[0], 1);
    rise(&d);
    fixture_drop(&w);
}

static void changes_are_on_every_path(void **state)
{
    (void)state;
    fixture_world w;
    make(&w);
    desk d;
    sit(&d, &w);
    MUST(plim_tally_changes(&d.t, &w.plan, &d.round, &must_err));
    plim_round_reduce(&d.round, &d.t, 2);
    const plim_tallies t = d.t;
    uint32_t ceramics = plim_names_find(&t.sectors.names, "C3071");
    for (uint32_t p = 0; p < PATHS; p++) {
        assert_int_equal(t.loss[p] + t.loss[PATHS + p] + t.loss[2 * PATHS + p], 0);
        assert_int_equal(t.loss[3 * PATHS + p], 10000); /* 400 x (0.75 - 0.5) */
    }
    assert_true(t.years[2].loss.sum == 0);
    assert_true(t.years[3].loss.sum == 10000 * PATHS);
    assert_true(t.years[3].defaulted.sum == 0);
    const plim_int128 *batch = t.sector_loss + (2 + ceramics) * PLIM_BATCHES;
    assert_int_equal((int64_t)batch[36], 80000);
    assert_int_equal((int64_t)batch[37], 40000); /* paths 296 to 299 */
    assert_int_equal((int64_t)batch[38], 0);
    assert_int_equal((int64_t)t.region_loss[PLIM_BATCHES + 37], 40000);
    rise(&d);
    fixture_drop(&w);
}

/* The loans that stakes list, with what the plan says that they cost. */
static void other_stakes_list_their_loans(void **state)
{
    (void)state;
    fixture_world w;
    desk d;
    make(&w);
    sit(&d, &w);
    assert_int_equal(d.stakes.n_loans, 3);       /* one is in default */
    assert_int_equal(d.stakes.n_amounts, 2 + 2); /* one year of the scenario differs */
    for (uint32_t borrower = 0; borrower < 2; borrower++) {
        uint32_t chunk, place = place_of(&d.screen, borrower, &chunk);
        const plim_stake *stake = &d.stakes.stake[d.screen.chunk[chunk].first + place];
        assert_false(stake->simple); /* the scenario moves all LGDs */
        assert_int_equal(stake->n_loans, borrower == 0 ? 2 : 1);
        for (uint32_t i = 0; i < stake->n_loans; i++) {
            plim_loan_stake loan = d.stakes.loan[stake->first_loan + i];
            const int64_t *amount =
                d.stakes.amount + (size_t)(stake->first_loan + i) * d.stakes.n_amounts;
            assert_int_equal(loan.loan, borrower == 0 ? i : 3);
            assert_int_equal(loan.bank, w.book.loan_bank[loan.loan]);
            for (size_t c = 0; c < 2 * (size_t)w.plan.n_years; c++) {
                assert_int_equal(amount[d.stakes.loss_at[c]], w.plan.loss_fen[c][loan.loan]);
                assert_int_equal(amount[d.stakes.exposure_at[c]],
                                 w.plan.exposure_fen[c][loan.loan]);
            }
        }
    }
    rise(&d);
    fixture_drop(&w);
}

/* One loan that no scenario touches needs no look at the loans. */
static void stakes_are_simple_where_they_can_be(void **state)
{
    (void)state;
    fixture_world w;
    desk d;
    make(&w);
    plim_plan_free(&w.plan);
    w.program.scenarios[0].lgd[1] = w.program.scenarios[0].ead[1] = PLIM_NO_NODE;
    MUST(plim_plan_make(&w.plan, &w.book, &w.program, 2, &must_err));
    sit(&d, &w);
    uint32_t chunk, place = place_of(&d.screen, 1, &chunk);
    const plim_stake *stake = &d.stakes.stake[d.screen.chunk[chunk].first + place];
    assert_true(stake->simple);
    assert_int_equal(stake->loan, 3);
    assert_int_equal(stake->bank, 1);
    assert_int_equal(stake->loss, 40000);
    assert_int_equal(d.stakes.n_loans, 2); /* those of borrower 0 */
    rise(&d);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_go_where_they_belong),
        cmocka_unit_test(changes_are_on_every_path),
        cmocka_unit_test(other_stakes_list_their_loans),
        cmocka_unit_test(stakes_are_simple_where_they_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
