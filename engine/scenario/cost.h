/* How much there is to compute: operations of a scenario's formulas, by what they hang on. */
#ifndef PLIM_SCENARIO_COST_H
#define PLIM_SCENARIO_COST_H

#include "scenario/program.h"

/* Operations, each counted once however many formulas use it. */
typedef struct plim_ops {
    size_t shared;     /* of drivers and constants alone: once for all */
    size_t once[2];    /* a borrower, a loan: the same in all years */
    size_t by_year[2]; /* a borrower, a loan: in the years together */
    size_t by_path[2]; /* a borrower, a loan: in the years together, on every path looked at */
} plim_ops;
enum { PLIM_OPS_BORROWER, PLIM_OPS_LOAN };

typedef enum plim_formula_kind {
    PLIM_FORMULA_APPLIES,
    PLIM_FORMULA_PD,
    PLIM_FORMULA_DEFAULT,
    PLIM_FORMULA_LGD,
    PLIM_FORMULA_EAD,
    PLIM_FORMULA_COUNT,
} plim_formula_kind;

typedef struct plim_cost {
    bool present[PLIM_FORMULA_COUNT];     /* does the scenario have it? */
    plim_ops formula[PLIM_FORMULA_COUNT]; /* each alone, with what it needs at reference */
    plim_ops all;                         /* together, what they share counted once */
} plim_cost;

PLIM_NODISCARD plim_status plim_cost_of(plim_cost *out, const plim_program *program,
                                        const plim_scenario *scenario, plim_error *err);

#endif
