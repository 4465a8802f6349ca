#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base_temporary.h"

/* Reads `text` as a file; what fails is left in `err`. */
static plim_status read_csv(const char *text, size_t length, plim_csv *csv, plim_error *err)
{
    *err = (plim_error){PLIM_OK, ""};
    assert_int_equal(temporary_write("in.csv", text, length), 0);
    return plim_csv_read(temporary_path("in.csv"), csv, err);
}

#define READ(text, csv, err) read_csv(text, sizeof(text) - 1, csv, err)

static void reads_cells_and_lines(void **state)
{
    (void)state;
    plim_csv csv;
    plim_error err;
    assert_int_equal(READ("id,name\n1,a\n\n2,\"b,\"\"c\"\"\nd\"\n3,\n", &csv, &err), PLIM_OK);
    assert_int_equal(csv.n_columns, 2);
    assert_int_equal(csv.n_rows, 3);
    assert_string_equal(csv.header[0], "id");
    assert_string_equal(csv.header[1], "name");
    assert_string_equal(csv.cell[1], "a");
    assert_string_equal(csv.cell[3], "b,\"c\"\nd");
    assert_string_equal(csv.cell[4], "3");
    assert_string_equal(csv.cell[5], "");
    assert_int_equal(csv.line[0], 2);
    assert_int_equal(csv.line[1], 4); /* after an empty line */
    assert_int_equal(csv.line[2], 6); /* after a cell of two lines */
    plim_csv_free(&csv);
}

static void line_ends_and_mark_do_not_matter(void **state)
{
    (void)state;
    static const char *const forms[] = {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4",
                                        ("\xEF\xBB\xBF"
                                         "a,b\n1,2\n3,4"),
                                        "\n \na , b\n1,2\n3,\t4"};
    static const size_t second_line[] = {3, 3, 3, 3, 5};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        plim_csv csv;
        plim_error err;
        assert_int_equal(read_csv(forms[i], strlen(forms[i]), &csv, &err), PLIM_OK);
        assert_int_equal(csv.n_rows, 2);
        assert_string_equal(csv.header[0], "a");
        assert_string_equal(csv.header[1], "b");
        assert_string_equal(csv.cell[2], "3");
        assert_string_equal(csv.cell[3], "4");
        assert_int_equal(csv.line[1], second_line[i]);
        plim_csv_free(&csv);
    }
}

static void a_header_alone_is_a_table_without_rows(void **state)
{
    (void)state;
    plim_csv csv;
    plim_error err;
    assert_int_equal(READ("id,\"pd\"", &csv, &err), PLIM_OK);
    assert_int_equal(csv.n_columns, 2);
    assert_int_equal(csv.n_rows, 0);
    plim_csv_free(&csv);
}

static void refusals_name_the_line(void **state)
{
    (void)state;
#define CASE(text, message)                                                                        \
    {                                                                                              \
        text, sizeof(text) - 1, message                                                            \
    }
    static const struct {
        const char *text;
        size_t length;
        const char *message;
    } cases[] = {
        CASE("", "is empty; a header line is needed"),
        CASE("\n\n", "is empty"),
        CASE("a,b\n1,2\n3\n", "line 3: 1 cells, but the header has 2"),
        CASE("a,b\n\"1\n\n\",2\n1,2,3\n", "line 5: 3 cells, but the header has 2"),
        CASE("a,b\n1,2,3", "line 2: 3 cells"),
        CASE("a,\n1,2\n", "line 1: column 2 has no name"),
        CASE("\na,b,a\n", "line 2: two columns are called 'a'"),
        CASE("a,b\n1,2\n\"3,4\n5,6\n", "line 3: a double quote that is never closed"),
        CASE("a,b\n1,x\"y\n", "line 2: a double quote within a cell"),
        CASE("a,b\n1,\"x\"y\n", "line 2: a double quote within a cell"),
        CASE("a,b\n1,2\n3,\xD6\xD0\n", "line 3 is not UTF-8"),
        CASE("a,b\n1,\0\n", "line 2 is not UTF-8"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plim_csv csv;
        plim_error err;
        assert_int_equal(read_csv(cases[i].text, cases[i].length, &csv, &err), PLIM_INPUT);
        if (strstr(err.message, cases[i].message) == NULL ||
            strstr(err.message, "in.csv: ") == NULL)
            fail_msg("'%s' instead of '%s'", err.message, cases[i].message);
        assert_null(csv.header);
    }
}

static void an_absent_file_is_refused(void **state)
{
    (void)state;
    plim_csv csv;
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(plim_csv_read(temporary_path("absent.csv"), &csv, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "absent.csv: cannot be opened"));
    plim_csv_free(&csv);
}

static void written_cells_read_back(void **state)
{
    (void)state;
    static const char *const cells[] = {
        "plain",   "a,b", "say \"so\"", "two\nlines", " blank",
        "blank\t", "\"",  "",           "\r",         "\xE8\xBD\xBD\xE9\x87\x8D\xE7\xBA\xBF"};
    size_t n = sizeof cells / sizeof cells[0];
    plim_text text = {0};
    plim_text_add(&text, "cell,end\n");
    for (size_t i = 0; i < n; i++) {
        plim_csv_add_cell(&text, cells[i]);
        plim_text_add(&text, ",.\n");
    }
    assert_false(text.failed);
    assert_non_null(strstr(text.data, "\nplain,.\n\"a,b\",.\n\"say \"\"so\"\"\",.\n"));
    plim_csv csv;
    plim_error err;
    assert_int_equal(read_csv(text.data, text.length, &csv, &err), PLIM_OK);
    assert_int_equal(csv.n_rows, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(csv.cell[2 * i], cells[i]);
    plim_csv_free(&csv);
    plim_text_free(&text);
}

/* ---- row by row ---- */

typedef struct seen {
    plim_text text;
    size_t stop; /* after this many rows; 0: never */
    size_t n;
} seen;

static plim_status look(void *user, const plim_csv_row *row, plim_error *err)
{
    seen *s = user;
    plim_text_format(&s->text, "%zu:", row->line);
    for (size_t i = 0; i < row->n_cells; i++)
        plim_text_format(&s->text, "[%s]", row->cell[i]);
    if (++s->n == s->stop)
        return plim_fail(err, PLIM_INPUT, "enough");
    return PLIM_OK;
}

static plim_status scan(const char *text, seen *s, plim_error *err)
{
    plim_csv_visitor visitor = {.visit = look, .user = s};
    *err = (plim_error){PLIM_OK, ""};
    return plim_csv_scan("in.csv", text, strlen(text), &visitor, err);
}

static void rows_are_shown_one_by_one(void **state)
{
    (void)state;
    seen s = {.stop = 0};
    plim_error err;
    assert_int_equal(scan("\xEF\xBB\xBFid,name\n1,a\n\n2,\"b,\"\"c\"\"\nd\"\n3,\n", &s, &err),
                     PLIM_OK);
    assert_string_equal(plim_text_get(&s.text), "1:[id][name]2:[1][a]4:[2][b,\"c\"\nd]6:[3][]");
    plim_text_free(&s.text);
}

static void a_scan_ends_at_a_fault(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message, *rows;
    } cases[] = {
        {"a,b\n1,2\n3\n4,5\n", "in.csv: line 3: 1 cells, but the header has 2", "1:[a][b]2:[1][2]"},
        {"a,a\n1,2\n", "in.csv: line 1: two columns are called 'a'", ""},
        {"", "in.csv: is empty; a header line is needed", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seen s = {.stop = 0};
        plim_error err;
        assert_int_equal(scan(cases[i].text, &s, &err), PLIM_INPUT);
        assert_string_equal(err.message, cases[i].message);
        assert_string_equal(plim_text_get(&s.text), cases[i].rows);
        plim_text_free(&s.text);
    }
    seen s = {.stop = 2};
    plim_error err;
    assert_int_equal(scan("a\n1\n2\n3\n", &s, &err), PLIM_INPUT);
    assert_string_equal(err.message, "enough");
    assert_int_equal(s.n, 2);
    plim_text_free(&s.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_shown_one_by_one),
        cmocka_unit_test(a_scan_ends_at_a_fault),
        cmocka_unit_test(reads_cells_and_lines),
        cmocka_unit_test(line_ends_and_mark_do_not_matter),
        cmocka_unit_test(a_header_alone_is_a_table_without_rows),
        cmocka_unit_test(refusals_name_the_line),
        cmocka_unit_test(an_absent_file_is_refused),
        cmocka_unit_test(written_cells_read_back),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
