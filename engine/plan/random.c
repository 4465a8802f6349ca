#include "plan/random.h"

#include "base/digest.h"
#include "base/memory.h"
#include "math/functions.h"
#include "math/matrix.h"
#include "plan/plan.h"

#include <math.h>
#include <string.h>

/* ---- correlations ---- */

/* Of one scenario: its drivers and their matrices, n x n and n x n_factors. */
typedef struct joint {
    const plim_plan *plan;
    const plim_scenario *scenario;
    plim_random *of; /* the scenario's */
    uint32_t n;
    double *loading, *residual; /* rows of the drivers */
    double *matrix, *left;      /* scratch: n x n, what the factors leave; its deviations, n */
} joint;

static uint32_t factor_named(const plim_plan *plan, const char *name)
{
    uint32_t f = 0;
    while (f < plan->n_factors && strcmp(plan->program->model.factors.text[f], name) != 0)
        f++;
    return f;
}

static uint32_t driver_named(const joint *j, const char *name)
{
    uint32_t i = 0;
    while (i < j->n && strcmp(j->of[i].driver->name, name) != 0)
        i++;
    return i;
}

/* Omega x = rho by the factor L of Omega, in place. */
static void solve(const plim_plan *plan, double *x)
{
    uint32_t n = plan->n_factors;
    const double *lower = plan->cholesky;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < i; k++)
            x[i] -= lower[(size_t)i * n + k] * x[k];
        x[i] /= lower[(size_t)i * n + i];
    }
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t k = i + 1; k < n; k++)
            x[i] -= lower[(size_t)k * n + i] * x[k];
        x[i] /= lower[(size_t)i * n + i];
    }
}

/* a' Omega b. */
static double product(const plim_plan *plan, const double *a, const double *b)
{
    uint32_t n = plan->n_factors;
    double sum = 0;
    for (uint32_t k = 0; k < n; k++) {
        double left = 0, right = 0;
        for (uint32_t i = k; i < n; i++) {
            left += plan->cholesky[(size_t)i * n + k] * a[i];
            right += plan->cholesky[(size_t)i * n + k] * b[i];
        }
        sum += left * right;
    }
    return sum;
}

static plim_status link_factors(joint *j, uint32_t i, plim_error *err)
{
    const plim_plan *plan = j->plan;
    const plim_process *process = j->of[i].driver->process;
    double *a = j->loading + (size_t)i * plan->n_factors;
    for (size_t k = 0; k < process->n_links; k++) {
        const plim_process_link *link = &process->links[k];
        uint32_t f = factor_named(plan, link->name);
        if (f < plan->n_factors)
            a[f] = link->correlation;
        else if (driver_named(j, link->name) == j->n || driver_named(j, link->name) == i)
            return plim_fail(err, PLIM_INPUT,
                             "scenario %s: driver %s goes with %s, which is neither a factor of "
                             "model %s nor another random driver of the scenario",
                             j->scenario->name, j->of[i].driver->name, link->name,
                             plan->program->model.name);
    }
    solve(plan, a);
    return PLIM_OK;
}

/* Drivers linked by name: the correlation of what the factors leave is what is given less what the
   factors bring. The matrix is NaN where nothing has been given yet. */
static plim_status link_drivers(joint *j, uint32_t i, plim_error *err)
{
    const plim_process *process = j->of[i].driver->process;
    size_t n_factors = j->plan->n_factors;
    const double *a = j->loading + i * n_factors;
    for (size_t k = 0; k < process->n_links; k++) {
        uint32_t other = driver_named(j, process->links[k].name);
        if (other == j->n || factor_named(j->plan, process->links[k].name) < n_factors)
            continue;
        double rest =
            process->links[k].correlation - product(j->plan, a, j->loading + other * n_factors);
        double *here = &j->matrix[(size_t)i * j->n + other];
        double *there = &j->matrix[(size_t)other * j->n + i];
        if (!isnan(*here) && *here != rest)
            return plim_fail(err, PLIM_INPUT,
                             "scenario %s: drivers %s and %s each state a correlation with the "
                             "other, and they differ",
                             j->scenario->name, j->of[i].driver->name, j->of[other].driver->name);
        *here = *there = rest;
    }
    return PLIM_OK;
}

/* What the factors leave of each driver's variance, as a deviation, into `left`. */
static plim_status set_left(joint *j, plim_error *err)
{
    size_t n_factors = j->plan->n_factors;
    for (size_t i = 0; i < j->n; i++) {
        const double *a = j->loading + i * n_factors;
        double rest = 1 - product(j->plan, a, a);
        if (!(rest > 0))
            return plim_fail(err, PLIM_INPUT,
                             "scenario %s: driver %s: its correlations with the factors of model "
                             "%s are too large to hold together",
                             j->scenario->name, j->of[i].driver->name,
                             j->plan->program->model.name);
        j->left[i] = sqrt(rest);
    }
    return PLIM_OK;
}

static plim_status join(joint *j, plim_error *err)
{
    size_t n = j->n;
    for (uint32_t i = 0; i < n; i++)
        PLIM_TRY(link_factors(j, i, err));
    PLIM_TRY(set_left(j, err));
    for (size_t i = 0; i < n * n; i++)
        j->matrix[i] = (double)NAN;
    for (uint32_t i = 0; i < n; i++)
        PLIM_TRY(link_drivers(j, i, err));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double *at = &j->matrix[i * n + k];
            *at = i == k ? 1 : isnan(*at) ? 0 : *at / (j->left[i] * j->left[k]);
        }
    plim_error why; /* speaks of rows of a matrix that nobody has written down */
    if (plim_cholesky(j->matrix, n, j->residual, &why) != PLIM_OK)
        return plim_fail(err, PLIM_INPUT,
                         "scenario %s: the correlations of its random drivers cannot hold "
                         "together: there is no distribution that has them all",
                         j->scenario->name);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            j->residual[i * n + k] *= j->left[i];
    return PLIM_OK;
}

/* ---- values by year ---- */

static void fill_years(const plim_plan *plan, const plim_random *random, double *out)
{
    const plim_process *process = random->driver->process;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        int year = plan->first_year + (int)t;
        double spread = plim_pathway_at(&process->spread, year);
        bool regime = process->kind == PLIM_PROCESS_REGIME;
        out[t] = plim_pathway_at(&process->mean, year);
        out[plan->n_years + t] = regime ? plim_normal_inv(1 - spread) : spread;
        out[2 * plan->n_years + t] = regime ? plim_pathway_at(&process->after, year) : 0;
    }
}

/* ---- the whole ---- */

static size_t numbers_of(const plim_plan *plan, size_t n)
{
    return n * (plan->n_factors + n + 3 * (size_t)plan->n_years);
}

static uint32_t count_of(const plim_scenario *scenario)
{
    uint32_t n = 0;
    for (size_t i = 0; i < scenario->n_drivers; i++)
        n += scenario->drivers[i].process != NULL;
    return n;
}

/* Takes its numbers from `at` on. */
static plim_status add_scenario(plim_randoms *out, const plim_plan *plan, uint32_t s, double *at,
                                plim_error *err)
{
    const plim_scenario *scenario = &plan->program->scenarios[s - 1];
    joint j = {.plan = plan,
               .scenario = scenario,
               .of = out->of + out->count,
               .n = count_of(scenario),
               .loading = at};
    j.residual = j.loading + (size_t)j.n * plan->n_factors;
    double *years = j.residual + (size_t)j.n * j.n;
    uint32_t first = out->count;
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        const plim_driver *driver = &scenario->drivers[i];
        if (driver->process == NULL)
            continue;
        uint32_t k = out->count - first;
        plim_random *random = &out->of[out->count++];
        *random = (plim_random){.driver = driver,
                                .scenario = s,
                                .first = first,
                                .n_alike = j.n,
                                .slot = out->n_slots,
                                .loading = j.loading + (size_t)k * plan->n_factors,
                                .residual = j.residual + (size_t)k * j.n,
                                .mean = years,
                                .spread = years + plan->n_years,
                                .after = years + 2 * (size_t)plan->n_years};
        const char *stream = driver->process->stream;
        PLIM_TRY(plim_digest_key(stream[0] != '\0' ? stream : driver->name, &random->key, err));
        fill_years(plan, random, years);
        years += 3 * (size_t)plan->n_years;
        out->n_slots += plan->n_years;
    }
    j.matrix = plim_alloc((size_t)j.n * j.n + j.n, sizeof *j.matrix);
    if (j.matrix == NULL)
        return plim_fail_memory(err, "random drivers");
    j.left = j.matrix + (size_t)j.n * j.n;
    plim_status status = join(&j, err);
    plim_free(j.matrix);
    return status;
}

plim_status plim_randoms_make(plim_randoms *out, const plim_plan *plan, plim_error *err)
{
    *out = (plim_randoms){0};
    size_t n = 0, numbers = 0;
    for (uint32_t s = 1; s < plan->n_scenarios; s++) {
        uint32_t own = count_of(&plan->program->scenarios[s - 1]);
        n += own;
        numbers += numbers_of(plan, own);
    }
    out->of = plim_alloc(n, sizeof *out->of);
    out->numbers = plim_alloc(numbers, sizeof *out->numbers);
    plim_status status = PLIM_OK;
    if (out->of == NULL || out->numbers == NULL)
        status = plim_fail_memory(err, "random drivers");
    double *at = out->numbers;
    for (uint32_t s = 1; s < plan->n_scenarios && status == PLIM_OK; s++) {
        uint32_t own = count_of(&plan->program->scenarios[s - 1]);
        if (own > 0)
            status = add_scenario(out, plan, s, at, err);
        at += numbers_of(plan, own);
    }
    if (status != PLIM_OK)
        plim_randoms_free(out);
    return status;
}

void plim_randoms_free(plim_randoms *randoms)
{
    plim_free(randoms->of);
    plim_free(randoms->numbers);
    *randoms = (plim_randoms){0};
}

uint32_t plim_randoms_slot(const plim_randoms *randoms, const plim_program *program,
                           const plim_expr *expr)
{
    if (randoms == NULL || expr->op != PLIM_OP_DRIVER || !expr->varies)
        return PLIM_NO_SLOT;
    const plim_scenario *scenario = plim_program_scenario(program, expr->scenario);
    const char *name = program->graph.symbols.text[expr->symbol];
    for (uint32_t i = 0; i < randoms->count; i++) {
        const plim_random *random = &randoms->of[i];
        if (&program->scenarios[random->scenario - 1] == scenario &&
            strcmp(random->driver->name, name) == 0)
            return random->slot + (uint16_t)expr->year;
    }
    return PLIM_NO_SLOT;
}
