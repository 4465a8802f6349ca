#include "../support/book_fixture.h"

#include "book/order.h"

static int by_value(const void *context, uint32_t a, uint32_t b)
{
    const int *values = context;
    return (values[a] > values[b]) - (values[a] < values[b]);
}

/* Sorted, and equal ones in the order in which they came, for every length up to 70. */
static void sorts_and_is_stable(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 70; n++) {
        int values[70] = {0};
        uint32_t order[70];
        for (size_t i = 0; i < n; i++)
            values[i] = (int)(i * 37 % 11);
        MUST(plim_order_rows(order, n, by_value, values, &must_err));
        for (size_t i = 1; i < n; i++) {
            assert_true(values[order[i - 1]] <= values[order[i]]);
            if (values[order[i - 1]] == values[order[i]])
                assert_true(order[i - 1] < order[i]);
        }
    }
}

/* By two keys, against the merge sort by the same rule. */
typedef struct two_keys {
    uint32_t high[500], low[500];
} two_keys;

static int by_both(const void *context, uint32_t a, uint32_t b)
{
    const two_keys *keys = context;
    if (keys->high[a] != keys->high[b])
        return keys->high[a] < keys->high[b] ? -1 : 1;
    return (keys->low[a] > keys->low[b]) - (keys->low[a] < keys->low[b]);
}

static void keys_sort_as_a_rule_does(void **state)
{
    (void)state;
    static const uint32_t spread[] = {1, 1U << 14, 1U << 20, 1U << 30};
    for (size_t n = 0; n <= 500; n += n < 10 ? 1 : 98)
        for (size_t s = 0; s < sizeof spread / sizeof *spread; s++) {
            two_keys keys = {{0}, {0}};
            uint32_t one[500], two[500];
            for (uint32_t i = 0; i < n; i++) {
                keys.high[i] = i * 2654435761U % 7 * spread[s];
                keys.low[i] = i % 5 == 0 ? PLIM_NO_NAME : i * 40503U % 11 * spread[s];
            }
            MUST(plim_order_rows(one, n, by_both, &keys, &must_err));
            MUST(plim_order_by_keys(two, n, (const uint32_t *const[]){keys.high, keys.low}, 2,
                                    &must_err));
            assert_memory_equal(one, two, n * sizeof *one);
        }
}

static void ranks_follow_bytes(const char *const *texts, size_t n)
{
    uint32_t rank[64];
    MUST(plim_order_texts(rank, texts, n, &must_err));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            assert_int_equal(rank[i] < rank[j], strcmp(texts[i], texts[j]) < 0);
}

/* With and without a common beginning, one the beginning of another, empty, not ASCII, long. */
static void texts_rank_by_bytes(void **state)
{
    (void)state;
    ranks_follow_bytes(NULL, 0);
    ranks_follow_bytes((const char *[]){""}, 1);
    ranks_follow_bytes((const char *[]){"x"}, 1);
    ranks_follow_bytes((const char *[]){"", "b", "a", "ab", "aa", "重庆", "荣昌", "\x7f"}, 8);
    ranks_follow_bytes((const char *[]){"id12", "id1", "", "id123", "id", "id0999", "id2"}, 7);
    ranks_follow_bytes((const char *[]){"9150015300000002", "9150015300000001", "9150015300000010",
                                        "915001530000000", "9150015300000001X", ""},
                       6);
    ranks_follow_bytes(
        (const char *[]){"a very long text of a purpose that no number of keys holds, second",
                         "a very long text of a purpose that no number of keys holds, first", "b",
                         "", "a"},
        5);
}

static void out_of_memory(void **state)
{
    (void)state;
    uint32_t order[3];
    const int values[] = {3, 2, 1};
    plim_error err = {0};
    plim_memory_fail_at(1, 0);
    assert_int_equal(plim_order_rows(order, 3, by_value, values, &err), PLIM_MACHINE);
    for (long nth = 1; nth <= 2; nth++) {
        plim_memory_fail_at(nth, 0);
        assert_int_equal(plim_order_texts(order, (const char *[]){"b", "a"}, 2, &err),
                         PLIM_MACHINE);
        plim_memory_fail_at(nth, 0);
        assert_int_equal(plim_order_by_keys(order, 3, NULL, 0, &err), PLIM_MACHINE);
    }
    plim_memory_fail_at(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_and_is_stable),
        cmocka_unit_test(keys_sort_as_a_rule_does),
        cmocka_unit_test(texts_rank_by_bytes),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
