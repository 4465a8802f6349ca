#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/excerpt.h"

static void expect(const char *text, plim_place place, const char *wanted)
{
    plim_text out = {0};
    plim_excerpt_add(&out, text, strlen(text), place);
    assert_string_equal(plim_text_get(&out), wanted);
    plim_text_free(&out);
}

static void test_places(void **state)
{
    (void)state;
    static const char text[] = "first\nx = y + z\r\nlast";
    expect(text, (plim_place){2, 10, 1}, "\n    2 | x = y + z\n      |     ^");
    expect(text, (plim_place){2, 6, 9}, "\n    2 | x = y + z\n      | ^^^^^^^^^");
    expect(text, (plim_place){2, 14, 100}, "\n    2 | x = y + z\n      |         ^"); /* cut */
    expect(text, (plim_place){2, 15, 1}, "\n    2 | x = y + z\n      |          ^");  /* its end */
    expect(text, (plim_place){1, 0, 0}, "\n    1 | first");
    expect(text, (plim_place){3, 0, 1}, "\n    3 | last"); /* the place is of another line */
    expect(text, (plim_place){4, 0, 1}, "");
    expect(text, (plim_place){0, 0, 0}, "");
    expect("", (plim_place){1, 0, 1}, "\n    1 | \n      | ^");
}

/* The caret stands under the character, whatever stands before it. */
static void test_widths(void **state)
{
    (void)state;
    expect("\tx", (plim_place){1, 1, 1}, "\n    1 |     x\n      |     ^");
    expect("陶瓷 x", (plim_place){1, 7, 1}, "\n    1 | 陶瓷 x\n      |      ^");
    expect("é x", (plim_place){1, 3, 1}, "\n    1 | é x\n      |   ^");
    expect("a，b", (plim_place){1, 1, 3}, "\n    1 | a，b\n      |  ^^");
    expect("\xb3\xc2 x", (plim_place){1, 3, 1}, "\n    1 | ?? x\n      |    ^");
    expect("\x1b[0m", (plim_place){1, 1, 1}, "\n    1 | ?[0m\n      |  ^");
}

/* Of a long line the part around the place is shown. */
static void test_long_lines(void **state)
{
    (void)state;
    char text[400];
    plim_text out = {0};
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    text[300] = 'X';
    plim_excerpt_add(&out, text, strlen(text), (plim_place){1, 300, 1});
    const char *shown = plim_text_get(&out), *second = strchr(shown + 1, '\n');
    assert_non_null(second);
    assert_non_null(strstr(shown, "| ... aaa"));
    assert_non_null(strstr(shown, "aaa ...\n"));
    assert_true(second - shown < 130);
    assert_int_equal(strchr(shown, 'X') - shown, strchr(second, '^') - second);
    plim_text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_long_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
