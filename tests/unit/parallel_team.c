#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fenv.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <xmmintrin.h>

#include "parallel/team.h"

enum { N = 2000 };

typedef struct job {
    atomic_int runs[N];
    atomic_int at_once[16]; /* tasks that a worker is in: at most one */
    atomic_int bad_worker;
    int threads;
    uint64_t fail_from, fail_step; /* these tasks fail */
    uint64_t last_done;
    int progress_calls;
} job;

static plim_status count(void *user, uint64_t task, int worker, plim_error *err)
{
    job *j = user;
    if (worker < 0 || worker >= j->threads || atomic_fetch_add(&j->at_once[worker], 1) != 0)
        atomic_store(&j->bad_worker, 1);
    atomic_fetch_add(&j->runs[task], 1);
    plim_status status = PLIM_OK;
    if (j->fail_step > 0 && task >= j->fail_from && (task - j->fail_from) % j->fail_step == 0)
        status = plim_fail(err, PLIM_INPUT, "task %d", (int)task);
    atomic_fetch_sub(&j->at_once[worker], 1);
    return status;
}

static void progress(void *user, uint64_t done, uint64_t total)
{
    job *j = user;
    j->progress_calls += done == j->last_done + 1 && total == N;
    j->last_done = done;
}

static void every_task_runs_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 8; threads++) {
        static job j;
        memset(&j, 0, sizeof j);
        j.threads = threads;
        plim_team team = {.threads = threads, .progress = progress, .progress_user = &j};
        assert_int_equal(plim_team_run(&team, count, &j, N, NULL), PLIM_OK);
        for (int i = 0; i < N; i++)
            assert_int_equal(atomic_load(&j.runs[i]), 1);
        assert_int_equal(atomic_load(&j.bad_worker), 0);
        assert_int_equal(j.progress_calls, N);
    }
}

static void the_lowest_failure_is_returned(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 8; threads++)
        for (int repeat = 0; repeat < 20; repeat++) {
            static job j;
            memset(&j, 0, sizeof j);
            j.threads = threads;
            j.fail_from = 37;
            j.fail_step = 1;
            plim_team team = {.threads = threads};
            plim_error err = {PLIM_OK, ""};
            assert_int_equal(plim_team_run(&team, count, &j, N, &err), PLIM_INPUT);
            assert_int_equal(err.status, PLIM_INPUT);
            assert_string_equal(err.message, "task 37");
            int runs = 0;
            for (int i = 0; i < N; i++)
                runs += atomic_load(&j.runs[i]);
            assert_in_range(runs, 38, 38 + threads); /* no new one starts */
        }
}

static void no_tasks_and_more_threads_than_tasks(void **state)
{
    (void)state;
    static job j;
    memset(&j, 0, sizeof j);
    j.threads = 8;
    plim_team team = {.threads = 8};
    assert_int_equal(plim_team_run(&team, count, &j, 0, NULL), PLIM_OK);
    assert_int_equal(atomic_load(&j.runs[0]), 0);
    assert_int_equal(plim_team_run(&team, count, &j, 3, NULL), PLIM_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(atomic_load(&j.runs[i]), i < 3);
}

static void a_team_needs_threads(void **state)
{
    (void)state;
    plim_team team = {.threads = 0};
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(plim_team_run(&team, count, NULL, 1, &err), PLIM_BUG);
}

static void other_arithmetic_is_refused(void **state)
{
    (void)state;
    static job j;
    memset(&j, 0, sizeof j);
    j.threads = 1;
    plim_team team = {.threads = 1};
    plim_error err = {PLIM_OK, ""};
    assert_int_equal(fesetround(FE_DOWNWARD), 0);
    plim_status status = plim_team_run(&team, count, &j, N, &err);
    assert_int_equal(fesetround(FE_TONEAREST), 0);
    assert_int_equal(status, PLIM_BUG);
    assert_non_null(strstr(err.message, "rounding mode"));

    static const unsigned flags[] = {0x8000, 0x0040}; /* FTZ, DAZ */
    for (int i = 0; i < 2; i++) {
        err = (plim_error){PLIM_OK, ""};
        unsigned before = _mm_getcsr();
        _mm_setcsr(before | flags[i]);
        status = plim_team_run(&team, count, &j, N, &err);
        _mm_setcsr(before);
        assert_int_equal(status, PLIM_BUG);
        assert_non_null(strstr(err.message, "subnormal"));
    }
    assert_int_equal(atomic_load(&j.runs[0]), 0);
}

static void the_machine_is_described(void **state)
{
    (void)state;
    assert_true(plim_team_default_threads() >= 1);
    assert_true(plim_team_default_memory() > (uint64_t)64 << 20);
    assert_true(plim_team_peak_rss_bytes() > (uint64_t)1 << 20);
    double before = plim_team_seconds();
    assert_true(plim_team_seconds() >= before);
}

static void slurm_is_honoured(void **state)
{
    (void)state;
    assert_int_equal(unsetenv("SLURM_CPUS_PER_TASK"), 0);
    int free_choice = plim_team_default_threads();
    assert_int_equal(setenv("SLURM_CPUS_PER_TASK", "1", 1), 0);
    assert_int_equal(plim_team_default_threads(), 1);
    static const char *const without_effect[] = {"100000", "0", "-2", "two", ""};
    for (size_t i = 0; i < sizeof without_effect / sizeof without_effect[0]; i++) {
        assert_int_equal(setenv("SLURM_CPUS_PER_TASK", without_effect[i], 1), 0);
        assert_int_equal(plim_team_default_threads(), free_choice);
    }
    assert_int_equal(unsetenv("SLURM_CPUS_PER_TASK"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_runs_once),
        cmocka_unit_test(the_lowest_failure_is_returned),
        cmocka_unit_test(no_tasks_and_more_threads_than_tasks),
        cmocka_unit_test(a_team_needs_threads),
        cmocka_unit_test(other_arithmetic_is_refused),
        cmocka_unit_test(the_machine_is_described),
        cmocka_unit_test(slurm_is_honoured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
