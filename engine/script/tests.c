/* `scenario test`: the functions test_* of a script or a library, called with plain numbers. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "script/read.h"

#define TESTS  "plim.tests" /* registry: name -> function */
#define PREFIX "test_"

/* A script under test. */
typedef struct testing {
    const char *path;
    plim_sandbox *sandbox;
    plim_names names;
    const char *name; /* of the test at hand */
} testing;

/* ---- finding them ---- */

static bool is_test(const char *name)
{
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0;
}

/* The tests among the fields of the table at `index`. */
static void collect(lua_State *L, testing *t, int index)
{
    index = lua_absindex(L, index);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || !lua_isfunction(L, -1) ||
            !is_test(lua_tostring(L, -2)))
            continue;
        lua_getfield(L, LUA_REGISTRYINDEX, TESTS);
        lua_pushvalue(L, -3);
        lua_pushvalue(L, -3);
        lua_rawset(L, -3);
        lua_pop(L, 1);
        if (plim_names_add(&t->names, lua_tostring(L, -2), NULL, t->sandbox->failure) != PLIM_OK)
            plim_sandbox_abort(L);
    }
}

/* Plain numbers take the methods of formulas, `x:lt(0)`, so that a script can be called with them.
 */
static void give_methods_to_numbers(lua_State *L)
{
    static const char *const methods[] = {"lt", "le", "gt", "ge", "eq"};
    lua_pushnumber(L, 0);
    lua_newtable(L);
    lua_newtable(L);
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        lua_getfield(L, -1, methods[i]);
        lua_setfield(L, -3, methods[i]);
    }
    lua_pop(L, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2); /* of all numbers */
    lua_pop(L, 1);
}

static int load(lua_State *L)
{
    testing *t = lua_touserdata(L, 1);
    plim_trace_open(L);
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    plim_declare_open(L, lua_gettop(L));
    give_methods_to_numbers(L);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, TESTS);
    plim_sandbox_run(L, "script", t->path, t->path);
    if (lua_istable(L, -1))
        collect(L, t, -1);
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_ENVIRONMENT);
    collect(L, t, -1);
    return 0;
}

/* ---- running them ---- */

static int call(lua_State *L)
{
    const testing *t = lua_touserdata(L, 1);
    lua_getfield(L, LUA_REGISTRYINDEX, TESTS);
    lua_getfield(L, -1, t->name);
    lua_call(L, 0, 0);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static plim_status run_all(testing *t, const plim_test_watch *watch, plim_error *err)
{
    size_t n = t->names.count;
    const char **sorted = plim_alloc(n, sizeof *sorted);
    if (sorted == NULL)
        return plim_fail_memory(err, "the tests of a script");
    for (size_t i = 0; i < n; i++)
        sorted[i] = t->names.text[i];
    qsort(sorted, n, sizeof *sorted, by_name);
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < n && status == PLIM_OK; i++) {
        plim_error fault = {PLIM_OK, ""};
        t->name = sorted[i];
        (void)plim_sandbox_protect(t->sandbox, call, t);
        bool failed = plim_script_faults_report(t->sandbox->faults, &fault) != PLIM_OK;
        plim_script_faults_free(t->sandbox->faults);
        if (t->sandbox->failure->status != PLIM_OK)
            status =
                plim_fail(err, t->sandbox->failure->status, "%s", t->sandbox->failure->message);
        else
            watch->done(watch->user, sorted[i], failed ? fault.message : NULL);
    }
    plim_free(sorted);
    return status;
}

/* ---- all of it ---- */

static plim_status work(testing *t, const plim_test_watch *watch, plim_error *err)
{
    plim_sandbox *sandbox = t->sandbox;
    if (sandbox->folder == NULL)
        return plim_fail_memory(err, "the tests of a script");
    if (plim_sandbox_open(sandbox))
        (void)plim_sandbox_protect(sandbox, load, t);
    if (sandbox->failure->status != PLIM_OK)
        return plim_fail(err, sandbox->failure->status, "%s", sandbox->failure->message);
    PLIM_TRY(plim_script_faults_report(sandbox->faults, err));
    if (t->names.count == 0)
        return plim_fail(err, PLIM_INPUT,
                         "%s: has no test; accepted: functions whose names begin with `test_`, "
                         "global ones or those of the table that it returns",
                         t->path);
    return run_all(t, watch, err);
}

plim_status plim_script_test(const char *path, const plim_schema *schema,
                             const plim_script_loader *loader, const plim_test_watch *watch,
                             plim_error *err)
{
    plim_script_faults faults = {0};
    plim_error failure = {PLIM_OK, ""};
    plim_program program = {0};
    plim_tracer tracer = {.schema = schema, .program = &program};
    plim_sandbox sandbox = {.faults = &faults,
                            .loader = loader,
                            .failure = &failure,
                            .folder = plim_script_folder(path)};
    testing t = {.path = path, .sandbox = &sandbox};
    tracer.sandbox = &sandbox;
    sandbox.tracer = &tracer;
    plim_status status = work(&t, watch, err);
    plim_sandbox_close(&sandbox);
    plim_script_faults_free(&faults);
    plim_names_free(&t.names);
    plim_tracer_free(&tracer);
    plim_program_free(&program);
    return status;
}
