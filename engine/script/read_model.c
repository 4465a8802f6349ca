/* model { ... } -> plim_model. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "math/matrix.h"
#include "math/student.h"
#include "script/keys.h"
#include "script/read.h"

enum { MOST_FACTORS = 1000, LONGEST_NAME = 200 };

static const char *const known_keys[] = {"name",    "copula",      "factors", "correlation",
                                         "loading", "persistence", "lgd",     NULL};

/* Within these the table of beta quantiles keeps the error that math/beta.h states. */
#define LEAST_SPREAD 0.01
#define MOST_SPREAD  0.9

static void fault(const plim_fields *fields, const char *key, const char *format, ...)
    PLIM_PRINTF(3, 4);
static void fault(const plim_fields *fields, const char *key, const char *format, ...)
{
    char text[300];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    plim_sandbox_fault_at(plim_sandbox_of(fields->L), plim_field_place(fields, key, NULL), "%s",
                          text);
}

/* The number in a part of the model, such as nu in t { nu = 6 }; NaN if it is none. */
static double part_number(const plim_fields *part, const char *key, double otherwise)
{
    int type = plim_field_get(part, key);
    double value = type == LUA_TNIL ? otherwise : (double)NAN;
    if (type == LUA_TNUMBER)
        value = lua_tonumber(part->L, -1);
    lua_pop(part->L, 1);
    return value;
}

/* The fields of the part at the top of the stack, which stands under `outer`. */
static plim_fields part_of(const plim_fields *fields, const char *outer)
{
    return (plim_fields){
        .L = fields->L, .table = lua_gettop(fields->L), .call = fields->call, .outer = outer};
}

static bool is_text(lua_State *L, const char *text)
{
    return lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), text) == 0;
}

static bool is_part(lua_State *L, const char *word)
{
    const char *found = plim_declared_word(L, -1);
    return found && strcmp(found, word) == 0;
}

static void read_copula(const plim_fields *fields, plim_model *model)
{
    static const char *const keys[] = {"nu", NULL};
    lua_State *L = fields->L;
    int type = plim_field_get(fields, "copula");
    if (is_part(L, "t")) {
        plim_fields part = part_of(fields, "copula");
        plim_fields_check(&part, keys);
        double nu = part_number(&part, "nu", (double)NAN);
        if (nu >= 2 && nu <= PLIM_STUDENT_MOST && floor(nu) == nu)
            model->copula_nu = (uint32_t)nu;
        else
            fault(&part, "nu",
                  "model: copula t { nu = ... }: `nu`, the degrees of freedom, must be a whole "
                  "number from 2 to %d",
                  PLIM_STUDENT_MOST);
    } else if (type != LUA_TNIL && !is_text(L, "gaussian")) {
        fault(fields, "copula",
              "model: this copula is not known to this version; it must be \"gaussian\" or "
              "t { nu = 6 }");
    }
    lua_pop(L, 1);
}

static void read_beta(const plim_fields *fields, plim_severity_model *severity)
{
    static const char *const keys[] = {"spread", "systematic", NULL};
    plim_fields part = part_of(fields, "lgd");
    plim_fields_check(&part, keys);
    double spread = part_number(&part, "spread", (double)NAN);
    double systematic = part_number(&part, "systematic", 0.0);
    if (!(spread >= LEAST_SPREAD && spread <= MOST_SPREAD))
        fault(&part, "spread",
              "model: lgd beta { spread = ... }: `spread`, the standard deviation as a share of "
              "the largest possible, must be a number from %g to %g",
              LEAST_SPREAD, MOST_SPREAD);
    if (!(systematic >= 0.0 && systematic < 1.0))
        fault(&part, "systematic",
              "model: lgd beta { systematic = ... }: `systematic`, the weight of the factors in "
              "recoveries, must be a number from 0 to below 1");
    *severity = (plim_severity_model){
        .kind = PLIM_SEVERITY_BETA, .spread = spread, .systematic = systematic};
}

static void read_lgd(const plim_fields *fields, plim_model *model)
{
    static const char *const keys[] = {NULL};
    lua_State *L = fields->L;
    int type = plim_field_get(fields, "lgd");
    if (is_part(L, "beta")) {
        read_beta(fields, &model->severity);
    } else if (is_part(L, "frye_jacobs")) {
        plim_fields part = part_of(fields, "lgd");
        plim_fields_check(&part, keys);
        model->severity.kind = PLIM_SEVERITY_FRYE_JACOBS;
    } else if (type != LUA_TNIL && !is_text(L, "fixed")) {
        fault(fields, "lgd",
              "model: `lgd` must be fixed, beta { spread = 0.4, systematic = 0 } or "
              "frye_jacobs {}");
    }
    lua_pop(L, 1);
}

static void refuse_factor(const plim_fields *fields, int i, const char *name)
{
    if (*name)
        fault(fields, "factors", "model: factor `%s` is there twice", name);
    else
        fault(fields, "factors", "model: factor %d has no name", i);
}

static void read_factors(const plim_fields *fields, plim_model *model)
{
    lua_State *L = fields->L;
    plim_sandbox *sandbox = plim_sandbox_of(L);
    plim_place place = plim_field_place(fields, "factors", NULL);
    int type = plim_field_get(fields, "factors");
    lua_Integer n = type == LUA_TTABLE ? luaL_len(L, -1) : 0;
    if (n < 1 || n > MOST_FACTORS)
        plim_sandbox_fault_at(sandbox, place,
                              "model: `factors` must be a table of 1 to %d names: { \"macro\" }",
                              MOST_FACTORS);
    for (lua_Integer i = 1; i <= n && n <= MOST_FACTORS; i++) {
        size_t length = 0;
        const char *name =
            lua_rawgeti(L, -1, i) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : "";
        if (length > LONGEST_NAME || strlen(name) != length || !plim_utf8_valid(name, length))
            name = "";
        size_t before = model->factors.count;
        if (plim_names_add(&model->factors, name, NULL, sandbox->failure) != PLIM_OK)
            plim_sandbox_abort(L);
        if (!*name || model->factors.count == before)
            refuse_factor(fields, (int)i, name);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Row i of the table at the top into the matrix; false if it is not a row of n numbers. */
static bool read_row(lua_State *L, double *row, lua_Integer i, lua_Integer n)
{
    bool good = lua_rawgeti(L, -1, i) == LUA_TTABLE && luaL_len(L, -1) == n;
    for (lua_Integer k = 1; good && k <= n; k++) {
        good = lua_rawgeti(L, -1, k) == LUA_TNUMBER && isfinite(lua_tonumber(L, -1));
        row[k - 1] = good ? lua_tonumber(L, -1) : 0.0;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return good;
}

static void check_correlation(const plim_fields *fields, const plim_model *model)
{
    size_t n = model->factors.count;
    plim_sandbox *sandbox = plim_sandbox_of(fields->L);
    plim_error err = {0};
    double *lower = plim_alloc(n * n, sizeof *lower);
    if (!lower)
        plim_sandbox_no_memory(fields->L, "the correlations");
    plim_status status = plim_cholesky(model->correlation, n, lower, &err);
    plim_free(lower);
    if (status == PLIM_INPUT) {
        plim_sandbox_fault_at(sandbox, plim_field_place(fields, "correlation", NULL),
                              "model: correlation: %s", err.message);
    } else if (status != PLIM_OK) {
        *sandbox->failure = err;
        plim_sandbox_abort(fields->L);
    }
}

/* Without `correlation` the factors are independent. */
static void read_correlation(const plim_fields *fields, plim_model *model)
{
    lua_State *L = fields->L;
    size_t n = model->factors.count;
    model->correlation = plim_alloc(n * n, sizeof *model->correlation);
    if (!model->correlation)
        plim_sandbox_no_memory(L, "the correlations");
    for (size_t i = 0; i < n; i++)
        model->correlation[i * n + i] = 1.0;
    int type = plim_field_get(fields, "correlation");
    bool good = type == LUA_TNIL || (type == LUA_TTABLE && luaL_len(L, -1) == (lua_Integer)n);
    for (size_t i = 0; type == LUA_TTABLE && good && i < n; i++)
        good = read_row(L, model->correlation + i * n, (lua_Integer)i + 1, (lua_Integer)n);
    if (!good)
        plim_sandbox_fault_at(
            plim_sandbox_of(L), plim_field_place(fields, "correlation", NULL),
            "model: `correlation` must have %d rows of %d numbers, one for each factor", (int)n,
            (int)n);
    else if (type == LUA_TTABLE)
        check_correlation(fields, model);
    lua_pop(L, 1);
}

static void read_persistence(const plim_fields *fields, plim_model *model)
{
    lua_State *L = fields->L;
    int type = plim_field_get(fields, "persistence");
    double value = type == LUA_TNIL ? 0.0 : (double)NAN;
    if (type == LUA_TNUMBER)
        value = lua_tonumber(L, -1);
    if (!(value >= 0.0 && value < 1.0))
        plim_sandbox_fault_at(plim_sandbox_of(L), plim_field_place(fields, "persistence", NULL),
                              "model: `persistence` must be a number from 0 to below 1");
    model->persistence = value;
    lua_pop(L, 1);
}

/* The table of weights at the top of the stack, popped: factor = weight. */
static void read_weights(lua_State *L, int function, plim_model *model)
{
    int weights = lua_gettop(L);
    char hint[300];
    lua_Integer n = plim_keys_push(L, weights, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, weights + 1, i);
        const char *name = lua_tostring(L, -1);
        uint32_t factor = plim_names_find(&model->factors, name);
        if (factor == PLIM_NO_NAME) {
            plim_choice_hint(name, (const char *const *)model->factors.text, model->factors.count,
                             "; the factors are ", hint, sizeof hint);
            plim_return_fault(L, function, name, "loading: no factor `%s`%s", name, hint);
        } else {
            lua_pushvalue(L, -1);
            lua_rawget(L, weights);
            model->loading[factor] = plim_return_node(L, function, name, "");
        }
        lua_pop(L, 1);
    }
    lua_settop(L, weights - 1);
}

static void read_loading(const plim_fields *fields, plim_model *model)
{
    static const plim_object_kind objects[] = {PLIM_OBJECT_BORROWER};
    lua_State *L = fields->L;
    model->loading = plim_alloc(model->factors.count, sizeof *model->loading);
    if (!model->loading)
        plim_sandbox_no_memory(L, "the loadings");
    for (size_t i = 0; i < model->factors.count; i++)
        model->loading[i] = PLIM_NO_NODE;
    int type = plim_field_get(fields, "loading");
    int at = lua_gettop(L);
    if (type == LUA_TFUNCTION) {
        if (plim_trace_call(L, at, objects, 1) && plim_return_is_table(L, at, "loading"))
            read_weights(L, at, model);
    } else if (type == LUA_TTABLE) {
        lua_pushcfunction(L, plim_sandbox_require); /* no function: faults concern the file */
        lua_insert(L, at);
        read_weights(L, at, model);
    } else {
        plim_sandbox_fault_at(
            plim_sandbox_of(L), plim_field_place(fields, "loading", NULL),
            "model: `loading` must be a function (b) that returns a table of factor = "
            "weight");
    }
    lua_settop(L, at - 1);
}

int plim_read_model(lua_State *L)
{
    plim_reading *reading = lua_touserdata(L, 1);
    plim_model *model = &reading->program->model;
    reading->tracer->grain = PLIM_LEVEL_BORROWER;
    plim_declare_open_model(L);
    plim_declare_run(L, reading, "model");
    plim_fields fields = {.L = L, .table = lua_gettop(L), .call = "model"};
    plim_fields_check(&fields, known_keys);
    model->name = plim_field_text(&fields, "name", true);
    read_copula(&fields, model);
    read_lgd(&fields, model);
    read_factors(&fields, model);
    read_correlation(&fields, model);
    read_persistence(&fields, model);
    read_loading(&fields, model);
    return 0;
}
