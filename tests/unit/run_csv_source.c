/* CSV files as a source of tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/csv_source.h"

static char folder[] = "/tmp/plimsoll-csv-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
}

static void remove_files(void)
{
    static const char *const names[] = {"banks.csv", "borrowers.csv", "loans.csv", "notes.csv"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
}

static int set_up(void **state)
{
    (void)state;
    write_file("banks.csv", "id,total_loans\n007,3000.50\n");
    write_file("borrowers.csv", "id,pd,sector,region,ratio,mood\n"
                                "f1,0.02,3071,500153,0.6,good\n\"f,2\",,C52,500153,,7\n");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    remove_files();
    return 0;
}

static void open_folder(plim_source *source)
{
    plim_error err = {0};
    const char *paths[] = {folder};
    plim_status status = plim_csv_source_open(source, paths, 1, "2025-12-31", "EUR", &err);
    if (status != PLIM_OK)
        fail_msg("%s", err.message);
}

static void test_columns(void **state)
{
    (void)state;
    plim_source source;
    plim_error err = {0};
    plim_frame frame = {0};
    open_folder(&source);
    assert_string_equal(source.attribute(&source, "format"), "plimsoll.book");
    assert_string_equal(source.attribute(&source, "as_of"), "2025-12-31");
    assert_string_equal(source.attribute(&source, "currency"), "EUR");
    assert_null(source.attribute(&source, "colour"));
    assert_int_equal(source.tables(&source)->count, 2);
    assert_int_equal(source.read_table(&source, "borrowers", &frame, &err), PLIM_OK);
    assert_int_equal(frame.n_rows, 2);
    /* Codes stay texts even where they look like numbers. */
    assert_string_equal(plim_column_text(plim_frame_find(&frame, "sector"), 0), "3071");
    assert_string_equal(plim_column_text(plim_frame_find(&frame, "id"), 1), "f,2");
    const plim_column *pd = plim_frame_find(&frame, "pd");
    assert_true(pd->kind == PLIM_COLUMN_NUMBER && pd->number[0] == 0.02 && isnan(pd->number[1]));
    /* An unknown column holds numbers only when all its cells do. */
    const plim_column *ratio = plim_frame_find(&frame, "ratio");
    assert_true(ratio->kind == PLIM_COLUMN_NUMBER && ratio->number[0] == 0.6);
    assert_int_equal(plim_frame_find(&frame, "mood")->kind, PLIM_COLUMN_TEXT);
    plim_frame_free(&frame);
    assert_int_equal(source.read_table(&source, "loans", &frame, &err), PLIM_OK);
    assert_int_equal(frame.n_columns, 0);
    plim_frame_free(&frame);
    source.close(&source);
}

static void test_ids_keep_their_zeros(void **state)
{
    (void)state;
    plim_source source;
    plim_error err = {0};
    plim_frame frame = {0};
    open_folder(&source);
    assert_int_equal(source.read_table(&source, "banks", &frame, &err), PLIM_OK);
    assert_string_equal(plim_column_text(plim_frame_find(&frame, "id"), 0), "007");
    plim_frame_free(&frame);
    source.close(&source);
}

static void test_all_bad_numbers_at_once(void **state)
{
    (void)state;
    plim_source source;
    plim_error err = {0};
    plim_frame frame = {0};
    write_file("loans.csv",
               "id,borrower,bank,balance,lgd\nl1,f1,007,1 000,0.4\nl2,f1,007,5,much\n");
    open_folder(&source);
    assert_int_equal(source.read_table(&source, "loans", &frame, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "loans.csv: line 2, column balance: '1 000'"));
    assert_non_null(strstr(err.message, "loans.csv: line 3, column lgd: 'much'"));
    plim_frame_free(&frame);
    source.close(&source);
}

static void refuses(const char *const *paths, size_t n, plim_status status, const char *says)
{
    plim_source source = {0};
    plim_error err = {0};
    assert_int_equal(plim_csv_source_open(&source, paths, n, "2025-12-31", "CNY", &err), status);
    if (!strstr(err.message, says))
        fail_msg("message lacks '%s': %s", says, err.message);
}

static void test_refusals(void **state)
{
    (void)state;
    char banks[256], notes[256], absent[256];
    snprintf(banks, sizeof banks, "%s/banks.csv", folder);
    snprintf(notes, sizeof notes, "%s/notes.csv", folder);
    snprintf(absent, sizeof absent, "%s/loans.csv", folder);
    write_file("notes.csv", "a\n1\n");
    unlink(absent);
    refuses((const char *const[]){banks, banks}, 2, PLIM_USAGE, "another file for table banks");
    refuses((const char *const[]){notes}, 1, PLIM_INPUT, "loans.csv");
    refuses((const char *const[]){absent}, 1, PLIM_INPUT, "No such file");
    remove_files();
    refuses((const char *const[]){folder}, 1, PLIM_INPUT, "holds none of");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ids_keep_their_zeros, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_all_bad_numbers_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
    };
    if (!mkdtemp(folder))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
