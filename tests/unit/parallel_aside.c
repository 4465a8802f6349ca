#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "parallel/aside.h"

static plim_status sum_up(void *job, plim_error *err)
{
    (void)err;
    uint64_t *sum = job;
    for (uint64_t i = 1; i <= 1000000; i++)
        *sum += i;
    return PLIM_OK;
}

static plim_status refuse(void *job, plim_error *err)
{
    (void)job;
    return plim_fail(err, PLIM_INPUT, "the file is gone");
}

static void work_is_done_once_waited_for(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        uint64_t sum = 0;
        plim_aside aside = {0};
        assert_int_equal(plim_aside_start(&aside, sum_up, &sum, NULL), PLIM_OK);
        assert_int_equal(plim_aside_wait(&aside, NULL), PLIM_OK);
        assert_int_equal(sum, 500000500000);
        assert_int_equal(plim_aside_wait(&aside, NULL), PLIM_OK);
    }
}

static void failures_are_told_once(void **state)
{
    (void)state;
    plim_aside aside = {0};
    plim_error err = {0};
    assert_int_equal(plim_aside_wait(&aside, &err), PLIM_OK);
    assert_int_equal(plim_aside_start(&aside, refuse, NULL, &err), PLIM_OK);
    assert_int_equal(plim_aside_start(&aside, refuse, NULL, &err), PLIM_BUG);
    err = (plim_error){0};
    assert_int_equal(plim_aside_wait(&aside, &err), PLIM_INPUT);
    assert_string_equal(err.message, "the file is gone");
    assert_int_equal(plim_aside_wait(&aside, &err), PLIM_OK);
}

static void no_memory(void **state)
{
    (void)state;
    plim_aside aside = {0};
    plim_error err = {0};
    plim_memory_fail_at(1, 0);
    assert_int_equal(plim_aside_start(&aside, refuse, NULL, &err), PLIM_MACHINE);
    plim_memory_fail_at(0, 0);
    assert_int_equal(plim_aside_wait(&aside, &err), PLIM_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_done_once_waited_for),
        cmocka_unit_test(failures_are_told_once),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
