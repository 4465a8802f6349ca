#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "measure/batch.h"
#include "measure_near.h"

/* 32 paths are four batches of an octet each: the error is that of the mean of four. */
static void few_paths_give_the_plain_error(void **unused)
{
    (void)unused;
    const plim_int128 sums[PLIM_BATCHES] = {100, 200, 300, 600};
    plim_estimate e = plim_batch_mean(sums, NULL, 32);
    assert_near(e.value, 3.0 / 8);
    assert_near(e.stderr_, sqrt(14.0 / 3 / 4) / 8);
    assert_near(e.low, (3 - 1.96 * sqrt(14.0 / 3 / 4)) / 8);
}

/* 2064 paths: batches 0 and 1 have two octets, the others one. Every path loses 2 yuan: no scatter,
   though the sums of batches differ. */
static void unequal_batches_of_equal_losses_do_not_scatter(void **unused)
{
    (void)unused;
    plim_int128 sums[PLIM_BATCHES];
    for (int k = 0; k < PLIM_BATCHES; k++)
        sums[k] = k < 2 ? 3200 : 1600;
    plim_estimate e = plim_batch_mean(sums, NULL, 2064);
    assert_near(e.value, 2);
    assert_true(e.stderr_ == 0);
}

/* 4096 paths, 16 a batch; batch 7 has 512 yuan more than nothing: m = 1, 255 batches off by -2, one
   by 510. */
static void scatter_of_batches_by_hand(void **unused)
{
    (void)unused;
    plim_int128 sums[PLIM_BATCHES] = {[7] = 51200};
    plim_estimate e = plim_batch_mean(sums, NULL, 4096);
    assert_near(e.value, 1.0 / 8);
    assert_near(e.stderr_, sqrt((255 * 4.0 + 510.0 * 510) * 256 / 255) / 4096);
}

static void deltas_are_paired_by_batch(void **unused)
{
    (void)unused;
    const plim_int128 base[PLIM_BATCHES] = {100, 200, 300, 600};
    const plim_int128 shocked[PLIM_BATCHES] = {400, 200, 200, 800};
    plim_estimate e = plim_batch_mean(shocked, base, 32);
    assert_near(e.value, 1.0 / 8);
    assert_near(e.stderr_, sqrt(10.0 / 3 / 4) / 8);
    e = plim_batch_mean(base, base, 32);
    assert_true(e.value == 0 && e.stderr_ == 0 && e.low == 0 && e.high == 0);
}

static void one_path_has_no_error(void **unused)
{
    (void)unused;
    const plim_int128 sums[PLIM_BATCHES] = {700};
    plim_estimate e = plim_batch_mean(sums, NULL, 1);
    assert_near(e.value, 7);
    assert_nan(e.stderr_);
}

/* 1.3e16 fen on every path of four million: sums far beyond 64 bits. */
static void large_sums_do_not_overflow(void **unused)
{
    (void)unused;
    plim_int128 sums[PLIM_BATCHES];
    for (int k = 0; k < PLIM_BATCHES; k++)
        sums[k] = (plim_int128)13000000000000000 * (4096000 / PLIM_BATCHES);
    plim_estimate e = plim_batch_mean(sums, NULL, 4096000);
    assert_near(e.value, 1.3e14);
    assert_true(e.stderr_ == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_paths_give_the_plain_error),
        cmocka_unit_test(unequal_batches_of_equal_losses_do_not_scatter),
        cmocka_unit_test(scatter_of_batches_by_hand),
        cmocka_unit_test(deltas_are_paired_by_batch),
        cmocka_unit_test(one_path_has_no_error),
        cmocka_unit_test(large_sums_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
