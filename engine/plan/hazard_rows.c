#include "plan/hazard_rows.h"

#include "base/memory.h"
#include "math/student.h"
#include "parallel/team.h"
#include "plan/sweep.h"

#include <math.h>
#include <string.h>

/* ---- curves of a chunk ---- */

plim_status plim_hazard_curves_add(plim_hazard_curves *curves, uint32_t borrower, uint32_t s,
                                   const double *pd, plim_error *err)
{
    plim_hazard_curves *c = curves;
    size_t n_years = c->n_years;
    if (plim_grow((void **)&c->borrower, &c->borrower_capacity, c->count + 1,
                  sizeof *c->borrower) != 0 ||
        plim_grow((void **)&c->scenario, &c->scenario_capacity, c->count + 1,
                  sizeof *c->scenario) != 0 ||
        plim_grow((void **)&c->pd, &c->pd_capacity, (c->count + 1) * n_years, sizeof *c->pd) != 0)
        return plim_fail_memory(err, "PD curves");
    c->borrower[c->count] = borrower;
    c->scenario[c->count] = (uint8_t)s;
    memcpy(c->pd + c->count * n_years, pd, n_years * sizeof *pd);
    c->count++;
    return PLIM_OK;
}

void plim_hazard_curves_free(plim_hazard_curves *curves)
{
    plim_free(curves->borrower);
    plim_free(curves->scenario);
    plim_free(curves->pd);
    *curves = (plim_hazard_curves){0};
}

/* ---- rows of a chunk ---- */

typedef struct row_build {
    plim_plan *plan;
    const double *base;
    plim_hazard_curves *curves;
} row_build;

/* The borrowers of a chunk and their curves. */
typedef struct row_chunk {
    const plim_plan *plan;
    const plim_hazard_curves *curves;
    uint32_t first, end;
    size_t start[PLIM_SWEEP_BORROWERS + 1]; /* list[start[b]] on are those of borrower first + b */
    size_t *list;                           /* in order of scenario */
} row_chunk;

static void sort_curves(row_chunk *chunk)
{
    const plim_hazard_curves *curves = chunk->curves;
    size_t *start = chunk->start;
    for (size_t i = 0; i < curves->count; i++)
        start[curves->borrower[i] - chunk->first + 1]++;
    for (uint32_t b = 0; b < chunk->end - chunk->first; b++)
        start[b + 1] += start[b];
    for (size_t i = curves->count; i-- > 0;) /* from behind, each list stays in order */
        chunk->list[--start[curves->borrower[i] - chunk->first + 1]] = i;
    /* each start[b + 1] now stands at the beginning of b's list */
    memmove(start, start + 1, (chunk->end - chunk->first) * sizeof *start);
    start[chunk->end - chunk->first] = curves->count;
}

static plim_status open_chunk(row_chunk **out, const row_build *build, uint64_t number,
                              plim_error *err)
{
    row_chunk *chunk = *out = plim_alloc(1, sizeof *chunk);
    if (chunk == NULL)
        return plim_fail_memory(err, "PD curves");
    uint32_t left = build->plan->n_borrowers - (uint32_t)number * PLIM_SWEEP_BORROWERS;
    chunk->plan = build->plan;
    chunk->curves = &build->curves[number];
    chunk->first = (uint32_t)number * PLIM_SWEEP_BORROWERS;
    chunk->end = chunk->first + (left < PLIM_SWEEP_BORROWERS ? left : PLIM_SWEEP_BORROWERS);
    chunk->list = plim_alloc(chunk->curves->count, sizeof *chunk->list);
    if (chunk->list == NULL) {
        plim_free(chunk);
        *out = NULL;
        return plim_fail_memory(err, "PD curves");
    }
    sort_curves(chunk);
    return PLIM_OK;
}

static void close_chunk(row_chunk *chunk)
{
    plim_free(chunk->list);
    plim_free(chunk);
}

static const double *curve_at(const row_chunk *chunk, size_t place)
{
    return chunk->curves->pd + chunk->list[place] * chunk->plan->n_years;
}

/* Of a borrower's curves: row_of, and, in first_row of the next one, how many rows there are with
   the book's own. */
static void find_rows(const row_chunk *chunk, uint32_t borrower, const double *base)
{
    const plim_plan *plan = chunk->plan;
    const double *distinct[UINT8_MAX + 1] = {base};
    uint32_t n = 1;
    size_t b = borrower - chunk->first, size = plan->n_years * sizeof *base;
    for (size_t k = chunk->start[b]; k < chunk->start[b + 1]; k++) {
        const double *pd = curve_at(chunk, k);
        uint32_t row = 0;
        while (row < n && memcmp(distinct[row], pd, size) != 0)
            row++;
        if (row == n)
            distinct[n++] = pd;
        uint8_t s = chunk->curves->scenario[chunk->list[k]];
        plan->row_of[(size_t)borrower * plan->n_scenarios + s] = (uint8_t)row;
    }
    plan->first_row[borrower + 1] = n;
}

/* Thresholds of cells first to before last. A PD often stays from one year to the next; its
   quantile is then the same (that of Student's distribution takes half a microsecond). */
static void fill_thresholds(const plim_plan *plan, size_t first, size_t last, double scale)
{
    for (size_t k = first; k < last; k++)
        plan->threshold[k] = k > first && plan->pd[k] == plan->pd[k - 1]
                                 ? plan->threshold[k - 1]
                                 : plim_copula_inv(plan->pd[k], (int)plan->copula_nu) / scale;
}

static void fill_rows(const row_chunk *chunk, uint32_t borrower, const double *base)
{
    const plim_plan *plan = chunk->plan;
    size_t n_years = plan->n_years, size = n_years * sizeof *base, b = borrower - chunk->first;
    uint32_t first = plan->first_row[borrower], n = 1;
    memcpy(plan->pd + first * n_years, base, size);
    for (size_t k = chunk->start[b]; k < chunk->start[b + 1]; k++) {
        uint8_t s = chunk->curves->scenario[chunk->list[k]];
        if (plan->row_of[(size_t)borrower * plan->n_scenarios + s] == n)
            memcpy(plan->pd + (first + n++) * n_years, curve_at(chunk, k), size);
    }
    fill_thresholds(plan, first * n_years, (first + n) * n_years, sqrt(1 - plan->r2[borrower]));
}

/* Does something with every borrower of a chunk. */
static plim_status each_borrower(const row_build *build, uint64_t number,
                                 void (*work)(const row_chunk *chunk, uint32_t borrower,
                                              const double *base),
                                 plim_error *err)
{
    row_chunk *chunk;
    PLIM_TRY(open_chunk(&chunk, build, number, err));
    for (uint32_t b = chunk->first; b < chunk->end; b++)
        work(chunk, b, build->base + (size_t)b * build->plan->n_years);
    close_chunk(chunk);
    return PLIM_OK;
}

static plim_status count_chunk(void *user, uint64_t number, int worker, plim_error *err)
{
    (void)worker;
    return each_borrower(user, number, find_rows, err);
}

static plim_status fill_chunk(void *user, uint64_t number, int worker, plim_error *err)
{
    (void)worker;
    const row_build *build = user;
    PLIM_TRY(each_borrower(build, number, fill_rows, err));
    plim_hazard_curves_free(&build->curves[number]);
    return PLIM_OK;
}

/* ---- the whole ---- */

static plim_status number_rows(plim_plan *plan, plim_error *err)
{
    uint64_t next = 0;
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        uint32_t n = plan->first_row[b + 1];
        plan->first_row[b] = (uint32_t)next;
        next += n;
        if (next > UINT32_MAX)
            return plim_fail(err, PLIM_INPUT, "book and scenarios make more than 2^32 PD curves");
    }
    plan->first_row[plan->n_borrowers] = (uint32_t)next;
    plan->pd = plim_alloc((size_t)next * plan->n_years, sizeof *plan->pd);
    plan->threshold = plim_alloc((size_t)next * plan->n_years, sizeof *plan->threshold);
    return plan->pd != NULL && plan->threshold != NULL ? PLIM_OK
                                                       : plim_fail_memory(err, "PD curves");
}

plim_status plim_hazard_rows_make(plim_plan *plan, const double *base, plim_hazard_curves *curves,
                                  int threads, plim_error *err)
{
    row_build build = {plan, base, curves};
    uint32_t n_chunks = plim_sweep_chunks(plan->book);
    plim_team team = {.threads = threads};
    plan->first_row = plim_alloc((size_t)plan->n_borrowers + 1, sizeof *plan->first_row);
    plan->row_of = plim_alloc((size_t)plan->n_borrowers * plan->n_scenarios, sizeof *plan->row_of);
    if (plan->first_row == NULL || plan->row_of == NULL)
        return plim_fail_memory(err, "PD curves");
    PLIM_TRY(plim_team_run(&team, count_chunk, &build, n_chunks, err));
    PLIM_TRY(number_rows(plan, err));
    return plim_team_run(&team, fill_chunk, &build, n_chunks, err);
}
