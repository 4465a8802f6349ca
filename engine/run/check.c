#include "run/check.h"

/* The books alone, for a script that could not be traced. */
static plim_status check_books(bool trusted, const char *const *books, size_t n_books,
                               plim_error *err)
{
    plim_session session = {.trusted = trusted};
    plim_status status = plim_session_open(&session, books, n_books, err);
    if (status == PLIM_OK)
        status = plim_session_load(&session, PLIM_CONFLICT_WEIGHTED, err);
    plim_session_free(&session);
    return status;
}

plim_status plim_check_scenarios(plim_session *session, const plim_session_scripts *scripts,
                                 const char *const *books, size_t n_books, plim_error *err)
{
    PLIM_TRY(plim_session_open(session, books, n_books, err));
    plim_error of_scripts = {0};
    plim_status status = plim_session_trace(session, scripts, &of_scripts);
    if (status != PLIM_OK) {
        plim_error of_books = {0};
        if (n_books > 0 && check_books(session->trusted, books, n_books, &of_books) != PLIM_OK)
            return plim_fail(err, status, "%s\n%s", of_scripts.message, of_books.message);
        return plim_fail(err, status, "%s", of_scripts.message);
    }
    PLIM_TRY(plim_plan_check_randoms(&session->program, err));
    if (n_books == 0)
        return PLIM_OK;
    PLIM_TRY(plim_session_load(session, PLIM_CONFLICT_WEIGHTED, err));
    return plim_session_bind(session, err);
}
