#include "simulate/cells.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

/* A cell while the tree grows. */
typedef struct growing {
    uint32_t first, n; /* its paths, in `order` */
    uint32_t split;    /* its leaf */
    uint32_t slot;     /* that it would be split by */
    double middle, score;
} growing;

typedef struct grower {
    plim_cells *cells;
    const plim_cells_sample *sample;
    uint32_t *order;   /* paths of the sample, those of a cell together */
    double *deviation; /* [used] */
    growing *cell;
} grower;

static const double *column_of(const grower *g, uint32_t u)
{
    return g->sample->slots + (size_t)g->cells->used[u] * g->sample->n_paths;
}

static void set_deviations(grower *g)
{
    uint32_t n = g->sample->n_paths;
    for (uint32_t u = 0; u < g->cells->n_used; u++) {
        const double *x = column_of(g, u);
        double mean = 0, sum = 0;
        for (uint32_t p = 0; p < n; p++)
            mean += x[p] / n;
        for (uint32_t p = 0; p < n; p++)
            sum += (x[p] - mean) * (x[p] - mean) / n;
        g->deviation[u] = sqrt(sum);
    }
}

/* The best split of a cell: score 0 if there is none. */
static void consider(grower *g, growing *cell)
{
    cell->score = 0;
    for (uint32_t u = 0; u < g->cells->n_used; u++) {
        const double *x = column_of(g, u);
        double low = INFINITY, high = -INFINITY;
        for (uint32_t i = cell->first; i < cell->first + cell->n; i++) {
            low = fmin(low, x[g->order[i]]);
            high = fmax(high, x[g->order[i]]);
        }
        double middle = low + (high - low) / 2;
        if (!(middle >= low && middle < high) || !(g->deviation[u] > 0))
            continue;
        double score = (high - low) / g->deviation[u] * sqrt((double)cell->n);
        if (score > cell->score) {
            cell->score = score;
            cell->slot = g->cells->used[u];
            cell->middle = middle;
        }
    }
}

/* Parts the paths of a cell at its middle; the upper ones go to `upper`. */
static void part(grower *g, growing *cell, growing *upper)
{
    const double *x = g->sample->slots + (size_t)cell->slot * g->sample->n_paths;
    uint32_t below = cell->first;
    for (uint32_t i = cell->first; i < cell->first + cell->n; i++) {
        uint32_t path = g->order[i];
        if (x[path] > cell->middle)
            continue;
        g->order[i] = g->order[below];
        g->order[below++] = path;
    }
    *upper = (growing){.first = below, .n = cell->first + cell->n - below};
    cell->n = below - cell->first;
}

static void split_cell(grower *g, uint32_t c)
{
    plim_cells *cells = g->cells;
    growing *cell = &g->cell[c], *upper = &g->cell[cells->n_cells];
    plim_cells_split *split = &cells->split[cell->split];
    split->slot = cell->slot;
    split->at = cell->middle;
    split->below = cells->n_splits;
    split->above = cells->n_splits + 1;
    part(g, cell, upper);
    cells->split[split->below] = (plim_cells_split){.cell = c};
    cells->split[split->above] = (plim_cells_split){.cell = cells->n_cells};
    cell->split = split->below;
    upper->split = split->above;
    cells->n_splits += 2;
    cells->n_cells++;
    consider(g, cell);
    consider(g, upper);
}

static void grow(grower *g, uint32_t most)
{
    plim_cells *cells = g->cells;
    uint32_t n = g->sample->n_paths;
    for (uint32_t p = 0; p < n; p++)
        g->order[p] = p;
    set_deviations(g);
    cells->n_splits = cells->n_cells = 1;
    g->cell[0] = (growing){.n = n};
    consider(g, &g->cell[0]);
    while (cells->n_cells < most) {
        uint32_t best = 0;
        for (uint32_t c = 1; c < cells->n_cells; c++)
            if (g->cell[c].score > g->cell[best].score)
                best = c;
        if (g->cell[best].score == 0)
            break;
        split_cell(g, best);
    }
    for (uint32_t c = 0; c < cells->n_cells; c++)
        cells->share[c] = (double)g->cell[c].n / n;
}

/* Boxes that hold no path yet, in the slots that count. */
static void empty_box(double *box, const plim_cells *cells)
{
    for (uint32_t c = 0; c < cells->n_cells; c++)
        for (uint32_t u = 0; u < cells->n_used; u++) {
            double *low = box + 2 * (size_t)c * cells->n_slots + cells->used[u];
            low[0] = INFINITY;
            low[cells->n_slots] = -INFINITY;
        }
}

static void widest_box(plim_cells *cells, const plim_cells_sample *sample)
{
    size_t bytes = cells->n_slots * sizeof(double);
    for (uint32_t c = 0; c < cells->n_cells; c++) {
        double *low = cells->box + 2 * (size_t)c * cells->n_slots;
        memcpy(low, sample->least, bytes);
        memcpy(low + cells->n_slots, sample->most, bytes);
    }
}

static plim_status allocate(plim_cells *cells, grower *g, uint32_t most, plim_error *err)
{
    cells->split = plim_alloc(2 * (size_t)most, sizeof *cells->split);
    cells->used = plim_alloc(cells->n_slots, sizeof *cells->used);
    cells->share = plim_alloc(most, sizeof *cells->share);
    cells->box = plim_alloc(2 * (size_t)most * cells->n_slots, sizeof *cells->box);
    g->order = plim_alloc(g->sample->n_paths, sizeof *g->order);
    g->deviation = plim_alloc(cells->n_slots, sizeof *g->deviation);
    g->cell = plim_alloc(most, sizeof *g->cell);
    if (cells->split == NULL || cells->used == NULL || cells->share == NULL || cells->box == NULL ||
        g->order == NULL || g->deviation == NULL || g->cell == NULL)
        return plim_fail_memory(err, "boxes of paths");
    return PLIM_OK;
}

plim_status plim_cells_grow(plim_cells *out, const plim_cells_sample *sample, const bool *uses,
                            uint32_t most, plim_error *err)
{
    *out = (plim_cells){.n_slots = sample->n_slots};
    grower g = {.cells = out, .sample = sample};
    plim_status status = allocate(out, &g, most, err);
    if (status == PLIM_OK) {
        for (uint32_t slot = 0; slot < sample->n_slots; slot++)
            if (uses[slot])
                out->used[out->n_used++] = slot;
        grow(&g, most);
        widest_box(out, sample);
        empty_box(out->box, out);
    }
    plim_free(g.order);
    plim_free(g.deviation);
    plim_free(g.cell);
    return status;
}

void plim_cells_free(plim_cells *cells)
{
    plim_free(cells->split);
    plim_free(cells->used);
    plim_free(cells->share);
    plim_free(cells->box);
    *cells = (plim_cells){0};
}

uint32_t plim_cells_find(const plim_cells *cells, const double *slots, uint32_t stride)
{
    const plim_cells_split *at = cells->split;
    while (at->above != 0)
        at = &cells->split[slots[(size_t)at->slot * stride] > at->at ? at->above : at->below];
    return at->cell;
}

const double *plim_cells_low(const plim_cells *cells, uint32_t cell)
{
    return cells->box + 2 * (size_t)cell * cells->n_slots;
}

const double *plim_cells_high(const plim_cells *cells, uint32_t cell)
{
    return plim_cells_low(cells, cell) + cells->n_slots;
}

/* ---- how far paths reach ---- */

struct plim_cells_reach {
    double *box; /* as that of the cells */
};

plim_status plim_cells_reach_make(plim_cells_reach **out, const plim_cells *cells, plim_error *err)
{
    size_t n = 2 * (size_t)cells->n_cells * cells->n_slots;
    *out = plim_alloc(1, sizeof **out);
    if (*out != NULL)
        (*out)->box = plim_alloc(n, sizeof(double));
    if (*out == NULL || (*out)->box == NULL)
        return plim_fail_memory(err, "boxes of paths");
    empty_box((*out)->box, cells);
    return PLIM_OK;
}

void plim_cells_reach_free(plim_cells_reach *reach)
{
    if (reach == NULL)
        return;
    plim_free(reach->box);
    plim_free(reach);
}

void plim_cells_widen(const plim_cells *cells, plim_cells_reach *reach, const double *slots,
                      uint32_t stride)
{
    uint32_t cell = plim_cells_find(cells, slots, stride);
    double *low = reach->box + 2 * (size_t)cell * cells->n_slots, *high = low + cells->n_slots;
    for (uint32_t u = 0; u < cells->n_used; u++) {
        uint32_t slot = cells->used[u];
        double x = slots[(size_t)slot * stride];
        low[slot] = x < low[slot] ? x : low[slot];
        high[slot] = x > high[slot] ? x : high[slot];
    }
}

void plim_cells_join(plim_cells *cells, const plim_cells_reach *reach)
{
    for (uint32_t c = 0; c < cells->n_cells; c++) {
        double *low = cells->box + 2 * (size_t)c * cells->n_slots, *high = low + cells->n_slots;
        const double *its = reach->box + 2 * (size_t)c * cells->n_slots;
        for (uint32_t u = 0; u < cells->n_used; u++) {
            uint32_t slot = cells->used[u];
            low[slot] = fmin(low[slot], its[slot]);
            high[slot] = fmax(high[slot], its[cells->n_slots + slot]);
        }
    }
}
