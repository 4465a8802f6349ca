/* The result tables one by one; plim_measure_tables calls them all. Each appends its rows, in the
 * order of docs/formats.md: scenarios as in the plan (baseline first), then by key. */
#ifndef PLIM_MEASURE_TABLES_H
#define PLIM_MEASURE_TABLES_H

#include "measure/measure.h"
#include "simulate/boost.h"
#include "simulate/tail.h"

/* Fills one table. */
typedef plim_status (*plim_measure_filler)(plim_table *table, const plim_plan *plan,
                                           const plim_tallies *tallies, plim_error *err);

PLIM_NODISCARD plim_status plim_measure_summary(plim_table *table, const plim_plan *plan,
                                                const plim_tallies *tallies, plim_error *err);
PLIM_NODISCARD plim_status plim_measure_years(plim_table *table, const plim_plan *plan,
                                              const plim_tallies *tallies, plim_error *err);
PLIM_NODISCARD plim_status plim_measure_banks(plim_table *table, const plim_plan *plan,
                                              const plim_tallies *tallies, plim_error *err);
PLIM_NODISCARD plim_status plim_measure_sectors(plim_table *table, const plim_plan *plan,
                                                const plim_tallies *tallies, plim_error *err);
PLIM_NODISCARD plim_status plim_measure_regions(plim_table *table, const plim_plan *plan,
                                                const plim_tallies *tallies, plim_error *err);
PLIM_NODISCARD plim_status plim_measure_paths(plim_table *table, const plim_plan *plan,
                                              const plim_tallies *tallies, plim_error *err);
PLIM_NODISCARD plim_status plim_measure_classes(plim_table *table, const plim_plan *plan,
                                                const plim_tallies *tallies, plim_error *err);
PLIM_NODISCARD plim_status plim_measure_borrowers(plim_table *table, const plim_plan *plan,
                                                  const plim_tallies *tallies, plim_error *err);
PLIM_NODISCARD plim_status plim_measure_ledger(plim_table *table, const plim_plan *plan,
                                               const plim_tallies *tallies, plim_error *err);

/* Not among those that plim_measure_tables fills: it needs the tail replayed. */
PLIM_NODISCARD plim_status plim_measure_contributors(plim_table *table, const plim_plan *plan,
                                                     const plim_tallies *tallies,
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
