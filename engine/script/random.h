/* random.normal { ... }, random.ar1, random.lognormal, random.jump_diffusion, random.regime as Lua
 * values: drivers that differ from path to path (scenario/process.h). Private to the room.
 *
 * Keys of all: `unit`, `reference` (default: the mean path), `stream`, `with = { macro = -0.4 }`.
 * normal, ar1: `mean`, `sd`, `persistence`; lognormal: `mean`, `sigma`, `persistence`; jump
 * diffusion: `mean`, `volatility`, `jumps = { rate = ..., mean = ..., sd = ... }`; regime:
 * `before`, `after`, `start`. Values by year are numbers or pathways. */
#ifndef PLIM_SCRIPT_RANDOM_H
#define PLIM_SCRIPT_RANDOM_H

#include "script/call.h"

/* Borrows from the Lua value. */
typedef struct plim_random_value {
    plim_call_in in;
    plim_process process;
    plim_pathway reference; /* in base units; empty: the mean path */
} plim_random_value;

void plim_random_open(lua_State *L, int builtins);
const plim_random_value *plim_random_get(lua_State *L, int index); /* NULL if it is none */

#endif
