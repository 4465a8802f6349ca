#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/rows.h"

#include "base_temporary.h"

static char path[PATH_MAX];

static void put(const char *bytes, size_t length)
{
    assert_int_equal(temporary_write("rows.csv", bytes, length), 0);
}

/* Rows as one text: "line:cell|cell;". */
static plim_text seen;

static plim_status note(void *user, const plim_csv_row *row, plim_error *err)
{
    (void)user;
    (void)err;
    plim_text_format(&seen, "%zu:", row->line);
    for (size_t i = 0; i < row->n_cells; i++)
        plim_text_format(&seen, "%s%s", i > 0 ? "|" : "", row->cell[i]);
    plim_text_add(&seen, ";");
    return PLIM_OK;
}

static plim_status read_it(plim_dialect dialect, plim_error *err)
{
    plim_text_free(&seen);
    return plim_rows_read(path, &dialect, &(plim_csv_visitor){note, NULL}, err);
}

static void expect(const char *bytes, size_t length, plim_dialect dialect, const char *rows)
{
    plim_error err = {0};
    put(bytes, length);
    if (read_it(dialect, &err) != PLIM_OK)
        fail_msg("%s", err.message);
    assert_string_equal(plim_text_get(&seen), rows);
}

#define EXPECT(bytes, dialect, rows) expect(bytes, sizeof(bytes) - 1, dialect, rows)

static void dialects(void **state)
{
    (void)state;
    plim_dialect utf8 = {PLIM_ENCODING_UTF8, ',', 1}, semicolon = {PLIM_ENCODING_UTF8, ';', 1},
                 titled = {PLIM_ENCODING_UTF8, '\t', 3}, gb = {PLIM_ENCODING_GB18030, '|', 1},
                 wide = {PLIM_ENCODING_UTF16LE, ',', 1}, wide_be = {PLIM_ENCODING_UTF16BE, ',', 1};
    EXPECT("\xEF\xBB\xBF"
           "a,b\r\n1,\"x, \"\"y\"\"\"\r\n\r\n2,3",
           utf8, "1:a|b;2:1|x, \"y\";4:2|3;");
    EXPECT("a;b\n\"two\nlines\";1\nz;2\n", semicolon, "1:a|b;2:two\nlines|1;4:z|2;");
    EXPECT("title\nmore, titles\na\tb\n1\t2\n", titled, "3:a|b;4:1|2;");
    EXPECT("a,b\r1,2\r", utf8, "1:a|b;2:1|2;");
    EXPECT("=\"0123\",x\n", utf8, "1:=\"0123\"|x;");
    EXPECT("\xD3\xE0\xB6\xEE|b\n\x81\x30\x81\x30|2\n", gb, "1:余额|b;2:\xC2\x80|2;");
    EXPECT("\xFF\xFE"
           "a\0,\0\x59\x4F\n\0"
           "1\0,\0"
           "2\0\n\0",
           wide, "1:a|余;2:1|2;");
    EXPECT("\xFE\xFF\0a\0,\0b\0\n", wide_be, "1:a|b;");
}

static void guesses(void **state)
{
    (void)state;
    const struct {
        const char *bytes;
        size_t length;
        plim_encoding encoding;
    } files[] = {{"a,b\n", 4, PLIM_ENCODING_UTF8},
                 {"余额\n", 7, PLIM_ENCODING_UTF8},
                 {"\xD3\xE0\xB6\xEE\n", 5, PLIM_ENCODING_GB18030},
                 {"a\0,\0b\0\n\0", 8, PLIM_ENCODING_UTF16LE},
                 {"\0a\0,\0b\0\n", 8, PLIM_ENCODING_UTF16BE},
                 {"\xFF\xFE\x59\x4F", 4, PLIM_ENCODING_UTF16LE}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        plim_encoding found = PLIM_ENCODING_COUNT;
        plim_error err = {0};
        put(files[i].bytes, files[i].length);
        assert_int_equal(plim_encoding_guess(path, &found, &err), PLIM_OK);
        assert_int_equal(found, files[i].encoding);
    }
    plim_encoding found;
    plim_error err = {0};
    put("PK\x03\x04\0\0\xFF\xFF\xFF", 9); /* as an .xlsx begins */
    assert_int_equal(plim_encoding_guess(path, &found, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "xlsx"));
    assert_int_equal(plim_encoding_find("gbk"), PLIM_ENCODING_GB18030);
    assert_int_equal(plim_encoding_find("utf_8"), PLIM_ENCODING_UTF8);
    assert_int_equal(plim_encoding_find("latin1"), PLIM_ENCODING_COUNT);
}

static void faults_name_the_line(void **state)
{
    (void)state;
    const struct {
        const char *bytes;
        plim_dialect dialect;
        const char *says;
    } bad[] = {{"a\nb\nc\xFF\n", {PLIM_ENCODING_UTF8, ',', 1}, "line 3"},
               {"a\nb\n\x81\n", {PLIM_ENCODING_GB18030, ',', 1}, "line 3"},
               {"a\n\"b\nc\n", {PLIM_ENCODING_UTF8, ',', 1}, "line 2"},
               {"a\n", {PLIM_ENCODING_UTF8, ',', 7}, "line 7"},
               {"a\n", {PLIM_ENCODING_UTF16LE, ',', 1}, "UTF-16LE"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plim_error err = {0};
        put(bad[i].bytes, strlen(bad[i].bytes) + (i == 4));
        assert_int_equal(read_it(bad[i].dialect, &err), PLIM_INPUT);
        if (strstr(err.message, bad[i].says) == NULL)
            fail_msg("%s", err.message);
    }
}

/* Lines and characters are cut by the pieces in which a file is read: whatever the length of what
   is before them, rows come out whole. */
static void pieces_cut_anything(void **state)
{
    (void)state;
    enum { PIECE = 1 << 18 };
    char *text = malloc(PIECE + 64);
    assert_non_null(text);
    for (int before = PIECE - 12; before <= PIECE + 2; before++) {
        memset(text, 'x', (size_t)before);
        const char *tail = ",1\r\n余额,\"a\nb\"\r\n";
        memcpy(text + before, tail, strlen(tail));
        plim_error err = {0};
        put(text, (size_t)before + strlen(tail));
        assert_int_equal(read_it((plim_dialect){PLIM_ENCODING_UTF8, ',', 1}, &err), PLIM_OK);
        const char *end =
            plim_text_get(&seen) + strlen(plim_text_get(&seen)) - strlen("x|1;2:余额|a\nb;");
        assert_string_equal(end, "x|1;2:余额|a\nb;");
    }
    free(text);
}

static int set_up(void **state)
{
    int failed = temporary_make(state);
    (void)snprintf(path, sizeof path, "%s", temporary_path("rows.csv"));
    return failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialects),
        cmocka_unit_test(guesses),
        cmocka_unit_test(faults_name_the_line),
        cmocka_unit_test(pieces_cut_anything),
    };
    int failed = cmocka_run_group_tests(tests, set_up, temporary_remove);
    plim_text_free(&seen);
    return failed;
}
