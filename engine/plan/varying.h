/* What differs from path to path: PDs and loan values of scenarios with random drivers, evaluated
 * for any borrower or loan on any path, and PDs bounded over boxes of paths. Made once a worker: it
 * holds scratch. Values follow the rules of plan/plan.h, those of a PD that is not moved included.
 */
#ifndef PLIM_PLAN_VARYING_H
#define PLIM_PLAN_VARYING_H

#include "plan/evaluate.h"
#include "plan/loan_terms.h"

typedef struct plim_varying plim_varying;

PLIM_NODISCARD plim_status plim_varying_create(plim_varying **out, const plim_plan *plan,
                                               plim_error *err);
void plim_varying_destroy(plim_varying *varying); /* NULL is fine */
uint64_t plim_varying_bytes(const plim_plan *plan);

/* Annual PDs in scenario s of borrowers in whose case it varies (plim_plan_pd_varies), into
   pd[t * PLIM_EVALUATE_BLOCK + lane]; 1 where `default` holds. `number` of the path of each lane is
   for messages. PLIM_INPUT if a value is not acceptable. */
PLIM_NODISCARD plim_status plim_varying_pd(plim_varying *varying, uint32_t s,
                                           const plim_lanes *lanes, const uint32_t *number,
                                           double *pd, plim_error *err);

/* A scenario and a period (from 0). */
typedef struct plim_cell_at {
    uint32_t scenario, year;
} plim_cell_at;
/* What loans (rows of the lanes) cost in a period in which it varies (plan->loss_varies) if they
   default then, or are worth if they are in default already, into value[lane]. PLIM_INPUT likewise.
 */
PLIM_NODISCARD plim_status plim_varying_loans(plim_varying *varying, plim_cell_at of,
                                              const plim_lanes *lanes, const uint32_t *number,
                                              plim_loan_value *value, plim_error *err);

/* Does nothing happen on a path (slots [slot * stride]) that moves losses of the cell, s * n_years
   + t? Then they are those of the plan's planes, bit for bit. Only where hazards alone move them.
 */
bool plim_varying_is_calm(const plim_varying *varying, size_t cell, const double *slots,
                          uint32_t stride);

/* Bounds of PDs in a scenario and period over a box of slots, for rows of borrowers in whose case
   it varies (at most PLIM_EVALUATE_BLOCK): first the rows, then any number of boxes. Into low[row]
   and high[row]. Where nothing is known, or values might not be acceptable: 0 and 1, which is a
   sign to look at every path. */
void plim_varying_rows(plim_varying *varying, plim_cell_at of, const uint32_t *row, uint32_t n);
void plim_varying_box(plim_varying *varying, const double *slot_low, const double *slot_high,
                      double *low, double *high);

/* Is the PD of rows of borrowers (at most PLIM_EVALUATE_BLOCK) in a period the same on every path,
   though its formula reads what varies? So where a hazard reaches no place of a borrower's, or a
   price is one that it does not pay. */
void plim_varying_fixed(plim_varying *varying, plim_cell_at of, const uint32_t *row, uint32_t n,
                        bool *fixed);

/* Sets of slots, one for each of some rows of borrowers (at most PLIM_EVALUATE_BLOCK). */
typedef struct plim_slot_sets {
    const uint32_t *row;
    uint32_t n;
    uint64_t *words; /* [i * n_words + slot / 64], bit slot % 64 */
    size_t n_words;
} plim_slot_sets;
/* Adds the slots that the rows' PDs in a period hang on: on any two paths that agree in them the PD
   is the same. */
PLIM_NODISCARD plim_status plim_varying_slots_of(plim_varying *varying, plim_cell_at of,
                                                 const plim_slot_sets *sets, plim_error *err);
/* What any path may hold, [slot]: intensities are not negative. */
const double *plim_varying_least(const plim_varying *varying);
const double *plim_varying_most(const plim_varying *varying);

/* Slots that the PDs of a scenario and period are made of, marked in uses[slot]. */
PLIM_NODISCARD plim_status plim_varying_slots(const plim_plan *plan, plim_cell_at of, bool *uses,
                                              plim_error *err);

#endif
