/* What a result records of its run, read back so that the run can be told again: settings, books
 * (found again, and refused unless they are the same to the byte) and scripts (as kept). */
#ifndef PLIM_RUN_RECORDED_H
#define PLIM_RUN_RECORDED_H

#include "run/session.h"
#include "store/store.h"

typedef struct plim_recorded {
    const char *path; /* of the result, for messages */
    plim_result result;
} plim_recorded;

/* Text of a setting; PLIM_INPUT where the result does not have it. */
PLIM_NODISCARD plim_status plim_recorded_setting(const plim_recorded *recorded, const char *key,
                                                 const char **out, plim_error *err);
PLIM_NODISCARD plim_status plim_recorded_whole(const plim_recorded *recorded, const char *key,
                                               uint64_t *out, plim_error *err);
/* What the run did where books disagree. */
PLIM_NODISCARD plim_status plim_recorded_conflict(const plim_recorded *recorded, plim_conflict *out,
                                                  plim_error *err);
/* The currency of two runs; PLIM_INPUT where they have two. */
PLIM_NODISCARD plim_status plim_recorded_currency(const plim_recorded runs[2], char *out,
                                                  size_t size, plim_error *err);

/* Where the books are now. */
typedef struct plim_recorded_books {
    const char *const *paths; /* n of them, or none: the recorded paths */
    size_t n;
    const char *option; /* that gives them, for messages: "--book" */
} plim_recorded_books;
/* Opens the books that the run read; session->trusted counts. One whose SHA-256 differs is
   PLIM_INPUT and named with both digests; another number of books is PLIM_USAGE. */
PLIM_NODISCARD plim_status plim_recorded_open(const plim_recorded *recorded,
                                              const plim_recorded_books *books,
                                              plim_session *session, plim_error *err);
/* Traces the scripts as the run read them, whatever stands at their paths today, against the books
   that are open. */
PLIM_NODISCARD plim_status plim_recorded_trace(const plim_recorded *recorded, plim_session *session,
                                               plim_error *err);

#endif
