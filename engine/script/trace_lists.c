/* Functions of text columns and lists: table_by, date, interp, curve. */
#include "script/trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"

enum { LONGEST_LIST = 100000, MOST_BYTES = 32 << 20, MOST_LISTS = 10000 };

/* ---- lists under construction: owned by a userdata until the graph takes them ---- */

#define PLIM_LIST "plim.list"

static int free_list(lua_State *L)
{
    plim_list *list = lua_touserdata(L, 1);
    for (size_t i = 0; list->key && i < list->count; i++)
        plim_free(list->key[i]);
    plim_free(list->key);
    plim_free(list->x);
    plim_free(list->y);
    *list = (plim_list){0};
    return 0;
}

plim_list *plim_trace_push_list(lua_State *L)
{
    plim_list *list = lua_newuserdatauv(L, sizeof *list, 0);
    *list = (plim_list){.fallback = (double)NAN};
    if (luaL_newmetatable(L, PLIM_LIST)) {
        lua_pushcfunction(L, free_list);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return list;
}

/* Pushes a list with room for n entries. */
static plim_list *push_list(lua_State *L, size_t n, bool has_keys)
{
    if (n > LONGEST_LIST)
        plim_sandbox_raise(L, "more than %d points or keys", LONGEST_LIST);
    plim_list *list = plim_trace_push_list(L);
    list->y = plim_alloc(n, sizeof *list->y);
    if (has_keys)
        list->key = plim_alloc(n, sizeof *list->key);
    else
        list->x = plim_alloc(n, sizeof *list->x);
    if (!list->y || (!list->x && !list->key))
        plim_sandbox_no_memory(L, "a list of a script");
    return list;
}

void plim_trace_add_key(lua_State *L, plim_list *list, size_t *capacity, const char *text)
{
    char *copy = plim_strdup(text);
    if (!copy ||
        plim_grow((void **)&list->key, capacity, list->count + 1, sizeof *list->key) != 0) {
        plim_free(copy);
        plim_sandbox_no_memory(L, "a list of a script");
    }
    list->key[list->count++] = copy;
}

static size_t list_bytes(const plim_list *list)
{
    size_t bytes = sizeof *list + 2 * list->count * sizeof(double);
    for (size_t i = 0; list->key && i < list->count; i++)
        bytes += strlen(list->key[i]);
    return bytes;
}

uint32_t plim_trace_keep_list(lua_State *L)
{
    plim_tracer *tracer = plim_tracer_of(L);
    plim_graph *graph = &tracer->program->graph;
    plim_list *list = lua_touserdata(L, -1);
    uint32_t number = 0;
    size_t before = graph->n_lists, bytes = list_bytes(list);
    if (plim_graph_add_list(graph, list, &number, tracer->sandbox->failure) != PLIM_OK)
        plim_sandbox_abort(L);
    if (graph->n_lists > before) {
        tracer->list_bytes += bytes;
        tracer->n_lists++;
    }
    if (tracer->list_bytes > MOST_BYTES)
        plim_sandbox_raise(L, "curves, tables and texts of formulas need more than %d MiB",
                           MOST_BYTES >> 20);
    if (tracer->n_lists > MOST_LISTS) /* each new one is compared with all before */
        plim_sandbox_raise(L, "more than %d different curves, tables and texts of formulas",
                           MOST_LISTS);
    lua_pop(L, 1);
    return number;
}

/* ---- table_by ---- */

/* The number at the top of the stack, popped; a fault and NaN if it is none. */
static double entry(lua_State *L, const char *where, const char *key)
{
    double value = (double)NAN;
    if (lua_type(L, -1) == LUA_TNUMBER && isfinite(lua_tonumber(L, -1)))
        value = lua_tonumber(L, -1);
    else
        plim_sandbox_fault(L, "%s: the value of `%s` must be a plain number, not a %s", where, key,
                           plim_type_name(L, -1));
    lua_pop(L, 1);
    return value;
}

/* Fills the list from the table at index 2: texts (or whole numbers) -> numbers, `default` apart.
 */
static void read_table(lua_State *L, plim_list *list, lua_Integer n)
{
    int keys = lua_gettop(L) - 1;
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, keys, i);
        lua_pushvalue(L, -1);
        lua_rawget(L, 2);
        lua_insert(L, -2); /* value below its key */
        const char *key = lua_tostring(L, -1);
        lua_pushvalue(L, -2);
        double value = entry(L, "table_by", key);
        if (strcmp(key, "default") == 0) {
            list->fallback = value;
        } else {
            list->key[list->count] = plim_strdup(key);
            if (!list->key[list->count])
                plim_sandbox_no_memory(L, "a list of a script");
            list->y[list->count++] = value;
        }
        lua_pop(L, 2);
    }
}

static int table_by(lua_State *L)
{
    int n = lua_gettop(L);
    if (n < 2 || n > 3)
        plim_sandbox_raise(L, "`table_by` takes a text column, a table and perhaps a default");
    if (plim_trace_shadowed(L, 1, 1))
        return 1;
    const plim_formula *column = plim_trace_formula(L, 1);
    if (!column || (!column->is_text && !column->poison))
        plim_sandbox_raise(L, "argument 1 of `table_by` must be a text column such as b.sector");
    if (!lua_istable(L, 2))
        plim_sandbox_raise(L,
                           "argument 2 of `table_by` must be a table { C30 = 0.3, default = 0 }");
    plim_expr expr = {.op = PLIM_OP_TABLE_BY,
                      .symbol = column->symbol,
                      .table = (uint8_t)column->table,
                      .unit = {.any = true}};
    bool poison = column->poison;
    lua_Integer keys = plim_keys_push(L, 2, 0);
    plim_list *list = push_list(L, (size_t)keys, true);
    read_table(L, list, keys);
    if (n == 3) {
        lua_pushvalue(L, 3);
        list->fallback = entry(L, "table_by", "default");
    }
    expr.list = plim_trace_keep_list(L);
    if (poison)
        plim_trace_push_poison(L);
    else
        plim_trace_push_expr(L, &expr);
    return 1;
}

/* ---- dates ---- */

static int date(lua_State *L)
{
    if (lua_gettop(L) != 1)
        plim_sandbox_raise(L, "`date` takes a column of dates, such as date(p.start)");
    if (plim_trace_shadowed(L, 1, 1))
        return 1;
    const plim_formula *column = plim_trace_formula(L, 1);
    if (!column || (!column->is_text && !column->poison))
        plim_sandbox_raise(L, "`date` takes a column of dates, such as date(p.start)");
    plim_expr expr = {
        .op = PLIM_OP_DATE, .symbol = column->symbol, .table = (uint8_t)column->table};
    if (column->poison)
        plim_trace_push_poison(L);
    else
        plim_trace_push_expr(L, &expr);
    return 1;
}

/* ---- curves ---- */

static void check_curve(lua_State *L, const plim_list *list, const char *what)
{
    if (list->count == 0)
        plim_sandbox_raise(L, "%s has no points", what);
    for (size_t i = 1; i < list->count; i++)
        if (!(list->x[i] > list->x[i - 1])) {
            char before[32], after[32];
            plim_format_shortest(list->x[i - 1], before, sizeof before);
            plim_format_shortest(list->x[i], after, sizeof after);
            plim_sandbox_raise(L, "%s: x must ascend, and %s comes after %s", what, after, before);
        }
}

/* The curve `list` at the value at `index`. */
static int apply_curve(lua_State *L, uint32_t list, int index)
{
    plim_tracer *tracer = plim_tracer_of(L);
    plim_expr expr = {.op = PLIM_OP_INTERP, .list = list, .unit = {.any = true}};
    plim_unit unit;
    if (plim_trace_shadowed(L, index, 1))
        return 1;
    if (lua_type(L, index) == LUA_TNUMBER) {
        lua_pushnumber(
            L, plim_list_interp(&tracer->program->graph.lists[list], lua_tonumber(L, index)));
        return 1;
    }
    if (plim_trace_operand(L, index, "argument 1 of the curve", &expr.arg[0], &unit))
        plim_trace_push_expr(L, &expr);
    else
        plim_trace_push_poison(L);
    return 1;
}

static int call_curve(lua_State *L)
{
    if (lua_gettop(L) != 1)
        plim_sandbox_raise(L, "a curve takes 1 argument, not %d", lua_gettop(L));
    return apply_curve(L, (uint32_t)lua_tointeger(L, lua_upvalueindex(1)), 1);
}

static double coordinate(lua_State *L, int table, lua_Integer i, const char *what)
{
    char key[40];
    lua_rawgeti(L, table, i);
    snprintf(key, sizeof key, "[%lld]", (long long)i);
    return entry(L, what, key);
}

/* The points { {x, y}, ... } of the table at `table`, as a list. */
static plim_list *read_points(lua_State *L, int table, const char *what)
{
    lua_Integer n = luaL_len(L, table);
    plim_list *list = push_list(L, (size_t)n, false);
    int point = lua_gettop(L) + 1;
    for (lua_Integer i = 1; i <= n; i++) {
        if (lua_rawgeti(L, table, i) != LUA_TTABLE || luaL_len(L, -1) != 2)
            plim_sandbox_raise(L, "point %d of %s must be {x, y}", (int)i, what);
        list->x[i - 1] = coordinate(L, point, 1, what);
        list->y[i - 1] = coordinate(L, point, 2, what);
        list->count++;
        lua_pop(L, 1);
    }
    check_curve(L, list, what);
    return list;
}

/* curve { {x, y}, ... } gives a function. */
static int curve(lua_State *L)
{
    if (lua_gettop(L) != 1 || !lua_istable(L, 1))
        plim_sandbox_raise(L, "`curve` takes a table of points: curve { {x, y}, ... }");
    (void)read_points(L, 1, "the curve");
    lua_pushinteger(L, plim_trace_keep_list(L));
    lua_pushcclosure(L, call_curve, 1);
    return 1;
}

/* interp(x, {x1, x2}, {y1, y2}), or interp(x, { {x1, y1}, {x2, y2} }). */
static int interp(lua_State *L)
{
    int n_arguments = lua_gettop(L);
    if (n_arguments < 2 || n_arguments > 3 || !lua_istable(L, 2) ||
        (n_arguments == 3 && !lua_istable(L, 3)))
        plim_sandbox_raise(L, "`interp` takes a value and two tables, interp(x, {x1, x2}, {y1, "
                              "y2}), or one of points, interp(x, { {x1, y1}, {x2, y2} })");
    if (plim_trace_shadowed(L, 1, 1))
        return 1;
    if (n_arguments == 2) {
        (void)read_points(L, 2, "interp");
        return apply_curve(L, plim_trace_keep_list(L), 1);
    }
    lua_Integer n = luaL_len(L, 2);
    if (n != luaL_len(L, 3))
        plim_sandbox_raise(L, "`interp`: %d values of x and %d of y", (int)n, (int)luaL_len(L, 3));
    plim_list *list = push_list(L, (size_t)n, false);
    for (lua_Integer i = 1; i <= n; i++) {
        list->x[i - 1] = coordinate(L, 2, i, "interp");
        list->y[i - 1] = coordinate(L, 3, i, "interp");
        list->count++;
    }
    check_curve(L, list, "interp");
    return apply_curve(L, plim_trace_keep_list(L), 1);
}

void plim_trace_open_lists(lua_State *L, int builtins)
{
    static const luaL_Reg functions[] = {
        {"table_by", table_by}, {"date", date}, {"curve", curve}, {"interp", interp}, {NULL, NULL}};
    for (const luaL_Reg *f = functions; f->name; f++) {
        lua_pushcfunction(L, f->func);
        lua_setfield(L, builtins, f->name);
    }
}
