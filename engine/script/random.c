#include "script/random.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"
#include "script/pathway.h"

#define RANDOM "random driver"

enum { MOST_LINKS = 100, MOST_RATE = 100, LONGEST_STREAM = 200 };
#define MOST_PERSISTENCE 0.9999 /* beyond it a driver would never leave its first value */

/* What a kind of process is called and which keys it takes beside those of all. */
typedef struct kind {
    const char *name;
    plim_process_kind kind;
    const char *mean, *spread; /* keys */
    bool scaled;               /* the spread is in the driver's unit */
    const char *const *keys;
} kind;

static const char *const normal_keys[] = {"unit", "reference", "stream",      "with",
                                          "mean", "sd",        "persistence", NULL};
static const char *const lognormal_keys[] = {"unit", "reference", "stream",      "with",
                                             "mean", "sigma",     "persistence", NULL};
static const char *const jump_keys[] = {"unit", "reference",  "stream", "with",
                                        "mean", "volatility", "jumps",  NULL};
static const char *const regime_keys[] = {"unit",   "reference", "stream", "with",
                                          "before", "after",     "start",  NULL};

static const kind kinds[] = {
    {"normal", PLIM_PROCESS_NORMAL, "mean", "sd", true, normal_keys},
    {"ar1", PLIM_PROCESS_NORMAL, "mean", "sd", true, normal_keys},
    {"lognormal", PLIM_PROCESS_LOGNORMAL, "mean", "sigma", false, lognormal_keys},
    {"jump_diffusion", PLIM_PROCESS_JUMP_DIFFUSION, "mean", "volatility", false, jump_keys},
    {"regime", PLIM_PROCESS_REGIME, "before", "start", false, regime_keys},
};

static int release(lua_State *L)
{
    plim_random_value *value = lua_touserdata(L, 1);
    plim_process_free(&value->process);
    plim_pathway_free(&value->reference);
    return 0;
}

const plim_random_value *plim_random_get(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TUSERDATA ? luaL_testudata(L, index, RANDOM) : NULL;
}

static char *copy_text(lua_State *L, const char *text)
{
    char *copy = plim_strdup(text);
    if (copy == NULL)
        plim_sandbox_no_memory(L, "a random driver");
    return copy;
}

/* ---- values by year ---- */

/* A value by year that is being read: the key and how its numbers become base units. */
typedef struct by_year {
    const kind *kind;
    const char *key;
    const plim_unit *unit; /* NULL: a ratio */
    double factor;
    double low, high; /* accepted, before the factor */
} by_year;

static void check_range(lua_State *L, const by_year *what, const plim_pathway *path)
{
    for (size_t i = 0; i < path->count; i++) {
        double value = path->value[i] / what->factor;
        if (value >= what->low && value <= what->high)
            continue;
        plim_sandbox_fault(L, "random.%s: `%s` is %.6g; accepted is %.6g to %.6g", what->kind->name,
                           what->key, value, what->low, what->high);
        return;
    }
}

/* The number or pathway at the top of the stack (popped) into `out`. */
static void take_path(lua_State *L, const by_year *what, plim_pathway *out)
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
            plim_sandbox_fault(L, "random.%s: `%s` is in %s, the driver in %s", what->kind->name,
                               what->key, its, own);
        }
    } else if (path == NULL) {
        plim_sandbox_fault(L, "random.%s: `%s` must be a finite number or a pathway, not a %s",
                           what->kind->name, what->key, plim_type_name(L, -1));
    }
    check_range(L, what, out);
    lua_pop(L, 1);
}

static void read_path(lua_State *L, const by_year *what, plim_pathway *out)
{
    if (lua_getfield(L, 1, what->key) != LUA_TNIL) {
        take_path(L, what, out);
        return;
    }
    lua_pop(L, 1);
    plim_sandbox_fault(L, "random.%s: `%s` is missing", what->kind->name, what->key);
    lua_pushnumber(L, what->low > 0 ? what->low : 0);
    take_path(L, what, out);
}

/* ---- plain numbers ---- */

typedef struct number_key {
    const char *key;
    double low, high, absent;
} number_key;

static double take_number(lua_State *L, const kind *of, const number_key *want, int table)
{
    double value = want->absent;
    if (lua_getfield(L, table, want->key) != LUA_TNIL) {
        double number = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
        if (number >= want->low && number <= want->high)
            value = number;
        else
            plim_sandbox_fault(L, "random.%s: `%s` must be a number from %.6g to %.6g", of->name,
                               want->key, want->low, want->high);
    }
    lua_pop(L, 1);
    return value;
}

static void read_jumps(lua_State *L, const kind *of, plim_process *process)
{
    static const char *const known[] = {"rate", "mean", "sd", NULL};
    const number_key keys[] = {{"rate", 0, MOST_RATE, 0}, {"mean", -10, 10, 0}, {"sd", 0, 10, 0}};
    double *const out[] = {&process->jump_rate, &process->jump_mean, &process->jump_sd};
    if (lua_getfield(L, 1, "jumps") == LUA_TTABLE) {
        int table = lua_gettop(L);
        lua_Integer n = plim_keys_push(L, table, 1);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, table + 1, i);
            const char *key = lua_tostring(L, -1);
            bool found = false;
            for (size_t k = 0; known[k] != NULL; k++)
                found = found || strcmp(known[k], key) == 0;
            if (!found)
                plim_sandbox_fault(L,
                                   "random.%s: `jumps` has an unknown key `%s`; it takes rate, "
                                   "mean, sd",
                                   of->name, key);
            lua_pop(L, 1);
        }
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            *out[k] = take_number(L, of, &keys[k], table);
        lua_settop(L, table);
    } else if (!lua_isnil(L, -1)) {
        plim_sandbox_fault(L,
                           "random.%s: `jumps` must be a table { rate = ..., mean = ..., sd = "
                           "... }, not a %s",
                           of->name, plim_type_name(L, -1));
    }
    lua_pop(L, 1);
}

/* ---- links ---- */

static void read_link(lua_State *L, const kind *of, plim_process *process)
{
    double correlation = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
    if (name == NULL || !(correlation > -1 && correlation < 1)) {
        plim_sandbox_fault(L,
                           "random.%s: `with` holds correlations between -1 and 1 by the name "
                           "of a factor or driver: with = { macro = -0.4 }",
                           of->name);
        return;
    }
    plim_process_link *link = &process->links[process->n_links];
    link->name = copy_text(L, name);
    link->correlation = correlation;
    process->n_links++;
}

static void read_links(lua_State *L, const kind *of, plim_process *process)
{
    if (lua_getfield(L, 1, "with") == LUA_TTABLE) {
        int table = lua_gettop(L);
        lua_Integer n = plim_keys_push(L, table, 1);
        if (n > MOST_LINKS)
            plim_sandbox_raise(L, "random.%s: `with` holds more than %d names", of->name,
                               MOST_LINKS);
        process->links = plim_alloc((size_t)n, sizeof *process->links);
        if (process->links == NULL)
            plim_sandbox_no_memory(L, "a random driver");
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, table + 1, i);
            lua_pushvalue(L, -1);
            lua_rawget(L, table);
            read_link(L, of, process);
            lua_pop(L, 2);
        }
        lua_settop(L, table);
    } else if (!lua_isnil(L, -1)) {
        plim_sandbox_fault(L,
                           "random.%s: `with` must be a table such as { macro = -0.4 }, not a "
                           "%s",
                           of->name, plim_type_name(L, -1));
    }
    lua_pop(L, 1);
}

static void read_stream(lua_State *L, const kind *of, plim_process *process)
{
    const char *text = "";
    if (lua_getfield(L, 1, "stream") != LUA_TNIL) {
        size_t length = 0;
        const char *given = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
        if (given == NULL || length == 0 || length > LONGEST_STREAM || strlen(given) < length)
            plim_sandbox_fault(L, "random.%s: `stream` must be a short text", of->name);
        else
            text = given;
    }
    process->stream = copy_text(L, text);
    lua_pop(L, 1);
}

/* ---- the whole ---- */

static double read_unit(lua_State *L, const kind *of, plim_random_value *value)
{
    char message[200];
    double factor = 1.0;
    if (lua_getfield(L, 1, "unit") != LUA_TNIL) {
        const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
        if (text == NULL || strlen(text) >= sizeof value->unit_text)
            plim_sandbox_fault(L, "random.%s: `unit` must be a short text such as \"CNY/tCO2e\"",
                               of->name);
        else if (!plim_unit_parse(text, &value->unit, &factor, message))
            plim_sandbox_fault(L, "random.%s: %s", of->name, message);
        else
            memcpy(value->unit_text, text, strlen(text) + 1);
    }
    lua_pop(L, 1);
    return factor;
}

static void check_keys(lua_State *L, const kind *of)
{
    size_t n_known = 0;
    char hint[200];
    while (of->keys[n_known] != NULL)
        n_known++;
    lua_Integer n = plim_keys_push(L, 1, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        bool found = false;
        lua_rawgeti(L, -1, i);
        const char *key = lua_tostring(L, -1);
        for (size_t k = 0; k < n_known; k++)
            found = found || strcmp(of->keys[k], key) == 0;
        if (!found)
            plim_sandbox_fault(
                L, "random.%s: unknown key `%s`%s", of->name, key,
                plim_choice_hint(key, of->keys, n_known, "; it takes ", hint, sizeof hint));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_values(lua_State *L, const kind *of, plim_random_value *value)
{
    plim_process *process = &value->process;
    double factor = read_unit(L, of, value);
    by_year mean = {of, of->mean, &value->unit, factor, -HUGE_VAL, HUGE_VAL};
    by_year spread = {of, of->spread, NULL, 1, 0, 10};
    if (of->scaled)
        spread = (by_year){of, of->spread, &value->unit, factor, 0, HUGE_VAL};
    if (process->kind == PLIM_PROCESS_REGIME)
        spread.high = 1;
    read_path(L, &mean, &process->mean);
    read_path(L, &spread, &process->spread);
    if (process->kind == PLIM_PROCESS_REGIME)
        read_path(L, &(by_year){of, "after", &value->unit, factor, -HUGE_VAL, HUGE_VAL},
                  &process->after);
    process->persistence =
        take_number(L, of, &(number_key){"persistence", 0, MOST_PERSISTENCE, 0}, 1);
    if (process->kind == PLIM_PROCESS_JUMP_DIFFUSION)
        read_jumps(L, of, process);
    if (lua_getfield(L, 1, "reference") != LUA_TNIL)
        take_path(L, &(by_year){of, "reference", &value->unit, factor, -HUGE_VAL, HUGE_VAL},
                  &value->reference);
    else
        lua_pop(L, 1);
}

/* Upvalue: index of the kind. */
static int make_random(lua_State *L)
{
    const kind *of = &kinds[lua_tointeger(L, lua_upvalueindex(1))];
    if (!lua_istable(L, 1) || lua_gettop(L) != 1)
        plim_sandbox_raise(L, "`random.%s` takes a table: random.%s { %s = ..., %s = ... }",
                           of->name, of->name, of->mean, of->spread);
    plim_random_value *value = lua_newuserdatauv(L, sizeof *value, 0); /* 2 */
    memset(value, 0, sizeof *value);
    luaL_setmetatable(L, RANDOM);
    value->process.kind = of->kind;
    check_keys(L, of);
    read_values(L, of, value);
    read_stream(L, of, &value->process);
    read_links(L, of, &value->process);
    lua_settop(L, 2);
    return 1;
}

void plim_random_open(lua_State *L, int builtins)
{
    luaL_newmetatable(L, RANDOM);
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    lua_newtable(L);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        lua_pushinteger(L, (lua_Integer)k);
        lua_pushcclosure(L, make_random, 1);
        lua_setfield(L, -2, kinds[k].name);
    }
    lua_setfield(L, builtins, "random");
}
