#include "book/conflicts.h"

#include "base/memory.h"

/* The number of a column; its count begins with 0. */
static plim_status find_column(plim_conflicts *conflicts, const char *column, uint32_t *at,
                               plim_error *err)
{
    size_t known = conflicts->columns.count;
    PLIM_TRY(plim_names_add(&conflicts->columns, column, at, err));
    if (*at != known)
        return PLIM_OK;
    void *counts = conflicts->borrowers;
    if (plim_grow(&counts, &conflicts->capacity, known + 1, sizeof *conflicts->borrowers) != 0)
        return plim_fail_memory(err, "conflicts of books");
    conflicts->borrowers = counts;
    conflicts->borrowers[*at] = 0;
    return PLIM_OK;
}

plim_status plim_conflicts_note(plim_conflicts *conflicts, const char *column, const char *borrower,
                                const char *const value[2], const char *const book[2],
                                plim_error *err)
{
    plim_conflict_case met = {0};
    PLIM_TRY(find_column(conflicts, column, &met.column, err));
    if (conflicts->borrowers[met.column]++ >= PLIM_CONFLICT_CASES)
        return PLIM_OK;
    PLIM_TRY(plim_names_add(&conflicts->words, borrower, &met.borrower, err));
    for (int side = 0; side < 2; side++) {
        PLIM_TRY(plim_names_add(&conflicts->words, value[side], &met.value[side], err));
        PLIM_TRY(plim_names_add(&conflicts->words, book[side], &met.book[side], err));
    }
    void *cases = conflicts->cases;
    if (plim_grow(&cases, &conflicts->case_capacity, conflicts->n_cases + 1,
                  sizeof *conflicts->cases) != 0)
        return plim_fail_memory(err, "conflicts of books");
    conflicts->cases = cases;
    conflicts->cases[conflicts->n_cases++] = met;
    return PLIM_OK;
}

void plim_conflicts_free(plim_conflicts *conflicts)
{
    plim_names_free(&conflicts->columns);
    plim_names_free(&conflicts->words);
    plim_free(conflicts->borrowers);
    plim_free(conflicts->cases);
    *conflicts = (plim_conflicts){0};
}
