/* The parser of options: every kind, every way to get one wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cli/command.h"

typedef struct parsed {
    bool flag;
    const char *text;
    plim_words texts, rest;
    uint64_t whole, bytes;
    uint32_t small;
    int count, choice;
    plim_status status;
    plim_error err;
} parsed;

static void parse(parsed *p, const char *words)
{
    static char line[512];
    static char command[] = "command";
    char *argv[32] = {command};
    int argc = 1;
    *p = (parsed){.choice = -1};
    strcpy(line, words);
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    const plim_option options[] = {
        {"flag", 'f', PLIM_OPTION_FLAG, &p->flag, NULL, NULL, 0, 0, ""},
        {"text", 't', PLIM_OPTION_TEXT, &p->text, "TEXT", NULL, 0, 0, ""},
        {"book", 'b', PLIM_OPTION_TEXTS, &p->texts, "FILE", NULL, 0, 0, ""},
        {"whole", 0, PLIM_OPTION_UINT64, &p->whole, "N", NULL, 0, UINT64_MAX, ""},
        {"paths", 0, PLIM_OPTION_UINT32, &p->small, "N", NULL, 1, 1000, ""},
        {"count", 0, PLIM_OPTION_INT, &p->count, "N", NULL, 1, 64, ""},
        {"memory", 0, PLIM_OPTION_BYTES, &p->bytes, "SIZE", NULL, 0, 0, ""},
        {"format", 0, PLIM_OPTION_CHOICE, &p->choice, NULL, "text|csv|json", 0, 0, ""},
    };
    p->status = plim_options_parse(options, 8, argc, argv, &p->rest, &p->err);
}

static void accepts(parsed *p, const char *words)
{
    parse(p, words);
    if (p->status != PLIM_OK)
        fail_msg("'%s' refused: %s", words, p->err.message);
}

static void refuses(const char *words, const char *says)
{
    parsed p;
    parse(&p, words);
    assert_int_equal(p.status, PLIM_USAGE);
    if (!strstr(p.err.message, says))
        fail_msg("'%s': message lacks '%s': %s", words, says, p.err.message);
}

static void test_kinds(void **state)
{
    (void)state;
    parsed p;
    accepts(&p, "--flag --text=a=b -b one --book two --whole 18446744073709551615 --paths 1000 "
                "--count 64 --memory 1.5G --format csv");
    assert_true(p.flag);
    assert_string_equal(p.text, "a=b");
    assert_int_equal(p.texts.count, 2);
    assert_string_equal(p.texts.word[1], "two");
    assert_true(p.whole == UINT64_MAX);
    assert_int_equal(p.small, 1000);
    assert_int_equal(p.count, 64);
    assert_true(p.bytes == 1610612736);
    assert_int_equal(p.choice, PLIM_FORMAT_CSV);
    accepts(&p, "--memory 100000");
    assert_true(p.bytes == 100000);
}

static void test_places(void **state)
{
    (void)state;
    parsed p;
    accepts(&p, "one --flag two -- --flag -x -");
    assert_int_equal(p.rest.count, 5);
    assert_string_equal(p.rest.word[2], "--flag");
    assert_string_equal(p.rest.word[4], "-");
    accepts(&p, "- one");
    assert_int_equal(p.rest.count, 2);
}

static void test_refusals(void **state)
{
    (void)state;
    refuses("--pathes 5", "'--paths'");
    refuses("--formt=csv", "'--format'");
    refuses("--zzzzzzzz", "--help");
    refuses("-x", "'-x'");
    refuses("--fla", "'--flag'");
    refuses("--flag=yes", "takes no value");
    refuses("--text", "needs a value");
    refuses("--text --flag", "needs a value");
    refuses("--text a --text b", "twice");
    refuses("--text=", "empty");
    for (size_t i = 0; i < 8; i++) {
        static const char *const wrong[] = {"0", "1001", "many", "-5", "1e3", "0x10", "5.0", "+5"};
        char words[32] = "--paths ";
        strcat(words, wrong[i]);
        refuses(words, "from 1 to 1000");
        refuses(words, wrong[i]);
    }
    refuses("--whole 18446744073709551616", "whole number");
    refuses("--memory 8Q", "8G");
    refuses("--memory 0", "8G");
    refuses("--memory G", "8G");
    refuses("--memory nan", "8G");
    refuses("--format xml", "text|csv|json");
    refuses("--format tex", "text|csv|json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
