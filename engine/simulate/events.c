#include "simulate/simulate.h"

#include "base/memory.h"
#include "math/draw.h"
#include "simulate/factors.h"
#include "simulate/kernel.h"
#include "simulate/workspace.h"

#include <string.h>

const plim_kernel plim_kernels[PLIM_ISA_COUNT] = {
    [PLIM_ISA_BASE] = {plim_kernel_index_base, plim_kernel_cumulate_base},
    [PLIM_ISA_AVX2] = {plim_kernel_index_avx2, plim_kernel_cumulate_avx2},
    [PLIM_ISA_AVX512] = {plim_kernel_index_avx512, plim_kernel_cumulate_avx512},
};

struct plim_workspace {
    const plim_plan *plan;
    const plim_kernel *kernel;
    uint64_t seed;
    uint32_t slab, block, stride;    /* stride: block rounded up to whole lanes */
    uint32_t first_path, n_paths;    /* whose factors are held; n_paths 0: none yet */
    double *factor;                  /* [(t * n_factors + f) * stride + p] */
    double *index, *survival, *most; /* see simulate/kernel.h */
    double *fate;                    /* [(row * n_years + t) * stride + p] */
    double *scratch;                 /* factors of one path */
    double *floor;                   /* [p]: the uniform from its upper 16 bits, rounded down */
    plim_events events;
};

static uint32_t most_rows(const plim_plan *plan)
{
    uint32_t most = 1;
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        uint32_t rows = plan->first_row[b + 1] - plan->first_row[b];
        most = rows > most ? rows : most;
    }
    return most;
}

static plim_status allocate(plim_workspace *w, plim_error *err)
{
    const plim_plan *plan = w->plan;
    size_t stride = w->stride, years = plan->n_years;
    size_t events = (size_t)w->slab * w->block;
    w->factor = plim_alloc(years * plan->n_factors * stride, sizeof *w->factor);
    w->index = plim_alloc(years * stride, sizeof *w->index);
    w->survival = plim_alloc(stride, sizeof *w->survival);
    w->most = plim_alloc(stride, sizeof *w->most);
    w->fate = plim_alloc(most_rows(plan) * years * stride, sizeof *w->fate);
    w->scratch = plim_alloc(years * plan->n_factors, sizeof *w->scratch);
    w->floor = plim_alloc(stride, sizeof *w->floor);
    w->events.event = plim_alloc(events, sizeof *w->events.event);
    w->events.year = plim_alloc(events, plan->n_scenarios);
    if (w->factor == NULL || w->index == NULL || w->survival == NULL || w->most == NULL ||
        w->fate == NULL || w->scratch == NULL || w->floor == NULL || w->events.event == NULL ||
        w->events.year == NULL)
        return plim_fail_memory(err, "a worker's tile");
    return PLIM_OK;
}

static uint32_t stride_of(uint32_t block)
{
    return (block + PLIM_KERNEL_LANES - 1) / PLIM_KERNEL_LANES * PLIM_KERNEL_LANES;
}

uint64_t plim_workspace_bytes(const plim_plan *plan, uint32_t slab, uint32_t block)
{
    uint64_t years = plan->n_years, stride = stride_of(block);
    uint64_t rows = (plan->n_factors + 1 + most_rows(plan)) * years + 3;
    uint64_t event = sizeof(plim_event) + plan->n_scenarios;
    return (rows * stride + years * plan->n_factors) * sizeof(double) +
           (uint64_t)slab * block * event;
}

plim_status plim_workspace_create(plim_workspace **out, const plim_plan *plan, uint32_t slab,
                                  uint32_t block, plim_isa isa, uint64_t seed, plim_error *err)
{
    *out = NULL;
    plim_workspace *w = plim_alloc(1, sizeof *w);
    if (w == NULL)
        return plim_fail_memory(err, "a worker's tile");
    w->plan = plan;
    w->kernel = &plim_kernels[isa];
    w->seed = seed;
    w->slab = slab;
    w->block = block;
    w->stride = stride_of(block);
    plim_status status = allocate(w, err);
    if (status != PLIM_OK)
        plim_workspace_destroy(w);
    else
        *out = w;
    return status;
}

void plim_workspace_destroy(plim_workspace *workspace)
{
    if (workspace == NULL)
        return;
    plim_free(workspace->factor);
    plim_free(workspace->index);
    plim_free(workspace->survival);
    plim_free(workspace->most);
    plim_free(workspace->fate);
    plim_free(workspace->scratch);
    plim_free(workspace->floor);
    plim_free(workspace->events.event);
    plim_free(workspace->events.year);
    plim_free(workspace);
}

/* ---- one tile ---- */

static void load_block(plim_workspace *w, const plim_tile *tile)
{
    if (w->n_paths == tile->n_paths && w->first_path == tile->first_path)
        return;
    w->first_path = tile->first_path;
    w->n_paths = tile->n_paths;
    plim_factors_block(w->plan, w->seed, w->first_path, w->n_paths, w->stride, w->scratch,
                       w->factor);
}

/* The upper 16 bits of each path's uniform bound it from below; one call of the generator gives
   them for eight paths (math/draw.h: lane path % 8 of the call for path / 8). */
static void draw_floors(plim_workspace *w, uint64_t key)
{
    uint32_t words[4] = {0, 0, 0, 0};
    for (uint32_t p = 0; p < w->n_paths; p++) {
        uint32_t path = w->first_path + p, lane = path % 8;
        if (p == 0 || lane == 0)
            plim_draw_words(
                w->seed,
                &(plim_draw_id){.purpose = PLIM_DRAW_DEFAULT, .key = key, .path = path / 8}, words);
        w->floor[p] = (double)(words[lane / 2] >> (16 * (lane % 2)) & 0xFFFFU) * 0x1p-16;
    }
}

/* First year of a row in which the uniform lies below the cumulative PD, from 1; 0: none. */
static uint8_t default_year(const plim_workspace *w, uint32_t row, uint32_t p, double uniform)
{
    uint32_t years = w->plan->n_years;
    const double *fate = w->fate + (size_t)row * years * w->stride + p;
    for (uint32_t t = 0; t < years; t++)
        if (uniform < fate[(size_t)t * w->stride])
            return (uint8_t)(t + 1);
    return 0;
}

/* The whole uniform decides; an event if any scenario defaults. */
static void decide(plim_workspace *w, uint32_t borrower, uint64_t key, uint32_t p)
{
    const plim_plan *plan = w->plan;
    uint32_t path = w->first_path + p;
    double uniform = plim_draw_fate(w->seed, key, path);
    uint8_t year_of_row[256], any = 0;
    uint32_t rows = plan->first_row[borrower + 1] - plan->first_row[borrower];
    for (uint32_t row = 0; row < rows; row++) {
        year_of_row[row] = default_year(w, row, p, uniform);
        any |= year_of_row[row];
    }
    if (any == 0)
        return;
    size_t e = w->events.count++;
    w->events.event[e] = (plim_event){.borrower = borrower, .path = path};
    const uint8_t *row_of = plan->row_of + (size_t)borrower * plan->n_scenarios;
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        w->events.year[e * plan->n_scenarios + s] = year_of_row[row_of[s]];
}

static void simulate_borrower(plim_workspace *w, uint32_t borrower)
{
    const plim_plan *plan = w->plan;
    plim_kernel_block block = {.n_years = plan->n_years,
                               .n_factors = plan->n_factors,
                               .stride = w->stride,
                               .factor = w->factor,
                               .index = w->index,
                               .survival = w->survival,
                               .most = w->most};
    uint32_t loading = plan->first_loading[borrower];
    w->kernel->index(&block, plan->loading_factor + loading, plan->loading + loading,
                     plan->first_loading[borrower + 1] - loading);
    size_t years = plan->n_years, first = plan->first_row[borrower];
    for (size_t row = 0; first + row < plan->first_row[borrower + 1]; row++)
        w->kernel->cumulate(&block, plan->threshold + (first + row) * years,
                            w->fate + row * years * w->stride);
    uint64_t key = plan->book->borrower_key[borrower];
    draw_floors(w, key);
    for (uint32_t p = 0; p < w->n_paths; p++)
        if (w->floor[p] < w->most[p])
            decide(w, borrower, key, p);
}

void plim_simulate_tile(plim_workspace *workspace, const plim_tile *tile,
                        const plim_events **events)
{
    load_block(workspace, tile);
    workspace->events.count = 0;
    for (uint32_t i = 0; i < tile->n_borrowers; i++)
        if (workspace->plan->alive[tile->first_borrower + i])
            simulate_borrower(workspace, tile->first_borrower + i);
    *events = &workspace->events;
}
