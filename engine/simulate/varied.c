#include "base/memory.h"
#include "math/draw.h"
#include "math/functions.h"
#include "math/student.h"
#include "simulate/classes.h"
#include "simulate/drivers.h"
#include "simulate/single.h"
#include "simulate/varied_parts.h"

#include <math.h>
#include <string.h>

/* ---- making ---- */

static size_t n_families(const plim_workspace *w)
{
    const plim_boxes *boxes = w->config.screen->boxes;
    return boxes == NULL ? 0 : plim_boxes_families(boxes);
}

static plim_status allocate(plim_workspace *w, plim_varied *v, plim_error *err)
{
    const plim_plan *plan = w->plan;
    size_t n = w->stride, years = plan->n_years;
    size_t pairs = n * w->config.screen->most_positions;
    v->innovation = plim_alloc(years * plan->n_factors, sizeof *v->innovation);
    v->slots = plim_alloc(n * plan->randoms.n_slots, sizeof *v->slots);
    v->cell = plim_alloc(n * n_families(w), sizeof *v->cell);
    v->most = plim_alloc(n * years, sizeof *v->most);
    v->calm = plim_alloc(n * years * plan->n_scenarios, sizeof *v->calm);
    v->code = plim_alloc(pairs * v->n_varying, sizeof *v->code);
    v->doubt = plim_alloc(pairs, sizeof *v->doubt);
    v->first_doubt =
        plim_alloc((size_t)w->config.screen->most_positions + 2, sizeof *v->first_doubt);
    v->pd = plim_alloc(years * LANES, sizeof *v->pd);
    v->first_value = plim_alloc(pairs, sizeof *v->first_value);
    if (v->innovation == NULL || v->slots == NULL || v->cell == NULL || v->most == NULL ||
        v->calm == NULL || v->code == NULL || v->doubt == NULL || v->first_doubt == NULL ||
        v->pd == NULL || v->first_value == NULL)
        return plim_fail_memory(err, "a worker's block");
    return plim_varying_create(&v->formulas, plan, err);
}

plim_status plim_varied_create(plim_workspace *w, plim_error *err)
{
    if (!plim_plan_varies(w->plan))
        return PLIM_OK;
    plim_varied *v = w->varied = plim_alloc(1, sizeof *v);
    if (v == NULL)
        return plim_fail_memory(err, "a worker's block");
    const plim_boxes *boxes = w->config.screen->boxes;
    v->n_varying = boxes == NULL ? 0 : plim_boxes_count(boxes);
    return allocate(w, v, err);
}

void plim_varied_destroy(plim_varied *varied)
{
    if (varied == NULL)
        return;
    plim_varying_destroy(varied->formulas);
    plim_free(varied->innovation);
    plim_free(varied->slots);
    plim_free(varied->cell);
    plim_free(varied->most);
    plim_free(varied->calm);
    plim_free(varied->code);
    plim_free(varied->doubt);
    plim_free(varied->first_doubt);
    plim_free(varied->pd);
    plim_free(varied->first_value);
    plim_free(varied->value);
    plim_free(varied);
}

uint64_t plim_varied_bytes(const plim_screen *screen, uint32_t n_octets)
{
    const plim_plan *plan = screen->plan;
    if (!plim_plan_varies(plan))
        return 0;
    uint64_t n = (uint64_t)n_octets * PLIM_OCTET, years = plan->n_years;
    uint64_t a_path = plan->randoms.n_slots * sizeof(double) +
                      years * ((PLIM_CLASSES_MOST + 1) * (uint64_t)plan->n_scenarios + 4);
    uint64_t a_pair = plan->n_scenarios + sizeof(size_t) + sizeof(uint32_t);
    return n * a_path + n * screen->most_positions * a_pair + plim_varying_bytes(plan);
}

/* ---- a block ---- */

void plim_varied_clear(plim_workspace *w)
{
    memset(w->varied->slots, 0,
           (size_t)w->plan->randoms.n_slots * w->stride * sizeof *w->varied->slots);
}

/* In which scenarios and periods does nothing happen on path p that moves a loss? The reference
   evaluates all the same. */
static void note_calm(plim_workspace *w, uint32_t p)
{
    plim_varied *v = w->varied;
    size_t cells = (size_t)w->plan->n_scenarios * w->plan->n_years;
    for (size_t i = 0; i < cells; i++)
        if (w->plan->loss_varies[i])
            v->calm[i * w->stride + p] =
                !w->config.reference &&
                plim_varying_is_calm(v->formulas, i, v->slots + p, w->stride);
}

void plim_varied_load(plim_workspace *w, uint32_t p, double *factors)
{
    plim_varied *v = w->varied;
    const plim_boxes *boxes = w->config.screen->boxes;
    uint32_t path = plim_workspace_path(w, p);
    plim_simulate_innovations(w->plan, w->config.seed, path, v->innovation);
    plim_simulate_persist(w->plan, v->innovation, factors);
    plim_path_factors both = {factors, v->innovation};
    plim_simulate_drivers(w->plan, w->config.seed, path, &both, v->slots + p, w->stride);
    if (boxes != NULL)
        plim_boxes_find_all(boxes, v->slots + p, w->stride, v->cell + p);
    note_calm(w, p);
}

/* Cells of a class in the v-th scenario, [t * stride + p]. */
static const uint8_t *cells_of(const plim_workspace *w, uint32_t v, uint32_t class)
{
    return w->varied->cell +
           (size_t)plim_boxes_family(w->config.screen->boxes, v, class) * w->stride;
}

/* Raises to[t * stride + p] to the largest thresholds of a class, one of a chunk's. */
static void raise_most(const plim_workspace *w, uint32_t class, const float *most, float *to)
{
    uint32_t years = w->plan->n_years, n_cells = plim_boxes_cells(w->config.screen->boxes);
    for (uint32_t v = 0; v < w->varied->n_varying; v++) {
        const uint8_t *cells = cells_of(w, v, class);
        for (uint32_t t = 0; t < years; t++, most += n_cells) {
            const uint8_t *cell = cells + (size_t)t * w->stride;
            float *at = to + (size_t)t * w->stride;
            for (uint32_t p = 0; p < w->stride; p++)
                at[p] = most[cell[p]] > at[p] ? most[cell[p]] : at[p];
        }
    }
}

const float *plim_varied_most(plim_workspace *w, uint32_t number)
{
    plim_varied *v = w->varied;
    const plim_screen *screen = w->config.screen;
    if (v == NULL || v->n_varying == 0)
        return NULL;
    const plim_chunk *chunk = &screen->chunk[number];
    size_t n_cells = plim_boxes_cells(screen->boxes), years = w->plan->n_years;
    const float *most = screen->most_varying + chunk->first_most * v->n_varying * years * n_cells;
    for (size_t i = 0; i < years * w->stride; i++)
        v->most[i] = -INFINITY;
    for (uint32_t class = 0; class < PLIM_CLASSES_MOST; class ++) {
        if (!(chunk->classes >> class & 1))
            continue;
        raise_most(w, class, most, v->most);
        most += v->n_varying * years * n_cells;
    }
    return v->most;
}

/* ---- the filter: bounds by cell, in single precision ---- */

/* A candidate in a scenario. */
typedef struct box_case {
    const plim_chunk *chunk;
    const uint8_t *cell; /* [t * stride + p]: of the borrower's class */
    const plim_candidate *candidate;
    uint32_t borrower, v;
    float slack;
} box_case;

static float single_index(const plim_workspace *w, const box_case *c, uint32_t t)
{
    const plim_screen *screen = w->config.screen;
    if (c->chunk->same_loadings)
        return w->index[(size_t)t * w->stride + c->candidate->path];
    const float *weight = screen->weight + c->chunk->first_weight +
                          (size_t)c->candidate->position * c->chunk->n_factors;
    const uint16_t *factor = screen->factor + c->chunk->first_factor;
    const float *z = w->z + (size_t)t * w->plan->n_factors * w->stride + c->candidate->path;
    float sum = 0;
    for (uint32_t k = 0; k < c->chunk->n_factors; k++)
        sum += weight[k] * z[(size_t)factor[k] * w->stride];
    return sum;
}

/* Bounds of 0 and 1 in any year: what the formula gives might not be acceptable, so it has to be
   looked at, whatever becomes of the borrower before. */
static bool might_be_refused(const plim_workspace *w, const box_case *c)
{
    const plim_boxes *boxes = w->config.screen->boxes;
    uint32_t years = w->plan->n_years;
    const uint8_t *cell = c->cell + c->candidate->path;
    if (!plim_boxes_gap(boxes, c->borrower, c->v))
        return false;
    const plim_box_threshold *of_year = plim_boxes_at(boxes, c->borrower, c->v, 0);
    for (uint32_t t = 0; t < years; t++, of_year += plim_boxes_cells(boxes)) {
        plim_box_threshold at = of_year[cell[(size_t)t * w->stride]];
        if (at.low == -HUGE_VALF && at.high == HUGE_VALF)
            return true;
    }
    return false;
}

/* Does the candidate survive even at the upper bounds? Most do. */
static bool survives_surely(const plim_workspace *w, const box_case *c, float alive)
{
    const plim_boxes *boxes = w->config.screen->boxes;
    const plim_box_threshold *of_year = plim_boxes_at(boxes, c->borrower, c->v, 0);
    uint32_t years = w->plan->n_years;
    size_t n_cells = plim_boxes_cells(boxes), at = c->candidate->path;
    float least = 1.0f;
    for (uint32_t t = 0; t < years && least > alive; t++, of_year += n_cells, at += w->stride) {
        float threshold = of_year[c->cell[at]].high * w->mix_single[at];
        least *= plim_above_single(threshold - single_index(w, c, t));
    }
    return least > alive;
}

/* As the kernel's judge, with two thresholds in place of one: the survival lies between those that
   the bounds give. */
static uint8_t judge_box(const plim_workspace *w, const box_case *c)
{
    const plim_boxes *boxes = w->config.screen->boxes;
    uint32_t years = w->plan->n_years;
    plim_levels level = plim_levels_of(c->candidate->upper, c->slack);
    float least = 1.0f, most = 1.0f;
    uint32_t surely = 0, perhaps = 0; /* years survived */
    if (survives_surely(w, c, level.alive))
        return PLIM_SURVIVES;
    const plim_box_threshold *of_year = plim_boxes_at(boxes, c->borrower, c->v, 0);
    size_t n_cells = plim_boxes_cells(boxes), at = c->candidate->path;
    for (uint32_t t = 0; t < years; t++, of_year += n_cells, at += w->stride) {
        plim_box_threshold threshold = of_year[c->cell[at]];
        float index = single_index(w, c, t), mix = w->mix_single[at];
        least *= plim_above_single(threshold.high * mix - index);
        most *= plim_above_single(threshold.low * mix - index);
        if (most <= level.dead)
            break;
        perhaps++;
        surely += least > level.alive;
    }
    if (surely != perhaps)
        return PLIM_IN_DOUBT;
    return (uint8_t)(surely == years ? PLIM_SURVIVES : surely + 1);
}

/* ---- in double ---- */

/* When a borrower defaults: year from 1, or PLIM_SURVIVES; the band of the year that holds the
   uniform. */
typedef struct lane_fate {
    uint8_t year;
    double uniform, before, after;
} lane_fate;

static lane_fate fate_of_lane(const plim_workspace *w, uint32_t i)
{
    const plim_varied *v = w->varied;
    const plim_plan *plan = w->plan;
    uint32_t borrower = v->row[i], p = v->path[i];
    uint64_t key = plan->book->borrower_key[borrower];
    double scale = sqrt(1 - plan->r2[borrower]), survival = 1;
    lane_fate fate = {.uniform = plim_draw_fate(w->config.seed, key, v->number[i])};
    for (uint32_t t = 0; t < plan->n_years; t++) {
        double threshold =
            plim_copula_inv(v->pd[(size_t)t * LANES + i], (int)plan->copula_nu) / scale;
        double argument =
            threshold * w->mix[(size_t)t * w->stride + p] - plim_workspace_index(w, borrower, p, t);
        fate.before = 1 - survival;
        survival *= 1 - plim_normal_cdf(argument);
        fate.after = 1 - survival;
        if (fate.uniform < fate.after) {
            fate.year = (uint8_t)(t + 1);
            return fate;
        }
    }
    fate.year = PLIM_SURVIVES;
    return fate;
}

/* What is asked of lanes: codes of their fates, or days of their events. */
typedef void lane_taker(plim_workspace *w, size_t owner, const lane_fate *fate);

static void take_code(plim_workspace *w, size_t owner, const lane_fate *fate)
{
    w->varied->code[owner] = fate->year;
}

static void take_day(plim_workspace *w, size_t owner, const lane_fate *fate)
{
    w->events.day[owner] = plim_day_in_year(fate->uniform, fate->before, fate->after);
}

/* Fates of the lanes at hand in scenario s. */
static plim_status decide_lanes(plim_workspace *w, uint32_t s, lane_taker *take, plim_error *err)
{
    plim_varied *v = w->varied;
    plim_lanes lanes = {v->n, v->row, v->path, v->slots, w->stride};
    PLIM_TRY(plim_varying_pd(v->formulas, s, &lanes, v->number, v->pd, err));
    for (uint32_t i = 0; i < v->n; i++) {
        lane_fate fate = fate_of_lane(w, i);
        take(w, v->owner[i], &fate);
    }
    v->n = 0;
    return PLIM_OK;
}

/* Adds a lane. Returns whether there is room for more. */
static bool add_lane(plim_workspace *w, uint32_t borrower, uint32_t p, size_t owner)
{
    plim_varied *v = w->varied;
    v->row[v->n] = borrower;
    v->path[v->n] = p;
    v->number[v->n] = plim_workspace_path(w, p);
    v->owner[v->n++] = owner;
    return v->n < LANES;
}

/* Judges the candidates of the v-th scenario by their bounds. Counts those in doubt by place in
   first_doubt[place + 2]. */
static void judge_boxes(plim_workspace *w, box_case *at, uint32_t n)
{
    plim_varied *v = w->varied;
    const plim_screen *screen = w->config.screen;
    uint32_t s = plim_boxes_scenario(screen->boxes, at->v);
    memset(v->first_doubt, 0, ((size_t)screen->most_positions + 2) * sizeof *v->first_doubt);
    for (uint32_t c = 0; c < n; c++) {
        uint8_t *code = &v->code[(size_t)c * v->n_varying + at->v];
        at->candidate = &w->candidate[c];
        at->borrower = screen->borrower[at->chunk->first + at->candidate->position];
        *code = PLIM_SURVIVES;
        if (at->borrower == PLIM_NO_BORROWER || !plim_plan_pd_varies(w->plan, at->borrower, s))
            continue;
        at->cell = cells_of(w, at->v, plim_boxes_class(screen->boxes, at->borrower));
        v->open.candidates++;
        *code = might_be_refused(w, at) ? PLIM_IN_DOUBT : judge_box(w, at);
        v->first_doubt[at->candidate->position + 2] += *code == PLIM_IN_DOUBT;
    }
}

/* Lists the candidates in doubt, those of a borrower one after the other, so that what hangs on the
   borrower alone is computed once. Returns how many there are. */
static uint32_t sort_doubts(plim_workspace *w, uint32_t scenario, uint32_t n)
{
    plim_varied *v = w->varied;
    uint32_t places = w->config.screen->most_positions;
    for (uint32_t i = 2; i < places + 2; i++)
        v->first_doubt[i] += v->first_doubt[i - 1];
    for (uint32_t c = 0; c < n; c++)
        if (v->code[(size_t)c * v->n_varying + scenario] == PLIM_IN_DOUBT)
            v->doubt[v->first_doubt[w->candidate[c].position + 1]++] = c;
    return v->first_doubt[places];
}

plim_status plim_varied_judge(plim_workspace *w, const plim_chunk *chunk, float slack, uint32_t n,
                              plim_error *err)
{
    plim_varied *v = w->varied;
    const plim_screen *screen = w->config.screen;
    if (v == NULL)
        return PLIM_OK;
    v->n = 0;
    for (uint32_t i = 0; i < v->n_varying; i++) {
        uint32_t s = plim_boxes_scenario(screen->boxes, i);
        box_case at = {.chunk = chunk, .v = i, .slack = slack};
        judge_boxes(w, &at, n);
        uint32_t n_doubts = sort_doubts(w, i, n);
        v->open.evaluated += n_doubts;
        for (uint32_t k = 0; k < n_doubts; k++) {
            uint32_t c = v->doubt[k];
            uint32_t borrower = screen->borrower[chunk->first + w->candidate[c].position];
            if (!add_lane(w, borrower, w->candidate[c].path, (size_t)c * v->n_varying + i))
                PLIM_TRY(decide_lanes(w, s, take_code, err));
        }
        if (v->n > 0)
            PLIM_TRY(decide_lanes(w, s, take_code, err));
    }
    return PLIM_OK;
}

plim_open_fates plim_workspace_open_fates(const plim_workspace *workspace)
{
    return workspace->varied != NULL ? workspace->varied->open : (plim_open_fates){0, 0};
}

plim_status plim_varied_decide(plim_workspace *w, uint32_t borrower, plim_error *err)
{
    plim_varied *v = w->varied;
    if (v == NULL)
        return PLIM_OK;
    v->n = 0;
    for (uint32_t i = 0; i < v->n_varying; i++) {
        uint32_t s = plim_boxes_scenario(w->config.screen->boxes, i);
        if (!plim_plan_pd_varies(w->plan, borrower, s))
            continue;
        for (uint32_t p = 0; p < w->stride; p++)
            if (!add_lane(w, borrower, p, (size_t)p * v->n_varying + i))
                PLIM_TRY(decide_lanes(w, s, take_code, err));
        if (v->n > 0)
            PLIM_TRY(decide_lanes(w, s, take_code, err));
    }
    return PLIM_OK;
}

void plim_varied_years(const plim_workspace *w, uint32_t c, uint32_t borrower, uint8_t *year)
{
    const plim_varied *v = w->varied;
    for (uint32_t i = 0; v != NULL && i < v->n_varying; i++) {
        uint32_t s = plim_boxes_scenario(w->config.screen->boxes, i);
        if (plim_plan_pd_varies(w->plan, borrower, s))
            year[s] = v->code[(size_t)c * v->n_varying + i];
    }
}

/* Lists the events that need a day in scenario s in v->doubt, those of a borrower one after the
   other. Returns how many there are. */
static uint32_t sort_events(plim_workspace *w, uint32_t s)
{
    plim_varied *v = w->varied;
    uint32_t n = w->plan->n_scenarios, places = w->config.screen->most_positions;
    memset(v->first_doubt, 0, ((size_t)places + 2) * sizeof *v->first_doubt);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 2; pass == 1 && i < places + 2; i++)
            v->first_doubt[i] += v->first_doubt[i - 1];
        for (uint32_t e = 0; e < w->events.count; e++) {
            const plim_event *event = &w->events.event[e];
            if (w->events.year[(size_t)e * n + s] == PLIM_SURVIVES ||
                !plim_workspace_has_day(w, event) ||
                !plim_plan_pd_varies(w->plan, event->borrower, s))
                continue;
            if (pass == 0)
                v->first_doubt[event->place + 2]++;
            else
                v->doubt[v->first_doubt[event->place + 1]++] = e;
        }
    }
    return v->first_doubt[places];
}

plim_status plim_varied_days(plim_workspace *w, plim_error *err)
{
    plim_varied *v = w->varied;
    v->n = 0;
    for (uint32_t i = 0; i < v->n_varying; i++) {
        uint32_t s = plim_boxes_scenario(w->config.screen->boxes, i);
        uint32_t n_events = sort_events(w, s);
        for (uint32_t k = 0; k < n_events; k++) {
            const plim_event *event = &w->events.event[v->doubt[k]];
            if (!add_lane(w, event->borrower, event->path,
                          (size_t)v->doubt[k] * w->plan->n_scenarios + s))
                PLIM_TRY(decide_lanes(w, s, take_day, err));
        }
        if (v->n > 0)
            PLIM_TRY(decide_lanes(w, s, take_day, err));
    }
    return PLIM_OK;
}

bool plim_varied_threshold(const plim_workspace *w, const plim_event *event,
                           const plim_loan_fate *fate, double *threshold)
{
    const plim_plan *plan = w->plan;
    plim_varied *v = w->varied;
    plim_error ignored;
    if (v == NULL || !plim_plan_pd_varies(plan, event->borrower, fate->scenario))
        return false;
    uint32_t number = plim_workspace_path(w, event->path);
    plim_lanes lanes = {1, &event->borrower, &event->path, v->slots, w->stride};
    if (plim_varying_pd(v->formulas, fate->scenario, &lanes, &number, v->pd, &ignored) != PLIM_OK)
        return false;
    *threshold = plim_copula_inv(v->pd[(size_t)fate->year * LANES], (int)plan->copula_nu) /
                 sqrt(1 - plan->r2[event->borrower]);
    return true;
}
