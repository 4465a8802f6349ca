/* Rules by row: ordinary Lua, not traced. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"
#include "script/sandbox.h"

struct plim_rules {
    plim_sandbox sandbox;
    plim_script_faults faults;
    plim_error failure;
    plim_script_loader loader;
    char *lib_dir, *module;
};

/* One call, handed to Lua as a light userdata. */
typedef struct rule_call {
    plim_rules *rules;
    const char *name;
    const plim_rule_value *in;
    size_t n_in;
    plim_rule_value *out;
    size_t n_out;
} rule_call;

#define RULES  "plim.rules"  /* registry: the module's table */
#define RESULT "plim.result" /* registry: the last call's table, which keeps its texts */

/* PLIM_OK, or what went wrong since the last call; the faults are then forgotten. */
static plim_status outcome(plim_rules *rules, plim_error *err)
{
    plim_status status = rules->failure.status;
    if (status != PLIM_OK) {
        if (err && err->status == PLIM_OK)
            *err = rules->failure;
    } else {
        status = plim_script_faults_report(&rules->faults, err);
    }
    plim_script_faults_free(&rules->faults);
    return status;
}

/* ---- opening ---- */

static int load_rules(lua_State *L)
{
    const plim_rules *rules = lua_touserdata(L, 1);
    lua_pushcfunction(L, plim_sandbox_require);
    lua_pushstring(L, rules->module);
    lua_call(L, 1, 1);
    if (!lua_istable(L, -1))
        plim_sandbox_raise(L, "module `%s` must return a table of functions", rules->module);
    lua_setfield(L, LUA_REGISTRYINDEX, RULES);
    return 0;
}

static plim_status open_rules(plim_rules *rules, const char *module,
                              const plim_script_loader *loader)
{
    plim_sandbox *sandbox = &rules->sandbox;
    rules->loader = *loader;
    rules->lib_dir = plim_strdup(loader->lib_dir ? loader->lib_dir : "");
    rules->module = plim_strdup(module);
    sandbox->faults = &rules->faults;
    sandbox->loader = &rules->loader;
    sandbox->failure = &rules->failure;
    sandbox->plain = true;
    if (!rules->lib_dir || !rules->module)
        return plim_fail_memory(&rules->failure, "the rules");
    rules->loader.lib_dir = rules->lib_dir;
    if (!plim_sandbox_open(sandbox) || !plim_sandbox_protect(sandbox, load_rules, rules))
        return PLIM_OK;                /* recorded */
    char *kind = plim_strdup("rules"); /* the first file that was read */
    if (!kind)
        return plim_fail_memory(&rules->failure, "the rules");
    plim_free(sandbox->inputs[0].kind);
    sandbox->inputs[0].kind = kind;
    return PLIM_OK;
}

plim_status plim_rules_open(plim_rules **out, const char *module, const plim_script_loader *loader,
                            plim_error *err)
{
    plim_rules *rules = plim_alloc(1, sizeof *rules);
    *out = NULL;
    if (!rules)
        return plim_fail_memory(err, "the rules");
    plim_status status = open_rules(rules, module, loader);
    if (status == PLIM_OK)
        status = outcome(rules, err);
    else if (err)
        *err = rules->failure;
    if (status != PLIM_OK) {
        plim_rules_close(rules);
        return status;
    }
    *out = rules;
    return PLIM_OK;
}

static bool fetch_read(void *user, const char *path, const char **text, size_t *length)
{
    const plim_rules *of = user;
    for (size_t i = 0; i < of->sandbox.n_inputs; i++)
        if (strcmp(of->sandbox.inputs[i].path, path) == 0) {
            *text = of->sandbox.inputs[i].text;
            *length = of->sandbox.inputs[i].length;
            return true;
        }
    return false;
}

plim_status plim_rules_copy(plim_rules **out, plim_rules *of, plim_error *err)
{
    plim_script_loader loader = {.lib_dir = of->lib_dir, .fetch = fetch_read, .user = of};
    return plim_rules_open(out, of->module, &loader, err);
}

void plim_rules_close(plim_rules *rules)
{
    if (!rules)
        return;
    plim_sandbox_close(&rules->sandbox);
    plim_script_faults_free(&rules->faults);
    plim_free(rules->lib_dir);
    plim_free(rules->module);
    plim_free(rules);
}

const plim_script_input *plim_rules_input(const plim_rules *rules)
{
    return &rules->sandbox.inputs[0];
}

const plim_script_input *plim_rules_inputs(const plim_rules *rules, size_t *count)
{
    *count = rules->sandbox.n_inputs;
    return rules->sandbox.inputs;
}

/* ---- calling ---- */

static void on_too_long(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    plim_sandbox *sandbox = plim_sandbox_of(L);
    if (!sandbox->unwinding) {
        sandbox->unwinding = true;
        plim_sandbox_raise(L, "stopped after %d steps: the rule does not come to an end",
                           sandbox->limits.rule_steps);
    }
    plim_sandbox_abort(L);
}

static void push_function(lua_State *L, const rule_call *call)
{
    char hint[200];
    lua_getfield(L, LUA_REGISTRYINDEX, RULES);
    if (lua_getfield(L, -1, call->name) == LUA_TFUNCTION) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 1);
    plim_sandbox_hint(L, -1, call->name, hint, sizeof hint);
    plim_sandbox_fault_at(plim_sandbox_of(L), (plim_place){0}, "module `%s` has no function `%s`%s",
                          call->rules->module, call->name, hint);
    lua_pushnil(L);
    lua_error(L);
}

static void push_arguments(lua_State *L, const rule_call *call)
{
    lua_createtable(L, 0, (int)call->n_in);
    for (size_t i = 0; i < call->n_in; i++) {
        const plim_rule_value *value = &call->in[i];
        if (value->text)
            lua_pushstring(L, value->text);
        else if (!isnan(value->number))
            lua_pushnumber(L, value->number);
        else
            continue;
        lua_setfield(L, -2, value->key);
    }
}

/* Each answer from the table at the top of the stack. */
static void read_answers(lua_State *L, const rule_call *call)
{
    for (size_t i = 0; i < call->n_out; i++) {
        plim_rule_value *value = &call->out[i];
        int type = lua_getfield(L, -1, value->key);
        if (type == LUA_TNUMBER)
            value->number = lua_tonumber(L, -1);
        else if (type == LUA_TSTRING)
            value->text = lua_tostring(L, -1); /* kept alive by RESULT */
        else if (type == LUA_TBOOLEAN)
            value->number = lua_toboolean(L, -1);
        else if (type != LUA_TNIL)
            plim_sandbox_fault_at(
                plim_sandbox_of(L), (plim_place){0},
                "function `%s` returned a %s as `%s`; a number or a text is needed", call->name,
                plim_type_name(L, -1), value->key);
        lua_pop(L, 1);
    }
}

static int call_rule(lua_State *L)
{
    const rule_call *call = lua_touserdata(L, 1);
    push_function(L, call);
    push_arguments(L, call);
    lua_call(L, 1, 1);
    if (!lua_istable(L, -1)) {
        plim_sandbox_fault_at(plim_sandbox_of(L), (plim_place){0},
                              "function `%s` must return a table, not a %s", call->name,
                              plim_type_name(L, -1));
        return 0;
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, RESULT);
    read_answers(L, call);
    return 0;
}

plim_status plim_rules_call(plim_rules *rules, const char *name, const plim_rule_value *in,
                            size_t n_in, plim_rule_value *out, size_t n_out, plim_error *err)
{
    plim_sandbox *sandbox = &rules->sandbox;
    rule_call call = {
        .rules = rules, .name = name, .in = in, .n_in = n_in, .out = out, .n_out = n_out};
    for (size_t i = 0; i < n_out; i++) {
        out[i].text = NULL;
        out[i].number = (double)NAN;
    }
    lua_sethook(sandbox->L, on_too_long, LUA_MASKCOUNT, sandbox->limits.rule_steps);
    bool good = plim_sandbox_protect(sandbox, call_rule, &call);
    sandbox->unwinding = false;
    if (good && rules->faults.count == 0)
        return PLIM_OK;
    return outcome(rules, err);
}
