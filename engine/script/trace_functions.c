/* The functions of formulas, made from the list of primitives. All work on plain numbers too. */
#include "script/trace.h"

#include <stdio.h>
#include <string.h>

/* min, max, all and any take any number of operands. */
static bool is_variadic(plim_op op)
{
    return op == PLIM_OP_MIN || op == PLIM_OP_MAX || op == PLIM_OP_ALL || op == PLIM_OP_ANY;
}

/* ---- text ---- */

/* eq(column, "text"), either way round. False: neither side is a text column. */
static bool equal_text(lua_State *L)
{
    plim_tracer *tracer = plim_tracer_of(L);
    const plim_formula *left = plim_trace_formula(L, 1), *right = plim_trace_formula(L, 2);
    const plim_formula *column = left && left->is_text ? left : right;
    int other = column == left ? 2 : 1;
    if (!column || !column->is_text)
        return false;
    if (lua_type(L, other) != LUA_TSTRING) {
        plim_sandbox_fault(L, "the text column `%s` can be compared with a text in quotes only",
                           tracer->program->graph.symbols.text[column->symbol]);
        plim_trace_push_poison(L);
        return true;
    }
    plim_expr expr = {
        .op = PLIM_OP_TEXT_EQ, .symbol = column->symbol, .table = (uint8_t)column->table};
    plim_list *list = plim_trace_push_list(L);
    size_t capacity = 0;
    plim_trace_add_key(L, list, &capacity, lua_tostring(L, other));
    expr.list = plim_trace_keep_list(L);
    plim_trace_push_expr(L, &expr);
    return true;
}

/* ---- primitives ---- */

static bool check_count(lua_State *L, plim_op op, int given)
{
    int needed = plim_primitive_arity(op);
    const char *name = plim_primitive_name(op);
    if (is_variadic(op) ? given >= 1 : given == needed)
        return true;
    if (is_variadic(op))
        plim_sandbox_fault(L, "`%s` needs at least one argument", name);
    else if (needed == 1)
        plim_sandbox_fault(L, "`%s` takes 1 argument, not %d", name, given);
    else
        plim_sandbox_fault(L, "`%s` takes %d arguments, not %d", name, needed, given);
    plim_trace_push_poison(L);
    return false;
}

/* Folds the arguments from the left; a single one is checked and stays. */
static void fold(lua_State *L, plim_op op, int n)
{
    if (n == 1) {
        bool is_condition = op == PLIM_OP_ALL || op == PLIM_OP_ANY;
        if (is_condition)
            lua_pushnumber(L, 1.0); /* all(x, 1) and any(x, x) are x as 1 or 0 */
        else
            lua_pushvalue(L, 1);
        if (op == PLIM_OP_ANY) {
            lua_pop(L, 1);
            lua_pushnumber(L, 0.0);
        }
        plim_trace_apply(L, op, 1);
        return;
    }
    lua_pushvalue(L, 1);
    for (int i = 2; i <= n; i++) {
        lua_pushvalue(L, i);
        plim_trace_apply(L, op, lua_gettop(L) - 1);
        lua_replace(L, -3);
        lua_pop(L, 1);
    }
}

static int call_primitive(lua_State *L)
{
    plim_op op = (plim_op)lua_tointeger(L, lua_upvalueindex(1));
    int n = lua_gettop(L);
    if (!check_count(L, op, n))
        return 1;
    if (plim_trace_shadowed(L, 1, n))
        return 1;
    if (op == PLIM_OP_EQ && equal_text(L))
        return 1;
    if (is_variadic(op))
        fold(L, op, n);
    else
        plim_trace_apply(L, op, 1);
    return 1;
}

/* ---- others ---- */

static int percent(lua_State *L)
{
    luaL_checkany(L, 1);
    lua_settop(L, 1);
    lua_pushnumber(L, 100.0);
    plim_trace_apply(L, PLIM_OP_DIVIDE, 1);
    return 1;
}

static int at_reference(lua_State *L)
{
    plim_tracer *tracer = plim_tracer_of(L);
    plim_node node = PLIM_NO_NODE;
    plim_unit unit;
    if (lua_gettop(L) != 1)
        plim_sandbox_raise(L, "`%s` takes 1 argument, not %d", "at_reference", lua_gettop(L));
    if (plim_trace_shadowed(L, 1, 1) || lua_type(L, 1) == LUA_TNUMBER)
        return 1;
    const plim_formula *formula = plim_trace_formula(L, 1);
    if (formula && formula->is_text) /* a text column depends on no driver */
        return 1;
    if (!plim_trace_operand(L, 1, "argument 1 of `at_reference`", &node, &unit)) {
        plim_trace_push_poison(L);
        return 1;
    }
    if (plim_graph_at_reference(&tracer->program->graph, node, &node, tracer->sandbox->failure) !=
        PLIM_OK)
        plim_sandbox_abort(L);
    plim_trace_push(L, node, unit);
    return 1;
}

void plim_trace_open_functions(lua_State *L, int builtins, int methods)
{
    for (int op = PLIM_OP_ADD; op < PLIM_OP_COUNT; op++) {
        const char *name = plim_primitive_name((plim_op)op);
        if (op <= PLIM_OP_NEGATE)
            continue; /* operators */
        lua_pushinteger(L, op);
        lua_pushcclosure(L, call_primitive, 1);
        lua_pushvalue(L, -1);
        lua_setfield(L, builtins, name);
        lua_setfield(L, methods, name);
    }
    lua_pushcfunction(L, percent);
    lua_setfield(L, builtins, "percent");
    lua_pushcfunction(L, at_reference);
    lua_setfield(L, builtins, "at_reference");
}
