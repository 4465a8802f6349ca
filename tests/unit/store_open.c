#include "../support/book_fixture.h"
#include "base_temporary.h"

#include "base/file.h"
#include "store/store.h"

static plim_source source;

static plim_status open_book(const char *name)
{
    must_err = (plim_error){0};
    return plim_store_open_book(&source, temporary_path(name), &must_err);
}

static void what_is_no_book(void **state)
{
    (void)state;
    REFUSED(open_book("none.book.h5"), "none.book.h5", "No such file");
    assert_int_equal(mkdir(temporary_path("folder"), 0700), 0);
    REFUSED(open_book("folder"), "is a folder");
    assert_int_equal(temporary_write("empty", "", 0), 0);
    REFUSED(open_book("empty"), "is empty");
    assert_int_equal(temporary_write("text", "id,pd\n1,0.1\n", 12), 0);
    REFUSED(open_book("text"), "is not an HDF5 file");
    assert_int_equal(mkfifo(temporary_path("pipe"), 0600), 0);
    REFUSED(open_book("pipe"), "not a regular file");
    assert_int_equal(plim_store_file_kind(temporary_path("text")), PLIM_FILE_OTHER);
    assert_int_equal(plim_store_file_kind(temporary_path("folder")), PLIM_FILE_OTHER);
    assert_int_equal(plim_store_file_kind(temporary_path("pipe")), PLIM_FILE_OTHER);
    assert_int_equal(plim_store_file_kind(temporary_path("none")), PLIM_FILE_ABSENT);
}

/* A book cut anywhere is refused when it is opened. */
static void cut_short(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    char *data;
    size_t length;
    fixture_tables(&tables);
    MUST(plim_store_write_book(&tables, temporary_path("a.book.h5"), &must_err));
    plim_book_tables_data_free(&tables);
    MUST(plim_file_read(temporary_path("a.book.h5"), 1U << 24, &data, &length, &must_err));
    const size_t lengths[] = {7, 8, 20, 47, 48, 100, length / 2, length - 1};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        assert_int_equal(temporary_write("cut.book.h5", data, lengths[i]), 0);
        REFUSED(open_book("cut.book.h5"), "cut.book.h5", lengths[i] < 8 ? "HDF5" : "cut short");
    }
    plim_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_book),
        cmocka_unit_test(cut_short),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
