#include "script/hazard.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "script/call.h"
#include "script/hazard_events.h"
#include "script/hazard_periods.h"

#define HAZARD "hazard"
#define EVENTS "hazard.events"

#define PERIODS "hazard.return_periods"

static const char *const events_keys[] = {
    "unit", "csv", "events", "frequency", "intensity", "combine", "reference", "stream", NULL};
static const char *const periods_keys[] = {"unit",    "csv",       "curves",    "correlation",
                                           "reaches", "frequency", "intensity", "reference",
                                           "stream",  NULL};

static int release(lua_State *L)
{
    plim_hazard_value *value = lua_touserdata(L, 1);
    plim_hazard_release(value->hazard);
    value->hazard = NULL;
    return 0;
}

const plim_hazard_value *plim_hazard_get(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TUSERDATA ? luaL_testudata(L, index, HAZARD) : NULL;
}

/* One of two words at a key: is it the second? */
static bool is_second(lua_State *L, const char *call, const char *key, const char *const words[2])
{
    bool is = false;
    if (lua_getfield(L, 1, key) != LUA_TNIL) {
        const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
        is = strcmp(word, words[1]) == 0;
        if (!is && strcmp(word, words[0]) != 0)
            plim_sandbox_fault(L, "%s: `%s` must be \"%s\" or \"%s\"", call, key, words[0],
                               words[1]);
    }
    lua_pop(L, 1);
    return is;
}

static void read_multiplier(lua_State *L, const char *call, const char *key, plim_pathway *out)
{
    const plim_call_years what = {call, key, NULL, 1, 0, 1000};
    if (lua_getfield(L, 1, key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushnumber(L, 1);
    }
    plim_call_take_path(L, &what, out);
}

/* The hazard of a call's table, put at 2: what all kinds of hazards have. Returns the factor of its
   unit. */
static double begin(lua_State *L, const char *call, const char *const *keys,
                    plim_hazard_value **out)
{
    static const char *const references[2] = {"none", "today"};
    plim_hazard_value *value = lua_newuserdatauv(L, sizeof *value, 0); /* 2 */
    memset(value, 0, sizeof *value);
    luaL_setmetatable(L, HAZARD);
    plim_hazard *hazard = value->hazard = plim_hazard_create();
    if (hazard == NULL)
        plim_sandbox_no_memory(L, "a hazard");
    plim_call_in in;
    memset(&in, 0, sizeof in);
    plim_call_check_keys(L, call, keys);
    double factor = plim_call_unit(L, call, &in);
    memcpy(value->unit_text, in.text, sizeof value->unit_text);
    value->unit = in.unit;
    hazard->stream = plim_call_stream(L, call);
    hazard->today = is_second(L, call, "reference", references);
    read_multiplier(L, call, "frequency", &hazard->frequency);
    read_multiplier(L, call, "intensity", &hazard->intensity);
    *out = value;
    return factor;
}

/* ---- events ---- */

/* More events a year than are drawn are refused, with the year in which they are most. */
static void check_rate(lua_State *L, const plim_hazard *hazard)
{
    size_t n = hazard->events.n_events;
    double most = hazard->today ? 1 : 0; /* what today is drawn at */
    for (size_t i = 0; i < hazard->frequency.count; i++)
        most = fmax(most, hazard->frequency.value[i]);
    double sum = n == 0 ? 0 : hazard->cumulative[n - 1], rate = sum * most;
    if (!isfinite(sum))
        plim_sandbox_fault(L, "hazard.events: the rates of the events add up to more than a number "
                              "can hold");
    else if (rate > PLIM_HAZARD_MOST_EVENTS)
        plim_sandbox_fault(
            L, "hazard.events: %.6g events a year are expected; accepted are at most %d", rate,
            PLIM_HAZARD_MOST_EVENTS);
}

/* Expected intensities in base units are numbers too. */
static void check_intensity(lua_State *L, const char *call, const plim_hazard *hazard)
{
    const plim_event_set *set = &hazard->events;
    const plim_return_periods *periods = &hazard->periods;
    double sum = 0;
    for (size_t e = 0; e < set->n_events && isfinite(hazard->cumulative[set->n_events - 1]); e++)
        for (size_t i = set->first[e]; i < set->first[e + 1]; i++)
            sum += set->rate[e] * set->intensity[i];
    for (size_t i = 0; periods->n_places > 0 && i < periods->first[periods->n_places]; i++)
        sum += periods->probability[i] * periods->intensity[i];
    if (!isfinite(sum))
        plim_sandbox_fault(L,
                           "%s: how often times how hard adds up to more than a number can hold; "
                           "the intensities are too large",
                           call);
}

static int make_events(lua_State *L)
{
    static const char *const combinations[2] = {"max", "sum"};
    if (!lua_istable(L, 1) || lua_gettop(L) != 1)
        plim_sandbox_raise(L, "`hazard.events` takes a table: hazard.events { unit = \"m\", csv = "
                              "\"flood.csv\" }");
    plim_error err = {0};
    plim_hazard_value *value;
    double factor = begin(L, EVENTS, events_keys, &value);
    plim_hazard *hazard = value->hazard;
    hazard->kind = PLIM_HAZARD_EVENTS;
    hazard->combine =
        is_second(L, EVENTS, "combine", combinations) ? PLIM_COMBINE_SUM : PLIM_COMBINE_MAX;
    plim_hazard_read_events(L, EVENTS, value->unit_text, hazard);
    plim_call_settle(L, plim_hazard_finish_events(hazard, factor, &err), &err);
    check_rate(L, hazard);
    check_intensity(L, EVENTS, hazard);
    lua_settop(L, 2);
    return 1;
}

/* ---- return periods ---- */

static double correlation(lua_State *L)
{
    static const plim_call_number_key key = {"correlation", 0, 1, 0};
    if (lua_getfield(L, 1, key.key) == LUA_TNIL)
        plim_sandbox_fault(L,
                           "%s: `correlation` is missing: of the water at two places that share "
                           "no reach, 0 (nothing in common) to 1 (the same)",
                           PERIODS);
    lua_pop(L, 1);
    return plim_call_number(L, PERIODS, &key, 1);
}

static int make_periods(lua_State *L)
{
    if (!lua_istable(L, 1) || lua_gettop(L) != 1)
        plim_sandbox_raise(L, "`hazard.return_periods` takes a table: hazard.return_periods { unit "
                              "= \"m\", csv = \"depths.csv\", correlation = 0.6 }");
    plim_error err = {0};
    plim_hazard_value *value;
    double factor = begin(L, PERIODS, periods_keys, &value);
    plim_hazard *hazard = value->hazard;
    hazard->kind = PLIM_HAZARD_RETURN_PERIODS;
    hazard->correlation = correlation(L);
    plim_hazard_read_periods(L, PERIODS, value->unit_text, hazard);
    plim_call_settle(L, plim_hazard_finish_periods(hazard, factor, &err), &err);
    check_intensity(L, PERIODS, hazard);
    lua_settop(L, 2);
    return 1;
}

void plim_hazard_open(lua_State *L, int builtins)
{
    luaL_newmetatable(L, HAZARD);
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushcfunction(L, make_events);
    lua_setfield(L, -2, "events");
    lua_pushcfunction(L, make_periods);
    lua_setfield(L, -2, "return_periods");
    lua_setfield(L, builtins, "hazard");
}
