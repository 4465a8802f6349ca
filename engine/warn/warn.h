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

/* The same for a book in slabs. Rows of `warnings` come scenario by scenario: first_row[s] is where
   those of scenario s begin in the table given, first_row[n_scenarios] their end. Within a scenario
   those of the slabs, in order, stand before those of the totals. `rules` are borrowed. */
typedef struct plim_warn plim_warn;
PLIM_NODISCARD plim_status plim_warn_begin(plim_warn **out, plim_rules *rules, plim_error *err);
typedef struct plim_warn_rows {
    plim_table *borrowers, *warnings;
    size_t *first_row; /* n_scenarios + 1, of warnings */
} plim_warn_rows;
/* Completes the slab's table of borrowers and appends their warnings. */
PLIM_NODISCARD plim_status plim_warn_slab(plim_warn *warn, const plim_plan *plan,
                                          const plim_warn_rows *rows, plim_error *err);
/* When all slabs are in: fills `grades` of `tables` and appends the warnings of sectors, regions,
   banks and the district to its `warnings`. `plan`: any slab's. */
PLIM_NODISCARD plim_status plim_warn_totals(plim_warn *warn, const plim_plan *plan,
                                            plim_table *tables, size_t *first_row, plim_error *err);
void plim_warn_end(plim_warn *warn);

#endif
