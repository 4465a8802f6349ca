#include "script/pathway.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"
#include "script/pathway_csv.h"

#define PATHWAY "pathway"

enum { FIRST_YEAR = 1900, LAST_YEAR = 2300 };

static const char *const keys[] = {"unit", "reference", "csv", NULL}; /* with points */

static void free_path(plim_pathway *path)
{
    plim_free(path->year);
    plim_free(path->value);
    *path = (plim_pathway){0};
}

static int release(lua_State *L)
{
    plim_pathway_value *value = lua_touserdata(L, 1);
    free_path(&value->path);
    free_path(&value->reference);
    return 0;
}

const plim_pathway_value *plim_pathway_get(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TUSERDATA ? luaL_testudata(L, index, PATHWAY) : NULL;
}

static plim_pathway_value *push_pathway(lua_State *L)
{
    plim_pathway_value *value = lua_newuserdatauv(L, sizeof *value, 0);
    memset(value, 0, sizeof *value);
    luaL_setmetatable(L, PATHWAY);
    return value;
}

static void reserve(lua_State *L, plim_pathway *path, size_t n)
{
    path->year = plim_alloc(n, sizeof *path->year);
    path->value = plim_alloc(n, sizeof *path->value);
    if (!path->year || !path->value)
        plim_sandbox_no_memory(L, "a pathway");
}

static void copy_path(lua_State *L, plim_pathway *to, const plim_pathway *from)
{
    if (!plim_pathway_copy(to, from))
        plim_sandbox_no_memory(L, "a pathway");
}

static void single_point(lua_State *L, plim_pathway *path, double value)
{
    reserve(L, path, 1);
    path->year[0] = 0;
    path->value[0] = value;
    path->count = 1;
}

static double finite_number(lua_State *L, int index, const char *what)
{
    if (lua_type(L, index) == LUA_TNUMBER && isfinite(lua_tonumber(L, index)))
        return lua_tonumber(L, index);
    plim_sandbox_fault(L, "pathway: %s must be a finite number, not a %s", what,
                       plim_type_name(L, index));
    return 0.0;
}

static double read_unit(lua_State *L, plim_pathway_value *value)
{
    char message[200];
    double factor = 1.0;
    if (lua_getfield(L, 1, "unit") != LUA_TNIL) {
        const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
        if (!text || strlen(text) >= sizeof value->unit_text)
            plim_sandbox_fault(L, "pathway: `unit` must be a short text such as \"CNY/tCO2e\"");
        else if (!plim_unit_parse(text, &value->unit, &factor, message))
            plim_sandbox_fault(L, "pathway: %s", message);
        else
            memcpy(value->unit_text, text, strlen(text) + 1);
    }
    lua_pop(L, 1);
    return factor;
}

bool plim_pathway_check_key(lua_State *L, const char *key, const char *const *known)
{
    char hint[200];
    lua_newtable(L);
    for (; *known; known++) {
        if (strcmp(key, *known) == 0) {
            lua_pop(L, 1);
            return true;
        }
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, *known);
    }
    plim_sandbox_hint(L, -1, key, hint, sizeof hint);
    plim_sandbox_fault(L,
                       "pathway: unknown key `%s`%s; it takes unit, reference and years such as "
                       "[2026] = 70, or, for points from a file, csv, where, year, value, factor",
                       key, hint);
    lua_pop(L, 1);
    return false;
}

/* The points of the table at 1, whose sorted keys are at 3. Numbers come first. */
static void read_points(lua_State *L, plim_pathway *path, double factor, lua_Integer n_keys)
{
    char what[40];
    reserve(L, path, (size_t)n_keys);
    for (lua_Integer i = 1; i <= n_keys; i++) {
        lua_rawgeti(L, 3, i);
        lua_pushvalue(L, -1);
        lua_rawget(L, 1); /* key, value */
        lua_Integer year = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        if (year >= FIRST_YEAR && year <= LAST_YEAR) {
            snprintf(what, sizeof what, "the value of %d", (int)year);
            path->year[path->count] = (int)year;
            path->value[path->count++] = finite_number(L, -1, what) * factor;
        } else if (!key) {
            lua_pushvalue(L, -2);
            plim_sandbox_fault(L, "pathway: [%s] is not a year; points are written [2026] = 70",
                               lua_tostring(L, -1));
            lua_pop(L, 1);
        } else {
            (void)plim_pathway_check_key(L, key, keys);
        }
        lua_pop(L, 2);
    }
    if (path->count == 0)
        plim_sandbox_fault(L, "pathway: no points; write [2026] = 70");
}

static void read_reference(lua_State *L, plim_pathway_value *value, double factor)
{
    lua_getfield(L, 1, "reference");
    const plim_pathway_value *other = plim_pathway_get(L, -1);
    if (lua_isnil(L, -1)) {
        single_point(L, &value->reference, value->path.count ? value->path.value[0] : 0.0);
    } else if (!other) {
        single_point(L, &value->reference, finite_number(L, -1, "`reference`") * factor);
    } else {
        bool takes_ours = other->unit_text[0] == '\0'; /* an inner pathway without a unit */
        copy_path(L, &value->reference, &other->path);
        for (size_t i = 0; takes_ours && i < value->reference.count; i++)
            value->reference.value[i] *= factor;
        if (!takes_ours && !plim_unit_equal(&value->unit, &other->unit)) {
            char own[60], its[60];
            plim_unit_format(&value->unit, own, sizeof own);
            plim_unit_format(&other->unit, its, sizeof its);
            plim_sandbox_fault(L, "pathway: the reference is in %s, the pathway in %s", its, own);
        }
    }
    lua_pop(L, 1);
}

static int pathway(lua_State *L)
{
    if (!lua_istable(L, 1) || lua_gettop(L) != 1)
        plim_sandbox_raise(
            L, "`pathway` takes a table: pathway { unit = \"CNY/tCO2e\", reference = 70, "
               "[2026] = 70, [2030] = 280 }");
    plim_pathway_value *value = push_pathway(L); /* 2 */
    double factor = read_unit(L, value);
    lua_Integer n = plim_keys_push(L, 1, 1); /* 3 */
    if (lua_getfield(L, 1, "csv") != LUA_TNIL)
        plim_pathway_read_csv(L, value, &factor, n);
    else
        read_points(L, &value->path, factor, n);
    lua_settop(L, 3);
    read_reference(L, value, factor);
    lua_settop(L, 2);
    return 1;
}

void plim_pathway_open(lua_State *L, int builtins)
{
    luaL_newmetatable(L, PATHWAY);
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    lua_pushcfunction(L, pathway);
    lua_setfield(L, builtins, "pathway");
}
