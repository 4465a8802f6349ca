#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "base/wide.h"

static plim_moments moments_of(const int64_t *values, int n)
{
    plim_moments m;
    memset(&m, 0, sizeof m);
    for (int i = 0; i < n; i++)
        plim_moments_add(&m, values[i]);
    return m;
}

static void small_sample(void **state)
{
    (void)state;
    static const int64_t values[] = {1, 2, 3, 4};
    plim_moments m = moments_of(values, 4);
    assert_true(plim_moments_mean(&m) == 2.5);
    assert_true(plim_moments_variance(&m) == 5.0 / 3.0);
    assert_true(plim_moments_stderr(&m) == sqrt(5.0 / 3.0 / 4.0));
}

static void too_few_values(void **state)
{
    (void)state;
    static const int64_t one = 5;
    plim_moments none = moments_of(&one, 0), single = moments_of(&one, 1);
    assert_true(isnan(plim_moments_mean(&none)));
    assert_true(isnan(plim_moments_variance(&none)));
    assert_true(plim_moments_mean(&single) == 5.0);
    assert_true(isnan(plim_moments_variance(&single)));
    assert_true(isnan(plim_moments_stderr(&single)));
}

static void a_constant_has_no_variance(void **state)
{
    (void)state;
    static const int64_t constants[] = {0, 7, -3, INT64_MAX, INT64_MIN, 1300000000000000};
    for (int c = 0; c < 6; c++) {
        plim_moments m;
        memset(&m, 0, sizeof m);
        for (int i = 0; i < 1000; i++)
            plim_moments_add(&m, constants[c]);
        assert_true(plim_moments_variance(&m) == 0.0);
        assert_true(plim_moments_mean(&m) == (double)constants[c]);
    }
}

static void a_large_offset_changes_nothing(void **state)
{
    (void)state;
    static const int64_t values[] = {12, -5, 300, 7, 7, 99, -1000};
    int64_t moved[7];
    for (int i = 0; i < 7; i++)
        moved[i] = values[i] + 9000000000000000000;
    plim_moments near = moments_of(values, 7), far = moments_of(moved, 7);
    assert_true(plim_moments_variance(&near) == plim_moments_variance(&far));
}

static void extremes_do_not_overflow(void **state)
{
    (void)state;
    plim_moments m;
    memset(&m, 0, sizeof m);
    enum { PAIRS = 100000 };
    for (int i = 0; i < PAIRS; i++) {
        plim_moments_add(&m, INT64_MAX);
        plim_moments_add(&m, -INT64_MAX);
    }
    double n = 2.0 * PAIRS, size = 0x1p63;
    assert_true(plim_moments_mean(&m) == 0.0);
    double expected = size * size * (n / (n - 1.0));
    assert_true(fabs(plim_moments_variance(&m) / expected - 1.0) < 1e-15);
}

static void merging_is_free_of_order(void **state)
{
    (void)state;
    plim_moments whole, parts[3], sums[2];
    memset(&whole, 0, sizeof whole);
    memset(parts, 0, sizeof parts);
    memset(sums, 0, sizeof sums);
    uint64_t mix = 88172645463325252U;
    for (int i = 0; i < 3000; i++) {
        mix ^= mix << 13;
        mix ^= mix >> 7;
        mix ^= mix << 17;
        plim_moments_add(&whole, (int64_t)mix);
        plim_moments_add(&parts[i % 3], (int64_t)mix);
    }
    for (int i = 0; i < 3; i++) {
        plim_moments_merge(&sums[0], &parts[i]);
        plim_moments_merge(&sums[1], &parts[2 - i]);
    }
    for (int i = 0; i < 2; i++) {
        assert_true(sums[i].count == whole.count && sums[i].sum == whole.sum);
        assert_memory_equal(sums[i].squares, whole.squares, sizeof whole.squares);
        assert_true(plim_moments_variance(&sums[i]) == plim_moments_variance(&whole));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_sample),
        cmocka_unit_test(too_few_values),
        cmocka_unit_test(a_constant_has_no_variance),
        cmocka_unit_test(a_large_offset_changes_nothing),
        cmocka_unit_test(extremes_do_not_overflow),
        cmocka_unit_test(merging_is_free_of_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
