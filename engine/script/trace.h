/* Tracing: scripts are called with formulas instead of numbers, and what they compute becomes nodes
 * of the program's graph. Private to the room.
 *
 * In a shadow run every formula is the boolean `false`, and every function that is given one
 * returns `false`: the instructions then differ from the traced ones exactly where the script
 * decides something on a formula. */
#ifndef PLIM_SCRIPT_TRACE_H
#define PLIM_SCRIPT_TRACE_H

#include "scenario/render.h"
#include "script/sandbox.h"

/* The userdata behind a formula. */
typedef struct plim_formula {
    bool poison;  /* comes from a fault that is recorded: fits everywhere, silently */
    bool is_text; /* a text column: symbol and table; no node */
    plim_level table;
    uint32_t symbol;
    plim_node node;
    plim_unit unit;
} plim_formula;

typedef struct plim_own_column {
    char *name, *unit; /* unit "text": a text column */
} plim_own_column;

/* What a traced function did, for comparison with its shadow. */
typedef struct plim_recording {
    uint32_t *place; /* source and line of each instruction */
    size_t count, capacity;
    bool stop_at_cap;      /* end the run when no more can be recorded */
    bool capped;           /* there were more instructions than are recorded */
    bool complete;         /* the run came to its end */
    unsigned char *answer; /* what the script was told of its values */
    size_t n_answers, answers_capacity;
    size_t at, answers_at; /* of the shadow */
    bool parted;           /* the shadow went another way */
    bool ended;            /* this room ended the run */
} plim_recording;

typedef struct plim_tracer {
    plim_sandbox *sandbox;
    plim_program *program;
    const plim_schema *schema;
    plim_own_column *own; /* `columns` of the script */
    size_t n_own, own_capacity;
    const plim_scenario *scenario; /* NULL for the model */
    uint16_t scenario_index;
    int period;                 /* 0-based */
    plim_level grain;           /* what the traced function may return formulas of */
    size_t n_lists, list_bytes; /* of curves, tables and texts, which Lua does not count */
    bool shadow;
    bool lost_state; /* the year before ended in a fault: `before` is poison */
    plim_recording recording;
} plim_tracer;

plim_tracer *plim_tracer_of(lua_State *L);
void plim_tracer_free(plim_tracer *tracer);

/* Adds the functions of formulas, `pathway`, `scenario` and `model` to the built-in names. */
void plim_trace_open(lua_State *L);
void plim_trace_open_functions(lua_State *L, int builtins, int methods);
void plim_trace_open_lists(lua_State *L, int builtins);
void plim_trace_open_objects(lua_State *L, int builtins);
void plim_shadow_open(lua_State *L, int methods);
void plim_pathway_open(lua_State *L, int builtins);

/* ---- values ---- */

/* Each pushes one value; in a shadow run, `false`. */
void plim_trace_push(lua_State *L, plim_node node, plim_unit unit);
void plim_trace_push_poison(lua_State *L);
void plim_trace_push_text(lua_State *L, uint32_t symbol, plim_level table);
/* Adds the expression, with the place where Lua stands, and pushes it. */
void plim_trace_push_expr(lua_State *L, plim_expr *expr);

/* NULL if it is none. */
plim_formula *plim_trace_formula(lua_State *L, int index);
uint32_t plim_trace_symbol(lua_State *L, const char *name);
/* Does one of n arguments from `first` on stand for a formula in a shadow run? Then the function
   returns `false` (pushed) and does nothing else. */
bool plim_trace_shadowed(lua_State *L, int first, int n);

/* Is the call, whose first value is the called one, that of a generic `for` without a state? */
bool plim_trace_ends_loop(lua_State *L);

/* Is the value a number or a formula? Then its node and unit; else a fault is recorded (`what`
   names the value) and false returned. A poison value gives false without a fault. */
bool plim_trace_operand(lua_State *L, int index, const char *what, plim_node *node,
                        plim_unit *unit);

/* Applies a primitive to the n values from `first` on and pushes the result. */
void plim_trace_apply(lua_State *L, plim_op op, int first);

/* ---- lists ---- */

/* Pushes an empty list, released by Lua unless the graph takes it. */
plim_list *plim_trace_push_list(lua_State *L);
void plim_trace_add_key(lua_State *L, plim_list *list, size_t *capacity, const char *text);
/* Gives the list at the top of the stack to the graph, and pops it. */
uint32_t plim_trace_keep_list(lua_State *L);

/* ---- units ---- */

/* The unit of op(args). False: `message` (400 bytes) names operands and units. */
bool plim_trace_unit(const plim_graph *graph, plim_op op, const plim_node *args,
                     const plim_unit *units, plim_unit *out, char *message);

/* "in CNY" or "a ratio". */
#define PLIM_UNIT_SAID 60
void plim_trace_say_unit(const plim_unit *unit, char out[PLIM_UNIT_SAID]);

/* ---- objects and calls ---- */

typedef enum plim_object_kind {
    PLIM_OBJECT_BORROWER,
    PLIM_OBJECT_LOAN,
    PLIM_OBJECT_COLLATERAL,
    PLIM_OBJECT_SITE,
    PLIM_OBJECT_POLICY,
    PLIM_OBJECT_DRIVERS,
    PLIM_OBJECT_BEFORE,
} plim_object_kind;

void plim_trace_push_object(lua_State *L, plim_object_kind kind);
#define PLIM_BEFORE "plim.before" /* registry: the table behind `before` */

/* Calls the function at `function` (kept) with the given objects, traced, then once more as a
   shadow. Pushes its one result; false if it failed (recorded), nothing pushed. */
bool plim_trace_call(lua_State *L, int function, const plim_object_kind *objects, int n);

#endif
