/* All that can be found wrong with scripts, and with a book beside them, before any run. */
#ifndef PLIM_RUN_CHECK_H
#define PLIM_RUN_CHECK_H

#include "run/session.h"

/* Traces the scripts and, when books are given, loads and binds them: `session` (zero-initialised
   but for `trusted`) then holds program and plan for the facts to be read off. Faults of scripts
   and of books are reported together; faults of binding need both to be sound. Free the session in
   any case. */
PLIM_NODISCARD plim_status plim_check_scenarios(plim_session *session,
                                                const plim_session_scripts *scripts,
                                                const char *const *books, size_t n_books,
                                                plim_error *err);

#endif
