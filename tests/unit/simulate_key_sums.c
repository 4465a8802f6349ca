#include "../support/simulate_fixture.h"

#include "simulate/key_sums.h"

enum { KEYS = 3, SCENARIOS = 2, CELLS = SCENARIOS * KEYS * PLIM_BATCHES };

static size_t cell(size_t s, size_t key, size_t batch)
{
    return (s * KEYS + key) * PLIM_BATCHES + batch;
}

static void add(plim_key_sums *sums, size_t s, size_t key, int64_t amount)
{
    plim_key_sums_expect(sums, amount);
    plim_key_sums_at(sums, 7, key)[s] += amount;
}

/* Sums beyond 64 bits in both directions, which add up to what the amounts do, in a single cell. */
static void sums_do_not_overflow(void **state)
{
    (void)state;
    static plim_int128 got[CELLS];
    plim_key_sums sums;
    plim_int128 want[KEYS] = {0};
    const int64_t large = INT64_MAX - 5;
    MUST(plim_key_sums_create(&sums, KEYS, SCENARIOS, &must_err));
    for (int i = 0; i < 9; i++) {
        add(&sums, 1, 0, large);
        add(&sums, 1, 1, -large);
        add(&sums, 1, 2, i % 2 ? large : -3);
        want[0] += large;
        want[1] -= large;
        want[2] += i % 2 ? large : -3;
    }
    got[cell(1, 0, 7)] = 11; /* it is added to */
    plim_key_sums_merge(got, &sums);
    got[cell(1, 0, 7)] -= 11;
    for (size_t i = 0; i < CELLS; i++)
        assert_true(got[i] == (i == cell(1, 0, 7)   ? want[0]
                               : i == cell(1, 1, 7) ? want[1]
                               : i == cell(1, 2, 7) ? want[2]
                                                    : 0));
    plim_key_sums_free(&sums);
}

/* Nothing is moved while there is room, so that the sums stay where they are added. */
static void small_sums_stay(void **state)
{
    (void)state;
    plim_key_sums sums;
    MUST(plim_key_sums_create(&sums, KEYS, SCENARIOS, &must_err));
    for (int i = 0; i < 1000; i++)
        add(&sums, 0, 2, INT64_MAX / 1000);
    assert_int_equal(plim_key_sums_at(&sums, 7, 2)[0], INT64_MAX / 1000 * 1000);
    add(&sums, 0, 2, INT64_MAX / 1000);
    assert_int_equal(plim_key_sums_at(&sums, 7, 2)[0], INT64_MAX / 1000);
    plim_key_sums_free(&sums);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_do_not_overflow),
        cmocka_unit_test(small_sums_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
