#include "../support/simulate_fixture.h"

#include "simulate/tail.h"

enum { PATHS = 3000 };

static const fixture_sizes sizes = {
    .borrowers = 40, .banks = 3, .scenarios = 2, .years = 3, .factors = 2};

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Losses of all banks of a scenario, and their quantile by sorting. */
static int64_t losses_of(const plim_tallies *t, uint32_t s, int64_t *loss, uint32_t permille)
{
    int64_t sorted[PATHS];
    memset(loss, 0, PATHS * sizeof *loss);
    for (uint32_t b = 0; b < t->n_banks; b++)
        for (uint32_t p = 0; p < PATHS; p++)
            loss[p] += t->loss[(s * t->n_banks + b) * (size_t)PATHS + p];
    memcpy(sorted, loss, sizeof sorted);
    qsort(sorted, PATHS, sizeof *sorted, by_size);
    return sorted[plim_tail_rank(PATHS, permille) - 1];
}

/* Above and at the quantile, the parts of each kind add up to the whole, to the fen; and the whole
   is what the path losses say. */
static void check_parts(const plim_tail *tail, const plim_tail_sum *parts, uint32_t n, uint32_t s,
                        uint32_t level)
{
    plim_int128 above = 0, at = 0, cross = 0;
    const plim_tail_sum *whole = &tail->whole[s * PLIM_TAIL_LEVELS + level];
    for (uint32_t i = 0; i < n; i++) {
        const plim_tail_sum *sum = &parts[(i * tail->n_scenarios + s) * PLIM_TAIL_LEVELS + level];
        above += sum->above;
        at += sum->at;
        cross += sum->cross;
    }
    assert_true(above == whole->above && at == whole->at);
    assert_true(cross == whole->square); /* no rounding: the shift is 0 in a small book */
}

static void parts_add_up(void **state)
{
    (void)state;
    const uint32_t permille[PLIM_TAIL_LEVELS] = {990, 999};
    fixture_world w;
    fixture_random_world(&w, &sizes, 41);
    plim_simulation simulation = {
        .plan = &w.plan, .seed = 2, .n_paths = PATHS, .isa = fixture_best_isa(), .threads = 2};
    plim_tallies t;
    plim_tail tail;
    MUST(plim_simulate(&simulation, &t, &must_err));
    MUST(plim_tail_make(&tail, &simulation, &t, &must_err));
    assert_int_equal(tail.shift, 0);
    for (uint32_t s = 0; s < t.n_scenarios; s++)
        for (uint32_t level = 0; level < PLIM_TAIL_LEVELS; level++) {
            int64_t loss[PATHS], q = losses_of(&t, s, loss, permille[level]);
            plim_int128 above = 0, at = 0;
            for (uint32_t p = 0; p < PATHS; p++) {
                above += loss[p] > q ? loss[p] : 0;
                at += loss[p] == q ? loss[p] : 0;
            }
            const plim_tail_sum *whole = &tail.whole[s * PLIM_TAIL_LEVELS + level];
            assert_int_equal(tail.quantile[level][s], q);
            assert_true(whole->above == above && whole->at == at && above > 0);
            check_parts(&tail, tail.borrower, tail.n_borrowers, s, level);
            check_parts(&tail, tail.sector, tail.n_sectors, s, level);
            check_parts(&tail, tail.region, tail.n_regions, s, level);
            check_parts(&tail, tail.bank, tail.n_banks, s, level);
        }
    plim_tail_free(&tail);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

static void the_same_on_any_team(void **state)
{
    (void)state;
    fixture_world w;
    fixture_random_world(&w, &sizes, 7);
    plim_simulation simulation = {.plan = &w.plan, .seed = 2, .n_paths = PATHS, .threads = 1};
    plim_tallies t;
    plim_tail one, three;
    MUST(plim_simulate(&simulation, &t, &must_err));
    MUST(plim_tail_make(&one, &simulation, &t, &must_err));
    simulation.threads = 3;
    simulation.slab = 16;
    simulation.isa = fixture_best_isa();
    MUST(plim_tail_make(&three, &simulation, &t, &must_err));
    size_t cells = (size_t)one.n_borrowers * one.n_scenarios * PLIM_TAIL_LEVELS;
    assert_memory_equal(one.borrower, three.borrower, cells * sizeof *one.borrower);
    plim_tail_free(&one);
    plim_tail_free(&three);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
    fixture_world w;
    fixture_random_world(&w, &sizes, 7);
    plim_simulation simulation = {.plan = &w.plan, .seed = 2, .n_paths = 300, .threads = 2};
    plim_tallies t;
    MUST(plim_simulate(&simulation, &t, &must_err));
    long nth = 1;
    for (;; nth++) {
        plim_tail tail;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_status status = plim_tail_make(&tail, &simulation, &t, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK) {
            plim_tail_free(&tail);
            break;
        }
        assert_int_equal(status, PLIM_MACHINE);
        assert_in_range(nth, 1, 200);
    }
    assert_in_range(nth, 20, 200);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(the_same_on_any_team),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
