#include "base/memory.h"
#include "math/draw.h"
#include "math/functions.h"
#include "simulate/mixing.h"
#include "simulate/single.h"
#include "simulate/workspace_parts.h"

#include <math.h>

enum {
    CACHE_LINE = 64, /* bytes */
    MARGIN = CACHE_LINE / sizeof(float) + PLIM_JUDGE_MARGIN,
};

const plim_kernel plim_kernels[PLIM_ISA_COUNT] = {
    [PLIM_ISA_BASE] = {plim_kernel_bound_base, plim_kernel_screen_base, plim_kernel_judge_base,
                       PLIM_TAIL_ERROR, plim_kernel_index_base, plim_kernel_cumulate_base,
                       plim_kernel_tail_base, plim_kernel_above_base},
    [PLIM_ISA_AVX2] = {plim_kernel_bound_avx2, plim_kernel_screen_avx2, plim_kernel_judge_avx2,
                       PLIM_TAIL_ERROR, plim_kernel_index_avx2, plim_kernel_cumulate_avx2,
                       plim_kernel_tail_avx2, plim_kernel_above_avx2},
    [PLIM_ISA_AVX512] = {plim_kernel_bound_avx512, plim_kernel_screen_avx512,
                         plim_kernel_judge_avx512, PLIM_CURVE_ERROR, plim_kernel_index_avx512,
                         plim_kernel_cumulate_avx512, plim_kernel_tail_avx512,
                         plim_kernel_above_avx512},
};

static uint32_t code_rows(const plim_screen *screen)
{
    return screen->most_rows < PLIM_JUDGE_LANES ? screen->most_rows : PLIM_JUDGE_LANES;
}

/* Floats that a path has in `line`. */
static size_t line_floats(const plim_workspace *w)
{
    return (size_t)w->n_lines * w->line_years;
}

static float *at_cache_line(float *memory)
{
    return memory == NULL ? NULL
                          : memory + (CACHE_LINE - (uintptr_t)memory % CACHE_LINE) / sizeof *memory;
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
    w->line_memory = plim_alloc(line_floats(w) * n + MARGIN, sizeof *w->line_memory);
    w->line = at_cache_line(w->line_memory);
    w->z_reach = plim_alloc(plan->n_factors, sizeof *w->z_reach);
    w->index = plim_alloc(years * n, sizeof *w->index);
    w->survival = plim_alloc(n, sizeof *w->survival);
    w->bound = plim_alloc(n, sizeof *w->bound);
    w->candidate = plim_alloc(pairs, sizeof *w->candidate);
    w->code = plim_alloc(pairs * code_rows(w->config.screen) + PLIM_JUDGE_LANES, 1);
    w->in_doubt = plim_alloc(pairs + 1, sizeof *w->in_doubt);
    w->events.event = plim_alloc(pairs + 1, sizeof *w->events.event);
    w->events.year = plim_alloc((pairs + 1) * plan->n_scenarios + sizeof(uint64_t), 1);
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
        w->in_doubt == NULL || w->line_memory == NULL || w->events.event == NULL ||
        w->events.year == NULL || w->exact_index == NULL || w->exact_survival == NULL ||
        w->fate == NULL)
        return plim_fail_memory(err, "a worker's block");
    return plim_varied_create(w, err);
}

uint64_t plim_workspace_bytes(const plim_screen *screen, uint32_t n_octets)
{
    const plim_plan *plan = screen->plan;
    uint64_t n = (uint64_t)n_octets * PLIM_OCTET, years = plan->n_years;
    uint64_t pairs = n * screen->most_positions;
    uint64_t lines = (plan->n_factors + 1) * PLIM_LINE_YEARS(plan->n_years) * sizeof(float);
    uint64_t a_path = years * (plan->n_factors * 12 + 32) + lines + 24;
    uint64_t a_pair = sizeof(plim_candidate) + code_rows(screen) + sizeof(uint32_t) +
                      sizeof(plim_event) + plan->n_scenarios;
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
    w->n_lines = w->plan->n_factors + 1;
    w->line_years = PLIM_LINE_YEARS(w->plan->n_years);
    w->curve = plim_curve_make();
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
    plim_free(workspace->line_memory);
    plim_free(workspace->z_reach);
    plim_free(workspace->index);
    plim_free(workspace->survival);
    plim_free(workspace->bound);
    plim_free(workspace->candidate);
    plim_free(workspace->code);
    plim_free(workspace->in_doubt);
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
    uint32_t n_factors = plan->n_factors;
    size_t cells = (size_t)plan->n_years * n_factors;
    float *line = w->line + p * line_floats(w);
    if (w->varied != NULL)
        plim_varied_load(w, p, w->scratch);
    else
        plim_simulate_factors(plan, w->config.seed, plim_workspace_path(w, p), w->scratch);
    for (size_t c = 0; c < cells; c++) {
        double z = w->scratch[c];
        size_t f = c % n_factors;
        float in_steps = (float)(PLIM_STEPS * z);
        w->factor[c * w->stride + p] = z;
        w->z[c * w->stride + p] = in_steps;
        line[f * w->line_years + c / n_factors] = in_steps;
        w->z_reach[f] = fmax(w->z_reach[f], fabs(z));
    }
    plim_simulate_mixing(plan, w->config.seed, plim_workspace_path(w, p), w->scratch + cells);
    for (uint32_t t = 0; t < plan->n_years; t++) {
        double mix = w->scratch[cells + t];
        float in_steps = (float)(PLIM_STEPS * mix);
        w->mix[(size_t)t * w->stride + p] = mix;
        w->mix_single[(size_t)t * w->stride + p] = in_steps;
        line[(size_t)n_factors * w->line_years + t] = in_steps;
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
