/* A whole run through the C API, and its paths told again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run_fixture.h"

#include "run/explain.h"
#include "run/record.h"

typedef struct heard {
    int messages, warnings, publishing, finished;
    uint64_t done, total;
    char path[64];
} heard;

static void on_message(void *user, int is_warning, const char *text)
{
    heard *h = user;
    assert_true(strlen(text) > 0);
    h->messages++;
    h->warnings += is_warning;
}

static void on_progress(void *user, uint64_t done, uint64_t total)
{
    heard *h = user;
    assert_true(done >= h->done && done <= total);
    h->done = done;
    h->total = total;
}

static void on_publishing(void *user, int begins)
{
    ((heard *)user)->publishing += begins ? 1 : -1;
}

static void on_finished(void *user, const char *path)
{
    heard *h = user;
    h->finished++;
    snprintf(h->path, sizeof h->path, "%s", path);
}

static void run(const plim_run_config *config, heard *h)
{
    plim_error err = {0};
    plim_run_watch watch = {h, on_message, on_progress, on_publishing, on_finished};
    *h = (heard){0};
    if (plim_run(config, &watch, &err) != PLIM_OK)
        fail_msg("%s", err.message);
}

static void test_run(void **state)
{
    (void)state;
    heard h;
    plim_run_config config = fixture_config();
    run(&config, &h);
    assert_int_equal(h.finished, 1);
    assert_int_equal(h.publishing, 0);
    assert_string_equal(h.path, fixture_out);
    assert_true(h.messages >= 2 && h.warnings == 0);
    assert_true(h.total > 0 && h.done == h.total);
    plim_result result = {0};
    plim_error err = {0};
    assert_int_equal(plim_store_read_result(&result, fixture_out, NULL, &err), PLIM_OK);
    assert_int_equal(plim_record_table(&result, "summary")->n_rows, 2 * 8);
    assert_string_equal(plim_result_setting(&result, "paths"), "64");
    assert_string_equal(plim_result_setting(&result, "seed"), "1");
    size_t kinds = 0;
    for (size_t i = 0; i < result.n_inputs; i++) {
        const plim_kept_input *input = &result.inputs[i];
        if (strcmp(input->kind, "scenario") == 0)
            assert_string_equal(input->text, fixture_scenario);
        if (strcmp(input->kind, "book") == 0)
            assert_null(input->text);
        kinds += strcmp(input->kind, "scenario") == 0 || strcmp(input->kind, "model") == 0 ||
                 strcmp(input->kind, "library") == 0 || strcmp(input->kind, "rules") == 0 ||
                 strcmp(input->kind, "book") == 0;
    }
    assert_true(kinds == result.n_inputs && kinds >= 5);
    plim_result_free(&result);
}

/* Loss of a path and bank in table `paths`, or 0. */
static int64_t kept_loss(const plim_table *paths, const char *scenario, int64_t path,
                         const char *bank)
{
    for (size_t row = 0; row < paths->n_rows; row++)
        if (paths->columns[1].integer[row] == path &&
            strcmp(plim_table_text(paths, row, 0), scenario) == 0 &&
            strcmp(plim_table_text(paths, row, 2), bank) == 0)
            return paths->columns[3].integer[row];
    return 0;
}

static int64_t told_loss(const plim_table *story, const char *scenario, const char *bank)
{
    int64_t sum = 0;
    for (size_t row = 0; row < story->n_rows; row++)
        if (strcmp(plim_table_text(story, row, 0), scenario) == 0 &&
            strcmp(plim_table_text(story, row, 2), bank) == 0)
            sum += story->columns[6].integer[row];
    return sum;
}

/* The scenario changes LGD, so loans in default already are part of the story too. */
static void test_every_path_adds_up(void **state)
{
    (void)state;
    static const char *const scenarios[] = {"baseline", "shift"};
    heard h;
    plim_error err = {0};
    plim_result result = {0};
    plim_run_config config = fixture_config();
    run(&config, &h);
    assert_int_equal(plim_store_read_result(&result, fixture_out, NULL, &err), PLIM_OK);
    const plim_table *paths = plim_record_table(&result, "paths");
    const plim_table *banks = plim_record_table(&result, "banks");
    int64_t seen = 0, changes = 0;
    for (uint64_t path = 0; path < FIXTURE_PATHS; path++) {
        plim_explanation told = {.currency = ""};
        plim_explain_config explain = {.result = fixture_out, .path = path};
        if (plim_explain(&told, &explain, &err) != PLIM_OK)
            fail_msg("%s", err.message);
        assert_string_equal(told.currency, "CNY");
        for (size_t s = 0; s < 2; s++)
            for (size_t b = 0; b < banks->n_rows; b++) {
                const char *bank = plim_table_text(banks, b, 1);
                int64_t loss = kept_loss(paths, scenarios[s], (int64_t)path, bank);
                assert_true(told_loss(&told.story, scenarios[s], bank) == loss);
                seen += loss != 0;
                changes += s == 1 && loss != kept_loss(paths, "baseline", (int64_t)path, bank);
            }
        plim_explanation_free(&told);
    }
    assert_true(seen > 0 && changes > 0);
    plim_result_free(&result);
}

static void expect_refusal(const plim_run_config *config, plim_status status, const char *says)
{
    plim_error err = {0};
    assert_int_equal(plim_run(config, NULL, &err), status);
    if (!strstr(err.message, says))
        fail_msg("message lacks '%s': %s", says, err.message);
}

static void test_refusals(void **state)
{
    (void)state;
    plim_run_config config = fixture_config();
    config.n_scenarios = 0;
    expect_refusal(&config, PLIM_USAGE, "no scenario");
    config = fixture_config();
    config.n_books = 0;
    expect_refusal(&config, PLIM_USAGE, "no loan book");
    config = fixture_config();
    config.paths = 1000;
    config.precision = 0.01;
    expect_refusal(&config, PLIM_USAGE, "not both");
    config.paths = 0;
    config.precision = 1;
    expect_refusal(&config, PLIM_USAGE, "share");
    config = fixture_config();
    config.memory = 1000;
    expect_refusal(&config, PLIM_USAGE, "--memory");
    config = fixture_config();
    config.out = fixture_book;
    expect_refusal(&config, PLIM_USAGE, "never replaced");
    assert_int_equal(plim_store_file_kind(fixture_book), PLIM_FILE_BOOK);
    config.out = fixture_text;
    assert_int_equal(fixture_write_text(fixture_text, "mine"), 0);
    expect_refusal(&config, PLIM_USAGE, "notes.txt");
    assert_int_equal(plim_store_file_kind(fixture_text), PLIM_FILE_OTHER);
}

/* A limit that is named as enough is enough. */
static void test_memory_that_would_do(void **state)
{
    (void)state;
    plim_error err = {0};
    heard h;
    plim_run_config config = fixture_config();
    config.paths = 100000;
    config.memory = 1 << 20;
    config.dry_run = true;
    assert_int_equal(plim_run(&config, NULL, &err), PLIM_USAGE);
    const char *named = strstr(err.message, "--memory ");
    assert_non_null(named);
    config.memory = strtoull(named + strlen("--memory "), NULL, 10) << 20;
    run(&config, &h);
    config.paths = 200000;
    err = (plim_error){0};
    assert_int_equal(plim_run(&config, NULL, &err), PLIM_USAGE);
    named = strstr(err.message, "--paths ");
    assert_non_null(named);
    config.paths = (uint32_t)strtoul(named + strlen("--paths "), NULL, 10);
    assert_true(config.paths >= 100000 && config.paths < 200000);
    run(&config, &h);
}

static void test_dry_run(void **state)
{
    (void)state;
    heard h;
    plim_run_config config = fixture_config();
    unlink(fixture_out);
    config.dry_run = true;
    run(&config, &h);
    assert_int_equal(h.finished, 0);
    assert_true(h.messages > 0 && h.total == 0);
    assert_int_equal(plim_store_file_kind(fixture_out), PLIM_FILE_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),      cmocka_unit_test(test_every_path_adds_up),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_memory_that_would_do),
        cmocka_unit_test(test_dry_run),
    };
    return cmocka_run_group_tests(tests, fixture_make, fixture_remove);
}
