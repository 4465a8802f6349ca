/* A Lua state in which a script can read nothing but its libraries, change nothing, and neither run
 * for ever nor exhaust memory. Private to the room.
 *
 * Faults: what is wrong with a script is recorded once, with its place, in `faults`; recording is
 * what counts, so no pcall of the script can hide it. Lua errors carry no text of their own. */
#ifndef PLIM_SCRIPT_SANDBOX_H
#define PLIM_SCRIPT_SANDBOX_H

#include <lauxlib.h>
#include <lua.h>

#include "scenario/program.h"
#include "script/faults.h"
#include "script/limits.h"
#include "script/script.h"
#include "script/source.h"

#define PLIM_MAX_SOURCES 255
#define PLIM_MAX_DATA    64

typedef struct plim_sandbox {
    lua_State *L;
    plim_script_limits limits;
    plim_script_faults *faults;       /* borrowed */
    const plim_script_loader *loader; /* borrowed */
    plim_error *failure;              /* borrowed: no memory on the machine and the like */
    char *folder;                     /* of the main script; modules are looked for below it */
    bool plain;                       /* set before files are read: no formulas in them */
    plim_lua_source **sources;        /* sources[0] is the main script */
    size_t n_sources, sources_capacity;
    plim_script_input *inputs; /* every file that was read */
    size_t n_inputs, inputs_capacity;

    size_t used;     /* bytes that Lua holds */
    bool over_bytes; /* the last refused allocation would have gone over the cap */
    const plim_lua_source *bytes_source; /* where that was */
    plim_place bytes_place;
    double deadline; /* CLOCK_MONOTONIC */
    uint64_t steps;  /* instructions so far */
    unsigned ticks;
    int syntax_line; /* of `split` where compiling it stopped; 0: it did not */
    bool unwinding;  /* everything must end: no pcall holds it up */
    bool quiet;      /* a shadow run: faults are not recorded */

    /* While a function is traced: called before each instruction, and where the script could learn
       what a traced value is (returns the answer to give). NULL otherwise. */
    void (*step)(struct plim_sandbox *sandbox, int source, int line);
    int (*answer)(struct plim_sandbox *sandbox, int honest);
    void (*push_unknown)(lua_State *L); /* what an unknown name stands for */
    int paused;                         /* > 0: modules are being loaded, steps don't count */
    void *tracer;
} plim_sandbox;

/* Zero-initialise, set faults, loader, failure and `plain`; close in any case. False: `failure`
 * says why. */
PLIM_NODISCARD bool plim_sandbox_open(plim_sandbox *sandbox);
void plim_sandbox_close(plim_sandbox *sandbox);
plim_sandbox *plim_sandbox_of(lua_State *L);

/* Runs body(L) with the light userdata `argument` at index 1. What goes wrong is recorded. False if
   it did not come to its end. Nothing that may raise a Lua error happens outside of it. */
bool plim_sandbox_protect(plim_sandbox *sandbox, lua_CFunction body, void *argument);

/* Counts every instruction (a traced function) or only the clock. */
void plim_sandbox_watch(plim_sandbox *sandbox, bool every_instruction);

/* Records a fault at the innermost line of Lua, and goes on. */
void plim_sandbox_fault(lua_State *L, const char *format, ...) PLIM_PRINTF(2, 3);
/* The same, and raises. */
__attribute__((noreturn)) void plim_sandbox_raise(lua_State *L, const char *format, ...)
    PLIM_PRINTF(2, 3);
/* At a place of the main script. */
void plim_sandbox_fault_at(plim_sandbox *sandbox, plim_place place, const char *format, ...)
    PLIM_PRINTF(3, 4);
/* Raises because `failure` is set. */
__attribute__((noreturn)) void plim_sandbox_abort(lua_State *L);
/* Raises for want of memory; for C's allocations within Lua. */
__attribute__((noreturn)) void plim_sandbox_no_memory(lua_State *L, const char *what);

/* Where Lua stands: source and place in the file; false outside of Lua. */
bool plim_sandbox_place(lua_State *L, const plim_lua_source **source, plim_place *place);

/* Reads the text that the loader keeps under `path`, or the `file`, and notes it among the inputs.
 * Raises. */
const plim_script_input *plim_sandbox_read(lua_State *L, const char *kind, const char *path,
                                           const char *file);
/* The data file `name` in the script's folder or below it (or the text that the loader keeps),
 * of `most` bytes, noted once among the inputs. NULL: recorded as a fault. Borrowed until the next
 * read. */
const plim_script_input *plim_sandbox_read_data(lua_State *L, const char *name, size_t most);
/* Reads, compiles and runs the main script; leaves its result on the stack. Raises. */
void plim_sandbox_run(lua_State *L, const char *kind, const char *path, const char *file);
/* Counts work within C as so many instructions, and looks at the clock. */
void plim_sandbox_spend(lua_State *L, uint64_t steps);
/* Compiles a text as the next source and pushes its function, to be called with no arguments.
 * Raises. */
void plim_sandbox_load(lua_State *L, const char *path, const char *text, size_t length);

/* The global names of scripts: base functions, string, table, math, require. Leaves the environment
   on the registry under PLIM_ENVIRONMENT and the table of built-in names under PLIM_BUILTINS. */
#define PLIM_ENVIRONMENT "plim.environment"
#define PLIM_BUILTINS    "plim.builtins"
#define PLIM_MODULES     "plim.modules"
void plim_sandbox_open_libraries(lua_State *L);
void plim_sandbox_open_base(lua_State *L, int builtins);
void plim_sandbox_open_text(lua_State *L, int builtins);
int plim_sandbox_require(lua_State *L); /* the function `require` */

/* "; did you mean `x`?" for the nearest key of the table at `index` (text keys only), or "". */
const char *plim_sandbox_hint(lua_State *L, int index, const char *name, char *out, size_t size);
/* The same over all built-in names and all names in modules. */
void plim_sandbox_hint_anywhere(lua_State *L, const char *name, char *out, size_t size);

/* The metatable name of values that are formulas; see trace.h. */
#define PLIM_FORMULA "formula"
bool plim_is_formula(lua_State *L, int index);
/* The type of a value for messages: "formula", "pathway", ... and Lua's own names. */
const char *plim_type_name(lua_State *L, int index);
/* Turns Lua's own error text at the top of the stack, "\2N\3:LINE: text", into "file.lua:line:
 * text". */
void plim_sandbox_translate(lua_State *L);
/* Records the error text at the top of the stack if it speaks of a formula: pcall must not hide
 * that. */
void plim_sandbox_record_if_formula(lua_State *L);
/* The message handler of all protected calls: records an error of Lua where it arose. */
int plim_sandbox_on_error(lua_State *L);
/* Records why a protected call failed for another reason than an error of the script. */
void plim_sandbox_settle(plim_sandbox *sandbox, int status);

#endif
