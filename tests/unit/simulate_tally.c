#include "../support/class_fixture.h"

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
        for (uint32_t y = 0; y < t.n_years; y++) {
            by_year += t.years[s * t.n_years + y].loss.sum;
            defaults += (uint64_t)t.years[s * t.n_years + y].d;
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
    fixture_classes classes;
    plim_class_policy policy = fixture_class_policy;
    policy.cure_rate = 0;
    fixture_classify(&classes, &w.plan, &policy);
    plim_tallies t;
    fixture_simulate(&t, &w.plan, paths, 1);
    const plim_int128 path_loss = (plim_int128)13 * 1000000000000000;
    for (uint32_t p = 0; p < paths; p++) {
        assert_true(t.loss[p] == 0);
        assert_true(t.loss[paths + p] == path_loss);
    }
    for (uint32_t batch = 0; batch < PLIM_BATCHES; batch++) {
        plim_int128 want = path_loss * plim_batch_paths(paths, batch);
        assert_true(want > INT64_MAX);
        assert_true(t.sector_loss[PLIM_BATCHES + batch] == want);
        assert_true(t.region_loss[PLIM_BATCHES + batch] == want);
        size_t gone = (PLIM_CLASS_PAIRS + plim_class_pair(1, 5)) * PLIM_BATCHES + batch;
        assert_true(t.class_moves[gone] == want); /* PD 1: on the first day, and all is lost */
    }
    plim_tallies_free(&t);
    fixture_declassify(&classes);
    fixture_drop(&w);
}

static void bytes_grow_with_paths(void **state)
{
    (void)state;
    const fixture_sizes sizes = {
        .borrowers = 5, .banks = 2, .scenarios = 1, .years = 2, .factors = 1};
    fixture_world w;
    fixture_random_world(&w, &sizes, 5);
    uint64_t none = plim_tallies_bytes(&w.plan, 0);
    assert_int_equal(plim_tallies_bytes(&w.plan, 1000) - none, 1000 * 2 * 2 * 16);
    fixture_drop(&w);
}

/* Batches take whole octets in turn; together they have all paths. */
static void batches_take_octets(void **state)
{
    (void)state;
    assert_int_equal(plim_batch_paths(5, 0), 5);
    assert_int_equal(plim_batch_paths(5, 1), 0);
    assert_int_equal(plim_batch_paths(19, 2), 3);
    assert_int_equal(plim_batch_paths(8 * PLIM_BATCHES + 8, 0), 16);
    assert_int_equal(plim_batch_paths(8 * PLIM_BATCHES + 8, 1), 8);
    for (uint32_t n = 1; n < 10000; n += 77) {
        uint32_t sum = 0;
        for (uint32_t batch = 0; batch < PLIM_BATCHES; batch++)
            sum += plim_batch_paths(n, batch);
        assert_int_equal(sum, n);
    }
}

/* Paths added later find those before them. */
static void tallies_extend(void **state)
{
    (void)state;
    const fixture_sizes sizes = {
        .borrowers = 9, .banks = 2, .scenarios = 1, .years = 1, .factors = 1};
    fixture_world w;
    plim_tallies t;
    fixture_random_world(&w, &sizes, 5);
    MUST(plim_tallies_create(&t, &w.plan, 3, &must_err));
    for (int i = 0; i < 12; i++) {
        t.loss[i] = i;
        t.defaulted_exposure[i] = 100 + i;
    }
    MUST(plim_tallies_extend(&t, 5, &must_err));
    assert_int_equal(t.n_paths, 5);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(t.loss[i / 3 * 5 + i % 3], i);
        assert_int_equal(t.defaulted_exposure[i / 3 * 5 + i % 3], 100 + i);
    }
    assert_int_equal(t.loss[3], 0);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_agree),
        cmocka_unit_test(a_national_book_does_not_overflow),
        cmocka_unit_test(bytes_grow_with_paths),
        cmocka_unit_test(batches_take_octets),
        cmocka_unit_test(tallies_extend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
