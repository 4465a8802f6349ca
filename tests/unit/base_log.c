#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/status.h"
#include "base/text.h"

typedef struct heard {
    int messages;
    plim_log_level level;
    char text[2 * PLIM_MESSAGE_MAX];
} heard;

static void hear(void *user, plim_log_level level, const char *text)
{
    heard *h = user;
    h->messages++;
    h->level = level;
    assert_true(strlen(text) < sizeof h->text);
    memcpy(h->text, text, strlen(text) + 1);
}

static void messages_reach_the_sink(void **state)
{
    (void)state;
    static heard h;
    plim_log log = {.user = &h, .message = hear};
    plim_log_message(&log, PLIM_LOG_WARNING, "%d loans of %s", 3, "B1");
    assert_int_equal(h.messages, 1);
    assert_int_equal(h.level, PLIM_LOG_WARNING);
    assert_string_equal(h.text, "3 loans of B1");
}

static void long_messages_are_cut_between_characters(void **state)
{
    (void)state;
    static heard h;
    plim_log log = {.user = &h, .message = hear};
    plim_text text = {0};
    while (text.length < 2 * PLIM_MESSAGE_MAX)
        plim_text_add(&text, "\xE8\xBD\xBD");
    plim_log_message(&log, PLIM_LOG_INFO, "%s", plim_text_get(&text));
    assert_int_equal(h.messages, 1);
    assert_true(strlen(h.text) > PLIM_MESSAGE_MAX - 5);
    assert_true(plim_utf8_valid(h.text, strlen(h.text)));
    plim_text_free(&text);
}

static void nobody_needs_to_listen(void **state)
{
    (void)state;
    plim_log deaf = {0};
    plim_log_message(&deaf, PLIM_LOG_INFO, "%s", "x");
    plim_log_message(NULL, PLIM_LOG_INFO, "%s", "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_reach_the_sink),
        cmocka_unit_test(long_messages_are_cut_between_characters),
        cmocka_unit_test(nobody_needs_to_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
