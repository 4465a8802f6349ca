#include "run/explain_path.h"

#include "base/memory.h"
#include "base/money.h"
#include "measure/tables.h"
#include "plan/evaluate.h"
#include "run/explain.h"
#include "simulate/drivers.h"
#include "simulate/hazards.h"
#include "simulate/simulate.h"

/* The path's own, to be freed. */
typedef struct numbers {
    double *level, *innovation, *slots;
} numbers;

static plim_status add_factors(const plim_telling *x, const double *level, plim_error *err)
{
    const plim_plan *plan = x->plan;
    for (uint32_t f = 0; f < plan->n_factors; f++)
        for (uint32_t t = 0; t < plan->n_years; t++) {
            plim_told r = {"", "factor", plan->program->model.factors.text[f],
                           "", t,        level[(size_t)t * plan->n_factors + f]};
            PLIM_TRY(plim_telling_add(x, &r, err));
        }
    return PLIM_OK;
}

static plim_status add_process(const plim_telling *x, const plim_random *random, plim_told *r,
                               plim_error *err)
{
    r->kind = "driver";
    for (r->t = 0; r->t < x->plan->n_years; r->t++) {
        r->value = x->slots[random->slot + r->t];
        PLIM_TRY(plim_telling_add(x, r, err));
    }
    return PLIM_OK;
}

/* Which events happen in a year, each once with how often. */
static plim_status add_events(const plim_telling *x, const plim_random *random, plim_told *r,
                              plim_error *err)
{
    uint32_t n = plim_simulate_count(random, x->seed, x->path, r->t);
    r->kind = "event";
    for (uint32_t k = 0; k < n; k++) {
        size_t event = plim_simulate_event(random, x->seed, x->path, r->t, k);
        bool told = false;
        r->value = 0;
        for (uint32_t i = 0; i < n; i++) {
            bool same = plim_simulate_event(random, x->seed, x->path, r->t, i) == event;
            told = told || (same && i < k);
            r->value += same;
        }
        r->what = random->driver->hazard->events.name[event];
        if (!told)
            PLIM_TRY(plim_telling_add(x, r, err));
    }
    return PLIM_OK;
}

/* Sites or pieces of collateral of borrowers in scope that a hazard reaches in a year. */
static plim_status add_reached(const plim_telling *x, const plim_random *random, plim_level level,
                               plim_told *r, plim_error *err)
{
    const plim_plan *plan = x->plan;
    const plim_frame *frame =
        level == PLIM_LEVEL_SITE ? &plan->book->sites : &plan->book->collateral;
    plim_many many = {0};
    plim_status status = PLIM_OK;
    r->kind = level == PLIM_LEVEL_SITE ? "site" : "collateral";
    for (uint32_t i = 0; i < frame->n_rows && status == PLIM_OK; i++) {
        uint32_t borrower = plim_evaluate_borrower(plan->book, level, i);
        uint32_t place = random->place[level][i];
        if (place == PLIM_NO_PLACE || borrower >= plan->n_borrowers ||
            !plan->applies[(size_t)borrower * plan->n_scenarios + random->scenario])
            continue;
        double value = x->slots[random->slot + (size_t)r->t * random->n_places + place];
        if (value > 0)
            status = plim_many_add(&many, i, value, err);
    }
    if (status == PLIM_OK)
        status = plim_many_tell(&many, x, frame, *r, err);
    plim_many_free(&many);
    return status;
}

static plim_status add_hazard(const plim_telling *x, const plim_random *random, plim_told *r,
                              plim_error *err)
{
    const plim_hazard *hazard = random->driver->hazard;
    for (r->t = 0; r->t < x->plan->n_years; r->t++) {
        PLIM_TRY(add_events(x, random, r, err));
        r->kind = "intensity";
        for (uint32_t q = 0; q < random->n_places; q++) {
            r->what = hazard->place[random->placing->place[q]];
            r->value = x->slots[random->slot + (size_t)r->t * random->n_places + q];
            if (r->value > 0)
                PLIM_TRY(plim_telling_add(x, r, err));
        }
        PLIM_TRY(add_reached(x, random, PLIM_LEVEL_SITE, r, err));
        PLIM_TRY(add_reached(x, random, PLIM_LEVEL_COLLATERAL, r, err));
    }
    return PLIM_OK;
}

static plim_status add_drivers(const plim_telling *x, plim_error *err)
{
    const plim_plan *plan = x->plan;
    for (uint32_t i = 0; i < plan->randoms.count; i++) {
        const plim_random *random = &plan->randoms.of[i];
        plim_told r = {
            plim_measure_scenario(plan, random->scenario), "", random->driver->name, "", 0, 0};
        PLIM_TRY(random->driver->hazard != NULL ? add_hazard(x, random, &r, err)
                                                : add_process(x, random, &r, err));
    }
    return PLIM_OK;
}

static plim_status add_damage(const plim_telling *x, const plim_damage *damage, uint32_t t,
                              plim_error *err)
{
    const plim_random *random = &x->plan->randoms.of[damage->random];
    int64_t loss = 0, payout = 0;
    uint32_t n = plim_simulate_count(random, x->seed, x->path, t);
    for (uint32_t k = 0; k < n; k++) {
        size_t at = plim_simulate_event(random, x->seed, x->path, t, k) * x->plan->n_years + t;
        loss += damage->loss_fen[at];
        payout += damage->payout_fen[at];
    }
    plim_told r = {plim_measure_scenario(x->plan, damage->scenario),
                   "damage",
                   damage->name,
                   "loss",
                   t,
                   (double)loss / PLIM_FEN_PER_UNIT};
    if (loss == 0)
        return PLIM_OK;
    PLIM_TRY(plim_telling_add(x, &r, err));
    r.what = "payout";
    r.value = (double)payout / PLIM_FEN_PER_UNIT;
    return payout == 0 ? PLIM_OK : plim_telling_add(x, &r, err);
}

static plim_status simulate(numbers *of, const plim_telling *x, plim_error *err)
{
    const plim_plan *plan = x->plan;
    size_t cells = (size_t)plan->n_years * plan->n_factors;
    of->level = plim_alloc(cells, sizeof *of->level);
    of->innovation = plim_alloc(cells, sizeof *of->innovation);
    of->slots = plim_alloc(plan->randoms.n_slots, sizeof *of->slots);
    if (of->level == NULL || of->innovation == NULL || of->slots == NULL)
        return plim_fail_memory(err, "a path's drivers");
    plim_simulate_innovations(plan, x->seed, x->path, of->innovation);
    plim_simulate_persist(plan, of->innovation, of->level);
    plim_path_factors factors = {of->level, of->innovation};
    plim_simulate_drivers(plan, x->seed, x->path, &factors, of->slots, 1);
    return PLIM_OK;
}

static plim_status tell(const plim_telling *x, const double *level, const plim_failures *failures,
                        plim_error *err)
{
    const plim_plan *plan = x->plan;
    PLIM_TRY(plim_table_init(x->out, &plim_explain_drivers_spec, err));
    PLIM_TRY(add_drivers(x, err));
    for (uint32_t i = 0; i < plan->damages.count; i++)
        for (uint32_t t = 0; t < plan->n_years; t++)
            PLIM_TRY(add_damage(x, &plan->damages.of[i], t, err));
    PLIM_TRY(plim_explain_damages(x, err));
    PLIM_TRY(plim_explain_failures(x, failures, err));
    return add_factors(x, level, err);
}

plim_status plim_explain_path(plim_telling *to, const plim_failures *failures, plim_error *err)
{
    numbers of = {NULL, NULL, NULL};
    plim_status status = simulate(&of, to, err);
    to->slots = of.slots;
    if (status == PLIM_OK)
        status = tell(to, of.level, failures, err);
    to->slots = NULL;
    plim_free(of.level);
    plim_free(of.innovation);
    plim_free(of.slots);
    return status;
}
