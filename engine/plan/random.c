#include "plan/random.h"

#include "base/digest.h"
#include "base/memory.h"
#include "math/functions.h"
#include "math/matrix.h"
#include "plan/places.h"
#include "plan/plan.h"

#include <math.h>
#include <string.h>

#define MOST_SLOTS 100000 /* a path's numbers: a block of 512 paths takes 400 MB of them */

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

/* Drivers of one stream have the same shocks: a shock that is made of both of theirs is not what
   the correlations say. */
static plim_status check_streams(const joint *j, plim_error *err)
{
    for (size_t i = 0; i < j->n; i++)
        for (size_t k = 0; k < j->n; k++)
            for (size_t l = 0; l < k; l++)
                if (j->residual[i * j->n + k] != 0 && j->residual[i * j->n + l] != 0 &&
                    j->of[k].key == j->of[l].key)
                    return plim_fail(err, PLIM_INPUT,
                                     "scenario %s: drivers %s and %s have one stream, so that they "
                                     "share all shocks; no correlation can tie one to the other",
                                     j->scenario->name, j->of[l].driver->name,
                                     j->of[k].driver->name);
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
    return check_streams(j, err);
}

/* ---- values by year ---- */

static void fill_hazard_years(const plim_plan *plan, const plim_hazard *hazard, double *out)
{
    for (uint32_t t = 0; t < plan->n_years; t++) {
        int year = plan->first_year + (int)t;
        out[t] = plim_pathway_at(&hazard->frequency, year);
        out[plan->n_years + t] = plim_pathway_at(&hazard->intensity, year);
    }
}

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

/* What the scenarios hold. */
typedef struct totals {
    size_t processes, hazards, numbers;
} totals;

static totals totals_of(const plim_plan *plan, const plim_scenario *scenario)
{
    totals t = {0};
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        t.processes += scenario->drivers[i].process != NULL;
        t.hazards += scenario->drivers[i].hazard != NULL;
    }
    t.numbers = t.processes * (plan->n_factors + t.processes) +
                (t.processes + t.hazards) * 3 * (size_t)plan->n_years;
    return t;
}

static const char *stream_of(const plim_driver *driver)
{
    const char *stream = driver->process != NULL ? driver->process->stream : driver->hazard->stream;
    return stream[0] != '\0' ? stream : driver->name;
}

/* Adds a random driver whose values by year stand at `years`. */
static plim_status add_random(plim_randoms *out, const plim_plan *plan, const plim_random *made,
                              double *years, plim_error *err)
{
    plim_random *random = &out->of[out->count++];
    *random = *made;
    random->slot = out->n_slots;
    random->mean = years;
    random->spread = years + plan->n_years;
    random->after = years + 2 * (size_t)plan->n_years;
    const plim_hazard *hazard = random->driver->hazard;
    uint64_t slots = (uint64_t)plan->n_years * random->n_places;
    if (hazard != NULL)
        fill_hazard_years(plan, hazard, years);
    else
        fill_years(plan, random, years);
    slots *= hazard != NULL && hazard->today ? 2 : 1;
    if (slots > MOST_SLOTS - out->n_slots)
        return plim_fail(err, PLIM_INPUT,
                         "scenario %s: hazard %s has %u places; all hazards of a run may have %d "
                         "places times years",
                         plan->program->scenarios[random->scenario - 1].name, random->driver->name,
                         random->n_places, MOST_SLOTS);
    out->n_slots += (uint32_t)slots;
    return plim_digest_key(stream_of(random->driver), &random->key, err);
}

static plim_status add_processes(plim_randoms *out, const plim_plan *plan, uint32_t s, double *at,
                                 plim_error *err)
{
    const plim_scenario *scenario = &plan->program->scenarios[s - 1];
    joint j = {.plan = plan,
               .scenario = scenario,
               .of = out->of + out->count,
               .n = (uint32_t)totals_of(plan, scenario).processes,
               .loading = at};
    j.residual = j.loading + (size_t)j.n * plan->n_factors;
    double *years = j.residual + (size_t)j.n * j.n;
    plim_random random = {.scenario = s, .n_places = 1, .first = out->count, .n_alike = j.n};
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        if (scenario->drivers[i].process == NULL)
            continue;
        uint32_t k = out->count - random.first;
        random.driver = &scenario->drivers[i];
        random.loading = j.loading + (size_t)k * plan->n_factors;
        random.residual = j.residual + (size_t)k * j.n;
        PLIM_TRY(add_random(out, plan, &random, years, err));
        years += 3 * (size_t)plan->n_years;
    }
    if (j.n == 0)
        return PLIM_OK;
    j.matrix = plim_alloc((size_t)j.n * j.n + j.n, sizeof *j.matrix);
    if (j.matrix == NULL)
        return plim_fail_memory(err, "random drivers");
    j.left = j.matrix + (size_t)j.n * j.n;
    plim_status status = join(&j, err);
    plim_free(j.matrix);
    return status;
}

/* `place` is that of the next hazard's places, and moves on. */
static plim_status add_hazards(plim_randoms *out, const plim_plan *plan, uint32_t s, double *years,
                               uint32_t **place, plim_error *err)
{
    const plim_scenario *scenario = &plan->program->scenarios[s - 1];
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        if (scenario->drivers[i].hazard == NULL)
            continue;
        plim_random random = {.driver = &scenario->drivers[i], .scenario = s};
        plim_placing *placing = &out->placing[out->n_placings++];
        PLIM_TRY(plim_places_make(placing, plan, &random, *place, err));
        random.placing = placing;
        random.n_places = placing->n_places;
        PLIM_TRY(add_random(out, plan, &random, years, err));
        years += 3 * (size_t)plan->n_years;
        *place += plim_places_rows(plan);
    }
    return PLIM_OK;
}

static plim_status add_scenarios(plim_randoms *out, const plim_plan *plan, plim_error *err)
{
    double *at = out->numbers;
    uint32_t *place = out->places;
    for (uint32_t s = 1; s < plan->n_scenarios; s++) {
        totals t = totals_of(plan, &plan->program->scenarios[s - 1]);
        size_t years = t.hazards * 3 * (size_t)plan->n_years;
        PLIM_TRY(add_processes(out, plan, s, at, err));
        PLIM_TRY(add_hazards(out, plan, s, at + t.numbers - years, &place, err));
        at += t.numbers;
    }
    return PLIM_OK;
}

plim_status plim_randoms_make(plim_randoms *out, const plim_plan *plan, plim_error *err)
{
    *out = (plim_randoms){0};
    totals all = {0};
    for (uint32_t s = 1; s < plan->n_scenarios; s++) {
        totals own = totals_of(plan, &plan->program->scenarios[s - 1]);
        all.processes += own.processes;
        all.hazards += own.hazards;
        all.numbers += own.numbers;
    }
    out->of = plim_alloc(all.processes + all.hazards, sizeof *out->of);
    out->numbers = plim_alloc(all.numbers, sizeof *out->numbers);
    out->placing = plim_alloc(all.hazards, sizeof *out->placing);
    out->places = plim_alloc(all.hazards * plim_places_rows(plan), sizeof *out->places);
    plim_status status =
        out->of == NULL || out->numbers == NULL || out->places == NULL || out->placing == NULL
            ? plim_fail_memory(err, "random drivers")
            : add_scenarios(out, plan, err);
    if (status != PLIM_OK)
        plim_randoms_free(out);
    return status;
}

void plim_randoms_free(plim_randoms *randoms)
{
    plim_free(randoms->of);
    plim_free(randoms->numbers);
    plim_free(randoms->places);
    for (uint32_t i = 0; i < randoms->n_placings; i++)
        plim_placing_free(&randoms->placing[i]);
    plim_free(randoms->placing);
    *randoms = (plim_randoms){0};
}

plim_random_leaf plim_randoms_leaf(const plim_randoms *randoms, const plim_program *program,
                                   const plim_expr *expr)
{
    plim_random_leaf leaf = {.slot = PLIM_NO_SLOT};
    bool hazard = expr->op == PLIM_OP_INTENSITY;
    if (randoms == NULL || !(hazard || (expr->op == PLIM_OP_DRIVER && expr->varies)))
        return leaf;
    const plim_scenario *scenario = plim_program_scenario(program, expr->scenario);
    const char *name = program->graph.symbols.text[expr->symbol];
    for (uint32_t i = 0; i < randoms->count; i++) {
        const plim_random *random = &randoms->of[i];
        if (&program->scenarios[random->scenario - 1] != scenario ||
            strcmp(random->driver->name, name) != 0)
            continue;
        uint32_t year = (uint16_t)expr->year;
        if (hazard && expr->list == PLIM_REFERENCE_IS_TODAY)
            year += (uint32_t)(scenario->last_year - scenario->first_year + 1);
        leaf.slot = random->slot + year * random->n_places;
        leaf.of_borrower = expr->table == PLIM_LEVEL_BORROWER;
        leaf.place = hazard ? random->place[expr->table] : NULL;
    }
    return leaf;
}
