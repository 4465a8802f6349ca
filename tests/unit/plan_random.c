/* Random drivers that state correlations with each other: opinions that differ are refused, in
 * whichever order they stand and also if one of them is 0. */
#include "../support/random_fixture.h"

/* The plan of two drivers of which each states a correlation with the other. */
static plim_status make_pair(fixture_world *w, double first, double second, plim_error *err)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(1, 1, 1);
    fixture_book(&w->book, 1, 1, loans, 1);
    plim_free(loans);
    fixture_program(&w->program, 1, 2026, 2027);
    const fixture_random of[] = {{.name = "a", .with = "b", .correlation = first},
                                 {.name = "b", .with = "a", .correlation = second}};
    for (int i = 0; i < 2; i++)
        (void)fixture_random_driver(&w->program, 0, &of[i]);
    return plim_plan_make(&w->plan, &w->book, &w->program, 2, err);
}

static void opinions(void **state)
{
    (void)state;
    const struct {
        double first, second;
        bool fine;
    } cases[] = {{0.5, 0.5, true}, {0.5, 0.4, false}, {0, 0.5, false},
                 {0.5, 0, false},  {0, 0, true},      {-0.2, 0.2, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_world w;
        plim_error err = {0};
        plim_status status = make_pair(&w, cases[i].first, cases[i].second, &err);
        if (status != (cases[i].fine ? PLIM_OK : PLIM_INPUT))
            fail_msg("%g and %g: %s", cases[i].first, cases[i].second,
                     status == PLIM_OK ? "accepted" : err.message);
        if (!cases[i].fine)
            assert_non_null(strstr(err.message, "drivers b and a each state a correlation"));
        fixture_drop(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(opinions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
