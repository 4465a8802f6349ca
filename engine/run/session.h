/* What a run, a replay and a check share: books and scripts read, traced and bound, step by step.
 *
 * The order matters: scripts are traced against the columns of the books before the books' rows are
 * checked, because two books only have to agree on a borrower in the columns that the run uses. */
#ifndef PLIM_RUN_SESSION_H
#define PLIM_RUN_SESSION_H

#include "base/source.h"
#include "book/slabs.h"
#include "parallel/aside.h"
#include "script/script.h"
#include "plan/plan.h"

/* Zero-initialise but for what is given; release with plim_session_free, whatever step was reached.
   Must stay where it is in between. */
typedef struct plim_session {
    bool trusted;         /* given: books are read in this process, not in a confined one */
    int threads;          /* given: to plan with; 0: what the machine allows */
    plim_source *sources; /* n_sources open books */
    plim_source **list;   /* the same, one by one */
    size_t n_sources;
    plim_aside digests; /* private: the sources' SHA-256 are computed while the rest goes on */
    plim_program program;
    /* Private: what slabs are loaded by. */
    plim_names agreed, kept_of_borrowers, kept_of_loans;
    plim_book_use use;
    plim_slabs slabs;
    plim_book book; /* the books, or the slab at hand */
    plim_plan plan;
} plim_session;

/* Which scripts, and where their text comes from. */
typedef struct plim_session_scripts {
    const char *const *scenarios;
    size_t n_scenarios;
    const char *model; /* NULL: the library's */
    plim_script_loader loader;
} plim_session_scripts;

/* Opens loan books. Their SHA-256 are there after plim_session_load, or plim_session_digests. */
PLIM_NODISCARD plim_status plim_session_open(plim_session *session, const char *const *paths,
                                             size_t n_paths, plim_error *err);
/* Reads and traces the scripts against the columns of the open books, or, without books, against
   the documented ones. */
PLIM_NODISCARD plim_status plim_session_trace(plim_session *session,
                                              const plim_session_scripts *scripts, plim_error *err);
/* Years of the horizon, known after tracing. */
int plim_session_years(const plim_session *session);
/* Columns that stay in memory: of borrowers and of loans, from tracing on. */
PLIM_NODISCARD plim_status plim_session_columns(plim_session *session, size_t *of_borrowers,
                                                size_t *of_loans, plim_error *err);
/* Parts the books into slabs of borrowers, about n_slabs of them, and turns to one of them: it
   takes the place of the one before, whose plan goes too. Whoever is through with all slabs ties
   them (plim_tie) and waits for the digests. */
PLIM_NODISCARD plim_status plim_session_part(plim_session *session, plim_conflict on_conflict,
                                             uint32_t n_slabs, plim_error *err);
PLIM_NODISCARD plim_status plim_session_turn(plim_session *session, uint32_t slab, plim_error *err);
/* Reads, checks and pools the books as a whole; their ledger must tie. */
PLIM_NODISCARD plim_status plim_session_load(plim_session *session, plim_conflict on_conflict,
                                             plim_error *err);
/* Of the books one borrower with its loans alone; ledgers are not tied. */
PLIM_NODISCARD plim_status plim_session_load_one(plim_session *session, const char *borrower,
                                                 plim_error *err);
/* Waits for the SHA-256 of the open books. */
PLIM_NODISCARD plim_status plim_session_digests(plim_session *session, plim_error *err);
/* Makes the plan. */
PLIM_NODISCARD plim_status plim_session_bind(plim_session *session, plim_error *err);
void plim_session_free(plim_session *session);

#endif
