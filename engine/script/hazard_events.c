#include "script/hazard_events.h"

#include <math.h>
#include <string.h>

#include "script/keys.h"

enum { MOST_EVENTS = 10000, LONGEST_TEXT = 200 };

/* The list of a hazard under construction is held by the hazard, so that an error of Lua leaves
   nothing behind. */
typedef struct listing {
    lua_State *L;
    const char *call;
    plim_event_list *list;
} listing;

/* Ends everything if the machine failed; an input that was refused is a fault. */
static void settle(const listing *l, plim_status status, plim_error *err)
{
    if (status == PLIM_INPUT) {
        plim_sandbox_fault(l->L, "%s", err->message);
    } else if (status != PLIM_OK) {
        *plim_sandbox_of(l->L)->failure = *err;
        plim_sandbox_abort(l->L);
    }
}

static const char *text_of(lua_State *L, int index)
{
    size_t length = 0;
    if (lua_type(L, index) != LUA_TSTRING)
        return NULL;
    const char *text = lua_tolstring(L, index, &length);
    return length > 0 && length <= LONGEST_TEXT && strlen(text) == length ? text : NULL;
}

/* Name and rate of the event whose table is at the top; false after a fault. */
static bool read_head(const listing *l, lua_Integer number, uint32_t *event)
{
    lua_State *L = l->L;
    plim_error err = {0};
    lua_getfield(L, -1, "name");
    const char *name = text_of(L, -1);
    if (name == NULL)
        plim_sandbox_fault(L, "%s: event %d needs a name, a short text", l->call, (int)number);
    lua_getfield(L, -2, "rate");
    double rate = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
    bool good = rate >= 0 && isfinite(rate);
    if (!good)
        plim_sandbox_fault(L, "%s: event %d needs a rate, the expected number a year", l->call,
                           (int)number);
    size_t before = l->list->events.count;
    if (good && name != NULL)
        settle(l, plim_event_list_event(l->list, name, rate, event, &err), &err);
    if (good && name != NULL && l->list->events.count == before)
        plim_sandbox_fault(L, "%s: two events have the name `%s`", l->call, name);
    good = l->list->events.count > before;
    lua_pop(L, 2);
    return good;
}

/* The table `at` of the event whose table is at the top. */
static void read_places(const listing *l, lua_Integer number, uint32_t event)
{
    lua_State *L = l->L;
    plim_error err = {0};
    if (lua_getfield(L, -1, "at") != LUA_TTABLE) {
        plim_sandbox_fault(L,
                           "%s: event %d needs at = { [\"500153100\"] = 1.2 }, intensities by "
                           "region or site",
                           l->call, (int)number);
        lua_pop(L, 1);
        return;
    }
    int at = lua_gettop(L);
    lua_Integer n = plim_keys_push(L, at, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, at + 1, i);
        lua_pushvalue(L, -1);
        lua_rawget(L, at);
        const char *place = text_of(L, -2);
        double intensity = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
        if (place == NULL || !(intensity >= 0 && isfinite(intensity)))
            plim_sandbox_fault(L,
                               "%s: event %d: an intensity is a number that is not negative, by a "
                               "text that names the place",
                               l->call, (int)number);
        else if (intensity > 0)
            settle(l, plim_event_list_strike(l->list, event, place, intensity, &err), &err);
        lua_pop(L, 2);
    }
    lua_settop(L, at - 1);
}

/* The table `events` at the top of the stack. */
static void read_table(const listing *l)
{
    lua_State *L = l->L;
    int events = lua_gettop(L);
    lua_Integer n = luaL_len(L, events);
    if (n < 1 || n > MOST_EVENTS) {
        plim_sandbox_fault(L, "%s: `events` holds 1 to %d events; a file holds more: csv = ...",
                           l->call, MOST_EVENTS);
        return;
    }
    for (lua_Integer i = 1; i <= n; i++) {
        uint32_t event = 0;
        if (lua_rawgeti(L, events, i) != LUA_TTABLE)
            plim_sandbox_fault(L, "%s: event %d is no table { name = ..., rate = ..., at = ... }",
                               l->call, (int)i);
        else if (read_head(l, i, &event))
            read_places(l, i, event);
        lua_settop(L, events);
    }
}

static void read_file(const listing *l, const char *name)
{
    plim_error err = {0};
    const plim_script_input *input = plim_sandbox_read_data(l->L, name);
    if (input != NULL)
        settle(l, plim_event_list_read(l->list, name, input->text, input->length, &err), &err);
}

void plim_hazard_read_events(lua_State *L, const char *call, plim_event_list *list)
{
    listing l = {L, call, list};
    plim_error err = {0};
    uint32_t none;
    lua_settop(L, 2);
    lua_getfield(L, 1, "csv");
    const char *file = text_of(L, -1);
    bool has_table = lua_getfield(L, 1, "events") == LUA_TTABLE;
    if (has_table == (file != NULL))
        plim_sandbox_fault(
            L, "%s: give either `csv`, a file of events, or `events`, a table of them", call);
    else if (has_table)
        read_table(&l);
    else
        read_file(&l, file);
    if (list->events.count == 0) /* after a fault */
        settle(&l, plim_event_list_event(list, "none", 0, &none, &err), &err);
    lua_settop(L, 2);
}
