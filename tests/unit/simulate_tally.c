#include "../support/simulate_fixture.h"

/* Every way to add up the losses gives the same sum. */
static void sums_agree(void **state)
{
    (void)state;
    const fixture_sizes sizes = {
        .borrowers = 50, .banks = 3, .scenarios = 2, .years = 3, .factors = 2};
    enum { paths = 700 };
    fixture_world w;
    plim_tallies t;
    fixture_random_world(&w, &sizes, 123);
    fixture_simulate(&t, &w.plan, paths, 1);
    for (uint32_t s = 0; s < t.n_scenarios; s++) {
        plim_int128 by_bank = 0, by_year = 0, by_sector = 0, by_region = 0;
        uint64_t defaults = 0, times = 0;
        for (uint32_t i = 0; i < t.n_banks * paths; i++)
            by_bank += t.loss[(size_t)s * t.n_banks * paths + i];
        for (uint32_t i = 0; i < t.n_years * paths; i++) {
            by_year += t.year_loss[(size_t)s * t.n_years * paths + i];
            defaults += t.year_defaults[(size_t)s * t.n_years * paths + i];
        }
        for (size_t i = 0; i < t.sectors.names.count * PLIM_BATCHES; i++)
            by_sector += t.sector_loss[s * t.sectors.names.count * PLIM_BATCHES + i];
        for (size_t i = 0; i < t.regions.names.count * PLIM_BATCHES; i++)
            by_region += t.region_loss[s * t.regions.names.count * PLIM_BATCHES + i];
        for (uint32_t b = 0; b < w.plan.n_borrowers; b++)
            for (uint32_t y = 0; y < t.n_years; y++)
                times += t.borrower_defaults[(b * t.n_scenarios + s) * t.n_years + y];
        assert_true(by_bank != 0);
        assert_true(by_bank == by_year && by_bank == by_sector && by_bank == by_region);
        assert_true(defaults > 0 && defaults == times);
    }
    plim_tallies_free(&t);
    fixture_drop(&w);
}

/* 130 trillion yuan, lost on each of a million paths. */
static void a_national_book_does_not_overflow(void **state)
{
    (void)state;
    enum { borrowers = 13, paths = 1000000 };
    fixture_world w = {0};
    fixture_loan *loans = fixture_equal_loans(borrowers, 1e13, 1);
    fixture_book(&w.book, borrowers, 1, loans, borrowers);
    plim_free(loans);
    for (uint32_t b = 0; b < borrowers; b++)
        fixture_set_pd(&w.book, b, 0);
    fixture_program(&w.program, 1, 2026, 2026);
    w.program.scenarios[0].pd[0] = fixture_constant(&w.program, 1);
    fixture_make(&w.plan, &w.book, &w.program);
    plim_tallies t;
    fixture_simulate(&t, &w.plan, paths, 1);
    const plim_int128 path_loss = (plim_int128)13 * 1000000000000000;
    for (uint32_t p = 0; p < paths; p++) {
        assert_true(t.loss[p] == 0);
        assert_true(t.loss[paths + p] == path_loss);
    }
    for (uint32_t batch = 0; batch < PLIM_BATCHES; batch++) {
        plim_int128 want = path_loss * (paths / PLIM_BATCHES + (batch < paths % PLIM_BATCHES));
        assert_true(want > INT64_MAX);
        assert_true(t.sector_loss[PLIM_BATCHES + batch] == want);
        assert_true(t.region_loss[PLIM_BATCHES + batch] == want);
        assert_true(t.class_balance[(6 + 1) * PLIM_BATCHES + batch] == want);
    }
    plim_tallies_free(&t);
    fixture_drop(&w);
}

static void bytes_are_not_understated(void **state)
{
    (void)state;
    const fixture_sizes sizes = {
        .borrowers = 5, .banks = 2, .scenarios = 1, .years = 2, .factors = 1};
    fixture_world w;
    fixture_random_world(&w, &sizes, 5);
    /* the arrays that grow with paths, and what each thread adds */
    uint64_t none = plim_tallies_bytes(&w.plan, 0, 1);
    uint64_t paths = plim_tallies_bytes(&w.plan, 1000, 1) - none;
    assert_int_equal(paths, 1000 * (2 * 2 * 16 + 2 * 2 * 20));
    uint64_t thread = plim_tallies_bytes(&w.plan, 0, 2) - none;
    assert_true(thread > 2 * 2 * 2 * 6 * PLIM_BATCHES * 16);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_agree),
        cmocka_unit_test(a_national_book_does_not_overflow),
        cmocka_unit_test(bytes_are_not_understated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
