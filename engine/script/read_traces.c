/* Traces the functions of a scenario, year by year. */
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"
#include "script/read.h"

/* `names`: those of `known`, as they are said. */
static void check_keys(lua_State *L, int function, const char *what, const char *const *known,
                       const char *names)
{
    size_t n_known = 0;
    char hint[200];
    while (known[n_known])
        n_known++;
    lua_Integer n = plim_keys_push(L, -1, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        const char *key = lua_tostring(L, -1);
        bool found = false;
        for (size_t k = 0; k < n_known; k++)
            found |= strcmp(known[k], key) == 0;
        if (!found)
            plim_return_fault(L, function, key, "`%s` returned `%s`; it may return %s%s", what, key,
                              names, plim_nearest_hint(key, known, n_known, hint, sizeof hint));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* ---- state ---- */

/* Turns the table of numbers and formulas at the top into the `before` of the next year; pops it.
 */
static void keep_state(lua_State *L, int function)
{
    plim_tracer *tracer = plim_tracer_of(L);
    int state = lua_gettop(L);
    lua_newtable(L);
    lua_Integer n = plim_keys_push(L, state, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, state + 2, i);
        const char *name = lua_tostring(L, -1);
        lua_pushvalue(L, -1);
        lua_rawget(L, state);
        const plim_formula *formula = plim_trace_formula(L, -1);
        if (formula && !formula->is_text) {
            lua_setfield(L, state + 1, name);
        } else {
            plim_node node = plim_return_node(L, function, name, "");
            if (node == PLIM_NO_NODE)
                plim_trace_push_poison(L);
            else
                plim_trace_push(L, node, (plim_unit){.any = true});
            lua_setfield(L, state + 1, name);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, PLIM_BEFORE);
    lua_pop(L, 1);
    tracer->lost_state = false;
}

/* Are all values of the table at `at` numbers? */
static bool check_initial(const plim_fields *fields, int at)
{
    lua_State *L = fields->L;
    bool good = true;
    lua_Integer n = plim_keys_push(L, at, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, at + 1, i);
        const char *name = lua_tostring(L, -1);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, at) != LUA_TNUMBER) {
            good = false;
            plim_sandbox_fault_at(
                plim_sandbox_of(L), plim_field_place(fields, "initial", name),
                "initial: `%s` must be a number, or `initial` a function (b) that returns a table",
                name);
        }
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
    return good;
}

static void read_initial(const plim_fields *fields)
{
    static const plim_object_kind objects[] = {PLIM_OBJECT_BORROWER};
    lua_State *L = fields->L;
    plim_tracer *tracer = plim_tracer_of(L);
    int type = plim_field_get(fields, "initial");
    int at = lua_gettop(L);
    tracer->lost_state = false;
    if (type == LUA_TFUNCTION) {
        tracer->lost_state = true; /* until it is known */
        if (plim_trace_call(L, at, objects, 1) && plim_return_is_table(L, at, "initial"))
            keep_state(L, at);
    } else if (type == LUA_TTABLE) {
        tracer->lost_state = !check_initial(fields, at);
        lua_pushcfunction(L, plim_sandbox_require); /* stands for "no function" in messages */
        lua_insert(L, at);
        if (tracer->lost_state)
            lua_pop(L, 1);
        else
            keep_state(L, at);
        lua_settop(L, at);
    } else if (type != LUA_TNIL) {
        plim_sandbox_fault_at(plim_sandbox_of(L), plim_field_place(fields, "initial", NULL),
                              "scenario: `initial` must be a table of numbers or a function (b)");
    }
    lua_settop(L, at - 1);
}

/* ---- the years ---- */

static plim_node returned(lua_State *L, int function, const char *key, const char *unit)
{
    if (lua_getfield(L, -1, key) != LUA_TNIL)
        return plim_return_node(L, function, key, unit);
    lua_pop(L, 1);
    return PLIM_NO_NODE;
}

static plim_node at_reference(lua_State *L, plim_node node)
{
    plim_tracer *tracer = plim_tracer_of(L);
    if (node != PLIM_NO_NODE && plim_graph_at_reference(&tracer->program->graph, node, &node,
                                                        tracer->sandbox->failure) != PLIM_OK)
        plim_sandbox_abort(L);
    return node;
}

static void trace_borrower(lua_State *L, int function, plim_scenario *scenario)
{
    static const plim_object_kind objects[] = {PLIM_OBJECT_BORROWER, PLIM_OBJECT_DRIVERS,
                                               PLIM_OBJECT_BEFORE};
    static const char *const known[] = {"pd", "default", "cover", "state", NULL};
    plim_tracer *tracer = plim_tracer_of(L);
    int t = tracer->period;
    if (!plim_trace_call(L, function, objects, 3) ||
        !plim_return_is_table(L, function, "borrower")) {
        tracer->lost_state = true;
        return;
    }
    check_keys(L, function, "borrower", known, "pd, default, cover, state");
    scenario->pd[t] = returned(L, function, "pd", "");
    scenario->fails[t] = returned(L, function, "default", "");
    scenario->cover[t] = returned(L, function, "cover", "");
    scenario->pd_reference[t] = at_reference(L, scenario->pd[t]);
    scenario->fails_reference[t] = at_reference(L, scenario->fails[t]);
    int type = lua_getfield(L, -1, "state");
    if (type == LUA_TTABLE) {
        keep_state(L, function);
    } else {
        if (type != LUA_TNIL)
            plim_return_fault(L, function, "state", "`state` must be a table, not a %s",
                              plim_type_name(L, -1));
        lua_pop(L, 1);
        lua_newtable(L);
        lua_setfield(L, LUA_REGISTRYINDEX, PLIM_BEFORE);
    }
    lua_pop(L, 1);
}

static void trace_loan(lua_State *L, int function, plim_scenario *scenario)
{
    static const plim_object_kind objects[] = {PLIM_OBJECT_LOAN, PLIM_OBJECT_BORROWER,
                                               PLIM_OBJECT_DRIVERS};
    static const char *const known[] = {"lgd", "ead", NULL};
    int t = plim_tracer_of(L)->period;
    if (!plim_trace_call(L, function, objects, 3) || !plim_return_is_table(L, function, "loan"))
        return;
    check_keys(L, function, "loan", known, "lgd, ead");
    scenario->lgd[t] = returned(L, function, "lgd", "");
    scenario->ead[t] = returned(L, function, "ead", "CNY");
    lua_pop(L, 1);
}

/* ---- damage ---- */

/* The formulas of that name, added to the scenario if they are new. */
static plim_damage_formula *damage_named(lua_State *L, plim_scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->n_damages; i++)
        if (strcmp(scenario->damages[i].name, name) == 0)
            return &scenario->damages[i];
    plim_damage_formula *list =
        plim_resize(scenario->damages, scenario->n_damages + 1, sizeof *list);
    if (list == NULL)
        plim_sandbox_no_memory(L, "damages");
    scenario->damages = list;
    plim_damage_formula *damage = &list[scenario->n_damages];
    damage->name = plim_copy(L, name);
    for (int t = 0; t < PLIM_MAX_YEARS; t++)
        damage->loss[t] = damage->payout[t] = PLIM_NO_NODE;
    scenario->n_damages++;
    return damage;
}

/* What `damage` returned under one name, at the top of the stack (popped): a formula, or a table of
   `loss` and `payout`. */
static void read_damage(lua_State *L, int function, plim_scenario *scenario, const char *name)
{
    static const char *const known[] = {"loss", "payout", NULL};
    int t = plim_tracer_of(L)->period;
    plim_damage_formula *damage = damage_named(L, scenario, name);
    if (!lua_istable(L, -1)) {
        damage->loss[t] = plim_return_node(L, function, name, "CNY");
        return;
    }
    check_keys(L, function, "damage", known, "a formula by name, or { loss = ..., payout = ... }");
    damage->loss[t] = returned(L, function, "loss", "CNY");
    damage->payout[t] = returned(L, function, "payout", "CNY");
    lua_pop(L, 1);
}

static void trace_damage(lua_State *L, int function, plim_scenario *scenario)
{
    static const plim_object_kind objects[] = {PLIM_OBJECT_BORROWER, PLIM_OBJECT_DRIVERS};
    if (!plim_trace_call(L, function, objects, 2) || !plim_return_is_table(L, function, "damage"))
        return;
    int table = lua_gettop(L);
    lua_Integer n = plim_keys_push(L, table, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, table + 1, i);
        const char *name = lua_tostring(L, -1);
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        read_damage(L, function, scenario, name);
        lua_pop(L, 1);
    }
    lua_settop(L, table - 1);
}

void plim_read_traces(lua_State *L, const plim_fields *fields, plim_reading *reading)
{
    static const plim_object_kind borrower_only[] = {PLIM_OBJECT_BORROWER};
    plim_tracer *tracer = reading->tracer;
    plim_scenario *scenario = reading->scenario;
    int years = scenario->last_year - scenario->first_year + 1;
    tracer->period = 0;
    tracer->grain = PLIM_LEVEL_BORROWER;
    if (plim_field_function(fields, "applies")) {
        if (plim_trace_call(L, lua_gettop(L), borrower_only, 1))
            scenario->applies = plim_return_node(L, lua_gettop(L) - 1, "applies", "");
        lua_pop(L, 1);
    }
    read_initial(fields);
    if (plim_field_function(fields, "borrower")) {
        for (tracer->period = 0; tracer->period < years; tracer->period++)
            trace_borrower(L, lua_gettop(L), scenario);
        lua_pop(L, 1);
    }
    if (plim_field_function(fields, "damage")) {
        for (tracer->period = 0; tracer->period < years; tracer->period++)
            trace_damage(L, lua_gettop(L), scenario);
        lua_pop(L, 1);
    }
    tracer->grain = PLIM_LEVEL_LOAN;
    if (plim_field_function(fields, "loan")) {
        for (tracer->period = 0; tracer->period < years; tracer->period++)
            trace_loan(L, lua_gettop(L), scenario);
        lua_pop(L, 1);
    }
}
