/* What a path is like, before anyone defaults. Private to run/explain.c. */
#ifndef PLIM_RUN_EXPLAIN_PATH_H
#define PLIM_RUN_EXPLAIN_PATH_H

#include "base/table.h"
#include "plan/plan.h"

/* Makes a table of plim_explain_drivers_spec (run/explain.h). */
PLIM_NODISCARD plim_status plim_explain_path(plim_table *out, const plim_plan *plan, uint64_t seed,
                                             uint32_t path, plim_error *err);

#endif
