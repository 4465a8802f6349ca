#include "run/session.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "parallel/team.h"
#include "plan/schema.h"
#include "store/store.h"

static plim_status digest_files(void *job, plim_error *err)
{
    plim_session *session = job;
    for (size_t i = 0; i < session->n_sources; i++)
        PLIM_TRY(plim_digest_file(session->sources[i].path, session->sources[i].sha256, err));
    return PLIM_OK;
}

plim_status plim_session_digests(plim_session *session, plim_error *err)
{
    return plim_aside_wait(&session->digests, err);
}

plim_status plim_session_open(plim_session *session, const char *const *paths, size_t n_paths,
                              plim_error *err)
{
    session->sources = plim_alloc(n_paths, sizeof *session->sources);
    session->list = plim_alloc(n_paths, sizeof *session->list);
    if (!session->sources || !session->list)
        return plim_fail_memory(err, "the loan books");
    for (size_t i = 0; i < n_paths; i++) {
        PLIM_TRY(plim_store_read_book(&session->sources[i], paths[i], session->trusted, err));
        session->n_sources = i + 1;
        session->list[i] = &session->sources[i];
    }
    return plim_aside_start(&session->digests, digest_files, session, err);
}

/* ---- tracing ---- */

/* Adds the columns of `from` that `to` lacks, without their rows. */
static plim_status outline_frame(plim_frame *to, const plim_frame *from, plim_error *err)
{
    for (size_t i = 0; i < from->n_columns; i++) {
        const plim_column *column = &from->columns[i];
        if (plim_frame_find(to, column->name))
            continue;
        plim_column empty;
        PLIM_TRY(plim_column_make(&empty, column->name, column->kind, 0, err));
        if (column->unit && !(empty.unit = plim_strdup(column->unit))) {
            plim_column_free(&empty);
            return plim_fail_memory(err, "the columns of a book");
        }
        plim_status status = plim_frame_add(to, &empty, err);
        if (status != PLIM_OK) {
            plim_column_free(&empty);
            return status;
        }
    }
    return PLIM_OK;
}

/* The columns of all open books, without rows. */
static plim_status outline_books(const plim_session *session, plim_book *outline, plim_error *err)
{
    static const char *const tables[] = {"borrowers", "loans"};
    plim_frame *const frames[] = {&outline->borrowers, &outline->loans};
    for (size_t i = 0; i < session->n_sources; i++)
        for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
            const plim_source *source = &session->sources[i];
            plim_frame frame = {0};
            plim_status status = source->read_outline(source, tables[t], &frame, err);
            if (status == PLIM_OK)
                status = outline_frame(frames[t], &frame, err);
            plim_frame_free(&frame);
            PLIM_TRY(status);
        }
    return PLIM_OK;
}

plim_status plim_session_trace(plim_session *session, const plim_session_scripts *scripts,
                               plim_error *err)
{
    plim_book outline = {0};
    plim_schema schema = {0};
    plim_status status = outline_books(session, &outline, err);
    if (status == PLIM_OK)
        status = plim_schema_make(&schema, session->n_sources ? &outline : NULL, err);
    if (status == PLIM_OK)
        status = plim_script_read(&session->program, scripts->scenarios, scripts->n_scenarios,
                                  scripts->model, &schema, &scripts->loader, err);
    plim_program_sort(&session->program);
    plim_schema_free(&schema);
    plim_book_free(&outline);
    return status;
}

/* ---- loading ---- */

int plim_session_years(const plim_session *session)
{
    if (session->program.n_scenarios == 0)
        return session->program.baseline_years;
    const plim_scenario *first = &session->program.scenarios[0];
    return first->last_year - first->first_year + 1;
}

/* The borrower columns that every run uses, beside those that formulas read: PDs, the keys of the
   tables by sector and region, and what the warning rules are told. */
static plim_status used_columns(const plim_session *session, plim_names *used, plim_error *err)
{
    static const char *const always[] = {"pd", "sector", "region", "household"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        PLIM_TRY(plim_names_add(used, always[i], NULL, err));
    for (int year = 2; year <= plim_session_years(session); year++) {
        char name[16];
        snprintf(name, sizeof name, "pd_%d", year);
        PLIM_TRY(plim_names_add(used, name, NULL, err));
    }
    return plim_program_columns(&session->program, PLIM_LEVEL_BORROWER, used, err);
}

static plim_status add_all(plim_names *names, const char *const *more, size_t n, plim_error *err)
{
    for (size_t i = 0; i < n; i++)
        PLIM_TRY(plim_names_add(names, more[i], NULL, err));
    return PLIM_OK;
}

/* Columns that the plan, the ledger and the tables read whatever the formulas say. */
static plim_status kept_columns(const plim_session *session, plim_names *borrowers,
                                plim_names *loans, plim_error *err)
{
    /* What grades and warnings look at beside: banks need not agree on it. */
    static const char *const of_borrower[] = {"pd_source", "env_class",      "env_credit",
                                              "revenue",   "operating_cost", "depreciation",
                                              "interest"};
    static const char *const of_loan[] = {"balance", "undrawn",    "ccf",          "lgd",
                                          "class",   "lgd_source", "days_overdue", "maturity"};
    PLIM_TRY(used_columns(session, borrowers, err));
    PLIM_TRY(add_all(borrowers, of_borrower, sizeof of_borrower / sizeof *of_borrower, err));
    PLIM_TRY(add_all(loans, of_loan, sizeof of_loan / sizeof *of_loan, err));
    return plim_program_columns(&session->program, PLIM_LEVEL_LOAN, loans, err);
}

plim_status plim_session_columns(plim_session *session, size_t *of_borrowers, size_t *of_loans,
                                 plim_error *err)
{
    PLIM_TRY(used_columns(session, &session->agreed, err));
    PLIM_TRY(kept_columns(session, &session->kept_of_borrowers, &session->kept_of_loans, err));
    session->use = (plim_book_use){.agreed = &session->agreed,
                                   .borrowers = &session->kept_of_borrowers,
                                   .loans = &session->kept_of_loans};
    *of_borrowers = session->kept_of_borrowers.count;
    *of_loans = session->kept_of_loans.count;
    return PLIM_OK;
}

plim_status plim_session_part(plim_session *session, plim_conflict on_conflict, uint32_t n_slabs,
                              plim_error *err)
{
    size_t of_borrowers, of_loans;
    PLIM_TRY(plim_session_columns(session, &of_borrowers, &of_loans, err));
    plim_slab_rule rule = {on_conflict, &session->use, n_slabs};
    return plim_slabs_open(&session->slabs, session->list, session->n_sources, &rule, err);
}

plim_status plim_session_turn(plim_session *session, uint32_t slab, plim_error *err)
{
    plim_plan_free(&session->plan);
    plim_book_free(&session->book);
    return plim_slabs_load(&session->slabs, slab, &session->book, err);
}

plim_status plim_session_load(plim_session *session, plim_conflict on_conflict, plim_error *err)
{
    PLIM_TRY(plim_session_part(session, on_conflict, 1, err));
    PLIM_TRY(plim_session_turn(session, 0, err));
    PLIM_TRY(plim_book_tie(&session->book, err));
    return plim_session_digests(session, err);
}

plim_status plim_session_load_one(plim_session *session, const char *borrower, plim_error *err)
{
    size_t of_borrowers, of_loans;
    PLIM_TRY(plim_session_columns(session, &of_borrowers, &of_loans, err));
    plim_slab_rule rule = {PLIM_CONFLICT_WEIGHTED, &session->use, 0};
    return plim_slabs_load_one(&session->book, session->list, session->n_sources, &rule, borrower,
                               err);
}

plim_status plim_session_bind(plim_session *session, plim_error *err)
{
    int threads = session->threads > 0 ? session->threads : plim_team_default_threads();
    return plim_plan_make(&session->plan, &session->book, &session->program, threads, err);
}

void plim_session_free(plim_session *session)
{
    (void)!plim_session_digests(session, NULL);
    plim_plan_free(&session->plan);
    plim_book_free(&session->book);
    plim_slabs_free(&session->slabs);
    plim_names_free(&session->agreed);
    plim_names_free(&session->kept_of_borrowers);
    plim_names_free(&session->kept_of_loans);
    plim_free(session->list);
    plim_program_free(&session->program);
    for (size_t i = 0; i < session->n_sources; i++)
        session->sources[i].close(&session->sources[i]);
    plim_free(session->sources);
    *session = (plim_session){0};
}
