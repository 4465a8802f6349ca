#include "plan/parts.h"
#include "plan/varying.h"

#include "base/memory.h"

#include <string.h>

#define MAX_SCENARIOS 255 /* with the baseline, rows of a borrower fit 8 bits */

/* Without scenarios the years follow the book's date, as periods do. */
static plim_status set_baseline_years(plim_plan *plan, plim_error *err)
{
    int years = plan->program->baseline_years, book_year = 0;
    if (years < 1 || years > PLIM_MAX_YEARS)
        return plim_fail(err, PLIM_INPUT, "the baseline covers %d years; accepted are 1 to %d",
                         years, PLIM_MAX_YEARS);
    for (const char *c = plan->book->as_of; *c >= '0' && *c <= '9'; c++)
        book_year = 10 * book_year + (*c - '0');
    plan->n_years = (uint32_t)years;
    plan->first_year = book_year + 1;
    return PLIM_OK;
}

static plim_status set_years(plim_plan *plan, plim_error *err)
{
    const plim_program *program = plan->program;
    if (program->n_scenarios == 0)
        return set_baseline_years(plan, err);
    const plim_scenario *first = &program->scenarios[0];
    for (size_t i = 0; i < program->n_scenarios; i++) {
        const plim_scenario *s = &program->scenarios[i];
        if (s->first_year != first->first_year || s->last_year != first->last_year)
            return plim_fail(
                err, PLIM_INPUT, "scenario %s covers %d-%d, but scenario %s covers %d-%d", s->name,
                s->first_year, s->last_year, first->name, first->first_year, first->last_year);
    }
    int years = first->last_year - first->first_year + 1;
    if (years < 1 || years > PLIM_MAX_YEARS)
        return plim_fail(err, PLIM_INPUT, "scenario %s covers %d years; accepted are 1 to %d",
                         first->name, years, PLIM_MAX_YEARS);
    plan->n_years = (uint32_t)years;
    plan->first_year = first->first_year;
    return PLIM_OK;
}

/* Counts and years, and that they fit the plan's types. */
static plim_status set_sizes(plim_plan *plan, plim_error *err)
{
    const plim_book *book = plan->book;
    const plim_program *program = plan->program;
    if (program->n_scenarios == 0 && program->baseline_years == 0)
        return plim_fail(err, PLIM_INPUT, "there is no scenario to run");
    if (program->n_scenarios > MAX_SCENARIOS)
        return plim_fail(err, PLIM_INPUT, "%zu scenarios in one run; accepted are at most %d",
                         program->n_scenarios, MAX_SCENARIOS);
    if (book->borrowers.n_rows >= UINT32_MAX || book->loans.n_rows >= UINT32_MAX ||
        book->banks.n_rows >= UINT32_MAX)
        return plim_fail(err, PLIM_INPUT, "a table of the book has 2^32 rows or more");
    if (program->model.factors.count > UINT16_MAX)
        return plim_fail(err, PLIM_INPUT, "model %s has more than 65,535 factors",
                         program->model.name);
    PLIM_TRY(set_years(plan, err));
    plan->n_borrowers = (uint32_t)book->borrowers.n_rows;
    plan->n_loans = (uint32_t)book->loans.n_rows;
    plan->n_banks = (uint32_t)book->banks.n_rows;
    plan->n_scenarios = (uint32_t)program->n_scenarios + 1;
    plan->n_factors = (uint32_t)program->model.factors.count;
    return PLIM_OK;
}

/* Who can default anew. */
static plim_status set_borrowers(plim_plan *plan, plim_error *err)
{
    const plim_book *book = plan->book;
    plan->alive = plim_alloc(plan->n_borrowers, 1);
    plan->proxied = plim_alloc(plan->n_borrowers, 1);
    if (plan->alive == NULL || plan->proxied == NULL)
        return plim_fail_memory(err, "borrowers");
    for (uint32_t b = 0; b < plan->n_borrowers; b++) {
        bool performing = false;
        for (uint32_t l = book->first_loan[b]; l < book->first_loan[b + 1]; l++)
            performing = performing || !book->loan_defaulted[l];
        plan->alive[b] = performing && plim_book_pd(book, b, 0) < 1;
    }
    return PLIM_OK;
}

/* Which formulas vary from path to path. */
static plim_status set_varying(plim_plan *plan, plim_error *err)
{
    const plim_graph *graph = &plan->program->graph;
    plan->pd_varies = plim_alloc(plan->n_scenarios, 1);
    plan->loss_varies = plim_alloc((size_t)plan->n_scenarios * plan->n_years, 1);
    if (plan->pd_varies == NULL || plan->loss_varies == NULL)
        return plim_fail_memory(err, "scenarios");
    for (uint32_t s = 1; s < plan->n_scenarios; s++) {
        const plim_scenario *scenario = &plan->program->scenarios[s - 1];
        for (uint32_t t = 0; t < plan->n_years; t++) {
            const plim_node node[] = {scenario->pd[t], scenario->fails[t], scenario->lgd[t],
                                      scenario->ead[t]};
            for (int i = 0; i < 4; i++) {
                uint8_t *to =
                    i < 2 ? &plan->pd_varies[s] : &plan->loss_varies[(size_t)s * plan->n_years + t];
                *to |= node[i] != PLIM_NO_NODE && graph->nodes[node[i]].varies;
            }
        }
    }
    return PLIM_OK;
}

bool plim_plan_pd_varies(const plim_plan *plan, uint32_t borrower, uint32_t s)
{
    return plan->pd_varies[s] && plan->alive[borrower] &&
           plan->applies[(size_t)borrower * plan->n_scenarios + s] &&
           !plan->pd_fixed[(size_t)borrower * plan->n_scenarios + s];
}

/* Of a block of rows in scenario s. */
static void fix_rows(plim_plan *plan, plim_varying *varying, uint32_t s, uint32_t first)
{
    uint32_t row[PLIM_EVALUATE_BLOCK], n = 0;
    bool fixed[PLIM_EVALUATE_BLOCK], always[PLIM_EVALUATE_BLOCK];
    for (uint32_t b = first; b < plan->n_borrowers && b < first + PLIM_EVALUATE_BLOCK; b++)
        if (plim_plan_pd_varies(plan, b, s))
            row[n++] = b;
    for (uint32_t i = 0; i < n; i++)
        always[i] = true;
    for (uint32_t t = 0; t < plan->n_years && n > 0; t++) {
        plim_varying_fixed(varying, (plim_cell_at){s, t}, row, n, fixed);
        for (uint32_t i = 0; i < n; i++)
            always[i] = always[i] && fixed[i];
    }
    for (uint32_t i = 0; i < n; i++)
        plan->pd_fixed[(size_t)row[i] * plan->n_scenarios + s] = always[i];
}

/* Whose PDs are the same on every path: the plan's rows hold them. */
static plim_status set_fixed(plim_plan *plan, plim_error *err)
{
    plim_varying *varying = NULL;
    plan->pd_fixed = plim_alloc((size_t)plan->n_borrowers * plan->n_scenarios, 1);
    if (plan->pd_fixed == NULL)
        return plim_fail_memory(err, "borrowers");
    if (!plim_plan_varies(plan))
        return PLIM_OK;
    PLIM_TRY(plim_varying_create(&varying, plan, err));
    for (uint32_t s = 1; s < plan->n_scenarios; s++)
        for (uint32_t b = 0; b < plan->n_borrowers && plan->pd_varies[s]; b += PLIM_EVALUATE_BLOCK)
            fix_rows(plan, varying, s, b);
    plim_varying_destroy(varying);
    return PLIM_OK;
}

bool plim_plan_loss_varies(const plim_plan *plan, uint32_t loan, uint32_t s)
{
    uint32_t borrower = plan->book->loan_borrower[loan];
    if (!plan->applies[(size_t)borrower * plan->n_scenarios + s])
        return false;
    for (uint32_t t = 0; t < plan->n_years; t++)
        if (plan->loss_varies[(size_t)s * plan->n_years + t])
            return true;
    return false;
}

bool plim_plan_losses_are_fixed(const plim_plan *plan)
{
    if (plan->severity.kind != PLIM_SEVERITY_FIXED)
        return false;
    size_t cells = (size_t)plan->n_scenarios * plan->n_years;
    for (size_t i = 0; i < cells && plan->loss_varies != NULL; i++)
        if (plan->loss_varies[i])
            return false;
    return true;
}

bool plim_plan_is_household(const plim_plan *plan, uint32_t borrower)
{
    const plim_column *column = plim_frame_find(&plan->book->borrowers, "household");
    return column != NULL && column->kind == PLIM_COLUMN_NUMBER && column->number[borrower] == 1;
}

bool plim_plan_has_hazards(const plim_plan *plan)
{
    for (size_t s = 0; s < plan->program->n_scenarios; s++)
        for (size_t i = 0; i < plan->program->scenarios[s].n_drivers; i++)
            if (plan->program->scenarios[s].drivers[i].hazard != NULL)
                return true;
    return false;
}

bool plim_plan_varies(const plim_plan *plan)
{
    for (uint32_t s = 0; s < plan->n_scenarios && plan->pd_varies != NULL; s++)
        if (plan->pd_varies[s])
            return true;
    size_t cells = (size_t)plan->n_scenarios * plan->n_years;
    for (size_t i = 0; i < cells && plan->loss_varies != NULL; i++)
        if (plan->loss_varies[i])
            return true;
    return false;
}

static plim_status make(plim_plan *plan, int threads, plim_error *err)
{
    PLIM_TRY(set_sizes(plan, err));
    PLIM_TRY(set_borrowers(plan, err));
    PLIM_TRY(plim_plan_model(plan, err));
    PLIM_TRY(plim_randoms_make(&plan->randoms, plan, err));
    PLIM_TRY(set_varying(plan, err));
    PLIM_TRY(plim_plan_hazards(plan, threads, err));
    PLIM_TRY(plim_damages_make(&plan->damages, plan, err));
    PLIM_TRY(plim_plan_loans(plan, threads, err));
    return set_fixed(plan, err);
}

plim_status plim_plan_check_randoms(const plim_program *program, plim_error *err)
{
    const plim_book nobody = {.as_of = ""};
    plim_plan plan = {.book = &nobody, .program = program};
    plim_status status = program->n_scenarios > 0 ? set_sizes(&plan, err) : PLIM_OK;
    if (status == PLIM_OK && program->n_scenarios > 0)
        status = plim_plan_model(&plan, err);
    if (status == PLIM_OK && program->n_scenarios > 0)
        status = plim_randoms_make(&plan.randoms, &plan, err);
    if (status == PLIM_OK && program->n_scenarios > 0)
        status = plim_damages_make(&plan.damages, &plan, err);
    plim_plan_free(&plan);
    return status;
}

plim_status plim_plan_make(plim_plan *out, const plim_book *book, const plim_program *program,
                           int threads, plim_error *err)
{
    *out = (plim_plan){.book = book, .program = program};
    plim_status status = make(out, threads, err);
    if (status != PLIM_OK)
        plim_plan_free(out);
    return status;
}

void plim_plan_free(plim_plan *plan)
{
    plim_free(plan->first_row);
    plim_free(plan->row_of);
    plim_free(plan->pd);
    plim_free(plan->threshold);
    plim_free(plan->first_loading);
    plim_free(plan->loading_factor);
    plim_free(plan->loading);
    plim_free(plan->r2);
    plim_free(plan->cholesky);
    plim_free(plan->factor_key);
    plim_free(plan->alive);
    plim_free(plan->fails_at_reference);
    plim_free(plan->cover);
    plim_free(plan->applies);
    plim_free(plan->proxied);
    for (size_t i = 0; i < plan->n_owned_planes; i++)
        plim_free(plan->owned_planes[i]);
    plim_free(plan->owned_planes);
    plim_free(plan->loss_fen);
    plim_free(plan->exposure_fen);
    plim_free(plan->lgd);
    plim_free(plan->ead_fen);
    plim_free(plan->reference_shift_max);
    plim_free(plan->reference_shift_mean);
    plim_free(plan->n_fails_at_reference);
    plim_free(plan->n_applies);
    plim_randoms_free(&plan->randoms);
    plim_damages_free(&plan->damages);
    plim_free(plan->pd_varies);
    plim_free(plan->pd_fixed);
    plim_free(plan->loss_varies);
    *plan = (plim_plan){0};
}
