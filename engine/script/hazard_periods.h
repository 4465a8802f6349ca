/* The curves of a hazard by return period, from a table of the script or from a file beside it, and
 * the river reaches that join places. Private to the room. */
#ifndef PLIM_SCRIPT_HAZARD_PERIODS_H
#define PLIM_SCRIPT_HAZARD_PERIODS_H

#include "script/sandbox.h"

/* Reads `csv` or `curves`, and `reaches`, of the table at 1. There is one place at least, if need
   be one that is never hit (after a fault). `call` is for messages. */
void plim_hazard_read_periods(lua_State *L, const char *call, const char *unit,
                              plim_hazard *hazard);

#endif
