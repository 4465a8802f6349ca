#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "script/faults.h"

static void add(plim_script_faults *faults, const char *file, int line, const char *text,
                const char *from)
{
    plim_script_faults_add(faults, &(plim_script_spot){.file = file, .place = {.line = line}}, text,
                           from);
}

static void test_order(void **state)
{
    (void)state;
    plim_script_faults faults = {0};
    plim_error err = {0};
    add(&faults, "b.lua", 2, "second", NULL);
    add(&faults, "b.lua", 10, "third", "main.lua:7");
    add(&faults, "a.lua", 9, "first", NULL);
    add(&faults, "b.lua", 2, "second", "elsewhere:1"); /* the same */
    add(&faults, "b.lua", 0, "whole", NULL);
    assert_true(plim_script_faults_at(&faults, "b.lua", 10));
    assert_false(plim_script_faults_at(&faults, "b.lua", 11));
    assert_int_equal(plim_script_faults_report(&faults, &err), PLIM_INPUT);
    assert_string_equal(err.message, "a.lua:9: first\nb.lua: whole\nb.lua:2: second\n"
                                     "b.lua:10: third (called from main.lua:7)");
    plim_script_faults_free(&faults);
}

/* The line that a fault speaks of follows it, and no fault is known by it. */
static void test_excerpt(void **state)
{
    (void)state;
    static const char text[] = "one\nlocal 陶 = x\n";
    plim_script_spot spot = {.file = "f", .text = text, .length = sizeof text - 1};
    plim_script_faults faults = {0};
    plim_error err = {0};
    spot.place = (plim_place){.line = 2, .at = 16, .length = 1};
    plim_script_faults_add(&faults, &spot, "what", "g:1");
    spot.place.at = 0;
    plim_script_faults_add(&faults, &spot, "what", NULL); /* the same */
    add(&faults, "f", 3, "last", NULL);
    assert_int_equal(plim_script_faults_report(&faults, &err), PLIM_INPUT);
    assert_string_equal(err.message, "f:2: what (called from g:1)\n    2 | local 陶 = x\n"
                                     "      |            ^\nf:3: last");
    plim_script_faults_free(&faults);
}

static void test_none(void **state)
{
    (void)state;
    plim_script_faults faults = {0};
    plim_error err = {0};
    assert_int_equal(plim_script_faults_report(&faults, &err), PLIM_OK);
    assert_int_equal(err.status, PLIM_OK);
    plim_script_faults_free(&faults);
}

static void test_many(void **state)
{
    (void)state;
    plim_script_faults faults = {0};
    plim_error err = {0};
    for (int i = 1; i <= 1000; i++)
        add(&faults, "a", i, "x", NULL);
    assert_int_equal(plim_script_faults_report(&faults, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "a:30: x\n... and 970 more"));
    assert_null(strstr(err.message, "a:31:"));
    plim_script_faults_free(&faults);
}

/* Long ones fill the message sooner; what is left out is still counted. */
static void test_long(void **state)
{
    (void)state;
    static char text[901];
    plim_script_faults faults = {0};
    plim_error err = {0};
    memset(text, 'x', sizeof text - 1);
    for (int i = 1; i <= 30; i++)
        add(&faults, "a", i, text, NULL);
    assert_int_equal(plim_script_faults_report(&faults, &err), PLIM_INPUT);
    const char *more = strstr(err.message, "\n... and ");
    assert_non_null(more);
    int shown = 0;
    for (const char *at = err.message; at && at <= more; at = strchr(at + 1, '\n'))
        shown++;
    char wanted[40];
    snprintf(wanted, sizeof wanted, "\n... and %d more", 30 - (shown - 1));
    assert_string_equal(more, wanted);
    plim_script_faults_free(&faults);
}

/* A message is one line of UTF-8, whatever a script puts into it. */
static void test_bytes(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a\nb\tc\x1b[0m", "f:1: a b c [0m"},
        {"x\xff\xfey", "f:1: x??y"},
        {"元", "f:1: 元"},
        {"x\xe5\x85", "f:1: x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_script_faults faults = {0};
        plim_error err = {0};
        add(&faults, "f", 1, cases[i][0], NULL);
        assert_int_equal(plim_script_faults_report(&faults, &err), PLIM_INPUT);
        assert_string_equal(err.message, cases[i][1]);
        plim_script_faults_free(&faults);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    for (long n = 1; n <= 3; n++) {
        plim_script_faults faults = {0};
        plim_error err = {0};
        plim_memory_fail_at(n, 0);
        add(&faults, "f", 1, "x", NULL);
        plim_memory_fail_at(0, 0);
        assert_int_equal(plim_script_faults_report(&faults, &err), PLIM_MACHINE);
        plim_script_faults_free(&faults);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),     cmocka_unit_test(test_excerpt),
        cmocka_unit_test(test_none),      cmocka_unit_test(test_many),
        cmocka_unit_test(test_long),      cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
