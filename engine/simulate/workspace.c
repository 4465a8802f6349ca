#include "base/memory.h"
#include "math/draw.h"
#include "math/functions.h"
#include "simulate/mixing.h"
#include "simulate/workspace_parts.h"

#include <math.h>

#define ROUNDING 0x1p-24 /* of one operation in single precision, relative */
#define STEEPEST 0.4     /* the density of the standard normal is nowhere larger */

const plim_kernel plim_kernels[PLIM_ISA_COUNT] = {
    [PLIM_ISA_BASE] = {plim_kernel_bound_base, plim_kernel_screen_base, plim_kernel_judge_base,
                       plim_kernel_index_base, plim_kernel_cumulate_base, plim_kernel_tail_base},
    [PLIM_ISA_AVX2] = {plim_kernel_bound_avx2, plim_kernel_screen_avx2, plim_kernel_judge_avx2,
                       plim_kernel_index_avx2, plim_kernel_cumulate_avx2, plim_kernel_tail_avx2},
    [PLIM_ISA_AVX512] = {plim_kernel_bound_avx512, plim_kernel_screen_avx512,
                         plim_kernel_judge_avx512, plim_kernel_index_avx512,
                         plim_kernel_cumulate_avx512, plim_kernel_tail_avx512},
};

static uint32_t code_rows(const plim_screen *screen)
{
    return screen->most_rows < PLIM_JUDGE_LANES ? screen->most_rows : PLIM_JUDGE_LANES;
}

static plim_status allocate(plim_workspace *w, plim_error *err)
{
    const plim_plan *plan = w->plan;
    size_t n = w->stride, years = plan->n_years, cells = years * plan->n_factors;
    size_t pairs = n * w->config.screen->most_positions;
    w->octet = plim_alloc(w->config.n_octets, sizeof *w->octet);
    w->factor = plim_alloc(cells * n, sizeof *w->factor);
    w->mix = plim_alloc(years * n, sizeof *w->mix);
    w->scratch = plim_alloc(cells + years, sizeof *w->scratch);
    w->z = plim_alloc(cells * n, sizeof *w->z);
    w->mix_single = plim_alloc(years * n, sizeof *w->mix_single);
    w->z_reach = plim_alloc(plan->n_factors, sizeof *w->z_reach);
    w->index = plim_alloc(years * n, sizeof *w->index);
    w->survival = plim_alloc(n, sizeof *w->survival);
    w->bound = plim_alloc(n, sizeof *w->bound);
    w->candidate = plim_alloc(pairs, sizeof *w->candidate);
    w->code = plim_alloc(pairs * code_rows(w->config.screen) + PLIM_JUDGE_LANES, 1);
    w->events.event = plim_alloc(pairs, sizeof *w->events.event);
    w->events.year = plim_alloc(pairs, plan->n_scenarios);
    if (w->config.day_paths > 0) {
        w->events.day = plim_alloc(pairs * plan->n_scenarios, sizeof *w->events.day);
        if (w->events.day == NULL)
            return plim_fail_memory(err, "a worker's block");
    }
    w->exact_index = plim_alloc(years * n, sizeof *w->exact_index);
    w->exact_survival = plim_alloc(n, sizeof *w->exact_survival);
    w->fate = plim_alloc(w->config.reference ? w->config.screen->most_rows * years * n : 0,
                         sizeof *w->fate);
    if (w->octet == NULL || w->factor == NULL || w->mix == NULL || w->scratch == NULL ||
        w->z == NULL || w->mix_single == NULL || w->z_reach == NULL || w->index == NULL ||
        w->survival == NULL || w->bound == NULL || w->candidate == NULL || w->code == NULL ||
        w->events.event == NULL || w->events.year == NULL || w->exact_index == NULL ||
        w->exact_survival == NULL || w->fate == NULL)
        return plim_fail_memory(err, "a worker's block");
    return plim_varied_create(w, err);
}

uint64_t plim_workspace_bytes(const plim_screen *screen, uint32_t n_octets)
{
    const plim_plan *plan = screen->plan;
    uint64_t n = (uint64_t)n_octets * PLIM_OCTET, years = plan->n_years;
    uint64_t pairs = n * screen->most_positions;
    uint64_t a_path = years * (plan->n_factors * 12 + 32) + 24;
    uint64_t a_pair =
        sizeof(plim_candidate) + code_rows(screen) + sizeof(plim_event) + plan->n_scenarios;
    if (plan->n_class_banks > 0)
        a_pair += plan->n_scenarios * sizeof(uint16_t);
    return n * a_path + pairs * a_pair + plim_varied_bytes(screen, n_octets);
}

plim_status plim_workspace_create(plim_workspace **out, const plim_workspace_config *config,
                                  plim_error *err)
{
    *out = NULL;
    plim_workspace *w = plim_alloc(1, sizeof *w);
    if (w == NULL)
        return plim_fail_memory(err, "a worker's block");
    w->config = *config;
    w->config.trust = config->trust > 0 ? config->trust : 1;
    w->plan = config->screen->plan;
    w->kernel = &plim_kernels[config->isa];
    w->stride = config->n_octets * PLIM_OCTET;
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
    plim_free(workspace->octet);
    plim_free(workspace->factor);
    plim_free(workspace->mix);
    plim_free(workspace->scratch);
    plim_free(workspace->z);
    plim_free(workspace->mix_single);
    plim_free(workspace->z_reach);
    plim_free(workspace->index);
    plim_free(workspace->survival);
    plim_free(workspace->bound);
    plim_free(workspace->candidate);
    plim_free(workspace->code);
    plim_free(workspace->events.event);
    plim_free(workspace->events.year);
    plim_free(workspace->events.day);
    plim_free(workspace->exact_index);
    plim_free(workspace->exact_survival);
    plim_free(workspace->fate);
    plim_varied_destroy(workspace->varied);
    plim_free(workspace);
}

/* ---- a block ---- */

uint32_t plim_workspace_path(const plim_workspace *w, uint32_t p)
{
    return w->octet[p / PLIM_OCTET] * PLIM_OCTET + p % PLIM_OCTET;
}

static void load_path(plim_workspace *w, uint32_t p)
{
    const plim_plan *plan = w->plan;
    size_t cells = (size_t)plan->n_years * plan->n_factors;
    if (w->varied != NULL)
        plim_varied_load(w, p, w->scratch);
    else
        plim_simulate_factors(plan, w->config.seed, plim_workspace_path(w, p), w->scratch);
    for (size_t c = 0; c < cells; c++) {
        double z = w->scratch[c];
        size_t f = c % plan->n_factors;
        w->factor[c * w->stride + p] = z;
        w->z[c * w->stride + p] = (float)z;
        w->z_reach[f] = fmax(w->z_reach[f], fabs(z));
    }
    plim_simulate_mixing(plan, w->config.seed, plim_workspace_path(w, p), w->scratch + cells);
    for (uint32_t t = 0; t < plan->n_years; t++) {
        double mix = w->scratch[cells + t];
        w->mix[(size_t)t * w->stride + p] = mix;
        w->mix_single[(size_t)t * w->stride + p] = (float)mix;
        w->mix_reach = fmax(w->mix_reach, mix);
    }
}

void plim_workspace_load(plim_workspace *workspace, const uint32_t *octet, uint32_t n_octets)
{
    plim_workspace *w = workspace;
    w->n_octets = n_octets;
    w->stride = n_octets * PLIM_OCTET;
    w->wanted = NULL;
    w->mix_reach = 0;
    for (uint32_t f = 0; f < w->plan->n_factors; f++)
        w->z_reach[f] = 0;
    for (uint32_t i = 0; i < n_octets; i++)
        w->octet[i] = octet[i];
    if (w->varied != NULL)
        plim_varied_clear(w);
    for (uint32_t p = 0; p < w->stride; p++)
        load_path(w, p);
}

void plim_workspace_limit_days(plim_workspace *workspace, uint32_t day_paths)
{
    workspace->config.day_paths = day_paths;
}

void plim_workspace_want(plim_workspace *workspace, const uint8_t *wanted)
{
    workspace->wanted = wanted;
}

bool plim_workspace_wants(const plim_workspace *w, uint32_t p)
{
    return w->wanted == NULL || (w->wanted[p / PLIM_OCTET] >> p % PLIM_OCTET & 1) != 0;
}

/* ---- in double ---- */

double plim_workspace_index(const plim_workspace *w, uint32_t borrower, uint32_t p, uint32_t t)
{
    const plim_plan *plan = w->plan;
    const double *factor = w->factor + (size_t)t * plan->n_factors * w->stride + p;
    double sum = 0;
    for (uint32_t k = plan->first_loading[borrower]; k < plan->first_loading[borrower + 1]; k++)
        sum += plan->loading[k] * factor[(size_t)plan->loading_factor[k] * w->stride];
    return sum;
}

plim_fate plim_workspace_fate(const plim_workspace *workspace, const plim_event *event, size_t row,
                              uint32_t year)
{
    const plim_workspace *w = workspace;
    plim_fate fate = {.index = plim_workspace_index(w, event->borrower, event->path, year)};
    fate.mixing = w->mix[(size_t)year * w->stride + event->path];
    fate.argument = w->plan->threshold[row * w->plan->n_years + year] * fate.mixing - fate.index;
    return fate;
}

int64_t plim_workspace_loss(const plim_workspace *workspace, const plim_severity *severity,
                            const plim_event *event, const plim_loan_fate *fate)
{
    const plim_plan *plan = workspace->plan;
    const plim_loan_value *value = plim_varied_value(workspace, event, fate);
    if (plim_severity_is_fixed(severity))
        return value != NULL ? plim_fen_loss(value->lgd, value->ead_fen)
                             : plan->loss_fen[(size_t)fate->scenario * plan->n_years + fate->year]
                                             [fate->loan];
    size_t row = plim_plan_row(plan, event->borrower, fate->scenario);
    plim_fate at = plim_workspace_fate(workspace, event, row, fate->year);
    double threshold;
    if (plan->severity.kind == PLIM_SEVERITY_FRYE_JACOBS &&
        plim_varied_threshold(workspace, event, fate, &threshold))
        at.argument = threshold * at.mixing - at.index;
    plim_severity_case c = {.loan = fate->loan,
                            .scenario = fate->scenario,
                            .year = fate->year,
                            .path = plim_workspace_path(workspace, event->path),
                            .seed = workspace->config.seed,
                            .argument = at.argument,
                            .index = at.index,
                            .mixing = at.mixing,
                            .value = value};
    return plim_severity_loss(severity, &c);
}

int64_t plim_workspace_exposure(const plim_workspace *workspace, const plim_event *event,
                                const plim_loan_fate *fate)
{
    const plim_plan *plan = workspace->plan;
    const plim_loan_value *value = plim_varied_value(workspace, event, fate);
    return value != NULL ? value->exposure_fen
                         : plan->exposure_fen[(size_t)fate->scenario * plan->n_years + fate->year]
                                             [fate->loan];
}

/* First year of a row in which the uniform lies below the cumulative PD, from 1; 0: none. Step for
   step what plim_kernel_cumulate does. */
static uint8_t exact_year(const plim_workspace *w, const plim_event *event, size_t row,
                          double uniform)
{
    double survival = 1;
    for (uint32_t t = 0; t < w->plan->n_years; t++) {
        plim_fate fate = plim_workspace_fate(w, event, row, t);
        survival *= 1 - plim_normal_cdf(fate.argument);
        if (uniform < 1 - survival)
            return (uint8_t)(t + 1);
    }
    return PLIM_SURVIVES;
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

static uint32_t rows_of(const plim_plan *plan, uint32_t borrower)
{
    return plan->first_row[borrower + 1] - plan->first_row[borrower];
}

static void decide(plim_workspace *w, const plim_event *event, uint8_t *year_of_row)
{
    const plim_plan *plan = w->plan;
    uint64_t key = plan->book->borrower_key[event->borrower];
    double uniform = plim_draw_fate(w->config.seed, key, plim_workspace_path(w, event->path));
    for (uint32_t r = 0; r < rows_of(plan, event->borrower); r++)
        if (year_of_row[r] == PLIM_IN_DOUBT)
            year_of_row[r] =
                exact_year(w, event, (size_t)plan->first_row[event->borrower] + r, uniform);
}

/* Candidates that the filter has looked at. */
static void add_judged(plim_workspace *w, const plim_chunk *chunk, uint32_t n)
{
    const uint32_t *borrower = w->config.screen->borrower + chunk->first;
    uint32_t rows = chunk->n_rows;
    for (uint32_t c = 0; c < n; c++) {
        uint8_t *code = w->code + (size_t)c * rows, any = 0, doubt = 0;
        for (uint32_t r = 0; r < rows; r++) {
            any |= code[r];
            doubt |= code[r] == PLIM_IN_DOUBT;
        }
        if ((any == 0 && w->varied == NULL) ||
            borrower[w->candidate[c].position] == PLIM_NO_BORROWER)
            continue;
        plim_event event = {borrower[w->candidate[c].position], w->candidate[c].position,
                            w->candidate[c].path};
        if (doubt)
            decide(w, &event, code);
        add_event(w, &event, code, c);
    }
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
   probability; the tail itself adds PLIM_TAIL_ERROR, each product of the survival u. The two u at
   the end are those of the comparison's constants; what the double reference rounds is covered a
   thousandfold. */
static float slack_of(const plim_workspace *w, const plim_chunk *chunk)
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
    double a_year = (double)PLIM_TAIL_ERROR + STEEPEST * argument + ROUNDING;
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

static void filter_chunk(plim_workspace *w, const plim_chunk *chunk, float slack, uint32_t n)
{
    const plim_screen *screen = w->config.screen;
    plim_judge_job job = {.n_years = w->plan->n_years,
                          .n_rows = chunk->n_rows,
                          .n_factors = chunk->n_factors,
                          .n_all_factors = w->plan->n_factors,
                          .stride = w->stride,
                          .factor = screen->factor + chunk->first_factor,
                          .cell = screen->cell + chunk->first_cell,
                          .weight =
                              chunk->same_loadings ? NULL : screen->weight + chunk->first_weight,
                          .index = w->index,
                          .z = w->z,
                          .mix = w->mix_single,
                          .slack = slack,
                          .n_candidates = n,
                          .candidate = w->candidate,
                          .code = w->code};
    w->kernel->judge(&job);
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
    float slack = slack_of(w, at);
    uint32_t n = screen_chunk(w, chunk, slack);
    PLIM_TRY(plim_varied_judge(w, at, slack, n, err));
    if (at->n_rows > PLIM_JUDGE_LANES)
        add_unjudged(w, at, n);
    else
        filter_chunk(w, at, slack, n);
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
