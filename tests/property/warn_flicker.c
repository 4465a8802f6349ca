/* A hundred nights of many indicators: frozen ones must not flicker, a real deterioration must be
 * raised within two nights, an improvement come down step by step. Intervals are drawn as a
 * simulation gives them: the true value, an error, and its estimate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "base/numeral.h"
#include "math/functions.h"
#include "warn/state.h"

enum { SUBJECTS = 2000, NIGHTS = 100 };

static const plim_alert_rule rule = {
    .bound = {0.02, 0.03, 0.05, 0.08}, .margin = 0.15, .calm_runs = 3, .stay = {1, 2, 3, 6}};
static const double relative_error = 0.04;

/* A uniform number in (0, 1), the same on every machine (splitmix64). */
static double uniform(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) / 9007199254740992.0;
}

static plim_alert_reading read_at(double truth, int64_t date, bool later, uint64_t *seed)
{
    double error = truth * relative_error;
    double value = truth + error * plim_normal_inv(uniform(seed));
    return (plim_alert_reading){value, value - 1.96 * error, value + 1.96 * error, date, later};
}

/* What happened over the nights after the first. */
typedef struct counted {
    int raised, lowered, turned; /* turned: a move in the other direction than the one before */
} counted;

/* `monthly`: books are a month apart, else always the same one. `seeds`: new ones every night. */
static counted run_frozen(double truth, bool monthly, bool seeds, uint64_t seed)
{
    plim_alert_state state = {0};
    counted out = {0};
    int direction = 0;
    uint64_t first = seed;
    for (int night = 0; night < NIGHTS; night++) {
        uint64_t same = first;
        int64_t date = monthly ? plim_date_add_months(20000, night) : 20000;
        plim_alert_reading now = read_at(truth, date, monthly && night > 0, seeds ? &seed : &same);
        plim_alert before = state.level;
        state = plim_alert_next(&rule, &state, &now).state;
        int moved = night == 0 ? 0 : (state.level > before) - (state.level < before);
        out.raised += moved > 0;
        out.lowered += moved < 0;
        out.turned += moved * direction < 0;
        direction = moved != 0 ? moved : direction;
    }
    return out;
}

/* All subjects within one error of a bound. */
static counted frozen(bool monthly, bool seeds)
{
    counted all = {0};
    uint64_t seed = 1;
    for (int i = 0; i < SUBJECTS; i++) {
        double bound = rule.bound[i % PLIM_ALERT_STEPS];
        double truth = bound * (1 + relative_error * (2 * uniform(&seed) - 1));
        counted one = run_frozen(truth, monthly, seeds, (uint64_t)(i + 1) << 20);
        all.raised += one.raised;
        all.lowered += one.lowered;
        all.turned += one.turned;
    }
    print_message("%s, %s: of %d moves possible %d up (%.3f %%), %d down; %d turned\n",
                  monthly ? "books a month apart" : "one book",
                  seeds ? "a new seed a night" : "the same seed", SUBJECTS * (NIGHTS - 1),
                  all.raised, 100.0 * all.raised / (SUBJECTS * (NIGHTS - 1)), all.lowered,
                  all.turned);
    return all;
}

/* The nightly rule: the seed is kept. Nothing moves at all. */
static void test_frozen_with_its_seed(void **state)
{
    (void)state;
    counted is = frozen(false, false);
    assert_int_equal(is.raised + is.lowered + is.turned, 0);
    is = frozen(true, false);
    assert_int_equal(is.raised + is.lowered + is.turned, 0);
}

/* New seeds: noise may raise a level, once, since each night is a new chance; it never comes down
   again by noise, so it does not flicker. A level moves up by one at most. */
static void test_frozen_with_new_seeds(void **state)
{
    (void)state;
    counted one = frozen(false, true), months = frozen(true, true);
    assert_int_equal(one.lowered, 0);
    assert_int_equal(one.turned, 0);
    assert_int_equal(months.lowered, 0);
    assert_int_equal(months.turned, 0);
    assert_true(one.raised <= SUBJECTS && months.raised <= SUBJECTS);
    assert_true(one.raised > 0); /* the draws do reach the bounds: the test looks at something */
}

/* Without hysteresis the same readings flicker all the time: what is being kept away. */
static void test_without_hysteresis_it_flickers(void **state)
{
    (void)state;
    plim_alert_rule plain = rule;
    plain.margin = 0;
    plain.calm_runs = 0;
    for (int i = 0; i < PLIM_ALERT_STEPS; i++)
        plain.stay[i] = 0;
    uint64_t seed = 7;
    int moves = 0;
    plim_alert_state now = {0};
    for (int night = 0; night < NIGHTS; night++) {
        plim_alert_reading reading = read_at(0.03, 20000 + night, true, &seed);
        reading.low = reading.high = reading.value; /* and without looking at the error */
        plim_alert before = now.level;
        now = plim_alert_next(&plain, &now, &reading).state;
        moves += night > 0 && now.level != before;
    }
    print_message("no hysteresis: %d moves in %d nights\n", moves, NIGHTS);
    assert_true(moves > NIGHTS / 5);
}

/* A true rise well beyond a bound: raised on the first or the second night. */
static void test_deterioration(void **state)
{
    (void)state;
    uint64_t seed = 11;
    int first = 0, second = 0;
    for (int i = 0; i < SUBJECTS; i++) {
        plim_alert_state now = {0};
        plim_alert_reading calm = read_at(0.015, 20000, false, &seed);
        now = plim_alert_next(&rule, &now, &calm).state;
        assert_int_equal(now.level, PLIM_ALERT_NONE);
        plim_alert_reading bad = read_at(0.06, 20001, true, &seed);
        now = plim_alert_next(&rule, &now, &bad).state;
        first += now.level >= PLIM_ALERT_ORANGE;
        bad = read_at(0.06, 20002, true, &seed);
        now = plim_alert_next(&rule, &now, &bad).state;
        second += now.level >= PLIM_ALERT_ORANGE;
    }
    print_message("of %d that rose to 1.2 times the bound of orange: %d after one night, %d after "
                  "two\n",
                  SUBJECTS, first, second);
    assert_int_equal(second, SUBJECTS);
}

/* From red to nothing: one level a step, never sooner than its months and three calm runs. */
static void test_improvement(void **state)
{
    (void)state;
    static const int months[] = {0, 6, 9, 12, 15}; /* of the steps: 6, then 3 runs each at least */
    uint64_t seed = 13;
    for (int i = 0; i < SUBJECTS; i++) {
        plim_alert_state now = {.level = PLIM_ALERT_RED, .since = 20000};
        int step = 0;
        for (int month = 1; month <= 24; month++) {
            plim_alert before = now.level;
            plim_alert_reading calm =
                read_at(0.005, plim_date_add_months(20000, month), true, &seed);
            now = plim_alert_next(&rule, &now, &calm).state;
            if (now.level == before)
                continue;
            assert_int_equal(now.level, before - 1);
            assert_int_equal(month, months[++step]);
        }
        assert_int_equal(now.level, PLIM_ALERT_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frozen_with_its_seed),
        cmocka_unit_test(test_frozen_with_new_seeds),
        cmocka_unit_test(test_without_hysteresis_it_flickers),
        cmocka_unit_test(test_deterioration),
        cmocka_unit_test(test_improvement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
