#include "run/selfcheck.h"

#include "run/selfcheck_parts.h"
#include "run/session.h"

void plim_selfcheck_say(plim_selfcheck *check, const plim_selfcheck_line *line)
{
    check->n_checks++;
    check->n_failed += !line->passed;
    if (check->report)
        check->report(check->user, line);
}

plim_status plim_selfcheck_outcome(plim_selfcheck *check, plim_selfcheck_line *line,
                                   plim_status status, plim_error *err)
{
    if (status != PLIM_OK && status != PLIM_BUG)
        return status;
    plim_error told = *err;
    if (status == PLIM_BUG) {
        line->passed = false;
        line->expected = "success";
        line->got = told.message;
        *err = (plim_error){0};
    }
    plim_selfcheck_say(check, line);
    return PLIM_OK;
}

/* ---- books ---- */

/* Reads the user's books for a run of the baseline alone. */
static plim_status open_books(plim_session *session, const plim_selfcheck *check, plim_error *err)
{
    const plim_session_scripts scripts = {.loader = {.lib_dir = check->lib_dir}};
    session->trusted = check->trusted;
    PLIM_TRY(plim_session_open(session, check->books, check->n_books, err));
    PLIM_TRY(plim_session_trace(session, &scripts, err));
    session->program.baseline_years = PLIM_SELFCHECK_YEARS;
    return plim_session_load(session, PLIM_CONFLICT_WEIGHTED, err);
}

/* A slice of the user's book, forwards and backwards, with plans. */
typedef struct slices {
    plim_book book[2];
    plim_plan plan[2];
} slices;

static plim_status make_slices(slices *out, const plim_session *session, plim_error *err)
{
    size_t n = session->book.borrowers.n_rows;
    if (n > PLIM_SELFCHECK_BORROWERS)
        n = PLIM_SELFCHECK_BORROWERS;
    for (int way = 0; way < 2; way++) {
        PLIM_TRY(plim_selfcheck_slice(&out->book[way], &session->book, (uint32_t)n, way == 1, err));
        PLIM_TRY(plim_plan_make(&out->plan[way], &out->book[way], &session->program, 1, err));
    }
    return PLIM_OK;
}

static void free_slices(slices *s)
{
    for (int way = 0; way < 2; way++) {
        plim_plan_free(&s->plan[way]);
        plim_book_free(&s->book[way]);
    }
}

/* ---- all ---- */

static plim_status check_mixed(plim_selfcheck *check, plim_error *err)
{
    static const plim_selfcheck_names names = {
        "reference, built-in book", "instruction sets, built-in book", "threads, built-in book",
        "tiles, built-in book", "row order, built-in book"};
    plim_selfcheck_case forwards = {0}, backwards = {0};
    plim_status status = plim_selfcheck_mixed_loans(&forwards, false, err);
    if (status == PLIM_OK)
        status = plim_selfcheck_mixed_loans(&backwards, true, err);
    if (status == PLIM_OK)
        status = plim_selfcheck_invariance(check, &names, &forwards.plan, &backwards.plan, err);
    plim_selfcheck_case_free(&forwards);
    plim_selfcheck_case_free(&backwards);
    if (status != PLIM_BUG)
        return status;
    plim_selfcheck_line line = {.name = names.reference, .what = "the book is made and bound"};
    return plim_selfcheck_outcome(check, &line, status, err);
}

/* `reading`: how reading the user's books ended; a PLIM_BUG then is told as the other checks are,
   for they may say why. */
static plim_status check_own(plim_selfcheck *check, const slices *own, plim_status reading,
                             plim_error *err)
{
    static const plim_selfcheck_names names = {"reference, your book",
                                               "instruction sets, your book", "threads, your book",
                                               "tiles, your book", "row order, your book"};
    if (reading == PLIM_OK)
        return plim_selfcheck_invariance(check, &names, &own->plan[0], &own->plan[1], err);
    plim_selfcheck_line line = {.name = names.reference, .what = "the book is read and bound"};
    return plim_selfcheck_outcome(check, &line, reading, err);
}

static plim_status check_all(plim_selfcheck *check, const slices *own, plim_status reading,
                             plim_error *err)
{
    plim_error of_reading = *err;
    *err = (plim_error){0};
    PLIM_TRY(plim_selfcheck_known(check, err));
    PLIM_TRY(plim_selfcheck_arithmetic(check, err));
    PLIM_TRY(plim_selfcheck_closed_forms(check, err));
    PLIM_TRY(check_mixed(check, err));
    if (check->n_books > 0) {
        *err = of_reading;
        PLIM_TRY(check_own(check, own, reading, err));
    }
    if (check->n_failed > 0)
        return plim_fail(err, PLIM_BUG,
                         "selfcheck: %zu of %zu checks failed; results of this program on this "
                         "machine can't be trusted: please report the lines that begin with FAIL",
                         check->n_failed, check->n_checks);
    return PLIM_OK;
}

plim_status plim_selfcheck_run(plim_selfcheck *check, plim_error *err)
{
    plim_error own_err = {0};
    plim_session session = {0};
    slices own = {0};
    plim_status status = PLIM_OK;
    if (!err)
        err = &own_err;
    check->n_checks = check->n_failed = 0;
    if (check->n_books > 0)
        status = open_books(&session, check, err);
    if (status == PLIM_OK && check->n_books > 0)
        status = make_slices(&own, &session, err);
    if (status == PLIM_OK || status == PLIM_BUG)
        status = check_all(check, &own, status, err);
    free_slices(&own);
    plim_session_free(&session);
    return status;
}
