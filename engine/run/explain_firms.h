/* What a path does to borrowers: who bears which damage, who defaults at which PD. Private to
   run/explain*.c. */
#ifndef PLIM_RUN_EXPLAIN_FIRMS_H
#define PLIM_RUN_EXPLAIN_FIRMS_H

#include "run/explain_rows.h"

/* Rows of kind `borrower`: damages of the path's events, of each borrower added up over a year. */
PLIM_NODISCARD plim_status plim_explain_damages(const plim_telling *to, plim_error *err);

/* A default of the path. */
typedef struct plim_failed {
    uint32_t scenario, year, borrower;
} plim_failed;
typedef struct plim_failures {
    const plim_failed *list; /* by scenario, year and borrower; a borrower may come several times */
    size_t count;
} plim_failures;
/* Rows of kind `default`: the PD of the year on the path of each that defaults; of kind `insolvent`
   where it is 1, that is, whatever the factors had been. */
PLIM_NODISCARD plim_status plim_explain_failures(const plim_telling *to,
                                                 const plim_failures *failures, plim_error *err);

#endif
