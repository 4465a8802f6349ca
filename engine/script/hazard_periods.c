#include "script/hazard_periods.h"

#include <math.h>
#include <string.h>

#include "script/call.h"
#include "script/keys.h"

enum { MOST_PLACES = 10000, MOST_POINTS = 1000 };

/* What is being read: the hazard holds its points, so that an error of Lua leaves nothing behind.
 */
typedef struct reading {
    lua_State *L;
    const char *call, *unit;
    plim_hazard *hazard;
} reading;

/* ---- curves ---- */

/* The point of a place whose return period and intensity are at the top; false after a fault. */
static bool read_point(const reading *r, const char *place, double *before)
{
    lua_State *L = r->L;
    double period = lua_type(L, -2) == LUA_TNUMBER ? lua_tonumber(L, -2) : (double)NAN;
    double intensity = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
    if (!(period > 0 && isfinite(period) && intensity >= 0 && isfinite(intensity))) {
        plim_sandbox_fault(L,
                           "%s: place `%s`: a curve is { [10] = 0.5, [100] = 1.2 }, intensities "
                           "that are not negative by return period in years",
                           r->call, place);
        return false;
    }
    if (intensity > PLIM_LARGEST_INTENSITY) {
        plim_sandbox_fault(L, "%s: place `%s`: the intensity is %.6g; accepted is 0 to 1e300",
                           r->call, place, intensity);
        return false;
    }
    if (intensity < *before) {
        plim_sandbox_fault(L,
                           "%s: place `%s`: the intensity falls from %.6g to %.6g in %.6g years; "
                           "accepted: one that rises or stays",
                           r->call, place, *before, intensity, period);
        return false;
    }
    *before = intensity;
    plim_error err = {0};
    plim_return_points *points = &r->hazard->points;
    plim_return_point point = {.period = period, .intensity = intensity};
    plim_call_settle(L, plim_names_add(&points->places, place, &point.place, &err), &err);
    plim_call_settle(L, plim_return_points_add(points, &point, &err), &err);
    return true;
}

/* The curve of a place, the table at the top. */
static void read_curve(const reading *r, const char *place)
{
    lua_State *L = r->L;
    int curve = lua_gettop(L);
    double before = 0;
    bool odd = plim_call_check_key_types(L, r->call, place, curve);
    lua_Integer n = plim_keys_push(L, curve, 1);
    if ((n < 1 && !odd) || n > MOST_POINTS)
        plim_sandbox_fault(L, "%s: place `%s`: a curve has 1 to %d points", r->call, place,
                           MOST_POINTS);
    bool good = n <= MOST_POINTS;
    for (lua_Integer i = 1; i <= n && good; i++) {
        lua_rawgeti(L, curve + 1, i);
        lua_pushvalue(L, -1);
        lua_rawget(L, curve);
        good = read_point(r, place, &before);
        lua_pop(L, 2);
    }
    lua_settop(L, curve);
}

/* The table `curves` at the top of the stack. */
static void read_curves(const reading *r)
{
    lua_State *L = r->L;
    int curves = lua_gettop(L);
    bool odd = plim_call_check_key_types(L, r->call, "curves", curves);
    lua_Integer n = plim_keys_push(L, curves, 1);
    if ((n < 1 && !odd) || n > MOST_PLACES)
        plim_sandbox_fault(L, "%s: `curves` holds 1 to %d places; a file holds more: csv = ...",
                           r->call, MOST_PLACES);
    for (lua_Integer i = 1; i <= n && n <= MOST_PLACES; i++) {
        lua_rawgeti(L, curves + 1, i);
        const char *place = plim_call_short_text(L, -1);
        lua_pushvalue(L, -1);
        bool is_table = lua_rawget(L, curves) == LUA_TTABLE;
        if (place == NULL || !is_table)
            plim_sandbox_fault(L,
                               "%s: `curves` takes curves by region or site: [\"500153100\"] = { "
                               "[10] = 0.5, [100] = 1.2 }",
                               r->call);
        else
            read_curve(r, place);
        lua_settop(L, curves + 1);
    }
    lua_settop(L, curves);
}

static void read_file(const reading *r, const char *name)
{
    plim_error err = {0};
    const plim_return_form form = {.unit = r->unit};
    const plim_script_input *input =
        plim_sandbox_read_data(r->L, name, plim_sandbox_of(r->L)->limits.hazard_bytes);
    if (input != NULL)
        plim_call_settle(r->L,
                         plim_return_periods_read(&r->hazard->periods, name, input->text,
                                                  input->length, &form, &err),
                         &err);
}

/* What the table said; after a fault one place that is never hit. */
static void finish_points(const reading *r)
{
    plim_error err = {0};
    plim_return_points *points = &r->hazard->points;
    plim_return_point none = {.period = 1};
    if (points->count == 0) {
        plim_call_settle(r->L, plim_names_add(&points->places, "none", &none.place, &err), &err);
        plim_call_settle(r->L, plim_return_points_add(points, &none, &err), &err);
    }
    plim_call_settle(r->L, plim_return_points_finish(points, &r->hazard->periods, &err), &err);
    plim_return_points_free(points);
}

/* ---- reaches ---- */

static bool begins_a_place(const plim_return_periods *periods, const char *beginning)
{
    size_t length = strlen(beginning);
    for (size_t q = 0; q < periods->n_places; q++)
        if (strncmp(periods->place[q], beginning, length) == 0)
            return true;
    return false;
}

/* The place and its reach that are at the top. */
static void read_reach(const reading *r)
{
    lua_State *L = r->L;
    plim_error err = {0};
    const char *place = plim_call_short_text(L, -2), *reach = plim_call_short_text(L, -1);
    if (place == NULL || reach == NULL)
        plim_sandbox_fault(L,
                           "%s: `reaches` names river reaches by place: [\"500153100\"] = "
                           "\"Laixi\"",
                           r->call);
    else if (!begins_a_place(&r->hazard->periods, place))
        plim_sandbox_fault(L, "%s: `reaches`: no place with a curve begins with `%s`", r->call,
                           place);
    else
        plim_call_settle(L, plim_hazard_add_reach(r->hazard, place, reach, &err), &err);
}

static void read_reaches(const reading *r)
{
    lua_State *L = r->L;
    if (lua_getfield(L, 1, "reaches") == LUA_TTABLE) {
        int reaches = lua_gettop(L);
        plim_call_check_key_types(L, r->call, "reaches", reaches);
        lua_Integer n = plim_keys_push(L, reaches, 1);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, reaches + 1, i);
            lua_pushvalue(L, -1);
            lua_rawget(L, reaches);
            read_reach(r);
            lua_pop(L, 2);
        }
    } else if (!lua_isnil(L, -1)) {
        plim_sandbox_fault(L, "%s: `reaches` must be a table of names by place", r->call);
    }
    lua_settop(L, 2);
}

void plim_hazard_read_periods(lua_State *L, const char *call, const char *unit, plim_hazard *hazard)
{
    reading r = {L, call, unit, hazard};
    hazard->points.path = call;
    lua_settop(L, 2);
    lua_getfield(L, 1, "csv");
    const char *file = plim_call_short_text(L, -1);
    bool has_table = lua_getfield(L, 1, "curves") == LUA_TTABLE;
    if (has_table == (file != NULL))
        plim_sandbox_fault(
            L, "%s: give either `csv`, a file of points, or `curves`, a table of them", call);
    else if (has_table)
        read_curves(&r);
    else
        read_file(&r, file);
    if (hazard->periods.n_places == 0)
        finish_points(&r);
    read_reaches(&r);
}
