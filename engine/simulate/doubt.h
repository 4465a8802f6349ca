/* What a plan whose scenarios differ from path to path will cost, before it is run: whose PDs do,
 * and what share of fates only formulas can decide. Looked at on some hundred paths. */
#ifndef PLIM_SIMULATE_DOUBT_H
#define PLIM_SIMULATE_DOUBT_H

#include "simulate/simulate.h"
#include "simulate/simulator.h"

/* All scenarios together; a borrower in two of them counts twice. */
typedef struct plim_doubt {
    uint64_t in_scope, varying; /* borrowers; those whose PD differs from path to path */
    uint32_t n_classes;         /* of these, by what moves them (simulate/classes.h) */
    uint64_t fates;             /* looked at: of a borrower whose PD varies, on a path */
    plim_open_fates open;       /* of them */
} plim_doubt;

/* Zeros where no PD varies. PLIM_INPUT as plim_simulate. */
PLIM_NODISCARD plim_status plim_doubt_find(plim_doubt *out, const plim_simulation *simulation,
                                           plim_error *err);

#endif
