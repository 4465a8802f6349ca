#include "simulate/simulator.h"

#include "base/memory.h"
#include "parallel/team.h"
#include "simulate/partial.h"

#include <math.h>

#define LEAST_TASKS 4  /* a thread: enough for the last ones to end together */
#define MOST_OCTETS 64 /* of a block: what is done once a chunk and block is then little */
#define ROUND_BYTES (UINT64_C(64) << 20)

typedef struct worker {
    plim_workspace *workspace;
    plim_partial partial;
    uint32_t *octet; /* of the block at hand */
} worker;

struct plim_simulator {
    plim_simulation simulation;
    plim_tallies *tallies;
    plim_screen screen;
    plim_severity *severity;
    plim_stakes stakes;
    plim_round round;
    uint32_t done_paths;
    uint64_t alive;
    uint32_t most_octets;         /* of a block */
    uint32_t batches;             /* that a task takes */
    uint64_t done_tasks, n_tasks; /* over all rounds of this call */
    worker *workers;
};

/* ---- sizes ---- */

static uint32_t octets_of(uint32_t paths)
{
    return paths / PLIM_OCTET + (paths % PLIM_OCTET != 0);
}

static uint32_t block_octets(const plim_simulation *simulation)
{
    uint32_t octets = simulation->block == 0 ? MOST_OCTETS : octets_of(simulation->block);
    return octets > MOST_OCTETS ? MOST_OCTETS : octets;
}

/* Some batches a task where they hold few paths each, but enough tasks for every thread. */
static uint32_t batches_of(const plim_simulator *s, uint32_t n_paths)
{
    uint32_t octets = octets_of(n_paths), batches = 1;
    while (batches < PLIM_BATCHES &&
           (uint64_t)octets * 2 * batches <= (uint64_t)MOST_OCTETS * PLIM_BATCHES &&
           PLIM_BATCHES / (2 * batches) >= (uint32_t)(LEAST_TASKS * s->simulation.threads))
        batches *= 2;
    return batches;
}

static uint64_t round_bytes(const plim_simulation *simulation)
{
    return simulation->round_bytes == 0 ? ROUND_BYTES : simulation->round_bytes;
}

uint64_t plim_simulation_team_bytes(const plim_simulation *simulation)
{
    const plim_plan *plan = simulation->plan;
    uint32_t paths = plim_round_size(plan, simulation->n_paths, round_bytes(simulation));
    plim_screen widest = {
        .plan = plan, .most_rows = plan->n_scenarios, .most_positions = PLIM_CHUNK_MOST};
    uint64_t a_worker =
        plim_workspace_bytes(&widest, block_octets(simulation)) + plim_partial_bytes(plan);
    return plim_round_bytes(plan, paths) + a_worker * (uint64_t)simulation->threads;
}

uint64_t plim_simulation_bytes(const plim_simulation *simulation)
{
    const plim_plan *plan = simulation->plan;
    return plim_screen_bytes(plan) + plim_severity_bytes(plan) + plim_stakes_bytes(plan) +
           plim_simulation_team_bytes(simulation);
}

/* ---- set up ---- */

static plim_status make_worker(plim_simulator *s, worker *own, plim_error *err)
{
    plim_workspace_config config = {.screen = &s->screen,
                                    .seed = s->simulation.seed,
                                    .isa = s->simulation.isa,
                                    .n_octets = s->most_octets,
                                    .reference = s->simulation.reference,
                                    .day_paths = plim_class_paths(s->simulation.plan, UINT32_MAX)};
    own->octet = plim_alloc(s->most_octets, sizeof *own->octet);
    if (own->octet == NULL)
        return plim_fail_memory(err, "a worker's block");
    PLIM_TRY(plim_workspace_create(&own->workspace, &config, err));
    return plim_partial_create(&own->partial, &s->stakes, &s->round, err);
}

static plim_status make(plim_simulator *s, plim_error *err)
{
    const plim_simulation *simulation = &s->simulation;
    const plim_plan *plan = simulation->plan;
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        s->alive += plan->alive[b] != 0;
    s->most_octets = block_octets(simulation);
    plim_screen_config screen = {.plan = plan,
                                 .most_borrowers = simulation->slab,
                                 .threads = simulation->threads,
                                 .seed = simulation->seed,
                                 .n_paths = octets_of(simulation->n_paths) * PLIM_OCTET};
    PLIM_TRY(plim_screen_make(&s->screen, &screen, err));
    PLIM_TRY(plim_severity_create(&s->severity, plan, err));
    plim_stakes_config stakes = {&s->screen, s->severity, s->tallies, simulation->threads,
                                 simulation->seed};
    PLIM_TRY(plim_stakes_make(&s->stakes, &stakes, err));
    PLIM_TRY(plim_round_create(
        &s->round, plan, plim_round_size(plan, simulation->n_paths, round_bytes(simulation)), err));
    s->workers = plim_alloc((size_t)simulation->threads, sizeof *s->workers);
    if (s->workers == NULL)
        return plim_fail_memory(err, "workers");
    for (int w = 0; w < simulation->threads; w++)
        PLIM_TRY(make_worker(s, &s->workers[w], err));
    return PLIM_OK;
}

plim_status plim_simulator_create(plim_simulator **out, const plim_simulation *simulation,
                                  plim_tallies *tallies, plim_error *err)
{
    *out = NULL;
    if (simulation->n_paths == 0 || simulation->threads < 1)
        return plim_fail(err, PLIM_BUG, "a simulation needs paths and threads");
    plim_simulator *s = plim_alloc(1, sizeof *s);
    if (s == NULL)
        return plim_fail_memory(err, "the simulation");
    s->simulation = *simulation;
    s->tallies = tallies;
    plim_status status = make(s, err);
    if (status == PLIM_OK)
        *out = s;
    else
        plim_simulator_destroy(s);
    return status;
}

void plim_simulator_destroy(plim_simulator *simulator)
{
    if (simulator == NULL)
        return;
    for (int w = 0; simulator->workers != NULL && w < simulator->simulation.threads; w++) {
        plim_workspace_destroy(simulator->workers[w].workspace);
        plim_partial_free(&simulator->workers[w].partial);
        plim_free(simulator->workers[w].octet);
    }
    plim_free(simulator->workers);
    plim_round_free(&simulator->round);
    plim_stakes_free(&simulator->stakes);
    plim_severity_destroy(simulator->severity);
    plim_screen_free(&simulator->screen);
    plim_free(simulator);
}

/* ---- one task: all borrowers on the paths of some batches ---- */

static plim_status run_block(plim_simulator *s, worker *own, uint32_t n_octets, plim_error *err)
{
    plim_block block = {own->workspace, own->octet, n_octets};
    plim_workspace_load(own->workspace, own->octet, n_octets);
    for (uint32_t chunk = 0; chunk < s->screen.n_chunks; chunk++) {
        const plim_events *events;
        PLIM_TRY(plim_workspace_chunk(own->workspace, chunk, &events, err));
        plim_partial_add(&own->partial, chunk, &block, events);
    }
    plim_partial_add_opening(&own->partial, &block);
    return plim_partial_add_changes(&own->partial, &block, err);
}

static plim_status run_task(void *job, uint64_t task, int worker_index, plim_error *err)
{
    plim_simulator *s = job;
    worker *own = &s->workers[worker_index];
    uint32_t first = s->round.first_path / PLIM_OCTET;
    uint32_t end = first + octets_of(s->round.n_paths), n = 0;
    uint32_t batch = (uint32_t)task * s->batches;
    for (uint32_t row = first; row < end; row += PLIM_BATCHES)
        for (uint32_t b = batch; b < batch + s->batches && row + b < end; b++) {
            own->octet[n++] = row + b;
            if (n == s->most_octets) {
                PLIM_TRY(run_block(s, own, n, err));
                n = 0;
            }
        }
    return n > 0 ? run_block(s, own, n, err) : PLIM_OK;
}

/* ---- rounds ---- */

static void on_progress(void *user, uint64_t done, uint64_t total)
{
    plim_simulator *s = user;
    (void)total;
    if (s->simulation.progress != NULL)
        s->simulation.progress(s->simulation.progress_user, s->done_tasks + done, s->n_tasks);
}

static plim_status run_round(plim_simulator *s, uint32_t n_paths, plim_error *err)
{
    plim_team team = {
        .threads = s->simulation.threads, .progress = on_progress, .progress_user = s};
    uint64_t tasks = PLIM_BATCHES / s->batches;
    plim_round_begin(&s->round, s->done_paths, n_paths);
    PLIM_TRY(plim_team_run(&team, run_task, s, tasks, err));
    PLIM_TRY(plim_tally_changes(s->tallies, s->simulation.plan, &s->round, err));
    plim_round_reduce(&s->round, s->tallies, s->alive);
    s->done_tasks += tasks;
    s->done_paths += n_paths;
    return PLIM_OK;
}

plim_status plim_simulator_run(plim_simulator *simulator, uint32_t n_paths, plim_error *err)
{
    plim_simulator *s = simulator;
    if (s->done_paths % PLIM_PATHS_STEP != 0)
        return plim_fail(err, PLIM_BUG, "a simulation goes on from %u paths", s->done_paths);
    PLIM_TRY(plim_screen_cover(&s->screen, octets_of(n_paths) * PLIM_OCTET, err));
    PLIM_TRY(plim_tallies_extend(s->tallies, n_paths, err));
    uint32_t most = s->round.most_paths, left = n_paths - s->done_paths;
    s->batches = batches_of(s, left < most ? left : most);
    s->done_tasks = 0;
    s->n_tasks = (left / most + (left % most != 0)) * (uint64_t)(PLIM_BATCHES / s->batches);
    while (s->done_paths < n_paths) {
        left = n_paths - s->done_paths;
        PLIM_TRY(run_round(s, left < most ? left : most, err));
    }
    return PLIM_OK;
}

void plim_simulator_finish(plim_simulator *simulator)
{
    for (int w = 0; w < simulator->simulation.threads; w++)
        plim_partial_merge(simulator->tallies, &simulator->workers[w].partial);
    plim_stakes_merge(&simulator->stakes, simulator->tallies);
}

plim_status plim_simulate(const plim_simulation *simulation, plim_tallies *out, plim_error *err)
{
    plim_simulator *simulator = NULL;
    if (simulation->n_paths == 0 || simulation->threads < 1)
        return plim_fail(err, PLIM_BUG, "a simulation needs paths and threads");
    PLIM_TRY(plim_tallies_create(out, simulation->plan, simulation->n_paths, err));
    plim_status status = plim_simulator_create(&simulator, simulation, out, err);
    if (status == PLIM_OK)
        status = plim_simulator_run(simulator, simulation->n_paths, err);
    if (status == PLIM_OK)
        plim_simulator_finish(simulator);
    else
        plim_tallies_free(out);
    plim_simulator_destroy(simulator);
    return status;
}

/* ---- how long it will take ---- */

/* Seconds a path, and a borrower and path; the latter also where classes are followed. */
typedef struct speed {
    double load, judge, classed;
} speed;

/* Chunks that were run, their borrowers, and how long it took. */
typedef struct trial {
    uint64_t n, borrowers;
    double seconds;
} trial;

/* Runs chunks on the block that has been loaded, at most out->n and for not much longer than
   `enough` seconds. */
static plim_status try_chunks(plim_simulator *s, const plim_block *block, double enough, trial *out,
                              plim_error *err)
{
    uint32_t chunks = s->screen.n_chunks;
    uint64_t most = out->n < chunks ? out->n : chunks;
    double started = plim_team_seconds();
    out->borrowers = out->n = 0;
    out->seconds = 0;
    /* Chunks are sorted by PD within a kind: steps by a prime meet all sorts. */
    while (out->n < most && out->seconds < enough) {
        const plim_events *events;
        uint32_t chunk = (uint32_t)(out->n * 7919 % chunks);
        PLIM_TRY(plim_workspace_chunk(block->workspace, chunk, &events, err));
        plim_partial_add(&s->workers[0].partial, chunk, block, events);
        out->borrowers += s->screen.chunk[chunk].n_borrowers;
        out->n++;
        out->seconds = plim_team_seconds() - started;
    }
    return PLIM_OK;
}

/* Seconds a borrower and path. What is touched for the first time costs much more, as does what the
   machine is busy with otherwise: the same chunks are run again, and the faster run counts. */
static plim_status time_chunks(plim_simulator *s, const plim_block *block, double *judge,
                               plim_error *err)
{
    const double enough = 0.03; /* seconds: a delay that nobody notices */
    trial first = {.n = UINT64_MAX};
    PLIM_TRY(try_chunks(s, block, enough, &first, err));
    trial again = {.n = first.n};
    PLIM_TRY(try_chunks(s, block, 2 * enough, &again, err));
    double pairs = (double)block->n_octets * PLIM_OCTET;
    *judge = first.borrowers == 0 ? 0
                                  : fmin(first.seconds / ((double)first.borrowers * pairs),
                                         again.seconds / ((double)again.borrowers * pairs));
    return PLIM_OK;
}

/* On the first paths of a simulator that is used for nothing else. */
static plim_status time_parts(plim_simulator *s, uint32_t n_paths, speed *out, plim_error *err)
{
    worker *own = &s->workers[0];
    uint32_t octets = octets_of(n_paths), class_paths = own->partial.class_paths;
    octets = octets < s->most_octets ? octets : s->most_octets;
    for (uint32_t o = 0; o < octets; o++)
        own->octet[o] = o;
    plim_block block = {own->workspace, own->octet, octets};
    plim_round_begin(&s->round, 0, n_paths);
    double began = plim_team_seconds();
    plim_workspace_load(own->workspace, own->octet, octets);
    out->load = (plim_team_seconds() - began) / (octets * PLIM_OCTET);
    if (class_paths > 0)
        PLIM_TRY(time_chunks(s, &block, &out->classed, err));
    own->partial.class_paths = 0;
    plim_workspace_limit_days(own->workspace, 0);
    return time_chunks(s, &block, &out->judge, err);
}

plim_status plim_simulation_time(double *seconds, const plim_simulation *simulation,
                                 plim_error *err)
{
    plim_simulation sample = *simulation;
    plim_tallies tallies = {0};
    plim_simulator *s = NULL;
    speed each = {0, 0, 0};
    sample.n_paths = simulation->n_paths < PLIM_PATHS_STEP ? simulation->n_paths : PLIM_PATHS_STEP;
    PLIM_TRY(plim_tallies_create(&tallies, sample.plan, sample.n_paths, err));
    double began = plim_team_seconds();
    plim_status status = plim_simulator_create(&s, &sample, &tallies, err);
    double created = plim_team_seconds() - began;
    if (status == PLIM_OK)
        status = time_parts(s, sample.n_paths, &each, err);
    /* Paths are drawn once for their boxes, if they have any, and once for their borrowers. */
    each.load *= plim_plan_varies(sample.plan) ? 2 : 1;
    double classed = plim_class_paths(sample.plan, simulation->n_paths);
    double judged = each.judge * simulation->n_paths + (each.classed - each.judge) * classed;
    if (status == PLIM_OK)
        *seconds = created + (each.load * simulation->n_paths + judged * (double)s->alive) /
                                 simulation->threads;
    plim_simulator_destroy(s);
    plim_tallies_free(&tallies);
    return status;
}
