#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/series.h"

static const plim_series_form plain_form = {NULL, NULL};

/* A file read from a text, with all of its rows. */
typedef struct sample {
    plim_series_file file;
    plim_series_rows rows;
    plim_error err;
} sample;

static plim_status open_form(sample *s, const char *text, const plim_series_form *form)
{
    *s = (sample){0};
    plim_status status = plim_series_open(&s->file, "f.csv", text, strlen(text), form, &s->err);
    return status == PLIM_OK ? plim_series_all(&s->file, &s->rows, &s->err) : status;
}

static void close_sample(sample *s)
{
    plim_series_rows_free(&s->rows);
    plim_series_close(&s->file);
}

static plim_status choose(sample *s, const char *column, const char *name)
{
    size_t at = 0;
    plim_status status = plim_series_need_column(&s->file, column, &at, &s->err);
    return status == PLIM_OK ? plim_series_where(&s->file, &s->rows, at, name, &s->err) : status;
}

static void expect_words(const plim_error *err, const char *words)
{
    char copy[400], *save = NULL;
    assert_int_equal(err->status, PLIM_INPUT);
    assert_int_equal(strncmp(err->message, "f.csv: ", 7), 0);
    snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok_r(copy, "~", &save); word; word = strtok_r(NULL, "~", &save))
        if (!strstr(err->message, word))
            fail_msg("no `%s` in: %s", word, err->message);
}

/* ---- names ---- */

static void years_are_read_as_files_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int year;
    } cases[] = {{"2030", 2030},    {"2030.0", 2030}, {"2030.00", 2030}, {"X2030", 2030},
                 {"x2030.0", 2030}, {"1900", 1900},   {"2300", 2300},    {"1899", 0},
                 {"2301", 0},       {"2030.5", 0},    {"2030.", 0},      {"20300", 0},
                 {"203", 0},        {"Y2030", 0},     {"", 0},           {"X", 0},
                 {"2030-01-01", 0}, {"year", 0},      {"02030", 0},      {"-2030", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (plim_series_year(cases[i].text) != cases[i].year)
            fail_msg("`%s` is read as %d", cases[i].text, plim_series_year(cases[i].text));
}

static void missing_values_are_few(void **state)
{
    (void)state;
    static const char *const missing[] = {"", "NA", "na", "N/A", "NaN", "nan"};
    static const char *const others[] = {"0", "-", "none", "null", ".", "NAN0", "n"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        assert_true(plim_series_is_missing(missing[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(plim_series_is_missing(others[i]));
}

static void assert_key(const char *name, const char *wanted)
{
    plim_text key = {0};
    plim_series_key(name, &key);
    assert_string_equal(plim_text_get(&key), wanted);
    plim_text_free(&key);
}

static void keys_forgive_only_what_they_say(void **state)
{
    (void)state;
    static const char *const two_degrees[] = {"Below 2?C", "below 2\u00B0C", "Below_2 \u00BAC",
                                              "Below-2C", "Below\u00A02\uFFFDC"};
    for (size_t i = 0; i < sizeof two_degrees / sizeof *two_degrees; i++)
        assert_key(two_degrees[i], "below2c");
    assert_key("Price|Carbon", "price|carbon");
    assert_key("Equity prices(combined)", "equityprices(combined)");
    assert_key("1.5C", "1.5c");
    assert_key("R5OECD90+EU", "r5oecd90+eu");
    assert_key("净零 2050", "净零2050");
    assert_key("? _-", "");
}

/* ---- layouts ---- */

#define WIDE                                                                                       \
    "Model,Scenario,Region,Unit,2020,2025.0,X2030\n"                                               \
    "M,Net Zero 2050,China,t,1,2,4\n"                                                              \
    "M,Net Zero 2050,World,t,10,,30\n"                                                             \
    "M,Below 2?C,China,t,5,NA,7.5e0\n"

#define LONG                                                                                       \
    "year,scenario,region,value\n"                                                                 \
    "2030.0,nz,China,4\n2020,nz,China,1\n2020,nz,World,10\nX2025,nz,China,2\n"

static void assert_points(const plim_series *series, size_t n, const int *year, const double *value)
{
    assert_int_equal(series->count, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(series->year[i], year[i]);
        assert_true(series->value[i] == value[i]);
    }
}

static void both_layouts_say_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = {WIDE, LONG,
                                        ("\xEF\xBB\xBF"
                                         "scenario,region,year,value\r\n nz , China ,2020, 1 \r\n"
                                         ",,,\r\n\"nz\",\" China\",2025,2\r\nnz,China,2030,4\r\n")};
    static const char *const scenario[] = {"net_zero 2050", "NZ", "nz"};
    for (size_t i = 0; i < 3; i++) {
        sample s;
        plim_series series;
        assert_int_equal(open_form(&s, texts[i], &plain_form), PLIM_OK);
        assert_int_equal(s.file.wide, i == 0);
        assert_int_equal(choose(&s, "SCENARIO", scenario[i]), PLIM_OK);
        assert_int_equal(choose(&s, "region", "China"), PLIM_OK);
        assert_int_equal(plim_series_read(&s.file, &s.rows, PLIM_TWINS_EQUAL, &series, &s.err),
                         PLIM_OK);
        assert_points(&series, 3, (const int[]){2020, 2025, 2030}, (const double[]){1, 2, 4});
        plim_series_free(&series);
        close_sample(&s);
    }
}

static void blanks_are_years_without_a_value(void **state)
{
    (void)state;
    sample s;
    plim_series series;
    assert_int_equal(open_form(&s, WIDE, &plain_form), PLIM_OK);
    assert_int_equal(choose(&s, "Scenario", "Below 2 \u00B0C"), PLIM_OK);
    assert_int_equal(plim_series_read(&s.file, &s.rows, PLIM_TWINS_EQUAL, &series, &s.err),
                     PLIM_OK);
    assert_points(&series, 2, (const int[]){2020, 2030}, (const double[]){5, 7.5});
    assert_string_equal(series.text[1], "7.5e0");
    assert_int_equal(s.file.csv.line[series.row[1]], 4);
    plim_series_free(&series);
    close_sample(&s);
}

static void columns_of_a_long_file_can_be_named(void **state)
{
    (void)state;
    const plim_series_form form = {"scenario_year", "price"};
    sample s;
    plim_series series;
    assert_int_equal(open_form(&s, "scenario_year,price,2020\n2030,7,x\n2026,5,y\n", &form),
                     PLIM_OK);
    assert_int_equal(plim_series_read(&s.file, &s.rows, PLIM_TWINS_NAMED, &series, &s.err),
                     PLIM_OK);
    assert_points(&series, 2, (const int[]){2026, 2030}, (const double[]){5, 7});
    plim_series_free(&series);
    close_sample(&s);
}

/* ---- rows that say the same year twice ---- */

static void equal_rows_count_once(void **state)
{
    (void)state;
    sample s;
    plim_series series;
    assert_int_equal(open_form(&s, "scenario,2020,2030\nnz,1,2\nnz , 1 ,2.0\nnz,1,\n", &plain_form),
                     PLIM_OK);
    assert_int_equal(plim_series_read(&s.file, &s.rows, PLIM_TWINS_EQUAL, &series, &s.err),
                     PLIM_OK);
    assert_points(&series, 2, (const int[]){2020, 2030}, (const double[]){1, 2});
    assert_int_equal(series.n_duplicates, 3);
    plim_series_free(&series);
    close_sample(&s);
}

/* Rows that the caller has chosen may differ in other columns, as long as the values agree. */
static void named_twins_need_equal_values(void **state)
{
    (void)state;
    sample s;
    plim_series series;
    const char *text = "scenario,2020\nBelow 2?C,1\nBelow 2C,1\n";
    assert_int_equal(open_form(&s, text, &plain_form), PLIM_OK);
    assert_int_equal(plim_series_read(&s.file, &s.rows, PLIM_TWINS_NAMED, &series, &s.err),
                     PLIM_OK);
    assert_int_equal(series.n_duplicates, 1);
    plim_series_free(&series);
    assert_int_equal(plim_series_read(&s.file, &s.rows, PLIM_TWINS_EQUAL, &series, &s.err),
                     PLIM_INPUT);
    expect_words(&s.err, "several pathways~lines 2 and 3~`scenario` is `Below 2?C`, `Below 2C`");
    close_sample(&s);
    assert_int_equal(open_form(&s, "scenario,2020\na,1\nb,2\n", &plain_form), PLIM_OK);
    assert_int_equal(plim_series_read(&s.file, &s.rows, PLIM_TWINS_NAMED, &series, &s.err),
                     PLIM_INPUT);
    expect_words(&s.err, "2020 has two values~`1` in line 2~`2` in line 3");
    close_sample(&s);
}

/* ---- faults ---- */

static const struct {
    const char *text, *words;
} faults[] = {
    {"a,b\n1,2\n", "headed by years~`year`~`a`, `b`"},
    {"yaer,value\n2020,2\n", "none is called `year`~did you mean `yaer`?"},
    {"year,carbon_tax\n2020,2\n", "the column of values~`value`~`carbon_tax`"},
    {"year,value,2030\n2020,2,3\n", "`year`~columns headed by years"},
    {"scenario;2020;2030\na;1;2\n", "semicolons"},
    {"scenario\t2020\na\t1\n", "tabs"},
    {"scenario,2020\n", "no rows"},
    {"scenario,2020\n , \n,\n", "no rows"},
    {"scenario,2020\na,1.234,5\n", "line 2: 3 cells, but the header has 2"},
    {"scenario,2020\na,\"1,234\"\n", "line 2, column `2020`: `1,234` is not a number~1234.5"},
    {"scenario,2020\nb,1\na,12 %\n", "line 3, column `2020`: `12 %`"},
    {"scenario,2020\na,inf\n", "`inf` is not a number"},
    {"scenario,2020\na,1e999\n", "`1e999` is not a number"},
    {"scenario,2020\na,\xE2\x88\x92"
     "1\n",
     "is not a number"},
    {"scenario,2020,2020.0\na,1,2\n", "2020 has two values~column `2020`~column `2020.0`"},
    {"year,value\n20x0,2\n", "line 2, column `year`: `20x0` is not a year~1900 to 2300"},
    {"year,value\n,2\n", "line 2, column `year`: `` is not a year"},
    {"year,value\n2020,1\n2020,2\n", "2020 has two values~line 2~line 3"},
    {"scenario,2020\na,\nb,NA\n", "none of the rows~line 2"},
    {"region,year,value\nChina,2020,1\nWorld,2020,2\n",
     "several pathways~`region` is `China`, `World`~where = {"},
    {"scenario,2020\na,\"1\n", "line 2"},
    {"scenario,2020\n\xB0,1\n", "line 2 is not UTF-8"},
};

static void faults_say_where_and_what(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        sample s;
        plim_series series = {0};
        plim_status status = open_form(&s, faults[i].text, &plain_form);
        if (status == PLIM_OK)
            status = plim_series_read(&s.file, &s.rows, PLIM_TWINS_EQUAL, &series, &s.err);
        if (status == PLIM_OK)
            fail_msg("not refused: %s", faults[i].text);
        expect_words(&s.err, faults[i].words);
        close_sample(&s);
    }
}

static void names_that_fit_none_or_several_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *column, *name, *words;
    } cases[] = {
        {"scenario", "nz205O", "no row has `nz205O`~did you mean `nz2050`?~`NGFS2024_CP`"},
        {"scenario", "NGFS2024-CP",
         "fits several names in column `scenario`: `NGFS2024_CP`, `NGFS2024CP`"},
        {"scenario", "??", "no row has `??`"},
        {"regoin", "China", "there is no column `regoin`~did you mean `region`?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sample s;
        assert_int_equal(open_form(&s,
                                   "scenario,region,2020\nnz2050,China,1\nNGFS2024_CP,China,2\n"
                                   "NGFS2024CP,China,3\n",
                                   &plain_form),
                         PLIM_OK);
        assert_int_equal(choose(&s, cases[i].column, cases[i].name), PLIM_INPUT);
        expect_words(&s.err, cases[i].words);
        assert_int_equal(s.rows.count, 3);
        close_sample(&s);
    }
    sample s; /* as written goes before what is alike */
    assert_int_equal(open_form(&s, "scenario,2020\nA_B,1\nAB,2\n", &plain_form), PLIM_OK);
    assert_int_equal(choose(&s, "scenario", "AB"), PLIM_OK);
    assert_int_equal(s.rows.count, 1);
    assert_int_equal(s.rows.row[0], 1);
    close_sample(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_are_read_as_files_write_them),
        cmocka_unit_test(missing_values_are_few),
        cmocka_unit_test(keys_forgive_only_what_they_say),
        cmocka_unit_test(both_layouts_say_the_same),
        cmocka_unit_test(blanks_are_years_without_a_value),
        cmocka_unit_test(columns_of_a_long_file_can_be_named),
        cmocka_unit_test(equal_rows_count_once),
        cmocka_unit_test(named_twins_need_equal_values),
        cmocka_unit_test(faults_say_where_and_what),
        cmocka_unit_test(names_that_fit_none_or_several_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
