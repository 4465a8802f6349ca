#include "simulate/replay.h"

#include "base/memory.h"
#include "parallel/team.h"

static plim_status make(plim_replay *r, plim_error *err)
{
    const plim_simulation *simulation = r->simulation;
    bool any = r->paths.n_octets > 0;
    plim_screen_config screen = {.plan = simulation->plan,
                                 .most_borrowers = simulation->slab,
                                 .threads = simulation->threads,
                                 .seed = simulation->seed,
                                 .n_paths = any ? r->paths.n_octets * PLIM_OCTET : PLIM_OCTET,
                                 .octet = any ? r->paths.octet : NULL};
    PLIM_TRY(plim_severity_create(&r->severity, simulation->plan, err));
    PLIM_TRY(plim_screen_make(&r->screen, &screen, err));
    r->lock = plim_alloc(r->screen.n_chunks, sizeof *r->lock);
    r->workspace = plim_alloc((size_t)simulation->threads, sizeof(plim_workspace *));
    if (r->lock == NULL || r->workspace == NULL)
        return plim_fail_memory(err, "paths to be simulated again");
    plim_workspace_config config = {.screen = &r->screen,
                                    .seed = simulation->seed,
                                    .isa = simulation->isa,
                                    .n_octets = PLIM_REPLAY_OCTETS};
    for (int w = 0; w < simulation->threads; w++)
        PLIM_TRY(plim_workspace_create(&r->workspace[w], &config, err));
    return PLIM_OK;
}

plim_status plim_replay_open(plim_replay *replay, const plim_simulation *simulation,
                             const plim_replay_paths *paths, plim_error *err)
{
    replay->simulation = simulation;
    replay->paths = *paths;
    return make(replay, err);
}

void plim_replay_close(plim_replay *r)
{
    for (int w = 0; r->workspace != NULL && w < r->simulation->threads; w++)
        plim_workspace_destroy(r->workspace[w]);
    plim_free(r->workspace);
    plim_screen_free(&r->screen);
    plim_severity_destroy(r->severity);
    plim_free(r->lock);
    *r = (plim_replay){0};
}

uint32_t plim_replay_load(const plim_replay *r, plim_workspace *workspace, uint32_t first)
{
    uint32_t left = r->paths.n_octets - first;
    uint32_t n = left < PLIM_REPLAY_OCTETS ? left : PLIM_REPLAY_OCTETS;
    plim_workspace_load(workspace, r->paths.octet + first, n);
    plim_workspace_want(workspace, r->paths.wanted + first);
    return n;
}

/* What workers share. */
typedef struct job {
    const plim_replay *replay;
    const plim_replay_to *to;
} job;

static plim_status replay_block(void *of, uint64_t task, int worker, plim_error *err)
{
    const job *j = of;
    const plim_replay *r = j->replay;
    plim_workspace *w = r->workspace[worker];
    uint32_t first = (uint32_t)task * PLIM_REPLAY_OCTETS;
    (void)plim_replay_load(r, w, first);
    for (uint32_t c = 0; c < r->screen.n_chunks; c++) {
        const plim_events *events;
        PLIM_TRY(plim_workspace_chunk(w, c, &events, err));
        if (events->count == 0)
            continue;
        plim_lock_take(&r->lock[c]);
        for (size_t e = 0; e < events->count; e++)
            j->to->event(j->to->user, w, &events->event[e],
                         events->year + e * r->simulation->plan->n_scenarios,
                         first + events->event[e].path / PLIM_OCTET);
        plim_lock_give(&r->lock[c]);
    }
    return PLIM_OK;
}

plim_status plim_replay_run(plim_replay *replay, const plim_replay_to *to, plim_error *err)
{
    job j = {replay, to};
    plim_team team = {.threads = replay->simulation->threads};
    uint64_t tasks =
        ((uint64_t)replay->paths.n_octets + PLIM_REPLAY_OCTETS - 1) / PLIM_REPLAY_OCTETS;
    return plim_team_run(&team, replay_block, &j, tasks, err);
}
