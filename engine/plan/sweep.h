/* Evaluates formulas over all rows of borrowers or loans, on a team. Rows are parted into chunks of
 * whole borrowers with all their loans, so that whoever visits a chunk may write to its borrowers;
 * chunks do not depend on the number of threads. Private to the room. */
#ifndef PLIM_PLAN_SWEEP_H
#define PLIM_PLAN_SWEEP_H

#include "plan/evaluate.h"

#define PLIM_SWEEP_BORROWERS 4096 /* a chunk: some milliseconds of work, and whole blocks */

/* How many chunks a book has. */
uint32_t plim_sweep_chunks(const plim_book *book);

/* Rows first .. first + n - 1 of a chunk, n <= PLIM_EVALUATE_BLOCK, as `evaluator` has just run
   them. */
typedef struct plim_sweep_block {
    const plim_evaluator *evaluator;
    uint32_t chunk, first, n;
} plim_sweep_block;
/* Called for the blocks of a chunk in the order of their rows, by one thread; for chunks by several
   at a time. */
typedef plim_status (*plim_sweep_visit)(void *user, const plim_sweep_block *block, plim_error *err);

/* Evaluates `config` (BORROWER or LOAN grain). With one thread chunks come in order. */
PLIM_NODISCARD plim_status plim_sweep_run(const plim_evaluator_config *config, int threads,
                                          plim_sweep_visit visit, void *user, plim_error *err);

#endif
