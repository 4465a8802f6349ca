/* The digest of warnings against the same written out over the whole table, for random tables that
 * are handed in by blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "report/warning_digest.h"

enum { SCENARIOS = 4, SUBJECTS = 2, KEYS = 400, INDICATORS = 2, ROUNDS = 12 };

static const char *const scenarios[SCENARIOS] = {"baseline", "mild", "hard", "other"};
static const char *const subjects[SUBJECTS] = {"borrower", "sector"};
static const char *const indicators[INDICATORS] = {"pd_ratio", "pd_stressed"};
static const char *const levels[] = {"red", "orange", "yellow", "blue", "none"};

static uint32_t state = 1;

static uint32_t below(uint32_t n)
{
    state = state * 1664525U + 1013904223U;
    return (uint32_t)(((uint64_t)state * n) >> 32);
}

static void ok(plim_status status)
{
    assert_int_equal(status, PLIM_OK);
}

static void set(plim_table *table, const char *field, const char *text)
{
    plim_error err = {0};
    ok(plim_table_set_text(table, plim_table_field(table, field), text, &err));
}

static const char *get(const plim_table *table, size_t row, const char *field)
{
    return plim_table_text(table, row, plim_table_field(table, field));
}

static void init(plim_table *table)
{
    plim_error err = {0};
    ok(plim_table_init(table, plim_table_spec_find("warnings"), &err));
}

static void copy_row(plim_table *to, const plim_table *from, size_t row)
{
    static const char *const texts[] = {"scenario", "subject", "key", "indicator", "level"};
    plim_error err = {0};
    ok(plim_table_add_row(to, &err));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        set(to, texts[i], get(from, row, texts[i]));
    plim_table_set_number(to, plim_table_field(to, "value"),
                          plim_table_number(from, row, plim_table_field(from, "value")));
}

/* Scenario by scenario, baseline first, each warning of what there is with a chance of its own. */
static void fill(plim_table *table, uint32_t highest)
{
    plim_error err = {0};
    init(table);
    for (int s = 0; s < SCENARIOS; s++)
        for (int w = 0; w < SUBJECTS * KEYS * INDICATORS; w++) {
            char key[32];
            if (below(3) == 0)
                continue;
            snprintf(key, sizeof key, "K%d", w / INDICATORS % KEYS);
            ok(plim_table_add_row(table, &err));
            set(table, "scenario", scenarios[s]);
            set(table, "subject", subjects[w / INDICATORS / KEYS]);
            set(table, "key", key);
            set(table, "indicator", indicators[w % INDICATORS]);
            set(table, "level", levels[highest + below(5 - highest)]);
            plim_table_set_number(table, plim_table_field(table, "value"), below(1000));
        }
}

static int rank(const char *level)
{
    int rank = 0;
    while (strcmp(levels[rank], level) != 0)
        rank++;
    return rank;
}

static int same_warning(const plim_table *table, size_t a, size_t b)
{
    return strcmp(get(table, a, "subject"), get(table, b, "subject")) == 0 &&
           strcmp(get(table, a, "key"), get(table, b, "key")) == 0 &&
           strcmp(get(table, a, "indicator"), get(table, b, "indicator")) == 0;
}

static int in_baseline(const plim_table *table, size_t row, int level)
{
    for (size_t b = 0; b < table->n_rows; b++)
        if (strcmp(get(table, b, "scenario"), "baseline") == 0 && same_warning(table, b, row) &&
            rank(get(table, b, "level")) <= level)
            return 1;
    return 0;
}

static void check_scenario(const plim_warning_digest *digest, const plim_table *table, int s)
{
    const plim_warning_scenario *of = plim_warning_digest_of(digest, scenarios[s]);
    size_t shown = 0;
    assert_non_null(of);
    for (int level = 0; level < PLIM_WARNING_LEVELS; level++) {
        size_t count = 0;
        for (size_t row = 0; row < table->n_rows; row++) {
            if (strcmp(get(table, row, "scenario"), scenarios[s]) != 0 ||
                rank(get(table, row, "level")) != level)
                continue;
            count++;
            if (s == 0 || shown == PLIM_WARNINGS_SHOWN || in_baseline(table, row, level))
                continue;
            assert_true(shown < of->n_shown);
            size_t kept = of->shown[shown++];
            assert_string_equal(get(&digest->kept, kept, "scenario"), scenarios[s]);
            assert_string_equal(get(&digest->kept, kept, "subject"), get(table, row, "subject"));
            assert_string_equal(get(&digest->kept, kept, "key"), get(table, row, "key"));
            assert_string_equal(get(&digest->kept, kept, "indicator"),
                                get(table, row, "indicator"));
            assert_string_equal(get(&digest->kept, kept, "level"), levels[level]);
        }
        assert_int_equal(of->count[level], count);
    }
    assert_int_equal(of->n_shown, shown);
}

static void check_counts(const plim_warning_digest *digest, const plim_table *table)
{
    for (int level = 0; level < PLIM_WARNING_LEVELS; level++) {
        size_t count = 0, first = 0, found = 0;
        for (size_t row = 0; row < table->n_rows; row++)
            if (rank(get(table, row, "level")) <= level && count++ == 0)
                first = row;
        assert_int_equal(plim_warning_digest_count(digest, levels[level], &found), count);
        if (count == 0)
            continue;
        assert_string_equal(get(&digest->kept, found, "scenario"), get(table, first, "scenario"));
        assert_string_equal(get(&digest->kept, found, "key"), get(table, first, "key"));
        assert_string_equal(get(&digest->kept, found, "level"), get(table, first, "level"));
    }
}

static void random_tables(void **unused)
{
    (void)unused;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        plim_table table;
        plim_warning_digest digest = {0};
        plim_error err = {0};
        fill(&table, round % 5);
        for (size_t first = 0; first < table.n_rows;) {
            plim_table block;
            size_t end = first + 1 + below(700);
            init(&block);
            for (; first < end && first < table.n_rows; first++)
                copy_row(&block, &table, first);
            ok(plim_warning_digest_add(&digest, &block, &err));
            plim_table_free(&block);
        }
        for (int s = 0; s < SCENARIOS; s++)
            check_scenario(&digest, &table, s);
        check_counts(&digest, &table);
        assert_null(plim_warning_digest_of(&digest, "unheard of"));
        plim_warning_digest_free(&digest);
        plim_table_free(&table);
    }
}

static void nothing_at_all(void **unused)
{
    (void)unused;
    plim_warning_digest digest = {0};
    size_t first = 0;
    assert_null(plim_warning_digest_of(&digest, "baseline"));
    assert_int_equal(plim_warning_digest_count(&digest, "blue", &first), 0);
    plim_warning_digest_free(&digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_tables),
        cmocka_unit_test(nothing_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
