/* scenario { ... } and model { ... }: what a file declares, and the reading of its fields.
 * Model files also have words for parts: t { nu = 6 }, beta { ... }, frye_jacobs {}, fixed. */
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"
#include "script/read.h"

#define DECLARED "plim.declared" /* registry: table given to scenario or model -> that word */

/* Upvalue: the word. */
static int declare(lua_State *L)
{
    const char *call = lua_tostring(L, lua_upvalueindex(1));
    if (lua_gettop(L) != 1 || !lua_istable(L, 1))
        plim_sandbox_raise(L, "`%s` takes one table: return %s { ... }", call, call);
    lua_getfield(L, LUA_REGISTRYINDEX, DECLARED);
    lua_pushvalue(L, 1);
    lua_pushstring(L, call);
    lua_rawset(L, -3);
    lua_settop(L, 1);
    return 1;
}

static void add_word(lua_State *L, int builtins, const char *word)
{
    lua_pushstring(L, word);
    lua_pushcclosure(L, declare, 1);
    lua_setfield(L, builtins, word);
}

void plim_declare_open(lua_State *L, int builtins)
{
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, DECLARED);
    add_word(L, builtins, "scenario");
    add_word(L, builtins, "model");
}

void plim_declare_open_map(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    add_word(L, lua_gettop(L), "map");
    lua_pop(L, 1);
}

void plim_declare_open_model(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    int builtins = lua_gettop(L);
    add_word(L, builtins, "t");
    add_word(L, builtins, "beta");
    add_word(L, builtins, "frye_jacobs");
    lua_pushliteral(L, "fixed");
    lua_setfield(L, builtins, "fixed");
    lua_pop(L, 1);
}

const char *plim_declared_word(lua_State *L, int index)
{
    if (!lua_istable(L, index))
        return NULL;
    lua_pushvalue(L, index);
    lua_getfield(L, LUA_REGISTRYINDEX, DECLARED);
    lua_insert(L, -2);
    lua_rawget(L, -2);
    const char *word = lua_tostring(L, -1); /* kept alive by the registry */
    lua_pop(L, 2);
    return word;
}

void plim_declare_run(lua_State *L, const plim_reading *reading, const char *call)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    plim_sandbox_run(L, reading->kind, reading->path, reading->file);
    const char *word = plim_declared_word(L, -1);
    if (word && strcmp(word, call) == 0)
        return;
    plim_place end = plim_lua_source_end(sandbox->sources[0]);
    if (word)
        plim_sandbox_fault_at(sandbox, end, "returns %s { ... }; it must return %s { ... }", word,
                              call);
    else
        plim_sandbox_fault_at(sandbox, end, "must end with return %s { ... }", call);
    lua_pushnil(L);
    lua_error(L);
}

char *plim_copy(lua_State *L, const char *text)
{
    char *copy = plim_strdup(text);
    if (!copy)
        plim_sandbox_no_memory(L, "a text of a script");
    return copy;
}

/* ---- fields ---- */

plim_place plim_field_place(const plim_fields *fields, const char *key, const char *inner)
{
    const plim_sandbox *sandbox = plim_sandbox_of(fields->L);
    if (fields->outer)
        return plim_lua_source_key(sandbox->sources[0], fields->call, fields->outer, key);
    return plim_lua_source_key(sandbox->sources[0], fields->call, key, inner);
}

static bool is_one_of(const char *key, const char *const *known)
{
    for (; *known; known++)
        if (strcmp(*known, key) == 0)
            return true;
    return false;
}

void plim_fields_check(const plim_fields *fields, const char *const *known)
{
    lua_State *L = fields->L;
    plim_sandbox *sandbox = plim_sandbox_of(L);
    size_t n_known = 0;
    char hint[300];
    while (known[n_known])
        n_known++;
    lua_Integer n = plim_keys_push(L, fields->table, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        bool is_text = lua_type(L, -1) == LUA_TSTRING;
        const char *key = lua_tostring(L, -1);
        plim_place place = plim_field_place(fields, key, NULL);
        if (!is_text)
            plim_sandbox_fault_at(sandbox, place, "%s: entry [%s] has no name", fields->call, key);
        else if (!is_one_of(key, known))
            plim_sandbox_fault_at(
                sandbox, place, "%s: unknown key `%s`%s", fields->call, key,
                plim_choice_hint(key, known, n_known, "; it takes ", hint, sizeof hint));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

int plim_field_get(const plim_fields *fields, const char *key)
{
    lua_pushstring(fields->L, key);
    return lua_rawget(fields->L, fields->table);
}

enum { LONGEST_TEXT = 1 << 16 };

/* A copy of the text at the top of the stack; NULL and a fault if it is no text for people. */
static char *copy_text(const plim_fields *fields, const char *key)
{
    lua_State *L = fields->L;
    size_t length = 0;
    const char *text = lua_tolstring(L, -1, &length);
    const char *wrong = length > LONGEST_TEXT            ? "is longer than 64 KiB"
                        : !plim_utf8_valid(text, length) ? "is not UTF-8"
                        : strlen(text) < length          ? "holds a zero byte"
                                                         : NULL;
    if (!wrong)
        return plim_copy(L, text);
    plim_sandbox_fault_at(plim_sandbox_of(L), plim_field_place(fields, key, NULL), "%s: `%s` %s",
                          fields->call, key, wrong);
    return NULL;
}

char *plim_field_text(const plim_fields *fields, const char *key, bool needed)
{
    lua_State *L = fields->L;
    plim_sandbox *sandbox = plim_sandbox_of(L);
    int type = plim_field_get(fields, key);
    char *copy = NULL;
    if (type == LUA_TSTRING)
        copy = copy_text(fields, key);
    else if (type != LUA_TNIL)
        plim_sandbox_fault_at(sandbox, plim_field_place(fields, key, NULL),
                              "%s: `%s` must be a text, not a %s", fields->call, key,
                              plim_type_name(L, -1));
    else if (needed)
        plim_sandbox_fault_at(sandbox, plim_field_place(fields, key, NULL), "%s: `%s` is missing",
                              fields->call, key);
    lua_pop(L, 1);
    return copy;
}

bool plim_field_function(const plim_fields *fields, const char *key)
{
    lua_State *L = fields->L;
    int type = plim_field_get(fields, key);
    if (type == LUA_TFUNCTION)
        return true;
    if (type != LUA_TNIL)
        plim_sandbox_fault_at(plim_sandbox_of(L), plim_field_place(fields, key, NULL),
                              "%s: `%s` must be a function, not a %s", fields->call, key,
                              plim_type_name(L, -1));
    lua_pop(L, 1);
    return false;
}
