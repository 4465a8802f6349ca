#include "../support/book_fixture.h"
#include "base_temporary.h"

#include "base/digest.h"
#include "store/store.h"

enum { SUMMARY_SCENARIO, SUMMARY_MEASURE, SUMMARY_VALUE };

static plim_table *table_of(plim_result *result, const char *name)
{
    for (size_t t = 0; t < plim_table_spec_count; t++)
        if (strcmp(plim_table_specs[t].name, name) == 0)
            return &result->tables[t];
    fail_msg("no table %s", name);
    return NULL;
}

/* Something in every field of every table, by kind; the last row is left empty. */
static void fill(plim_result *result)
{
    for (size_t t = 0; t < plim_table_spec_count; t++) {
        plim_table *table = &result->tables[t];
        for (int row = 0; row < 3; row++) {
            MUST(plim_table_add_row(table, &must_err));
            for (size_t f = 0; f < table->spec->n_fields && row < 2; f++) {
                switch (table->spec->fields[f].kind) {
                case PLIM_CELL_TEXT:
                    MUST(plim_table_set_text(table, f, row ? "陶瓷" : "baseline", &must_err));
                    break;
                case PLIM_CELL_INT:
                    plim_table_set_int(table, f, row ? -7 : 2026);
                    break;
                case PLIM_CELL_FEN:
                    plim_table_set_fen(table, f, row ? -1 : INT64_MAX);
                    break;
                default:
                    plim_table_set_number(table, f, row ? 1.0 / 3 : -1e-300);
                }
            }
        }
    }
}

static void same_table(const plim_table *one, const plim_table *two)
{
    assert_int_equal(one->n_rows, two->n_rows);
    for (size_t row = 0; row < one->n_rows; row++)
        for (size_t f = 0; f < one->spec->n_fields; f++) {
            char left[64] = "", right[64] = "";
            if (one->spec->fields[f].kind == PLIM_CELL_TEXT) {
                assert_string_equal(plim_table_text(one, row, f), plim_table_text(two, row, f));
                continue;
            }
            plim_table_format(one, row, f, left, sizeof left);
            plim_table_format(two, row, f, right, sizeof right);
            assert_string_equal(left, right);
            if (one->columns[f].number != NULL)
                assert_memory_equal(&one->columns[f].number[row], &two->columns[f].number[row],
                                    sizeof(double));
        }
}

static void write_small(const char *name)
{
    plim_result result;
    plim_kept_input script = {(char *)"scenario", (char *)"场景/a.lua", (char *)"return\0x\n", 9,
                              "ab"};
    plim_kept_input book = {(char *)"book", (char *)"a.book.h5", NULL, 0, "cd"};
    plim_kept_input empty = {(char *)"rules", (char *)"r.lua", (char *)"", 0, "ef"};
    MUST(plim_result_init(&result, &must_err));
    fill(&result);
    plim_table *classes = table_of(&result, "classes");
    plim_table_free(classes);
    MUST(plim_table_init(classes, plim_table_spec_find("classes"), &must_err));
    classes->reason = plim_strdup("the book has no classes");
    MUST(plim_result_set(&result, "seed", "1", &must_err));
    MUST(plim_result_set(&result, "paths", "1000", &must_err));
    MUST(plim_result_set(&result, "seed", "2", &must_err));
    MUST(plim_result_set(&result, "model", "", &must_err));
    MUST(plim_result_keep(&result, &script, &must_err));
    MUST(plim_result_keep(&result, &book, &must_err));
    MUST(plim_result_keep(&result, &empty, &must_err));
    MUST(plim_store_write_result(&result, temporary_path(name), &must_err));
    plim_result_free(&result);
}

static void there_and_back(void **state)
{
    (void)state;
    plim_result result, expected;
    write_small("a.result.h5");
    MUST(plim_result_init(&expected, &must_err));
    fill(&expected);
    MUST(plim_store_read_result(&result, temporary_path("a.result.h5"), NULL, &must_err));
    for (size_t t = 0; t < plim_table_spec_count; t++)
        if (strcmp(plim_table_specs[t].name, "classes") != 0)
            same_table(&result.tables[t], &expected.tables[t]);
    assert_int_equal(table_of(&result, "classes")->n_rows, 0);
    assert_string_equal(table_of(&result, "classes")->reason, "the book has no classes");
    assert_null(table_of(&result, "summary")->reason);
    assert_string_equal(plim_result_setting(&result, "seed"), "2");
    assert_string_equal(plim_result_setting(&result, "model"), "");
    assert_null(plim_result_setting(&result, "threads"));
    assert_int_equal(result.n_inputs, 3);
    assert_string_equal(result.inputs[0].path, "场景/a.lua");
    assert_int_equal(result.inputs[0].length, 9);
    assert_memory_equal(result.inputs[0].text, "return\0x\n", 10);
    assert_string_equal(result.inputs[1].sha256, "cd");
    assert_null(result.inputs[1].text);
    assert_string_equal(result.inputs[2].text, "");
    plim_result_free(&result);
    plim_result_free(&expected);
}

static void one_table_only(void **state)
{
    (void)state;
    plim_result result;
    write_small("b.result.h5");
    MUST(plim_store_read_result(&result, temporary_path("b.result.h5"), "years", &must_err));
    assert_int_equal(table_of(&result, "years")->n_rows, 3);
    assert_int_equal(table_of(&result, "summary")->n_rows, 0);
    assert_string_equal(plim_result_setting(&result, "paths"), "1000");
    plim_result_free(&result);
    plim_error err = {0};
    assert_int_equal(plim_store_read_result(&result, temporary_path("b.result.h5"), "sumary", &err),
                     PLIM_USAGE);
    assert_non_null(strstr(err.message, "summary"));
}

static void same_bytes(void **state)
{
    (void)state;
    char one[PLIM_DIGEST_HEX], two[PLIM_DIGEST_HEX];
    write_small("c.result.h5");
    MUST(plim_digest_file(temporary_path("c.result.h5"), one, &must_err));
    write_small("d.result.h5");
    MUST(plim_digest_file(temporary_path("d.result.h5"), two, &must_err));
    assert_string_equal(one, two);
}

static void a_book_is_no_result(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_result result;
    plim_source source;
    fixture_tables(&tables);
    MUST(plim_store_write_book(&tables, temporary_path("e.book.h5"), &must_err));
    write_small("e.result.h5");
    REFUSED(plim_store_read_result(&result, temporary_path("e.book.h5"), NULL, &must_err),
            "format is 'plimsoll.book'", "accepted: plimsoll.result");
    REFUSED(plim_store_open_book(&source, temporary_path("e.result.h5"), &must_err),
            "format is 'plimsoll.result'", "accepted: plimsoll.book");
    assert_int_equal(plim_store_file_kind(temporary_path("e.book.h5")), PLIM_FILE_BOOK);
    assert_int_equal(plim_store_file_kind(temporary_path("e.result.h5")), PLIM_FILE_RESULT);
    plim_book_tables_data_free(&tables);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    plim_status status = PLIM_MACHINE;
    write_small("f.result.h5");
    for (long nth = 1; status != PLIM_OK; nth++) {
        plim_result result;
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        status = plim_store_read_result(&result, temporary_path("f.result.h5"), NULL, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK)
            plim_result_free(&result);
        else
            assert_true(strlen(err.message) > 0);
        assert_true(nth < 100000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(one_table_only),
        cmocka_unit_test(same_bytes),
        cmocka_unit_test(a_book_is_no_result),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
