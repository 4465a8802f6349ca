/* Tallies -> result tables: quantiles, tail expectations, deltas, each with its sampling error.
 * Definitions: docs/method.md. */
#ifndef PLIM_MEASURE_MEASURE_H
#define PLIM_MEASURE_MEASURE_H

#include "base/table.h"
#include "measure/holdings.h"
#include "simulate/tally.h"

/* What tables are made from: tallies and holdings of the whole book; of the plan, names, years and
   banks, which every slab's has. */
typedef struct plim_measured {
    const plim_plan *plan;
    const plim_tallies *tallies;
    const plim_holdings *holdings;
    uint64_t seed; /* by which hazards are drawn again */
} plim_measured;

/* Fills `tables[i]` (initialised with plim_table_specs[i]) for: summary years banks sectors regions
   paths classes ledger. */
PLIM_NODISCARD plim_status plim_measure_totals(plim_table *tables, const plim_measured *of,
                                               plim_error *err);
/* Of a whole book's plan also borrowers, the columns scenario ... el_stderr (rules fill the rest;
   see warn/). */
PLIM_NODISCARD plim_status plim_measure_tables(plim_table *tables, const plim_measured *of,
                                               plim_error *err);

/* Half width of a 95 % interval in standard errors, rounded as usual. */
#define PLIM_Z95 1.96

/* ---- estimators, on arrays of n path losses in fen; results in currency units ---- */

typedef struct plim_estimate {
    double value, stderr_, low, high; /* NaN where not defined; 95 % interval */
} plim_estimate;

extern const plim_estimate plim_estimate_undefined; /* all NaN */

typedef enum plim_measure_id {
    PLIM_EL,
    PLIM_SD,
    PLIM_VAR_95,
    PLIM_VAR_99,
    PLIM_VAR_999,
    PLIM_ES_95,
    PLIM_ES_99,
    PLIM_ES_999,
    PLIM_MEASURE_COUNT
} plim_measure_id;
/* As tables call them: "el", "sd", "var_95", ... */
extern const char *const plim_measure_names[PLIM_MEASURE_COUNT];

/* Losses with their order, computed once for several measures. `loss` is borrowed. */
typedef struct plim_sample {
    const int64_t *loss;
    int64_t *sorted; /* owned */
    uint32_t n;
} plim_sample;
PLIM_NODISCARD plim_status plim_sample_make(plim_sample *out, const int64_t *loss, uint32_t n,
                                            plim_error *err);
void plim_sample_free(plim_sample *sample);

plim_estimate plim_measure_estimate(const plim_sample *sample, plim_measure_id id);
/* Scenario minus baseline on the same paths, with the paired error; all differences zero gives
   exactly 0 with error 0. */
plim_estimate plim_measure_delta(const plim_sample *scenario, const plim_sample *baseline,
                                 plim_measure_id id);
/* Error of a difference of two deltas, (of[0] - of[1]) - (of[2] - of[3]), all on the same paths, in
   currency units. NaN for a VaR, whose order statistics say nothing of four samples. */
double plim_measure_change_error(const plim_sample *const of[4], plim_measure_id id);
/* Tail paths, n (1 - alpha), of a VaR or ES; n for EL and SD. */
double plim_measure_tail_paths(uint32_t n, plim_measure_id id);

#endif
