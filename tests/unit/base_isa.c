#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/isa.h"

static int forget(void **state)
{
    (void)state;
    return unsetenv("PLIMSOLL_ISA");
}

static void finds_the_best_set(void **state)
{
    (void)state;
    plim_isa found = PLIM_ISA_COUNT;
    assert_int_equal(plim_isa_choose(&found, NULL), PLIM_OK);
    assert_true(found < PLIM_ISA_COUNT);
    /* All below the best can be forced, none above. */
    for (int isa = 0; isa < PLIM_ISA_COUNT; isa++) {
        plim_isa forced = PLIM_ISA_COUNT;
        plim_error err = {PLIM_OK, ""};
        assert_int_equal(setenv("PLIMSOLL_ISA", plim_isa_name((plim_isa)isa), 1), 0);
        plim_status status = plim_isa_choose(&forced, &err);
        assert_true(plim_isa_present((plim_isa)isa) == ((plim_isa)isa <= found));
        if ((plim_isa)isa <= found) {
            assert_int_equal(status, PLIM_OK);
            assert_int_equal(forced, isa);
        } else {
            assert_int_equal(status, PLIM_USAGE);
            assert_non_null(strstr(err.message, "does not have it"));
        }
    }
}

static void unknown_sets_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"neon", "AVX2", "avx", "avx2 "};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        plim_isa found;
        plim_error err = {PLIM_OK, ""};
        assert_int_equal(setenv("PLIMSOLL_ISA", bad[i], 1), 0);
        assert_int_equal(plim_isa_choose(&found, &err), PLIM_USAGE);
        assert_non_null(strstr(err.message, "base, avx2 or avx512"));
    }
}

static void an_empty_variable_forces_nothing(void **state)
{
    (void)state;
    plim_isa free_choice, with_empty;
    assert_int_equal(plim_isa_choose(&free_choice, NULL), PLIM_OK);
    assert_int_equal(setenv("PLIMSOLL_ISA", "", 1), 0);
    assert_int_equal(plim_isa_choose(&with_empty, NULL), PLIM_OK);
    assert_int_equal(free_choice, with_empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_the_best_set, forget, forget),
        cmocka_unit_test_setup_teardown(unknown_sets_are_refused, forget, forget),
        cmocka_unit_test_setup_teardown(an_empty_variable_forces_nothing, forget, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
