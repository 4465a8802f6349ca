#include "script/hazard_events.h"

#include <math.h>
#include <string.h>

#include "script/call.h"
#include "script/keys.h"

enum { MOST_EVENTS = 10000 };

/* The rows of a hazard under construction are held by the hazard, so that an error of Lua leaves
   nothing behind. */
typedef struct listing {
    lua_State *L;
    const char *call, *unit;
    plim_hazard *hazard;
} listing;

/* Name and rate of the event whose table is at the top; false after a fault. */
static bool read_head(const listing *l, lua_Integer number, uint32_t *event)
{
    lua_State *L = l->L;
    plim_error err = {0};
    lua_getfield(L, -1, "name");
    const char *name = plim_call_short_text(L, -1);
    if (name == NULL)
        plim_sandbox_fault(L, "%s: event %d needs a name, a short text", l->call, (int)number);
    lua_getfield(L, -2, "rate");
    double rate = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
    bool good = rate >= 0 && isfinite(rate);
    if (!good)
        plim_sandbox_fault(L, "%s: event %d needs a rate, the expected number a year", l->call,
                           (int)number);
    plim_event_rows *rows = &l->hazard->rows;
    good = good && name != NULL;
    if (good && plim_names_find(&rows->events, name) != PLIM_NO_NAME) {
        plim_sandbox_fault(L, "%s: two events have the name `%s`", l->call, name);
        good = false;
    }
    if (good)
        plim_call_settle(L, plim_event_rows_event(rows, name, rate, (uint32_t)number, event, &err),
                         &err);
    lua_pop(L, 2);
    return good;
}

static void add_place(const listing *l, const char *place, plim_event_row *row)
{
    plim_error err = {0};
    plim_event_rows *rows = &l->hazard->rows;
    plim_call_settle(l->L, plim_names_add(&rows->places, place, &row->place, &err), &err);
    plim_call_settle(l->L, plim_event_rows_add(rows, row, &err), &err);
}

/* The table `at` of the event whose table is at the top. */
static void read_places(const listing *l, lua_Integer number, uint32_t event)
{
    lua_State *L = l->L;
    if (lua_getfield(L, -1, "at") != LUA_TTABLE) {
        plim_sandbox_fault(L,
                           "%s: event %d needs at = { [\"500153100\"] = 1.2 }, intensities by "
                           "region or site",
                           l->call, (int)number);
        lua_pop(L, 1);
        return;
    }
    int at = lua_gettop(L);
    plim_call_check_key_types(L, l->call, "at", at);
    lua_Integer n = plim_keys_push(L, at, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, at + 1, i);
        lua_pushvalue(L, -1);
        lua_rawget(L, at);
        const char *place = plim_call_short_text(L, -2);
        double intensity = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
        if (place != NULL && isfinite(intensity) && intensity > PLIM_LARGEST_INTENSITY)
            plim_sandbox_fault(
                L, "%s: event %d: the intensity at `%s` is %.6g; accepted is 0 to 1e300", l->call,
                (int)number, place, intensity);
        else if (place == NULL || !(intensity >= 0 && isfinite(intensity)))
            plim_sandbox_fault(L,
                               "%s: event %d: an intensity is a number that is not negative, by a "
                               "text that names the place",
                               l->call, (int)number);
        else
            add_place(l, place, &(plim_event_row){.event = event, .intensity = intensity});
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
    const plim_event_form form = {.unit = l->unit};
    const plim_script_input *input =
        plim_sandbox_read_data(l->L, name, plim_sandbox_of(l->L)->limits.hazard_bytes);
    if (input != NULL)
        plim_call_settle(
            l->L,
            plim_event_set_read(&l->hazard->events, name, input->text, input->length, &form, &err),
            &err);
}

/* After a fault there is one event, which touches nothing. */
static void finish(const listing *l)
{
    plim_error err = {0};
    plim_event_rows *rows = &l->hazard->rows;
    uint32_t none;
    if (rows->events.count == 0)
        plim_call_settle(l->L, plim_event_rows_event(rows, "none", 0, 0, &none, &err), &err);
    plim_call_settle(l->L, plim_event_rows_finish(rows, &l->hazard->events, &err), &err);
    plim_event_rows_free(rows);
}

void plim_hazard_read_events(lua_State *L, const char *call, const char *unit, plim_hazard *hazard)
{
    listing l = {L, call, unit, hazard};
    hazard->rows.path = call;
    lua_settop(L, 2);
    lua_getfield(L, 1, "csv");
    const char *file = plim_call_short_text(L, -1);
    bool has_table = lua_getfield(L, 1, "events") == LUA_TTABLE;
    if (has_table == (file != NULL))
        plim_sandbox_fault(
            L, "%s: give either `csv`, a file of events, or `events`, a table of them", call);
    else if (has_table)
        read_table(&l);
    else
        read_file(&l, file);
    if (hazard->events.n_events == 0)
        finish(&l);
    lua_settop(L, 2);
}
