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

static void out_of_memory(void **state)
{
    (void)state;
    uint32_t order[3];
    const int values[] = {3, 2, 1};
    plim_error err = {0};
    plim_memory_fail_at(1, 0);
    assert_int_equal(plim_order_rows(order, 3, by_value, values, &err), PLIM_MACHINE);
    plim_memory_fail_at(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_and_is_stable),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
