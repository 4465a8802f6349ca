#include "plan/parts.h"

#include "base/digest.h"
#include "base/memory.h"
#include "math/matrix.h"

#include <math.h>
#include <stdio.h>

/* The factor matrix, the keys that draws of factors go by, the persistence. */
static plim_status set_factors(plim_plan *plan, plim_error *err)
{
    const plim_model *model = &plan->program->model;
    size_t n = plan->n_factors;
    plan->cholesky = plim_alloc(n * n, sizeof *plan->cholesky);
    plan->factor_key = plim_alloc(n, sizeof *plan->factor_key);
    if (plan->cholesky == NULL || plan->factor_key == NULL)
        return plim_fail_memory(err, "systematic factors");
    if (n > 0)
        PLIM_TRY(plim_cholesky(model->correlation, n, plan->cholesky, err));
    for (size_t f = 0; f < n; f++)
        PLIM_TRY(plim_digest_key(model->factors.text[f], &plan->factor_key[f], err));
    if (!(model->persistence >= 0 && model->persistence <= 1))
        return plim_fail(err, PLIM_INPUT, "model %s: persistence is %g; accepted is 0 to 1",
                         model->name, model->persistence);
    plan->persistence = model->persistence;
    plan->copula_nu = model->copula_nu;
    plan->severity = model->severity;
    return PLIM_OK;
}

/* w' Omega w as the squared length of L'w: never negative, whatever the rounding. */
static double r_squared(const double *lower, size_t n, const double *w)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        double part = 0;
        for (size_t i = j; i < n; i++)
            part += lower[i * n + j] * w[i];
        sum += part * part;
    }
    return sum;
}

typedef struct loading_build {
    plim_plan *plan;
    plim_evaluator *evaluator;
    plim_plan_faults faults;
    double *weight; /* n_factors: of the borrower at hand */
    size_t factor_capacity, loading_capacity;
} loading_build;

static void refuse(loading_build *b, uint32_t borrower, uint32_t lane, size_t factor, double value)
{
    const plim_model *model = &b->plan->program->model;
    char what[160];
    bool total = factor == b->plan->n_factors;
    (void)snprintf(what, sizeof what, total ? "R2" : "loading on %.100s",
                   total ? "" : model->factors.text[factor]);
    plim_node node = PLIM_NO_NODE;
    for (size_t f = 0; f < b->plan->n_factors && node == PLIM_NO_NODE; f++)
        if (total || f == factor)
            node = model->loading[f];
    plim_refused_add(&b->faults, b->evaluator, b->plan->program,
                     &(plim_refused){.what = what,
                                     .frame = &b->plan->book->borrowers,
                                     .table = "borrower",
                                     .row = borrower,
                                     .value = value,
                                     .accepted = total ? "0 to below 1" : "a finite number",
                                     .node = node,
                                     .lane = lane});
}

/* Fills `weight`; false if a loading was refused. */
static bool read_weights(loading_build *b, uint32_t borrower, uint32_t lane)
{
    const plim_model *model = &b->plan->program->model;
    for (size_t f = 0; f < b->plan->n_factors; f++) {
        plim_node node = model->loading[f];
        b->weight[f] = node == PLIM_NO_NODE ? 0 : plim_evaluator_values(b->evaluator, node)[lane];
        if (!isfinite(b->weight[f])) {
            refuse(b, borrower, lane, f, b->weight[f]);
            return false;
        }
    }
    return true;
}

static plim_status add_borrower(loading_build *b, uint32_t borrower, uint32_t lane, plim_error *err)
{
    plim_plan *plan = b->plan;
    size_t count = plan->first_loading[borrower];
    plan->first_loading[borrower + 1] = (uint32_t)count;
    if (!plan->alive[borrower] || !read_weights(b, borrower, lane))
        return PLIM_OK;
    double r2 = r_squared(plan->cholesky, plan->n_factors, b->weight);
    if (!(r2 < 1)) {
        refuse(b, borrower, lane, plan->n_factors, r2);
        return PLIM_OK;
    }
    if (count + plan->n_factors > UINT32_MAX)
        return plim_fail(err, PLIM_INPUT, "the book has more than 2^32 factor loadings");
    if (plim_grow((void **)&plan->loading_factor, &b->factor_capacity, count + plan->n_factors,
                  sizeof *plan->loading_factor) != 0 ||
        plim_grow((void **)&plan->loading, &b->loading_capacity, count + plan->n_factors,
                  sizeof *plan->loading) != 0)
        return plim_fail_memory(err, "factor loadings");
    plan->r2[borrower] = r2;
    double scale = sqrt(1 - r2);
    for (uint16_t f = 0; f < plan->n_factors; f++) {
        if (b->weight[f] == 0)
            continue;
        plan->loading_factor[count] = f;
        plan->loading[count++] = b->weight[f] / scale;
    }
    plan->first_loading[borrower + 1] = (uint32_t)count;
    return PLIM_OK;
}

static plim_status add_borrowers(loading_build *b, plim_error *err)
{
    uint32_t n_borrowers = b->plan->n_borrowers;
    for (uint32_t first = 0; first < n_borrowers; first += PLIM_EVALUATE_BLOCK) {
        uint32_t n = n_borrowers - first;
        if (n > PLIM_EVALUATE_BLOCK)
            n = PLIM_EVALUATE_BLOCK;
        plim_evaluator_run(b->evaluator, first, n);
        for (uint32_t i = 0; i < n; i++)
            PLIM_TRY(add_borrower(b, first + i, i, err));
    }
    return PLIM_OK;
}

plim_status plim_plan_model(plim_plan *plan, plim_error *err)
{
    const plim_model *model = &plan->program->model;
    PLIM_TRY(set_factors(plan, err));
    loading_build b = {.plan = plan};
    b.weight = plim_alloc(plan->n_factors, sizeof *b.weight);
    plan->first_loading = plim_alloc((size_t)plan->n_borrowers + 1, sizeof *plan->first_loading);
    plan->r2 = plim_alloc(plan->n_borrowers, sizeof *plan->r2);
    plim_status status = PLIM_OK;
    if (b.weight == NULL || plan->first_loading == NULL || plan->r2 == NULL)
        status = plim_fail_memory(err, "factor loadings");
    if (status == PLIM_OK)
        status = plim_evaluator_create(&b.evaluator,
                                       &(plim_evaluator_config){.book = plan->book,
                                                                .program = plan->program,
                                                                .grain = PLIM_LEVEL_BORROWER,
                                                                .outputs = model->loading,
                                                                .n_outputs = plan->n_factors},
                                       err);
    if (status == PLIM_OK)
        status = add_borrowers(&b, err);
    plim_status faults = plim_plan_faults_end(&b.faults, status == PLIM_OK ? err : NULL);
    plim_evaluator_destroy(b.evaluator);
    plim_free(b.weight);
    return status != PLIM_OK ? status : faults;
}
