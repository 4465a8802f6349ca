/* The tables string, table and math of scripts. Nothing here can run long inside C, depend on the
 * run or on the processor. */
#include "script/sandbox.h"

#include <lualib.h>
#include <string.h>

#include "math/functions.h"

enum { FIND_TEXT = 1 << 20, FIND_PIECE = 1 << 10 }; /* a search costs at most their product */

/* ---- string ---- */

static int string_find(lua_State *L)
{
    size_t length = 0, piece_length = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    const char *piece = luaL_checklstring(L, 2, &piece_length);
    lua_Integer from = luaL_optinteger(L, 3, 1);
    if (!lua_toboolean(L, 4) && strpbrk(piece, "^$*+?.([%-"))
        return luaL_error(
            L, "patterns are not available: string.find(text, piece, 1, true) looks for a "
               "plain piece, string.sub cuts");
    if (length > FIND_TEXT || piece_length > FIND_PIECE)
        return luaL_error(L, "string.find looks through at most %d bytes for at most %d", FIND_TEXT,
                          FIND_PIECE);
    if (from < 0)
        from = from + (lua_Integer)length + 1;
    if (from < 1)
        from = 1;
    for (size_t at = (size_t)from - 1; at + piece_length <= length; at++)
        if (memcmp(text + at, piece, piece_length) == 0) {
            lua_pushinteger(L, (lua_Integer)at + 1);
            lua_pushinteger(L, (lua_Integer)(at + piece_length));
            return 2;
        }
    lua_pushnil(L);
    return 1;
}

/* Upvalue: Lua's string.format. %p and tables would show addresses. */
static int string_format(lua_State *L)
{
    const char *format = luaL_checkstring(L, 1);
    int n = lua_gettop(L);
    for (const char *p = strchr(format, '%'); p; p = strchr(p, '%')) {
        p++;
        while (*p && strchr("-+ #0123456789.", *p))
            p++;
        if (*p == 'p')
            return luaL_error(L, "string.format knows no %%p: addresses differ from run to run");
        if (*p)
            p++;
    }
    for (int i = 2; i <= n; i++) {
        int type = lua_type(L, i);
        if (plim_is_formula(L, i)) {
            plim_sandbox_fault(L,
                               "string.format of a formula: it has no value while the script runs");
            lua_pushinteger(L, 0);
            lua_replace(L, i);
        } else if (type != LUA_TNIL && type != LUA_TBOOLEAN && type != LUA_TNUMBER &&
                   type != LUA_TSTRING) {
            return luaL_error(L, "string.format can't write a %s", plim_type_name(L, i));
        }
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, n, 1);
    return 1;
}

static int no_patterns(lua_State *L)
{
    return luaL_error(
        L, "patterns are not available: their search can't be stopped; use string.find(text, "
           "piece, 1, true) and string.sub");
}

/* ---- table ---- */

static int less(lua_State *L, int a, int b)
{
    if (lua_isnoneornil(L, 2))
        return lua_compare(L, a, b, LUA_OPLT);
    a = lua_absindex(L, a);
    b = lua_absindex(L, b);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, a);
    lua_pushvalue(L, b);
    lua_call(L, 2, 1);
    if (plim_is_formula(L, -1))
        plim_sandbox_fault(
            L, "table.sort by a formula: it has no value while the script runs, so nothing "
               "can be put in order by it; min, max and where choose");
    int answer = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return answer;
}

/* Merges from[low, middle) and from[middle, high) into the same places of `to`. */
static void merge(lua_State *L, int from, int to, const lua_Integer bounds[3])
{
    lua_Integer i = bounds[0], j = bounds[1];
    plim_sandbox_spend(L, (uint64_t)(bounds[2] - bounds[0]));
    for (lua_Integer k = bounds[0]; k < bounds[2]; k++) {
        int right = i >= bounds[1];
        if (!right && j < bounds[2]) {
            lua_geti(L, from, j);
            lua_geti(L, from, i);
            right = less(L, -2, -1);
            lua_pop(L, 2);
        }
        lua_geti(L, from, right ? j++ : i++);
        lua_seti(L, to, k);
    }
}

/* Lua's own sort looks at the clock; this one is stable, too. */
static int table_sort(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_Integer n = luaL_len(L, 1);
    lua_newtable(L); /* 3 */
    int from = 1, to = 3;
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer low = 1; low <= n; low += 2 * width) {
            lua_Integer middle = low + width < n + 1 ? low + width : n + 1;
            lua_Integer high = middle + width < n + 1 ? middle + width : n + 1;
            merge(L, from, to, (lua_Integer[]){low, middle, high});
        }
        from = 4 - from;
        to = 4 - to;
    }
    for (lua_Integer i = 1; from == 3 && i <= n; i++) {
        lua_geti(L, 3, i);
        lua_seti(L, 1, i);
    }
    return 0;
}

/* ---- math ---- */

static int math_exp(lua_State *L)
{
    lua_pushnumber(L, plim_exp(luaL_checknumber(L, 1)));
    return 1;
}

static int math_log(lua_State *L)
{
    double x = plim_log(luaL_checknumber(L, 1));
    lua_pushnumber(L, lua_isnoneornil(L, 2) ? x : x / plim_log(luaL_checknumber(L, 2)));
    return 1;
}

/* math.max and math.min, whose original would ask formulas for their order. Upvalue: is it max? */
static int math_extreme(lua_State *L)
{
    int best = 1, is_max = lua_toboolean(L, lua_upvalueindex(1));
    luaL_checknumber(L, 1);
    for (int i = 2; i <= lua_gettop(L); i++) {
        luaL_checknumber(L, i);
        if (is_max ? lua_compare(L, best, i, LUA_OPLT) : lua_compare(L, i, best, LUA_OPLT))
            best = i;
    }
    lua_pushvalue(L, best);
    return 1;
}

/* ---- read-only tables ---- */

/* Upvalues: the functions, the table's name. */
static int library_index(lua_State *L)
{
    char hint[200];
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    const char *library = lua_tostring(L, lua_upvalueindex(2));
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    plim_sandbox_hint(L, lua_upvalueindex(1), name, hint, sizeof hint);
    plim_sandbox_raise(L, "`%s.%s` is not available in scripts%s", library, name, hint);
}

static int library_newindex(lua_State *L)
{
    plim_sandbox_raise(L, "the table `%s` can't be changed", lua_tostring(L, lua_upvalueindex(2)));
}

/* Sets builtins[name] to a read-only view of the table at the top, and pops that. */
static void publish(lua_State *L, int builtins, const char *name)
{
    static const luaL_Reg methods[] = {
        {"__index", library_index}, {"__newindex", library_newindex}, {NULL, NULL}};
    lua_newtable(L);
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_pushstring(L, name);
    luaL_setfuncs(L, methods, 2);
    lua_setmetatable(L, -2);
    lua_setfield(L, builtins, name);
    lua_pop(L, 1);
}

/* Pushes a table with the named members of Lua's library that `opener` makes. */
static void pick(lua_State *L, lua_CFunction opener, const char *const *names)
{
    lua_newtable(L);
    lua_pushcfunction(L, opener);
    lua_call(L, 0, 1);
    for (; *names; names++) {
        lua_getfield(L, -1, *names);
        lua_setfield(L, -3, *names);
    }
    lua_pop(L, 1);
}

static void open_string(lua_State *L, int builtins)
{
    static const char *const kept[] = {"byte", "char",    "format", "len",   "lower",
                                       "rep",  "reverse", "sub",    "upper", NULL};
    static const luaL_Reg own[] = {{"find", string_find},
                                   {"match", no_patterns},
                                   {"gmatch", no_patterns},
                                   {"gsub", no_patterns},
                                   {NULL, NULL}};
    pick(L, luaopen_string, kept);
    luaL_setfuncs(L, own, 0);
    lua_getfield(L, -1, "format");
    lua_pushcclosure(L, string_format, 1);
    lua_setfield(L, -2, "format");
    lua_pushliteral(L, "");
    lua_newtable(L); /* the methods of texts; no arithmetic on them */
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    publish(L, builtins, "string");
}

void plim_sandbox_open_text(lua_State *L, int builtins)
{
    static const char *const table_kept[] = {"concat", "insert", "remove", "unpack", NULL};
    static const char *const math_kept[] = {"abs",        "ceil",       "floor", "fmod", "huge",
                                            "maxinteger", "mininteger", "modf",  "pi",   "sqrt",
                                            "tointeger",  "type",       "ult",   NULL};
    static const luaL_Reg math_own[] = {{"exp", math_exp}, {"log", math_log}, {NULL, NULL}};
    open_string(L, builtins);
    pick(L, luaopen_table, table_kept);
    lua_pushcfunction(L, table_sort);
    lua_setfield(L, -2, "sort");
    publish(L, builtins, "table");
    pick(L, luaopen_math, math_kept);
    luaL_setfuncs(L, math_own, 0);
    for (int is_max = 0; is_max < 2; is_max++) {
        lua_pushboolean(L, is_max);
        lua_pushcclosure(L, math_extreme, 1);
        lua_setfield(L, -2, is_max ? "max" : "min");
    }
    publish(L, builtins, "math");
}
