/* Memory that runs out anywhere in a comparison or a split: one clear message, no leak (the
   sanitizer build looks for those). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../unit/run_fixture.h"

#include "base/memory.h"
#include "run/compare.h"
#include "run/split.h"

static char other_book[64], other_out[64];
static const char *const results[] = {fixture_out, other_out};

/* Another night: fewer borrowers, other draws. */
static int make(void **state)
{
    plim_error err = {0};
    plim_book_tables_data tables = {0};
    const plim_synthetic fewer = {.preset = "rongchang", .n_borrowers = 36, .seed = 3};
    if (fixture_make(state) != 0)
        return -1;
    snprintf(other_book, sizeof other_book, "%s/b.book.h5", fixture_folder);
    snprintf(other_out, sizeof other_out, "%s/b.result.h5", fixture_folder);
    plim_status status = plim_synthetic_make(&tables, &fewer, &err);
    if (status == PLIM_OK)
        status = plim_store_write_book(&tables, other_book, &err);
    plim_book_tables_data_free(&tables);
    plim_run_config config = fixture_config();
    config.paths = 8;
    if (status == PLIM_OK)
        status = plim_run(&config, NULL, &err);
    const char *books[] = {other_book};
    config.books = books;
    config.out = other_out;
    config.seed = 2;
    if (status == PLIM_OK)
        status = plim_run(&config, NULL, &err);
    if (status != PLIM_OK)
        fprintf(stderr, "%s\n", err.message);
    return status == PLIM_OK ? 0 : -1;
}

static int remove_all(void **state)
{
    unlink(other_book);
    unlink(other_out);
    return fixture_remove(state);
}

static plim_status compare(plim_error *err)
{
    plim_comparison comparison = {.paired = false};
    plim_status status = plim_compare_results(&comparison, results, err);
    plim_comparison_free(&comparison);
    return status;
}

/* Of one result and itself: paired. */
static plim_status compare_paired(plim_error *err)
{
    static const char *const same[] = {fixture_out, fixture_out};
    plim_comparison comparison = {.paired = false};
    plim_status status = plim_compare_results(&comparison, same, err);
    plim_comparison_free(&comparison);
    return status;
}

static plim_status split(plim_error *err)
{
    plim_splitting splitting = {.n_new = 0};
    const plim_split_config config = {.result = {fixture_out, other_out}, .threads = 1};
    plim_status status = plim_split(&splitting, &config, err);
    if (status == PLIM_OK)
        assert_true(splitting.parts.n_rows > 0 && splitting.n_repaid > 0);
    plim_splitting_free(&splitting);
    return status;
}

/* Fails the n-th allocation for ever larger n; n grows by a part in `pace`. Number of failures. */
static long fail_everywhere(plim_status (*work)(plim_error *err), long pace)
{
    long failures = 0;
    for (long n = 1;; n += 1 + n / pace) {
        plim_error err = {0};
        plim_memory_fail_at(n, 1);
        plim_status status = work(&err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK)
            return failures;
        failures++;
        if (status != PLIM_MACHINE || !strstr(err.message, "memory"))
            fail_msg("allocation %ld: status %d, message: %s", n, (int)status, err.message);
    }
}

static void test_compare(void **state)
{
    (void)state;
    assert_true(fail_everywhere(compare, 60) > 100);
    assert_true(fail_everywhere(compare_paired, 60) > 100);
}

static void test_split(void **state)
{
    (void)state;
    assert_true(fail_everywhere(split, 60) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_split),
    };
    return cmocka_run_group_tests(tests, make, remove_all);
}
