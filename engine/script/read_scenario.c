/* scenario { ... } -> plim_scenario: everything but the traces. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"
#include "script/pathway.h"
#include "script/hazard.h"
#include "script/random.h"
#include "script/read.h"

enum { FIRST_YEAR = 1900, LAST_YEAR = 2300, MOST_ENTRIES = 1000, LONGEST_NAME = 200 };

static const char *const known_keys[] = {"name", "title",   "years",    "drivers", "borrower",
                                         "loan", "applies", "initial",  "columns", "source",
                                         "note", "damage",  "compound", NULL};

/* ---- name, title, years ---- */

static bool is_plain_name(const char *name)
{
    if (!*name)
        return false;
    for (; *name; name++)
        if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
              (*name >= '0' && *name <= '9') || *name == '_'))
            return false;
    return true;
}

static void read_name(const plim_fields *fields, const plim_reading *reading)
{
    plim_sandbox *sandbox = plim_sandbox_of(fields->L);
    plim_scenario *scenario = reading->scenario;
    char *name = plim_field_text(fields, "name", true);
    if (!name)
        return;
    plim_free(scenario->name);
    scenario->name = name;
    plim_place place = plim_field_place(fields, "name", NULL);
    if (!is_plain_name(name))
        plim_sandbox_fault_at(sandbox, place,
                              "scenario: name `%s` may have letters, digits and _ only", name);
    if (strcmp(name, "baseline") == 0)
        plim_sandbox_fault_at(sandbox, place,
                              "scenario: the name `baseline` is reserved for the book "
                              "without any shock");
    for (size_t i = 0; i < reading->n_before; i++)
        if (strcmp(reading->program->scenarios[i].name, name) == 0)
            plim_sandbox_fault_at(sandbox, place, "scenario: the name `%s` is that of %s already",
                                  name, reading->program->scenarios[i].path);
}

/* A text in both languages; absent texts are "". */
typedef struct text_pair {
    const char *key;
    char **en, **zh;
} text_pair;

/* The table { en, zh } at the top of the stack; one language stands for both. */
static void read_languages(const plim_fields *fields, const text_pair *pair)
{
    static const char *const languages[] = {"en", "zh", NULL};
    lua_State *L = fields->L;
    plim_fields inner = {.L = L, .table = lua_gettop(L), .call = "scenario", .outer = pair->key};
    plim_fields_check(&inner, languages);
    char **texts[] = {pair->en, pair->zh};
    for (int i = 0; i < 2; i++) {
        char *text = plim_field_text(&inner, languages[i], false);
        if (text) {
            plim_free(*texts[i]);
            *texts[i] = text;
        }
    }
    if (!**pair->en && !**pair->zh)
        plim_sandbox_fault_at(plim_sandbox_of(L), plim_field_place(fields, pair->key, NULL),
                              "scenario: `%s` has neither `en` nor `zh`", pair->key);
    else if (!**pair->en || !**pair->zh) {
        int missing = **pair->en ? 1 : 0;
        char *copy = plim_copy(L, *texts[1 - missing]);
        plim_free(*texts[missing]);
        *texts[missing] = copy;
    }
}

static void read_title(const plim_fields *fields, plim_scenario *scenario)
{
    const text_pair title = {"title", &scenario->title_en, &scenario->title_zh};
    int type = plim_field_get(fields, "title");
    if (type == LUA_TTABLE)
        read_languages(fields, &title);
    else
        plim_sandbox_fault_at(plim_sandbox_of(fields->L), plim_field_place(fields, "title", NULL),
                              "scenario: `title` %s; write title = { en = \"...\", zh = \"...\" }",
                              type == LUA_TNIL ? "is missing" : "must be a table");
    lua_pop(fields->L, 1);
}

/* A pair that may be missing: { en, zh } or one text for both. */
static void read_optional_pair(const plim_fields *fields, const text_pair *pair)
{
    lua_State *L = fields->L;
    int type = plim_field_get(fields, pair->key);
    if (type == LUA_TTABLE) {
        read_languages(fields, pair);
    } else if (type == LUA_TSTRING) {
        char **texts[] = {pair->en, pair->zh};
        for (int i = 0; i < 2; i++) {
            char *text = plim_field_text(fields, pair->key, false);
            if (text) {
                plim_free(*texts[i]);
                *texts[i] = text;
            }
        }
    } else if (type != LUA_TNIL) {
        plim_sandbox_fault_at(plim_sandbox_of(L), plim_field_place(fields, pair->key, NULL),
                              "scenario: `%s` must be a text or { en = \"...\", zh = \"...\" }, "
                              "not a %s",
                              pair->key, plim_type_name(L, -1));
    }
    lua_pop(L, 1);
}

static void read_texts(const plim_fields *fields, plim_scenario *scenario)
{
    const text_pair pairs[] = {{"source", &scenario->source_en, &scenario->source_zh},
                               {"note", &scenario->note_en, &scenario->note_zh}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        read_optional_pair(fields, &pairs[i]);
}

/* False if the years are of no use for tracing. */
static bool read_years(const plim_fields *fields, const plim_reading *reading)
{
    lua_State *L = fields->L;
    plim_sandbox *sandbox = plim_sandbox_of(L);
    plim_scenario *scenario = reading->scenario;
    plim_place place = plim_field_place(fields, "years", NULL);
    lua_Integer years[2] = {0, 0};
    int type = plim_field_get(fields, "years");
    bool good = type == LUA_TTABLE && luaL_len(L, -1) == 2;
    for (int i = 0; good && i < 2; i++) {
        good = lua_rawgeti(L, -1, i + 1) == LUA_TNUMBER && lua_isinteger(L, -1);
        years[i] = good ? lua_tointeger(L, -1) : 0;
        lua_pop(L, 1);
        good = good && years[i] >= FIRST_YEAR && years[i] <= LAST_YEAR;
    }
    lua_pop(L, 1);
    if (!good || years[1] < years[0]) {
        plim_sandbox_fault_at(sandbox, place,
                              "scenario: `years` %s; write years = { 2026, 2030 }: first and "
                              "last, both included",
                              type == LUA_TNIL ? "is missing" : "must be two whole years in order");
        return false;
    }
    if (years[1] - years[0] >= PLIM_MAX_YEARS) {
        plim_sandbox_fault_at(sandbox, place, "scenario: `years` spans more than %d years",
                              PLIM_MAX_YEARS);
        return false;
    }
    scenario->first_year = (int)years[0];
    scenario->last_year = (int)years[1];
    for (size_t i = 0; i < reading->n_before; i++) {
        const plim_scenario *other = &reading->program->scenarios[i];
        if (other->first_year == 0 ||
            (other->first_year == scenario->first_year && other->last_year == scenario->last_year))
            continue;
        plim_sandbox_fault_at(
            sandbox, place,
            "scenario: years %d to %d, but %s has %d to %d; the scenarios of a run have "
            "the same years",
            scenario->first_year, scenario->last_year, other->path, other->first_year,
            other->last_year);
        break;
    }
    return true;
}

/* The text at the top of the stack if it can be a name, else NULL. */
static const char *name_at_top(lua_State *L)
{
    size_t length = 0;
    if (lua_type(L, -1) != LUA_TSTRING)
        return NULL;
    const char *name = lua_tolstring(L, -1, &length);
    bool good = length > 0 && length <= LONGEST_NAME && strlen(name) == length &&
                plim_utf8_valid(name, length);
    return good ? name : NULL;
}

/* ---- drivers ---- */

static void copy_pathway(lua_State *L, plim_pathway *to, const plim_pathway *from)
{
    if (!plim_pathway_copy(to, from))
        plim_sandbox_no_memory(L, "a driver");
}

/* Its path, the mean one, waits for the years of the scenario. */
static void read_random(lua_State *L, plim_driver *driver, const plim_random_value *value)
{
    driver->unit = value->in.unit;
    driver->process = plim_alloc(1, sizeof *driver->process);
    if (driver->process == NULL || !plim_process_copy(driver->process, &value->process))
        plim_sandbox_no_memory(L, "a driver");
    copy_pathway(L, &driver->reference, &value->reference);
}

/* The driver at the top of the stack. A plain number is a pathway that never moves. */
static void read_driver(const plim_fields *fields, plim_driver *driver, const char *name)
{
    lua_State *L = fields->L;
    const plim_pathway_value *value = plim_pathway_get(L, -1);
    int year = 0;
    double number = 0.0;
    plim_pathway constant = {.count = 1, .year = &year, .value = &number};
    const plim_random_value *random = plim_random_get(L, -1);
    const plim_hazard_value *hazard = plim_hazard_get(L, -1);
    driver->name = plim_copy(L, name);
    driver->unit_text = plim_copy(L, value    ? value->unit_text
                                     : random ? random->in.text
                                     : hazard ? hazard->unit_text
                                              : "");
    if (random) {
        read_random(L, driver, random);
        return;
    }
    if (hazard) {
        driver->unit = hazard->unit;
        driver->hazard = hazard->hazard;
        plim_hazard_hold(driver->hazard);
    }
    if (value) {
        driver->unit = value->unit;
        copy_pathway(L, &driver->path, value->path.count ? &value->path : &constant);
        copy_pathway(L, &driver->reference, &value->reference);
        return;
    }
    if (lua_type(L, -1) == LUA_TNUMBER && isfinite(lua_tonumber(L, -1)))
        number = lua_tonumber(L, -1);
    else if (!hazard) /* no event: 0 */
        plim_sandbox_fault_at(plim_sandbox_of(L), plim_field_place(fields, "drivers", name),
                              "driver `%s` must be pathway { ... }, random.normal { ... } or the "
                              "like, or a finite number, not a %s",
                              name, plim_type_name(L, -1));
    copy_pathway(L, &driver->path, &constant);
    copy_pathway(L, &driver->reference, &constant);
}

static void read_drivers(const plim_fields *fields, plim_scenario *scenario)
{
    lua_State *L = fields->L;
    plim_sandbox *sandbox = plim_sandbox_of(L);
    int type = plim_field_get(fields, "drivers");
    int drivers = lua_gettop(L);
    if (type != LUA_TTABLE) {
        if (type != LUA_TNIL)
            plim_sandbox_fault_at(sandbox, plim_field_place(fields, "drivers", NULL),
                                  "scenario: `drivers` must be a table, not a %s",
                                  plim_type_name(L, -1));
        lua_pop(L, 1);
        return;
    }
    lua_Integer n = plim_keys_push(L, drivers, 1);
    if (n > MOST_ENTRIES) {
        plim_sandbox_fault_at(sandbox, plim_field_place(fields, "drivers", NULL),
                              "scenario: more than %d drivers", MOST_ENTRIES);
        n = MOST_ENTRIES;
    }
    scenario->drivers = plim_alloc((size_t)n, sizeof *scenario->drivers);
    if (!scenario->drivers)
        plim_sandbox_no_memory(L, "the drivers");
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, drivers + 1, i);
        const char *name = name_at_top(L);
        if (!name || strcmp(name, "year") == 0) {
            plim_sandbox_fault_at(sandbox, plim_field_place(fields, "drivers", name),
                                  name ? "driver `year`: that name is the calendar year"
                                       : "scenario: an entry of `drivers` has no proper name");
        } else {
            lua_pushvalue(L, -1);
            lua_rawget(L, drivers);
            read_driver(fields, &scenario->drivers[scenario->n_drivers++], name);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    lua_settop(L, drivers - 1);
}

/* What is known of random drivers once the years are: their mean paths. */
static void set_mean_paths(lua_State *L, plim_scenario *scenario)
{
    double mean[PLIM_MAX_YEARS];
    int n_years = scenario->last_year - scenario->first_year + 1, year[PLIM_MAX_YEARS];
    for (int t = 0; t < n_years; t++)
        year[t] = scenario->first_year + t;
    for (size_t i = 0; i < scenario->n_drivers; i++) {
        plim_driver *driver = &scenario->drivers[i];
        if (driver->process == NULL)
            continue;
        plim_process_mean(driver->process, scenario->first_year, n_years, mean);
        copy_pathway(L, &driver->path,
                     &(plim_pathway){.count = (size_t)n_years, .year = year, .value = mean});
        if (driver->reference.count > 0)
            continue;
        plim_pathway_free(&driver->reference);
        copy_pathway(L, &driver->reference, &driver->path);
    }
}

/* ---- columns ---- */

static void add_own_column(lua_State *L, plim_tracer *tracer, const char *name, const char *unit)
{
    if (plim_grow((void **)&tracer->own, &tracer->own_capacity, tracer->n_own + 1,
                  sizeof *tracer->own) != 0)
        plim_sandbox_no_memory(L, "the columns of a script");
    plim_own_column *own = &tracer->own[tracer->n_own];
    *own = (plim_own_column){0};
    tracer->n_own++;
    own->name = plim_copy(L, name);
    own->unit = plim_copy(L, unit);
}

/* What the script says of a column must not contradict the book. */
static void check_own_column(const plim_fields *fields, const plim_tracer *tracer, const char *name,
                             const char *unit)
{
    plim_sandbox *sandbox = plim_sandbox_of(fields->L);
    plim_place place = plim_field_place(fields, "columns", name);
    plim_unit own = {0}, its = {0};
    double factor = 1.0;
    char message[200], own_text[60], its_text[60];
    bool is_text = strcmp(unit, "text") == 0;
    if (!is_text && !plim_unit_parse(unit, &own, &factor, message)) {
        plim_sandbox_fault_at(sandbox, place, "column `%s`: %s; a column of texts says \"text\"",
                              name, message);
        return;
    }
    for (size_t i = 0; i < tracer->schema->n_columns; i++) {
        const plim_schema_column *c = &tracer->schema->columns[i];
        if (strcmp(c->name, name) != 0)
            continue;
        bool states_unit = c->unit && c->unit[0] && !c->text;
        if (c->text != is_text) {
            plim_sandbox_fault_at(sandbox, place, "column `%s` holds %s", name,
                                  c->text ? "texts; say \"text\"" : "numbers, not texts");
        } else if (states_unit && plim_unit_parse(c->unit, &its, &factor, message) &&
                   !plim_unit_equal(&own, &its)) {
            plim_unit_format(&own, own_text, sizeof own_text);
            plim_unit_format(&its, its_text, sizeof its_text);
            plim_sandbox_fault_at(sandbox, place, "column `%s` is in %s, not in %s", name, its_text,
                                  own_text);
        }
    }
}

static void read_columns(const plim_fields *fields, plim_tracer *tracer)
{
    lua_State *L = fields->L;
    plim_sandbox *sandbox = plim_sandbox_of(L);
    int type = plim_field_get(fields, "columns");
    int columns = lua_gettop(L);
    if (type != LUA_TTABLE) {
        if (type != LUA_TNIL)
            plim_sandbox_fault_at(sandbox, plim_field_place(fields, "columns", NULL),
                                  "scenario: `columns` must be a table { name = \"unit\" }");
        lua_pop(L, 1);
        return;
    }
    lua_Integer n = plim_keys_push(L, columns, 1);
    if (n > MOST_ENTRIES) {
        plim_sandbox_fault_at(sandbox, plim_field_place(fields, "columns", NULL),
                              "scenario: more than %d columns", MOST_ENTRIES);
        n = MOST_ENTRIES;
    }
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, columns + 1, i);
        const char *name = name_at_top(L);
        lua_pushvalue(L, -1);
        lua_rawget(L, columns);
        if (name && lua_type(L, -1) == LUA_TSTRING) {
            const char *unit = lua_tostring(L, -1);
            check_own_column(fields, tracer, name, unit);
            add_own_column(L, tracer, name, unit);
        } else {
            lua_pushvalue(L, -2);
            plim_sandbox_fault_at(
                sandbox, plim_field_place(fields, "columns", lua_tostring(L, -1)),
                "column `%s`: its unit must be a text such as \"CNY\", \"\" or \"text\"",
                lua_tostring(L, -1));
            lua_pop(L, 1);
        }
        lua_pop(L, 2);
    }
    lua_settop(L, columns - 1);
}

/* ---- compound ---- */

/* Two names of scenarios. */
static void read_compound(const plim_fields *fields, plim_scenario *scenario)
{
    lua_State *L = fields->L;
    int type = plim_field_get(fields, "compound");
    char *const *joined = scenario->compound;
    plim_place place = plim_field_place(fields, "compound", NULL);
    bool good = type == LUA_TTABLE && luaL_len(L, -1) == 2;
    for (int i = 0; good && i < 2; i++) {
        lua_rawgeti(L, -1, i + 1);
        const char *name = name_at_top(L);
        good = name != NULL && is_plain_name(name) && strcmp(name, "baseline") != 0;
        if (good)
            scenario->compound[i] = plim_copy(L, name);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    if (type != LUA_TNIL && !good)
        plim_sandbox_fault_at(plim_sandbox_of(L), place,
                              "scenario: `compound` names the two scenarios that this one joins: "
                              "compound = { \"flood\", \"carbon\" }");
    if (type == LUA_TNIL || !good)
        return;
    for (int i = 0; i < 2; i++)
        if (strcmp(joined[i], scenario->name) == 0)
            plim_sandbox_fault_at(
                plim_sandbox_of(L), place,
                "scenario: `compound` names two other scenarios, and `%s` is this "
                "one",
                joined[i]);
    if (strcmp(joined[0], joined[1]) == 0)
        plim_sandbox_fault_at(plim_sandbox_of(L), place, "scenario: `compound` names `%s` twice",
                              joined[0]);
}

/* ---- the whole ---- */

int plim_read_scenario(lua_State *L)
{
    plim_reading *reading = lua_touserdata(L, 1);
    plim_declare_run(L, reading, "scenario");
    plim_fields fields = {.L = L, .table = lua_gettop(L), .call = "scenario"};
    plim_fields_check(&fields, known_keys);
    read_name(&fields, reading);
    read_title(&fields, reading->scenario);
    read_texts(&fields, reading->scenario);
    read_compound(&fields, reading->scenario);
    read_drivers(&fields, reading->scenario);
    read_columns(&fields, reading->tracer);
    if (!read_years(&fields, reading))
        return 0;
    set_mean_paths(L, reading->scenario);
    plim_read_traces(L, &fields, reading);
    return 0;
}
