/* The base functions of scripts: those of Lua that are safe, in a version that does not depend on
 * the run, and messages for those that are missing. */
#include "script/sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "script/keys.h"

/* ---- what is missing, and why ---- */

#define OUTSIDE "a script reads and writes nothing outside of itself"
#define CODE    "code comes only from the script and its libraries (require)"
#define OUTPUT  "a script has no output; its result is what it returns"
#define PLAIN   "tables are plain here"

static const struct {
    const char *name, *reason;
} missing[] = {
    {"os", OUTSIDE},
    {"io", OUTSIDE},
    {"debug", OUTSIDE},
    {"package", OUTSIDE},
    {"print", OUTPUT},
    {"warn", OUTPUT},
    {"load", CODE},
    {"loadstring", CODE},
    {"loadfile", CODE},
    {"dofile", CODE},
    {"setmetatable", PLAIN},
    {"getmetatable", PLAIN},
    {"rawget", PLAIN},
    {"rawset", PLAIN},
    {"rawequal", PLAIN},
    {"rawlen", PLAIN},
    {"_G", PLAIN},
    {"xpcall", "there is pcall"},
    {"utf8", "texts are only compared"},
    {"coroutine", "a script runs in one piece"},
    {"collectgarbage", "memory is looked after"},
};

static const char *why_missing(const char *name)
{
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (strcmp(missing[i].name, name) == 0)
            return missing[i].reason;
    return NULL;
}

/* ---- nearest names ---- */

enum { MOST_CANDIDATES = 5000 };

const char *plim_sandbox_hint(lua_State *L, int index, const char *name, char *out, size_t size)
{
    index = lua_absindex(L, index);
    lua_Integer n = plim_keys_push(L, index, 1);
    if (n > MOST_CANDIDATES)
        n = MOST_CANDIDATES;
    const char **names = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *names, 0);
    size_t used = 0;
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -2, i);
        if (lua_type(L, -1) == LUA_TSTRING)
            names[used++] = lua_tostring(L, -1); /* kept alive by the table of keys */
        lua_pop(L, 1);
    }
    (void)plim_nearest_hint(name, names, used, out, size);
    lua_pop(L, 2);
    return out;
}

/* Copies the text keys of the table at the top to the table below it, and pops it. */
static void merge_names(lua_State *L)
{
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING) {
            lua_pushvalue(L, -2);
            lua_pushboolean(L, 1);
            lua_rawset(L, -6);
        }
    lua_pop(L, 1);
}

void plim_sandbox_hint_anywhere(lua_State *L, const char *name, char *out, size_t size)
{
    lua_newtable(L);
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    merge_names(L);
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_MODULES);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        if (lua_istable(L, -1)) {
            lua_pushvalue(L, -4);
            lua_pushvalue(L, -2);
            merge_names(L);
            lua_pop(L, 1);
        }
    lua_pop(L, 1);
    plim_sandbox_hint(L, -1, name, out, size);
    lua_pop(L, 1);
}

/* ---- global names ---- */

static int global_index(lua_State *L)
{
    char hint[200];
    lua_settop(L, 2);
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, 3) != LUA_TNIL)
        return 1;
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    const char *reason = why_missing(name);
    if (reason) {
        plim_sandbox_fault(L, "`%s` is not available in scripts: %s", name, reason);
    } else {
        plim_sandbox_hint_anywhere(L, name, hint, sizeof hint);
        plim_sandbox_fault(L, "unknown name `%s`%s", name,
                           hint[0] ? hint
                                   : "; a name is set with `local`, or is a member of a library: "
                                     "local firm = require \"firm\"");
    }
    plim_sandbox *sandbox = plim_sandbox_of(L);
    if (sandbox->push_unknown) { /* while tracing: go on to find further faults */
        sandbox->push_unknown(L);
        return 1;
    }
    lua_pushnil(L);
    return lua_error(L);
}

static int global_newindex(lua_State *L)
{
    lua_settop(L, 3);
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, 4) != LUA_TNIL)
        plim_sandbox_raise(L, "`%s` is a built-in name; write `local %s = ...` to use it otherwise",
                           lua_tostring(L, 2), lua_tostring(L, 2));
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 0;
}

/* ---- base functions ---- */

static int base_type(lua_State *L)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    luaL_checkany(L, 1);
    int formula = plim_is_formula(L, 1);
    if (sandbox->answer)
        formula = sandbox->answer(sandbox, formula);
    lua_pushstring(L, formula ? "value" : plim_type_name(L, 1));
    return 1;
}

static int base_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    switch (lua_type(L, 1)) {
    case LUA_TNUMBER:
    case LUA_TSTRING:
        lua_settop(L, 1);
        lua_tostring(L, 1);
        return 1;
    case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, 1) ? "true" : "false");
        return 1;
    default:
        break;
    }
    if (plim_is_formula(L, 1))
        plim_sandbox_fault(L,
                           "tostring of a formula: it has no value while the script runs; choose "
                           "numbers with where, texts can't depend on a column");
    lua_pushstring(L, plim_type_name(L, 1)); /* no addresses: they differ from run to run */
    return 1;
}

static int base_tonumber(lua_State *L)
{
    luaL_checkany(L, 1);
    luaL_argcheck(L, lua_isnoneornil(L, 2), 2, "no other base than ten");
    if (plim_is_formula(L, 1))
        plim_sandbox_fault(L, "tonumber of a formula: it is a number for each borrower already");
    if (lua_type(L, 1) == LUA_TSTRING) {
        size_t length = 0;
        const char *text = lua_tolstring(L, 1, &length);
        if (lua_stringtonumber(L, text) == length + 1)
            return 1;
        lua_pushnil(L);
        return 1;
    }
    lua_settop(L, 1);
    if (lua_type(L, 1) != LUA_TNUMBER && !plim_is_formula(L, 1))
        lua_pushnil(L);
    return 1;
}

static int base_error(lua_State *L)
{
    int level = (int)luaL_optinteger(L, 2, 1);
    lua_settop(L, 1);
    if (lua_type(L, 1) == LUA_TSTRING && level > 0) {
        luaL_where(L, level);
        lua_insert(L, 1);
        lua_concat(L, 2);
    } else if (lua_isnil(L, 1)) {
        lua_pushliteral(L, "error without a text");
    }
    return lua_error(L);
}

static int base_assert(lua_State *L)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    luaL_checkany(L, 1);
    if (plim_is_formula(L, 1))
        plim_sandbox_fault(L, "assert on a formula always passes: a formula has no value while the "
                              "script runs; use where, or `applies` to leave borrowers out");
    int fails = !lua_toboolean(L, 1);
    if (sandbox->answer)
        fails = sandbox->answer(sandbox, fails);
    if (!fails)
        return lua_gettop(L);
    lua_remove(L, 1);
    if (lua_type(L, 1) != LUA_TSTRING)
        return luaL_error(L, "assertion failed");
    lua_settop(L, 1);
    luaL_where(L, 1);
    lua_insert(L, 1);
    lua_concat(L, 2);
    return lua_error(L);
}

void plim_sandbox_translate(lua_State *L)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    const char *text = lua_tostring(L, -1);
    char *end = NULL;
    if (text[0] != '\2')
        return;
    unsigned long number = strtoul(text + 1, &end, 10);
    if (*end != '\3' || number >= sandbox->n_sources)
        return;
    long line = strtol(end + 2, &end, 10);
    lua_pushfstring(L, "%s:%d%s", sandbox->sources[number]->path,
                    plim_lua_source_line(sandbox->sources[number], (int)line), end);
    lua_remove(L, -2);
}

/* A stack may be deep: giving it up costs as much as so many instructions. */
enum { UNWINDING = 1 << 17 };

/* As Lua's, but limits are not to be caught, and a fault that was recorded stays recorded. */
static int base_pcall(lua_State *L)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    int paused = sandbox->paused;
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    int status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
    sandbox->paused = paused; /* a module that failed to load left it raised */
    if (status == LUA_ERRMEM || sandbox->unwinding) {
        if (!sandbox->unwinding)
            plim_sandbox_settle(sandbox, status);
        plim_sandbox_abort(L);
    }
    if (status == LUA_OK)
        return lua_gettop(L);
    plim_sandbox_spend(L, UNWINDING);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushliteral(L, "error");
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        plim_sandbox_record_if_formula(L);
        plim_sandbox_translate(L);
    }
    return 2;
}

/* ---- walking tables ---- */

static int base_next(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    plim_keys_next(L, 1);
    if (lua_isnil(L, -1))
        return 1;
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

/* Upvalues: the keys, how many were given. */
static int pairs_step(lua_State *L)
{
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));
    luaL_checktype(L, 1, LUA_TTABLE);
    for (;;) {
        at++;
        lua_settop(L, 1);
        if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, 2);
        if (lua_rawget(L, 1) != LUA_TNIL) /* else removed meanwhile */
            break;
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

static int base_pairs(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    plim_keys_push(L, 1, 0);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_step, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static int ipairs_step(lua_State *L)
{
    lua_Integer i = luaL_checkinteger(L, 2) + 1;
    lua_pushinteger(L, i);
    return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2;
}

static int base_ipairs(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushcfunction(L, ipairs_step);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

static int base_select(lua_State *L)
{
    int n = lua_gettop(L);
    if (lua_type(L, 1) == LUA_TSTRING && strcmp(lua_tostring(L, 1), "#") == 0) {
        lua_pushinteger(L, n - 1);
        return 1;
    }
    lua_Integer at = luaL_checkinteger(L, 1);
    if (at < 0)
        at = n + at;
    luaL_argcheck(L, at >= 1, 1, "index out of range");
    return at >= n ? 0 : n - (int)at;
}

/* ---- setting up ---- */

static const luaL_Reg base_functions[] = {
    {"assert", base_assert},
    {"error", base_error},
    {"ipairs", base_ipairs},
    {"next", base_next},
    {"pairs", base_pairs},
    {"pcall", base_pcall},
    {"select", base_select},
    {"tonumber", base_tonumber},
    {"tostring", base_tostring},
    {"type", base_type},
    {"require", plim_sandbox_require},
    {NULL, NULL},
};

void plim_sandbox_open_libraries(lua_State *L)
{
    static const luaL_Reg global_methods[] = {
        {"__index", global_index}, {"__newindex", global_newindex}, {NULL, NULL}};
    lua_newtable(L);
    luaL_setfuncs(L, base_functions, 0);
    plim_sandbox_open_text(L, lua_gettop(L));
    lua_setfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, PLIM_MODULES);
    lua_newtable(L);
    lua_newtable(L);
    luaL_setfuncs(L, global_methods, 0);
    lua_setmetatable(L, -2);
    lua_setfield(L, LUA_REGISTRYINDEX, PLIM_ENVIRONMENT);
    luaL_newmetatable(L, PLIM_FORMULA);
    lua_pop(L, 1);
}

bool plim_is_formula(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TUSERDATA && luaL_testudata(L, index, PLIM_FORMULA);
}

const char *plim_type_name(lua_State *L, int index)
{
    const char *name = luaL_typename(L, index);
    if (lua_type(L, index) == LUA_TUSERDATA &&
        luaL_getmetafield(L, index, "__name") == LUA_TSTRING) {
        name = lua_tostring(L, -1); /* kept alive by the metatable */
        lua_pop(L, 1);
    }
    return name;
}
