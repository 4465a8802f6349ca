#include "run/explain_path.h"

#include "base/memory.h"
#include "measure/tables.h"
#include "run/explain.h"
#include "simulate/drivers.h"
#include "simulate/hazards.h"
#include "simulate/simulate.h"

static const plim_field fields[] = {
    {"scenario", PLIM_CELL_TEXT, "name of the scenario; empty: all of them"},
    {"kind", PLIM_CELL_TEXT, "factor, driver, event, intensity or damage"},
    {"name", PLIM_CELL_TEXT, "factor of the model, driver, hazard or damage"},
    {"year", PLIM_CELL_INT, "scenario year"},
    {"what", PLIM_CELL_TEXT, "event; place of an intensity; loss or payout of a damage"},
    {"value", PLIM_CELL_NUMBER, "value in base units; number of times of an event"},
};

enum { SCENARIO, KIND, NAME, YEAR, WHAT, VALUE };

const plim_table_spec plim_explain_drivers_spec = {
    .name = "drivers_of_path",
    .doc = "what one path is like",
    .fields = fields,
    .n_fields = sizeof fields / sizeof *fields,
};

typedef struct telling {
    plim_table *out;
    const plim_plan *plan;
    uint64_t seed;
    uint32_t path;
    double *level, *innovation, *slots;
} telling;

/* A row to be. */
typedef struct row {
    const char *scenario, *kind, *name, *what;
    uint32_t t;
    double value;
} row;

static plim_status add(const telling *x, const row *r, plim_error *err)
{
    PLIM_TRY(plim_table_add_row(x->out, err));
    PLIM_TRY(plim_table_set_text(x->out, SCENARIO, r->scenario, err));
    PLIM_TRY(plim_table_set_text(x->out, KIND, r->kind, err));
    PLIM_TRY(plim_table_set_text(x->out, NAME, r->name, err));
    plim_table_set_int(x->out, YEAR, x->plan->first_year + (int64_t)r->t);
    PLIM_TRY(plim_table_set_text(x->out, WHAT, r->what, err));
    plim_table_set_number(x->out, VALUE, r->value);
    return PLIM_OK;
}

static plim_status add_factors(const telling *x, plim_error *err)
{
    const plim_plan *plan = x->plan;
    for (uint32_t f = 0; f < plan->n_factors; f++)
        for (uint32_t t = 0; t < plan->n_years; t++) {
            row r = {"", "factor", plan->program->model.factors.text[f],
                     "", t,        x->level[(size_t)t * plan->n_factors + f]};
            PLIM_TRY(add(x, &r, err));
        }
    return PLIM_OK;
}

static plim_status add_process(const telling *x, const plim_random *random, row *r, plim_error *err)
{
    r->kind = "driver";
    for (r->t = 0; r->t < x->plan->n_years; r->t++) {
        r->value = x->slots[random->slot + r->t];
        PLIM_TRY(add(x, r, err));
    }
    return PLIM_OK;
}

/* Which events happen in a year, each once with how often. */
static plim_status add_events(const telling *x, const plim_random *random, row *r, plim_error *err)
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
            PLIM_TRY(add(x, r, err));
    }
    return PLIM_OK;
}

static plim_status add_hazard(const telling *x, const plim_random *random, row *r, plim_error *err)
{
    const plim_hazard *hazard = random->driver->hazard;
    for (r->t = 0; r->t < x->plan->n_years; r->t++) {
        PLIM_TRY(add_events(x, random, r, err));
        r->kind = "intensity";
        for (uint32_t q = 0; q < random->n_places; q++) {
            r->what = hazard->place[random->placing->place[q]];
            r->value = x->slots[random->slot + (size_t)r->t * random->n_places + q];
            if (r->value > 0)
                PLIM_TRY(add(x, r, err));
        }
    }
    return PLIM_OK;
}

static plim_status add_drivers(const telling *x, plim_error *err)
{
    const plim_plan *plan = x->plan;
    for (uint32_t i = 0; i < plan->randoms.count; i++) {
        const plim_random *random = &plan->randoms.of[i];
        row r = {plim_measure_scenario(plan, random->scenario), "", random->driver->name, "", 0, 0};
        PLIM_TRY(random->driver->hazard != NULL ? add_hazard(x, random, &r, err)
                                                : add_process(x, random, &r, err));
    }
    return PLIM_OK;
}

static plim_status add_damage(const telling *x, const plim_damage *damage, uint32_t t,
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
    row r = {plim_measure_scenario(x->plan, damage->scenario),
             "damage",
             damage->name,
             "loss",
             t,
             (double)loss / PLIM_FEN_PER_UNIT};
    if (loss == 0)
        return PLIM_OK;
    PLIM_TRY(add(x, &r, err));
    r.what = "payout";
    r.value = (double)payout / PLIM_FEN_PER_UNIT;
    return payout == 0 ? PLIM_OK : add(x, &r, err);
}

static plim_status tell(telling *x, plim_error *err)
{
    const plim_plan *plan = x->plan;
    size_t cells = (size_t)plan->n_years * plan->n_factors;
    x->level = plim_alloc(cells, sizeof *x->level);
    x->innovation = plim_alloc(cells, sizeof *x->innovation);
    x->slots = plim_alloc(plan->randoms.n_slots, sizeof *x->slots);
    if (x->level == NULL || x->innovation == NULL || x->slots == NULL)
        return plim_fail_memory(err, "a path's drivers");
    plim_simulate_innovations(plan, x->seed, x->path, x->innovation);
    plim_simulate_persist(plan, x->innovation, x->level);
    plim_path_factors factors = {x->level, x->innovation};
    plim_simulate_drivers(plan, x->seed, x->path, &factors, x->slots, 1);
    PLIM_TRY(plim_table_init(x->out, &plim_explain_drivers_spec, err));
    PLIM_TRY(add_drivers(x, err));
    for (uint32_t i = 0; i < plan->damages.count; i++)
        for (uint32_t t = 0; t < plan->n_years; t++)
            PLIM_TRY(add_damage(x, &plan->damages.of[i], t, err));
    return add_factors(x, err);
}

plim_status plim_explain_path(plim_table *out, const plim_plan *plan, uint64_t seed, uint32_t path,
                              plim_error *err)
{
    telling x = {.out = out, .plan = plan, .seed = seed, .path = path};
    plim_status status = tell(&x, err);
    plim_free(x.level);
    plim_free(x.innovation);
    plim_free(x.slots);
    return status;
}
