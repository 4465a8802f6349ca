/* What a path is like, and what it does. Private to run/explain.c. */
#ifndef PLIM_RUN_EXPLAIN_PATH_H
#define PLIM_RUN_EXPLAIN_PATH_H

#include "run/explain_firms.h"

/* Makes to->out a table of plim_explain_drivers_spec (run/explain.h); to->slots are made here. */
PLIM_NODISCARD plim_status plim_explain_path(plim_telling *to, const plim_failures *failures,
                                             plim_error *err);

#endif
