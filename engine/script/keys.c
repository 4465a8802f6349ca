#include "script/keys.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "script/sandbox.h"

typedef struct key {
    int kind; /* LUA_TNUMBER or LUA_TSTRING */
    int is_integer;
    lua_Integer integer;
    lua_Number number;
    const char *text; /* borrowed from the table */
    size_t length;
} key;

static int read_key(lua_State *L, int at, key *out)
{
    out->kind = lua_type(L, at);
    if (out->kind == LUA_TNUMBER) {
        out->is_integer = lua_isinteger(L, at);
        out->integer = out->is_integer ? lua_tointeger(L, at) : 0;
        out->number = lua_tonumber(L, at);
        return 1;
    }
    if (out->kind != LUA_TSTRING)
        return 0;
    out->text = lua_tolstring(L, at, &out->length);
    return 1;
}

static int compare_numbers(const key *a, const key *b)
{
    if (a->is_integer && b->is_integer)
        return a->integer < b->integer ? -1 : a->integer > b->integer;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return a->is_integer - b->is_integer; /* a float beyond 2^53 beside an integer */
}

static int compare_keys(const void *left, const void *right)
{
    const key *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind == LUA_TNUMBER ? -1 : 1;
    if (a->kind == LUA_TNUMBER)
        return compare_numbers(a, b);
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    if (order != 0)
        return order;
    return a->length < b->length ? -1 : a->length > b->length;
}

static void push_key(lua_State *L, const key *k)
{
    if (k->kind == LUA_TSTRING)
        lua_pushlstring(L, k->text, k->length);
    else if (k->is_integer)
        lua_pushinteger(L, k->integer);
    else
        lua_pushnumber(L, k->number);
}

static int refuse(lua_State *L, int at)
{
    return luaL_error(L,
                      "a table is walked in the order of its keys, so they must be numbers or "
                      "texts, not a %s",
                      plim_type_name(L, at));
}

lua_Integer plim_keys_push(lua_State *L, int index, int lenient)
{
    size_t n = 0, used = 0;
    index = lua_absindex(L, index);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        n++;
    key *keys = lua_newuserdatauv(L, (n + 1) * sizeof *keys, 0);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (read_key(L, -2, &keys[used]))
            used++;
        else if (!lenient)
            refuse(L, -2);
    }
    qsort(keys, used, sizeof *keys, compare_keys);
    lua_createtable(L, (int)(used < 1 << 24 ? used : 0), 0);
    for (size_t i = 0; i < used; i++) {
        push_key(L, &keys[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_remove(L, -2);
    return (lua_Integer)used;
}

void plim_keys_next(lua_State *L, int index)
{
    key after = {0}, best = {0}, candidate = {0};
    int from_start = lua_isnil(L, -1), found = 0;
    index = lua_absindex(L, index);
    if (!from_start && !read_key(L, -1, &after))
        refuse(L, -1);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (!read_key(L, -2, &candidate))
            refuse(L, -2);
        if ((from_start || compare_keys(&candidate, &after) > 0) &&
            (!found || compare_keys(&candidate, &best) < 0)) {
            best = candidate;
            found = 1;
        }
    }
    lua_pop(L, 1);
    if (found)
        push_key(L, &best);
    else
        lua_pushnil(L);
}
