/* Is this installation, on this machine, right? Known answers, arithmetic, closed forms, and the
 * same bits whatever threads, tiles, row order and instruction set: on books made here and on a
 * slice of the user's own. Reads books and writes nothing. */
#ifndef PLIM_RUN_SELFCHECK_H
#define PLIM_RUN_SELFCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Borrowers (the first in canonical order), years and paths of the slice of a book. */
#define PLIM_SELFCHECK_BORROWERS 2000
#define PLIM_SELFCHECK_YEARS     3
#define PLIM_SELFCHECK_PATHS     4100

/* The outcome of one check. Texts are keys of the screen language (report/words.def), except
   `expected` and `got`, which may be numbers. Valid during the call. */
typedef struct plim_selfcheck_line {
    const char *name, *what;
    const char *expected, *got; /* NULL for a check that passed, unless it is an estimate */
    bool passed;
    uint64_t borrowers, paths, defaults; /* simulated; paths 0: no simulation */
} plim_selfcheck_line;

typedef struct plim_selfcheck {
    const char *const *books; /* pooled; what two state differently is weighted */
    size_t n_books;           /* 0: no book of the user's */
    bool trusted;             /* read the books in this process */
    const char *lib_dir;      /* of the default model; needed with books only */
    void (*report)(void *user, const plim_selfcheck_line *line);
    void *user;
    size_t n_checks, n_failed; /* out */
} plim_selfcheck;

/* Runs all checks, also after one has failed; a book that a fault of ours keeps from being read is
   a check that failed. PLIM_BUG if any failed; PLIM_INPUT for a book that is refused, before the
   first check. */
PLIM_NODISCARD plim_status plim_selfcheck_run(plim_selfcheck *check, plim_error *err);

#endif
