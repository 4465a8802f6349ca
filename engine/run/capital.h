/* Capital of banks within a run: terms from capital.lua, balance sheets of the plan at hand, and at
 * the end the tables capital, breaches and joint. In the order of the functions below; those marked
 * "a slab" once for each slab, or for the whole book. */
#ifndef PLIM_RUN_CAPITAL_H
#define PLIM_RUN_CAPITAL_H

#include "measure/tables_capital.h"
#include "run/session.h"
#include "script/script.h"
#include "store/store.h"

/* Zero-initialise. */
typedef struct plim_run_capital {
    plim_rules *rules;
    plim_sheet_policy policy;
    plim_stage_policy stage2;
    plim_capital_book book;
    plim_stages stages; /* of the plan at hand */
    plim_sheets sheets; /* the same */
    plim_sheet_sums sums;
    plim_capital_paths paths;
    plim_joint joint;
    char reason[256]; /* why no bank's capital is followed; "": some is */
} plim_run_capital;

/* Opens the rules. `kinds`: a bit for each plim_sheet_kind; 0: static. */
PLIM_NODISCARD plim_status plim_run_capital_open(plim_run_capital *capital,
                                                 const plim_script_loader *loader, unsigned kinds,
                                                 plim_error *err);
/* Balance sheets that there may be, by the columns of the books: banks x ways, or 0. For forecasts
   before the books are read. */
PLIM_NODISCARD plim_status plim_run_capital_most(const plim_run_capital *capital,
                                                 const plim_session *session, uint64_t n_banks,
                                                 uint32_t *out, plim_error *err);
/* A slab: makes the balance sheets of the session's plan and hangs them on it; with the first,
   reads what the banks state. */
PLIM_NODISCARD plim_status plim_run_capital_bind(plim_run_capital *capital, plim_session *session,
                                                 plim_error *err);
/* A slab: adds up what the sheets hold. */
PLIM_NODISCARD plim_status plim_run_capital_add(plim_run_capital *capital, plim_error *err);
/* From the tallies of all slabs: capital by path. */
PLIM_NODISCARD plim_status plim_run_capital_measure(plim_run_capital *capital,
                                                    const plim_tallies *tallies, int threads,
                                                    plim_error *err);
/* A slab, after that: who defaults where banks breach together. */
PLIM_NODISCARD plim_status plim_run_capital_replay(plim_run_capital *capital,
                                                   const plim_simulation *simulation,
                                                   plim_error *err);
/* Fills the three tables of the result. */
PLIM_NODISCARD plim_status plim_run_capital_tables(const plim_run_capital *capital,
                                                   const plim_measured *of, plim_result *result,
                                                   plim_error *err);
void plim_run_capital_free(plim_run_capital *capital);

#endif
