#include "simulate/boxes.h"

#include "base/memory.h"
#include "math/student.h"
#include "parallel/team.h"
#include "simulate/cells.h"
#include "simulate/classes.h"
#include "simulate/drivers.h"
#include "simulate/simulate.h"

#include <math.h>
#include <string.h>

#define SAMPLE_MOST  4096
#define BUDGET_BYTES (UINT64_C(96) << 20) /* of thresholds; fewer cells for larger books */
#define TREE_BYTES   (UINT64_C(64) << 20) /* of boxes of trees; fewer classes for more slots */
#define BLOCK        PLIM_EVALUATE_BLOCK
#define RANGE_PATHS  4096 /* of a task that widens boxes */
/* Added to a threshold on both sides, for what copula_inv and the division round. */
#define SLACK 1e-6

struct plim_boxes {
    plim_boxes_config config;
    uint32_t n_varying, n_cells;
    uint32_t n_needed;  /* of the factors, the first ones: some driver goes with the last of them */
    uint32_t *scenario; /* [v] */
    plim_classes classes;
    plim_cells *family; /* [(v * n_classes + class) * n_years + t] */
    uint8_t *calm; /* [family]: cell of paths without any event, NO_CALM where processes count */
    plim_box_threshold *at;   /* [((borrower * n_varying + v) * n_years + t) * n_cells + cell] */
    uint8_t *gap;             /* [borrower * n_varying + v] */
    float *worst;             /* [borrower] */
    plim_varying **varying;   /* a thread each, while boxes are made */
    plim_cells_reach **reach; /* [thread * families + family], while boxes are widened */
};

static size_t families(const plim_boxes *b)
{
    return (size_t)b->n_varying * b->classes.n * b->config.plan->n_years;
}

static uint32_t count_varying(const plim_plan *plan)
{
    uint32_t n = 0;
    for (uint32_t s = 1; s < plan->n_scenarios; s++)
        n += plan->pd_varies[s] != 0;
    return n;
}

static uint64_t bytes_a_cell(const plim_plan *plan)
{
    return (uint64_t)plan->n_borrowers * count_varying(plan) * plan->n_years *
           sizeof(plim_box_threshold);
}

/* As many cells as the budget allows; at least one, at most PLIM_CELLS_MOST. */
static uint32_t cells_for(const plim_plan *plan)
{
    uint64_t a_cell = bytes_a_cell(plan);
    uint64_t n = a_cell == 0 ? 1 : BUDGET_BYTES / a_cell;
    n = n < 1 ? 1 : n;
    return (uint32_t)(n > PLIM_CELLS_MOST ? PLIM_CELLS_MOST : n);
}

/* Boxes of the trees of a class, as many times as they are held while they are widened. */
static uint64_t bytes_a_class(const plim_plan *plan, int threads)
{
    return (uint64_t)count_varying(plan) * plan->n_years * 2 * cells_for(plan) *
           plan->randoms.n_slots * sizeof(double) * (uint64_t)(threads + 1);
}

static uint32_t classes_for(const plim_plan *plan, int threads)
{
    uint64_t n = TREE_BYTES / (bytes_a_class(plan, threads) + 1);
    return n < 1 ? 1 : n > PLIM_CLASSES_MOST ? PLIM_CLASSES_MOST : (uint32_t)n;
}

uint64_t plim_boxes_bytes(const plim_plan *plan)
{
    if (plan->pd_varies == NULL || count_varying(plan) == 0)
        return 0;
    uint64_t sample = (uint64_t)SAMPLE_MOST * plan->randoms.n_slots * sizeof(double);
    uint64_t trees = bytes_a_class(plan, 1) * classes_for(plan, 1);
    return bytes_a_cell(plan) * cells_for(plan) + sample + trees +
           plan->n_borrowers * sizeof(float);
}

/* ---- paths ---- */

#define NO_CALM UINT8_MAX

/* Does no hazard do anything on the path? Most paths are so, and then all that hazards alone decide
   is known at once. */
static bool is_calm(const plim_randoms *randoms, const double *slots, uint32_t stride)
{
    for (uint32_t i = 0; i < randoms->count; i++) {
        uint32_t end = i + 1 < randoms->count ? randoms->of[i + 1].slot : randoms->n_slots;
        for (uint32_t slot = randoms->of[i].slot;
             slot < end && randoms->of[i].driver->hazard != NULL; slot++)
            if (slots[(size_t)slot * stride] != 0)
                return false;
    }
    return true;
}

static bool is_of_hazards(const plim_randoms *randoms, const plim_cells *cells)
{
    for (uint32_t u = 0; u < cells->n_used; u++)
        for (uint32_t i = 0; i < randoms->count; i++)
            if (randoms->of[i].driver->process != NULL && cells->used[u] >= randoms->of[i].slot &&
                (i + 1 == randoms->count || cells->used[u] < randoms->of[i + 1].slot))
                return false;
    return true;
}

/* What a thread needs to draw the slots of a path. */
typedef struct drawer {
    const plim_boxes *boxes;
    double *level, *innovation; /* factors */
    double *slots;
} drawer;

static plim_status open_drawer(drawer *d, const plim_boxes *boxes, plim_error *err)
{
    const plim_plan *plan = boxes->config.plan;
    size_t cells = (size_t)plan->n_years * plan->n_factors;
    d->boxes = boxes;
    d->level = plim_alloc(2 * cells + plan->randoms.n_slots, sizeof *d->level);
    if (d->level == NULL)
        return plim_fail_memory(err, "random drivers");
    d->innovation = d->level + cells;
    d->slots = d->innovation + cells;
    return PLIM_OK;
}

static void draw_path(drawer *d, uint32_t path, double *out, uint32_t stride)
{
    const plim_boxes_config *config = &d->boxes->config;
    if (d->boxes->n_needed > 0) {
        plim_simulate_first_innovations(config->plan, config->seed, path, d->boxes->n_needed,
                                        d->innovation);
        plim_simulate_persist(config->plan, d->innovation, d->level);
    }
    plim_path_factors factors = {d->level, d->innovation};
    for (uint32_t slot = 0; slot < config->plan->randoms.n_slots; slot++)
        out[(size_t)slot * stride] = 0;
    plim_simulate_drivers(config->plan, config->seed, path, &factors, out, stride);
}

/* The i-th path that cells must hold. */
static uint32_t path_at(const plim_boxes *b, uint64_t i)
{
    const plim_boxes_config *c = &b->config;
    return c->octet != NULL ? c->octet[i / PLIM_OCTET] * PLIM_OCTET + (uint32_t)(i % PLIM_OCTET)
                            : c->first_path + (uint32_t)i;
}

/* ---- trees ---- */

/* The tree of one family. */
static plim_status grow_tree(plim_boxes *b, size_t f, const plim_cells_sample *sample, bool *uses,
                             plim_error *err)
{
    const plim_plan *plan = b->config.plan;
    uint32_t n_slots = plan->randoms.n_slots, class = (uint32_t)(f / plan->n_years) % b->classes.n;
    const bool *of_class = b->classes.uses + (size_t) class * n_slots;
    plim_cell_at at = {b->scenario[f / plan->n_years / b->classes.n],
                       (uint32_t)(f % plan->n_years)};
    memset(uses, 0, n_slots * sizeof *uses);
    PLIM_TRY(plim_varying_slots(plan, at, uses, err));
    for (uint32_t slot = 0; slot < n_slots; slot++)
        uses[slot] = uses[slot] && of_class[slot];
    return plim_cells_grow(&b->family[f], sample, uses, b->n_cells, err);
}

static plim_status grow_trees(plim_boxes *b, const plim_cells_sample *sample, plim_error *err)
{
    bool *uses = plim_alloc(b->config.plan->randoms.n_slots, sizeof *uses);
    if (uses == NULL)
        return plim_fail_memory(err, "boxes of paths");
    plim_status status = PLIM_OK;
    for (size_t f = 0; f < families(b) && status == PLIM_OK; f++)
        status = grow_tree(b, f, sample, uses, err);
    plim_free(uses);
    return status;
}

static plim_status make_trees(plim_boxes *b, plim_error *err)
{
    const plim_plan *plan = b->config.plan;
    uint32_t n = b->config.n_paths < SAMPLE_MOST ? b->config.n_paths : SAMPLE_MOST;
    drawer d = {0};
    plim_cells_sample sample = {.n_paths = n, .n_slots = plan->randoms.n_slots};
    double *slots = plim_alloc((size_t)n * plan->randoms.n_slots, sizeof *slots);
    plim_status status = slots == NULL ? plim_fail_memory(err, "boxes of paths") : PLIM_OK;
    if (status == PLIM_OK)
        status = open_drawer(&d, b, err);
    for (uint32_t p = 0; p < n && status == PLIM_OK; p++)
        draw_path(&d, path_at(b, p), slots + p, n);
    sample.slots = slots;
    sample.least = plim_varying_least(b->varying[0]);
    sample.most = plim_varying_most(b->varying[0]);
    if (status == PLIM_OK)
        status = grow_trees(b, &sample, err);
    plim_free(d.level);
    plim_free(slots);
    return status;
}

/* One range of paths; a team's task. Each thread widens boxes of its own, and those are joined:
   least and largest have no order. */
static plim_status widen_range(void *job, uint64_t task, int worker, plim_error *err)
{
    plim_boxes *b = job;
    drawer d = {0};
    uint64_t first = task * RANGE_PATHS, end = first + RANGE_PATHS;
    end = end < b->config.n_paths ? end : b->config.n_paths;
    PLIM_TRY(open_drawer(&d, b, err));
    for (uint64_t p = first; p < end; p++) {
        draw_path(&d, path_at(b, p), d.slots, 1);
        bool calm = is_calm(&b->config.plan->randoms, d.slots, 1);
        for (size_t f = 0; f < families(b); f++)
            if (!calm || b->calm[f] == NO_CALM)
                plim_cells_widen(&b->family[f], b->reach[(size_t)worker * families(b) + f], d.slots,
                                 1);
    }
    plim_free(d.level);
    return PLIM_OK;
}

/* Finds the cells of calm paths and lets their boxes hold one. */
static plim_status settle_calm(plim_boxes *b, plim_error *err)
{
    const plim_randoms *randoms = &b->config.plan->randoms;
    double *nothing = plim_alloc(randoms->n_slots, sizeof *nothing);
    b->calm = plim_alloc(families(b), sizeof *b->calm);
    if (nothing == NULL || b->calm == NULL) {
        plim_free(nothing);
        return plim_fail_memory(err, "boxes of paths");
    }
    for (size_t f = 0; f < families(b); f++) {
        b->calm[f] = NO_CALM;
        if (!is_of_hazards(randoms, &b->family[f]))
            continue;
        b->calm[f] = (uint8_t)plim_cells_find(&b->family[f], nothing, 1);
        plim_cells_widen(&b->family[f], b->reach[f], nothing, 1);
    }
    plim_free(nothing);
    return PLIM_OK;
}

static plim_status widen_boxes(plim_boxes *b, plim_error *err)
{
    size_t n = (size_t)b->config.threads * families(b);
    plim_team team = {.threads = b->config.threads};
    b->reach = plim_alloc(n, sizeof(plim_cells_reach *));
    if (b->reach == NULL)
        return plim_fail_memory(err, "boxes of paths");
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < n && status == PLIM_OK; i++)
        status = plim_cells_reach_make(&b->reach[i], &b->family[i % families(b)], err);
    if (status == PLIM_OK)
        status = settle_calm(b, err);
    if (status == PLIM_OK)
        status = plim_team_run(&team, widen_range, b,
                               ((uint64_t)b->config.n_paths + RANGE_PATHS - 1) / RANGE_PATHS, err);
    for (size_t i = 0; i < n && status == PLIM_OK; i++)
        plim_cells_join(&b->family[i % families(b)], b->reach[i]);
    for (size_t i = 0; i < n; i++)
        plim_cells_reach_free(b->reach[i]);
    plim_free(b->reach);
    b->reach = NULL;
    return status;
}

/* ---- thresholds ---- */

static size_t place_of(const plim_boxes *b, uint32_t borrower, uint32_t v, uint32_t t)
{
    const plim_plan *plan = b->config.plan;
    return (((size_t)borrower * b->n_varying + v) * plan->n_years + t) * b->n_cells;
}

static float outward(const plim_plan *plan, uint32_t borrower, double pd, float side)
{
    double threshold = plim_copula_inv(pd, (int)plan->copula_nu) / sqrt(1 - plan->r2[borrower]);
    if (isinf(threshold))
        return (float)threshold;
    return nextafterf((float)(threshold + (double)side * SLACK), side * INFINITY);
}

/* Rows of one family that are evaluated together. */
typedef struct rows {
    plim_boxes *boxes;
    plim_varying *varying;
    uint32_t v, t, class, n;
    uint32_t row[BLOCK];
    double expected[BLOCK]; /* mean over the sample's paths of the upper bound */
} rows;

static void fill_family(rows *r)
{
    plim_boxes *b = r->boxes;
    const plim_plan *plan = b->config.plan;
    const plim_cells *cells = &b->family[plim_boxes_family(b, r->v, r->class) + r->t];
    double low[BLOCK], high[BLOCK];
    memset(r->expected, 0, sizeof r->expected);
    plim_varying_rows(r->varying, (plim_cell_at){b->scenario[r->v], r->t}, r->row, r->n);
    for (uint32_t c = 0; c < cells->n_cells; c++) {
        plim_varying_box(r->varying, plim_cells_low(cells, c), plim_cells_high(cells, c), low,
                         high);
        for (uint32_t i = 0; i < r->n; i++) {
            size_t at = place_of(b, r->row[i], r->v, r->t) + c;
            b->at[at] = (plim_box_threshold){outward(plan, r->row[i], low[i], -1),
                                             outward(plan, r->row[i], high[i], 1)};
            if (low[i] == 0 && high[i] == 1)
                b->gap[(size_t)r->row[i] * b->n_varying + r->v] = 1;
            r->expected[i] += cells->share[c] * high[i];
        }
    }
}

static void fill_rows(rows *r)
{
    plim_boxes *b = r->boxes;
    double survival[BLOCK];
    for (uint32_t i = 0; i < r->n; i++)
        survival[i] = 1;
    for (r->t = 0; r->t < b->config.plan->n_years; r->t++) {
        fill_family(r);
        for (uint32_t i = 0; i < r->n; i++)
            survival[i] *= 1 - r->expected[i];
    }
    for (uint32_t i = 0; i < r->n; i++)
        b->worst[r->row[i]] = fmaxf(b->worst[r->row[i]], (float)(1 - survival[i]));
}

/* Blocks of a class. */
static uint64_t blocks_of(const plim_classes *classes, uint32_t class)
{
    return ((uint64_t)classes->first[class + 1] - classes->first[class] + BLOCK - 1) / BLOCK;
}

/* A block of borrowers of one class; a team's task. */
static plim_status fill_block(void *job, uint64_t task, int worker, plim_error *err)
{
    (void)err;
    plim_boxes *b = job;
    const plim_classes *classes = &b->classes;
    rows r = {.boxes = b, .varying = b->varying[worker]};
    for (; task >= blocks_of(classes, r.class); r.class ++)
        task -= blocks_of(classes, r.class);
    uint64_t first = classes->first[r.class] + task * BLOCK, end = first + BLOCK;
    end = end < classes->first[r.class + 1] ? end : classes->first[r.class + 1];
    for (r.v = 0; r.v < b->n_varying; r.v++) {
        r.n = 0;
        for (uint64_t i = first; i < end; i++)
            if (plim_plan_pd_varies(b->config.plan, classes->order[i], b->scenario[r.v]))
                r.row[r.n++] = classes->order[i];
        if (r.n > 0)
            fill_rows(&r);
    }
    return PLIM_OK;
}

static plim_status fill_thresholds(plim_boxes *b, plim_error *err)
{
    const plim_plan *plan = b->config.plan;
    size_t n = (size_t)plan->n_borrowers * b->n_varying * plan->n_years * b->n_cells;
    b->at = plim_alloc(n, sizeof *b->at);
    b->gap = plim_alloc((size_t)plan->n_borrowers * b->n_varying, sizeof *b->gap);
    b->worst = plim_alloc(plan->n_borrowers, sizeof *b->worst);
    if (b->at == NULL || b->gap == NULL || b->worst == NULL)
        return plim_fail_memory(err, "bounds of PDs");
    for (size_t i = 0; i < n; i++)
        b->at[i] = (plim_box_threshold){-INFINITY, -INFINITY};
    plim_team team = {.threads = b->config.threads};
    uint64_t tasks = 0;
    for (uint32_t k = 0; k < b->classes.n; k++)
        tasks += blocks_of(&b->classes, k);
    return plim_team_run(&team, fill_block, b, tasks, err);
}

/* ---- the whole ---- */

static plim_status make(plim_boxes *b, plim_error *err)
{
    const plim_plan *plan = b->config.plan;
    b->n_varying = count_varying(plan);
    b->n_cells = cells_for(plan);
    for (uint32_t i = 0; i < plan->randoms.count; i++)
        for (uint32_t f = 0; plan->randoms.of[i].loading != NULL && f < plan->n_factors; f++)
            if (plan->randoms.of[i].loading[f] != 0 && f >= b->n_needed)
                b->n_needed = f + 1;
    PLIM_TRY(plim_classes_make(&b->classes, plan, classes_for(plan, b->config.threads), err));
    b->scenario = plim_alloc(b->n_varying, sizeof *b->scenario);
    b->family = plim_alloc(families(b), sizeof *b->family);
    b->varying = plim_alloc((size_t)b->config.threads, sizeof(plim_varying *));
    if (b->scenario == NULL || b->family == NULL || b->varying == NULL)
        return plim_fail_memory(err, "boxes of paths");
    for (int w = 0; w < b->config.threads; w++)
        PLIM_TRY(plim_varying_create(&b->varying[w], plan, err));
    for (uint32_t s = 1, v = 0; s < plan->n_scenarios; s++)
        if (plan->pd_varies[s])
            b->scenario[v++] = s;
    PLIM_TRY(make_trees(b, err));
    PLIM_TRY(widen_boxes(b, err));
    return fill_thresholds(b, err);
}

plim_status plim_boxes_make(plim_boxes **out, const plim_boxes_config *config, plim_error *err)
{
    *out = NULL;
    if (config->plan->pd_varies == NULL || count_varying(config->plan) == 0)
        return PLIM_OK;
    plim_boxes *b = plim_alloc(1, sizeof *b);
    if (b == NULL)
        return plim_fail_memory(err, "boxes of paths");
    b->config = *config;
    plim_status status = make(b, err);
    for (int w = 0; b->varying != NULL && w < config->threads; w++)
        plim_varying_destroy(b->varying[w]);
    plim_free(b->varying);
    b->varying = NULL;
    if (status == PLIM_OK)
        *out = b;
    else
        plim_boxes_free(b);
    return status;
}

void plim_boxes_free(plim_boxes *boxes)
{
    if (boxes == NULL)
        return;
    for (size_t f = 0; boxes->family != NULL && f < families(boxes); f++)
        plim_cells_free(&boxes->family[f]);
    plim_free(boxes->family);
    plim_classes_free(&boxes->classes);
    plim_free(boxes->calm);
    plim_free(boxes->scenario);
    plim_free(boxes->at);
    plim_free(boxes->gap);
    plim_free(boxes->worst);
    plim_free(boxes);
}

uint32_t plim_boxes_count(const plim_boxes *boxes)
{
    return boxes->n_varying;
}

uint32_t plim_boxes_scenario(const plim_boxes *boxes, uint32_t v)
{
    return boxes->scenario[v];
}

uint32_t plim_boxes_cells(const plim_boxes *boxes)
{
    return boxes->n_cells;
}

uint32_t plim_boxes_class(const plim_boxes *boxes, uint32_t borrower)
{
    return boxes->classes.of[borrower];
}

uint32_t plim_boxes_families(const plim_boxes *boxes)
{
    return (uint32_t)families(boxes);
}

uint32_t plim_boxes_family(const plim_boxes *boxes, uint32_t v, uint32_t class)
{
    return (v * boxes->classes.n + class) * boxes->config.plan->n_years;
}

void plim_boxes_find_all(const plim_boxes *boxes, const double *slots, uint32_t stride,
                         uint8_t *cell)
{
    bool calm = is_calm(&boxes->config.plan->randoms, slots, stride);
    for (size_t f = 0; f < families(boxes); f++)
        cell[f * stride] = calm && boxes->calm[f] != NO_CALM
                               ? boxes->calm[f]
                               : (uint8_t)plim_cells_find(&boxes->family[f], slots, stride);
}

uint8_t plim_boxes_find(const plim_boxes *boxes, uint32_t family, const double *slots,
                        uint32_t stride)
{
    return (uint8_t)plim_cells_find(&boxes->family[family], slots, stride);
}

const plim_box_threshold *plim_boxes_at(const plim_boxes *boxes, uint32_t borrower, uint32_t v,
                                        uint32_t t)
{
    return boxes->at + place_of(boxes, borrower, v, t);
}

bool plim_boxes_gap(const plim_boxes *boxes, uint32_t borrower, uint32_t v)
{
    return boxes->gap[(size_t)borrower * boxes->n_varying + v];
}

float plim_boxes_worst(const plim_boxes *boxes, uint32_t borrower)
{
    return boxes->worst[borrower];
}
