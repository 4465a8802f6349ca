/* Bounds of formulas over boxes of random drivers: attributes of the rows exact, drivers as ranges.
 *
 * Rigorous with respect to what plim_evaluator computes, rounding included: for every path whose
 * slots lie in the box, the value that the evaluator gives lies within the bounds. Sums, products,
 * quotients and roots rounded to nearest never fall as an operand rises, so bounds formed by the
 * same operations hold as they are; our own functions (exp, log, normal_cdf, ...) are within some
 * units of the last place of functions that never fall, so their bounds are widened by a thousand
 * times that. Operands known exactly give a result that is: both bounds are then its value. Where
 * nothing can be said (a divisor around zero, a logarithm of what may be negative, a missing value)
 * both bounds are NaN: unknown. */
#ifndef PLIM_PLAN_BOUNDS_H
#define PLIM_PLAN_BOUNDS_H

#include "plan/evaluate.h"

typedef struct plim_bounds plim_bounds;

/* Config as for plim_evaluator_create, with `randoms`; borrowers, sites or policies. */
PLIM_NODISCARD plim_status plim_bounds_create(plim_bounds **out,
                                              const plim_evaluator_config *config, plim_error *err);
void plim_bounds_destroy(plim_bounds *bounds); /* NULL is fine */

/* Sets the rows of the grain's table (n <= PLIM_EVALUATE_BLOCK) that the boxes below are for. */
void plim_bounds_rows(plim_bounds *bounds, const uint32_t *row, uint32_t n);
/* Bounds over the box low[slot] to high[slot]. */
void plim_bounds_box(plim_bounds *bounds, const double *low, const double *high);
/* Of an output, a row each, of the last box; equal where the output varies from no path to another.
 */
const double *plim_bounds_low(const plim_bounds *bounds, plim_node node);
const double *plim_bounds_high(const plim_bounds *bounds, plim_node node);

/* Sets of slots, a row each: [row * n_words + slot / 64], bit slot % 64. */
typedef struct plim_bound_slots {
    uint64_t *words;
    size_t n_words;
} plim_bound_slots;
/* After a box that holds all paths: adds the slots that the roots hang on, a row each. What has one
   value over that box hangs on none, and a `where` whose condition has on the branch that it takes.
   The sets may be too large, never too small. */
PLIM_NODISCARD plim_status plim_bounds_slots(const plim_bounds *bounds, const plim_node *roots,
                                             uint32_t n_roots, const plim_bound_slots *to,
                                             plim_error *err);

/* Operands and result of a primitive for some rows, n <= PLIM_EVALUATE_BLOCK: [operand][row]. */
typedef struct plim_bound_rows {
    uint32_t n;
    const double *low[3], *high[3];
    double *to_low, *to_high; /* none of the above */
} plim_bound_rows;
/* Bounds of a primitive from those of its operands: the rules. `curve`: of INTERP. */
void plim_bounds_rows_apply(plim_op op, const plim_list *curve, const plim_bound_rows *rows);
/* The same of one row. */
void plim_bounds_apply(plim_op op, const plim_list *curve, const double *low, const double *high,
                       double out[2]);

#endif
