/* What becomes of a warning from run to run, case by case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/numeral.h"
#include "warn/state.h"

static const plim_alert_rule high = {
    .bound = {2, 4, 6, 8}, .margin = 0.15, .calm_runs = 3, .stay = {1, 2, 3, 6}};
static const plim_alert_rule low = {.bound = {2.5, 1.5, 1, 0.5},
                                    .low_is_bad = true,
                                    .margin = 0.15,
                                    .calm_runs = 1,
                                    .stay = {0, 0, 0, 0}};

static int64_t day(const char *text)
{
    int64_t days;
    assert_true(plim_parse_date(text, &days));
    return days;
}

static plim_alert_state at(plim_alert level, const char *since, uint32_t calm_runs)
{
    return (plim_alert_state){level, day(since), calm_runs};
}

static plim_alert_outcome next(const plim_alert_rule *rule, plim_alert_state before, double from,
                               double to, const char *date)
{
    plim_alert_reading now = {(from + to) / 2, from, to, day(date), true};
    return plim_alert_next(rule, &before, &now);
}

static void expect(plim_alert_outcome is, plim_alert level, plim_alert_change change,
                   bool uncertain)
{
    if (is.state.level != level || is.change != change || is.uncertain != uncertain)
        fail_msg("is %s %s %d, not %s %s %d", plim_alert_name(is.state.level),
                 plim_alert_change_name(is.change), is.uncertain, plim_alert_name(level),
                 plim_alert_change_name(change), uncertain);
}

static void test_up_at_once(void **state)
{
    (void)state;
    plim_alert_state none = {0};
    plim_alert_outcome is = next(&high, none, 8, 9, "2025-12-31");
    expect(is, PLIM_ALERT_RED, PLIM_ALERT_NEW, false);
    assert_int_equal(is.state.since, day("2025-12-31"));
    expect(next(&high, none, 1, 1.9, "2025-12-31"), PLIM_ALERT_NONE, PLIM_ALERT_SAME, false);
    /* the interval reaches further than its lower end */
    expect(next(&high, none, 1.9, 2.1, "2025-12-31"), PLIM_ALERT_NONE, PLIM_ALERT_UNCERTAIN, true);
    expect(next(&high, none, 3, 4.1, "2025-12-31"), PLIM_ALERT_BLUE, PLIM_ALERT_NEW, true);
    plim_alert_state blue = at(PLIM_ALERT_BLUE, "2025-01-31", 2);
    is = next(&high, blue, 6.5, 7, "2025-12-31");
    expect(is, PLIM_ALERT_ORANGE, PLIM_ALERT_RAISED, false);
    assert_int_equal(is.state.calm_runs, 0);
    assert_int_equal(is.state.since, day("2025-12-31"));
}

static void test_kept(void **state)
{
    (void)state;
    plim_alert_state yellow = at(PLIM_ALERT_YELLOW, "2025-01-31", 2);
    /* at the level; straddling its bound; straddling the next one; below, but not by the margin */
    expect(next(&high, yellow, 4.5, 5, "2025-12-31"), PLIM_ALERT_YELLOW, PLIM_ALERT_KEPT, false);
    expect(next(&high, yellow, 3.9, 4.1, "2025-12-31"), PLIM_ALERT_YELLOW, PLIM_ALERT_UNCERTAIN,
           true);
    expect(next(&high, yellow, 5.5, 6.1, "2025-12-31"), PLIM_ALERT_YELLOW, PLIM_ALERT_UNCERTAIN,
           true);
    plim_alert_outcome is = next(&high, yellow, 3.2, 3.41, "2025-12-31");
    expect(is, PLIM_ALERT_YELLOW, PLIM_ALERT_KEPT, false);
    assert_int_equal(is.state.calm_runs, 0);
    assert_true(is.held);
    assert_int_equal(is.state.since, day("2025-01-31"));
}

static void test_down(void **state)
{
    (void)state;
    /* the third calm run, and the months have gone by: one level, however low the value */
    plim_alert_outcome is =
        next(&high, at(PLIM_ALERT_YELLOW, "2025-10-31", 2), 0, 0.1, "2025-12-31");
    expect(is, PLIM_ALERT_BLUE, PLIM_ALERT_LOWERED, false);
    assert_int_equal(is.state.calm_runs, 0);
    assert_int_equal(is.state.since, day("2025-12-31"));
    /* the second one */
    is = next(&high, at(PLIM_ALERT_YELLOW, "2025-10-31", 1), 0, 0.1, "2025-12-31");
    expect(is, PLIM_ALERT_YELLOW, PLIM_ALERT_KEPT, false);
    assert_int_equal(is.state.calm_runs, 2);
    /* a day too early: runs go on being counted */
    is = next(&high, at(PLIM_ALERT_YELLOW, "2025-10-31", 2), 0, 0.1, "2025-12-30");
    expect(is, PLIM_ALERT_YELLOW, PLIM_ALERT_KEPT, false);
    assert_int_equal(is.state.calm_runs, 3);
    /* blue goes to none */
    is = next(&high, at(PLIM_ALERT_BLUE, "2025-10-31", 2), 0, 0.1, "2025-12-31");
    expect(is, PLIM_ALERT_NONE, PLIM_ALERT_LOWERED, false);
}

static void test_the_same_book_is_no_evidence(void **state)
{
    (void)state;
    plim_alert_state before = at(PLIM_ALERT_BLUE, "2025-01-31", 2);
    plim_alert_reading now = {0, 0, 0, day("2025-12-31"), false};
    plim_alert_outcome is = plim_alert_next(&high, &before, &now);
    expect(is, PLIM_ALERT_BLUE, PLIM_ALERT_KEPT, false);
    assert_int_equal(is.state.calm_runs, 2);
}

static void test_low_is_bad(void **state)
{
    (void)state;
    plim_alert_state none = {0};
    expect(next(&low, none, 0.9, 1, "2025-12-31"), PLIM_ALERT_ORANGE, PLIM_ALERT_NEW, false);
    expect(next(&low, none, 0.9, 1.1, "2025-12-31"), PLIM_ALERT_YELLOW, PLIM_ALERT_NEW, true);
    expect(next(&low, none, 2.6, 9, "2025-12-31"), PLIM_ALERT_NONE, PLIM_ALERT_SAME, false);
    plim_alert_state blue = at(PLIM_ALERT_BLUE, "2025-10-31", 0);
    expect(next(&low, blue, 2.8, 9, "2025-12-31"), PLIM_ALERT_BLUE, PLIM_ALERT_KEPT, false);
    expect(next(&low, blue, 2.9, 9, "2025-12-31"), PLIM_ALERT_NONE, PLIM_ALERT_LOWERED, false);
}

static void test_unknown(void **state)
{
    (void)state;
    const double nan_ = (double)NAN;
    plim_alert_state none = {0}, red = at(PLIM_ALERT_RED, "2020-01-31", 5);
    plim_alert_reading nothing = {nan_, nan_, nan_, day("2025-12-31"), true};
    plim_alert_reading bare = {9, nan_, nan_, day("2025-12-31"), true};
    expect(plim_alert_next(&high, &none, &nothing), PLIM_ALERT_NONE, PLIM_ALERT_SAME, false);
    plim_alert_outcome is = plim_alert_next(&high, &red, &nothing);
    expect(is, PLIM_ALERT_RED, PLIM_ALERT_KEPT, false);
    assert_int_equal(is.state.calm_runs, 5);
    expect(plim_alert_next(&high, &none, &bare), PLIM_ALERT_NONE, PLIM_ALERT_SAME, false);
    is = plim_alert_next(&high, &red, &bare);
    expect(is, PLIM_ALERT_RED, PLIM_ALERT_KEPT, false);
    assert_int_equal(is.state.calm_runs, 0);
}

static void test_names(void **state)
{
    (void)state;
    plim_alert level;
    for (int i = 0; i <= PLIM_ALERT_RED; i++) {
        assert_true(plim_alert_of_name(plim_alert_name((plim_alert)i), &level));
        assert_int_equal(level, i);
    }
    assert_false(plim_alert_of_name("purple", &level));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_up_at_once), cmocka_unit_test(test_kept),
        cmocka_unit_test(test_down),       cmocka_unit_test(test_the_same_book_is_no_evidence),
        cmocka_unit_test(test_low_is_bad), cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
