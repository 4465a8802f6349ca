/* Reading the one table that a call such as random.normal { ... } is given (at index 1 of the
 * stack): its keys, unit, numbers and values by year. `call` is the name for messages. Private to
 * the room. */
#ifndef PLIM_SCRIPT_CALL_H
#define PLIM_SCRIPT_CALL_H

#include "script/sandbox.h"

/* A unit as written. */
typedef struct plim_call_in {
    char text[64];
    plim_unit unit;
} plim_call_in;

/* Every key must be one of `keys` (NULL at the end). */
void plim_call_check_keys(lua_State *L, const char *call, const char *const *keys);
/* A fault where the table at `table`, which messages call `key`, has a key that is neither text nor
   number. */
bool plim_call_check_key_types(lua_State *L, const char *call, const char *key, int table);
/* The key `unit`; returns its factor to base units. */
double plim_call_unit(lua_State *L, const char *call, plim_call_in *value);
/* The key `stream`: a copy, "" where there is none. */
char *plim_call_stream(lua_State *L, const char *call);

/* A value by year: the key and how its numbers become base units. */
typedef struct plim_call_years {
    const char *call, *key;
    const plim_unit *unit; /* NULL: a ratio */
    double factor;
    double low, high; /* accepted, before the factor */
} plim_call_years;
/* The number or pathway at the top of the stack (popped) into `out`. */
void plim_call_take_path(lua_State *L, const plim_call_years *what, plim_pathway *out);
/* The same from the table; that it is missing is a fault. */
void plim_call_path(lua_State *L, const plim_call_years *what, plim_pathway *out);

/* A number of the table at `table`, `absent` where there is none. */
typedef struct plim_call_number_key {
    const char *key;
    double low, high, absent;
} plim_call_number_key;
double plim_call_number(lua_State *L, const char *call, const plim_call_number_key *want,
                        int table);

/* A short text at `index` without zero bytes, or NULL. */
const char *plim_call_short_text(lua_State *L, int index);
/* Ends everything if the machine failed; an input that was refused is a fault. */
void plim_call_settle(lua_State *L, plim_status status, const plim_error *err);

#endif
