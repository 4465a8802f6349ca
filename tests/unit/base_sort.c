#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/sort.h"

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* xorshift: only to mix the order. */
static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void sorts_values_of_any_size_and_sign(void **unused)
{
    (void)unused;
    enum { N = 5000 };
    static int64_t mine[N], theirs[N], scratch[N];
    uint64_t state = 88172645463325252U;
    for (int i = 0; i < N; i++)
        mine[i] = theirs[i] = (int64_t)(next(&state) >> (next(&state) % 64));
    for (int i = 0; i < N; i += 3)
        mine[i] = theirs[i] = -mine[i];
    mine[17] = theirs[17] = INT64_MIN;
    mine[18] = theirs[18] = INT64_MAX;
    plim_sort_fen(mine, scratch, N);
    qsort(theirs, N, sizeof *theirs, ascending);
    assert_memory_equal(mine, theirs, sizeof mine);
}

static void an_odd_number_of_passes_ends_in_place(void **unused)
{
    (void)unused;
    int64_t values[] = {3, 255, 0, 17, 255, 1}, scratch[6]; /* one digit differs: one pass */
    const int64_t sorted[] = {0, 1, 3, 17, 255, 255};
    plim_sort_fen(values, scratch, 6);
    assert_memory_equal(values, sorted, sizeof values);
}

static void nothing_and_one_are_sorted(void **unused)
{
    (void)unused;
    int64_t one = -5, scratch = 0;
    plim_sort_fen(&one, &scratch, 0);
    plim_sort_fen(&one, &scratch, 1);
    assert_int_equal(one, -5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_values_of_any_size_and_sign),
        cmocka_unit_test(an_odd_number_of_passes_ends_in_place),
        cmocka_unit_test(nothing_and_one_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
