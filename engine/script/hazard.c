#include "script/hazard.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "script/call.h"
#include "script/hazard_events.h"

#define HAZARD "hazard"
#define EVENTS "hazard.events"

static const char *const events_keys[] = {
    "unit", "csv", "events", "frequency", "intensity", "combine", "reference", "stream", NULL};

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
static bool is_second(lua_State *L, const char *key, const char *first, const char *second)
{
    bool is = false;
    if (lua_getfield(L, 1, key) != LUA_TNIL) {
        const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
        is = strcmp(word, second) == 0;
        if (!is && strcmp(word, first) != 0)
            plim_sandbox_fault(L, "hazard.events: `%s` must be \"%s\" or \"%s\"", key, first,
                               second);
    }
    lua_pop(L, 1);
    return is;
}

static void read_multiplier(lua_State *L, const char *key, plim_pathway *out)
{
    const plim_call_years what = {EVENTS, key, NULL, 1, 0, 1000};
    if (lua_getfield(L, 1, key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushnumber(L, 1);
    }
    plim_call_take_path(L, &what, out);
}

/* More events a year than are drawn are refused, with the year in which they are most. */
static void check_rate(lua_State *L, const plim_hazard *hazard)
{
    size_t n = hazard->events.n_events;
    double most = 0;
    for (size_t i = 0; i < hazard->frequency.count; i++)
        most = fmax(most, hazard->frequency.value[i]);
    double rate = n == 0 ? 0 : hazard->cumulative[n - 1] * most;
    if (rate > PLIM_HAZARD_MOST_EVENTS)
        plim_sandbox_fault(
            L, "hazard.events: %.6g events a year are expected; accepted are at most %d", rate,
            PLIM_HAZARD_MOST_EVENTS);
}

/* A set that is refused gives way to one event that touches nothing. */
static plim_status finish_anyhow(lua_State *L, plim_hazard *hazard, double factor, plim_error *err)
{
    uint32_t event;
    plim_status status = plim_hazard_finish(hazard, factor, err);
    if (status != PLIM_INPUT)
        return status;
    plim_sandbox_fault(L, "%s", err->message);
    plim_event_list_free(&hazard->list);
    memset(err, 0, sizeof *err);
    PLIM_TRY(plim_event_list_event(&hazard->list, "none", 0, &event, err));
    return plim_hazard_finish(hazard, factor, err);
}

static void finish(lua_State *L, plim_hazard *hazard, double factor)
{
    plim_error err = {0};
    if (finish_anyhow(L, hazard, factor, &err) == PLIM_OK)
        return;
    *plim_sandbox_of(L)->failure = err;
    plim_sandbox_abort(L);
}

static int make_events(lua_State *L)
{
    if (!lua_istable(L, 1) || lua_gettop(L) != 1)
        plim_sandbox_raise(L, "`hazard.events` takes a table: hazard.events { unit = \"m\", csv = "
                              "\"flood.csv\" }");
    plim_hazard_value *value = lua_newuserdatauv(L, sizeof *value, 0); /* 2 */
    memset(value, 0, sizeof *value);
    luaL_setmetatable(L, HAZARD);
    plim_hazard *hazard = value->hazard = plim_hazard_create();
    if (hazard == NULL)
        plim_sandbox_no_memory(L, "a hazard");
    plim_call_in in;
    memset(&in, 0, sizeof in);
    plim_call_check_keys(L, EVENTS, events_keys);
    double factor = plim_call_unit(L, EVENTS, &in);
    memcpy(value->unit_text, in.text, sizeof value->unit_text);
    value->unit = in.unit;
    hazard->stream = plim_call_stream(L, EVENTS);
    hazard->combine = is_second(L, "combine", "max", "sum") ? PLIM_COMBINE_SUM : PLIM_COMBINE_MAX;
    hazard->today = is_second(L, "reference", "none", "today");
    read_multiplier(L, "frequency", &hazard->frequency);
    read_multiplier(L, "intensity", &hazard->intensity);
    plim_hazard_read_events(L, EVENTS, &hazard->list);
    finish(L, hazard, factor);
    check_rate(L, hazard);
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
    lua_setfield(L, builtins, "hazard");
}
