/* The objects that traced functions are called with: b, l, d and before. */
#include "script/trace.h"

#include <stdio.h>
#include <string.h>

#define OBJECT "object"

typedef struct object {
    plim_object_kind kind;
} object;

void plim_trace_push_object(lua_State *L, plim_object_kind kind)
{
    object *made = lua_newuserdatauv(L, sizeof *made, 0);
    made->kind = kind;
    luaL_setmetatable(L, OBJECT);
}

static const char *object_name(plim_object_kind kind)
{
    static const char *const names[] = {"b", "l", "c", "s", "p", "d", "before"};
    return names[kind];
}

static plim_level object_table(plim_object_kind kind)
{
    static const plim_level levels[] = {
        [PLIM_OBJECT_BORROWER] = PLIM_LEVEL_BORROWER,
        [PLIM_OBJECT_LOAN] = PLIM_LEVEL_LOAN,
        [PLIM_OBJECT_COLLATERAL] = PLIM_LEVEL_COLLATERAL,
        [PLIM_OBJECT_SITE] = PLIM_LEVEL_SITE,
        [PLIM_OBJECT_POLICY] = PLIM_LEVEL_POLICY,
        [PLIM_OBJECT_DRIVERS] = PLIM_LEVEL_BORROWER,
        [PLIM_OBJECT_BEFORE] = PLIM_LEVEL_BORROWER,
    };
    return levels[kind];
}

/* ---- columns ---- */

/* A column as scripts see it, from the schema or the script's own `columns`. */
typedef struct column {
    const char *unit;
    bool text;
} column;

static const plim_own_column *find_own(const plim_tracer *tracer, const char *name)
{
    for (size_t i = 0; i < tracer->n_own; i++)
        if (strcmp(tracer->own[i].name, name) == 0)
            return &tracer->own[i];
    return NULL;
}

/* The book's unit goes before the script's, which counts where the book states none. */
static bool find_column(const plim_tracer *tracer, plim_level table, const char *name, column *out)
{
    const plim_schema *schema = tracer->schema;
    const plim_own_column *own = find_own(tracer, name);
    for (size_t i = 0; i < schema->n_columns; i++) {
        const plim_schema_column *c = &schema->columns[i];
        if (c->table != table || strcmp(c->name, name) != 0)
            continue;
        bool states_unit = c->unit && c->unit[0] != '\0';
        *out = (column){.unit = states_unit || !own ? c->unit : own->unit, .text = c->text};
        return true;
    }
    if (!own)
        return false;
    *out = (column){.unit = own->unit, .text = strcmp(own->unit, "text") == 0};
    return true;
}

/* Pushes a table of the names that `table` has. */
static void push_column_names(lua_State *L, plim_level table)
{
    const plim_tracer *tracer = plim_tracer_of(L);
    lua_newtable(L);
    for (size_t i = 0; i < tracer->schema->n_columns; i++)
        if (tracer->schema->columns[i].table == table) {
            lua_pushboolean(L, 1);
            lua_setfield(L, -2, tracer->schema->columns[i].name);
        }
    for (size_t i = 0; i < tracer->n_own; i++) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, tracer->own[i].name);
    }
    if (table == PLIM_LEVEL_BORROWER) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, "pd");
    }
}

/* The functions that add up over parts. */
static const struct sum {
    const char *name, *usage;
    plim_object_kind owner, part;
} sums[] = {
    [PLIM_LEVEL_COLLATERAL] = {"over_collateral",
                               "over_collateral(l, function (c) return c.value * c.share end)",
                               PLIM_OBJECT_LOAN, PLIM_OBJECT_COLLATERAL},
    [PLIM_LEVEL_SITE] = {"over_sites", "over_sites(b, function (s) return s.value end)",
                         PLIM_OBJECT_BORROWER, PLIM_OBJECT_SITE},
    [PLIM_LEVEL_POLICY] = {"over_policies", "over_policies(b, function (p) return p.limit end)",
                           PLIM_OBJECT_BORROWER, PLIM_OBJECT_POLICY},
};

static const char *const table_names[] = {
    [PLIM_LEVEL_BORROWER] = "borrowers",
    [PLIM_LEVEL_LOAN] = "loans",
    [PLIM_LEVEL_COLLATERAL] = "pieces of collateral",
    [PLIM_LEVEL_SITE] = "sites",
    [PLIM_LEVEL_POLICY] = "policies",
};

static void refuse_column(lua_State *L, plim_object_kind kind, const char *name)
{
    char hint[200];
    column other;
    const plim_tracer *tracer = plim_tracer_of(L);
    plim_level table = object_table(kind);
    push_column_names(L, table);
    plim_sandbox_hint(L, -1, name, hint, sizeof hint);
    lua_pop(L, 1);
    for (int across = PLIM_LEVEL_BORROWER; across <= PLIM_LEVEL_POLICY; across++) {
        if (across == (int)table || !find_column(tracer, (plim_level)across, name, &other))
            continue;
        if (across > PLIM_LEVEL_LOAN)
            plim_sandbox_fault(L, "%s have no column `%s`; %s have one, reached in %s",
                               table_names[table], name, table_names[across], sums[across].name);
        else
            plim_sandbox_fault(L, "%s have no column `%s`; %s have one, reached as %s.%s in `loan`",
                               table_names[table], name, table_names[across],
                               across == PLIM_LEVEL_LOAN ? "l" : "b", name);
        return;
    }
    plim_sandbox_fault(L, "%s have no column `%s`%s", table_names[table], name,
                       hint[0] ? hint
                               : "; one of your own is declared: columns = { name = \"unit\" }");
}

/* Pushes the column, or false if there is none. */
static bool push_column(lua_State *L, plim_object_kind kind, const char *name)
{
    const plim_tracer *tracer = plim_tracer_of(L);
    plim_level table = object_table(kind);
    plim_expr expr = {.op = PLIM_OP_COLUMN, .table = (uint8_t)table};
    column found;
    char message[200];
    if (table == PLIM_LEVEL_BORROWER && strcmp(name, "pd") == 0) {
        expr.op = PLIM_OP_PD;
        expr.year = (int16_t)tracer->period;
        plim_trace_push_expr(L, &expr);
        return true;
    }
    if (!find_column(tracer, table, name, &found))
        return false;
    expr.symbol = plim_trace_symbol(L, name);
    if (found.text) {
        plim_trace_push_text(L, expr.symbol, table);
    } else if (plim_unit_parse(found.unit ? found.unit : "", &expr.unit, &expr.value, message)) {
        plim_trace_push_expr(L, &expr);
    } else {
        plim_sandbox_fault(L, "column `%s`: %s", name, message);
        plim_trace_push_poison(L);
    }
    return true;
}

/* ---- prefix tests: b.sector_is("C307", ...) ---- */

/* Adds the text at the top of the stack to the list of prefixes, and pops it. */
static void add_prefix(lua_State *L, plim_list *list, size_t *capacity, const char *column_name)
{
    if (lua_type(L, -1) != LUA_TSTRING) {
        plim_sandbox_fault(L, "%s_is takes texts in quotes, such as \"C307\", not a %s",
                           column_name, plim_type_name(L, -1));
    } else {
        plim_trace_add_key(L, list, capacity, lua_tostring(L, -1));
    }
    lua_pop(L, 1);
}

/* Upvalues: symbol, table. Arguments: texts, or one table of texts; an object first (b:sector_is)
   is passed over. */
static int prefix_test(lua_State *L)
{
    plim_tracer *tracer = plim_tracer_of(L);
    plim_expr expr = {.op = PLIM_OP_PREFIX,
                      .symbol = (uint32_t)lua_tointeger(L, lua_upvalueindex(1)),
                      .table = (uint8_t)lua_tointeger(L, lua_upvalueindex(2))};
    const char *name = tracer->program->graph.symbols.text[expr.symbol];
    if (luaL_testudata(L, 1, OBJECT))
        lua_remove(L, 1);
    if (tracer->shadow) {
        lua_pushboolean(L, 0);
        return 1;
    }
    if (lua_istable(L, 1)) {
        lua_settop(L, 1);
        for (lua_Integer i = 1, n = luaL_len(L, 1); i <= n && lua_checkstack(L, 2); i++)
            lua_rawgeti(L, 1, i);
        lua_remove(L, 1);
    }
    int n = lua_gettop(L);
    if (n == 0)
        plim_sandbox_raise(L, "%s_is needs at least one text, such as \"C307\"", name);
    plim_list *list = plim_trace_push_list(L);
    size_t capacity = 0;
    for (int i = 1; i <= n; i++) {
        lua_pushvalue(L, i);
        add_prefix(L, list, &capacity, name);
    }
    expr.list = plim_trace_keep_list(L);
    plim_trace_push_expr(L, &expr);
    return 1;
}

/* Pushes the test for a name such as `sector_is`, or false. */
static bool push_prefix_test(lua_State *L, plim_object_kind kind, const char *name)
{
    size_t length = strlen(name);
    column found;
    if (length < 4 || strcmp(name + length - 3, "_is") != 0)
        return false;
    const char *base = lua_pushlstring(L, name, length - 3);
    plim_level table = object_table(kind);
    if (!find_column(plim_tracer_of(L), table, base, &found) || !found.text) {
        lua_pop(L, 1);
        return false;
    }
    lua_pushinteger(L, plim_trace_symbol(L, base));
    lua_pushinteger(L, table);
    lua_pushcclosure(L, prefix_test, 2);
    lua_remove(L, -2);
    return true;
}

/* ---- parts: collateral, sites, policies ---- */

/* The share of a piece that counts for the loan, as a column that every book has. */
static void push_share(lua_State *L)
{
    plim_expr expr = {.op = PLIM_OP_COLUMN,
                      .table = PLIM_LEVEL_COLLATERAL,
                      .symbol = plim_trace_symbol(L, PLIM_SHARE_COLUMN),
                      .value = 1};
    plim_trace_push_expr(L, &expr);
}

/* over_sites(b, function (s) ... end) and the like: the sum over the parts of a loan or borrower.
   Upvalue: the level of the parts. */
static int over_parts(lua_State *L)
{
    plim_tracer *tracer = plim_tracer_of(L);
    plim_level part = (plim_level)lua_tointeger(L, lua_upvalueindex(1));
    const struct sum *sum = &sums[part];
    const object *owner = luaL_testudata(L, 1, OBJECT);
    char what[80];
    plim_node node = PLIM_NO_NODE;
    plim_unit unit;
    if (lua_gettop(L) != 2 || !owner || owner->kind != sum->owner || !lua_isfunction(L, 2))
        plim_sandbox_raise(L, "`%s` takes the %s and a function: %s", sum->name,
                           sum->owner == PLIM_OBJECT_LOAN ? "loan" : "borrower", sum->usage);
    plim_trace_push_object(L, sum->part);
    lua_call(L, 1, 1);
    if (tracer->shadow) {
        lua_pushboolean(L, 0);
        return 1;
    }
    snprintf(what, sizeof what, "what the function of `%s` returns", sum->name);
    if (!plim_trace_operand(L, -1, what, &node, &unit)) {
        plim_trace_push_poison(L);
        return 1;
    }
    if (!plim_level_within(tracer->program->graph.nodes[node].level, part)) {
        plim_sandbox_fault(L, "`%s`: its function returns a value of rows of another table",
                           sum->name);
        plim_trace_push_poison(L);
        return 1;
    }
    plim_expr expr = {.op = PLIM_OP_SUM, .table = (uint8_t)part, .arg = {node}, .unit = unit};
    plim_trace_push_expr(L, &expr);
    return 1;
}

/* at(c, d.flood): the hazard at the place of a piece of collateral or of a site. */
static int at_place(lua_State *L)
{
    plim_tracer *tracer = plim_tracer_of(L);
    const object *place = luaL_testudata(L, 1, OBJECT);
    bool stands =
        place && (place->kind == PLIM_OBJECT_COLLATERAL || place->kind == PLIM_OBJECT_SITE);
    if (lua_gettop(L) != 2 || !stands)
        plim_sandbox_raise(
            L, "`at` takes a piece of collateral or a site, and a hazard: at(c, d.flood)");
    if (tracer->shadow) {
        lua_pushboolean(L, 0);
        return 1;
    }
    const plim_formula *formula = plim_trace_formula(L, 2);
    const plim_expr *leaf = formula && !formula->poison && !formula->is_text
                                ? &tracer->program->graph.nodes[formula->node]
                                : NULL;
    if (!leaf || leaf->op != PLIM_OP_INTENSITY) {
        if (!formula || !formula->poison)
            plim_sandbox_fault(L,
                               "`at` takes a hazard itself, such as d.flood, not a formula of it");
        plim_trace_push_poison(L);
        return 1;
    }
    plim_expr there = *leaf;
    there.table = (uint8_t)object_table(place->kind);
    plim_trace_push_expr(L, &there);
    return 1;
}

/* ---- drivers ---- */

static const plim_driver *find_driver(const plim_tracer *tracer, const char *name)
{
    for (size_t i = 0; i < tracer->scenario->n_drivers; i++)
        if (strcmp(tracer->scenario->drivers[i].name, name) == 0)
            return &tracer->scenario->drivers[i];
    return NULL;
}

static void hint_driver(lua_State *L, const char *name, char *out, size_t size)
{
    const plim_scenario *scenario = plim_tracer_of(L)->scenario;
    const char **names = lua_newuserdatauv(L, (scenario->n_drivers + 1) * sizeof *names, 0);
    for (size_t i = 0; i < scenario->n_drivers; i++)
        names[i] = scenario->drivers[i].name;
    names[scenario->n_drivers] = "year";
    plim_choice_hint(name, names, scenario->n_drivers + 1, "; there are ", out, size);
    lua_pop(L, 1);
}

static void push_driver(lua_State *L, const char *name)
{
    const plim_tracer *tracer = plim_tracer_of(L);
    if (strcmp(name, "year") == 0) {
        lua_pushinteger(L, tracer->scenario->first_year + tracer->period);
        return;
    }
    const plim_driver *driver = find_driver(tracer, name);
    if (!driver) {
        char hint[300];
        hint_driver(L, name, hint, sizeof hint);
        plim_sandbox_fault(L, "no driver `%s`%s", name, hint);
        plim_trace_push_poison(L);
        return;
    }
    if (driver->hazard) {
        plim_expr at_home = {.op = PLIM_OP_INTENSITY,
                             .symbol = plim_trace_symbol(L, name),
                             .scenario = tracer->scenario_index,
                             .year = (int16_t)tracer->period,
                             .table = PLIM_LEVEL_BORROWER,
                             .list =
                                 driver->hazard->today ? PLIM_REFERENCE_TODAY : PLIM_REFERENCE_NONE,
                             .varies = true,
                             .unit = driver->unit};
        plim_trace_push_expr(L, &at_home);
        return;
    }
    plim_expr expr = {.op = PLIM_OP_DRIVER,
                      .symbol = plim_trace_symbol(L, name),
                      .scenario = tracer->scenario_index,
                      .year = (int16_t)tracer->period,
                      .varies = driver->process != NULL,
                      .unit = driver->unit};
    plim_trace_push_expr(L, &expr);
}

/* ---- before ---- */

static void push_before(lua_State *L, const char *name)
{
    const plim_tracer *tracer = plim_tracer_of(L);
    char hint[200];
    if (tracer->lost_state) {
        plim_trace_push_poison(L);
        return;
    }
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BEFORE);
    if (lua_getfield(L, -1, name) != LUA_TNIL) {
        if (tracer->shadow)
            lua_pushboolean(L, 0);
        return;
    }
    lua_pop(L, 1);
    if (tracer->period == 0 && push_column(L, PLIM_OBJECT_BORROWER, name))
        return;
    plim_sandbox_hint(L, -1, name, hint, sizeof hint);
    if (tracer->period == 0 && hint[0] == '\0') {
        push_column_names(L, PLIM_LEVEL_BORROWER);
        plim_sandbox_hint(L, -1, name, hint, sizeof hint);
    }
    if (tracer->period == 0)
        plim_sandbox_fault(
            L,
            "`before.%s` has no value in the first year: neither `initial` nor a column "
            "of borrowers has that name%s",
            name, hint);
    else
        plim_sandbox_fault(L, "`before.%s`: the year before returned no state of that name%s", name,
                           hint);
    plim_trace_push_poison(L);
}

/* ---- the metatable ---- */

static int object_index(lua_State *L)
{
    const object *self = luaL_checkudata(L, 1, OBJECT);
    if (lua_type(L, 2) != LUA_TSTRING)
        plim_sandbox_raise(L, "`%s` is indexed by a %s; a name is needed", object_name(self->kind),
                           plim_type_name(L, 2));
    const char *name = lua_tostring(L, 2);
    if (self->kind == PLIM_OBJECT_DRIVERS) {
        push_driver(L, name);
    } else if (self->kind == PLIM_OBJECT_BEFORE) {
        push_before(L, name);
    } else if (self->kind == PLIM_OBJECT_COLLATERAL && strcmp(name, "share") == 0) {
        push_share(L);
    } else if (!push_column(L, self->kind, name) && !push_prefix_test(L, self->kind, name)) {
        refuse_column(L, self->kind, name);
        plim_trace_push_poison(L);
    }
    return 1;
}

static int object_newindex(lua_State *L)
{
    const object *self = luaL_checkudata(L, 1, OBJECT);
    plim_sandbox_raise(
        L,
        "`%s` can't be changed; keep new values in local names, and what the next year "
        "needs in `state`",
        object_name(self->kind));
}

void plim_trace_open_objects(lua_State *L, int builtins)
{
    static const luaL_Reg events[] = {
        {"__index", object_index}, {"__newindex", object_newindex}, {NULL, NULL}};
    luaL_newmetatable(L, OBJECT);
    luaL_setfuncs(L, events, 0);
    lua_pop(L, 1);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, PLIM_BEFORE);
    for (int part = PLIM_LEVEL_COLLATERAL; part <= PLIM_LEVEL_POLICY; part++) {
        lua_pushinteger(L, part);
        lua_pushcclosure(L, over_parts, 1);
        lua_setfield(L, builtins, sums[part].name);
    }
    lua_pushcfunction(L, at_place);
    lua_setfield(L, builtins, "at");
}
