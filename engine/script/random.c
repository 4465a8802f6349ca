#include "script/random.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "script/call.h"
#include "script/keys.h"

#define RANDOM "random driver"

enum { MOST_LINKS = 100, MOST_RATE = 100 };
#define MOST_PERSISTENCE 0.9999 /* beyond it a driver would never leave its first value */

/* What a kind of process is called and which keys it takes beside those of all. */
typedef struct kind {
    const char *name, *call;
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
    {"normal", "random.normal", PLIM_PROCESS_NORMAL, "mean", "sd", true, normal_keys},
    {"ar1", "random.ar1", PLIM_PROCESS_NORMAL, "mean", "sd", true, normal_keys},
    {"lognormal", "random.lognormal", PLIM_PROCESS_LOGNORMAL, "mean", "sigma", false,
     lognormal_keys},
    {"jump_diffusion", "random.jump_diffusion", PLIM_PROCESS_JUMP_DIFFUSION, "mean", "volatility",
     false, jump_keys},
    {"regime", "random.regime", PLIM_PROCESS_REGIME, "before", "start", false, regime_keys},
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

static void read_jumps(lua_State *L, const char *call, plim_process *process)
{
    static const char *const known[] = {"rate", "mean", "sd", NULL};
    const plim_call_number_key keys[] = {
        {"rate", 0, MOST_RATE, 0}, {"mean", -10, 10, 0}, {"sd", 0, 10, 0}};
    double *const out[] = {&process->jump_rate, &process->jump_mean, &process->jump_sd};
    if (lua_getfield(L, 1, "jumps") == LUA_TTABLE) {
        int table = lua_gettop(L);
        plim_call_check_key_types(L, call, "jumps", table);
        lua_Integer n = plim_keys_push(L, table, 1);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, table + 1, i);
            const char *key = lua_tostring(L, -1);
            bool found = false;
            for (size_t k = 0; known[k] != NULL; k++)
                found = found || strcmp(known[k], key) == 0;
            if (!found)
                plim_sandbox_fault(L,
                                   "%s: `jumps` has an unknown key `%s`; it takes rate, "
                                   "mean, sd",
                                   call, key);
            lua_pop(L, 1);
        }
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            *out[k] = plim_call_number(L, call, &keys[k], table);
        lua_settop(L, table);
    } else if (!lua_isnil(L, -1)) {
        plim_sandbox_fault(L,
                           "%s: `jumps` must be a table { rate = ..., mean = ..., sd = "
                           "... }, not a %s",
                           call, plim_type_name(L, -1));
    }
    lua_pop(L, 1);
}

/* ---- links ---- */

static void read_link(lua_State *L, const char *call, plim_process *process)
{
    double correlation = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
    if (name == NULL || !(correlation > -1 && correlation < 1)) {
        plim_sandbox_fault(L,
                           "%s: `with` holds correlations between -1 and 1 by the name "
                           "of a factor or driver: with = { macro = -0.4 }",
                           call);
        return;
    }
    plim_process_link *link = &process->links[process->n_links];
    link->name = plim_strdup(name);
    if (link->name == NULL)
        plim_sandbox_no_memory(L, "a random driver");
    link->correlation = correlation;
    process->n_links++;
}

static void read_links(lua_State *L, const char *call, plim_process *process)
{
    if (lua_getfield(L, 1, "with") == LUA_TTABLE) {
        int table = lua_gettop(L);
        plim_call_check_key_types(L, call, "with", table);
        lua_Integer n = plim_keys_push(L, table, 1);
        if (n > MOST_LINKS)
            plim_sandbox_raise(L, "%s: `with` holds more than %d names", call, MOST_LINKS);
        process->links = plim_alloc((size_t)n, sizeof *process->links);
        if (process->links == NULL)
            plim_sandbox_no_memory(L, "a random driver");
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, table + 1, i);
            lua_pushvalue(L, -1);
            lua_rawget(L, table);
            read_link(L, call, process);
            lua_pop(L, 2);
        }
        lua_settop(L, table);
    } else if (!lua_isnil(L, -1)) {
        plim_sandbox_fault(L,
                           "%s: `with` must be a table such as { macro = -0.4 }, not a "
                           "%s",
                           call, plim_type_name(L, -1));
    }
    lua_pop(L, 1);
}

/* ---- the whole ---- */

static void read_values(lua_State *L, const kind *of, plim_random_value *value)
{
    plim_process *process = &value->process;
    const char *call = of->call;
    double factor = plim_call_unit(L, call, &value->in);
    plim_call_years mean = {call, of->mean, &value->in.unit, factor, -HUGE_VAL, HUGE_VAL};
    plim_call_years spread = {call, of->spread, NULL, 1, 0, 10};
    if (of->scaled)
        spread = (plim_call_years){call, of->spread, &value->in.unit, factor, 0, HUGE_VAL};
    if (process->kind == PLIM_PROCESS_REGIME)
        spread.high = 1;
    plim_call_path(L, &mean, &process->mean);
    plim_call_path(L, &spread, &process->spread);
    mean.key = "after";
    if (process->kind == PLIM_PROCESS_REGIME)
        plim_call_path(L, &mean, &process->after);
    process->persistence = plim_call_number(
        L, call, &(plim_call_number_key){"persistence", 0, MOST_PERSISTENCE, 0}, 1);
    if (process->kind == PLIM_PROCESS_JUMP_DIFFUSION)
        read_jumps(L, call, process);
    mean.key = "reference";
    if (lua_getfield(L, 1, "reference") != LUA_TNIL)
        plim_call_take_path(L, &mean, &value->reference);
    else
        lua_pop(L, 1);
}

/* Upvalue: index of the kind. */
static int make_random(lua_State *L)
{
    const kind *of = &kinds[lua_tointeger(L, lua_upvalueindex(1))];
    if (!lua_istable(L, 1) || lua_gettop(L) != 1)
        plim_sandbox_raise(L, "`%s` takes a table: %s { %s = ..., %s = ... }", of->call, of->call,
                           of->mean, of->spread);
    plim_random_value *value = lua_newuserdatauv(L, sizeof *value, 0); /* 2 */
    memset(value, 0, sizeof *value);
    luaL_setmetatable(L, RANDOM);
    value->process.kind = of->kind;
    plim_call_check_keys(L, of->call, of->keys);
    read_values(L, of, value);
    value->process.stream = plim_call_stream(L, of->call);
    read_links(L, of->call, &value->process);
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
