/* The parts of plim_plan_make, in the order in which it calls them, and what they share. */
#ifndef PLIM_PLAN_PARTS_H
#define PLIM_PLAN_PARTS_H

#include "plan/evaluate.h"
#include "plan/faults.h"
#include "plan/plan.h"

/* Loadings, R2, Cholesky factor, keys of factors. Needs `alive`. */
PLIM_NODISCARD plim_status plim_plan_model(plim_plan *plan, plim_error *err);
/* PD curves of borrowers, scopes, reference shifts. Needs r2. */
PLIM_NODISCARD plim_status plim_plan_hazards(plim_plan *plan, int threads, plim_error *err);
/* Losses and exposures of loans. Needs `applies`. */
PLIM_NODISCARD plim_status plim_plan_loans(plim_plan *plan, int threads, plim_error *err);

/* logistic(logit(p)) is not p in floating point. Where a script at reference gives the book's PD
   but for rounding, and drivers have not moved it from there, the PD is the book's. */
bool plim_pd_is_unmoved(double pd, double reference, double base);
/* By how much a PD that is called unmoved may differ from the book's `base`. */
double plim_pd_room(double base);

/* A value that was refused. */
typedef struct plim_refused {
    const char *scenario; /* NULL: the model */
    const char *what;     /* "pd" */
    const char *table;    /* "borrower" or "loan" */
    const plim_frame *frame;
    uint32_t row; /* of the frame, for its id */
    int year;     /* 0: no year */
    double value;
    const char *accepted; /* "0 to 1" */
    plim_node node;       /* that gave the value */
    uint32_t lane;        /* row of the evaluator's last run */
} plim_refused;

/* Adds the message: the script's line, what, whose, when, the value, what would be accepted; for a
   NaN also the column whose missing value caused it. */
void plim_refused_add(plim_plan_faults *faults, const plim_evaluator *evaluator,
                      const plim_program *program, const plim_refused *refused);

#endif
