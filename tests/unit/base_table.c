#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "base/table.h"
#include "base/text.h"

/* The contract: tables in their order, each with its columns. Written out again on purpose. */
static const char *const contract[][2] = {
    {"summary",
     "scenario measure value stderr lo95 hi95 delta delta_stderr delta_lo95 delta_hi95 note"},
    {"years",
     "scenario year default_rate default_rate_stderr el el_stderr delta_el delta_el_stderr "
     "npl_ratio npl_ratio_stderr"},
    {"banks", "scenario bank type exposure el el_stderr es_99 es_99_stderr es_999 es_999_stderr "
              "delta_el delta_el_stderr delta_es_999 delta_es_999_stderr"},
    {"sectors", "scenario key exposure el el_stderr delta_el delta_el_stderr"},
    {"regions", "scenario key exposure el el_stderr delta_el delta_el_stderr"},
    {"paths", "scenario path bank loss defaulted_exposure"},
    {"borrowers",
     "scenario borrower pd_base pd_stressed year el el_stderr stress_grade level reasons "
     "env_class env_credit"},
    {"grades", "scenario stress_grade borrowers exposure el"},
    {"grade_banks", "scenario bank stress_grade borrowers balance el"},
    {"grade_cells", "scenario sector region stress_grade borrowers balance el"},
    {"grade_migration", "scenario from to borrowers balance share"},
    {"grade_bounds", "bank stress_grade borrowers mean_pd defaults_observed pd_upper pool "
                     "pool_defaults confidence"},
    {"contributors", "scenario kind key exposure el es_99_share stderr es_999_share es_999_stderr"},
    {"tail", "scenario measure value stderr lo95 hi95 effective_paths plain plain_stderr z note"},
    {"exceedance", "scenario subject return_period loss lo95 hi95"},
    {"damage",
     "scenario damage hazard aal aal_stderr aal_exact payout payout_stderr gap gap_stderr"},
    {"events", "scenario hazard event rate path_years damage rise rise_stderr"},
    {"compound", "scenario first second rise rise_first rise_second multiplier multiplier_stderr "
                 "lo95 hi95"},
    {"classes", "scenario year bank from to amount share share_stderr"},
    {"class_paths", "scenario year bank measure value stderr lo95 hi95"},
    {"capital", "scenario year bank measure value lo95 hi95 p05 p50 p95 balance_sheet"},
    {"breaches", "scenario year bank requirement threshold probability lo95 hi95 balance_sheet"},
    {"joint", "scenario kind key banks probability lo95 hi95 at_least exposure loss"},
    {"warnings",
     "scenario subject key indicator unit year value lo95 hi95 level previous status reason"},
    {"warning_state", "scenario subject key indicator level since calm_runs"},
    {"playbook", "subject level action_en action_zh owner_en owner_zh due_days"},
    {"reason_codes", "reason_code sentence_en sentence_zh"},
    {"ledger", "bank status reason rows balance control_total difference"},
    {"run", "key value"},
};

static void specs_are_the_contract(void **state)
{
    (void)state;
    assert_int_equal(plim_table_spec_count, sizeof contract / sizeof contract[0]);
    for (size_t i = 0; i < plim_table_spec_count; i++) {
        const plim_table_spec *spec = &plim_table_specs[i];
        plim_text keys = {0};
        for (size_t f = 0; f < spec->n_fields; f++) {
            plim_text_format(&keys, "%s%s", f > 0 ? " " : "", spec->fields[f].key);
            assert_true(strlen(spec->fields[f].doc) > 3);
            assert_null(strchr(spec->fields[f].doc, '\n'));
        }
        assert_string_equal(spec->name, contract[i][0]);
        assert_string_equal(plim_text_get(&keys), contract[i][1]);
        assert_ptr_equal(plim_table_spec_find(spec->name), spec);
        plim_text_free(&keys);
    }
    assert_null(plim_table_spec_find("Summary"));
}

static const plim_field fields[] = {
    {"t", PLIM_CELL_TEXT, ""},   {"i", PLIM_CELL_INT, ""},    {"f", PLIM_CELL_FEN, ""},
    {"a", PLIM_CELL_AMOUNT, ""}, {"n", PLIM_CELL_NUMBER, ""},
};
static const plim_table_spec spec = {"test", "", fields, 5};

static const char *cell(const plim_table *table, size_t row, size_t field)
{
    static char out[64];
    memset(out, '#', sizeof out);
    plim_table_format(table, row, field, out, sizeof out);
    return out;
}

static void new_rows_are_empty(void **state)
{
    (void)state;
    plim_table table;
    assert_int_equal(plim_table_init(&table, &spec, NULL), PLIM_OK);
    for (size_t row = 0; row < 40; row++)
        assert_int_equal(plim_table_add_row(&table, NULL), PLIM_OK);
    for (size_t row = 0; row < 40; row++)
        for (size_t f = 0; f < 5; f++)
            assert_string_equal(cell(&table, row, f), "");
    assert_string_equal(plim_table_text(&table, 7, 0), "");
    plim_table_free(&table);
    assert_null(table.columns);
}

static void cells_are_shown_by_kind(void **state)
{
    (void)state;
    plim_table table;
    assert_int_equal(plim_table_init(&table, &spec, NULL), PLIM_OK);
    for (int64_t row = 0; row < 100; row++) {
        assert_int_equal(plim_table_add_row(&table, NULL), PLIM_OK);
        assert_int_equal(plim_table_set_text(&table, 0, row % 2 ? "odd" : "even", NULL), PLIM_OK);
        plim_table_set_int(&table, 1, row);
        plim_table_set_fen(&table, 2, -row);
        plim_table_set_number(&table, 3, (double)row / 8.0);
        plim_table_set_number(&table, 4, (double)row / 8.0);
    }
    assert_int_equal(table.n_rows, 100);
    assert_string_equal(plim_table_text(&table, 99, 0), "odd");
    assert_string_equal(cell(&table, 98, 0), "even");
    assert_string_equal(cell(&table, 99, 1), "99");
    assert_string_equal(cell(&table, 99, 2), "-0.99");
    assert_string_equal(cell(&table, 99, 3), "12.38");
    assert_string_equal(cell(&table, 99, 4), "12.375");
    plim_table_free(&table);
}

static void zero_has_no_sign(void **state)
{
    (void)state;
    plim_table table;
    assert_int_equal(plim_table_init(&table, &spec, NULL), PLIM_OK);
    assert_int_equal(plim_table_add_row(&table, NULL), PLIM_OK);
    plim_table_set_number(&table, 3, -0.0);
    plim_table_set_number(&table, 4, -0.0);
    assert_string_equal(cell(&table, 0, 3), "0.00");
    assert_string_equal(cell(&table, 0, 4), "0");
    plim_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specs_are_the_contract),
        cmocka_unit_test(new_rows_are_empty),
        cmocka_unit_test(cells_are_shown_by_kind),
        cmocka_unit_test(zero_has_no_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
