/* On which day of its year a default falls. Only of the few who default: what the screen and the
 * filter decided in single precision is computed once more, in double. */
#include "math/draw.h"
#include "math/functions.h"
#include "plan/asset_classes.h"
#include "simulate/workspace_parts.h"

uint16_t plim_day_in_year(double uniform, double before, double after)
{
    double place = (uniform - before) / (after - before);
    if (!(place > 0))
        return 0;
    return place < 1 ? (uint16_t)(PLIM_YEAR_DAYS * place) : PLIM_YEAR_DAYS - 1;
}

bool plim_workspace_has_day(const plim_workspace *w, const plim_event *event)
{
    return plim_workspace_path(w, event->path) < w->config.day_paths;
}

/* What the rows of an event share. */
typedef struct shared {
    const plim_event *event;
    double uniform;
    double index[PLIM_MAX_YEARS]; /* sums of loadings x factors */
    uint32_t n_indices;           /* as far as they were asked for */
} shared;

static void find_indices(const plim_workspace *w, shared *of, uint32_t n)
{
    for (; of->n_indices < n; of->n_indices++)
        of->index[of->n_indices] =
            plim_workspace_index(w, of->event->borrower, of->event->path, of->n_indices);
}

/* Step for step what decides the year (simulate/workspace.c). */
static uint16_t day_of_row(const plim_workspace *w, shared *of, size_t row, uint32_t year)
{
    const plim_plan *plan = w->plan;
    const double *threshold = plan->threshold + row * plan->n_years;
    const double *mix = w->mix + of->event->path;
    double hazard[PLIM_MAX_YEARS], survival = 1, before = 0;
    find_indices(w, of, year + 1);
    for (uint32_t t = 0; t <= year; t++)
        hazard[t] = threshold[t] * mix[(size_t)t * w->stride] - of->index[t];
    plim_normal_cdf_n(hazard, hazard, (int)year + 1);
    for (uint32_t t = 0; t <= year; t++) {
        before = 1 - survival;
        survival *= 1 - hazard[t];
    }
    return plim_day_in_year(of->uniform, before, 1 - survival);
}

/* Scenarios that share a row share the day. */
static void find_days(plim_workspace *w, size_t e)
{
    const plim_plan *plan = w->plan;
    const plim_event *event = &w->events.event[e];
    const uint8_t *row_of = plan->row_of + (size_t)event->borrower * plan->n_scenarios;
    const uint8_t *year = w->events.year + e * plan->n_scenarios;
    uint16_t *day = w->events.day + e * plan->n_scenarios, of_row[256];
    uint64_t done[4] = {0};
    uint64_t key = plan->book->borrower_key[event->borrower];
    shared of = {.event = event,
                 .uniform =
                     plim_draw_fate(w->config.seed, key, plim_workspace_path(w, event->path))};
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        uint8_t row = row_of[s];
        if (year[s] == PLIM_SURVIVES || plim_plan_pd_varies(plan, event->borrower, s))
            continue;
        if (!(done[row / 64] >> row % 64 & 1))
            of_row[row] =
                day_of_row(w, &of, (size_t)plan->first_row[event->borrower] + row, year[s] - 1U);
        done[row / 64] |= UINT64_C(1) << row % 64;
        day[s] = of_row[row];
    }
}

plim_status plim_workspace_days(plim_workspace *w, plim_error *err)
{
    for (size_t e = 0; e < w->events.count; e++)
        if (plim_workspace_has_day(w, &w->events.event[e]))
            find_days(w, e);
    return w->varied == NULL ? PLIM_OK : plim_varied_days(w, err);
}
