/* Memory that runs out anywhere in a run, a replay or a self-check: one clear message, no file, no
   leak (the sanitizer build looks for those). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../unit/run_fixture.h"

#include "base/memory.h"
#include "run/explain.h"
#include "run/selfcheck.h"

static plim_status run(plim_error *err)
{
    plim_run_config config = fixture_config();
    config.paths = 8;
    config.threads = 1;
    return plim_run(&config, NULL, err);
}

static plim_status run_in_slabs(plim_error *err)
{
    plim_run_config config = fixture_config();
    config.paths = 8;
    config.threads = 1;
    config.book_slabs = 3;
    return plim_run(&config, NULL, err);
}

/* The same with drivers that differ from path to path, PDs and LGDs of loans in default with them.
 */
static const char random_scenario[] =
    "return scenario {\n"
    "  name = \"random\", title = { en = \"random\" }, years = { 2026, 2027 },\n"
    "  drivers = {\n"
    "    heat = random.normal { mean = 0, sd = 0.5, persistence = 0.5, with = { macro = -0.3 } },\n"
    "    price = random.jump_diffusion { mean = 1, volatility = 0.2, with = { heat = 0.2 },\n"
    "      jumps = { rate = 1, mean = -0.1, sd = 0.1 } },\n"
    "    ban = random.regime { before = 0, after = 1, start = 0.4 },\n"
    "  },\n"
    "  borrower = function (b, d)\n"
    "    return { pd = logistic(logit(b.pd) + d.heat + log(d.price)), default = d.heat:gt(2) }\n"
    "  end,\n"
    "  loan = function (l, b, d) return { lgd = l.lgd * (1 - 0.5 * d.ban) } end,\n"
    "}\n";

static plim_status run_random(plim_error *err)
{
    static char path[64];
    static const char *const scenarios[] = {path};
    plim_run_config config = fixture_config();
    (void)snprintf(path, sizeof path, "%s/random.lua", fixture_folder);
    config.scenarios = scenarios;
    config.paths = 8;
    config.threads = 1;
    return plim_run(&config, NULL, err);
}

static plim_status explain(plim_error *err)
{
    plim_explanation told = {.currency = ""};
    plim_explain_config config = {.result = fixture_out, .path = 3};
    plim_status status = plim_explain(&told, &config, err);
    plim_explanation_free(&told);
    return status;
}

static plim_status selfcheck(plim_error *err)
{
    const char *books[] = {fixture_book};
    plim_selfcheck check = {
        .books = books, .n_books = 1, .lib_dir = PLIM_SOURCE_DIR "/scenarios/lib"};
    return plim_selfcheck_run(&check, err);
}

/* Fails the n-th allocation for ever larger n, until the work gets by without meeting it; n grows
   by a part in `pace`. Number of failures. */
static long fail_everywhere(plim_status (*work)(plim_error *err), bool leaves_file, long pace)
{
    long failures = 0;
    for (long n = 1;; n += 1 + n / pace) {
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
    return failures;
}

static void test_run(void **state)
{
    (void)state;
    assert_true(fail_everywhere(run, true, 60) > 100);
}

static void test_run_in_slabs(void **state)
{
    (void)state;
    assert_true(fail_everywhere(run_in_slabs, true, 60) > 100);
}

static void test_random_drivers(void **state)
{
    (void)state;
    char path[64];
    (void)snprintf(path, sizeof path, "%s/random.lua", fixture_folder);
    assert_int_equal(fixture_write_text(path, random_scenario), 0);
    assert_true(fail_everywhere(run_random, true, 200) > 100);
    assert_true(fail_everywhere(explain, false, 60) > 100);
    unlink(path);
}

static void test_explain(void **state)
{
    (void)state;
    plim_error err = {0};
    if (run(&err) != PLIM_OK)
        fail_msg("%s", err.message);
    assert_true(fail_everywhere(explain, false, 60) > 100);
}

static void test_selfcheck(void **state)
{
    (void)state;
    assert_true(fail_everywhere(selfcheck, false, 5) > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_run_in_slabs),
        cmocka_unit_test(test_random_drivers),
        cmocka_unit_test(test_explain),
        cmocka_unit_test(test_selfcheck),
    };
    return cmocka_run_group_tests(tests, fixture_make, fixture_remove);
}
