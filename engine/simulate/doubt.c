#include "simulate/doubt.h"

enum {
    OCTETS = 64,       /* of paths that are looked at */
    MOST_CHUNKS = 512, /* of borrowers: more tell no more */
};

static void count_borrowers(plim_doubt *out, const plim_plan *plan)
{
    for (uint32_t s = 1; s < plan->n_scenarios; s++)
        for (uint32_t b = 0; b < plan->n_borrowers; b++) {
            out->in_scope += plan->alive[b] && plan->applies[(size_t)b * plan->n_scenarios + s];
            out->varying += plim_plan_pd_varies(plan, b, s);
        }
}

static uint64_t varying_of(const plim_screen *screen, const plim_chunk *chunk)
{
    const plim_plan *plan = screen->plan;
    uint64_t n = 0;
    for (uint32_t i = 0; i < chunk->n_borrowers; i++)
        for (uint32_t s = 1; s < plan->n_scenarios; s++)
            n += plim_plan_pd_varies(plan, screen->borrower[chunk->first + i], s);
    return n;
}

static plim_status look(plim_doubt *out, const plim_screen *screen, plim_workspace *workspace,
                        plim_error *err)
{
    uint32_t octet[OCTETS], chunks = screen->n_chunks;
    for (uint32_t o = 0; o < OCTETS; o++)
        octet[o] = o;
    plim_workspace_load(workspace, octet, OCTETS);
    /* Chunks are sorted by PD within a kind: steps by a prime meet all sorts. */
    for (uint64_t i = 0; i < chunks && i < MOST_CHUNKS; i++) {
        const plim_events *events;
        uint32_t number = (uint32_t)(i * 7919 % chunks);
        PLIM_TRY(plim_workspace_chunk(workspace, number, &events, err));
        out->fates += varying_of(screen, &screen->chunk[number]) * OCTETS * PLIM_OCTET;
    }
    out->open = plim_workspace_open_fates(workspace);
    return PLIM_OK;
}

static uint32_t count_classes(const plim_screen *screen)
{
    uint32_t classes = 0;
    for (uint32_t c = 0; c < screen->n_chunks; c++)
        classes |= screen->chunk[c].classes;
    return (uint32_t)__builtin_popcount(classes);
}

plim_status plim_doubt_find(plim_doubt *out, const plim_simulation *simulation, plim_error *err)
{
    *out = (plim_doubt){0};
    count_borrowers(out, simulation->plan);
    if (out->varying == 0)
        return PLIM_OK;
    plim_screen screen;
    plim_workspace *workspace = NULL;
    PLIM_TRY(plim_screen_make(&screen,
                              &(plim_screen_config){.plan = simulation->plan,
                                                    .threads = simulation->threads,
                                                    .seed = simulation->seed,
                                                    .n_paths = OCTETS * PLIM_OCTET},
                              err));
    plim_workspace_config config = {
        .screen = &screen, .seed = simulation->seed, .isa = simulation->isa, .n_octets = OCTETS};
    plim_status status = plim_workspace_create(&workspace, &config, err);
    if (status == PLIM_OK)
        status = look(out, &screen, workspace, err);
    out->n_classes = count_classes(&screen);
    plim_workspace_destroy(workspace);
    plim_screen_free(&screen);
    return status;
}
