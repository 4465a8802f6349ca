/* The result tables one by one; plim_measure_tables calls them all. Each appends its rows, in the
 * order of docs/formats.md: scenarios as in the plan (baseline first), then by key. */
#ifndef PLIM_MEASURE_TABLES_H
#define PLIM_MEASURE_TABLES_H

#include "measure/measure.h"
#include "simulate/boost.h"
#include "simulate/tail.h"

/* Fills one table. */
typedef plim_status (*plim_measure_filler)(plim_table *table, const plim_measured *of,
                                           plim_error *err);

PLIM_NODISCARD plim_status plim_measure_summary(plim_table *table, const plim_measured *of,
                                                plim_error *err);
PLIM_NODISCARD plim_status plim_measure_years(plim_table *table, const plim_measured *of,
                                              plim_error *err);
PLIM_NODISCARD plim_status plim_measure_banks(plim_table *table, const plim_measured *of,
                                              plim_error *err);
PLIM_NODISCARD plim_status plim_measure_sectors(plim_table *table, const plim_measured *of,
                                                plim_error *err);
PLIM_NODISCARD plim_status plim_measure_regions(plim_table *table, const plim_measured *of,
                                                plim_error *err);
PLIM_NODISCARD plim_status plim_measure_paths(plim_table *table, const plim_measured *of,
                                              plim_error *err);
PLIM_NODISCARD plim_status plim_measure_class_paths(plim_table *table, const plim_measured *of,
                                                    plim_error *err);
PLIM_NODISCARD plim_status plim_measure_classes(plim_table *table, const plim_measured *of,
                                                plim_error *err);
PLIM_NODISCARD plim_status plim_measure_ledger(plim_table *table, const plim_measured *of,
                                               plim_error *err);

/* Hazards: annual losses by return period, damages, events, compound multipliers. Empty, with the
   reason, where no scenario has any. */
PLIM_NODISCARD plim_status plim_measure_exceedance(plim_table *table, const plim_measured *of,
                                                   plim_error *err);
PLIM_NODISCARD plim_status plim_measure_damage(plim_table *table, const plim_measured *of,
                                               plim_error *err);
PLIM_NODISCARD plim_status plim_measure_events(plim_table *table, const plim_measured *of,
                                               plim_error *err);
PLIM_NODISCARD plim_status plim_measure_compound(plim_table *table, const plim_measured *of,
                                                 plim_error *err);

/* Rows of the borrowers of a plan, of the whole book or of a slab, in scenario s. */
PLIM_NODISCARD plim_status plim_measure_borrowers(plim_table *table, const plim_plan *plan,
                                                  const plim_tallies *tallies, uint32_t s,
                                                  plim_error *err);

/* ---- contributors: need the tail replayed; by scenario the kinds in this order: banks, borrowers,
   regions, sectors ---- */

typedef enum plim_part_kind { PLIM_PART_BANK, PLIM_PART_REGION, PLIM_PART_SECTOR } plim_part_kind;
PLIM_NODISCARD plim_status plim_measure_parts(plim_table *table, const plim_measured *of,
                                              const plim_tail *tail, plim_part_kind kind,
                                              uint32_t s, plim_error *err);
/* Borrowers of a plan, of the whole book or of a slab; `tail` holds theirs. `el`: expected losses
   in scenario s of those that have loans, in their order. `n_paths`: of the simulation. */
typedef struct plim_tail_borrowers {
    const plim_plan *plan;
    const plim_tail *tail;
    uint32_t n_paths;
} plim_tail_borrowers;
PLIM_NODISCARD plim_status plim_measure_tail_borrowers(plim_table *table,
                                                       const plim_tail_borrowers *of, uint32_t s,
                                                       const double *el, plim_error *err);
/* All of it, of a whole book. */
PLIM_NODISCARD plim_status plim_measure_contributors(plim_table *table, const plim_measured *of,
                                                     const plim_tail *tail, plim_error *err);
/* Estimates with further paths for the tail; `boost` NULL: empty, with the reason. */
PLIM_NODISCARD plim_status plim_measure_tail(plim_table *table, const plim_plan *plan,
                                             const plim_tallies *tallies, const plim_boost *boost,
                                             plim_error *err);
/* Expected loss of a borrower with its error. */
plim_estimate plim_measure_borrower_el(const plim_plan *plan, const plim_tallies *tallies,
                                       uint32_t borrower, uint32_t scenario);

/* "baseline" or the script's name. */
const char *plim_measure_scenario(const plim_plan *plan, uint32_t scenario);
/* Text of a cell of the book, "" when it is missing or there is no such column (NULL); a number
   that identifies is written into `buffer`. */
const char *plim_measure_cell(const plim_column *column, size_t row, char buffer[32]);

#endif
