#include "run/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <plimsoll/version.h>
#include "base/isa.h"
#include "base/memory.h"
#include "simulate/changes.h"
#include "simulate/simulate.h"
#include "measure/tables.h"
#include "store/store.h"
#include "run/explain_path.h"
#include "run/recorded.h"
#include "run/session.h"

static const plim_field story_fields[] = {
    {"scenario", PLIM_CELL_TEXT, "name of the scenario"},
    {"year", PLIM_CELL_INT, "scenario year of the default, or of the change of LGD"},
    {"bank", PLIM_CELL_TEXT, "bank of the loan"},
    {"borrower", PLIM_CELL_TEXT, "who defaults"},
    {"loan", PLIM_CELL_TEXT, "loan that is lost with it"},
    {"exposure", PLIM_CELL_FEN, "exposure in that year"},
    {"loss", PLIM_CELL_FEN, "loss, rounded once to the fen"},
};

enum { SCENARIO, YEAR, BANK, BORROWER, LOAN, EXPOSURE, LOSS };

const plim_table_spec plim_explain_spec = {
    .name = "story",
    .doc = "one path, loan by loan",
    .fields = story_fields,
    .n_fields = sizeof story_fields / sizeof *story_fields,
};

typedef struct replay {
    const plim_explain_config *config;
    plim_recorded recorded;
    uint64_t seed;
    plim_session session;
} replay;

/* ---- the recorded run ---- */

static plim_status check_path(replay *r, plim_error *err)
{
    uint64_t stream = 0, paths = 0;
    PLIM_TRY(plim_recorded_whole(&r->recorded, "stream_version", &stream, err));
    PLIM_TRY(plim_recorded_whole(&r->recorded, "paths", &paths, err));
    PLIM_TRY(plim_recorded_whole(&r->recorded, "seed", &r->seed, err));
    if (stream != PLIMSOLL_STREAM_VERSION)
        return plim_fail(err, PLIM_INPUT,
                         "%s: made with stream version %" PRIu64 ", this program has %d: the same "
                         "seed gives other paths",
                         r->config->result, stream, PLIMSOLL_STREAM_VERSION);
    if (r->config->path >= paths)
        return plim_fail(err, PLIM_USAGE,
                         "path %" PRIu64 " is not among the paths of %s, which are 0 to %" PRIu64,
                         r->config->path, r->config->result, paths - 1);
    return PLIM_OK;
}

static plim_status rebuild(replay *r, plim_error *err)
{
    plim_conflict on_conflict = PLIM_CONFLICT_REFUSE;
    plim_recorded_books books = {r->config->books, r->config->n_books, "--book"};
    r->recorded.path = r->config->result;
    r->session.trusted = r->config->trusted;
    PLIM_TRY(plim_store_read_result(&r->recorded.result, r->config->result, "run", err));
    PLIM_TRY(check_path(r, err));
    PLIM_TRY(plim_recorded_conflict(&r->recorded, &on_conflict, err));
    PLIM_TRY(plim_recorded_open(&r->recorded, &books, &r->session, err));
    PLIM_TRY(plim_recorded_trace(&r->recorded, &r->session, err));
    PLIM_TRY(plim_session_load(&r->session, on_conflict, err));
    return plim_session_bind(&r->session, err);
}

/* ---- the story ---- */

/* One loss: a loan of a borrower that defaults, or one in default whose loss changes. */
typedef struct scene {
    uint32_t scenario, year, bank, loan; /* loans are in order of borrower, bank, id */
    int64_t loss, exposure;              /* fen */
} scene;

typedef struct scenes {
    scene *list;
    size_t count, capacity;
} scenes;

static plim_status add_scene(scenes *all, const scene *one, plim_error *err)
{
    void *array = all->list;
    if (plim_grow(&array, &all->capacity, all->count + 1, sizeof *all->list) != 0)
        return plim_fail_memory(err, "the story of a path");
    all->list = array;
    all->list[all->count++] = *one;
    return PLIM_OK;
}

static int by_order(const void *a, const void *b)
{
    const scene *x = a, *y = b;
    const uint32_t left[] = {x->scenario, x->year, x->bank, x->loan};
    const uint32_t right[] = {y->scenario, y->year, y->bank, y->loan};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

/* What simulates the path. */
typedef struct stage {
    plim_screen screen;
    plim_severity *severity;
    plim_workspace *workspace;
} stage;

/* All loans of the borrowers that default on the path. */
static plim_status collect_defaults(const stage *on, const plim_events *events, scenes *all,
                                    plim_error *err)
{
    const plim_plan *plan = on->screen.plan;
    const plim_book *book = plan->book;
    for (size_t e = 0; e < events->count; e++)
        for (uint32_t s = 0; s < plan->n_scenarios; s++) {
            uint8_t year = events->year[e * plan->n_scenarios + s];
            uint32_t borrower = events->event[e].borrower;
            for (uint32_t loan = book->first_loan[borrower];
                 year > 0 && loan < book->first_loan[borrower + 1]; loan++) {
                scene one = {s, year - 1u, book->loan_bank[loan], loan, 0, 0};
                if (book->loan_defaulted[loan])
                    continue;
                plim_loan_fate fate = {loan, s, year - 1u};
                one.loss =
                    plim_workspace_loss(on->workspace, on->severity, &events->event[e], &fate);
                one.exposure = plim_workspace_exposure(on->workspace, &events->event[e], &fate);
                PLIM_TRY(add_scene(all, &one, err));
            }
        }
    return PLIM_OK;
}

/* Changes of loss of loans in default that differ from path to path. */
typedef struct varying_changes {
    const plim_plan *plan;
    scenes *all;
    plim_status status;
    plim_error *err;
} varying_changes;

static void collect_change(void *user, const plim_change *change)
{
    varying_changes *to = user;
    const plim_book *book = to->plan->book;
    scene one = {change->scenario, change->year, book->loan_bank[change->loan],
                 change->loan,     change->fen,  book->exposure_fen[change->loan]};
    if (to->status == PLIM_OK)
        to->status = add_scene(to->all, &one, to->err);
}

/* Loans in default already whose loss a scenario changes: the same on every path. */
static plim_status collect_changes(const plim_plan *plan, scenes *all, plim_error *err)
{
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        for (uint32_t t = 0; t < plan->n_years; t++) {
            const int64_t *loss = plan->loss_fen[(size_t)s * plan->n_years + t];
            for (uint32_t loan = 0; loan < plan->n_loans; loan++) {
                scene one = {s,    t,          plan->book->loan_bank[loan],
                             loan, loss[loan], plan->book->exposure_fen[loan]};
                if (plan->book->loan_defaulted[loan] && loss[loan] != 0 &&
                    !plim_plan_loss_varies(plan, loan, s))
                    PLIM_TRY(add_scene(all, &one, err));
            }
        }
    return PLIM_OK;
}

static plim_status set_stage(stage *on, const replay *r, plim_error *err)
{
    const plim_plan *plan = &r->session.plan;
    plim_workspace_config config = {.screen = &on->screen, .seed = r->seed, .n_octets = 1};
    PLIM_TRY(plim_isa_choose(&config.isa, err));
    plim_screen_config screen = {.plan = plan,
                                 .threads = 1,
                                 .seed = r->seed,
                                 .first_path = (uint32_t)r->config->path / PLIM_OCTET * PLIM_OCTET,
                                 .n_paths = PLIM_OCTET};
    PLIM_TRY(plim_screen_make(&on->screen, &screen, err));
    PLIM_TRY(plim_severity_create(&on->severity, plan, err));
    return plim_workspace_create(&on->workspace, &config, err);
}

/* Simulates the path alone. */
static plim_status replay_path(stage *on, uint64_t path, scenes *all, plim_error *err)
{
    const uint32_t octet = (uint32_t)(path / PLIM_OCTET);
    const uint8_t wanted = (uint8_t)(1U << path % PLIM_OCTET);
    plim_workspace_load(on->workspace, &octet, 1);
    plim_workspace_want(on->workspace, &wanted);
    for (uint32_t chunk = 0; chunk < on->screen.n_chunks; chunk++) {
        const plim_events *events = NULL;
        PLIM_TRY(plim_workspace_chunk(on->workspace, chunk, &events, err));
        PLIM_TRY(collect_defaults(on, events, all, err));
    }
    varying_changes to = {on->screen.plan, all, PLIM_OK, err};
    PLIM_TRY(plim_changes_find(on->workspace, &(plim_changes_to){collect_change, &to}, err));
    return to.status;
}

static plim_status play(const replay *r, scenes *all, plim_error *err)
{
    stage on = {.workspace = NULL};
    plim_status status = set_stage(&on, r, err);
    if (status == PLIM_OK)
        status = replay_path(&on, r->config->path, all, err);
    plim_workspace_destroy(on.workspace);
    plim_severity_destroy(on.severity);
    plim_screen_free(&on.screen);
    PLIM_TRY(status);
    PLIM_TRY(collect_changes(&r->session.plan, all, err));
    if (all->count > 0) /* a path on which nothing happens has no list */
        qsort(all->list, all->count, sizeof *all->list, by_order);
    return PLIM_OK;
}

static int by_borrower(const void *a, const void *b)
{
    const plim_failed *x = a, *y = b;
    if (x->scenario != y->scenario)
        return x->scenario < y->scenario ? -1 : 1;
    if (x->year != y->year)
        return x->year < y->year ? -1 : 1;
    return (x->borrower > y->borrower) - (x->borrower < y->borrower);
}

/* What the path is like and does. */
static plim_status tell_path(plim_table *out, const replay *r, const scenes *all, plim_error *err)
{
    const plim_book *book = r->session.plan.book;
    plim_failed *failed = plim_alloc(all->count, sizeof *failed);
    plim_failures failures = {failed, 0};
    if (failed == NULL)
        return plim_fail_memory(err, "the story of a path");
    for (size_t i = 0; i < all->count; i++) {
        const scene *one = &all->list[i];
        plim_failed f = {one->scenario, one->year, book->loan_borrower[one->loan]};
        if (!book->loan_defaulted[one->loan])
            failed[failures.count++] = f;
    }
    if (failures.count > 0)
        qsort(failed, failures.count, sizeof *failed, by_borrower);
    plim_telling to = {
        .out = out, .plan = &r->session.plan, .seed = r->seed, .path = (uint32_t)r->config->path};
    plim_status status = plim_explain_path(&to, &failures, err);
    plim_free(failed);
    return status;
}

static const char *id_of(const plim_frame *frame, uint32_t row, char buffer[32])
{
    return plim_measure_cell(plim_frame_find(frame, "id"), row, buffer);
}

static plim_status add_row(plim_table *out, const plim_plan *plan, const scene *one,
                           plim_error *err)
{
    const plim_book *book = plan->book;
    char buffer[32];
    PLIM_TRY(plim_table_add_row(out, err));
    PLIM_TRY(plim_table_set_text(out, SCENARIO, plim_measure_scenario(plan, one->scenario), err));
    plim_table_set_int(out, YEAR, plan->first_year + (int64_t)one->year);
    PLIM_TRY(plim_table_set_text(out, BANK, id_of(&book->banks, one->bank, buffer), err));
    PLIM_TRY(plim_table_set_text(
        out, BORROWER, id_of(&book->borrowers, book->loan_borrower[one->loan], buffer), err));
    PLIM_TRY(plim_table_set_text(out, LOAN, id_of(&book->loans, one->loan, buffer), err));
    plim_table_set_fen(out, EXPOSURE, one->exposure);
    plim_table_set_fen(out, LOSS, one->loss);
    return PLIM_OK;
}

plim_status plim_explain(plim_explanation *out, const plim_explain_config *config, plim_error *err)
{
    replay r = {.config = config};
    scenes all = {0};
    plim_status status = rebuild(&r, err);
    if (status == PLIM_OK)
        status = play(&r, &all, err);
    if (status == PLIM_OK)
        status = plim_table_init(&out->story, &plim_explain_spec, err);
    for (size_t i = 0; i < all.count && status == PLIM_OK; i++)
        status = add_row(&out->story, &r.session.plan, &all.list[i], err);
    if (status == PLIM_OK)
        status = tell_path(&out->drivers, &r, &all, err);
    if (status == PLIM_OK)
        snprintf(out->currency, sizeof out->currency, "%s", r.session.book.currency);
    plim_free(all.list);
    plim_session_free(&r.session);
    plim_result_free(&r.recorded.result);
    return status;
}

void plim_explanation_free(plim_explanation *explanation)
{
    plim_table_free(&explanation->story);
    plim_table_free(&explanation->drivers);
}
