#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base_temporary.h"

static void assert_holds(const char *name, const char *text)
{
    char *data = NULL;
    size_t length = 0;
    assert_int_equal(plim_file_read(temporary_path(name), 1000, &data, &length, NULL), PLIM_OK);
    assert_string_equal(data, text);
    assert_int_equal(length, strlen(text));
    plim_free(data);
}

static void writes_and_reads_back(void **state)
{
    (void)state;
    assert_int_equal(plim_file_write(temporary_path("one"), "first", 5, NULL), PLIM_OK);
    assert_holds("one", "first");
    assert_int_equal(plim_file_write(temporary_path("one"), "2nd", 3, NULL), PLIM_OK);
    assert_holds("one", "2nd");
    assert_int_equal(plim_file_write(temporary_path("none"), "", 0, NULL), PLIM_OK);
    assert_holds("none", "");
    assert_int_equal(temporary_count(), 2); /* nothing left beside them */
}

static void makes_missing_folders(void **state)
{
    (void)state;
    assert_int_equal(plim_file_write(temporary_path("a/b//c/file"), "x", 1, NULL), PLIM_OK);
    assert_holds("a/b/c/file", "x");
}

static void reads_at_most_the_limit(void **state)
{
    (void)state;
    char *data = NULL;
    size_t length = 0;
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(temporary_write("ten", "0123456789", 10), 0);
    assert_int_equal(plim_file_read(temporary_path("ten"), 10, &data, &length, &err), PLIM_OK);
    assert_int_equal(length, 10);
    plim_free(data);
    assert_int_equal(plim_file_read(temporary_path("ten"), 9, &data, &length, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "longer than 9 bytes"));
}

static void unreadable_files_are_refused(void **state)
{
    (void)state;
    char *data = NULL;
    size_t length = 0;
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(plim_file_read(temporary_path("absent"), 9, &data, &length, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "absent"));
    assert_non_null(strstr(err.message, "No such file"));
    err = (plim_error){PLIM_OK, ""};
    assert_int_equal(plim_file_read(temporary_folder, 9, &data, &length, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "Is a directory"));
}

static void a_failed_write_leaves_what_stood_there(void **state)
{
    (void)state;
    static char large[1 << 20];
    plim_error err = {PLIM_OK, ""};
    struct rlimit before, tight;
    assert_int_equal(plim_file_write(temporary_path("kept"), "old", 3, NULL), PLIM_OK);
    int count = temporary_count();

    /* The limit on the size of files stands in for a full disk. */
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    tight = before;
    tight.rlim_cur = 4096;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    plim_status status = plim_file_write(temporary_path("kept"), large, sizeof large, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);

    assert_int_equal(status, PLIM_MACHINE);
    assert_non_null(strstr(err.message, "kept: cannot be written: File too large"));
    assert_holds("kept", "old");
    assert_int_equal(temporary_count(), count);
}

static void only_regular_files_are_replaced(void **state)
{
    (void)state;
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(plim_file_write("/dev/null", "x", 1, &err), PLIM_MACHINE);
    assert_non_null(strstr(err.message, "/dev/null: cannot be written: it is not a regular file"));
    err = (plim_error){PLIM_OK, ""};
    assert_int_equal(plim_file_write(temporary_folder, "x", 1, &err), PLIM_MACHINE);
    assert_non_null(strstr(err.message, "it is a folder"));
    err = (plim_error){PLIM_OK, ""};
    assert_int_equal(plim_file_write(temporary_path("name/"), "x", 1, &err), PLIM_MACHINE);
    assert_non_null(strstr(err.message, "not the name of a file"));
}

static void a_file_cannot_hold_files(void **state)
{
    (void)state;
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(temporary_write("plain", "x", 1), 0);
    assert_int_equal(plim_file_write(temporary_path("plain/out"), "y", 1, &err), PLIM_MACHINE);
    assert_non_null(strstr(err.message, "plain: cannot hold files: Not a directory"));
    err = (plim_error){PLIM_OK, ""};
    assert_int_equal(plim_file_writable(temporary_path("plain/sub/out"), &err), PLIM_MACHINE);
    assert_non_null(strstr(err.message, "Not a directory"));
}

static void asking_leaves_no_trace(void **state)
{
    (void)state;
    int count = temporary_count();
    assert_int_equal(plim_file_writable(temporary_path("later"), NULL), PLIM_OK);
    assert_int_equal(temporary_count(), count);
    assert_int_equal(plim_file_writable(temporary_path("new/later"), NULL), PLIM_OK);
    assert_int_equal(temporary_count(), count + 1); /* the folder */
    assert_int_equal(plim_file_writable("/proc/no/file", NULL), PLIM_MACHINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads_back),
        cmocka_unit_test(makes_missing_folders),
        cmocka_unit_test(reads_at_most_the_limit),
        cmocka_unit_test(unreadable_files_are_refused),
        cmocka_unit_test(a_failed_write_leaves_what_stood_there),
        cmocka_unit_test(only_regular_files_are_replaced),
        cmocka_unit_test(a_file_cannot_hold_files),
        cmocka_unit_test(asking_leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
