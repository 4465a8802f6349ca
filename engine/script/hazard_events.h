/* The events of a hazard, from a table of the script or from a file beside it. Private to the room.
 */
#ifndef PLIM_SCRIPT_HAZARD_EVENTS_H
#define PLIM_SCRIPT_HAZARD_EVENTS_H

#include "script/sandbox.h"

/* Reads `csv` or `events` of the table at 1 into `events` of the hazard. There is one event at
   least, if need be one that touches nothing (after a fault). `call` is for messages. */
void plim_hazard_read_events(lua_State *L, const char *call, const char *unit, plim_hazard *hazard);

#endif
