/* The second phase simulates ordinary paths: whatever it takes up is what a longer plain run has,
 * bit for bit, on any team, instruction set and tile. */
#include "../support/simulate_fixture.h"

#include "simulate/boost.h"

enum { PATHS = 1003, FACTOR = 3 }; /* not a multiple of eight: an octet is shared */

static const fixture_sizes sizes = {
    .borrowers = 60, .banks = 3, .scenarios = 2, .years = 3, .factors = 2};

static int64_t loss_of(const plim_tallies *t, uint32_t s, uint32_t path)
{
    int64_t loss = 0;
    for (uint32_t b = 0; b < t->n_banks; b++)
        loss += t->loss[((size_t)s * t->n_banks + b) * t->n_paths + path];
    return loss;
}

static void everything_above_is_the_longer_run(void **state)
{
    (void)state;
    for (uint32_t world = 0; world < 6; world++) {
        fixture_world w;
        fixture_nu = world % 2 == 0 ? 0 : 4;
        fixture_random_world(&w, &sizes, 100 * world);
        plim_simulation simulation = {
            .plan = &w.plan, .seed = 5, .n_paths = PATHS, .isa = PLIM_ISA_BASE, .threads = 1};
        plim_tallies plain, longer;
        plim_boost boost;
        MUST(plim_simulate(&simulation, &plain, &must_err));
        simulation.tail = FACTOR;
        MUST(plim_boost_make(&boost, &simulation, &plain, 1, &must_err));
        simulation.n_paths = (FACTOR + 1) * PATHS;
        MUST(plim_simulate(&simulation, &longer, &must_err));
        assert_int_equal(boost.n_further, FACTOR * PATHS);
        assert_int_equal(boost.plain_above, PATHS);
        assert_int_equal(boost.all_below, 0);
        for (uint32_t s = 0; s < plain.n_scenarios; s++)
            for (uint32_t i = 0; i < boost.n_further; i++)
                assert_int_equal(boost.loss[(size_t)s * boost.n_further + i],
                                 loss_of(&longer, s, PATHS + i));
        plim_boost_free(&boost);
        plim_tallies_free(&plain);
        plim_tallies_free(&longer);
        fixture_drop(&w);
    }
    fixture_nu = 0;
}

static void the_same_on_any_team(void **state)
{
    (void)state;
    fixture_world w;
    fixture_random_world(&w, &sizes, 17);
    plim_simulation simulation = {.plan = &w.plan, .seed = 5, .n_paths = PATHS, .threads = 1};
    plim_tallies plain;
    plim_boost one;
    simulation.tail = 20;
    MUST(plim_simulate(&simulation, &plain, &must_err));
    MUST(plim_boost_make(&one, &simulation, &plain, PLIM_BOOST_SHARE, &must_err));
    assert_in_range(one.plain_above, 1, PATHS * 3 / 100);
    assert_in_range(one.n_further, PATHS * 20 / 100, PATHS);
    for (int isa = 0; isa < PLIM_ISA_COUNT; isa++) {
        if (!fixture_has_isa((plim_isa)isa))
            continue;
        plim_boost other;
        simulation.isa = (plim_isa)isa;
        simulation.threads = isa + 2;
        simulation.slab = 16;
        MUST(plim_boost_make(&other, &simulation, &plain, PLIM_BOOST_SHARE, &must_err));
        assert_int_equal(other.n_further, one.n_further);
        assert_int_equal(other.all_below, one.all_below);
        assert_memory_equal(other.above, one.above, PATHS);
        assert_memory_equal(other.loss, one.loss,
                            (size_t)one.n_further * one.n_scenarios * sizeof *one.loss);
        plim_boost_free(&other);
    }
    plim_boost_free(&one);
    plim_tallies_free(&plain);
    fixture_drop(&w);
}

/* Without factors the proxy ranks nothing: nothing lies above the cut, and nothing is simulated. */
static void no_factors_no_second_phase(void **state)
{
    (void)state;
    fixture_sizes without = sizes;
    without.factors = 0;
    fixture_world w;
    fixture_random_world(&w, &without, 3);
    plim_simulation simulation = {.plan = &w.plan, .seed = 5, .n_paths = 100, .threads = 2};
    plim_tallies plain;
    plim_boost boost;
    simulation.tail = 50;
    MUST(plim_simulate(&simulation, &plain, &must_err));
    MUST(plim_boost_make(&boost, &simulation, &plain, PLIM_BOOST_SHARE, &must_err));
    assert_int_equal(boost.plain_above, 0);
    assert_int_equal(boost.n_further, 0);
    assert_int_equal(boost.all_below, 5100);
    plim_boost_free(&boost);
    plim_tallies_free(&plain);
    fixture_drop(&w);
}

static void failures_are_reported(void **state)
{
    (void)state;
    fixture_world w;
    fixture_random_world(&w, &sizes, 7);
    plim_simulation simulation = {.plan = &w.plan, .seed = 2, .n_paths = 300, .threads = 2};
    plim_tallies t;
    plim_boost boost;
    plim_error refused = {0};
    MUST(plim_simulate(&simulation, &t, &must_err));
    simulation.tail = UINT32_MAX / 300;
    assert_int_equal(plim_boost_make(&boost, &simulation, &t, PLIM_BOOST_SHARE, &refused),
                     PLIM_USAGE);
    simulation.tail = 4;
    long nth = 1;
    for (;; nth++) {
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_status status = plim_boost_make(&boost, &simulation, &t, PLIM_BOOST_SHARE, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK)
            break;
        assert_int_equal(status, PLIM_MACHINE);
        assert_in_range(nth, 1, 200);
    }
    assert_in_range(nth, 30, 200);
    plim_boost_free(&boost);
    plim_tallies_free(&t);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_above_is_the_longer_run),
        cmocka_unit_test(the_same_on_any_team),
        cmocka_unit_test(no_factors_no_second_phase),
        cmocka_unit_test(failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
