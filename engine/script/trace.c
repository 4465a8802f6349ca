/* Formulas as Lua values: their making and their operators. */
#include "script/trace.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "script/hazard.h"
#include "script/random.h"

plim_tracer *plim_tracer_of(lua_State *L)
{
    return plim_sandbox_of(L)->tracer;
}

void plim_tracer_free(plim_tracer *tracer)
{
    for (size_t i = 0; i < tracer->n_own; i++) {
        plim_free(tracer->own[i].name);
        plim_free(tracer->own[i].unit);
    }
    plim_free(tracer->own);
    plim_free(tracer->recording.place);
    plim_free(tracer->recording.answer);
    *tracer = (plim_tracer){0};
}

/* ---- values ---- */

static void push_formula(lua_State *L, const plim_formula *formula)
{
    if (plim_tracer_of(L)->shadow) {
        lua_pushboolean(L, 0);
        return;
    }
    plim_formula *made = lua_newuserdatauv(L, sizeof *made, 0);
    *made = *formula;
    luaL_setmetatable(L, PLIM_FORMULA);
}

void plim_trace_push(lua_State *L, plim_node node, plim_unit unit)
{
    push_formula(L, &(plim_formula){.node = node, .unit = unit});
}

void plim_trace_push_poison(lua_State *L)
{
    push_formula(L, &(plim_formula){.poison = true, .unit = {.any = true}});
}

void plim_trace_push_text(lua_State *L, uint32_t symbol, plim_level table)
{
    push_formula(L, &(plim_formula){.is_text = true, .symbol = symbol, .table = table});
}

plim_formula *plim_trace_formula(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TUSERDATA ? luaL_testudata(L, index, PLIM_FORMULA) : NULL;
}

uint32_t plim_trace_symbol(lua_State *L, const char *name)
{
    plim_tracer *tracer = plim_tracer_of(L);
    uint32_t symbol = 0;
    if (plim_names_add(&tracer->program->graph.symbols, name, &symbol, tracer->sandbox->failure) !=
        PLIM_OK)
        plim_sandbox_abort(L);
    return symbol;
}

void plim_trace_push_expr(lua_State *L, plim_expr *expr)
{
    plim_tracer *tracer = plim_tracer_of(L);
    plim_graph *graph = &tracer->program->graph;
    const plim_lua_source *source = NULL;
    plim_node node = PLIM_NO_NODE;
    plim_place place = {0};
    if (tracer->shadow) {
        lua_pushboolean(L, 0);
        return;
    }
    if (plim_sandbox_place(L, &source, &place)) {
        expr->line = (uint32_t)place.line;
        expr->at = place.at;
        expr->marked = place.length;
        expr->file = plim_trace_symbol(L, source->path);
    }
    if (plim_graph_add(graph, expr, &node, tracer->sandbox->failure) != PLIM_OK)
        plim_sandbox_abort(L);
    if (graph->count > tracer->sandbox->limits.nodes)
        plim_sandbox_raise(L, "the formulas need more than %zu steps",
                           tracer->sandbox->limits.nodes);
    plim_trace_push(L, node, expr->unit);
}

bool plim_trace_shadowed(lua_State *L, int first, int n)
{
    if (!plim_tracer_of(L)->shadow)
        return false;
    for (int i = first; i < first + n; i++)
        if (lua_isboolean(L, i)) {
            lua_pushboolean(L, 0);
            return true;
        }
    return false;
}

/* ---- operands ---- */

static void refuse_operand(lua_State *L, int index, const char *what)
{
    const plim_formula *text = plim_trace_formula(L, index);
    const plim_names *symbols = &plim_tracer_of(L)->program->graph.symbols;
    if (text && text->is_text)
        plim_sandbox_fault(L,
                           "%s is the text column `%s`; a number for each text is table_by(column, "
                           "{ C30 = 0.3, default = 0 }), a test is eq(column, \"text\")",
                           what, symbols->text[text->symbol]);
    else if (lua_isnoneornil(L, index))
        plim_sandbox_fault(L, "%s is missing (nil): a misspelt name or a value never set", what);
    else if (lua_isboolean(L, index))
        plim_sandbox_fault(
            L,
            "%s is Lua's %s, the same for every borrower; compare formulas with lt, le, "
            "gt, ge, eq and join them with all, any, no; plain conditions are 1 or 0",
            what, lua_toboolean(L, index) ? "true" : "false");
    else
        plim_sandbox_fault(L, "%s is a %s; it must be a number or a formula", what,
                           plim_type_name(L, index));
}

bool plim_trace_operand(lua_State *L, int index, const char *what, plim_node *node, plim_unit *unit)
{
    plim_tracer *tracer = plim_tracer_of(L);
    const plim_formula *formula = plim_trace_formula(L, index);
    if (formula && formula->poison)
        return false;
    if (formula && !formula->is_text) {
        *node = formula->node;
        *unit = formula->unit;
        return true;
    }
    if (lua_type(L, index) != LUA_TNUMBER) {
        refuse_operand(L, index, what);
        return false;
    }
    *unit = (plim_unit){.any = true};
    if (plim_graph_constant(&tracer->program->graph, lua_tonumber(L, index), node,
                            tracer->sandbox->failure) != PLIM_OK)
        plim_sandbox_abort(L);
    return true;
}

static void describe_operand(plim_op op, int i, char *out, size_t size)
{
    static const char *const sides[] = {"the left side", "the right side"};
    const char *name = plim_primitive_name(op);
    bool is_operator = op >= PLIM_OP_ADD && op <= PLIM_OP_NEGATE;
    if (is_operator && plim_primitive_arity(op) == 2)
        snprintf(out, size, "%s of `%s`", sides[i], name);
    else if (is_operator)
        snprintf(out, size, "what stands after `%s`", name);
    else
        snprintf(out, size, "argument %d of `%s`", i + 1, name);
}

static bool all_plain(lua_State *L, int first, int n, double *values)
{
    for (int i = 0; i < n; i++) {
        if (lua_type(L, first + i) != LUA_TNUMBER)
            return false;
        values[i] = lua_tonumber(L, first + i);
    }
    return true;
}

void plim_trace_apply(lua_State *L, plim_op op, int first)
{
    plim_tracer *tracer = plim_tracer_of(L);
    int n = plim_primitive_arity(op);
    plim_unit units[3];
    plim_expr expr = {.op = op};
    double values[3];
    char text[400];
    bool good = true;
    if (plim_trace_shadowed(L, first, n))
        return;
    if (all_plain(L, first, n, values)) {
        lua_pushnumber(L, plim_primitive_apply(op, values));
        return;
    }
    for (int i = 0; i < n; i++) {
        describe_operand(op, i, text, sizeof text);
        good &= plim_trace_operand(L, first + i, text, &expr.arg[i], &units[i]);
    }
    if (good && !plim_trace_unit(&tracer->program->graph, op, expr.arg, units, &expr.unit, text)) {
        plim_sandbox_fault(L, "%s", text);
        good = false;
    }
    if (good)
        plim_trace_push_expr(L, &expr);
    else
        plim_trace_push_poison(L);
}

/* ---- operators ---- */

static int operate(lua_State *L)
{
    plim_trace_apply(L, (plim_op)lua_tointeger(L, lua_upvalueindex(1)), 1);
    return 1;
}

static int refuse_order(lua_State *L)
{
    plim_sandbox_raise(
        L, "`<`, `<=`, `>` or `>=` on a formula gives Lua one answer for all borrowers; "
           "write lt(a, b), le, gt or ge, and where(lt(a, b), x, y) to choose");
}

static int refuse_equal(lua_State *L)
{
    plim_sandbox_fault(
        L, "`==` or `~=` on a formula is the same for every borrower, whatever its value; "
           "write eq(a, b), and where(eq(a, b), x, y) to choose");
    lua_pushboolean(L, 0);
    return 1;
}

static int refuse_length(lua_State *L)
{
    plim_sandbox_fault(
        L, "`#` of a formula: a column is one number for each borrower; choose with where");
    lua_pushinteger(L, 0);
    return 1;
}

static int refuse_concat(lua_State *L)
{
    plim_sandbox_fault(
        L, "`..` with a formula: it has no value while the script runs; texts can't depend "
           "on a column, numbers are chosen with where");
    lua_pushliteral(L, "");
    return 1;
}

static int refuse_call(lua_State *L)
{
    plim_sandbox_raise(
        L, "a formula is called like a function; functions of formulas are where, min, max, "
           "log, ...; a missing `*`?");
}

static int refuse_operator(lua_State *L)
{
    plim_sandbox_fault(
        L, "this operator is not available for formulas; there are + - * / ^, floor, min, "
           "max, clip and where");
    plim_trace_push_poison(L);
    return 1;
}

static int refuse_newindex(lua_State *L)
{
    plim_sandbox_fault(L, "a formula can't be changed; keep the new one in a local name");
    return 0;
}

/* Method calls: x:lt(y). Upvalue: the table of methods. */
static int formula_index(lua_State *L)
{
    char hint[200];
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    const plim_formula *formula = plim_trace_formula(L, 1);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    if (formula && !formula->poison) {
        plim_sandbox_hint(L, lua_upvalueindex(1), name, hint, sizeof hint);
        plim_sandbox_fault(L, "a formula has no `%s`%s; there are methods such as x:lt(y)", name,
                           hint);
    }
    plim_trace_push_poison(L);
    return 1;
}

bool plim_trace_ends_loop(lua_State *L)
{
    return lua_gettop(L) == 3 && lua_isnil(L, 2);
}

/* What a poison value or a misspelt method is asked to do ends in poison. */
static int call_formula(lua_State *L)
{
    const plim_formula *formula = plim_trace_formula(L, 1);
    if (!formula || !formula->poison)
        return refuse_call(L);
    if (plim_trace_ends_loop(L))
        lua_pushnil(L);
    else
        plim_trace_push_poison(L);
    return 1;
}

static void set_operators(lua_State *L)
{
    static const struct {
        const char *event;
        plim_op op;
    } operators[] = {{"__add", PLIM_OP_ADD},      {"__sub", PLIM_OP_SUBTRACT},
                     {"__mul", PLIM_OP_MULTIPLY}, {"__div", PLIM_OP_DIVIDE},
                     {"__pow", PLIM_OP_POWER},    {"__unm", PLIM_OP_NEGATE}};
    static const char *const refused[] = {"__mod",  "__idiv", "__band", "__bor",
                                          "__bxor", "__shl",  "__shr",  "__bnot"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        lua_pushinteger(L, operators[i].op);
        lua_pushcclosure(L, operate, 1);
        lua_setfield(L, -2, operators[i].event);
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        lua_pushcfunction(L, refuse_operator);
        lua_setfield(L, -2, refused[i]);
    }
}

void plim_trace_open(lua_State *L)
{
    static const luaL_Reg events[] = {{"__lt", refuse_order},          {"__le", refuse_order},
                                      {"__eq", refuse_equal},          {"__len", refuse_length},
                                      {"__concat", refuse_concat},     {"__call", call_formula},
                                      {"__newindex", refuse_newindex}, {NULL, NULL}};
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    int builtins = lua_gettop(L);
    lua_newtable(L);
    int methods = lua_gettop(L);
    plim_trace_open_functions(L, builtins, methods);
    plim_trace_open_lists(L, builtins);
    plim_pathway_open(L, builtins);
    plim_random_open(L, builtins);
    plim_hazard_open(L, builtins);
    plim_trace_open_objects(L, builtins);
    luaL_getmetatable(L, PLIM_FORMULA);
    luaL_setfuncs(L, events, 0);
    set_operators(L);
    lua_pushvalue(L, methods);
    lua_pushcclosure(L, formula_index, 1);
    lua_setfield(L, -2, "__index");
    plim_shadow_open(L, methods);
    lua_settop(L, builtins - 1);
}
