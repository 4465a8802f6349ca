#include "plan/hazard_rows.h"
#include "plan/parts.h"
#include "plan/sweep.h"

#include "base/memory.h"
#include "math/functions.h"

#include <math.h>
#include <string.h>

/* How far a PD at reference may stand from the book's, relative to the smaller of p and 1 - p, and
   still be called the same: some thousand roundings, far below anything that an analyst could mean.
 */
#define SAME_PD 1e-12

/* What a chunk of borrowers adds to a scenario's figures. */
typedef struct chunk_sums {
    double shift, weight, shift_most;
    uint64_t n_applies, n_fails;
    bool refused;
} chunk_sums;

typedef struct hazard_build {
    plim_plan *plan;
    int threads;
    double *base;               /* [borrower * n_years + t]: the book's PDs */
    plim_hazard_curves *curves; /* one a chunk */
    chunk_sums *sums;           /* one a chunk, of the scenario at hand */
    uint32_t s;                 /* it */
    const plim_scenario *scenario;
    bool wording; /* what is refused is put into words */
    plim_plan_faults faults;
} hazard_build;

/* A borrower of the block that is visited. */
typedef struct hazard_lane {
    hazard_build *build;
    const plim_sweep_block *block;
    chunk_sums *sums;
    uint32_t lane, borrower;
} hazard_lane;

static double value_of(const hazard_lane *at, plim_node node)
{
    return plim_evaluator_values(at->block->evaluator, node)[at->lane];
}

/* Many threads find out that something is refused; one then says what, in order. */
static void refuse(const hazard_lane *at, const plim_refused *refused)
{
    hazard_build *b = at->build;
    at->sums->refused = true;
    if (!b->wording)
        return;
    plim_refused whole = *refused;
    whole.scenario = b->scenario->name;
    whole.frame = &b->plan->book->borrowers;
    whole.table = "borrower";
    whole.row = at->borrower;
    whole.lane = at->lane;
    plim_refused_add(&b->faults, at->block->evaluator, b->plan->program, &whole);
}

/* Reads the condition `asked->node`; false, after a fault, if it is neither 0 nor 1. */
static bool condition(const hazard_lane *at, const plim_refused *asked, bool *out)
{
    plim_refused refused = *asked;
    refused.value = value_of(at, asked->node);
    refused.accepted = "a condition, 0 or 1";
    *out = refused.value == 1;
    if (refused.value == 0 || refused.value == 1)
        return true;
    refuse(at, &refused);
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

static void note_shift(const hazard_lane *at, double reference, double base)
{
    if (isnan(reference))
        return;
    double shift = reference == base ? 0 : fabs(plim_logit(reference) - plim_logit(base));
    if (shift > at->sums->shift_most)
        at->sums->shift_most = shift;
    double weight = borrower_exposure(at->build->plan->book, at->borrower);
    at->sums->shift += weight * (reference - base);
    at->sums->weight += weight;
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
static double formula_pd(const hazard_lane *at, int t, double base)
{
    const plim_scenario *scenario = at->build->scenario;
    double pd = value_of(at, scenario->pd[t]);
    if (!(pd >= 0 && pd <= 1)) {
        refuse(at, &(plim_refused){.what = "pd",
                                   .year = scenario->first_year + t,
                                   .value = pd,
                                   .accepted = "0 to 1",
                                   .node = scenario->pd[t]});
        return base;
    }
    if (scenario->pd_reference[t] != PLIM_NO_NODE) {
        double reference = value_of(at, scenario->pd_reference[t]);
        note_shift(at, reference, base);
        if (plim_pd_is_unmoved(pd, reference, base))
            return base;
    }
    return pd + 0.0; /* -0 becomes 0: rows are compared by their bits */
}

/* PD of a period. A formula is checked only where it is used: a firm that is insolvent at reference
   need have no logarithm of its equity. */
static double period_pd(const hazard_lane *at, int t, double base)
{
    const plim_scenario *scenario = at->build->scenario;
    const plim_plan *plan = at->build->plan;
    int year = scenario->first_year + t;
    bool fails = false, fails_at_reference = false;
    if (scenario->fails[t] != PLIM_NO_NODE &&
        !condition(at, &(plim_refused){.what = "default", .node = scenario->fails[t], .year = year},
                   &fails))
        return base;
    if (scenario->fails_reference[t] != PLIM_NO_NODE &&
        !condition(at,
                   &(plim_refused){.what = "default at reference",
                                   .node = scenario->fails_reference[t],
                                   .year = year},
                   &fails_at_reference))
        return base;
    if (fails_at_reference) {
        size_t cell = (size_t)at->borrower * plan->n_scenarios + at->build->s;
        at->sums->n_fails += plan->fails_at_reference[cell] == 0;
        plan->fails_at_reference[cell] = 1;
        return base;
    }
    if (fails)
        return 1;
    return scenario->pd[t] == PLIM_NO_NODE ? base : formula_pd(at, t, base);
}

/* The least of the years; a year that is not known, or has no interest to cover, is left out. */
static void note_cover(const hazard_lane *at)
{
    const hazard_build *b = at->build;
    double least = (double)NAN;
    for (uint32_t t = 0; t < b->plan->n_years; t++) {
        double cover = b->scenario->cover[t] != PLIM_NO_NODE ? value_of(at, b->scenario->cover[t])
                                                             : (double)NAN;
        least = isfinite(cover) ? fmin(least, cover) : least;
    }
    b->plan->cover[(size_t)at->borrower * b->plan->n_scenarios + b->s] = least;
}

static plim_status add_borrower(const hazard_lane *at, plim_error *err)
{
    hazard_build *b = at->build;
    plim_plan *plan = b->plan;
    bool applies = true;
    if (b->scenario->applies != PLIM_NO_NODE &&
        !condition(at, &(plim_refused){.what = "applies", .node = b->scenario->applies}, &applies))
        return PLIM_OK;
    plan->applies[(size_t)at->borrower * plan->n_scenarios + b->s] = applies;
    at->sums->n_applies += applies;
    if (!applies || !plan->alive[at->borrower])
        return PLIM_OK;
    if (plim_evaluator_proxied(at->block->evaluator, at->lane))
        plan->proxied[at->borrower] = 1;
    if (plan->cover != NULL)
        note_cover(at);
    const double *base = b->base + (size_t)at->borrower * plan->n_years;
    double pd[PLIM_MAX_YEARS];
    for (uint32_t t = 0; t < plan->n_years; t++)
        pd[t] = period_pd(at, (int)t, base[t]);
    if (b->wording || memcmp(pd, base, plan->n_years * sizeof *pd) == 0)
        return PLIM_OK;
    return plim_hazard_curves_add(&b->curves[at->block->chunk], at->borrower, b->s, pd, err);
}

static plim_status add_block(void *user, const plim_sweep_block *block, plim_error *err)
{
    hazard_build *b = user;
    hazard_lane at = {.build = b, .block = block, .sums = &b->sums[block->chunk]};
    for (; at.lane < block->n; at.lane++) {
        at.borrower = block->first + at.lane;
        PLIM_TRY(add_borrower(&at, err));
    }
    return PLIM_OK;
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

/* In the order of the chunks, so that sums have the same bits whatever the threads. Was a value
   refused? */
static bool add_sums(hazard_build *b)
{
    plim_plan *plan = b->plan;
    chunk_sums all = {0};
    for (uint32_t c = 0; c < plim_sweep_chunks(plan->book); c++) {
        const chunk_sums *sums = &b->sums[c];
        all.shift += sums->shift;
        all.weight += sums->weight;
        all.shift_most = fmax(all.shift_most, sums->shift_most);
        all.n_applies += sums->n_applies;
        all.n_fails += sums->n_fails;
        all.refused = all.refused || sums->refused;
    }
    plan->reference_shift_max[b->s] = all.shift_most;
    plan->reference_shift_mean[b->s] = all.weight > 0 ? all.shift / all.weight : 0;
    plan->n_applies[b->s] = all.n_applies;
    plan->n_fails_at_reference[b->s] = all.n_fails;
    return all.refused;
}

static plim_status add_scenario(hazard_build *b, uint32_t s, plim_error *err)
{
    const plim_plan *plan = b->plan;
    plim_node outputs[1 + 5 * PLIM_MAX_YEARS];
    b->s = s;
    b->scenario = &plan->program->scenarios[s - 1];
    memset(b->sums, 0, plim_sweep_chunks(plan->book) * sizeof *b->sums);
    plim_evaluator_config config = {.book = plan->book,
                                    .program = plan->program,
                                    .grain = PLIM_LEVEL_BORROWER,
                                    .outputs = outputs,
                                    .n_outputs = outputs_of(b->scenario, plan->n_years, outputs)};
    PLIM_TRY(plim_sweep_run(&config, b->threads, add_block, b, err));
    b->wording = add_sums(b);
    plim_status status = b->wording ? plim_sweep_run(&config, 1, add_block, b, err) : PLIM_OK;
    b->wording = false;
    return status;
}

/* ---- the whole ---- */

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
    uint32_t n_chunks = plim_sweep_chunks(plan->book);
    b->base = plim_alloc((size_t)plan->n_borrowers * plan->n_years, sizeof *b->base);
    b->curves = plim_alloc(n_chunks, sizeof *b->curves);
    b->sums = plim_alloc(n_chunks, sizeof *b->sums);
    plan->applies = plim_alloc(cells, 1);
    plan->fails_at_reference = plim_alloc(cells, 1);
    plan->reference_shift_max = plim_alloc(plan->n_scenarios, sizeof(double));
    plan->reference_shift_mean = plim_alloc(plan->n_scenarios, sizeof(double));
    plan->n_fails_at_reference = plim_alloc(plan->n_scenarios, sizeof(uint64_t));
    plan->n_applies = plim_alloc(plan->n_scenarios, sizeof(uint64_t));
    if (b->base == NULL || b->curves == NULL || b->sums == NULL || plan->applies == NULL ||
        plan->fails_at_reference == NULL || plan->reference_shift_max == NULL ||
        plan->reference_shift_mean == NULL || plan->n_fails_at_reference == NULL ||
        plan->n_applies == NULL)
        return plim_fail_memory(err, "PD curves");
    for (uint32_t c = 0; c < n_chunks; c++)
        b->curves[c].n_years = plan->n_years;
    for (uint32_t i = 0; i < plan->n_borrowers; i++)
        for (uint32_t t = 0; t < plan->n_years; t++)
            b->base[(size_t)i * plan->n_years + t] = plim_book_pd(plan->book, i, (int)t) + 0.0;
    return PLIM_OK;
}

plim_status plim_plan_hazards(plim_plan *plan, int threads, plim_error *err)
{
    hazard_build b = {.plan = plan, .threads = threads};
    plim_status status = make_covers(plan, err);
    if (status == PLIM_OK)
        status = make_base(&b, err);
    for (uint32_t s = 1; s < plan->n_scenarios && status == PLIM_OK; s++)
        status = add_scenario(&b, s, err);
    plim_status faults = plim_plan_faults_end(&b.faults, status == PLIM_OK ? err : NULL);
    if (status == PLIM_OK)
        status = faults;
    if (status == PLIM_OK)
        status = plim_hazard_rows_make(plan, b.base, b.curves, threads, err);
    for (uint32_t c = 0; b.curves != NULL && c < plim_sweep_chunks(plan->book); c++)
        plim_hazard_curves_free(&b.curves[c]);
    plim_free(b.curves);
    plim_free(b.sums);
    plim_free(b.base);
    return status;
}
