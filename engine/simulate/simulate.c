#include "simulate/tally.h"

#include "base/memory.h"
#include "parallel/team.h"
#include "simulate/partial.h"
#include "simulate/workspace.h"

#define LEAST_BLOCK      32 /* smaller blocks waste the drawing of factors */
#define TASKS_PER_THREAD 4  /* enough for the last ones to end together */

typedef struct worker {
    plim_workspace *workspace;
    plim_partial partial;
} worker;

/* A task is a block of paths over all slabs, so that its factors are drawn once. */
typedef struct run_job {
    const plim_plan *plan;
    plim_tallies *tallies;
    uint32_t slab, block, n_paths;
    worker *workers;
    int n_workers;
} run_job;

static plim_status run_block(void *job, uint64_t task, int worker_index, plim_error *err)
{
    (void)err;
    const run_job *run = job;
    worker *own = &run->workers[worker_index];
    plim_tile tile = {.first_path = (uint32_t)(task * run->block), .n_paths = run->block};
    if (tile.n_paths > run->n_paths - tile.first_path)
        tile.n_paths = run->n_paths - tile.first_path;
    while (tile.first_borrower < run->plan->n_borrowers) {
        uint32_t left = run->plan->n_borrowers - tile.first_borrower;
        tile.n_borrowers = left < run->slab ? left : run->slab;
        const plim_events *events;
        plim_simulate_tile(own->workspace, &tile, &events);
        plim_partial_add(&own->partial, run->tallies, run->plan, events);
        tile.first_borrower += tile.n_borrowers;
    }
    return PLIM_OK;
}

static uint32_t clamp(uint32_t value, uint32_t most)
{
    return value > most && most > 0 ? most : value;
}

/* The size of tiles; where it is chosen here, small runs still give every thread some tasks. */
static void choose_tile(const plim_simulation *simulation, run_job *run)
{
    uint64_t tasks = (uint64_t)simulation->threads * TASKS_PER_THREAD;
    run->slab = simulation->slab == 0 ? PLIM_SLAB : simulation->slab;
    run->block = simulation->block == 0 ? PLIM_BLOCK : simulation->block;
    while (simulation->block == 0 && run->block > LEAST_BLOCK && run->n_paths / run->block < tasks)
        run->block /= 2;
    run->slab = clamp(run->slab, simulation->plan->n_borrowers);
    run->block = clamp(run->block, run->n_paths);
}

static plim_status run_team(run_job *run, const plim_simulation *simulation, plim_error *err)
{
    uint64_t tasks = ((uint64_t)run->n_paths + run->block - 1) / run->block;
    for (int w = 0; w < run->n_workers; w++) {
        PLIM_TRY(plim_workspace_create(&run->workers[w].workspace, run->plan, run->slab, run->block,
                                       simulation->isa, simulation->seed, err));
        PLIM_TRY(plim_partial_create(&run->workers[w].partial, run->tallies, err));
    }
    plim_team team = {.threads = run->n_workers,
                      .progress = simulation->progress,
                      .progress_user = simulation->progress_user};
    PLIM_TRY(plim_team_run(&team, run_block, run, tasks, err));
    for (int w = 0; w < run->n_workers; w++)
        plim_partial_merge(run->tallies, &run->workers[w].partial);
    plim_tally_changes(run->tallies, run->plan);
    return PLIM_OK;
}

plim_status plim_simulate(const plim_simulation *simulation, plim_tallies *out, plim_error *err)
{
    if (simulation->n_paths == 0 || simulation->threads < 1)
        return plim_fail(err, PLIM_BUG, "a simulation needs paths and threads");
    run_job run = {.plan = simulation->plan,
                   .tallies = out,
                   .n_paths = simulation->n_paths,
                   .n_workers = simulation->threads};
    choose_tile(simulation, &run);
    PLIM_TRY(plim_tallies_create(out, run.plan, run.n_paths, err));
    run.workers = plim_alloc((size_t)run.n_workers, sizeof *run.workers);
    plim_status status =
        run.workers == NULL ? plim_fail_memory(err, "workers") : run_team(&run, simulation, err);
    for (int w = 0; run.workers != NULL && w < run.n_workers; w++) {
        plim_workspace_destroy(run.workers[w].workspace);
        plim_partial_free(&run.workers[w].partial);
    }
    plim_free(run.workers);
    if (status != PLIM_OK)
        plim_tallies_free(out);
    return status;
}
