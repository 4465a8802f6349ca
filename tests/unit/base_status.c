#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/text.h"

static void formats_and_returns_its_status(void **state)
{
    (void)state;
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(plim_fail(&err, PLIM_INPUT, "row %d: %s", 7, "bad"), PLIM_INPUT);
    assert_int_equal(err.status, PLIM_INPUT);
    assert_string_equal(err.message, "row 7: bad");
}

static void keeps_the_first_failure(void **state)
{
    (void)state;
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(plim_fail(&err, PLIM_MACHINE, "first"), PLIM_MACHINE);
    assert_int_equal(plim_fail(&err, PLIM_INPUT, "second"), PLIM_INPUT);
    assert_int_equal(err.status, PLIM_MACHINE);
    assert_string_equal(err.message, "first");
}

static void needs_no_error(void **state)
{
    (void)state;
    assert_int_equal(plim_fail(NULL, PLIM_BUG, "%d", 1), PLIM_BUG);
    assert_int_equal(plim_fail_memory(NULL, "x"), PLIM_MACHINE);
}

static void cuts_a_long_message_between_characters(void **state)
{
    (void)state;
    static const char character[] = "\xE8\xBD\xBD"; /* three bytes */
    for (size_t shift = 0; shift < 3; shift++) {
        plim_text text = {0};
        plim_text_add_bytes(&text, "ab", shift);
        while (text.length < 2 * PLIM_MESSAGE_MAX)
            plim_text_add(&text, character);
        assert_false(text.failed);
        plim_error err = {PLIM_OK, ""};
        assert_int_equal(plim_fail(&err, PLIM_INPUT, "%s", plim_text_get(&text)), PLIM_INPUT);
        size_t length = strlen(err.message);
        assert_in_range(length, PLIM_MESSAGE_MAX - 8, PLIM_MESSAGE_MAX - 1);
        assert_true(plim_utf8_valid(err.message, length));
        assert_string_equal(err.message + length - 4, " ...");
        plim_text_free(&text);
    }
}

static void names_what_memory_was_for(void **state)
{
    (void)state;
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(plim_fail_memory(&err, "the book"), PLIM_MACHINE);
    assert_string_equal(err.message, "out of memory: the book");
}

static plim_status try_it(plim_status status, int *reached)
{
    PLIM_TRY(status);
    *reached = 1;
    return PLIM_OK;
}

static void try_passes_failures_on(void **state)
{
    (void)state;
    int reached = 0;
    assert_int_equal(try_it(PLIM_INPUT, &reached), PLIM_INPUT);
    assert_int_equal(reached, 0);
    assert_int_equal(try_it(PLIM_OK, &reached), PLIM_OK);
    assert_int_equal(reached, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_and_returns_its_status),
        cmocka_unit_test(keeps_the_first_failure),
        cmocka_unit_test(needs_no_error),
        cmocka_unit_test(cuts_a_long_message_between_characters),
        cmocka_unit_test(names_what_memory_was_for),
        cmocka_unit_test(try_passes_failures_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
