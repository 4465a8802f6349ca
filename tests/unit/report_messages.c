/* Messages: every language takes the same arguments, and every message is found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "report/messages.h"

static const struct message {
    const char *english, *chinese;
} messages[] = {
#define MESSAGE(english, chinese) {english, chinese},
#include "report/messages.def"
#undef MESSAGE
};

enum { N_MESSAGES = sizeof messages / sizeof *messages };

/* The conversions of a format, in order: "%zu %s" -> "%zu%s". "%%" is none. */
static void conversions(const char *format, char *out, size_t size)
{
    size_t n = 0;
    for (const char *p = strchr(format, '%'); p; p = strchr(p, '%')) {
        size_t length = strcspn(p + 1, "diouxXeEfFgGcs%") + 2;
        if (p[length - 1] != '%') {
            assert_true(n + length < size);
            memcpy(out + n, p, length);
            n += length;
        }
        p += length;
    }
    out[n] = '\0';
}

/* The format with the i-th argument in the place of each conversion. */
static void fill(const char *format, char *out, size_t size)
{
    size_t n = 0;
    int argument = 0;
    for (const char *p = format; *p;) {
        size_t length = *p == '%' ? strcspn(p + 1, "diouxXeEfFgGcs%") + 2 : 1;
        if (*p != '%')
            n += (size_t)snprintf(out + n, size - n, "%c", *p);
        else if (p[length - 1] == '%')
            n += (size_t)snprintf(out + n, size - n, "%%");
        else if (p[length - 1] == 's' || p[length - 1] == 'c')
            n += (size_t)snprintf(out + n, size - n, "x%dx", argument++);
        else
            n += (size_t)snprintf(out + n, size - n, "%d", 10 + argument++);
        p += length;
    }
}

static void test_formats_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_MESSAGES; i++) {
        char english[128], chinese[128];
        conversions(messages[i].english, english, sizeof english);
        conversions(messages[i].chinese, chinese, sizeof chinese);
        if (strcmp(english, chinese) != 0)
            fail_msg("'%s': conversions differ: %s / %s", messages[i].english, english, chinese);
    }
}

static void test_formats_occur_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_MESSAGES; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(messages[i].english, messages[k].english) == 0)
                fail_msg("'%s' occurs twice", messages[i].english);
}

/* What a format makes of its arguments comes out as the Chinese format makes it of the same. */
static void test_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_MESSAGES; i++) {
        char english[600], chinese[600], line[700], wanted[700];
        plim_text out = {0};
        fill(messages[i].english, english, sizeof english);
        fill(messages[i].chinese, chinese, sizeof chinese);
        snprintf(line, sizeof line, "a b.lua:12: %s", english);
        snprintf(wanted, sizeof wanted, "a b.lua:12: %s", chinese);
        plim_report_message(&out, line, PLIM_LANG_ZH);
        assert_string_equal(plim_text_get(&out), wanted);
        plim_text_free(&out);
    }
}

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *english, *chinese;
    } cases[] = {
        {"s.lua:3: unknown name `logg`; did you mean `log`? (called from t.lua:9)",
         "s.lua:3: 未知的名称 `logg`；是不是 `log`？（自 t.lua:9 调用）"},
        {"s.lua:3: driver `number` must be pathway { ... }, random.normal { ... } or the like, or "
         "a finite number, not a table\n"
         "    3 | number = {}, -- a table is missing\n      | ^^^^^^",
         "s.lua:3: 驱动因素 `number` 须是 pathway { ... }、random.normal { ... } "
         "之类，或有限的数，而不是表\n"
         "    3 | number = {}, -- a table is missing\n      | ^^^^^^"},
        {"s.lua:3: argument 2 of `max` is missing (nil): a misspelt name or a value never set",
         "s.lua:3: 第 2 个参数（`max`）缺失（nil）：名称拼错或从未赋值"},
        {"s.lua: must end with return scenario { ... }",
         "s.lua: 须以 return scenario { ... } 结尾"},
        {"m.lua:3: proxies.pd[2].pd: must be a number from 0 to 1, not 7",
         "m.lua:3: proxies.pd[2].pd：须是 0 至 1 的数，而不是 7"},
        {"m.lua:2: proxies.pdd: unknown key `pdd`; did you mean `pd`?",
         "m.lua:2: proxies.pdd：未知的键 `pdd`；是不是 `pd`？"},
        {"no known message", "no known message"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_text out = {0}, same = {0};
        plim_report_message(&out, cases[i].english, PLIM_LANG_ZH);
        plim_report_message(&same, cases[i].english, PLIM_LANG_EN);
        assert_string_equal(plim_text_get(&out), cases[i].chinese);
        assert_string_equal(plim_text_get(&same), cases[i].english);
        plim_text_free(&out);
        plim_text_free(&same);
    }
}

/* A text that fits a format in very many ways is given up, not searched for ever. */
static void test_repetition(void **state)
{
    (void)state;
    char text[4001];
    plim_text out = {0};
    for (size_t i = 0; i + 4 < sizeof text; i += 4)
        memcpy(text + i, "` is", 4);
    text[4000] = '\0';
    plim_report_message(&out, text, PLIM_LANG_ZH);
    assert_string_equal(plim_text_get(&out), text);
    plim_text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats_agree), cmocka_unit_test(test_formats_occur_once),
        cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_lines),
        cmocka_unit_test(test_repetition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
