#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>

#include <cmocka.h>

#include "base/names.h"

static void indices_follow_addition(void **state)
{
    (void)state;
    enum { N = 50000 };
    plim_names names = {0};
    char text[32];
    uint32_t index = 0;
    assert_int_equal(plim_names_find(&names, "x"), PLIM_NO_NAME);
    for (int i = 0; i < N; i++) {
        (void)snprintf(text, sizeof text, "91500153MA%06d", i * 7);
        assert_int_equal(plim_names_add(&names, text, &index, NULL), PLIM_OK);
        assert_int_equal(index, i);
    }
    for (int i = 0; i < N; i++) {
        (void)snprintf(text, sizeof text, "91500153MA%06d", i * 7);
        assert_int_equal(plim_names_find(&names, text), i);
        assert_string_equal(names.text[i], text);
    }
    assert_int_equal(plim_names_find(&names, "91500153MA000001"), PLIM_NO_NAME);
    assert_int_equal(names.count, N);
    plim_names_free(&names);
    assert_int_equal(names.count, 0);
}

static void adding_again_finds(void **state)
{
    (void)state;
    plim_names names = {0};
    uint32_t index = 9;
    assert_int_equal(plim_names_add(&names, "", &index, NULL), PLIM_OK);
    assert_int_equal(index, 0);
    assert_int_equal(plim_names_add(&names, "b", NULL, NULL), PLIM_OK);
    assert_int_equal(plim_names_add(&names, "b", &index, NULL), PLIM_OK);
    assert_int_equal(index, 1);
    assert_int_equal(names.count, 2);
    assert_int_equal(plim_names_find(&names, ""), 0);
    plim_names_free(&names);
}

static void strings_are_copied(void **state)
{
    (void)state;
    plim_names names = {0};
    char text[] = "abc";
    assert_int_equal(plim_names_add(&names, text, NULL, NULL), PLIM_OK);
    text[0] = 'X';
    assert_int_equal(plim_names_find(&names, "abc"), 0);
    plim_names_free(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_follow_addition),
        cmocka_unit_test(adding_again_finds),
        cmocka_unit_test(strings_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
