#include "base/memory.h"
#include "simulate/varied_parts.h"

static uint32_t loans_of(const plim_book *book, uint32_t borrower)
{
    return book->first_loan[borrower + 1] - book->first_loan[borrower];
}

static bool is_calm(const plim_workspace *w, plim_cell_at of, uint32_t p)
{
    size_t cell = (size_t)of.scenario * w->plan->n_years + of.year;
    return w->varied->calm[cell * w->stride + p];
}

/* Room for the values of all events. */
static plim_status place_values(plim_workspace *w, plim_error *err)
{
    plim_varied *v = w->varied;
    const plim_plan *plan = w->plan;
    size_t n = 0;
    for (size_t e = 0; e < w->events.count; e++) {
        v->first_value[e] = n;
        n += (size_t)plan->n_scenarios * loans_of(plan->book, w->events.event[e].borrower);
    }
    if (plim_grow((void **)&v->value, &v->value_capacity, n, sizeof *v->value) != 0)
        return plim_fail_memory(err, "losses of loans");
    return PLIM_OK;
}

static plim_status value_lanes(plim_workspace *w, plim_cell_at of, plim_error *err)
{
    plim_varied *v = w->varied;
    plim_loan_value value[LANES];
    plim_lanes lanes = {v->n, v->row, v->path, v->slots, w->stride};
    PLIM_TRY(plim_varying_loans(v->formulas, of, &lanes, v->number, value, err));
    for (uint32_t i = 0; i < v->n; i++)
        v->value[v->owner[i]] = value[i];
    v->n = 0;
    return PLIM_OK;
}

/* The performing loans of an event's borrower. */
static plim_status add_loans(plim_workspace *w, plim_cell_at of, size_t e, plim_error *err)
{
    plim_varied *v = w->varied;
    const plim_book *book = w->plan->book;
    const plim_event *event = &w->events.event[e];
    uint32_t first = book->first_loan[event->borrower], n = loans_of(book, event->borrower);
    for (uint32_t k = 0; k < n; k++) {
        if (book->loan_defaulted[first + k])
            continue;
        v->row[v->n] = first + k;
        v->path[v->n] = event->path;
        v->number[v->n] = plim_workspace_path(w, event->path);
        v->owner[v->n++] = v->first_value[e] + (size_t)of.scenario * n + k;
        if (v->n == LANES)
            PLIM_TRY(value_lanes(w, of, err));
    }
    return PLIM_OK;
}

plim_status plim_varied_losses(plim_workspace *w, plim_error *err)
{
    plim_varied *v = w->varied;
    const plim_plan *plan = w->plan;
    if (v == NULL || plim_plan_losses_are_fixed(plan))
        return PLIM_OK;
    PLIM_TRY(place_values(w, err));
    v->n = 0;
    for (plim_cell_at of = {1, 0}; of.scenario < plan->n_scenarios; of.scenario++)
        for (of.year = 0; of.year < plan->n_years; of.year++) {
            if (!plan->loss_varies[(size_t)of.scenario * plan->n_years + of.year])
                continue;
            for (size_t e = 0; e < w->events.count; e++) {
                size_t at = (size_t)w->events.event[e].borrower * plan->n_scenarios + of.scenario;
                if (w->events.year[e * plan->n_scenarios + of.scenario] == of.year + 1 &&
                    plan->applies[at] && !is_calm(w, of, w->events.event[e].path))
                    PLIM_TRY(add_loans(w, of, e, err));
            }
            if (v->n > 0)
                PLIM_TRY(value_lanes(w, of, err));
        }
    return PLIM_OK;
}

const plim_loan_value *plim_varied_value(const plim_workspace *w, const plim_event *event,
                                         const plim_loan_fate *fate)
{
    const plim_plan *plan = w->plan;
    const plim_varied *v = w->varied;
    uint32_t borrower = event->borrower;
    if (v == NULL || !plan->loss_varies[(size_t)fate->scenario * plan->n_years + fate->year] ||
        !plan->applies[(size_t)borrower * plan->n_scenarios + fate->scenario] ||
        is_calm(w, (plim_cell_at){fate->scenario, fate->year}, event->path))
        return NULL;
    size_t e = (size_t)(event - w->events.event);
    return &v->value[v->first_value[e] + (size_t)fate->scenario * loans_of(plan->book, borrower) +
                     (fate->loan - plan->book->first_loan[borrower])];
}

plim_status plim_varied_loan(plim_workspace *w, plim_cell_at of, uint32_t loan, uint32_t first,
                             int64_t *loss_fen, plim_error *err)
{
    plim_varied *v = w->varied;
    plim_loan_value value[LANES];
    v->n = 0;
    for (uint32_t p = first; p < w->stride && v->n < LANES; p++) {
        v->row[v->n] = loan;
        v->path[v->n] = p;
        v->number[v->n++] = plim_workspace_path(w, p);
    }
    plim_lanes lanes = {v->n, v->row, v->path, v->slots, w->stride};
    PLIM_TRY(plim_varying_loans(v->formulas, of, &lanes, v->number, value, err));
    for (uint32_t i = 0; i < v->n; i++)
        loss_fen[i] = plim_fen_loss(value[i].lgd, value[i].ead_fen);
    v->n = 0;
    return PLIM_OK;
}
