/* Grades and warnings from small tables made by hand, by the library's rules and by broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "measure/row.h"
#include "warn/warn.h"

#define LIBRARY PLIM_SOURCE_DIR "/scenarios/lib"

/* Four borrowers with a loan each, one in default; two scenarios; one bank, two sectors, one
 * region. */
typedef struct fixture {
    plim_book book;
    plim_program program;
    plim_plan plan;
    plim_scenario scenario;
    plim_table tables[32];
    int64_t exposure_fen[4];
    uint32_t first_loan[5];
    uint8_t alive[4];
    plim_rules *rules;
} fixture;

static void ok(plim_status status, const plim_error *err)
{
    if (status != PLIM_OK)
        fail_msg("%s", err->message);
}

static void add_column(plim_frame *frame, const char *name, const char *const *text,
                       const double *number, size_t n)
{
    plim_error err = {0};
    plim_column column;
    ok(plim_column_make(&column, name, text != NULL ? PLIM_COLUMN_TEXT : PLIM_COLUMN_NUMBER, n,
                        &err),
       &err);
    for (size_t i = 0; i < n; i++) {
        if (text != NULL)
            ok(plim_column_set_text(&column, i, text[i], &err), &err);
        else
            column.number[i] = number[i];
    }
    ok(plim_frame_add(frame, &column, &err), &err);
}

static plim_table *table_of(fixture *f, const char *name)
{
    return &f->tables[plim_table_spec_find(name) - plim_table_specs];
}

static size_t field(const plim_table *table, const char *key)
{
    for (size_t i = 0; i < table->spec->n_fields; i++)
        if (strcmp(table->spec->fields[i].key, key) == 0)
            return i;
    fail_msg("table %s has no field %s", table->spec->name, key);
    return 0;
}

static const char *cell(fixture *f, const char *name, size_t row, const char *key)
{
    static char text[4][64];
    static int turn;
    const plim_table *table = table_of(f, name);
    assert_true(row < table->n_rows);
    size_t at = field(table, key);
    if (table->spec->fields[at].kind == PLIM_CELL_TEXT)
        return plim_table_text(table, row, at);
    turn = (turn + 1) % 4;
    plim_table_format(table, row, at, text[turn], sizeof text[turn]);
    return text[turn];
}

static void expect(fixture *f, const char *name, size_t row, const char *key, const char *value)
{
    const char *is = cell(f, name, row, key);
    if (strcmp(is, value) != 0)
        fail_msg("%s row %zu %s: is %s, not %s", name, row, key, is, value);
}

static void near(const char *is, double value)
{
    if (!(fabs(strtod(is, NULL) - value) < 1e-12))
        fail_msg("is %s, not %.17g", is, value);
}

static void loss_row(fixture *f, const char *name, const char *scenario, const char *key, double el,
                     double error)
{
    plim_error err = {0};
    plim_row row = plim_row_begin(table_of(f, name), &err);
    bool bank = strcmp(name, "banks") == 0;
    plim_row_text(&row, scenario);
    plim_row_text(&row, key);
    if (bank)
        plim_row_text(&row, "branch");
    plim_row_fen(&row, 100000000); /* a million */
    plim_row_number(&row, el);
    plim_row_number(&row, error);
    ok(plim_row_end(&row), &err);
}

static void borrower_row(fixture *f, const char *scenario, const char *id, double base,
                         double stressed)
{
    plim_error err = {0};
    plim_row row = plim_row_begin(table_of(f, "borrowers"), &err);
    plim_row_text(&row, scenario);
    plim_row_text(&row, id);
    plim_row_number(&row, base);
    plim_row_number(&row, stressed);
    plim_row_int(&row, 2027);
    plim_row_number(&row, 1000);
    plim_row_number(&row, 10);
    ok(plim_row_end(&row), &err);
}

static void fill_tables(fixture *f)
{
    plim_error err = {0};
    for (int s = 0; s < 2; s++) {
        const char *name = s == 0 ? "baseline" : "shock";
        plim_row row = plim_row_begin(table_of(f, "summary"), &err);
        plim_row_text(&row, name);
        plim_row_text(&row, "el");
        plim_row_number(&row, s == 0 ? 4000 : 50000); /* of 4 million over two years */
        plim_row_number(&row, 1000);
        ok(plim_row_end(&row), &err);
        for (int t = 0; t < 2; t++) {
            row = plim_row_begin(table_of(f, "years"), &err);
            plim_row_text(&row, name);
            plim_row_int(&row, 2026 + t);
            for (int i = 0; i < 6; i++)
                plim_row_number(&row, (double)NAN);
            plim_row_number(&row, 0.01 + 0.03 * s * t);
            plim_row_number(&row, 0.0001);
            ok(plim_row_end(&row), &err);
        }
        /* el over a million in two years: 1.7 % a year sure, 1.5 % unsure, and none */
        loss_row(f, "sectors", name, "C3071", s == 0 ? 100 : 34000, 500);
        loss_row(f, "sectors", name, "F5211", s == 0 ? 100 : 30010, 500);
        loss_row(f, "regions", name, "500153001", 100, 5);
        loss_row(f, "banks", name, "bank0", s == 0 ? 100 : 200000, 500);
    }
    /* in the order of ids, as measure/ makes them */
    borrower_row(f, "baseline", "a", 0.004, 0.004);
    borrower_row(f, "baseline", "b", 0.05, 0.05);
    borrower_row(f, "baseline", "c", 1, 1);
    borrower_row(f, "baseline", "d", 0.0003, 0.0003);
    borrower_row(f, "shock", "a", 0.004, 0.0205);
    borrower_row(f, "shock", "b", 0.05, 1);
    borrower_row(f, "shock", "c", 1, 1);
    borrower_row(f, "shock", "d", 0.0003, 0.00045);
}

static void open_rules(fixture *f, const char *lib)
{
    plim_error err = {0};
    plim_script_loader loader = {.lib_dir = lib};
    ok(plim_rules_open(&f->rules, "warning", &loader, &err), &err);
}

static int setup(void **state)
{
    plim_error err = {0};
    fixture *f = calloc(1, sizeof *f);
    static const char *const ids[] = {"a", "b", "c", "d"};
    static const char *const sectors[] = {"C3071", "C3071", "F5211", "F5211"};
    static const double household[] = {0, 0, (double)NAN, 1};
    f->book.borrowers.n_rows = 4;
    add_column(&f->book.borrowers, "id", ids, NULL, 4);
    add_column(&f->book.borrowers, "sector", sectors, NULL, 4);
    add_column(&f->book.borrowers, "household", NULL, household, 4);
    for (uint32_t i = 0; i < 4; i++) {
        f->first_loan[i] = i;
        f->exposure_fen[i] = 100000000;
        f->alive[i] = i != 2;
    }
    f->first_loan[4] = 4;
    f->book.first_loan = f->first_loan;
    f->book.exposure_fen = f->exposure_fen;
    f->scenario.name = strdup("shock");
    f->program.scenarios = &f->scenario;
    f->program.n_scenarios = 1;
    f->plan = (plim_plan){.book = &f->book,
                          .program = &f->program,
                          .n_borrowers = 4,
                          .n_loans = 4,
                          .n_banks = 1,
                          .n_scenarios = 2,
                          .n_years = 2,
                          .first_year = 2026,
                          .alive = f->alive};
    for (size_t i = 0; i < plim_table_spec_count; i++)
        ok(plim_table_init(&f->tables[i], &plim_table_specs[i], &err), &err);
    fill_tables(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < plim_table_spec_count; i++)
        plim_table_free(&f->tables[i]);
    plim_rules_close(f->rules);
    plim_frame_free(&f->book.borrowers);
    free(f->scenario.name);
    free(f);
    return 0;
}

static void run(fixture *f)
{
    plim_error err = {0};
    if (f->rules == NULL)
        open_rules(f, LIBRARY);
    ok(plim_warn_tables(f->tables, &f->plan, f->rules, &err), &err);
}

static void test_borrowers(void **state)
{
    static const char *const expected[8][3] = {
        {"S3", "none", ""},
        {"S7", "blue", "pd_high:5%"},
        {"D", "red", "pd_high:100%;in_default"},
        {"S1", "none", ""},
        {"S6", "red", "pd_ratio:5.1"},
        {"D", "red", "pd_high:100%;pd_ratio:20.0;insolvent"},
        {"D", "red", "pd_high:100%;in_default"},
        {"S1", "none", ""}, /* half as much again of next to nothing is no warning */
    };
    fixture *f = *state;
    run(f);
    for (size_t row = 0; row < 8; row++) {
        expect(f, "borrowers", row, "stress_grade", expected[row][0]);
        expect(f, "borrowers", row, "level", expected[row][1]);
        expect(f, "borrowers", row, "reasons", expected[row][2]);
    }
}

static void test_grades(void **state)
{
    static const char *const expected[][5] = {
        {"baseline", "D", "1", "1000000.00", "1000.00"},
        {"baseline", "S1", "1", "1000000.00", "1000.00"},
        {"baseline", "S3", "1", "1000000.00", "1000.00"},
        {"baseline", "S7", "1", "1000000.00", "1000.00"},
        {"shock", "D", "2", "2000000.00", "2000.00"},
        {"shock", "S1", "1", "1000000.00", "1000.00"},
        {"shock", "S6", "1", "1000000.00", "1000.00"},
    };
    static const char *const keys[] = {"scenario", "stress_grade", "borrowers", "exposure", "el"};
    fixture *f = *state;
    run(f);
    assert_int_equal(table_of(f, "grades")->n_rows, 7);
    for (size_t row = 0; row < 7; row++)
        for (size_t k = 0; k < 5; k++)
            expect(f, "grades", row, keys[k], expected[row][k]);
}

static void test_warnings(void **state)
{
    static const char *const expected[][7] = {
        {"baseline", "borrower", "b", "pd_stressed", "0.05", "blue", "new"},
        {"baseline", "borrower", "c", "pd_stressed", "1", "red", "new"},
        {"baseline", "sector", "C3071", "el_rate_annual", "5e-05", "none", ""},
        {"baseline", "sector", "F5211", "el_rate_annual", "5e-05", "none", ""},
        {"baseline", "region", "500153001", "el_rate_annual", "5e-05", "none", ""},
        {"baseline", "bank", "bank0", "el_rate_annual", "5e-05", "none", ""},
        {"baseline", "district", "all", "el_rate_annual", "0.0005", "none", ""},
        {"baseline", "district", "all", "npl_ratio", "0.01", "none", ""},
        {"shock", "borrower", "a", "pd_ratio", "5.125", "red", "new"},
        {"shock", "borrower", "b", "pd_stressed", "1", "red", "new"},
        {"shock", "borrower", "c", "pd_stressed", "1", "red", "new"},
        {"shock", "sector", "C3071", "el_rate_annual", "0.017", "yellow", "new"},
        {"shock", "sector", "F5211", "el_rate_annual", "0.015005", "blue", "new"},
        {"shock", "region", "500153001", "el_rate_annual", "5e-05", "none", ""},
        {"shock", "bank", "bank0", "el_rate_annual", "0.1", "red", "new"},
        {"shock", "district", "all", "el_rate_annual", "0.00625", "none", ""},
        {"shock", "district", "all", "npl_ratio", "0.04", "yellow", "new"},
    };
    static const char *const keys[] = {"scenario", "subject", "key",   "indicator",
                                       "value",    "level",   "status"};
    fixture *f = *state;
    run(f);
    size_t n = sizeof expected / sizeof *expected;
    assert_int_equal(table_of(f, "warnings")->n_rows, n);
    for (size_t row = 0; row < n; row++) {
        for (size_t k = 0; k < 7; k++) {
            if (strcmp(keys[k], "value") == 0)
                near(cell(f, "warnings", row, "value"), strtod(expected[row][k], NULL));
            else
                expect(f, "warnings", row, keys[k], expected[row][k]);
        }
        expect(f, "warnings", row, "previous", "");
        expect(f, "warnings", row, "unit", row == 8 ? "times" : "ratio");
    }
    /* The interval, the years and the reasons of single rows. */
    near(cell(f, "warnings", 11, "lo95"), 0.017 - 1.96 * 0.00025);
    near(cell(f, "warnings", 11, "hi95"), 0.017 + 1.96 * 0.00025);
    expect(f, "warnings", 8, "lo95", "5.125");
    expect(f, "warnings", 8, "year", "2027");
    expect(f, "warnings", 11, "year", "");
    expect(f, "warnings", 16, "year", "2027");
    expect(f, "warnings", 12, "reason", "el_rate_annual:1.5%;uncertain");
    expect(f, "warnings", 16, "reason", "npl_ratio:4%");
}

/* A rule file of our own in a temporary folder; says what `borrower` and `subject` return. */
static void refused(fixture *f, const char *borrower, const char *subject, const char *says)
{
    char dir[] = "/tmp/plimsoll-warn-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/warning.lua", dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "return {\n borrower = function (row) return %s end,\n"
            " subject = function (row) return %s end }\n",
            borrower, subject);
    assert_int_equal(fclose(file), 0);
    open_rules(f, dir);
    plim_error err = {0};
    assert_int_equal(plim_warn_tables(f->tables, &f->plan, f->rules, &err), PLIM_INPUT);
    if (strstr(err.message, says) == NULL)
        fail_msg("message lacks \"%s\": %s", says, err.message);
    unlink(path);
    rmdir(dir);
}

static void test_wrong_level(void **state)
{
    refused(*state, "{ grade = 'S1', level = 'purple' }", "{ level = 'none' }",
            "function borrower returned the level \"purple\"; accepted: none, blue");
}

static void test_no_level_of_subject(void **state)
{
    refused(*state, "{ grade = 'S1', level = 'none' }", "{ }",
            "function subject returned the level nil");
}

static void test_no_grade(void **state)
{
    refused(*state, "{ level = 'none' }", "{ level = 'none' }", "returned no grade");
}

static void test_rule_that_fails(void **state)
{
    refused(*state, "{ grade = nothing.at_all, level = 'none' }", "{ level = 'none' }",
            "warning.lua:2");
}

static void test_rules_see_the_book(void **state)
{
    /* household is nil where it is missing, the sector a text */
    refused(*state,
            "{ grade = row.sector .. tostring(row.household), level = row.pd_base < 1 and 'none' "
            "or 'seen ' .. row.sector .. ' ' .. tostring(row.household) }",
            "{ level = 'none' }", "the level \"seen F5211 nil\"");
}

/* Wherever memory ends: a message, or (where Lua found some by collecting garbage) the right
 * tables. */
static void test_no_memory(void **state)
{
    fixture *f = *state;
    int refused_times = 0;
    open_rules(f, LIBRARY);
    for (long nth = 1; nth <= 100; nth++) {
        table_of(f, "grades")->n_rows = table_of(f, "warnings")->n_rows = 0;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_status status = plim_warn_tables(f->tables, &f->plan, f->rules, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK) {
            assert_int_equal(table_of(f, "warnings")->n_rows, 17);
            assert_int_equal(table_of(f, "grades")->n_rows, 7);
        } else {
            refused_times++;
            assert_int_equal(status, PLIM_MACHINE);
            assert_non_null(strstr(err.message, "memory"));
        }
    }
    assert_true(refused_times > 5);
}

/* 6,000 borrowers and 4 scenarios within a second. */
static void test_speed(void **state)
{
    enum { n = 6000, scenarios = 4 };
    fixture *f = *state;
    plim_frame_free(&f->book.borrowers);
    char(*id)[16] = calloc(n, sizeof *id);
    const char **ids = calloc(n, sizeof *ids);
    int64_t *exposure = calloc(n, sizeof *exposure);
    uint32_t *first = calloc(n + 1, sizeof *first);
    uint8_t *alive = calloc(n, 1);
    plim_scenario *list = calloc(scenarios - 1, sizeof *list);
    for (uint32_t i = 0; i < n; i++) {
        snprintf(id[i], sizeof id[i], "B%05u", i);
        ids[i] = id[i];
        first[i] = i;
        alive[i] = 1;
        exposure[i] = 100;
    }
    first[n] = n;
    f->book.borrowers.n_rows = n;
    add_column(&f->book.borrowers, "id", ids, NULL, n);
    f->book.first_loan = first;
    f->book.exposure_fen = exposure;
    f->plan.alive = alive;
    f->plan.n_borrowers = f->plan.n_loans = n;
    f->plan.n_scenarios = scenarios;
    f->program.scenarios = list;
    f->program.n_scenarios = scenarios - 1;
    char names[scenarios][4] = {"", "s1", "s2", "s3"};
    for (int s = 1; s < scenarios; s++)
        list[s - 1].name = names[s];
    table_of(f, "borrowers")->n_rows = 0;
    for (int s = 0; s < scenarios; s++)
        for (uint32_t i = 0; i < n; i++)
            borrower_row(f, s == 0 ? "baseline" : names[s], id[i], 0.01, 0.01 + 0.00001 * i * s);
    struct timespec start, end;
    open_rules(f, LIBRARY);
    clock_gettime(CLOCK_MONOTONIC, &start);
    run(f);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    print_message("24,000 rows in %.3f s\n", seconds);
    assert_true(seconds < 1);
    free(id);
    free(ids);
    free(exposure);
    free(first);
    free(alive);
    free(list);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_borrowers),
        TEST(test_grades),
        TEST(test_warnings),
        TEST(test_wrong_level),
        TEST(test_no_level_of_subject),
        TEST(test_no_grade),
        TEST(test_rule_that_fails),
        TEST(test_rules_see_the_book),
        TEST(test_no_memory),
        TEST(test_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
