#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parallel/lock.h"
#include "parallel/team.h"

enum { TASKS = 64, TIMES = 2000 };

typedef struct counter {
    plim_lock lock;
    volatile uint64_t first, second; /* torn apart without the lock */
    volatile int torn;
} counter;

static plim_status count(void *job, uint64_t task, int worker, plim_error *err)
{
    (void)task;
    (void)worker;
    (void)err;
    counter *c = job;
    for (int i = 0; i < TIMES; i++) {
        plim_lock_take(&c->lock);
        c->torn |= c->first != c->second;
        c->first = c->first + 1;
        c->second = c->second + 1;
        plim_lock_give(&c->lock);
    }
    return PLIM_OK;
}

/* More threads than processors: waiting must not keep the holder from running. */
static void one_at_a_time(void **state)
{
    (void)state;
    counter c = {0};
    plim_error err = {0};
    plim_team team = {.threads = 16};
    assert_int_equal(plim_team_run(&team, count, &c, TASKS, &err), PLIM_OK);
    assert_false(c.torn);
    assert_int_equal(c.first, TASKS * TIMES);
    assert_int_equal(c.second, TASKS * TIMES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_at_a_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
