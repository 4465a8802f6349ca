#include "simulate/changes.h"

#include "simulate/workspace_parts.h"

/* A loan on all paths of the block, period after period. */
typedef struct following {
    plim_workspace *w;
    const plim_changes_to *to;
    uint32_t loan, scenario;
    int64_t settled_fen; /* loss that the plan's planes come to, up to the period before */
} following;

/* Adds what a period changes on paths first to first + n - 1, whose losses so far are in `before`.
 */
static void settle(const following *f, plim_cell_at of, uint32_t first, const int64_t *after,
                   int64_t *before)
{
    uint32_t n = f->w->stride - first;
    n = n < PLIM_EVALUATE_BLOCK ? n : PLIM_EVALUATE_BLOCK;
    for (uint32_t i = 0; i < n; i++) {
        plim_change change = {f->loan, of.scenario, of.year, first + i, after[i] - before[i]};
        if (change.fen != 0 && plim_workspace_wants(f->w, first + i))
            f->to->add(f->to->user, &change);
        before[i] = after[i];
    }
}

static plim_status follow_paths(const following *f, uint32_t first, plim_error *err)
{
    const plim_plan *plan = f->w->plan;
    int64_t before[PLIM_EVALUATE_BLOCK], after[PLIM_EVALUATE_BLOCK], settled = f->settled_fen;
    for (uint32_t i = 0; i < PLIM_EVALUATE_BLOCK; i++)
        before[i] = settled;
    for (plim_cell_at of = {f->scenario, 0}; of.year < plan->n_years; of.year++) {
        size_t plane = (size_t)of.scenario * plan->n_years + of.year;
        settled += plan->loss_fen[plane][f->loan];
        for (uint32_t i = 0; i < PLIM_EVALUATE_BLOCK; i++)
            after[i] = settled;
        if (plan->loss_varies[plane])
            PLIM_TRY(plim_varied_loan(f->w, of, f->loan, first, after, err));
        settle(f, of, first, after, before);
    }
    return PLIM_OK;
}

plim_status plim_changes_find(plim_workspace *workspace, const plim_changes_to *to, plim_error *err)
{
    const plim_plan *plan = workspace->plan;
    const plim_book *book = plan->book;
    if (workspace->varied == NULL)
        return PLIM_OK;
    for (uint32_t s = 1; s < plan->n_scenarios; s++)
        for (uint32_t l = 0; l < plan->n_loans; l++) {
            if (!book->loan_defaulted[l] || !plim_plan_loss_varies(plan, l, s))
                continue;
            following f = {workspace, to, l, s, plim_plan_book_loss(plan, l)};
            for (uint32_t first = 0; first < workspace->stride; first += PLIM_EVALUATE_BLOCK)
                PLIM_TRY(follow_paths(&f, first, err));
        }
    return PLIM_OK;
}
