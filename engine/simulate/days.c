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
        return 1;
    return place < 1 ? (uint16_t)(1 + (int)(PLIM_YEAR_DAYS * place)) : PLIM_YEAR_DAYS;
}

bool plim_workspace_has_day(const plim_workspace *w, const plim_event *event)
{
    return plim_workspace_path(w, event->path) < w->config.day_paths;
}

/* Hazards of some rows of an event, for which the normal distribution is asked at once. */
enum { HAZARDS = 256 };
typedef struct rows {
    const plim_event *event;
    double uniform;
    double index[PLIM_MAX_YEARS]; /* sums of loadings x factors */
    uint32_t n_indices;           /* as far as they were asked for */
    double hazard[HAZARDS];
    uint32_t n_hazards, n;
    uint8_t row[HAZARDS];
    uint32_t end[HAZARDS]; /* of a row's hazards */
} rows;

/* The first `n_years` of a row; years before are the others' as well. */
static void add_row(const plim_workspace *w, rows *of, uint8_t row, uint32_t n_years)
{
    const plim_plan *plan = w->plan;
    size_t at = (size_t)plan->first_row[of->event->borrower] + row;
    const double *threshold = plan->threshold + at * plan->n_years;
    const double *mix = w->mix + of->event->path;
    double *hazard = of->hazard + of->n_hazards;
    for (; of->n_indices < n_years; of->n_indices++)
        of->index[of->n_indices] =
            plim_workspace_index(w, of->event->borrower, of->event->path, of->n_indices);
    for (uint32_t t = 0; t < n_years; t++)
        hazard[t] = threshold[t] * mix[(size_t)t * w->stride] - of->index[t];
    of->n_hazards += n_years;
    of->row[of->n] = row;
    of->end[of->n++] = of->n_hazards;
}

/* Days of the rows at hand, step for step as the year was decided (simulate/workspace.c). */
static void find_rows(rows *of, uint16_t *day_of_row)
{
    plim_normal_cdf_n(of->hazard, of->hazard, (int)of->n_hazards);
    for (uint32_t i = 0, k = 0; i < of->n; i++) {
        double survival = 1, before = 0;
        for (; k < of->end[i]; k++) {
            before = 1 - survival;
            survival *= 1 - of->hazard[k];
        }
        day_of_row[of->row[i]] = plim_day_in_year(of->uniform, before, 1 - survival);
    }
    of->n = of->n_hazards = 0;
}

/* Scenarios that share a row share the day. */
static void find_days(plim_workspace *w, size_t e)
{
    const plim_plan *plan = w->plan;
    const plim_event *event = &w->events.event[e];
    const uint8_t *row_of = plan->row_of + (size_t)event->borrower * plan->n_scenarios;
    const uint8_t *year = w->events.year + e * plan->n_scenarios;
    uint16_t *day = w->events.day + e * plan->n_scenarios, of_row[256];
    uint64_t seen[4] = {0}, key = plan->book->borrower_key[event->borrower];
    uint32_t number = plim_workspace_path(w, event->path);
    rows of;
    of.event = event;
    of.uniform = plim_draw_fate(w->config.seed, key, number);
    of.n_indices = of.n_hazards = of.n = 0;
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        uint8_t row = row_of[s];
        if (year[s] == PLIM_SURVIVES || (seen[row / 64] >> row % 64 & 1) ||
            plim_plan_pd_varies(plan, event->borrower, s))
            continue;
        if (of.n_hazards + year[s] > HAZARDS)
            find_rows(&of, of_row);
        add_row(w, &of, row, year[s]);
        seen[row / 64] |= UINT64_C(1) << row % 64;
    }
    find_rows(&of, of_row);
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        if (year[s] != PLIM_SURVIVES && !plim_plan_pd_varies(plan, event->borrower, s))
            day[s] = of_row[row_of[s]];
}

plim_status plim_workspace_days(plim_workspace *w, plim_error *err)
{
    for (size_t e = 0; e < w->events.count; e++)
        if (plim_workspace_has_day(w, &w->events.event[e]))
            find_days(w, e);
    return w->varied == NULL ? PLIM_OK : plim_varied_days(w, err);
}
