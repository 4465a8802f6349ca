#include "plan/parts.h"

#include "base/memory.h"
#include "math/functions.h"
#include "math/student.h"

#include <math.h>
#include <string.h>

/* How far a PD at reference may stand from the book's, relative to the smaller of p and 1 - p, and
   still be called the same: some thousand roundings, far below anything that an analyst could mean.
 */
#define SAME_PD 1e-12

/* PD curves that differ from the baseline's, in order of scenario, then borrower. */
typedef struct curves {
    uint32_t *borrower;
    uint8_t *scenario;
    double *pd; /* [count * n_years] */
    size_t count, borrower_capacity, scenario_capacity, pd_capacity;
} curves;

typedef struct hazard_build {
    plim_plan *plan;
    double *base; /* [borrower * n_years + t]: the book's PDs */
    curves extra;
    plim_plan_faults faults;
    /* of the scenario at hand */
    uint32_t s;
    const plim_scenario *scenario;
    plim_evaluator *evaluator;
    double shift_sum, weight_sum;
} hazard_build;

static void refuse(hazard_build *b, const plim_refused *refused, uint32_t first, uint32_t lane)
{
    plim_refused whole = *refused;
    whole.scenario = b->scenario->name;
    whole.frame = &b->plan->book->borrowers;
    whole.table = "borrower";
    whole.row = first + lane;
    whole.lane = lane;
    plim_refused_add(&b->faults, b->evaluator, b->plan->program, &whole);
}

/* Reads the condition `asked->node`; false, after a fault, if it is neither 0 nor 1. */
static bool condition(hazard_build *b, const plim_refused *asked, uint32_t first, uint32_t lane,
                      bool *out)
{
    plim_refused refused = *asked;
    refused.value = plim_evaluator_values(b->evaluator, asked->node)[lane];
    refused.accepted = "a condition, 0 or 1";
    *out = refused.value == 1;
    if (refused.value == 0 || refused.value == 1)
        return true;
    refuse(b, &refused, first, lane);
    return false;
}

/* ---- reference shift: what the script does without any shock ---- */

static double borrower_exposure(const plim_book *book, uint32_t borrower)
{
    int64_t sum = 0;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++)
        if (!book->loan_defaulted[l])
            sum += book->exposure_fen[l];
    return (double)sum;
}

static void note_shift(hazard_build *b, uint32_t borrower, double reference, double base)
{
    if (isnan(reference))
        return;
    double shift = reference == base ? 0 : fabs(plim_logit(reference) - plim_logit(base));
    if (shift > b->plan->reference_shift_max[b->s])
        b->plan->reference_shift_max[b->s] = shift;
    double weight = borrower_exposure(b->plan->book, borrower);
    b->shift_sum += weight * (reference - base);
    b->weight_sum += weight;
}

double plim_pd_room(double base)
{
    double room = SAME_PD * (base < 0.5 ? base : 1 - base);
    return base >= 0.5 ? room + 0x1p-50 : room; /* near 1 the double itself is no finer */
}

bool plim_pd_is_unmoved(double pd, double reference, double base)
{
    return pd == reference && fabs(reference - base) <= plim_pd_room(base);
}

/* ---- one borrower in one scenario ---- */

/* The PD that the formula gives, checked; `base` after a fault. */
static double formula_pd(hazard_build *b, int t, uint32_t first, uint32_t lane, double base)
{
    const plim_scenario *scenario = b->scenario;
    double pd = plim_evaluator_values(b->evaluator, scenario->pd[t])[lane];
    if (!(pd >= 0 && pd <= 1)) {
        refuse(b,
               &(plim_refused){.what = "pd",
                               .year = scenario->first_year + t,
                               .value = pd,
                               .accepted = "0 to 1",
                               .node = scenario->pd[t]},
               first, lane);
        return base;
    }
    if (scenario->pd_reference[t] != PLIM_NO_NODE) {
        double reference = plim_evaluator_values(b->evaluator, scenario->pd_reference[t])[lane];
        note_shift(b, first + lane, reference, base);
        if (plim_pd_is_unmoved(pd, reference, base))
            return base;
    }
    return pd + 0.0; /* -0 becomes 0: rows are compared by their bits */
}

/* PD of a period. A formula is checked only where it is used: a firm that is insolvent at reference
   need have no logarithm of its equity. */
static double period_pd(hazard_build *b, int t, uint32_t first, uint32_t lane, double base)
{
    const plim_scenario *scenario = b->scenario;
    int year = scenario->first_year + t;
    bool fails = false, fails_at_reference = false;
    if (scenario->fails[t] != PLIM_NO_NODE &&
        !condition(b, &(plim_refused){.what = "default", .node = scenario->fails[t], .year = year},
                   first, lane, &fails))
        return base;
    if (scenario->fails_reference[t] != PLIM_NO_NODE &&
        !condition(b,
                   &(plim_refused){.what = "default at reference",
                                   .node = scenario->fails_reference[t],
                                   .year = year},
                   first, lane, &fails_at_reference))
        return base;
    if (fails_at_reference) {
        size_t at = (size_t)(first + lane) * b->plan->n_scenarios + b->s;
        b->plan->n_fails_at_reference[b->s] += b->plan->fails_at_reference[at] == 0;
        b->plan->fails_at_reference[at] = 1;
        return base;
    }
    if (fails)
        return 1;
    return scenario->pd[t] == PLIM_NO_NODE ? base : formula_pd(b, t, first, lane, base);
}

/* The least of the years; a year that is not known, or has no interest to cover, is left out. */
static void note_cover(hazard_build *b, uint32_t first, uint32_t lane)
{
    double least = (double)NAN;
    for (uint32_t t = 0; t < b->plan->n_years; t++) {
        double cover = b->scenario->cover[t] != PLIM_NO_NODE
                           ? plim_evaluator_values(b->evaluator, b->scenario->cover[t])[lane]
                           : (double)NAN;
        least = isfinite(cover) ? fmin(least, cover) : least;
    }
    b->plan->cover[(size_t)(first + lane) * b->plan->n_scenarios + b->s] = least;
}

static plim_status keep_curve(hazard_build *b, uint32_t borrower, const double *pd, plim_error *err)
{
    curves *c = &b->extra;
    size_t n_years = b->plan->n_years;
    if (plim_grow((void **)&c->borrower, &c->borrower_capacity, c->count + 1,
                  sizeof *c->borrower) != 0 ||
        plim_grow((void **)&c->scenario, &c->scenario_capacity, c->count + 1,
                  sizeof *c->scenario) != 0 ||
        plim_grow((void **)&c->pd, &c->pd_capacity, (c->count + 1) * n_years, sizeof *c->pd) != 0)
        return plim_fail_memory(err, "PD curves");
    c->borrower[c->count] = borrower;
    c->scenario[c->count] = (uint8_t)b->s;
    memcpy(c->pd + c->count * n_years, pd, n_years * sizeof *pd);
    c->count++;
    return PLIM_OK;
}

static plim_status add_borrower(hazard_build *b, uint32_t first, uint32_t lane, plim_error *err)
{
    plim_plan *plan = b->plan;
    const plim_scenario *scenario = b->scenario;
    uint32_t borrower = first + lane;
    bool applies = true;
    if (scenario->applies != PLIM_NO_NODE &&
        !condition(b, &(plim_refused){.what = "applies", .node = scenario->applies}, first, lane,
                   &applies))
        return PLIM_OK;
    plan->applies[(size_t)borrower * plan->n_scenarios + b->s] = applies;
    plan->n_applies[b->s] += applies;
    if (!applies || !plan->alive[borrower])
        return PLIM_OK;
    if (plim_evaluator_proxied(b->evaluator, lane))
        plan->proxied[borrower] = 1;
    if (plan->cover != NULL)
        note_cover(b, first, lane);
    const double *base = b->base + (size_t)borrower * plan->n_years;
    double pd[PLIM_MAX_YEARS];
    for (uint32_t t = 0; t < plan->n_years; t++)
        pd[t] = period_pd(b, (int)t, first, lane, base[t]);
    if (memcmp(pd, base, plan->n_years * sizeof *pd) == 0)
        return PLIM_OK;
    return keep_curve(b, borrower, pd, err);
}

/* ---- one scenario ---- */

static size_t outputs_of(const plim_scenario *scenario, uint32_t n_years, plim_node *out)
{
    size_t n = 0;
    out[n++] = scenario->applies;
    for (uint32_t t = 0; t < n_years; t++) {
        out[n++] = scenario->pd[t];
        out[n++] = scenario->pd_reference[t];
        out[n++] = scenario->fails[t];
        out[n++] = scenario->fails_reference[t];
        out[n++] = scenario->cover[t];
    }
    return n;
}

static plim_status add_scenario(hazard_build *b, uint32_t s, plim_error *err)
{
    plim_plan *plan = b->plan;
    plim_node outputs[1 + 5 * PLIM_MAX_YEARS];
    b->s = s;
    b->scenario = &plan->program->scenarios[s - 1];
    b->shift_sum = b->weight_sum = 0;
    plim_evaluator_config config = {.book = plan->book,
                                    .program = plan->program,
                                    .grain = PLIM_LEVEL_BORROWER,
                                    .outputs = outputs,
                                    .n_outputs = outputs_of(b->scenario, plan->n_years, outputs)};
    PLIM_TRY(plim_evaluator_create(&b->evaluator, &config, err));
    plim_status status = PLIM_OK;
    for (uint32_t first = 0; first < plan->n_borrowers; first += PLIM_EVALUATE_BLOCK) {
        uint32_t n = plan->n_borrowers - first;
        if (n > PLIM_EVALUATE_BLOCK)
            n = PLIM_EVALUATE_BLOCK;
        plim_evaluator_run(b->evaluator, first, n);
        for (uint32_t i = 0; i < n && status == PLIM_OK; i++)
            status = add_borrower(b, first, i, err);
    }
    plim_evaluator_destroy(b->evaluator);
    b->evaluator = NULL;
    if (b->weight_sum > 0)
        plan->reference_shift_mean[s] = b->shift_sum / b->weight_sum;
    return status;
}

/* ---- rows ---- */

/* Row of the borrower, among those from first_row on, that has these bits; adds it if none has. */
static uint8_t row_for(plim_plan *plan, uint32_t borrower, uint32_t *next, const double *pd)
{
    size_t n_years = plan->n_years, size = n_years * sizeof *pd;
    uint32_t first = plan->first_row[borrower];
    for (uint32_t row = first; row < *next; row++)
        if (memcmp(plan->pd + row * n_years, pd, size) == 0)
            return (uint8_t)(row - first);
    memcpy(plan->pd + *next * n_years, pd, size);
    return (uint8_t)((*next)++ - first);
}

/* Curves by borrower: list[start[b] .. start[b + 1]) are b's, in order of scenario. */
static void sort_curves(const plim_plan *plan, const curves *extra, size_t *start, size_t *list)
{
    for (size_t i = 0; i < extra->count; i++)
        start[extra->borrower[i] + 1]++;
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        start[b + 1] += start[b];
    for (size_t i = extra->count; i-- > 0;)
        list[--start[extra->borrower[i] + 1]] = i;
    /* each start[b + 1] now stands at the beginning of b's list */
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        start[b] = start[b + 1];
    start[plan->n_borrowers] = extra->count;
}

/* Thresholds of cells first to before last. A PD often stays from one year to the next; its
   quantile is then the same (that of Student's distribution takes half a microsecond). */
static void fill_thresholds(plim_plan *plan, size_t first, size_t last, double scale)
{
    for (size_t k = first; k < last; k++)
        plan->threshold[k] = k > first && plan->pd[k] == plan->pd[k - 1]
                                 ? plan->threshold[k - 1]
                                 : plim_copula_inv(plan->pd[k], (int)plan->copula_nu) / scale;
}

static void fill_rows(plim_plan *plan, const hazard_build *b, const size_t *start,
                      const size_t *list)
{
    size_t n_years = plan->n_years;
    uint32_t next = 0;
    for (uint32_t borrower = 0; borrower < plan->n_borrowers; borrower++) {
        plan->first_row[borrower] = next;
        (void)row_for(plan, borrower, &next, b->base + borrower * n_years);
        for (size_t k = start[borrower]; k < start[borrower + 1]; k++) {
            size_t i = list[k];
            plan->row_of[(size_t)borrower * plan->n_scenarios + b->extra.scenario[i]] =
                row_for(plan, borrower, &next, b->extra.pd + i * n_years);
        }
        fill_thresholds(plan, (size_t)plan->first_row[borrower] * n_years, next * n_years,
                        sqrt(1 - plan->r2[borrower]));
    }
    plan->first_row[plan->n_borrowers] = next;
}

static plim_status make_rows(hazard_build *b, plim_error *err)
{
    plim_plan *plan = b->plan;
    size_t most = (size_t)plan->n_borrowers + b->extra.count;
    if (most > UINT32_MAX)
        return plim_fail(err, PLIM_INPUT, "book and scenarios make more than 2^32 PD curves");
    size_t *start = plim_alloc((size_t)plan->n_borrowers + 1, sizeof *start);
    size_t *list = plim_alloc(b->extra.count, sizeof *list);
    plan->first_row = plim_alloc((size_t)plan->n_borrowers + 1, sizeof *plan->first_row);
    plan->row_of = plim_alloc((size_t)plan->n_borrowers * plan->n_scenarios, sizeof *plan->row_of);
    plan->pd = plim_alloc(most * plan->n_years, sizeof *plan->pd);
    plan->threshold = plim_alloc(most * plan->n_years, sizeof *plan->threshold);
    plim_status status = PLIM_OK;
    if (start == NULL || list == NULL || plan->first_row == NULL || plan->row_of == NULL ||
        plan->pd == NULL || plan->threshold == NULL) {
        status = plim_fail_memory(err, "PD curves");
    } else {
        sort_curves(plan, &b->extra, start, list);
        fill_rows(plan, b, start, list);
    }
    plim_free(start);
    plim_free(list);
    return status;
}

/* Room for interest covers, where a scenario tells them. */
static plim_status make_covers(plim_plan *plan, plim_error *err)
{
    size_t cells = (size_t)plan->n_borrowers * plan->n_scenarios;
    bool any = false;
    for (uint32_t s = 1; s < plan->n_scenarios; s++)
        for (uint32_t t = 0; t < plan->n_years; t++)
            any = any || plan->program->scenarios[s - 1].cover[t] != PLIM_NO_NODE;
    if (!any)
        return PLIM_OK;
    plan->cover = plim_alloc(cells, sizeof *plan->cover);
    if (plan->cover == NULL)
        return plim_fail_memory(err, "interest covers");
    for (size_t i = 0; i < cells; i++)
        plan->cover[i] = (double)NAN;
    return PLIM_OK;
}

static plim_status make_base(hazard_build *b, plim_error *err)
{
    plim_plan *plan = b->plan;
    size_t cells = (size_t)plan->n_borrowers * plan->n_scenarios;
    b->base = plim_alloc((size_t)plan->n_borrowers * plan->n_years, sizeof *b->base);
    plan->applies = plim_alloc(cells, 1);
    plan->fails_at_reference = plim_alloc(cells, 1);
    plan->reference_shift_max = plim_alloc(plan->n_scenarios, sizeof(double));
    plan->reference_shift_mean = plim_alloc(plan->n_scenarios, sizeof(double));
    plan->n_fails_at_reference = plim_alloc(plan->n_scenarios, sizeof(uint64_t));
    plan->n_applies = plim_alloc(plan->n_scenarios, sizeof(uint64_t));
    if (b->base == NULL || plan->applies == NULL || plan->fails_at_reference == NULL ||
        plan->reference_shift_max == NULL || plan->reference_shift_mean == NULL ||
        plan->n_fails_at_reference == NULL || plan->n_applies == NULL)
        return plim_fail_memory(err, "PD curves");
    for (uint32_t i = 0; i < plan->n_borrowers; i++)
        for (uint32_t t = 0; t < plan->n_years; t++)
            b->base[(size_t)i * plan->n_years + t] = plim_book_pd(plan->book, i, (int)t) + 0.0;
    return PLIM_OK;
}

plim_status plim_plan_hazards(plim_plan *plan, plim_error *err)
{
    hazard_build b = {.plan = plan};
    plim_status status = make_covers(plan, err);
    if (status == PLIM_OK)
        status = make_base(&b, err);
    for (uint32_t s = 1; s < plan->n_scenarios && status == PLIM_OK; s++)
        status = add_scenario(&b, s, err);
    plim_status faults = plim_plan_faults_end(&b.faults, status == PLIM_OK ? err : NULL);
    if (status == PLIM_OK)
        status = faults;
    if (status == PLIM_OK)
        status = make_rows(&b, err);
    plim_free(b.base);
    plim_free(b.extra.borrower);
    plim_free(b.extra.scenario);
    plim_free(b.extra.pd);
    return status;
}
