#include "parallel/team.h"

#include <fenv.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <omp.h>
#include <xmmintrin.h>

#include "base/text.h"
#include "parallel/cgroup.h"

/* What the workers share. `next` and `stop` are free of locks, the rest is touched by one at a
 * time. */
typedef struct work {
    const plim_team *team;
    plim_task task;
    void *job;
    uint64_t n_tasks;
    atomic_uint_least64_t next;
    atomic_bool stop;
    uint64_t done;
    uint64_t failed_task; /* the lowest, valid if status is not PLIM_OK */
    plim_status status;
    plim_error *err;
} work;

/* Results are the same bits everywhere only where every thread rounds to nearest and keeps numbers
   below the smallest normal one. A library loaded by the host program may have changed that. */
static plim_status check_arithmetic(plim_error *err)
{
    enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 };
    if (fegetround() != FE_TONEAREST)
        return plim_fail(err, PLIM_BUG, "the rounding mode of a thread is not \"to nearest\"");
    if ((_mm_getcsr() & (FLUSH_TO_ZERO | DENORMALS_ARE_ZERO)) != 0)
        return plim_fail(err, PLIM_BUG, "a thread flushes subnormal numbers to zero");
    return PLIM_OK;
}

/* To be called by one thread at a time. */
static void record_failure(work *w, uint64_t task, plim_status status, const plim_error *err)
{
    atomic_store(&w->stop, true);
    if (w->status != PLIM_OK && w->failed_task <= task)
        return;
    w->status = status;
    w->failed_task = task;
    if (w->err != NULL)
        *w->err = *err;
}

/* To be called by one thread at a time. */
static void record_success(work *w)
{
    w->done++;
    if (w->team->progress != NULL)
        w->team->progress(w->team->progress_user, w->done, w->n_tasks);
}

/* Tasks are taken in rising order and every one taken is run; so when one fails, all below it have
   been or are being run, and the lowest failure is the same whatever the number of threads. */
static void work_through(work *w, int worker)
{
    plim_error err = {PLIM_OK, ""};
    plim_status status = check_arithmetic(&err);
    uint64_t task = 0;
    while (status == PLIM_OK && !atomic_load(&w->stop)) {
        task = atomic_fetch_add(&w->next, 1);
        if (task >= w->n_tasks)
            return;
        status = w->task(w->job, task, worker, &err);
        if (status == PLIM_OK) {
#pragma omp critical(plim_team)
            record_success(w);
        }
    }
    if (status != PLIM_OK) {
#pragma omp critical(plim_team)
        record_failure(w, task, status, &err);
    }
}

plim_status plim_team_run(const plim_team *team, plim_task task, void *job, uint64_t n_tasks,
                          plim_error *err)
{
    if (team->threads < 1)
        return plim_fail(err, PLIM_BUG, "a team of %d threads", team->threads);
    plim_error found = {PLIM_OK, ""};
    work w = {.team = team, .task = task, .job = job, .n_tasks = n_tasks, .err = &found};
    int threads = n_tasks < (uint64_t)team->threads ? (int)n_tasks : team->threads;
    if (threads == 0)
        return PLIM_OK;
#pragma omp parallel num_threads(threads)
    work_through(&w, omp_get_thread_num());

    if (w.status != PLIM_OK)
        return plim_fail(err, w.status, "%s", found.message);
    return PLIM_OK;
}

/* ---- the machine ------------------------------------------------------------------------ */

static plim_cgroup own_group(void)
{
    return plim_cgroup_read("/proc/self/cgroup", "/sys/fs/cgroup");
}

int plim_team_default_threads(void)
{
    int64_t threads = omp_get_num_procs(); /* of the affinity mask */
    plim_cgroup group = own_group();
    threads = group.cpus < threads ? group.cpus : threads;
    const char *slurm = getenv("SLURM_CPUS_PER_TASK");
    int64_t granted;
    if (slurm != NULL && plim_parse_int64(slurm, &granted) && granted >= 1 && granted < threads)
        threads = granted;
    return threads >= 1 ? (int)threads : 1;
}

uint64_t plim_team_default_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    uint64_t bytes = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : (uint64_t)1 << 32;
    plim_cgroup group = own_group();
    bytes = group.bytes < bytes ? group.bytes : bytes;
    return bytes - bytes / 10;
}

/* getrusage would do, but what it gives outlives exec: a run that a large program starts would be
   told that program's peak. */
uint64_t plim_team_peak_rss_bytes(void)
{
    FILE *in = fopen("/proc/self/status", "r");
    char line[256];
    unsigned long kib = 0;
    while (in != NULL && kib == 0 && fgets(line, sizeof line, in) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtoul(line + 6, NULL, 10);
    if (in != NULL)
        (void)fclose(in);
    if (kib > 0)
        return (uint64_t)kib * 1024;
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
    return (uint64_t)usage.ru_maxrss * 1024; /* Linux counts in KiB */
}

double plim_team_seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
