#include "script/call.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"
#include "script/pathway.h"

enum { LONGEST_TEXT = 200 };

/* ---- keys and texts ---- */

const char *plim_call_short_text(lua_State *L, int index)
{
    size_t length = 0;
    if (lua_type(L, index) != LUA_TSTRING)
        return NULL;
    const char *text = lua_tolstring(L, index, &length);
    return length > 0 && length <= LONGEST_TEXT && strlen(text) == length ? text : NULL;
}

void plim_call_settle(lua_State *L, plim_status status, const plim_error *err)
{
    if (status == PLIM_OK)
        return;
    if (status == PLIM_INPUT) {
        plim_sandbox_fault(L, "%s", err->message);
        return;
    }
    *plim_sandbox_of(L)->failure = *err;
    plim_sandbox_abort(L);
}

double plim_call_unit(lua_State *L, const char *call, plim_call_in *value)
{
    char message[200];
    double factor = 1.0;
    if (lua_getfield(L, 1, "unit") != LUA_TNIL) {
        const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
        if (text == NULL || strlen(text) >= sizeof value->text)
            plim_sandbox_fault(L, "%s: `unit` must be a short text such as \"CNY/tCO2e\"", call);
        else if (!plim_unit_parse(text, &value->unit, &factor, message))
            plim_sandbox_fault(L, "%s: `unit`: %s", call, message);
        else
            memcpy(value->text, text, strlen(text) + 1);
    }
    lua_pop(L, 1);
    return factor;
}

bool plim_call_check_key_types(lua_State *L, const char *call, const char *key, int table)
{
    int odd = LUA_TNONE; /* the least of the types, since Lua's order changes from run to run */
    table = lua_absindex(L, table);
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        int type = lua_type(L, -2);
        if (type != LUA_TSTRING && type != LUA_TNUMBER && (odd == LUA_TNONE || type < odd))
            odd = type;
    }
    if (odd != LUA_TNONE)
        plim_sandbox_fault(L, "%s: `%s` has a key that is a %s; keys are texts or numbers", call,
                           key, lua_typename(L, odd));
    return odd != LUA_TNONE;
}

void plim_call_check_keys(lua_State *L, const char *call, const char *const *keys)
{
    size_t n_known = 0;
    char hint[200];
    while (keys[n_known] != NULL)
        n_known++;
    plim_call_check_key_types(L, call, "{ ... }", 1);
    lua_Integer n = plim_keys_push(L, 1, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        bool found = false;
        lua_rawgeti(L, -1, i);
        const char *key = lua_tostring(L, -1);
        for (size_t k = 0; k < n_known; k++)
            found = found || strcmp(keys[k], key) == 0;
        if (!found)
            plim_sandbox_fault(
                L, "%s: unknown key `%s`%s", call, key,
                plim_choice_hint(key, keys, n_known, "; it takes ", hint, sizeof hint));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

char *plim_call_stream(lua_State *L, const char *call)
{
    const char *text = "";
    if (lua_getfield(L, 1, "stream") != LUA_TNIL) {
        const char *given = plim_call_short_text(L, -1);
        if (given == NULL)
            plim_sandbox_fault(L, "%s: `stream` must be a short text", call);
        else
            text = given;
    }
    char *copy = plim_strdup(text);
    if (copy == NULL)
        plim_sandbox_no_memory(L, "a driver");
    lua_pop(L, 1);
    return copy;
}

/* ---- values by year ---- */

static void check_range(lua_State *L, const plim_call_years *what, const plim_pathway *path)
{
    for (size_t i = 0; i < path->count; i++) {
        double value = path->value[i] / what->factor;
        if (value >= what->low && value <= what->high && isfinite(path->value[i]))
            continue;
        if (!isfinite(path->value[i]) || what->low == -HUGE_VAL)
            plim_sandbox_fault(L, "%s: `%s` is more than a number can hold in its base unit",
                               what->call, what->key);
        else if (what->high == HUGE_VAL)
            plim_sandbox_fault(L, "%s: `%s` is %.6g; accepted is %.6g or more", what->call,
                               what->key, value, what->low);
        else
            plim_sandbox_fault(L, "%s: `%s` is %.6g; accepted is %.6g to %.6g", what->call,
                               what->key, value, what->low, what->high);
        return;
    }
}

void plim_call_take_path(lua_State *L, const plim_call_years *what, plim_pathway *out)
{
    const plim_pathway_value *path = plim_pathway_get(L, -1);
    bool is_number = lua_type(L, -1) == LUA_TNUMBER && isfinite(lua_tonumber(L, -1));
    size_t n = path != NULL && path->path.count > 0 ? path->path.count : 1;
    bool takes_ours = path != NULL && path->unit_text[0] == '\0';
    out->year = plim_alloc(n, sizeof *out->year);
    out->value = plim_alloc(n, sizeof *out->value);
    if (out->year == NULL || out->value == NULL)
        plim_sandbox_no_memory(L, "a random driver");
    out->count = n;
    if (is_number) {
        out->value[0] = lua_tonumber(L, -1) * what->factor;
    } else if (path != NULL && path->path.count > 0) {
        for (size_t i = 0; i < n; i++) {
            out->year[i] = path->path.year[i];
            out->value[i] = path->path.value[i] * (takes_ours ? what->factor : 1);
        }
        plim_unit ratio = {0};
        const plim_unit *unit = what->unit != NULL ? what->unit : &ratio;
        if (!takes_ours && !plim_unit_equal(unit, &path->unit)) {
            char own[60], its[60];
            plim_unit_format(unit, own, sizeof own);
            plim_unit_format(&path->unit, its, sizeof its);
            plim_sandbox_fault(L, "%s: `%s` is in %s, the driver in %s", what->call, what->key, its,
                               own);
        }
    } else if (path == NULL) {
        plim_sandbox_fault(L, "%s: `%s` must be a finite number or a pathway, not a %s", what->call,
                           what->key, plim_type_name(L, -1));
    }
    check_range(L, what, out);
    lua_pop(L, 1);
}

void plim_call_path(lua_State *L, const plim_call_years *what, plim_pathway *out)
{
    if (lua_getfield(L, 1, what->key) != LUA_TNIL) {
        plim_call_take_path(L, what, out);
        return;
    }
    lua_pop(L, 1);
    plim_sandbox_fault(L, "%s: `%s` is missing", what->call, what->key);
    lua_pushnumber(L, what->low > 0 ? what->low : 0);
    plim_call_take_path(L, what, out);
}

/* ---- plain numbers ---- */

double plim_call_number(lua_State *L, const char *call, const plim_call_number_key *want, int table)
{
    double value = want->absent;
    if (lua_getfield(L, table, want->key) != LUA_TNIL) {
        double number = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
        if (number >= want->low && number <= want->high)
            value = number;
        else
            plim_sandbox_fault(L, "%s: `%s` must be a number from %.6g to %.6g", call, want->key,
                               want->low, want->high);
    }
    lua_pop(L, 1);
    return value;
}
