/* pathway { unit = ..., reference = ..., [2026] = ..., [2030] = ... } as a Lua value; points from a
 * file: pathway_csv.h. Private to the room. */
#ifndef PLIM_SCRIPT_PATHWAY_H
#define PLIM_SCRIPT_PATHWAY_H

#include "script/sandbox.h"

/* Borrows from the value. */
typedef struct plim_pathway_value {
    char unit_text[64];
    plim_unit unit;
    plim_pathway path, reference; /* in base units */
    double file_factor;           /* from the values of a file to base units */
} plim_pathway_value;

void plim_pathway_open(lua_State *L, int builtins);
const plim_pathway_value *plim_pathway_get(lua_State *L, int index); /* NULL if it is none */
/* Is `key` among the `known` ones (NULL at the end)? If not, that is a fault. */
bool plim_pathway_check_key(lua_State *L, const char *key, const char *const *known);

#endif
