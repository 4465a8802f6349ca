/* Rules of proxies from a Lua table (scenarios/lib/proxies.lua) into plain data. Private to the
 * room. */
#ifndef PLIM_SCRIPT_READ_PROXIES_H
#define PLIM_SCRIPT_READ_PROXIES_H

#include <lua.h>

#include "book/proxy.h"

/* Reads the table at `index`, which a script gave as `proxies = ...`; within a protected call of
   the sandbox (script/sandbox.h). What is wrong is recorded as a fault with file and line: where
   the table is written out, be it in the main script or in a library; unknown keys, values of the
   wrong type and impossible numbers, all of them, not only the first. What could be read is in
   `out`, which the caller frees in any case (plim_proxy_rules_free), also after a Lua error: it
   raises only for want of memory. `out` is initialised here. */
void plim_read_proxies(lua_State *L, int index, plim_proxy_rules *out);

#endif
