#include "simulate/path_pd.h"

#include "base/memory.h"
#include "parallel/team.h"
#include "plan/varying.h"
#include "simulate/drivers.h"
#include "simulate/simulate.h"

#include <math.h>

enum {
    PATHS = PLIM_PATH_PD_PATHS,
    TASK_PATHS = 64, /* of a task: their slots fit into a cache */
    LANES = PLIM_EVALUATE_BLOCK,
    /* Pairs of borrower and path looked at, about: some tenths of a second. */
    MOST_PAIRS = 1 << 16,
};

/* A worker's own. */
typedef struct scratch {
    plim_varying *formulas;
    double *slots, *factors, *innovations; /* slots: [slot * TASK_PATHS + p] */
    double *pd;
    uint32_t n, row[LANES], path[LANES], number[LANES];
} scratch;

typedef struct job {
    const plim_path_pd_work *work;
    plim_path_pd *to;
    scratch *scratch; /* [worker] */
} job;

/* ---- one task: some paths ---- */

static void load(const job *j, scratch *x, uint32_t first_path)
{
    const plim_plan *plan = j->work->plan;
    size_t n = (size_t)plan->randoms.n_slots * TASK_PATHS;
    for (size_t i = 0; i < n; i++)
        x->slots[i] = 0;
    for (uint32_t p = 0; p < TASK_PATHS; p++) {
        plim_path_factors both = {x->factors, x->innovations};
        plim_simulate_innovations(plan, j->work->seed, first_path + p, x->innovations);
        plim_simulate_persist(plan, x->innovations, x->factors);
        plim_simulate_drivers(plan, j->work->seed, first_path + p, &both, x->slots + p, TASK_PATHS);
    }
}

/* Evaluates the pairs at hand and adds their rises. */
static plim_status flush(const job *j, scratch *x, uint32_t s, plim_error *err)
{
    const plim_plan *plan = j->work->plan;
    plim_lanes lanes = {x->n, x->row, x->path, x->slots, TASK_PATHS};
    PLIM_TRY(plim_varying_pd(x->formulas, s, &lanes, x->number, x->pd, err));
    for (uint32_t i = 0; i < x->n; i++) {
        double survival = 1;
        for (uint32_t t = 0; t < plan->n_years; t++)
            survival *= 1 - x->pd[(size_t)t * LANES + i];
        double at_mean = plim_plan_borrower_cumulative_pd(plan, x->row[i], s);
        plim_sum_add(&j->to->rise[(size_t)s * PATHS + x->number[i]], 1 - survival - at_mean);
    }
    x->n = 0;
    return PLIM_OK;
}

/* The first path from `first` on on which the borrower is looked at. */
static uint32_t next_path(const job *j, uint32_t borrower, uint32_t first)
{
    uint32_t mask = j->to->stride - 1;
    uint32_t own = (uint32_t)j->work->plan->book->borrower_key[borrower] & mask;
    return first + ((own - first) & mask);
}

static plim_status add_scenario(const job *j, scratch *x, uint32_t s, uint32_t first_path,
                                plim_error *err)
{
    const plim_plan *plan = j->work->plan;
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        uint32_t path = next_path(j, b, first_path);
        if (path >= first_path + TASK_PATHS || !plan->alive[b] || !plim_plan_pd_varies(plan, b, s))
            continue;
        for (; path < first_path + TASK_PATHS; path += j->to->stride) {
            x->row[x->n] = b;
            x->path[x->n] = path - first_path;
            x->number[x->n++] = path;
            if (x->n == LANES)
                PLIM_TRY(flush(j, x, s, err));
        }
    }
    return x->n > 0 ? flush(j, x, s, err) : PLIM_OK;
}

static plim_status run_task(void *of, uint64_t task, int worker, plim_error *err)
{
    const job *j = of;
    scratch *x = &j->scratch[worker];
    uint32_t first_path = (uint32_t)task * TASK_PATHS;
    load(j, x, first_path);
    for (uint32_t s = 1; s < j->work->plan->n_scenarios; s++)
        if (j->work->plan->pd_varies[s])
            PLIM_TRY(add_scenario(j, x, s, first_path, err));
    return PLIM_OK;
}

/* ---- all ---- */

static plim_status make_scratch(scratch *x, const plim_plan *plan, plim_error *err)
{
    size_t factors = (size_t)plan->n_years * plan->n_factors;
    x->slots = plim_alloc((size_t)plan->randoms.n_slots * TASK_PATHS, sizeof *x->slots);
    x->factors = plim_alloc(factors, sizeof *x->factors);
    x->innovations = plim_alloc(factors, sizeof *x->innovations);
    x->pd = plim_alloc((size_t)plan->n_years * LANES, sizeof *x->pd);
    if (x->slots == NULL || x->factors == NULL || x->innovations == NULL || x->pd == NULL)
        return plim_fail_memory(err, "a worker's paths");
    return plim_varying_create(&x->formulas, plan, err);
}

static void free_scratch(scratch *x)
{
    plim_varying_destroy(x->formulas);
    plim_free(x->slots);
    plim_free(x->factors);
    plim_free(x->innovations);
    plim_free(x->pd);
}

static plim_status prepare(plim_path_pd *to, const plim_path_pd_work *work, plim_error *err)
{
    if (to->rise != NULL)
        return PLIM_OK;
    to->n_scenarios = work->plan->n_scenarios;
    to->stride = 1;
    while (work->n_borrowers * PATHS / to->stride > MOST_PAIRS)
        to->stride *= 2;
    to->rise = plim_alloc((size_t)to->n_scenarios * PATHS, sizeof *to->rise);
    return to->rise != NULL ? PLIM_OK : plim_fail_memory(err, "PDs of paths");
}

plim_status plim_path_pd_add(plim_path_pd *to, const plim_path_pd_work *work, plim_error *err)
{
    bool varies = false;
    for (uint32_t s = 1; s < work->plan->n_scenarios; s++)
        varies = varies || work->plan->pd_varies[s];
    if (!varies)
        return PLIM_OK;
    PLIM_TRY(prepare(to, work, err));
    size_t n = (size_t)work->threads;
    job j = {work, to, plim_alloc(n, sizeof *j.scratch)};
    plim_status status = j.scratch == NULL ? plim_fail_memory(err, "PDs of paths") : PLIM_OK;
    for (size_t i = 0; i < n && status == PLIM_OK; i++)
        status = make_scratch(&j.scratch[i], work->plan, err);
    if (status == PLIM_OK)
        status = plim_team_run(&(plim_team){.threads = work->threads}, run_task, &j,
                               PATHS / TASK_PATHS, err);
    for (size_t i = 0; j.scratch != NULL && i < n; i++)
        free_scratch(&j.scratch[i]);
    plim_free(j.scratch);
    return status;
}

plim_path_pd_mean plim_path_pd_of(const plim_path_pd *of, uint32_t scenario)
{
    plim_path_pd_mean out = {0, 0};
    if (of->rise == NULL)
        return out;
    double sum = 0, squares = 0;
    for (uint32_t p = 0; p < PATHS; p++)
        sum += plim_sum_value(&of->rise[(size_t)scenario * PATHS + p]);
    for (uint32_t p = 0; p < PATHS; p++) {
        double gap = plim_sum_value(&of->rise[(size_t)scenario * PATHS + p]) - sum / PATHS;
        squares += gap * gap;
    }
    out.rise = of->stride * (sum / PATHS);
    out.error = of->stride * sqrt(squares / (PATHS - 1) / PATHS);
    return out;
}

void plim_path_pd_free(plim_path_pd *pd)
{
    plim_free(pd->rise);
    *pd = (plim_path_pd){0};
}
