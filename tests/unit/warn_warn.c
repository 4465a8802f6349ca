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
#include "base/numeral.h"
#include "measure/row.h"
#include "warn/stage.h"

#define LIBRARY PLIM_SOURCE_DIR "/scenarios/lib"

/* Four borrowers with a loan each, one in default; two scenarios; one bank, two sectors, one
 * region. */
typedef struct fixture {
    plim_book book;
    plim_program program;
    plim_plan plan;
    plim_scenario scenario;
    plim_table tables[64];
    int64_t exposure_fen[4], balance_fen[4], loss_fen[4], *planes[4];
    uint32_t first_loan[5], loan_bank[4];
    uint8_t alive[4], loan_defaulted[4];
    plim_previous previous;
    bool has_previous;
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
    plim_row_number(&row, 200);
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
        /* of 100 paths one sees 0.4 million of 4 default; 1 million is in default already */
        row = plim_row_begin(table_of(f, "paths"), &err);
        plim_row_text(&row, name);
        plim_row_int(&row, 7);
        plim_row_text(&row, "bank0");
        plim_row_fen(&row, 1);
        plim_row_fen(&row, 40000000);
        ok(plim_row_end(&row), &err);
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
    static const char *const banks[] = {"bank0"};
    add_column(&f->book.borrowers, "env_credit", (const char *const[]){"blue", "red", "", "pink"},
               NULL, 4);
    f->book.banks.n_rows = 1;
    add_column(&f->book.banks, "id", banks, NULL, 1);
    for (uint32_t i = 0; i < 4; i++) {
        f->first_loan[i] = i;
        f->exposure_fen[i] = 100000000;
        f->balance_fen[i] = 90000000;
        f->loss_fen[i] = 45000000;
        f->planes[i] = f->loss_fen; /* two scenarios of two years */
        f->alive[i] = i != 2;
        f->loan_defaulted[i] = i == 2;
    }
    ok(plim_parse_date("2025-12-31", &f->book.as_of_days) ? PLIM_OK : PLIM_BUG, &err);
    f->book.balance_fen = f->balance_fen;
    f->book.loan_bank = f->loan_bank;
    f->book.loan_defaulted = f->loan_defaulted;
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
                          .loss_fen = f->planes,
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
    plim_frame_free(&f->book.banks);
    plim_previous_free(&f->previous);
    free(f->scenario.name);
    free(f);
    return 0;
}

static plim_warn_config config_of(fixture *f)
{
    return (plim_warn_config){f->rules, f->has_previous ? &f->previous : NULL, 100, 2};
}

static void run(fixture *f)
{
    plim_error err = {0};
    if (f->rules == NULL)
        open_rules(f, LIBRARY);
    plim_warn_config config = config_of(f);
    ok(plim_warn_tables(f->tables, &f->plan, &config, &err), &err);
}

static void test_borrowers(void **state)
{
    static const char *const expected[8][3] = {
        {"S3", "none", "pd:0.4%"},
        {"S7", "orange", "pd_high:5%;env_credit:red"},
        {"D", "red", "pd_high:100%;in_default"},
        {"S1", "none", "pd:0.03%;uncertain"}, /* losses of 0.05 % a year, give or take */
        {"S7", "red", "pd:2.05%;pd_ratio:5.1;worse_ratio:5.1"},
        {"D", "red", "pd_high:100%;pd_ratio:20.0;env_credit:red;insolvent"},
        {"D", "red", "pd_high:100%;in_default"},
        /* half as much again of next to nothing is no warning */
        {"S1", "none", "pd:0.05%;uncertain"},
    };
    fixture *f = *state;
    run(f);
    for (size_t row = 0; row < 8; row++) {
        expect(f, "borrowers", row, "stress_grade", expected[row][0]);
        expect(f, "borrowers", row, "level", expected[row][1]);
        expect(f, "borrowers", row, "reasons", expected[row][2]);
        expect(f, "borrowers", row, "env_credit",
               ((const char *[]){"blue", "red", "", "pink"})[row % 4]);
        expect(f, "borrowers", row, "env_class", "");
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
        {"shock", "S7", "1", "1000000.00", "1000.00"},
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
        {"baseline", "borrower", "b", "env_credit", "9", "orange", "new"},
        {"baseline", "borrower", "b", "pd_stressed", "0.05", "blue", "new"},
        {"baseline", "borrower", "c", "pd_stressed", "1", "red", "new"},
        {"baseline", "sector", "C3071", "el_rate_annual", "5e-05", "none", ""},
        {"baseline", "sector", "F5211", "el_rate_annual", "5e-05", "none", ""},
        {"baseline", "region", "500153001", "el_rate_annual", "5e-05", "none", ""},
        {"baseline", "bank", "bank0", "el_rate_annual", "5e-05", "none", ""},
        {"baseline", "bank", "bank0", "npl_ratio", "0.251", "red", "new"},
        {"baseline", "district", "all", "el_rate_annual", "0.0005", "none", ""},
        {"baseline", "district", "all", "npl_ratio", "0.01", "none", ""},
        {"shock", "borrower", "a", "pd_ratio", "5.125", "red", "new"},
        {"shock", "borrower", "b", "env_credit", "9", "orange", "new"},
        {"shock", "borrower", "b", "pd_ratio", "20", "red", "new"},
        {"shock", "borrower", "b", "pd_stressed", "1", "red", "new"},
        {"shock", "borrower", "c", "pd_stressed", "1", "red", "new"},
        {"shock", "sector", "C3071", "el_rate_annual", "0.017", "yellow", "new"},
        {"shock", "sector", "F5211", "el_rate_annual", "0.015005", "blue", "new"},
        {"shock", "region", "500153001", "el_rate_annual", "5e-05", "none", ""},
        {"shock", "bank", "bank0", "el_rate_annual", "0.1", "red", "new"},
        {"shock", "bank", "bank0", "npl_ratio", "0.251", "red", "new"},
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
    }
    /* The interval, the years, units and reasons of single rows. */
    near(cell(f, "warnings", 15, "lo95"), 0.017 - 1.96 * 0.00025);
    near(cell(f, "warnings", 15, "hi95"), 0.017 + 1.96 * 0.00025);
    expect(f, "warnings", 10, "indicator", "pd_ratio");
    expect(f, "warnings", 10, "unit", "times");
    expect(f, "warnings", 10, "lo95", "5.125");
    expect(f, "warnings", 10, "year", "2027");
    expect(f, "warnings", 15, "unit", "ratio");
    expect(f, "warnings", 15, "year", "");
    expect(f, "warnings", 21, "year", "2027");
    expect(f, "warnings", 16, "reason", "el_rate_annual:1.5%;uncertain");
    expect(f, "warnings", 21, "reason", "npl_ratio:4%");
    /* one of 100 paths defaults a tenth of the exposure: sd 0.01, error 0.001 */
    near(cell(f, "warnings", 7, "lo95"), 0.251 - 1.96 * 0.001);
}

#define BOUNDS "{ blue = 1, yellow = 2, orange = 3, red = 4, margin = 0.1 }"
#define SETUP  "{ grades = 'S1;D', confidence = 0.5, indicators = 'x' }"

/* A rule file of our own in a temporary folder; says what its functions return. */
static void refused(fixture *f, const char *borrower, const char *indicator, const char *setup,
                    const char *says)
{
    char dir[] = "/tmp/plimsoll-warn-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/warning.lua", dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "return {\n borrower = function (row) return %s end,\n"
            " indicator = function (row) return %s end,\n"
            " setup = function () return %s end,\n"
            " reason = function () return {} end }\n",
            borrower, indicator, setup);
    assert_int_equal(fclose(file), 0);
    open_rules(f, dir);
    plim_error err = {0};
    plim_warn_config config = config_of(f);
    assert_int_equal(plim_warn_tables(f->tables, &f->plan, &config, &err), PLIM_INPUT);
    if (strstr(err.message, says) == NULL)
        fail_msg("message lacks \"%s\": %s", says, err.message);
    unlink(path);
    rmdir(dir);
}

static void test_wrong_bounds(void **state)
{
    refused(*state, "{}", "{ blue = 1, yellow = 2, orange = 3, margin = 0.1 }", SETUP,
            "function indicator, indicator 'x': accepted: four numbers");
}

static void test_bounds_out_of_order(void **state)
{
    refused(*state, "{}", "{ blue = 1, yellow = 2, orange = 3, red = 2.9, margin = 0.1 }", SETUP,
            "in rising order");
}

static void test_low_is_bad_falls(void **state)
{
    refused(*state, "{}",
            "{ blue = 1, yellow = 2, orange = 3, red = 4, margin = 0.1, low_is_bad = true }", SETUP,
            "falling with low_is_bad");
}

static void test_runs_are_whole(void **state)
{
    refused(*state, "{}",
            "{ blue = 1, yellow = 2, orange = 3, red = 4, margin = 0.1, calm_runs = 2.5 }", SETUP,
            "returned 2.5 as calm_runs; accepted: a whole number, 0 to 1200");
}

static void test_months_are_not_negative(void **state)
{
    refused(*state, "{}",
            "{ blue = 1, yellow = 2, orange = 3, red = 4, margin = 0.1, red_months = -1 }", SETUP,
            "returned -1 as red_months");
}

static void test_requirement_is_known(void **state)
{
    refused(
        *state, "{}", BOUNDS,
        "{ grades = 'S1;D', confidence = 0.5, indicators = 'x', requirement = 'total_minimun' }",
        "requirement: accepted: one of table breaches");
}

static void test_no_grades(void **state)
{
    refused(*state, "{}", BOUNDS, "{ confidence = 0.5 }", "function setup: grades: accepted: 2 to");
}

static void test_no_confidence(void **state)
{
    refused(*state, "{}", BOUNDS, "{ grades = 'S1;D', confidence = 1 }",
            "confidence: accepted: a number between 0 and 1");
}

static void test_no_grade(void **state)
{
    refused(*state, "{ }", BOUNDS, SETUP, "function borrower returned nil as `grade`");
}

static void test_unknown_grade(void **state)
{
    refused(*state, "{ grade = 'S1', pd_grade = 'S3' }", BOUNDS, SETUP,
            "returned \"S3\" as `pd_grade`; accepted: one of the grades");
}

static void test_rule_that_fails(void **state)
{
    refused(*state, "{ grade = nothing.at_all }", BOUNDS, SETUP, "warning.lua:2");
}

static void test_rules_see_the_book(void **state)
{
    /* household is nil where it is missing, the sector a text; so is a colour */
    refused(*state,
            "{ pd_grade = 'S1', grade = row.pd_base < 1 and 'S1' or 'seen ' .. row.sector .. ' ' "
            ".. tostring(row.household) .. ' ' .. tostring(row.env_credit) }",
            BOUNDS, SETUP, "returned \"seen F5211 nil nil\" as `grade`");
}

/* ---- the run before ---- */

/* A table of states with one warning of each kind of fate. */
static void go_on(fixture *f, const char *date, const char *const (*rows)[7], size_t n)
{
    plim_error err = {0};
    plim_table states;
    ok(plim_table_init(&states, plim_table_spec_find("warning_state"), &err), &err);
    for (size_t i = 0; i < n; i++) {
        plim_row row = plim_row_begin(&states, &err);
        for (size_t k = 0; k < 6; k++)
            plim_row_text(&row, rows[i][k]);
        plim_row_int(&row, strtol(rows[i][6], NULL, 10));
        ok(plim_row_end(&row), &err);
    }
    ok(plim_previous_make(&f->previous, &states, "before.h5", &err), &err);
    assert_true(plim_parse_date(date, &f->previous.day));
    f->has_previous = true;
    plim_table_free(&states);
}

static void test_previous(void **state)
{
    static const char *const before[][7] = {
        /* stays; comes down; gone; of a scenario that is not run; up */
        {"baseline", "borrower", "c", "pd_stressed", "red", "2020-01-31", "1"},
        {"shock", "region", "500153001", "el_rate_annual", "yellow", "2025-10-31", "2"},
        {"shock", "region", "500153099", "el_rate_annual", "red", "2025-10-31", "2"},
        {"flood", "bank", "bank0", "el_rate_annual", "red", "2025-10-31", "2"},
        {"shock", "sector", "C3071", "el_rate_annual", "blue", "2025-10-31", "2"},
        /* the ratio of a PD that stays small counts as none: it comes down like any other */
        {"shock", "borrower", "d", "pd_ratio", "blue", "2025-10-31", "2"},
    };
    static const struct {
        const char *scenario, *key, *indicator, *level, *previous, *status, *reason;
    } expected[] = {
        {"baseline", "c", "pd_stressed", "red", "red", "kept", "pd_high:100%"},
        {"shock", "500153001", "el_rate_annual", "blue", "yellow", "lowered",
         "el_rate_annual:0.01%;kept"},
        {"shock", "C3071", "el_rate_annual", "yellow", "blue", "raised", "el_rate_annual:1.7%"},
        {"shock", "d", "pd_ratio", "none", "blue", "lowered", "pd_ratio:1.0"},
    };
    fixture *f = *state;
    go_on(f, "2025-11-30", before, sizeof before / sizeof *before);
    run(f);
    const plim_table *warnings = table_of(f, "warnings");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        size_t row = 0;
        while (strcmp(cell(f, "warnings", row, "scenario"), expected[i].scenario) != 0 ||
               strcmp(cell(f, "warnings", row, "key"), expected[i].key) != 0 ||
               strcmp(cell(f, "warnings", row, "indicator"), expected[i].indicator) != 0)
            row++;
        assert_true(row < warnings->n_rows);
        expect(f, "warnings", row, "level", expected[i].level);
        expect(f, "warnings", row, "previous", expected[i].previous);
        expect(f, "warnings", row, "status", expected[i].status);
        expect(f, "warnings", row, "reason", expected[i].reason);
    }
    assert_int_equal(plim_previous_gone(&f->previous), 2);
    /* What stands keeps its date, what moved has that of this book. */
    const plim_table *states = table_of(f, "warning_state");
    size_t found = 0;
    for (size_t row = 0; row < states->n_rows; row++) {
        bool old = strcmp(cell(f, "warning_state", row, "key"), "c") == 0 &&
                   strcmp(cell(f, "warning_state", row, "scenario"), "baseline") == 0;
        expect(f, "warning_state", row, "since", old ? "2020-01-31" : "2025-12-31");
        found += old;
    }
    assert_int_equal(found, 1);
}

static void test_bad_states(void **state)
{
    static const char *const rows[][7] = {
        {"baseline", "borrower", "c", "pd", "none", "2020-01-31", "1"},
        {"baseline", "borrower", "c", "pd", "red", "yesterday", "1"},
        {"baseline", "borrower", "c", "pd", "red", "2020-01-31", "-1"},
    };
    static const char *const says[] = {"level, row 0: 'none'", "since, row 0: 'yesterday'",
                                       "calm_runs, row 0: -1"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        plim_error err = {0};
        plim_table states;
        plim_previous previous = {0};
        ok(plim_table_init(&states, plim_table_spec_find("warning_state"), &err), &err);
        plim_row row = plim_row_begin(&states, &err);
        for (size_t k = 0; k < 6; k++)
            plim_row_text(&row, rows[i][k]);
        plim_row_int(&row, strtol(rows[i][6], NULL, 10));
        ok(plim_row_end(&row), &err);
        assert_int_equal(plim_previous_make(&previous, &states, "before.h5", &err), PLIM_INPUT);
        assert_non_null(strstr(err.message, says[i]));
        plim_previous_free(&previous);
        plim_table_free(&states);
    }
}

/* ---- capital ---- */

static void capital_row(plim_table *table, int64_t year, const char *bank, const char *measure,
                        double value, const char *sheet)
{
    plim_error err = {0};
    bool reported = strcmp(sheet, "reported") == 0; /* with the baseline alone */
    plim_row row = plim_row_begin(table, &err);
    plim_row_text(&row, reported ? "baseline" : "shock");
    plim_row_int(&row, year);
    plim_row_text(&row, bank);
    plim_row_text(&row, measure);
    for (int i = 0; i < 6; i++)
        plim_row_number(&row, value);
    plim_row_text(&row, sheet);
    ok(plim_row_end(&row), &err);
}

static void breach_row(plim_table *table, int64_t year, const char *requirement, double probability,
                       const char *sheet)
{
    plim_error err = {0};
    plim_row row = plim_row_begin(table, &err);
    plim_row_text(&row, "shock");
    plim_row_int(&row, year);
    plim_row_text(&row, "one");
    plim_row_text(&row, requirement);
    plim_row_number(&row, 0.08);
    plim_row_number(&row, probability);
    plim_row_number(&row, probability - 0.01);
    plim_row_number(&row, probability + 0.01);
    plim_row_text(&row, sheet);
    ok(plim_row_end(&row), &err);
}

static void bank_tail(fixture *f, const char *bank, double es, double error)
{
    plim_error err = {0};
    plim_table *banks = table_of(f, "banks");
    plim_row row = plim_row_begin(banks, &err);
    plim_row_text(&row, "shock");
    plim_row_text(&row, bank);
    ok(plim_row_end(&row), &err);
    plim_table_set_number(banks, field(banks, "es_999"), es);
    plim_table_set_number(banks, field(banks, "es_999_stderr"), error);
}

/* What is found of a bank's warnings on the stage's list. */
static const plim_warning *listed(const plim_warn *stage, const char *bank, const char *indicator)
{
    for (size_t i = 0; i < stage->count; i++)
        if (strcmp(stage->list[i].seen.key, bank) == 0 &&
            strcmp(stage->list[i].seen.indicator, indicator) == 0)
            return &stage->list[i];
    return NULL;
}

static void check_capital(const plim_warn *stage)
{
    const plim_warning *w = listed(stage, "one", "capital_breach");
    assert_non_null(w);
    assert_int_equal(w->state.level, PLIM_ALERT_YELLOW); /* 4 % to 6 %: from 1 % on, not from 5 % */
    assert_int_equal(w->change, PLIM_ALERT_NEW);
    assert_string_equal(w->reason, "capital_breach:5%;uncertain");
    w = listed(stage, "one", "es_999_buffer");
    assert_non_null(w);
    assert_true(fabs(w->seen.value - 0.8) < 1e-12 &&
                fabs(w->seen.low - (0.8 - 1.96 * 0.01)) < 1e-12);
    assert_int_equal(w->state.level, PLIM_ALERT_ORANGE);
    w = listed(stage, "two", "es_999_buffer"); /* no capital above the requirement */
    assert_non_null(w);
    assert_int_equal(w->state.level, PLIM_ALERT_RED);
    assert_string_equal(w->reason, "no_buffer");
    assert_int_equal(stage->count, 3);
}

static void test_capital(void **state)
{
    fixture *f = *state;
    plim_error err = {0};
    plim_warn *stage;
    open_rules(f, LIBRARY);
    plim_warn_config config = config_of(f);
    ok(plim_warn_begin(&stage, &config, &err), &err);
    stage->plan = &f->plan;
    stage->tables = f->tables;
    ok(plim_warn_capital(stage, &err), &err); /* no bank states a balance sheet */
    assert_int_equal(stage->count, 0);
    plim_table *capital = table_of(f, "capital"), *breaches = table_of(f, "breaches");
    capital_row(capital, 2025, "one", "capital_buffer", 500, "reported");
    capital_row(capital, 2025, "two", "capital_buffer", 0, "reported");
    capital_row(capital, 2026, "one", "car", 0.12, "static");
    capital_row(capital, 2026, "one", "capital_buffer", 1, "static");
    breach_row(breaches, 2026, "total_minimum", 0.9, "static");
    breach_row(breaches, PLIM_INT_EMPTY, "total_minimum", 0.05, "static");
    breach_row(breaches, PLIM_INT_EMPTY, "tier1_minimum", 0.99, "static");
    breach_row(breaches, PLIM_INT_EMPTY, "total_minimum", 0.8, "runoff");
    bank_tail(f, "one", 400, 5);
    bank_tail(f, "two", 400, 5);
    ok(plim_warn_capital(stage, &err), &err);
    check_capital(stage);
    plim_warn_end(stage);
}

/* Wherever memory ends: a message, or (where Lua found some by collecting garbage) the right
 * tables. */
static void test_no_memory(void **state)
{
    fixture *f = *state;
    int refused_times = 0;
    open_rules(f, LIBRARY);
    for (long nth = 1; nth <= 100; nth++) {
        for (size_t i = 0; i < plim_table_spec_count; i++)
            if (strncmp(plim_table_specs[i].name, "grade", 5) == 0 ||
                strncmp(plim_table_specs[i].name, "warning", 7) == 0 ||
                strcmp(plim_table_specs[i].name, "playbook") == 0 ||
                strcmp(plim_table_specs[i].name, "reason_codes") == 0)
                f->tables[i].n_rows = 0;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        plim_warn_config config = config_of(f);
        plim_status status = plim_warn_tables(f->tables, &f->plan, &config, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK) {
            assert_int_equal(table_of(f, "warnings")->n_rows, 22);
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
    uint8_t *alive = calloc(n, 1), *defaulted = calloc(n, 1);
    uint32_t *bank = calloc(n, sizeof *bank);
    int64_t *planes[scenarios * 2];
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
    f->book.exposure_fen = f->book.balance_fen = exposure;
    f->book.loan_bank = bank;
    f->book.loan_defaulted = defaulted;
    for (int i = 0; i < scenarios * 2; i++)
        planes[i] = exposure;
    f->plan.loss_fen = planes;
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
    free(defaulted);
    free(bank);
    free(list);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_borrowers),
        TEST(test_grades),
        TEST(test_warnings),
        TEST(test_wrong_bounds),
        TEST(test_bounds_out_of_order),
        TEST(test_low_is_bad_falls),
        TEST(test_runs_are_whole),
        TEST(test_requirement_is_known),
        TEST(test_months_are_not_negative),
        TEST(test_no_grades),
        TEST(test_no_confidence),
        TEST(test_no_grade),
        TEST(test_unknown_grade),
        TEST(test_rule_that_fails),
        TEST(test_rules_see_the_book),
        TEST(test_previous),
        TEST(test_bad_states),
        TEST(test_capital),
        TEST(test_no_memory),
        TEST(test_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
