#include "simulate/exact.h"

#include "math/draw.h"
#include "math/functions.h"

void plim_exact_begin(plim_exact *exact, const plim_workspace *workspace, const plim_event *event)
{
    uint64_t key = workspace->plan->book->borrower_key[event->borrower];
    exact->workspace = workspace;
    exact->event = event;
    exact->uniform =
        plim_draw_fate(workspace->config.seed, key, plim_workspace_path(workspace, event->path));
    exact->n_indices = 0;
    plim_exact_empty(exact);
}

bool plim_exact_has_room(const plim_exact *exact, uint32_t n_years)
{
    return exact->n_hazards + n_years <= PLIM_EXACT_HAZARDS;
}

void plim_exact_add(plim_exact *exact, uint8_t row, uint32_t n_years)
{
    const plim_workspace *w = exact->workspace;
    const plim_event *event = exact->event;
    const plim_plan *plan = w->plan;
    size_t at = (size_t)plan->first_row[event->borrower] + row;
    const double *threshold = plan->threshold + at * plan->n_years;
    const double *mix = w->mix + event->path;
    double *argument = exact->hazard + exact->n_hazards;
    for (; exact->n_indices < n_years; exact->n_indices++)
        exact->index[exact->n_indices] =
            plim_workspace_index(w, event->borrower, event->path, exact->n_indices);
    for (uint32_t t = 0; t < n_years; t++)
        argument[t] = threshold[t] * mix[(size_t)t * w->stride] - exact->index[t];
    exact->n_hazards += n_years;
    exact->row[exact->n] = row;
    exact->end[exact->n++] = exact->n_hazards;
}

void plim_exact_evaluate(plim_exact *exact)
{
    plim_normal_cdf_n(exact->hazard, exact->hazard, (int)exact->n_hazards);
}

void plim_exact_empty(plim_exact *exact)
{
    exact->n = exact->n_hazards = 0;
}
