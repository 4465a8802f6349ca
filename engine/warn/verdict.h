/* What the rules say of the rows of a table of borrowers. Rows are handed out to threads in groups
 * of a size that does not depend on them, each group to a copy of the rules of its own: rules that
 * keep something from row to row, which they should not, answer the same with any number of
 * threads. Inside warn/ only. */
#ifndef PLIM_WARN_VERDICT_H
#define PLIM_WARN_VERDICT_H

#include "warn/stage.h"

typedef struct plim_verdict {
    plim_graded graded;
    int64_t year; /* in which the PD peaks */
    double base, stressed;
    const char *reasons;
    double indicator[PLIM_BORROWER_INDICATORS];
} plim_verdict;

/* Of some rows in sequence; texts live as long. */
typedef struct plim_verdicts {
    plim_verdict *verdict;
    size_t count, capacity;
    plim_text *reasons; /* by group */
    size_t n_groups;
} plim_verdicts;

/* Room for the rows that are asked for at once. */
PLIM_NODISCARD plim_status plim_verdicts_create(plim_verdicts *out, const plim_warn *stage,
                                                plim_error *err);
void plim_verdicts_free(plim_verdicts *verdicts);
/* Of the rows from `first` on, as many as there is room for, up to the end of the table. */
PLIM_NODISCARD plim_status plim_verdicts_find(plim_verdicts *verdicts, const plim_warn *stage,
                                              const plim_table *table, size_t first,
                                              plim_error *err);

#endif
