/* Every allocation in turn fails, once and for good: each time one clean error, nothing lost and
   the next attempt good. (Leaks show in the build with sanitizers.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../unit/base_temporary.h"
#include "base/column.h"
#include "base/csv.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/table.h"

/* Something that allocates; must free all it took, whatever happened. */
typedef plim_status attempt(plim_error *err);

static void fail_each_allocation(attempt *work)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        plim_status status = PLIM_MACHINE;
        long nth = 0;
        while (status != PLIM_OK) {
            plim_error err = {PLIM_OK, ""};
            plim_memory_fail_at(++nth, persistent);
            status = work(&err);
            plim_memory_fail_at(0, 0);
            assert_in_range(nth, 1, 2000);
            assert_int_equal(err.status, status);
            if (status != PLIM_OK) {
                assert_int_equal(status, PLIM_MACHINE);
                assert_non_null(strstr(err.message, "out of memory"));
            }
        }
        assert_true(nth > 1);
    }
}

static plim_status make_names(plim_error *err)
{
    plim_names names = {0};
    plim_status status = PLIM_OK;
    char text[32];
    size_t count = 0;
    for (int i = 0; i < 100 && status == PLIM_OK; i++) {
        (void)snprintf(text, sizeof text, "name %d", i);
        status = plim_names_add(&names, text, NULL, err);
        count += status == PLIM_OK;
    }
    assert_int_equal(names.count, count); /* what was added before is still there */
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text, sizeof text, "name %zu", i);
        assert_int_equal(plim_names_find(&names, text), i);
    }
    plim_names_free(&names);
    return status;
}

static plim_status read_csv(plim_error *err)
{
    plim_csv csv;
    plim_status status = plim_csv_read(temporary_path("in.csv"), &csv, err);
    if (status == PLIM_OK)
        assert_string_equal(csv.cell[csv.n_rows * csv.n_columns - 1], "cell 39");
    else
        assert_null(csv.header);
    plim_csv_free(&csv);
    return status;
}

static plim_status fill_table(plim_table *table, plim_error *err)
{
    char text[32];
    for (int i = 0; i < 40; i++) {
        (void)snprintf(text, sizeof text, "bank %d", i);
        PLIM_TRY(plim_table_add_row(table, err));
        PLIM_TRY(plim_table_set_text(table, 1, text, err));
        plim_table_set_fen(table, 3, i);
    }
    return PLIM_OK;
}

static plim_status make_table(plim_error *err)
{
    plim_table table;
    PLIM_TRY(plim_table_init(&table, plim_table_spec_find("banks"), err));
    plim_status status = fill_table(&table, err);
    plim_table_free(&table);
    return status;
}

static plim_status fill_frame(plim_frame *frame, plim_error *err)
{
    static const plim_column_kind kinds[] = {PLIM_COLUMN_NUMBER, PLIM_COLUMN_INTEGER,
                                             PLIM_COLUMN_TEXT};
    static const uint32_t order[] = {1, 2, 0};
    char name[32];
    for (int i = 0; i < 20; i++) {
        plim_column column;
        (void)snprintf(name, sizeof name, "column %d", i);
        PLIM_TRY(plim_column_make(&column, name, kinds[i % 3], 3, err));
        plim_status status = PLIM_OK;
        if (column.kind == PLIM_COLUMN_TEXT)
            status = plim_column_set_text(&column, 1, "x", err);
        if (status == PLIM_OK)
            status = plim_frame_add(frame, &column, err);
        plim_column_free(&column); /* empty where the frame has taken it */
        PLIM_TRY(status);
    }
    return plim_frame_reorder(frame, order, err);
}

static plim_status make_frame(plim_error *err)
{
    plim_frame frame = {0};
    plim_status status = fill_frame(&frame, err);
    plim_frame_free(&frame);
    return status;
}

static plim_status write_file(plim_error *err)
{
    return plim_file_write(temporary_path("out"), "text", 4, err);
}

static plim_status ask_and_digest(plim_error *err)
{
    char hex[PLIM_DIGEST_HEX];
    PLIM_TRY(plim_file_writable(temporary_path("out"), err));
    return plim_digest_file(temporary_path("in.csv"), hex, err);
}

static void names(void **state)
{
    (void)state;
    fail_each_allocation(make_names);
}

static void csv(void **state)
{
    (void)state;
    plim_text text = {0};
    for (int i = 0; i < 40; i++)
        plim_text_format(&text, "%d,\"cell\n%d\"%s", i, i, i < 39 ? ",cell\n" : ",cell 39\n");
    assert_int_equal(temporary_write("in.csv", text.data, text.length), 0);
    plim_text_free(&text);
    fail_each_allocation(read_csv);
}

static void tables(void **state)
{
    (void)state;
    fail_each_allocation(make_table);
}

static void frames(void **state)
{
    (void)state;
    fail_each_allocation(make_frame);
}

static void files(void **state)
{
    (void)state;
    fail_each_allocation(write_file);
    fail_each_allocation(ask_and_digest);
    assert_int_equal(temporary_count(), 2); /* in.csv, out */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),  cmocka_unit_test(csv),   cmocka_unit_test(tables),
        cmocka_unit_test(frames), cmocka_unit_test(files),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
