#include "parallel/aside.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "base/memory.h"
#include "parallel/team.h"

struct plim_aside_thread {
    pthread_t id;
    bool runs; /* or was done by the caller's own thread */
    plim_aside_work work;
    void *job;
    plim_status status;
    plim_error err;
};

static void do_work(struct plim_aside_thread *thread)
{
    thread->status = thread->work(thread->job, &thread->err);
}

static void *work_beside(void *user)
{
    do_work(user);
    return NULL;
}

/* Signals are for the threads that were there before: a handler must find the caller's. */
static bool start_thread(struct plim_aside_thread *thread)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    bool started = pthread_create(&thread->id, NULL, work_beside, thread) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

plim_status plim_aside_start(plim_aside *aside, plim_aside_work work, void *job, plim_error *err)
{
    if (aside->thread != NULL)
        return plim_fail(err, PLIM_BUG, "work aside is begun while other work is under way");
    struct plim_aside_thread *thread = plim_alloc(1, sizeof *thread);
    if (thread == NULL)
        return plim_fail_memory(err, "a thread");
    thread->work = work;
    thread->job = job;
    thread->runs = plim_team_default_threads() > 1 && start_thread(thread);
    if (!thread->runs)
        do_work(thread);
    aside->thread = thread;
    return PLIM_OK;
}

plim_status plim_aside_wait(plim_aside *aside, plim_error *err)
{
    struct plim_aside_thread *thread = aside->thread;
    if (thread == NULL)
        return PLIM_OK;
    aside->thread = NULL;
    plim_status status = PLIM_OK;
    if (thread->runs && pthread_join(thread->id, NULL) != 0)
        status = plim_fail(err, PLIM_BUG, "a thread could not be waited for");
    else if (thread->status != PLIM_OK)
        status = plim_fail(err, thread->status, "%s", thread->err.message);
    plim_free(thread);
    return status;
}
