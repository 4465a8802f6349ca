/* On which day of its year a default falls. Only of the few who default: what the screen and the
 * filter decided in single precision is computed once more, in double. */
#include "plan/asset_classes.h"
#include "simulate/exact.h"

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

/* Days of the rows at hand, step for step as the year was decided (simulate/events.c). */
static void find_rows(plim_exact *of, uint16_t *day_of_row)
{
    plim_exact_evaluate(of);
    for (uint32_t i = 0, k = 0; i < of->n; i++) {
        double survival = 1, before = 0;
        for (; k < of->end[i]; k++) {
            before = 1 - survival;
            survival *= 1 - of->hazard[k];
        }
        day_of_row[of->row[i]] = plim_day_in_year(of->uniform, before, 1 - survival);
    }
    plim_exact_empty(of);
}

/* Scenarios that share a row share the day. */
static void find_days(plim_workspace *w, size_t e)
{
    const plim_plan *plan = w->plan;
    const plim_event *event = &w->events.event[e];
    const uint8_t *row_of = plan->row_of + (size_t)event->borrower * plan->n_scenarios;
    const uint8_t *year = w->events.year + e * plan->n_scenarios;
    uint16_t *day = w->events.day + e * plan->n_scenarios, of_row[256];
    uint64_t seen[4] = {0};
    plim_exact of;
    plim_exact_begin(&of, w, event);
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        uint8_t row = row_of[s];
        if (year[s] == PLIM_SURVIVES || (seen[row / 64] >> row % 64 & 1) ||
            plim_plan_pd_varies(plan, event->borrower, s))
            continue;
        if (!plim_exact_has_room(&of, year[s]))
            find_rows(&of, of_row);
        plim_exact_add(&of, row, year[s]);
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
