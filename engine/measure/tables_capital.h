/* Tables capital, breaches and joint. */
#ifndef PLIM_MEASURE_TABLES_CAPITAL_H
#define PLIM_MEASURE_TABLES_CAPITAL_H

#include "measure/capital_paths.h"
#include "measure/measure.h"
#include "simulate/joint.h"

/* What the three are made from. */
typedef struct plim_capital_tables {
    const plim_measured *of;
    const plim_capital_book *book;
    const plim_sheet_sums *sums; /* NULL where no bank has a balance sheet, as are the paths */
    const plim_capital_paths *paths;
    const char *reason; /* why there are none */
} plim_capital_tables;

/* By scenario, year, bank, way of running the balance sheet and measure. At the date of the book
   (the year before the first): ratios as reported, of baseline. Branches: their loss over the
   horizon over allocated capital, year empty. All banks with a balance sheet together: bank "all".
 */
PLIM_NODISCARD plim_status plim_measure_capital(plim_table *table, const plim_capital_tables *from,
                                                plim_error *err);
PLIM_NODISCARD plim_status plim_measure_breaches(plim_table *table, const plim_capital_tables *from,
                                                 plim_error *err);
/* `joint`: who defaults where banks breach together; its replay is over. */
PLIM_NODISCARD plim_status plim_measure_joint(plim_table *table, const plim_capital_tables *from,
                                              const plim_joint *joint, plim_error *err);

#endif
