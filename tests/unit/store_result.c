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

/* A table of texts, whole numbers and floats whose rows come from pieces of a spool. */
enum { PIECES = 3, PIECE_ROWS = 40000 };

static void fill_piece(plim_table *table, int piece)
{
    size_t n = table->spec->n_fields;
    for (int row = 0; row < (piece == 1 ? 0 : PIECE_ROWS); row++) {
        char text[300];
        MUST(plim_table_add_row(table, &must_err));
        for (size_t f = 0; f < n && row % 7 != 3; f++) {
            int value = piece * PIECE_ROWS + row;
            switch (table->spec->fields[f].kind) {
            case PLIM_CELL_TEXT: /* fields differ in how long texts are and how often they recur */
                (void)snprintf(text, sizeof text, "%s%d", f % 2 ? "陶瓷" : "",
                               value % (1 << (f < 5 ? 3 * f : 15)));
                if (value % 11 == 0)
                    memset(text, 'x', f * 20), text[f * 20] = '\0';
                MUST(plim_table_set_text(table, f, text, &must_err));
                break;
            case PLIM_CELL_INT:
                plim_table_set_int(table, f, -value);
                break;
            case PLIM_CELL_FEN:
                plim_table_set_fen(table, f, INT64_MAX - value);
                break;
            default:
                plim_table_set_number(table, f, 1.0 / (1 + value));
            }
        }
    }
}

/* The rows of `runs` in one table, by their cells. */
static void add_rows(plim_table *to, const plim_table *from, const plim_table_run *run)
{
    for (size_t row = run->first; row < run->first + run->n; row++) {
        MUST(plim_table_add_row(to, &must_err));
        for (size_t f = 0; f < to->spec->n_fields; f++) {
            const plim_table_column *column = &from->columns[f];
            if (column->integer != NULL)
                to->columns[f].integer[to->n_rows - 1] = column->integer[row];
            else if (column->number != NULL)
                to->columns[f].number[to->n_rows - 1] = column->number[row];
            else
                MUST(plim_table_set_text(to, f, plim_table_text(from, row, f), &must_err));
        }
    }
}

static plim_status gather(void *user, const plim_table *rows, plim_error *err)
{
    (void)err;
    const plim_table_run all = {0, 0, rows->n_rows};
    assert_true(rows->n_rows > 0 && rows->n_rows <= 9999);
    add_rows(user, rows, &all);
    return PLIM_OK;
}

static plim_status stop(void *user, const plim_table *rows, plim_error *err)
{
    *(size_t *)user += rows->n_rows;
    return plim_fail(err, PLIM_INPUT, "enough");
}

/* The same rows by blocks; what the taker says ends it. */
static void scan(const char *path, const plim_table *expected)
{
    plim_table found;
    size_t seen = 0;
    plim_table_taker taker = {gather, &found}, stopper = {stop, &seen};
    MUST(plim_table_init(&found, expected->spec, &must_err));
    MUST(plim_store_scan_table(path, expected->spec->name, 9999, &taker, &must_err));
    same_table(&found, expected);
    REFUSED(plim_store_scan_table(path, expected->spec->name, 7, &stopper, &must_err), "enough");
    assert_int_equal(seen, 7);
    plim_table_free(&found);
}

static void pieces_are_put_together(void **state)
{
    (void)state;
    const plim_table_run runs[] = {{2, 5, PIECE_ROWS - 5},
                                   {0, 0, 0},
                                   {0, 100, 12345},
                                   {1, 0, 0},
                                   {2, 0, 5},
                                   {0, 0, 100},
                                   {0, 12445, PIECE_ROWS - 12445}};
    const char *const names[] = {"warnings", "borrowers"};
    plim_result result, found;
    plim_spool *spool;
    plim_long_table longs[2];
    plim_table expected[2], piece[2][PIECES];
    MUST(plim_result_init(&result, &must_err));
    fill(&result);
    MUST(plim_spool_open(&spool, temporary_path("long.result.h5"), &must_err));
    for (int t = 0; t < 2; t++) {
        const plim_table_spec *spec = plim_table_spec_find(names[t]);
        plim_table_run *mine = plim_alloc(7, sizeof *mine);
        memcpy(mine, runs, sizeof runs);
        MUST(plim_table_init(&expected[t], spec, &must_err));
        for (int p = 0; p < PIECES; p++) {
            uint32_t number;
            MUST(plim_table_init(&piece[t][p], spec, &must_err));
            fill_piece(&piece[t][p], p);
            MUST(plim_spool_add(spool, &piece[t][p], &number, &must_err));
            assert_int_equal(plim_spool_rows(spool, number), piece[t][p].n_rows);
            for (size_t r = 0; r < 7; r++)
                mine[r].piece = runs[r].piece == (uint32_t)p ? number : mine[r].piece;
        }
        for (size_t r = 0; r < 7; r++)
            add_rows(&expected[t], &piece[t][runs[r].piece], &runs[r]);
        longs[t] = (plim_long_table){spec, spool, mine, 7};
    }
    MUST(plim_store_write_long_result(&result, longs, 2, temporary_path("long.result.h5"),
                                      &must_err));
    MUST(plim_store_read_result(&found, temporary_path("long.result.h5"), NULL, &must_err));
    for (int t = 0; t < 2; t++) {
        same_table(table_of(&found, names[t]), &expected[t]);
        scan(temporary_path("long.result.h5"), &expected[t]);
    }
    same_table(table_of(&found, "summary"), table_of(&result, "summary"));
    for (int t = 0; t < 2; t++) {
        for (int p = 0; p < PIECES; p++)
            plim_table_free(&piece[t][p]);
        plim_table_free(&expected[t]);
        plim_free((void *)longs[t].runs);
    }
    plim_spool_close(spool);
    plim_result_free(&result);
    plim_result_free(&found);
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
        cmocka_unit_test(there_and_back),      cmocka_unit_test(one_table_only),
        cmocka_unit_test(same_bytes),          cmocka_unit_test(pieces_are_put_together),
        cmocka_unit_test(a_book_is_no_result), cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
