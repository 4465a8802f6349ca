/* Parts of plim_script_read, private to the room. */
#ifndef PLIM_SCRIPT_READ_H
#define PLIM_SCRIPT_READ_H

#include "script/trace.h"

/* What the reader of one file needs; the argument of the bodies below. */
typedef struct plim_reading {
    plim_tracer *tracer;
    plim_program *program;
    plim_scenario *scenario;        /* to fill */
    size_t n_before;                /* scenarios read before this one */
    const char *kind, *path, *file; /* recorded as path, read from file */
} plim_reading;

/* Folder of a script, to be plim_free()d; "" for the current one, NULL without memory. */
char *plim_script_folder(const char *path);

/* Bodies for plim_sandbox_protect. */
int plim_read_scenario(lua_State *L);
int plim_read_model(lua_State *L);

/* Adds `scenario` and `model`. */
void plim_declare_open(lua_State *L, int builtins);
/* Adds the words of model files: `t`, `beta`, `frye_jacobs`, `fixed`. */
void plim_declare_open_model(lua_State *L);
/* Adds `map`, for map files. */
void plim_declare_open_map(lua_State *L);
/* The word that the table at `index` was given to; NULL: to none, or it is no table. */
const char *plim_declared_word(lua_State *L, int index);
/* Runs the file; leaves the table that was given to `call` on the stack. Raises if the file returns
   anything else. */
void plim_declare_run(lua_State *L, const plim_reading *reading, const char *call);

/* ---- fields of the table at `table`, with the place of their key for messages ---- */

typedef struct plim_fields {
    lua_State *L;
    int table;
    const char *call;  /* "scenario" or "model" */
    const char *outer; /* the key that holds the table; NULL: it was given to `call` itself */
} plim_fields;

plim_place plim_field_place(const plim_fields *fields, const char *key, const char *inner);
/* Every key must be one of `known` (NULL-terminated). */
void plim_fields_check(const plim_fields *fields, const char *const *known);
/* Pushes the field and returns its Lua type. */
int plim_field_get(const plim_fields *fields, const char *key);
/* A copy of a text; NULL and a fault if it is missing (and needed) or none. */
char *plim_field_text(const plim_fields *fields, const char *key, bool needed);
/* Pushes a field that must be a function or nil; false (nothing pushed) if nil or refused. */
bool plim_field_function(const plim_fields *fields, const char *key);
/* plim_strdup that raises. */
char *plim_copy(lua_State *L, const char *text);

/* Traces applies, borrower and loan over the years. */
void plim_read_traces(lua_State *L, const plim_fields *fields, plim_reading *reading);

/* Records a fault of what the function at `function` returned, at `key =` in it (NULL: at its
   beginning). */
void plim_return_fault(lua_State *L, int function, const char *key, const char *format, ...)
    PLIM_PRINTF(4, 5);
/* The node of the value at the top of the stack (popped), which that function returned as `key`. It
   must be in `unit`, "" being a ratio. PLIM_NO_NODE after a fault. */
plim_node plim_return_node(lua_State *L, int function, const char *key, const char *unit);
/* Is the value at the top a table? Else a fault, and it is popped. */
bool plim_return_is_table(lua_State *L, int function, const char *what);

#endif
