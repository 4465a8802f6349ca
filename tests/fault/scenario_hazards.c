/* Files of events and of return periods that are cut short, changed at random or too long for the
   memory: refused with a message, never a crash (the sanitizer build looks for more). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "scenario/event_set.h"
#include "scenario/return_periods.h"

static const char events[] = "\xEF\xBB\xBF"
                             "event,rate,place,intensity,note\r\n"
                             "storm,1e-2,500153,1.5,\"a, b\"\r\nstorm,0.01,5001,0,\r\n"
                             "calm,0.5,,,\r\n\xE6\xB4\xAA\xE6\xB0\xB4,0.02,500153,2,\r\n";
static const char periods[] = "place,return_period,intensity\n"
                              "500153,10,0\n500153,100,1.5\n5001,20,0.25\n\"a, b\",1e3,7\n";

typedef plim_status (*reader)(const char *text, size_t length, plim_error *err);

/* What is read keeps what its header promises. */
static plim_status read_events(const char *text, size_t length, plim_error *err)
{
    plim_event_set set;
    PLIM_TRY(plim_event_set_read(&set, "e.csv", text, length, NULL, err));
    for (size_t i = 0; i < set.n_events; i++) {
        assert_true(set.rate[i] >= 0 && isfinite(set.rate[i]));
        assert_true(i == 0 || strcmp(set.name[i - 1], set.name[i]) < 0);
        for (size_t k = set.first[i]; k < set.first[i + 1]; k++) {
            assert_true(set.at[k] < set.n_places && set.intensity[k] >= 0);
            assert_true(k == set.first[i] || set.at[k - 1] < set.at[k]);
        }
    }
    plim_event_set_free(&set);
    return PLIM_OK;
}

static plim_status read_periods(const char *text, size_t length, plim_error *err)
{
    plim_return_periods found;
    PLIM_TRY(plim_return_periods_read(&found, "e.csv", text, length, NULL, err));
    for (size_t i = 0; i < found.n_places; i++) {
        plim_return_curve curve = plim_return_periods_curve(&found, i);
        assert_true(curve.n > 0);
        for (double q = 2; q > 1e-6; q /= 3)
            assert_true(plim_return_periods_at(&curve, q) >= 0);
    }
    plim_return_periods_free(&found);
    return PLIM_OK;
}

static bool try_bytes(reader read, const char *bytes, size_t length)
{
    plim_error err = {0};
    plim_status status = read(bytes, length, &err);
    if (status != PLIM_OK && (status != PLIM_INPUT || strncmp(err.message, "e.csv: ", 7) != 0))
        fail_msg("status %d: %s", (int)status, err.message);
    return status != PLIM_OK;
}

static void damage(reader read, const char *text, size_t length)
{
    static const char bytes[] = "\0\"\n,;|?%0129xX.-e \xFF\xC2";
    uint32_t dice = 12345;
    size_t refused = 0;
    for (size_t n = 0; n < length; n++)
        refused += try_bytes(read, text, n);
    for (int i = 0; i < 3000; i++) {
        char changed[400];
        memcpy(changed, text, length);
        for (int k = 0; k < 3; k++) {
            dice = dice * 1664525u + 1013904223u;
            changed[(dice >> 8) % length] = bytes[(dice >> 3) % (sizeof bytes - 1)];
        }
        refused += try_bytes(read, changed, length);
    }
    assert_true(refused > 500);
    assert_false(try_bytes(read, text, length));
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    damage(read_events, events, sizeof events - 1);
    damage(read_periods, periods, sizeof periods - 1);
}

static long exhaust(reader read, const char *text, size_t length)
{
    for (long n = 1;; n++) {
        plim_error err = {0};
        plim_memory_fail_at(n, 1);
        plim_status status = read(text, length, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK)
            return n - 1;
        if (status != PLIM_MACHINE || !strstr(err.message, "memory"))
            fail_msg("allocation %ld: status %d, message: %s", n, (int)status, err.message);
    }
}

static void memory_runs_out_anywhere(void **state)
{
    (void)state;
    assert_true(exhaust(read_events, events, sizeof events - 1) > 20);
    assert_true(exhaust(read_periods, periods, sizeof periods - 1) > 15);
}

/* A million rows, in the worst order: memory and time grow with the rows. */
static void a_large_file_is_read(void **state)
{
    (void)state;
    enum { EVENTS = 1000, PLACES = 1000 };
    plim_text text = {0};
    plim_event_set set;
    plim_error err = {0};
    plim_text_add(&text, "event,rate,place,intensity\n");
    for (int p = PLACES - 1; p >= 0; p--)
        for (int e = 0; e < EVENTS; e++)
            plim_text_format(&text, "e%d,0.001,p%d,%d\n", e * 7 % EVENTS, p, p);
    assert_false(text.failed);
    assert_int_equal(plim_event_set_read(&set, "e.csv", text.data, text.length, NULL, &err),
                     PLIM_OK);
    plim_text_free(&text);
    assert_int_equal(set.n_events, EVENTS);
    assert_int_equal(set.first[EVENTS], EVENTS * PLACES);
    assert_string_equal(set.place[set.at[0]], "p0");
    plim_event_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(memory_runs_out_anywhere),
        cmocka_unit_test(a_large_file_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
