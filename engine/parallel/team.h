/* A team of threads that works through numbered tasks in any order. OpenMP lives here alone. */
#ifndef PLIM_PARALLEL_TEAM_H
#define PLIM_PARALLEL_TEAM_H

#include "base/status.h"

#include <stdint.h>

/* One task; `worker` in [0, threads) selects private workspace. Runs concurrently with others. */
typedef plim_status (*plim_task)(void *job, uint64_t task, int worker, plim_error *err);
/* Called from one thread at a time, with the number of finished tasks. May be NULL. */
typedef void (*plim_task_progress)(void *user, uint64_t done, uint64_t total);

typedef struct plim_team {
    int threads;
    plim_task_progress progress;
    void *progress_user;
} plim_team;

/* Runs tasks 0 .. n_tasks-1. If some fail, the others still running finish, no new one starts, and
   the error of the lowest failed task among those run is returned. Rounding mode, FTZ and DAZ of
   every thread are checked (PLIM_BUG if not default). */
PLIM_NODISCARD plim_status plim_team_run(const plim_team *team, plim_task task, void *job,
                                         uint64_t n_tasks, plim_error *err);

/* Threads to use by default: the smaller of affinity mask, cgroup CPU quota and
 * SLURM_CPUS_PER_TASK. */
int plim_team_default_threads(void);
/* Memory that may be used by default, in bytes: cgroup limit or physical memory, less a tenth. */
uint64_t plim_team_default_memory(void);
uint64_t plim_team_peak_rss_bytes(void);
double plim_team_seconds(void); /* monotonic clock */

#endif
