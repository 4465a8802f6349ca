#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "base/column.h"

static void add(plim_frame *frame, const char *name, plim_column_kind kind, size_t n_rows)
{
    plim_column column;
    assert_int_equal(plim_column_make(&column, name, kind, n_rows, NULL), PLIM_OK);
    assert_int_equal(plim_frame_add(frame, &column, NULL), PLIM_OK);
    assert_null(column.name); /* taken over */
}

static void new_columns_are_empty(void **state)
{
    (void)state;
    plim_frame frame = {0};
    add(&frame, "pd", PLIM_COLUMN_NUMBER, 3);
    add(&frame, "id", PLIM_COLUMN_INTEGER, 3);
    add(&frame, "sector", PLIM_COLUMN_TEXT, 3);
    assert_int_equal(frame.n_rows, 3);
    assert_int_equal(frame.n_columns, 3);
    for (size_t row = 0; row < 3; row++) {
        assert_true(isnan(plim_frame_find(&frame, "pd")->number[row]));
        assert_int_equal(plim_frame_find(&frame, "id")->integer[row], 0);
        assert_string_equal(plim_column_text(plim_frame_find(&frame, "sector"), row), "");
    }
    assert_null(plim_frame_find(&frame, "PD"));
    plim_frame_free(&frame);
    assert_int_equal(frame.n_columns, 0);
}

static void texts_share_labels(void **state)
{
    (void)state;
    plim_column column;
    assert_int_equal(plim_column_make(&column, "sector", PLIM_COLUMN_TEXT, 4, NULL), PLIM_OK);
    static const char *const texts[] = {"C3071", "D4411", "C3071", ""};
    for (size_t row = 0; row < 4; row++)
        assert_int_equal(plim_column_set_text(&column, row, texts[row], NULL), PLIM_OK);
    for (size_t row = 0; row < 4; row++)
        assert_string_equal(plim_column_text(&column, row), texts[row]);
    assert_int_equal(column.code[0], column.code[2]);
    assert_int_equal(column.labels.count, 3);
    plim_column_free(&column);
}

static void a_frame_refuses_what_does_not_fit(void **state)
{
    (void)state;
    plim_frame frame = {0};
    plim_column column;
    plim_error err = {PLIM_OK, ""};
    add(&frame, "pd", PLIM_COLUMN_NUMBER, 3);
    assert_int_equal(plim_column_make(&column, "pd", PLIM_COLUMN_NUMBER, 3, NULL), PLIM_OK);
    assert_int_equal(plim_frame_add(&frame, &column, &err), PLIM_BUG);
    assert_non_null(strstr(err.message, "'pd'"));
    plim_column_free(&column); /* still ours */
    assert_int_equal(plim_column_make(&column, "lgd", PLIM_COLUMN_NUMBER, 4, NULL), PLIM_OK);
    err = (plim_error){PLIM_OK, ""};
    assert_int_equal(plim_frame_add(&frame, &column, &err), PLIM_BUG);
    assert_non_null(strstr(err.message, "'lgd' 4"));
    plim_column_free(&column);
    assert_int_equal(frame.n_columns, 1);
    plim_frame_free(&frame);
}

static void reorders_every_kind(void **state)
{
    (void)state;
    static const uint32_t order[] = {2, 0, 3, 1};
    plim_frame frame = {0};
    add(&frame, "n", PLIM_COLUMN_NUMBER, 4);
    add(&frame, "i", PLIM_COLUMN_INTEGER, 4);
    add(&frame, "t", PLIM_COLUMN_TEXT, 4);
    plim_column *n = plim_frame_find(&frame, "n"), *i = plim_frame_find(&frame, "i");
    plim_column *t = plim_frame_find(&frame, "t");
    static const char *const texts[] = {"a", "b", "c", "d"};
    for (size_t row = 0; row < 4; row++) {
        n->number[row] = 0.5 * (double)row;
        i->integer[row] = INT64_MAX - (int64_t)row;
        assert_int_equal(plim_column_set_text(t, row, texts[row], NULL), PLIM_OK);
    }
    assert_int_equal(plim_frame_reorder(&frame, order, NULL), PLIM_OK);
    for (size_t row = 0; row < 4; row++) {
        assert_true(n->number[row] == 0.5 * (double)order[row]);
        assert_true(i->integer[row] == INT64_MAX - (int64_t)order[row]);
        assert_string_equal(plim_column_text(t, row), texts[order[row]]);
    }
    plim_frame_free(&frame);
}

static void tables_without_rows_work(void **state)
{
    (void)state;
    plim_frame frame = {0};
    add(&frame, "t", PLIM_COLUMN_TEXT, 0);
    assert_int_equal(plim_frame_reorder(&frame, NULL, NULL), PLIM_OK);
    plim_frame_free(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_columns_are_empty),
        cmocka_unit_test(texts_share_labels),
        cmocka_unit_test(a_frame_refuses_what_does_not_fit),
        cmocka_unit_test(reorders_every_kind),
        cmocka_unit_test(tables_without_rows_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
