#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static void allocates_zeroed(void **state)
{
    (void)state;
    unsigned char *bytes = plim_alloc(1000, 3);
    assert_non_null(bytes);
    for (int i = 0; i < 3000; i++)
        assert_int_equal(bytes[i], 0);
    plim_free(bytes);
}

static void count_zero_is_a_valid_pointer(void **state)
{
    (void)state;
    void *memory = plim_alloc(0, 8);
    assert_non_null(memory);
    memory = plim_resize(memory, 0, 8);
    assert_non_null(memory);
    plim_free(memory);
    plim_free(NULL);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    volatile size_t huge = SIZE_MAX / 2; /* volatile: the compiler need not know */
    assert_null(plim_alloc(huge, 4));
    assert_null(plim_resize(NULL, huge, 4));
    void *array = NULL;
    size_t capacity = 0;
    assert_int_equal(plim_grow(&array, &capacity, SIZE_MAX, 1), -1);
    assert_int_equal(plim_grow(&array, &capacity, huge, 16), -1);
    assert_null(array);
    assert_int_equal(capacity, 0);
}

static void grow_keeps_contents_and_doubles(void **state)
{
    (void)state;
    void *array = NULL;
    size_t capacity = 0;
    int moves = 0;
    for (int i = 0; i < 100000; i++) {
        size_t before = capacity;
        assert_int_equal(plim_grow(&array, &capacity, (size_t)i + 1, sizeof(int)), 0);
        moves += capacity != before;
        ((int *)array)[i] = i;
    }
    for (int i = 0; i < 100000; i++)
        assert_int_equal(((int *)array)[i], i);
    assert_in_range(moves, 1, 20);
    plim_free(array);
}

static void strdup_copies(void **state)
{
    (void)state;
    char text[] = "Plimsoll";
    char *copy = plim_strdup(text);
    assert_string_equal(copy, text);
    assert_ptr_not_equal(copy, text);
    plim_free(copy);
}

static void the_nth_allocation_fails_once(void **state)
{
    (void)state;
    plim_memory_fail_at(3, 0);
    void *a = plim_alloc(1, 1), *b = plim_resize(NULL, 1, 1), *c = plim_strdup("x");
    void *d = plim_alloc(1, 1);
    assert_non_null(a);
    assert_non_null(b);
    assert_null(c);
    assert_non_null(d);
    plim_free(a);
    plim_free(b);
    plim_free(d);
}

static void all_after_the_nth_fail_until_switched_off(void **state)
{
    (void)state;
    plim_memory_fail_at(2, 1);
    void *a = plim_alloc(1, 1);
    assert_non_null(a);
    for (int i = 0; i < 5; i++)
        assert_null(plim_alloc(1, 1));
    void *array = a;
    size_t capacity = 1;
    assert_int_equal(plim_grow(&array, &capacity, 100, 1), -1);
    assert_ptr_equal(array, a);
    assert_int_equal(capacity, 1);
    plim_memory_fail_at(0, 0);
    void *b = plim_alloc(1, 1);
    assert_non_null(b);
    plim_free(a);
    plim_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocates_zeroed),
        cmocka_unit_test(count_zero_is_a_valid_pointer),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(grow_keeps_contents_and_doubles),
        cmocka_unit_test(strdup_copies),
        cmocka_unit_test(the_nth_allocation_fails_once),
        cmocka_unit_test(all_after_the_nth_fail_until_switched_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
