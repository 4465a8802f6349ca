/* pathway { unit = ..., reference = ..., [2026] = ..., [2030] = ... } as a Lua value. Private to
 * the room. */
#ifndef PLIM_SCRIPT_PATHWAY_H
#define PLIM_SCRIPT_PATHWAY_H

#include "script/sandbox.h"

/* Borrows from the value. */
typedef struct plim_pathway_value {
    char unit_text[64];
    plim_unit unit;
    plim_pathway path, reference; /* in base units */
} plim_pathway_value;

void plim_pathway_open(lua_State *L, int builtins);
const plim_pathway_value *plim_pathway_get(lua_State *L, int index); /* NULL if it is none */

#endif
