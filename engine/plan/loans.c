#include "plan/loan_terms.h"
#include "plan/sweep.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

#define PLANE_ENTRY 8 /* bytes: int64_t, double */

typedef struct loan_build {
    plim_plan *plan;
    int threads;
    plim_plan_faults faults;
    plim_loan_terms terms;
    bool *refused; /* one a chunk: some value of the scenario at hand was */
    bool wording;  /* what is refused is put into words */
    /* of the scenario at hand */
    uint32_t s;
    double *lgd[PLIM_MAX_YEARS], *ead_fen[PLIM_MAX_YEARS]; /* its planes unless severity is fixed */
    const plim_scenario *scenario;
} loan_build;

/* A loan of the block that is visited. */
typedef struct loan_lane {
    loan_build *build;
    const plim_sweep_block *block;
    uint32_t lane, loan;
} loan_lane;

static size_t plane_index(const plim_plan *plan, uint32_t s, uint32_t t)
{
    return (size_t)s * plan->n_years + t;
}

/* Many threads find out that something is refused; one then says what, in order. */
static bool refuse(const loan_lane *at, const plim_refused *refused)
{
    loan_build *b = at->build;
    b->refused[at->block->chunk] = true;
    if (!b->wording)
        return false;
    plim_refused whole = *refused;
    whole.scenario = b->scenario->name;
    whole.frame = &b->plan->book->loans;
    whole.table = "loan";
    whole.row = at->loan;
    whole.lane = at->lane;
    plim_refused_add(&b->faults, at->block->evaluator, b->plan->program, &whole);
    return false;
}

/* Reads the period's formulas over the book's value; false after a fault. What the scenario leaves
   alone is not touched, nor the EAD of a loan in default. */
static bool read_value(const loan_lane *at, uint32_t t, plim_loan_value *value)
{
    const loan_build *b = at->build;
    const plim_evaluator *evaluator = at->block->evaluator;
    plim_node lgd = b->scenario->lgd[t], ead = b->scenario->ead[t];
    plim_refused refused = {.year = b->scenario->first_year + (int)t, .node = lgd};
    if (lgd != PLIM_NO_NODE) {
        refused.value = plim_evaluator_values(evaluator, lgd)[at->lane];
        if (!plim_loan_terms_lgd(&b->terms, at->loan, value, &refused))
            return refuse(at, &refused);
    }
    if (ead == PLIM_NO_NODE || b->plan->book->loan_defaulted[at->loan])
        return true;
    refused.node = ead;
    refused.value = plim_evaluator_values(evaluator, ead)[at->lane];
    return plim_loan_terms_ead(&b->terms, value, &refused) || refuse(at, &refused);
}

/* One loan through all periods, into planes that hold the baseline. */
static void set_loan(const loan_lane *at)
{
    const loan_build *b = at->build;
    const plim_plan *plan = b->plan;
    const plim_book *book = plan->book;
    uint32_t loan = at->loan, borrower = book->loan_borrower[loan];
    bool defaulted = book->loan_defaulted[loan];
    if (!plan->applies[(size_t)borrower * plan->n_scenarios + b->s])
        return;
    if (plim_evaluator_proxied(at->block->evaluator, at->lane))
        plan->proxied[borrower] = 1;
    plim_loan_value in_book = plim_loan_terms_book(&b->terms, loan);
    int64_t before = plim_fen_loss(in_book.lgd, in_book.ead_fen);
    for (uint32_t t = 0; t < plan->n_years; t++) {
        size_t plane = plane_index(plan, b->s, t);
        plim_loan_value value = in_book;
        if (!read_value(at, t, &value))
            return;
        int64_t loss = plim_fen_loss(value.lgd, value.ead_fen);
        plan->loss_fen[plane][loan] = defaulted ? loss - before : loss;
        plan->exposure_fen[plane][loan] = value.exposure_fen;
        if (plan->lgd != NULL) {
            b->lgd[t][loan] = value.lgd;
            b->ead_fen[t][loan] = value.ead_fen;
        }
        before = loss;
    }
}

static plim_status set_block(void *user, const plim_sweep_block *block, plim_error *err)
{
    (void)err;
    loan_lane at = {.build = user, .block = block};
    for (; at.lane < block->n; at.lane++) {
        at.loan = block->first + at.lane;
        set_loan(&at);
    }
    return PLIM_OK;
}

/* An LGD above 1 has no distribution over recoveries. */
static void refuse_book_lgd(loan_build *b, uint32_t loan)
{
    char id[130], value[40];
    const plim_column *ids = plim_frame_find(&b->plan->book->loans, "id");
    if (ids != NULL && ids->kind == PLIM_COLUMN_TEXT)
        (void)snprintf(id, sizeof id, "%s", plim_column_text(ids, loan));
    else
        (void)snprintf(id, sizeof id, "in row %u", loan);
    plim_format_shortest(b->terms.lgd[loan], value, sizeof value);
    plim_plan_faults_add(&b->faults,
                         "model %s: lgd of loan %s is %s; accepted is 0 to 1 where the model makes "
                         "LGD random or a function of PD (lgd = beta, frye_jacobs)",
                         b->plan->program->model.name, id, value);
}

/* ---- planes ---- */

static void *new_plane(plim_plan *plan, const void *copy)
{
    void *plane = plim_alloc(plan->n_loans, PLANE_ENTRY);
    if (plane == NULL)
        return NULL;
    if (copy != NULL)
        memcpy(plane, copy, plan->n_loans * PLANE_ENTRY);
    plan->owned_planes[plan->n_owned_planes++] = plane;
    return plane;
}

/* Frees a plane of the last scenario, which is among the last ones owned. */
static void drop_plane(plim_plan *plan, const void *plane)
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->n_owned_planes; i++)
        if (plan->owned_planes[i] != plane)
            plan->owned_planes[kept++] = plan->owned_planes[i];
        else
            plim_free(plan->owned_planes[i]);
    plan->n_owned_planes = kept;
}

/* Does a plane say nothing that the baseline's or the one of the period before does not? NULL if it
   does, else that one. */
static const void *same_plane(const plim_plan *plan, const void *plane, const void *base,
                              const void *before)
{
    size_t size = plan->n_loans * PLANE_ENTRY;
    if (plane != base && memcmp(plane, base, size) == 0)
        return base;
    return plane != base && before != NULL && memcmp(plane, before, size) == 0 ? before : NULL;
}

/* Frees the planes of scenario s that equal the baseline's or those of the period before, and
   points there instead. */
static void share_planes(plim_plan *plan, int64_t **planes, uint32_t s)
{
    for (uint32_t t = 0; t < plan->n_years; t++) {
        int64_t **plane = &planes[plane_index(plan, s, t)];
        const void *same =
            same_plane(plan, *plane, planes[plane_index(plan, 0, t)], t > 0 ? plane[-1] : NULL);
        if (same == NULL)
            continue;
        drop_plane(plan, *plane);
        *plane = (int64_t *)same;
    }
}

static void share_factors(plim_plan *plan, const double **planes, uint32_t s)
{
    for (uint32_t t = 0; t < plan->n_years; t++) {
        const double **plane = &planes[plane_index(plan, s, t)];
        const void *same =
            same_plane(plan, *plane, planes[plane_index(plan, 0, t)], t > 0 ? plane[-1] : NULL);
        if (same == NULL)
            continue;
        drop_plane(plan, *plane);
        *plane = same;
    }
}

/* LGD and EAD of the baseline: the book's. */
static plim_status make_factors(loan_build *b, plim_error *err)
{
    plim_plan *plan = b->plan;
    size_t planes = (size_t)plan->n_scenarios * plan->n_years;
    plan->lgd = plim_alloc(planes, sizeof *plan->lgd);
    plan->ead_fen = plim_alloc(planes, sizeof *plan->ead_fen);
    double *fen = plan->lgd == NULL || plan->ead_fen == NULL ? NULL : new_plane(plan, NULL);
    if (fen == NULL)
        return plim_fail_memory(err, "random losses of loans");
    for (uint32_t l = 0; l < plan->n_loans; l++) {
        fen[l] = plim_loan_terms_book(&b->terms, l).ead_fen;
        if (b->terms.lgd[l] > 1 && !plan->book->loan_defaulted[l])
            refuse_book_lgd(b, l);
    }
    for (size_t i = 0; i < planes; i++) {
        plan->lgd[i] = b->terms.lgd;
        plan->ead_fen[i] = fen;
    }
    return PLIM_OK;
}

static plim_status make_baseline(loan_build *b, plim_error *err)
{
    plim_plan *plan = b->plan;
    const plim_book *book = plan->book;
    size_t planes = (size_t)plan->n_scenarios * plan->n_years;
    plan->loss_fen = plim_alloc(planes, sizeof *plan->loss_fen);
    plan->exposure_fen = plim_alloc(planes, sizeof *plan->exposure_fen);
    plan->owned_planes = plim_alloc(4 * planes + 2, sizeof *plan->owned_planes);
    if (plan->loss_fen == NULL || plan->exposure_fen == NULL || plan->owned_planes == NULL)
        return plim_fail_memory(err, "losses of loans");
    int64_t *loss = new_plane(plan, NULL);
    if (loss == NULL)
        return plim_fail_memory(err, "losses of loans");
    for (uint32_t l = 0; l < plan->n_loans; l++) {
        if (book->exposure_fen[l] > PLIM_MAX_EAD_FEN)
            return plim_fail(err, PLIM_INPUT, "loan in row %u of the book is above 4.6e16", l);
        if (!book->loan_defaulted[l])
            loss[l] = plim_fen_loss(b->terms.lgd[l], plim_loan_terms_book(&b->terms, l).ead_fen);
    }
    for (size_t i = 0; i < planes; i++) {
        plan->loss_fen[i] = loss;
        plan->exposure_fen[i] = book->exposure_fen;
    }
    return plan->severity.kind == PLIM_SEVERITY_FIXED ? PLIM_OK : make_factors(b, err);
}

/* Is the largest loss, or exposure, of a path within 64 bits? A loan defaults once; a loan in
   default changes its loss in every period. */
static plim_status check_total(const plim_plan *plan, uint32_t s, plim_error *err)
{
    plim_int128 total = 0;
    for (uint32_t l = 0; l < plan->n_loans; l++) {
        int64_t most = plan->book->exposure_fen[l];
        plim_int128 changes = 0;
        for (uint32_t t = 0; t < plan->n_years; t++) {
            int64_t loss = plan->loss_fen[plane_index(plan, s, t)][l];
            int64_t exposure = plan->exposure_fen[plane_index(plan, s, t)][l];
            changes += loss < 0 ? -loss : loss;
            most = loss > most ? loss : most;
            if (plan->severity.kind != PLIM_SEVERITY_FIXED)
                exposure += exposure / 2; /* as much as LGD may come to */
            most = exposure > most ? exposure : most;
        }
        total += plan->book->loan_defaulted[l] ? changes : most;
    }
    if (total > INT64_MAX)
        return plim_fail(err, PLIM_INPUT,
                         "all loans together exceed 9.2e16 currency units in scenario %s; "
                         "accepted is what 64 bits of fen hold",
                         s == 0 ? "baseline" : plan->program->scenarios[s - 1].name);
    return PLIM_OK;
}

/* ---- one scenario ---- */

static plim_status own_planes(loan_build *b, plim_error *err)
{
    plim_plan *plan = b->plan;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        size_t i = plane_index(plan, b->s, t);
        int64_t *loss = new_plane(plan, plan->loss_fen[i]);
        int64_t *exposure = loss == NULL ? NULL : new_plane(plan, plan->exposure_fen[i]);
        if (exposure == NULL)
            return plim_fail_memory(err, "losses of loans");
        plan->loss_fen[i] = loss;
        plan->exposure_fen[i] = exposure;
        if (plan->lgd == NULL)
            continue;
        b->lgd[t] = new_plane(plan, plan->lgd[i]);
        b->ead_fen[t] = b->lgd[t] == NULL ? NULL : new_plane(plan, plan->ead_fen[i]);
        if (b->ead_fen[t] == NULL)
            return plim_fail_memory(err, "random losses of loans");
        plan->lgd[i] = b->lgd[t];
        plan->ead_fen[i] = b->ead_fen[t];
    }
    return PLIM_OK;
}

/* Fills the scenario's planes; what it refuses is then found again, in order. */
static plim_status fill_planes(loan_build *b, const plim_node *outputs, plim_error *err)
{
    const plim_plan *plan = b->plan;
    plim_evaluator_config config = {.book = plan->book,
                                    .program = plan->program,
                                    .grain = PLIM_LEVEL_LOAN,
                                    .outputs = outputs,
                                    .n_outputs = 2 * plan->n_years};
    PLIM_TRY(plim_sweep_run(&config, b->threads, set_block, b, err));
    for (uint32_t c = 0; c < plim_sweep_chunks(plan->book); c++) {
        b->wording = b->wording || b->refused[c];
        b->refused[c] = false;
    }
    plim_status status = b->wording ? plim_sweep_run(&config, 1, set_block, b, err) : PLIM_OK;
    b->wording = false;
    return status;
}

static plim_status add_scenario(loan_build *b, uint32_t s, plim_error *err)
{
    plim_plan *plan = b->plan;
    const plim_scenario *scenario = &plan->program->scenarios[s - 1];
    plim_node outputs[2 * PLIM_MAX_YEARS];
    bool any = false;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        outputs[2 * t] = scenario->lgd[t];
        outputs[2 * t + 1] = scenario->ead[t];
        any = any || scenario->lgd[t] != PLIM_NO_NODE || scenario->ead[t] != PLIM_NO_NODE;
    }
    if (!any)
        return PLIM_OK;
    b->s = s;
    b->scenario = scenario;
    PLIM_TRY(own_planes(b, err));
    PLIM_TRY(fill_planes(b, outputs, err));
    share_planes(plan, plan->exposure_fen, s);
    share_planes(plan, plan->loss_fen, s);
    if (plan->lgd != NULL) {
        share_factors(plan, plan->lgd, s);
        share_factors(plan, plan->ead_fen, s);
    }
    return check_total(plan, s, err);
}

plim_status plim_plan_loans(plim_plan *plan, int threads, plim_error *err)
{
    loan_build b = {.plan = plan, .threads = threads};
    PLIM_TRY(plim_loan_terms_find(&b.terms, plan, err));
    b.refused = plim_alloc(plim_sweep_chunks(plan->book), sizeof *b.refused);
    plim_status status =
        b.refused != NULL ? make_baseline(&b, err) : plim_fail_memory(err, "losses of loans");
    if (status == PLIM_OK)
        status = check_total(plan, 0, err);
    for (uint32_t s = 1; s < plan->n_scenarios && status == PLIM_OK; s++)
        status = add_scenario(&b, s, err);
    plim_free(b.refused);
    plim_status faults = plim_plan_faults_end(&b.faults, status == PLIM_OK ? err : NULL);
    return status != PLIM_OK ? status : faults;
}
