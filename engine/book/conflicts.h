/* On which borrowers several books disagree, told instead of refused or merged: how many by column,
 * and the first of them with what each book says. */
#ifndef PLIM_BOOK_CONFLICTS_H
#define PLIM_BOOK_CONFLICTS_H

#include "base/names.h"

/* So many borrowers of a column are told with both values. */
#define PLIM_CONFLICT_CASES 5

typedef struct plim_conflict_case {
    uint32_t column;            /* of `columns` */
    uint32_t borrower;          /* these are numbers in `words` */
    uint32_t value[2], book[2]; /* "" where a book does not state it */
} plim_conflict_case;

/* Zero-initialise; release with plim_conflicts_free. */
typedef struct plim_conflicts {
    uint64_t shared;     /* borrowers that more than one book has */
    plim_names columns;  /* those on which books disagree */
    uint64_t *borrowers; /* a column */
    size_t capacity;
    plim_names words;
    plim_conflict_case *cases; /* by column, then as they were met */
    size_t n_cases, case_capacity;
} plim_conflicts;

/* Counts one borrower on which two books disagree, and keeps it while it is one of the first. */
PLIM_NODISCARD plim_status plim_conflicts_note(plim_conflicts *conflicts, const char *column,
                                               const char *borrower, const char *const value[2],
                                               const char *const book[2], plim_error *err);
void plim_conflicts_free(plim_conflicts *conflicts);

#endif
