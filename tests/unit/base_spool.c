#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/spool.h"
#include "base_temporary.h"

static plim_error err;

static void ok(plim_status status)
{
    if (status != PLIM_OK)
        fail_msg("%s", err.message);
}

/* Rows with a text, that recurs or not, and numbers. */
static void fill(plim_table *table, int first, int n)
{
    ok(plim_table_init(table, plim_table_spec_find("sectors"), &err));
    for (int row = first; row < first + n; row++) {
        char text[32];
        ok(plim_table_add_row(table, &err));
        (void)snprintf(text, sizeof text, "%d", row);
        ok(plim_table_set_text(table, 0, row % 3 ? "" : "场景", &err));
        ok(plim_table_set_text(table, 1, text, &err));
        plim_table_set_fen(table, 2, -row);
        plim_table_set_number(table, 3, row / 3.0);
    }
}

static void pieces_come_back(void **state)
{
    (void)state;
    const int sizes[] = {1000, 0, 1};
    plim_spool *spool;
    uint32_t number[3];
    ok(plim_spool_open(&spool, temporary_path("r.result.h5"), &err));
    assert_int_equal(temporary_count(), 0); /* the file has no name */
    for (int p = 0; p < 3; p++) {
        plim_table table;
        fill(&table, 5000 * p, sizes[p]);
        ok(plim_spool_add(spool, &table, &number[p], &err));
        plim_table_free(&table);
    }
    for (int p = 2; p >= 0; p--) {
        plim_table table;
        fill(&table, 5000 * p, sizes[p]);
        assert_int_equal(plim_spool_rows(spool, number[p]), sizes[p]);
        for (size_t f = 0; f < table.spec->n_fields; f++) {
            plim_table_column column;
            ok(plim_spool_column(spool, number[p], f, &column, &err));
            for (size_t row = 0; row < table.n_rows; row++) {
                const plim_table_column *expected = &table.columns[f];
                if (expected->code != NULL)
                    assert_string_equal(column.labels.text[column.code[row]],
                                        plim_table_text(&table, row, f));
                else if (expected->integer != NULL)
                    assert_int_equal(column.integer[row], expected->integer[row]);
                else
                    assert_memory_equal(&column.number[row], &expected->number[row],
                                        sizeof(double));
            }
            plim_spool_column_free(&column);
        }
        plim_table_free(&table);
    }
    size_t n_labels, width;
    plim_spool_labels(spool, number[0], 0, &n_labels, &width);
    assert_int_equal(n_labels, 2);
    assert_int_equal(width, strlen("场景"));
    plim_spool_close(spool);
    plim_spool_close(NULL);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    struct rlimit before, tight;
    plim_spool *spool;
    plim_table table;
    uint32_t number;
    fill(&table, 0, 1000);
    ok(plim_spool_open(&spool, temporary_path("r.result.h5"), &err));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = before;
    tight.rlim_cur = 4096;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    plim_status status = plim_spool_add(spool, &table, &number, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    assert_int_equal(status, PLIM_MACHINE);
    assert_non_null(strstr(err.message, "a temporary file cannot be written: File too large"));
    plim_spool_close(spool);
    plim_table_free(&table);
}

static void a_folder_that_cannot_be(void **state)
{
    (void)state;
    plim_spool *spool;
    assert_int_equal(plim_spool_open(&spool, "/dev/null/x/r.result.h5", &err), PLIM_MACHINE);
    assert_null(spool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_back),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(a_folder_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
