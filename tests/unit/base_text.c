#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"

static void grows_and_stays_terminated(void **state)
{
    (void)state;
    plim_text text = {0};
    assert_string_equal(plim_text_get(&text), "");
    plim_text_add(&text, "rows ");
    plim_text_add_bytes(&text, "1234", 2);
    plim_text_format(&text, ", %s=%d", "pd", 5);
    assert_string_equal(plim_text_get(&text), "rows 12, pd=5");
    assert_int_equal(text.length, 13);
    for (int i = 0; i < 5000; i++)
        plim_text_format(&text, "%04d", i);
    assert_false(text.failed);
    assert_int_equal(text.length, 13 + 4 * 5000);
    assert_int_equal(strlen(text.data), text.length);
    assert_string_equal(text.data + text.length - 8, "49984999");
    plim_text_free(&text);
    assert_null(text.data);
}

static void an_append_without_memory_leaves_the_text(void **state)
{
    (void)state;
    static char long_text[4000];
    memset(long_text, 'x', sizeof long_text - 1);
    for (int formatted = 0; formatted < 2; formatted++) {
        plim_text text = {0};
        plim_text_add(&text, "kept");
        plim_memory_fail_at(1, 1);
        if (formatted)
            plim_text_format(&text, "%s", long_text);
        else
            plim_text_add(&text, long_text);
        plim_memory_fail_at(0, 0);
        assert_true(text.failed);
        assert_string_equal(plim_text_get(&text), "kept");
        plim_text_add(&text, "ignored");
        assert_string_equal(plim_text_get(&text), "kept");
        plim_text_free(&text);
    }
}

static void tells_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "abc",
                                       "\xC2\x80",
                                       "\xE8\xBD\xBD\xE9\x87\x8D",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {"\x80",
                                      "\xC0\xAF",
                                      "\xC1\xBF",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF5\x80\x80\x80",
                                      "\xF4\x90\x80\x80",
                                      "\xE8\xBD",
                                      "a\xFF",
                                      "\xC2z"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(plim_utf8_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(plim_utf8_valid(bad[i], strlen(bad[i])));
}

static void cuts_between_characters(void **state)
{
    (void)state;
    static const char text[] = "a\xC3\xA9\xE8\xBD\xBD\xF0\x90\x80\x80"; /* 1 + 2 + 3 + 4 */
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (size_t limit = 0; limit < sizeof expected / sizeof expected[0]; limit++)
        assert_int_equal(plim_utf8_cut(text, limit), expected[limit]);
}

static void offers_the_nearest_name(void **state)
{
    (void)state;
    static const char *const names[] = {"revenue", "operating_cost",
                                        "scope1",  "scope2",
                                        "pd",      "\xE8\xB4\x9F\xE5\x80\xBA\xE7\x8E\x87"};
    size_t n = sizeof names / sizeof names[0];
    assert_string_equal(plim_nearest("revenu", names, n), "revenue");
    assert_string_equal(plim_nearest("Reveneu", names, n), "revenue"); /* a swap, a capital */
    assert_string_equal(plim_nearest("operating_costs", names, n), "operating_cost");
    assert_string_equal(plim_nearest("scope9", names, n), "scope1"); /* of equals the first */
    assert_string_equal(plim_nearest("PD", names, n), "pd");
    /* one character of three, not three bytes of nine */
    assert_string_equal(plim_nearest("\xE8\xB4\x9F\xE5\x80\xBA\xE6\xAF\x94", names, n), names[5]);
    assert_null(plim_nearest("ebit", names, n));
    assert_null(plim_nearest("x", names, n));
    assert_null(plim_nearest("", names, n));
    assert_null(plim_nearest("\xFF\xFF\xFF", names, n));
    assert_null(plim_nearest("pd", names, 0));
}

static void test_hints(void **state)
{
    (void)state;
    static const char *const names[] = {"price", "share", "year"};
    char out[100], small[40];
    assert_string_equal(plim_nearest_hint("prise", names, 3, out, sizeof out),
                        "; did you mean `price`?");
    assert_string_equal(plim_nearest_hint("zzz", names, 3, out, sizeof out), "");
    assert_string_equal(plim_nearest_hint("prise", names, 3, small, 10), ""); /* no room */
    assert_string_equal(plim_choice_hint("prise", names, 3, "; there are ", out, sizeof out),
                        "; did you mean `price`?");
    assert_string_equal(plim_choice_hint("zzz", names, 3, "; there are ", out, sizeof out),
                        "; there are price, share, year");
    assert_string_equal(plim_choice_hint("zzz", names, 3, "; there are ", small, 24),
                        "; there are price, ...");
    assert_string_equal(plim_choice_hint("zzz", names, 3, "; there are ", small, 12), "");
    assert_string_equal(plim_choice_hint("zzz", names, 0, "; there are ", out, sizeof out), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_stays_terminated),
        cmocka_unit_test(test_hints),
        cmocka_unit_test(an_append_without_memory_leaves_the_text),
        cmocka_unit_test(tells_utf8),
        cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(offers_the_nearest_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
