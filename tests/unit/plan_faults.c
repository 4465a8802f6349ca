#include "../support/plan_fixture.h"

#include "plan/faults.h"

static void none_is_fine(void **state)
{
    (void)state;
    plim_plan_faults faults = {0};
    plim_error err = {0};
    assert_int_equal(plim_plan_faults_end(&faults, &err), PLIM_OK);
    assert_string_equal(err.message, "");
}

static void shows_the_first_and_counts_the_rest(void **state)
{
    (void)state;
    plim_plan_faults faults = {0};
    plim_error err = {0};
    for (int i = 1; i <= 9; i++)
        plim_plan_faults_add(&faults, "fault %d", i);
    assert_int_equal(plim_plan_faults_end(&faults, &err), PLIM_INPUT);
    assert_string_equal(err.message,
                        "fault 1\nfault 2\nfault 3\nfault 4\nfault 5\nand 4 more of this kind");
    assert_int_equal(faults.count, 0);
}

static void cuts_long_lines_at_a_character(void **state)
{
    (void)state;
    plim_plan_faults faults = {0};
    plim_error err = {0};
    char text[1200] = "";
    for (int i = 0; i < 390; i++)
        memcpy(text + 3 * i, "\xe8\xb7\xaf", 4);
    plim_plan_faults_add(&faults, "%s", text);
    assert_int_equal(plim_plan_faults_end(&faults, &err), PLIM_INPUT);
    assert_true(plim_utf8_valid(err.message, strlen(err.message)));
    assert_in_range(strlen(err.message), 600, 700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_fine),
        cmocka_unit_test(shows_the_first_and_counts_the_rest),
        cmocka_unit_test(cuts_long_lines_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
