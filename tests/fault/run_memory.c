/* Memory that runs out anywhere in a run or a replay: one clear message, no file, no leak (the
   sanitizer build looks for those). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../unit/run_fixture.h"

#include "base/memory.h"
#include "run/explain.h"

static plim_status run(plim_error *err)
{
    plim_run_config config = fixture_config();
    config.paths = 8;
    config.threads = 1;
    return plim_run(&config, NULL, err);
}

static plim_status explain(plim_error *err)
{
    plim_table story = {0};
    char currency[16];
    plim_explain_config config = {.result = fixture_out, .path = 3};
    plim_status status = plim_explain(&story, currency, &config, err);
    plim_table_free(&story);
    return status;
}

/* Fails the n-th allocation for ever larger n, until the work gets by without meeting it. */
static void fail_everywhere(plim_status (*work)(plim_error *err), bool leaves_file)
{
    long failures = 0;
    for (long n = 1;; n += 1 + n / 60) {
        plim_error err = {0};
        if (leaves_file)
            unlink(fixture_out);
        plim_memory_fail_at(n, 1);
        plim_status status = work(&err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK)
            break;
        failures++;
        if (status != PLIM_MACHINE || !strstr(err.message, "memory"))
            fail_msg("allocation %ld: status %d, message: %s", n, (int)status, err.message);
        if (leaves_file && plim_store_file_kind(fixture_out) != PLIM_FILE_ABSENT)
            fail_msg("allocation %ld: a file was left", n);
    }
    assert_true(failures > 100);
}

static void test_run(void **state)
{
    (void)state;
    fail_everywhere(run, true);
}

static void test_explain(void **state)
{
    (void)state;
    plim_error err = {0};
    if (run(&err) != PLIM_OK)
        fail_msg("%s", err.message);
    fail_everywhere(explain, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_explain),
    };
    return cmocka_run_group_tests(tests, fixture_make, fixture_remove);
}
