#include "run/explain_firms.h"

#include "base/memory.h"
#include "base/money.h"
#include "measure/tables.h"
#include "plan/varying.h"
#include "simulate/hazards.h"

/* ---- damages ---- */

static void hear(void *user, uint32_t borrower, int64_t loss_fen, int64_t payout_fen)
{
    int64_t *sum_fen = user;
    (void)payout_fen;
    sum_fen[borrower] += loss_fen;
}

static plim_status tell_year(const plim_telling *to, uint32_t d, uint32_t t, int64_t *sum_fen,
                             plim_many *many, plim_error *err)
{
    const plim_plan *plan = to->plan;
    const plim_damage *damage = &plan->damages.of[d];
    const plim_random *random = &plan->randoms.of[damage->random];
    const plim_damage_listener listener = {hear, sum_fen};
    plim_told row = {
        plim_measure_scenario(plan, damage->scenario), "borrower", damage->name, "", t, 0};
    uint32_t n = plim_simulate_count(random, to->seed, to->path, t);
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        sum_fen[b] = 0;
    for (uint32_t k = 0; k < n; k++) {
        plim_damage_at of = {d, (uint32_t)plim_simulate_event(random, to->seed, to->path, t, k), t};
        PLIM_TRY(plim_damage_tell(plan, &of, &listener, err));
    }
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        if (sum_fen[b] > 0)
            PLIM_TRY(plim_many_add(many, b, (double)sum_fen[b] / PLIM_FEN_PER_UNIT, err));
    return plim_many_tell(many, to, &plan->book->borrowers, row, err);
}

plim_status plim_explain_damages(const plim_telling *to, plim_error *err)
{
    plim_many many = {0};
    int64_t *sum_fen = plim_alloc(to->plan->n_borrowers, sizeof *sum_fen);
    plim_status status = sum_fen == NULL ? plim_fail_memory(err, "damages of a path") : PLIM_OK;
    for (uint32_t d = 0; d < to->plan->damages.count; d++)
        for (uint32_t t = 0; t < to->plan->n_years && status == PLIM_OK; t++)
            status = tell_year(to, d, t, sum_fen, &many, err);
    plim_many_free(&many);
    plim_free(sum_fen);
    return status;
}

/* ---- defaults ---- */

typedef struct failing {
    const plim_telling *to;
    plim_varying *formulas;
    double *pd; /* [t * PLIM_EVALUATE_BLOCK] of one borrower */
} failing;

/* PD of a borrower in the year of its default, on the path. */
static plim_status pd_of(failing *x, const plim_failed *one, double *pd, plim_error *err)
{
    const plim_plan *plan = x->to->plan;
    uint32_t row = plan->first_row[one->borrower] +
                   plan->row_of[(size_t)one->borrower * plan->n_scenarios + one->scenario];
    uint32_t first = 0;
    plim_lanes lanes = {1, &one->borrower, &first, x->to->slots, 1};
    *pd = plan->pd[(size_t)row * plan->n_years + one->year];
    if (!plim_plan_pd_varies(plan, one->borrower, one->scenario))
        return PLIM_OK;
    PLIM_TRY(plim_varying_pd(x->formulas, one->scenario, &lanes, &x->to->path, x->pd, err));
    *pd = x->pd[(size_t)one->year * PLIM_EVALUATE_BLOCK];
    return PLIM_OK;
}

static bool same(const plim_failed *a, const plim_failed *b)
{
    return a->scenario == b->scenario && a->year == b->year && a->borrower == b->borrower;
}

/* Those of a scenario and year, which begin at `i`, `insolvent` or not. */
static plim_status tell_failures(failing *x, const plim_failures *all, size_t i, bool insolvent,
                                 plim_many *many, plim_error *err)
{
    const plim_plan *plan = x->to->plan;
    const plim_failed *first = &all->list[i];
    plim_told row = {.scenario = plim_measure_scenario(plan, first->scenario),
                     .kind = insolvent ? "insolvent" : "default",
                     .name = "",
                     .t = first->year};
    for (; i < all->count && all->list[i].scenario == first->scenario &&
           all->list[i].year == first->year;
         i++) {
        double pd = 0;
        if (i > 0 && same(&all->list[i], &all->list[i - 1]))
            continue;
        PLIM_TRY(pd_of(x, &all->list[i], &pd, err));
        if ((pd == 1) == insolvent)
            PLIM_TRY(plim_many_add(many, all->list[i].borrower, pd, err));
    }
    return plim_many_tell(many, x->to, &plan->book->borrowers, row, err);
}

plim_status plim_explain_failures(const plim_telling *to, const plim_failures *failures,
                                  plim_error *err)
{
    failing x = {.to = to};
    plim_many many = {0};
    x.pd = plim_alloc((size_t)to->plan->n_years * PLIM_EVALUATE_BLOCK, sizeof *x.pd);
    plim_status status = x.pd == NULL ? plim_fail_memory(err, "defaults of a path")
                                      : plim_varying_create(&x.formulas, to->plan, err);
    for (int insolvent = 1; insolvent >= 0; insolvent--)
        for (size_t i = 0; i < failures->count && status == PLIM_OK; i++) {
            const plim_failed *one = &failures->list[i];
            if (i == 0 || one->scenario != one[-1].scenario || one->year != one[-1].year)
                status = tell_failures(&x, failures, i, insolvent != 0, &many, err);
        }
    plim_many_free(&many);
    plim_varying_destroy(x.formulas);
    plim_free(x.pd);
    return status;
}
