/* Phrases: every language takes the same arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/table.h"
#include "report/report.h"

/* The conversions of a format, in order: "%zu %s" -> "%zu%s". "%%" is none. */
static void conversions(const char *format, char *out, size_t size)
{
    size_t n = 0;
    for (const char *p = strchr(format, '%'); p; p = strchr(p, '%')) {
        if (p[1] == '%') {
            p += 2;
            continue;
        }
        size_t length = strcspn(p + 1, "diouxXeEfFgGcs") + 2;
        assert_true(n + length < size);
        memcpy(out + n, p, length);
        n += length;
        p += length;
    }
    out[n] = '\0';
}

static const struct word {
    const char *key, *english, *chinese;
} words[] = {
#define WORD(key, english, chinese) {key, english, chinese},
#include "report/words.def"
#undef WORD
};

static void test_formats_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        /* A percent sign before anything that is no conversion is not used as a format. */
        const char *percent = strchr(words[i].key, '%');
        if (!percent || strchr("sdzlu%.", percent[1]) == NULL || percent[1] == '\0')
            continue;
        char key[128], chinese[128], english[128];
        conversions(words[i].key, key, sizeof key);
        conversions(words[i].chinese, chinese, sizeof chinese);
        conversions(words[i].english ? words[i].english : words[i].key, english, sizeof english);
        if (strcmp(key, chinese) != 0 || strcmp(key, english) != 0)
            fail_msg("'%s': conversions differ: %s / %s / %s", words[i].key, key, english, chinese);
    }
}

static void test_keys_occur_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(words[i].key, words[k].key) == 0)
                fail_msg("'%s' occurs twice", words[i].key);
}

/* Errors and upper ends stand in the column of their value; lower ends are headed "95 % interval".
 */
static void test_every_heading_is_translated(void **state)
{
    (void)state;
    for (size_t t = 0; t < plim_table_spec_count; t++)
        for (size_t f = 0; f < plim_table_specs[t].n_fields; f++) {
            const char *key = plim_table_specs[t].fields[f].key;
            bool known = strstr(key, "stderr") || strstr(key, "hi95") || strstr(key, "lo95");
            for (size_t i = 0; i < sizeof words / sizeof *words && !known; i++)
                known = strcmp(words[i].key, key) == 0;
            if (!known)
                fail_msg("table %s: '%s' has no Chinese heading", plim_table_specs[t].name, key);
        }
}

static void test_lookup(void **state)
{
    (void)state;
    assert_string_equal(plim_report_word("scenario", PLIM_LANG_ZH), "情景");
    assert_string_equal(plim_report_word("scenario", PLIM_LANG_EN), "scenario");
    assert_string_equal(plim_report_word("table:years", PLIM_LANG_EN),
                        "Default rate, loss and bad loans by year");
    assert_string_equal(plim_report_word("no such word", PLIM_LANG_ZH), "no such word");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats_agree),
        cmocka_unit_test(test_keys_occur_once),
        cmocka_unit_test(test_every_heading_is_translated),
        cmocka_unit_test(test_lookup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
