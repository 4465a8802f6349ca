/* Stress grades and warning levels by the rules of warning.lua, run row by row. */
#ifndef PLIM_WARN_WARN_H
#define PLIM_WARN_WARN_H

#include "base/table.h"
#include "plan/plan.h"
#include "script/script.h"

/* Completes `borrowers` (stress_grade, level, reasons) and fills `grades` and `warnings` from the
   tables that measure/ made. `tables` as plim_table_specs. */
PLIM_NODISCARD plim_status plim_warn_tables(plim_table *tables, const plim_plan *plan,
                                            plim_rules *rules, plim_error *err);

#endif
