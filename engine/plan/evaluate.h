/* Evaluates the nodes that some outputs need, over blocks of rows of borrowers or of loans. Every
 * value has the bits of plim_primitive_apply. No checks of range: they are the callers'. */
#ifndef PLIM_PLAN_EVALUATE_H
#define PLIM_PLAN_EVALUATE_H

#include "book/book.h"
#include "plan/random.h"

#define PLIM_EVALUATE_BLOCK                                                                        \
    256 /* rows at a time: a node's block stays in the first-level cache                           \
         */

typedef struct plim_evaluator plim_evaluator;

typedef struct plim_evaluator_config {
    const plim_book *book; /* borrowed, as is the program */
    const plim_program *program;
    plim_level grain;         /* what rows are; they see the columns of those that they belong to */
    const plim_node *outputs; /* PLIM_NO_NODE entries are skipped */
    size_t n_outputs;
    const plim_randoms *randoms; /* borrowed; NULL: random drivers stand at their mean path */
} plim_evaluator_config;

/* Binds all leaves that the outputs need. A column that the book lacks is missing in every row. */
PLIM_NODISCARD plim_status plim_evaluator_create(plim_evaluator **out,
                                                 const plim_evaluator_config *config,
                                                 plim_error *err);
void plim_evaluator_destroy(plim_evaluator *evaluator);

/* Computes rows first .. first + n - 1, n <= PLIM_EVALUATE_BLOCK. */
void plim_evaluator_run(plim_evaluator *evaluator, uint32_t first, uint32_t n);

/* The borrower of a row. */
uint32_t plim_evaluate_borrower(const plim_book *book, plim_level grain, uint32_t row);
/* The parts (collateral of a loan, sites or policies of a borrower) that belong to a row. */
typedef struct plim_rows {
    uint32_t first, end;
} plim_rows;
plim_rows plim_evaluate_parts(const plim_book *book, plim_level part, uint32_t owner);

/* Any rows, each on a path of its own. */
typedef struct plim_lanes {
    uint32_t n;           /* at most PLIM_EVALUATE_BLOCK */
    const uint32_t *row;  /* of the grain's table */
    const uint32_t *path; /* place in `slots`; NULL: random drivers stand at their mean path */
    const double *slots;  /* [slot * stride + path], see plan/random.h */
    uint32_t stride;
} plim_lanes;
/* The same bits for a row and path, whatever the other lanes; quickest where those of a row follow
   one another. */
void plim_evaluator_run_lanes(plim_evaluator *evaluator, const plim_lanes *lanes);

/* Values of an output for the rows of the last run; of any node that it needs, if no row came
   twice. */
const double *plim_evaluator_values(const plim_evaluator *evaluator, plim_node node);

/* Did row i of the last run take the fallback of any `proxy`? proxy(eq(x, x), 0), which only asks
   whether x is known, does not count. */
bool plim_evaluator_proxied(const plim_evaluator *evaluator, uint32_t i);

/* Where `node` is NaN for row i of the last run: the column whose missing value made it so, or
   PLIM_NO_NODE. For messages. */
plim_node plim_evaluator_missing(const plim_evaluator *evaluator, plim_node node, uint32_t i);
/* Does the book lack the column of a leaf altogether? */
bool plim_evaluator_lacks(const plim_evaluator *evaluator, plim_node leaf_node);

#endif
