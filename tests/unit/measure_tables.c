/* Every table from a case small enough to work out by hand; see measure_fixture.h for the case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "measure/tables.h"
#include "measure_near.h"

#include "measure_fixture.h"

static fixture f;
static plim_table tables[32];

/* Fills one table or all, from what the fixture's book holds. */
static plim_status measured(plim_measure_filler fill, plim_table *into, plim_error *err)
{
    plim_holdings holdings = {0};
    plim_measured of = {&f.plan, &f.tallies, &holdings, 1};
    plim_status status = plim_holdings_add(&holdings, &f.plan, &f.tallies, err);
    if (status == PLIM_OK)
        status = fill(into, &of, err);
    plim_holdings_free(&holdings);
    return status;
}

static int set_up(void **unused)
{
    (void)unused;
    plim_error err = {0};
    assert_true(plim_table_spec_count <= sizeof tables / sizeof *tables);
    fixture_make(&f);
    for (size_t i = 0; i < plim_table_spec_count; i++)
        assert_int_equal(plim_table_init(&tables[i], &plim_table_specs[i], &err), PLIM_OK);
    plim_status status = measured(plim_measure_tables, tables, &err);
    if (status != PLIM_OK)
        print_error("%s\n", err.message);
    return (int)status;
}

static int tear_down(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < plim_table_spec_count; i++)
        plim_table_free(&tables[i]);
    fixture_free(&f);
    return 0;
}

static const plim_table *table_named(const char *name)
{
    return &tables[plim_table_spec_find(name) - plim_table_specs];
}

static size_t field_named(const plim_table *table, const char *key)
{
    for (size_t i = 0; i < table->spec->n_fields; i++)
        if (strcmp(table->spec->fields[i].key, key) == 0)
            return i;
    fail_msg("table %s has no field %s", table->spec->name, key);
    return 0;
}

/* The first n cells of a row as CSV shows them, joined by '|'. */
static void join_cells(const plim_table *table, size_t row, size_t n, char out[512])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        char cell[64];
        const char *shown = cell;
        if (table->spec->fields[i].kind == PLIM_CELL_TEXT)
            shown = plim_table_text(table, row, i);
        else
            plim_table_format(table, row, i, cell, sizeof cell);
        used += (size_t)snprintf(out + used, 512 - used, "%s%s", i > 0 ? "|" : "", shown);
        assert_true(used < 512);
    }
}

/* The first row that begins with the cells of `key`, "baseline|2026|A|1|3". */
static size_t row_of(const plim_table *table, const char *key)
{
    for (size_t row = 0; row < table->n_rows; row++) {
        char cells[512];
        join_cells(table, row, table->spec->n_fields, cells);
        if (strncmp(cells, key, strlen(key)) == 0 && cells[strlen(key)] == '|')
            return row;
    }
    fail_msg("table %s has no row %s", table->spec->name, key);
    return 0;
}

static double number(const char *table, const char *row, const char *field)
{
    const plim_table *t = table_named(table);
    return t->columns[field_named(t, field)].number[row_of(t, row)];
}

static int64_t integer(const char *table, const char *row, const char *field)
{
    const plim_table *t = table_named(table);
    return t->columns[field_named(t, field)].integer[row_of(t, row)];
}

static const char *text(const char *table, const char *row, const char *field)
{
    const plim_table *t = table_named(table);
    return plim_table_text(t, row_of(t, row), field_named(t, field));
}

/* The table has exactly these rows in this order, by their first n cells. */
static void assert_keys(const char *name, size_t n, const char *const *keys, size_t count)
{
    const plim_table *table = table_named(name);
    assert_int_equal(table->n_rows, count);
    for (size_t row = 0; row < count; row++) {
        char cells[512];
        join_cells(table, row, n, cells);
        assert_string_equal(cells, keys[row]);
    }
}
#define ASSERT_KEYS(name, n, ...)                                                                  \
    do {                                                                                           \
        static const char *const keys_[] = {__VA_ARGS__};                                          \
        assert_keys(name, n, keys_, sizeof keys_ / sizeof *keys_);                                 \
    } while (0)

/* Losses of all banks: baseline 70 80 0 0; shock 183 183 1 1. */
static void summary(void **unused)
{
    (void)unused;
    ASSERT_KEYS("summary", 2, "baseline|el", "baseline|sd", "baseline|var_95", "baseline|var_99",
                "baseline|var_999", "baseline|es_95", "baseline|es_99", "baseline|es_999",
                "shock|el", "shock|sd", "shock|var_95", "shock|var_99", "shock|var_999",
                "shock|es_95", "shock|es_99", "shock|es_999");
    assert_near(number("summary", "baseline|el", "value"), 37.5);
    assert_near(number("summary", "baseline|el", "stderr"), sqrt(5675.0 / 3 / 4));
    assert_near(number("summary", "baseline|el", "hi95"), 37.5 + 1.96 * sqrt(5675.0 / 12));
    assert_near(number("summary", "baseline|sd", "value"), sqrt(5675.0 / 3));
    assert_near(number("summary", "baseline|var_95", "value"), 80);
    assert_nan(number("summary", "baseline|var_95", "stderr"));
    assert_nan(number("summary", "baseline|var_95", "lo95"));
    assert_string_equal(text("summary", "baseline|var_95", "note"), "few_tail_paths");
    assert_string_equal(text("summary", "baseline|es_999", "note"), "few_tail_paths");
    assert_string_equal(text("summary", "baseline|el", "note"), "");
    assert_string_equal(text("summary", "baseline|sd", "note"), "");
    assert_nan(number("summary", "baseline|el", "delta"));
    assert_nan(number("summary", "baseline|el", "delta_stderr"));
    assert_nan(number("summary", "baseline|es_95", "delta_hi95"));
    /* differences 113 103 1 1: mean 54.5, squares 58.5^2 + 48.5^2 + 2 x 53.5^2 */
    assert_near(number("summary", "shock|el", "value"), 92);
    assert_near(number("summary", "shock|el", "delta"), 54.5);
    assert_near(number("summary", "shock|el", "delta_stderr"),
                sqrt((58.5 * 58.5 + 48.5 * 48.5 + 2 * 53.5 * 53.5) / 12));
    assert_near(number("summary", "shock|var_999", "delta"), 103);
    assert_nan(number("summary", "shock|var_999", "delta_stderr"));
    assert_near(number("summary", "shock|es_95", "delta"), 103);
}

static void years(void **unused)
{
    (void)unused;
    ASSERT_KEYS("years", 2, "baseline|2026", "baseline|2027", "shock|2026", "shock|2027");
    /* 2026: 1 default of 2 borrowers on 4 paths: D 1 0 0 0, A always 2 */
    assert_near(number("years", "baseline|2026", "default_rate"), 1.0 / 8);
    assert_near(number("years", "baseline|2026", "default_rate_stderr"), sqrt(0.25 / 4) / 2);
    /* 2027: D 0 1 0 0, A 1 2 2 2: variances 1/4 both, covariance (4 x 2 - 1 x 7) / 12 */
    double r = 1.0 / 7;
    assert_near(number("years", "baseline|2027", "default_rate"), r);
    assert_near(number("years", "baseline|2027", "default_rate_stderr"),
                sqrt((0.25 - 2 * r / 12 + r * r * 0.25) / 4) / (7.0 / 4));
    assert_near(number("years", "shock|2027", "default_rate"), 3.0 / 7); /* D 1 2 0 0, A 1 2 2 2 */
    assert_near(number("years", "baseline|2026", "el"), 17.5);           /* 70 0 0 0 */
    assert_near(number("years", "baseline|2027", "el"), 20);             /* 0 80 0 0 */
    assert_near(number("years", "baseline|2027", "el_stderr"), 20);
    assert_nan(number("years", "baseline|2027", "delta_el"));
    assert_near(number("years", "shock|2026", "el"), 21.5);    /* 83 1 1 1 */
    assert_near(number("years", "shock|2026", "delta_el"), 4); /* 13 1 1 1 */
    assert_near(number("years", "shock|2026", "delta_el_stderr"), 3);
    /* exposure 440, of which 30 + 40 in default; 170 and 200 default on a path each */
    assert_near(number("years", "baseline|2026", "npl_ratio"), (70 + 170 / 4.0) / 440);
    assert_near(number("years", "baseline|2026", "npl_ratio_stderr"), 170 / 4.0 / 440);
    assert_near(number("years", "baseline|2027", "npl_ratio"), (70 + 370 / 4.0) / 440);
    assert_near(number("years", "shock|2027", "npl_ratio"), (70 + 740 / 4.0) / 440);
}

/* Bank A: baseline 60 80 0 0, shock 171 171 1 1; bank B: 10 0 0 0, 12 12 0 0. */
static void banks(void **unused)
{
    (void)unused;
    ASSERT_KEYS("banks", 3, "baseline|A|legal_person", "baseline|B|", "shock|A|legal_person",
                "shock|B|");
    assert_int_equal(integer("banks", "baseline|A|legal_person", "exposure"), 35000);
    assert_int_equal(integer("banks", "shock|B|", "exposure"), 9000);
    assert_near(number("banks", "baseline|A|legal_person", "el"), 35);
    assert_near(number("banks", "baseline|B|", "el"), 2.5);
    assert_near(number("banks", "baseline|B|", "el_stderr"), 2.5);
    assert_near(number("banks", "shock|A|legal_person", "es_99"), 171);
    assert_near(number("banks", "shock|A|legal_person", "es_999"), 171);
    assert_near(number("banks", "shock|A|legal_person", "delta_el"), 86 - 35);
    assert_near(number("banks", "shock|B|", "delta_el"), 3.5);
    assert_near(number("banks", "shock|B|", "delta_es_999"), 2);
    assert_nan(number("banks", "baseline|A|legal_person", "delta_el"));
    assert_nan(number("banks", "baseline|A|legal_person", "delta_es_999_stderr"));
}

/* C30 holds u2 and u3, K70 u1: added in the other order. */
static void sectors_and_regions(void **unused)
{
    (void)unused;
    ASSERT_KEYS("sectors", 2, "baseline|C30", "baseline|K70", "shock|C30", "shock|K70");
    assert_int_equal(integer("sectors", "baseline|C30", "exposure"), 27000);
    assert_int_equal(integer("sectors", "baseline|K70", "exposure"), 17000);
    assert_near(number("sectors", "baseline|C30", "el"), 20);   /* 0 80 0 0 */
    assert_nan(number("sectors", "baseline|C30", "el_stderr")); /* four paths are one batch */
    assert_near(number("sectors", "shock|C30", "el"), 51);      /* 101 101 1 1 */
    assert_near(number("sectors", "shock|C30", "delta_el"), 31);
    assert_near(number("sectors", "shock|K70", "delta_el"), 41 - 17.5); /* 82 82 0 0 - 70 0 0 0 */
    assert_nan(number("sectors", "baseline|K70", "delta_el_stderr"));
    ASSERT_KEYS("regions", 2, "baseline|500153", "shock|500153");
    assert_int_equal(integer("regions", "shock|500153", "exposure"), 44000);
    assert_near(number("regions", "shock|500153", "el"), 92);
    assert_nan(number("regions", "shock|500153", "delta_el_stderr"));
}

static void paths(void **unused)
{
    (void)unused;
    ASSERT_KEYS("paths", 5, "baseline|0|A|60.00|120.00", "baseline|0|B|10.00|50.00",
                "baseline|1|A|80.00|200.00", "shock|0|A|171.00|320.00", "shock|0|B|12.00|50.00",
                "shock|1|A|171.00|320.00", "shock|1|B|12.00|50.00", "shock|2|A|1.00|0.00",
                "shock|3|A|1.00|0.00");
}

static void borrowers(void **unused)
{
    (void)unused;
    ASSERT_KEYS("borrowers", 2, "baseline|u1", "baseline|u2", "baseline|u3", "shock|u1", "shock|u2",
                "shock|u3"); /* u4 has no loan */
    assert_near(number("borrowers", "baseline|u1", "pd_stressed"), .02);
    assert_near(number("borrowers", "baseline|u1", "pd_base"), .02);
    assert_int_equal(integer("borrowers", "baseline|u1", "year"), 2027);
    assert_near(number("borrowers", "shock|u1", "pd_stressed"), .05);
    assert_near(number("borrowers", "shock|u1", "pd_base"), .01); /* of the year of the peak */
    assert_int_equal(integer("borrowers", "shock|u1", "year"), 2026);
    assert_near(number("borrowers", "shock|u2", "pd_stressed"), .1);
    assert_int_equal(integer("borrowers", "shock|u2", "year"), 2026); /* the first of equal years */
    assert_near(number("borrowers", "shock|u3", "pd_base"), .3);      /* in default: the book's */
    assert_near(number("borrowers", "shock|u3", "pd_stressed"), .3);
    assert_near(number("borrowers", "baseline|u1", "el"), 17.5); /* 70 0 0 0 */
    assert_near(number("borrowers", "baseline|u1", "el_stderr"), 17.5);
    assert_near(number("borrowers", "shock|u2", "el"), 51); /* 101 101 1 1 */
    assert_near(number("borrowers", "shock|u2", "el_stderr"), sqrt(10000.0 / 3 / 4));
    assert_true(number("borrowers", "shock|u3", "el") == 0);
    assert_true(number("borrowers", "shock|u3", "el_stderr") == 0);
    assert_string_equal(text("borrowers", "shock|u1", "stress_grade"), ""); /* left to the rules */
}

/* The ledger's cells as CSV shows them, in order. */
static void ledger(void **unused)
{
    (void)unused;
    ASSERT_KEYS("ledger", 7, "A|modelled|conflict weighted|1|100.00|336.00|-1.00",
                "A|modelled|insolvent at reference: shock|1|200.00|336.00|-1.00",
                "A|excluded|no lgd|1|5.00|336.00|-1.00",
                "A|defaulted|class 3-5|1|30.00|336.00|-1.00",
                "B|proxied|lgd proxied; conflict weighted|1|50.00||",
                "B|defaulted|overdue > 90 days|1|40.00||");
}

static void a_book_without_classes_says_so(void **unused)
{
    (void)unused;
    plim_table table;
    plim_error err = {0};
    assert_int_equal(plim_table_init(&table, plim_table_spec_find("classes"), &err), PLIM_OK);
    assert_int_equal(measured(plim_measure_classes, &table, &err), PLIM_OK);
    assert_int_equal(table.n_rows, 0);
    assert_string_equal(table.reason, "the book states no five-class grades (loans.class)");
    plim_table_free(&table);
}

static void a_pd_of_one_is_a_reason(void **unused)
{
    (void)unused;
    plim_table table;
    plim_error err = {0};
    assert_int_equal(plim_table_init(&table, plim_table_spec_find("ledger"), &err), PLIM_OK);
    plim_frame_find(&f.book.loans, "days_overdue")->number[4] = 90; /* not more than 90 */
    f.proxied[1] = 1;
    assert_int_equal(measured(plim_measure_ledger, &table, &err), PLIM_OK);
    assert_string_equal(plim_table_text(&table, table.n_rows - 1, 2), "pd = 1");
    assert_string_equal(plim_table_text(&table, 1, 1), "proxied");
    assert_string_equal(plim_table_text(&table, 1, 2),
                        "scenario input proxied; insolvent at reference: shock");
    plim_table_free(&table);
}

static void tallies_of_another_plan_are_a_bug(void **unused)
{
    (void)unused;
    plim_error err = {0};
    f.tallies.n_years = 1;
    assert_int_equal(measured(plim_measure_tables, tables, &err), PLIM_BUG);
}

/* Whichever allocation fails, the tables are refused with one message, and nothing leaks or
 * crashes. */
static void out_of_memory_is_reported(void **unused)
{
    (void)unused;
    for (long nth = 1;; nth++) {
        plim_table mine[sizeof tables / sizeof *tables];
        plim_error err = {0};
        for (size_t i = 0; i < plim_table_spec_count; i++)
            assert_int_equal(plim_table_init(&mine[i], &plim_table_specs[i], &err), PLIM_OK);
        plim_memory_fail_at(nth, 0);
        plim_status status = measured(plim_measure_tables, mine, &err);
        plim_memory_fail_at(0, 0);
        for (size_t i = 0; i < plim_table_spec_count; i++)
            plim_table_free(&mine[i]);
        if (status == PLIM_OK) {
            assert_true(nth > 20); /* it did allocate */
            return;
        }
        assert_int_equal(status, PLIM_MACHINE);
        assert_true(err.message[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(summary, set_up, tear_down),
        cmocka_unit_test_setup_teardown(years, set_up, tear_down),
        cmocka_unit_test_setup_teardown(banks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sectors_and_regions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(borrowers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ledger, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_book_without_classes_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pd_of_one_is_a_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tallies_of_another_plan_are_a_bug, set_up, tear_down),
        cmocka_unit_test_setup_teardown(out_of_memory_is_reported, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
