/* The keys of a Lua table in an order that is the same on every run: numbers ascending, then texts
 * by their bytes. Lua's own order changes from run to run. Private to the room. */
#ifndef PLIM_SCRIPT_KEYS_H
#define PLIM_SCRIPT_KEYS_H

#include <lua.h>
#include <stddef.h>

/* Pushes the keys of the table at `index` as a sequence and returns how many there are. Keys that
   are neither numbers nor texts raise an error, or are passed over if `lenient`. */
lua_Integer plim_keys_push(lua_State *L, int index, int lenient);
/* Pushes the first key after the one at the top of the stack (nil: the first of all), replacing it.
 */
void plim_keys_next(lua_State *L, int index);

#endif
