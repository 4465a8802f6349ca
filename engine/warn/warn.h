/* Stress grades and warning levels by the rules of warning.lua, run row by row. */
#ifndef PLIM_WARN_WARN_H
#define PLIM_WARN_WARN_H

#include "base/table.h"
#include "plan/plan.h"
#include "script/script.h"
#include "warn/previous.h"

/* What the rules work with. All borrowed. */
typedef struct plim_warn_config {
    plim_rules *rules;
    plim_previous *previous; /* warnings of the run before, marked as they are met; NULL: none */
    uint32_t n_paths;        /* of the simulation */
    int threads;             /* that ask the rules; no effect on what they say */
} plim_warn_config;

/* Completes `borrowers` (stress_grade, level, reasons, env_class, env_credit) and fills the tables
   of grades, `warnings`, `warning_state` and `playbook` from the tables that measure/ made.
   `tables` as plim_table_specs. */
PLIM_NODISCARD plim_status plim_warn_tables(plim_table *tables, const plim_plan *plan,
                                            const plim_warn_config *config, plim_error *err);

/* The same for a book in slabs. Rows of `warnings` and `states` (table warning_state) come scenario
   by scenario: first_row[s] is where those of scenario s begin in the table given,
   first_row[n_scenarios] their end. Within a scenario those of the slabs, in order, stand before
   those of the totals. */
typedef struct plim_warn plim_warn;
PLIM_NODISCARD plim_status plim_warn_begin(plim_warn **out, const plim_warn_config *config,
                                           plim_error *err);
typedef struct plim_warn_rows {
    plim_table *borrowers, *warnings, *states;
    size_t *first_row, *first_state; /* n_scenarios + 1 each; NULL: not wanted */
} plim_warn_rows;
/* Completes the slab's table of borrowers and appends their warnings. */
PLIM_NODISCARD plim_status plim_warn_slab(plim_warn *warn, const plim_plan *plan,
                                          const plim_warn_rows *rows, plim_error *err);
/* When all slabs are in: fills the tables of grades and the playbook of `tables` and appends the
   warnings of sectors, regions, cells, banks and the district to its `warnings` and
   `warning_state`. `plan`: any slab's. `first`: first_row and first_state are filled. */
PLIM_NODISCARD plim_status plim_warn_totals(plim_warn *warn, const plim_plan *plan,
                                            plim_table *tables, const plim_warn_rows *first,
                                            plim_error *err);
void plim_warn_end(plim_warn *warn);

#endif
