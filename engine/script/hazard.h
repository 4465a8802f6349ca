/* hazard.events { ... } and hazard.return_periods { ... } as Lua values: drivers that differ from
 * path to path and from place to place (scenario/hazard.h). Private to the room.
 *
 * Keys of both: `unit`; `frequency` and `intensity` (multipliers: numbers or pathways, default 1),
 * `reference` ("none", the default, or "today"), `stream`.
 *
 * hazard.events           either `csv` (a file beside the script: event, rate, place, intensity) or
 *                         `events = { { name = ..., rate = ..., at = { [place] = intensity } } }`;
 *                         `combine` ("max", the default, or "sum").
 * hazard.return_periods   either `csv` (place, return_period, intensity) or `curves = { [place] =
 *                         { [years] = intensity, ... } }`; `correlation` of places, 0 to 1;
 *                         `reaches = { [place] = name }`: places of one reach share a draw. */
#ifndef PLIM_SCRIPT_HAZARD_H
#define PLIM_SCRIPT_HAZARD_H

#include "script/sandbox.h"

typedef struct plim_hazard_value {
    char unit_text[64];
    plim_unit unit;
    plim_hazard *hazard; /* held */
} plim_hazard_value;

void plim_hazard_open(lua_State *L, int builtins);
const plim_hazard_value *plim_hazard_get(lua_State *L, int index); /* NULL if it is none */

#endif
