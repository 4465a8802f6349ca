/* What traced functions return. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/read.h"

/* A Lua function in its source. */
typedef struct function_place {
    const plim_lua_source *source; /* NULL: a built-in one */
    plim_place first;
    int last; /* line of the file */
} function_place;

static function_place place_of(lua_State *L, int function)
{
    const plim_sandbox *sandbox = plim_sandbox_of(L);
    function_place place = {0};
    lua_Debug ar;
    lua_pushvalue(L, function);
    lua_getinfo(L, ">S", &ar);
    if (strncmp(ar.source, "=\2", 2) != 0)
        return place;
    unsigned long number = strtoul(ar.source + 2, NULL, 10);
    if (number >= sandbox->n_sources)
        return place;
    place.source = sandbox->sources[number];
    place.first = plim_lua_source_place(place.source, ar.linedefined);
    place.last = plim_lua_source_line(place.source, ar.lastlinedefined);
    return place;
}

void plim_return_fault(lua_State *L, int function, const char *key, const char *format, ...)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    char message[900];
    function_place found = place_of(L, function);
    plim_place place = found.first;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const plim_lua_source *source = found.source ? found.source : sandbox->sources[0];
    if (key) { /* a table that stands for a function may be anywhere in the file */
        int last = found.source ? found.last : INT_MAX;
        plim_place field = plim_lua_source_field(source, found.first.line, last, key);
        place = field.line > 0 ? field : place;
    }
    plim_script_spot spot = plim_lua_source_spot(source, place);
    plim_script_faults_add(sandbox->faults, &spot, message, NULL);
}

/* What is wrong with a value that is neither number nor formula. */
static void refuse_value(lua_State *L, int function, const char *key)
{
    const plim_formula *formula = plim_trace_formula(L, -1);
    if (formula && formula->is_text)
        plim_return_fault(L, function, key, "`%s` is a text column; a number is needed", key);
    else if (lua_isboolean(L, -1))
        plim_return_fault(
            L, function, key,
            "`%s` is Lua's %s, the same for every borrower; conditions are made with lt, le, "
            "gt, ge, eq, all, any, no, or 1 and 0",
            key, lua_toboolean(L, -1) ? "true" : "false");
    else
        plim_return_fault(L, function, key, "`%s` is a %s; a number or a formula is needed", key,
                          plim_type_name(L, -1));
}

static bool unit_fits(lua_State *L, int function, const char *key, const char *unit)
{
    const plim_formula *formula = plim_trace_formula(L, -1);
    const plim_graph *graph = &plim_tracer_of(L)->program->graph;
    plim_unit needed;
    double factor = 1.0;
    char message[200], name[100], has[PLIM_UNIT_SAID], wants[PLIM_UNIT_SAID];
    if (!formula || !plim_unit_parse(unit, &needed, &factor, message) ||
        plim_unit_equal(&formula->unit, &needed))
        return true;
    plim_render(graph, formula->node, name, sizeof name);
    plim_trace_say_unit(&formula->unit, has);
    plim_trace_say_unit(&needed, wants);
    plim_return_fault(L, function, key, "`%s` must be %s, and `%s` is %s", key, wants, name, has);
    return false;
}

/* A formula of loans that was kept in an upvalue has no place in one of borrowers. */
static bool level_fits(lua_State *L, int function, const char *key)
{
    const plim_tracer *tracer = plim_tracer_of(L);
    const plim_formula *formula = plim_trace_formula(L, -1);
    plim_level level =
        formula ? tracer->program->graph.nodes[formula->node].level : PLIM_LEVEL_CONSTANT;
    if (plim_level_within(level, tracer->grain))
        return true;
    plim_return_fault(
        L, function, key,
        level > PLIM_LEVEL_LOAN
            ? "`%s` is a value of single sites, policies or pieces of collateral: add them up with "
              "over_sites, over_policies or over_collateral"
            : "`%s` reads columns of loans, which only `loan` may do",
        key);
    return false;
}

plim_node plim_return_node(lua_State *L, int function, const char *key, const char *unit)
{
    plim_tracer *tracer = plim_tracer_of(L);
    const plim_formula *formula = plim_trace_formula(L, -1);
    plim_node node = PLIM_NO_NODE;
    if (formula && formula->poison) {
        lua_pop(L, 1);
        return PLIM_NO_NODE;
    }
    if (formula ? formula->is_text : lua_type(L, -1) != LUA_TNUMBER)
        refuse_value(L, function, key);
    else if (formula && level_fits(L, function, key) && unit_fits(L, function, key, unit))
        node = formula->node;
    else if (!formula && plim_graph_constant(&tracer->program->graph, lua_tonumber(L, -1), &node,
                                             tracer->sandbox->failure) != PLIM_OK)
        plim_sandbox_abort(L);
    lua_pop(L, 1);
    return node;
}

bool plim_return_is_table(lua_State *L, int function, const char *what)
{
    if (lua_istable(L, -1))
        return true;
    const plim_formula *formula = plim_trace_formula(L, -1);
    if (lua_isnil(L, -1))
        plim_return_fault(L, function, NULL, "`%s` must return a table, not nothing", what);
    else if (!formula || !formula->poison)
        plim_return_fault(L, function, NULL, "`%s` must return a table, not a %s", what,
                          plim_type_name(L, -1));
    lua_pop(L, 1);
    return false;
}
