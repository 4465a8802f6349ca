/* The events of a chunk on a block: screened, judged, and what that leaves in doubt decided. */
#include "math/draw.h"
#include "simulate/exact.h"
#include "simulate/single.h"
#include "simulate/workspace_parts.h"

#include <math.h>
#include <string.h>

#define ROUNDING 0x1p-24 /* of one operation in single precision, relative */
#define STEEPEST 0.4     /* the density of the standard normal is nowhere larger */

static uint32_t rows_of(const plim_plan *plan, uint32_t borrower)
{
    return plan->first_row[borrower + 1] - plan->first_row[borrower];
}

/* ---- in doubt ---- */

/* First years in which the uniform lies below the cumulative PDs of the rows at hand, from 1; 0:
   none. */
static void find_years(plim_exact *of, uint8_t *year_of_row)
{
    plim_exact_evaluate(of);
    for (uint32_t i = 0, k = 0; i < of->n; i++) {
        double survival = 1;
        uint8_t year = 1;
        for (; k < of->end[i]; k++, year++) {
            survival *= 1 - of->hazard[k];
            if (of->uniform < 1 - survival)
                break;
        }
        year_of_row[of->row[i]] = k < of->end[i] ? year : PLIM_SURVIVES;
        k = of->end[i];
    }
    plim_exact_empty(of);
}

static void prefetch_row(const plim_plan *plan, size_t row)
{
    enum { LINE = 64 / sizeof(double) };
    const double *threshold = plan->threshold + row * plan->n_years;
    for (uint32_t t = 0; t < plan->n_years; t += LINE)
        __builtin_prefetch(threshold + t);
    __builtin_prefetch(threshold + plan->n_years - 1);
}

/* Decides the rows in doubt. */
static void decide(plim_workspace *w, const plim_event *event, uint8_t *year_of_row)
{
    uint32_t n_years = w->plan->n_years, n_rows = rows_of(w->plan, event->borrower);
    plim_exact of;
    plim_exact_begin(&of, w, event);
    for (uint32_t r = 0; r < n_rows; r++) {
        if (year_of_row[r] != PLIM_IN_DOUBT)
            continue;
        if (!plim_exact_has_room(&of, n_years))
            find_years(&of, year_of_row);
        plim_exact_add(&of, (uint8_t)r, n_years);
    }
    find_years(&of, year_of_row);
}

/* The first n of the list of candidates in doubt, whose borrowers lie anywhere in the plan: what
   is read of them is asked for first. */
static void decide_all(plim_workspace *w, const plim_chunk *chunk, uint32_t n)
{
    const plim_plan *plan = w->plan;
    const uint32_t *borrower = w->config.screen->borrower + chunk->first;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t who = borrower[w->candidate[w->in_doubt[i]].position];
        if (who == PLIM_NO_BORROWER)
            continue;
        w->in_doubt[kept++] = w->in_doubt[i];
        __builtin_prefetch(&plan->first_row[who]);
        __builtin_prefetch(&plan->first_loading[who]);
        __builtin_prefetch(&plan->book->borrower_key[who]);
    }
    for (uint32_t i = 0; i < kept; i++) {
        const plim_candidate *c = &w->candidate[w->in_doubt[i]];
        uint32_t who = borrower[c->position];
        const uint8_t *code = w->code + (size_t)w->in_doubt[i] * chunk->n_rows;
        __builtin_prefetch(&plan->loading[plan->first_loading[who]]);
        for (uint32_t r = 0; r < rows_of(plan, who); r++)
            if (code[r] == PLIM_IN_DOUBT)
                prefetch_row(plan, plan->first_row[who] + r);
    }
    for (uint32_t i = 0; i < kept; i++) {
        const plim_candidate *c = &w->candidate[w->in_doubt[i]];
        plim_event event = {borrower[c->position], c->position, c->path};
        decide(w, &event, w->code + (size_t)w->in_doubt[i] * chunk->n_rows);
    }
}

/* ---- events ---- */

/* Years by row to years by scenario; kept if any scenario defaults. `c`: the candidate that has
   what varies from path to path. */
static void add_event(plim_workspace *w, const plim_event *event, const uint8_t *year_of_row,
                      uint32_t c)
{
    uint32_t n = w->plan->n_scenarios;
    const uint8_t *row_of = w->plan->row_of + (size_t)event->borrower * n;
    size_t e = w->events.count;
    uint8_t *year = w->events.year + e * n, any = 0;
    for (uint32_t s = 0; s < n; s++)
        year[s] = year_of_row[row_of[s]];
    if (w->varied != NULL)
        plim_varied_years(w, c, event->borrower, year);
    for (uint32_t s = 0; s < n; s++)
        any |= year[s];
    w->events.event[e] = *event;
    w->events.count += any != 0;
}

/* Candidates that the filter has looked at. */
static void add_judged(plim_workspace *w, const plim_chunk *chunk, uint32_t n)
{
    const uint32_t *borrower = w->config.screen->borrower + chunk->first;
    uint32_t rows = chunk->n_rows;
    for (uint32_t c = 0; c < n; c++) {
        const uint8_t *code = w->code + (size_t)c * rows;
        uint8_t any = 0;
        for (uint32_t r = 0; r < rows; r++)
            any |= code[r];
        plim_event event = {borrower[w->candidate[c].position], w->candidate[c].position,
                            w->candidate[c].path};
        if ((any != 0 || w->varied != NULL) && event.borrower != PLIM_NO_BORROWER)
            add_event(w, &event, code, c);
    }
}

/* The same where a borrower's rows are the scenarios, in their order, and nothing varies: codes are
   copied in words, whose last is cut off by the next event's. */
static void copy_judged(plim_workspace *w, const plim_chunk *chunk, uint32_t n)
{
    enum { WORD = sizeof(uint64_t) };
    const uint32_t *borrower = w->config.screen->borrower + chunk->first;
    uint32_t rows = chunk->n_rows, n_scenarios = w->plan->n_scenarios, rest = n_scenarios % WORD;
    uint64_t last = rest == 0 ? UINT64_MAX : (UINT64_C(1) << 8 * rest) - 1;
    plim_event *event = w->events.event;
    uint8_t *year = w->events.year;
    for (uint32_t c = 0; c < n; c++) {
        uint64_t any = 0;
        for (uint32_t s = 0; s < n_scenarios; s += WORD) {
            uint64_t word;
            memcpy(&word, w->code + (size_t)c * rows + s, WORD);
            memcpy(year + s, &word, WORD);
            any |= s + WORD > n_scenarios ? word & last : word;
        }
        *event = (plim_event){borrower[w->candidate[c].position], w->candidate[c].position,
                              w->candidate[c].path};
        bool kept = any != 0 && event->borrower != PLIM_NO_BORROWER;
        event += kept;
        year += kept ? n_scenarios : 0;
    }
    w->events.count = (size_t)(event - w->events.event);
}

/* More rows than the filter has lanes: every candidate is decided in double. */
static void add_unjudged(plim_workspace *w, const plim_chunk *chunk, uint32_t n)
{
    const uint32_t *borrower = w->config.screen->borrower + chunk->first;
    for (uint32_t c = 0; c < n; c++) {
        uint8_t year_of_row[256];
        plim_event event = {borrower[w->candidate[c].position], w->candidate[c].position,
                            w->candidate[c].path};
        if (event.borrower == PLIM_NO_BORROWER)
            continue;
        for (uint32_t r = 0; r < rows_of(w->plan, event.borrower); r++)
            year_of_row[r] = PLIM_IN_DOUBT;
        decide(w, &event, year_of_row);
        add_event(w, &event, year_of_row, c);
    }
}

/* ---- a chunk ---- */

/* How far a survival in single precision may lie from the true one. With u the rounding of one
   operation: threshold and mix are rounded, multiplied, and the difference is rounded (4 u of the
   product at most); loading and factor are rounded, multiplied, and summed with the others
   ((4 + n) u each), and once more in the difference. The normal tail's slope turns that into
   probability; the distribution itself adds its `error`, each product of the survival u. The two u
   at the end are those of the comparison's constants; what the double reference rounds is covered a
   thousandfold. */
static float slack_of(const plim_workspace *w, const plim_chunk *chunk, float error)
{
    const plim_screen *screen = w->config.screen;
    double index = 0;
    for (uint32_t k = 0; k < chunk->n_factors; k++) {
        size_t at = chunk->first_factor + k;
        double loading = fmax(fabs((double)screen->low[at]), fabs((double)screen->high[at]));
        index += loading * w->z_reach[screen->factor[at]];
    }
    double argument =
        ROUNDING * (4 * (double)chunk->reach * w->mix_reach + (5 + chunk->n_factors) * index);
    double a_year = (double)error + STEEPEST * argument + ROUNDING;
    return (float)(w->config.trust * (w->plan->n_years * a_year + 2 * ROUNDING) * 1.001);
}

static uint32_t screen_chunk(plim_workspace *w, uint32_t number, float slack)
{
    const plim_screen *screen = w->config.screen;
    const plim_chunk *chunk = &screen->chunk[number];
    plim_bound_job bound = {.n_years = w->plan->n_years,
                            .n_factors = chunk->n_factors,
                            .n_all_factors = w->plan->n_factors,
                            .stride = w->stride,
                            .factor = screen->factor + chunk->first_factor,
                            .low = screen->low + chunk->first_factor,
                            .high = screen->high + chunk->first_factor,
                            .most = screen->most + (size_t)number * w->plan->n_years,
                            .most_of_path = plim_varied_most(w, number),
                            .z = w->z,
                            .mix = w->mix_single,
                            .slack = slack,
                            .index = w->index,
                            .survival = w->survival,
                            .bound = w->bound};
    w->kernel->bound(&bound);
    plim_screen_job job = {.n = chunk->n,
                           .key_low = screen->key_low + chunk->first,
                           .key_high = screen->key_high + chunk->first,
                           .n_octets = w->n_octets,
                           .octet = w->octet,
                           .bound = w->bound,
                           .seed_low = (uint32_t)w->config.seed,
                           .seed_high = (uint32_t)(w->config.seed >> 32),
                           .domain = (uint32_t)PLIM_DRAW_DEFAULT << 24,
                           .out = w->candidate};
    uint32_t n = w->kernel->screen(&job);
    if (w->wanted == NULL)
        return n;
    uint32_t kept = 0;
    for (uint32_t c = 0; c < n; c++)
        if (plim_workspace_wants(w, w->candidate[c].path))
            w->candidate[kept++] = w->candidate[c];
    return kept;
}

static void filter_chunk(plim_workspace *w, const plim_chunk *chunk, uint32_t n)
{
    const plim_screen *screen = w->config.screen;
    plim_judge_job job = {.n_years = w->plan->n_years,
                          .n_rows = chunk->n_rows,
                          .n_factors = chunk->n_factors,
                          .n_all_factors = w->plan->n_factors,
                          .stride = w->stride,
                          .index = chunk->same_loadings ? w->index : NULL,
                          .z = w->z,
                          .mix = w->mix_single,
                          .n_lines = w->n_lines,
                          .line_years = w->line_years,
                          .line = w->line,
                          .mixed = w->plan->copula_nu != 0,
                          .curve = &w->curve,
                          .factor = screen->factor + chunk->first_factor,
                          .cell = screen->cell + chunk->first_cell,
                          .weight = screen->weight + chunk->first_weight,
                          .slack = slack_of(w, chunk, w->kernel->judge_error),
                          .n_candidates = n,
                          .candidate = w->candidate,
                          .code = w->code,
                          .in_doubt = w->in_doubt};
    decide_all(w, chunk, w->kernel->judge(&job));
    if (chunk->rows_are_scenarios && w->varied == NULL)
        copy_judged(w, chunk, n);
    else
        add_judged(w, chunk, n);
}

static plim_status reference_borrower(plim_workspace *w, const plim_event *who, plim_error *err)
{
    const plim_plan *plan = w->plan;
    plim_kernel_block block = {plan->n_years, plan->n_factors, w->stride,        w->factor,
                               w->mix,        w->exact_index,  w->exact_survival};
    uint32_t loading = plan->first_loading[who->borrower];
    size_t first = plan->first_row[who->borrower], cells = (size_t)plan->n_years * w->stride;
    uint32_t rows = rows_of(plan, who->borrower);
    w->kernel->index(&block, plan->loading_factor + loading, plan->loading + loading,
                     plan->first_loading[who->borrower + 1] - loading);
    for (uint32_t r = 0; r < rows; r++)
        w->kernel->cumulate(&block, plan->threshold + (first + r) * plan->n_years,
                            w->fate + r * cells);
    PLIM_TRY(plim_varied_decide(w, who->borrower, err));
    for (uint32_t p = 0; p < w->stride; p++) {
        if (!plim_workspace_wants(w, p))
            continue;
        plim_event event = {who->borrower, who->place, p};
        uint8_t year_of_row[256];
        double uniform = plim_draw_fate(w->config.seed, plan->book->borrower_key[who->borrower],
                                        plim_workspace_path(w, p));
        for (uint32_t r = 0; r < rows; r++) {
            uint32_t t = 0;
            const double *fate = w->fate + r * cells + p;
            while (t < plan->n_years && !(uniform < fate[(size_t)t * w->stride]))
                t++;
            year_of_row[r] = (uint8_t)(t < plan->n_years ? t + 1 : PLIM_SURVIVES);
        }
        add_event(w, &event, year_of_row, p);
    }
    return PLIM_OK;
}

static plim_status find_events(plim_workspace *w, uint32_t chunk, plim_error *err)
{
    const plim_screen *screen = w->config.screen;
    const plim_chunk *at = &screen->chunk[chunk];
    if (w->config.reference) {
        for (uint32_t i = 0; i < at->n_borrowers; i++) {
            plim_event who = {.borrower = screen->borrower[at->first + i], .place = i};
            PLIM_TRY(reference_borrower(w, &who, err));
        }
        return PLIM_OK;
    }
    float slack = slack_of(w, at, PLIM_TAIL_ERROR);
    uint32_t n = screen_chunk(w, chunk, slack);
    PLIM_TRY(plim_varied_judge(w, at, slack, n, err));
    if (at->n_rows > PLIM_JUDGE_LANES)
        add_unjudged(w, at, n);
    else
        filter_chunk(w, at, n);
    return PLIM_OK;
}

plim_status plim_workspace_chunk(plim_workspace *workspace, uint32_t chunk,
                                 const plim_events **events, plim_error *err)
{
    workspace->events.count = 0;
    *events = &workspace->events;
    PLIM_TRY(find_events(workspace, chunk, err));
    if (workspace->config.day_paths > 0)
        PLIM_TRY(plim_workspace_days(workspace, err));
    return plim_varied_losses(workspace, err);
}
