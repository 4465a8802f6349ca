/* Traced calls, each followed by its shadow. */
#include "script/trace.h"

#include <stdio.h>

#include "base/memory.h"

enum {
    PROBE =
        1000000, /* instructions that are recorded: a loop that a formula keeps going ends here */
    LINE_BITS = 24,
};

/* ---- false instead of formulas ---- */

static int answer_false(lua_State *L)
{
    lua_pushboolean(L, 0);
    return 1;
}

/* As a poison value that is called: nothing ends a generic `for`, which calls with (nil, nil). */
static int answer_call(lua_State *L)
{
    if (plim_trace_ends_loop(L))
        lua_pushnil(L);
    else
        lua_pushboolean(L, 0);
    return 1;
}

static int answer_nothing(lua_State *L)
{
    (void)L;
    return 0;
}

static int answer_zero(lua_State *L)
{
    lua_pushinteger(L, 0);
    return 1;
}

static int answer_empty(lua_State *L)
{
    lua_pushliteral(L, "");
    return 1;
}

/* Upvalue: the table of methods. */
static int false_index(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL)
        lua_pushboolean(L, 0);
    return 1;
}

#define SHADOW "plim.shadow" /* registry: metatable of booleans during a shadow run */

void plim_shadow_open(lua_State *L, int methods)
{
    static const char *const events[] = {"__add", "__sub",  "__mul",  "__div", "__mod",  "__pow",
                                         "__unm", "__idiv", "__band", "__bor", "__bxor", "__shl",
                                         "__shr", "__bnot", "__lt",   "__le"};
    lua_newtable(L);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        lua_pushcfunction(L, answer_false);
        lua_setfield(L, -2, events[i]);
    }
    lua_pushcfunction(L, answer_empty); /* as the traced operators do */
    lua_setfield(L, -2, "__concat");
    lua_pushcfunction(L, answer_call);
    lua_setfield(L, -2, "__call");
    lua_pushcfunction(L, answer_zero);
    lua_setfield(L, -2, "__len");
    lua_pushcfunction(L, answer_nothing);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, methods);
    lua_pushcclosure(L, false_index, 1);
    lua_setfield(L, -2, "__index");
    lua_setfield(L, LUA_REGISTRYINDEX, SHADOW);
}

static void dress_booleans(lua_State *L, bool as_shadow)
{
    lua_pushboolean(L, 0);
    if (as_shadow)
        lua_getfield(L, LUA_REGISTRYINDEX, SHADOW);
    else
        lua_pushnil(L);
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

/* ---- recording and comparing ---- */

static uint32_t pack(int source, int line)
{
    return ((uint32_t)source << LINE_BITS) | ((uint32_t)line & ((1u << LINE_BITS) - 1));
}

static void end_run(plim_sandbox *sandbox)
{
    plim_tracer *tracer = sandbox->tracer;
    tracer->recording.ended = true;
    plim_sandbox_abort(sandbox->L);
}

static void record_step(plim_sandbox *sandbox, int source, int line)
{
    plim_recording *r = &((plim_tracer *)sandbox->tracer)->recording;
    if (r->count >= PROBE) {
        r->capped = true;
        if (r->stop_at_cap)
            end_run(sandbox);
        return;
    }
    if (plim_grow((void **)&r->place, &r->capacity, r->count + 1, sizeof *r->place) != 0)
        plim_sandbox_no_memory(sandbox->L, "the trace of a script");
    r->place[r->count++] = pack(source, line);
}

static void compare_step(plim_sandbox *sandbox, int source, int line)
{
    plim_recording *r = &((plim_tracer *)sandbox->tracer)->recording;
    if (r->at < r->count && r->place[r->at] == pack(source, line)) {
        r->at++;
        return;
    }
    r->parted = r->at < r->count || r->complete;
    end_run(sandbox);
}

static int record_answer(plim_sandbox *sandbox, int honest)
{
    plim_recording *r = &((plim_tracer *)sandbox->tracer)->recording;
    if (r->n_answers >= PROBE)
        return honest;
    if (plim_grow((void **)&r->answer, &r->answers_capacity, r->n_answers + 1, 1) != 0)
        plim_sandbox_no_memory(sandbox->L, "the trace of a script");
    r->answer[r->n_answers++] = (unsigned char)honest;
    return honest;
}

/* The shadow is told what the traced run was told, so that type() makes no difference. */
static int replay_answer(plim_sandbox *sandbox, int honest)
{
    plim_recording *r = &((plim_tracer *)sandbox->tracer)->recording;
    return r->answers_at < r->n_answers ? r->answer[r->answers_at++] : honest;
}

/* ---- running ---- */

typedef struct traced_call {
    int function; /* stack index */
    const plim_object_kind *objects;
    int n;
} traced_call;

/* Runs the function once; its result is pushed on success. Raises only when everything must end. */
static bool run_once(lua_State *L, const traced_call *call)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    plim_recording *r = &((plim_tracer *)sandbox->tracer)->recording;
    lua_pushcfunction(L, plim_sandbox_on_error);
    int handler = lua_gettop(L);
    lua_pushvalue(L, call->function);
    for (int i = 0; i < call->n; i++)
        plim_trace_push_object(L, call->objects[i]);
    r->ended = false;
    sandbox->push_unknown = plim_trace_push_poison;
    plim_sandbox_watch(sandbox, true);
    int status = lua_pcall(L, call->n, 1, handler);
    sandbox->push_unknown = NULL;
    plim_sandbox_watch(sandbox, false);
    sandbox->paused = 0;
    if (r->ended)
        sandbox->unwinding = false;
    lua_remove(L, handler);
    if (status == LUA_OK)
        return true;
    lua_pop(L, 1);
    if (!r->ended)
        plim_sandbox_settle(sandbox, status);
    if (sandbox->unwinding)
        plim_sandbox_abort(L);
    return false;
}

static bool run_traced(lua_State *L, const traced_call *call, bool stop_at_cap)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    plim_recording *r = &((plim_tracer *)sandbox->tracer)->recording;
    r->stop_at_cap = stop_at_cap;
    sandbox->step = record_step;
    sandbox->answer = record_answer;
    r->complete = run_once(L, call);
    sandbox->answer = NULL;
    return r->complete;
}

static void name_parting(const plim_sandbox *sandbox, uint32_t place)
{
    const plim_lua_source *source = sandbox->sources[place >> LINE_BITS];
    int split_line = (int)(place & ((1u << LINE_BITS) - 1));
    uint32_t token = plim_lua_source_token(source, split_line);
    plim_script_spot spot = plim_lua_source_spot(source, plim_lua_source_place(source, split_line));
    static const struct {
        const char *token, *name;
    } words[] = {{"and", "`and`"},
                 {"or", "`or`"},
                 {"then", "`if`"},
                 {"do", "`while`"},
                 {"until", "`until`"}};
    const char *name = "an `if`, `while`, `until`, `and`, `or` or `not`";
    char message[400];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (uint32_t k = 0; k < 2 && token != PLIM_NO_TOKEN; k++) /* a test ends before `then` */
            if (plim_token_is(&source->tokens, token + k, words[i].token))
                name = words[i].name;
    snprintf(
        message, sizeof message,
        "%s decides on a formula: the script runs once for all borrowers, so all would go one way; "
        "write where(condition, a, b), and all, any, no instead of and, or, not",
        name);
    if (!plim_script_faults_at(sandbox->faults, source->path, spot.place.line))
        plim_script_faults_add(sandbox->faults, &spot, message, NULL);
}

/* Runs the shadow. True if it went the way of the traced run. */
static bool run_shadow(lua_State *L, const traced_call *call)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    plim_tracer *tracer = sandbox->tracer;
    plim_recording *r = &tracer->recording;
    r->at = r->answers_at = 0;
    r->parted = false;
    sandbox->step = compare_step;
    sandbox->answer = replay_answer;
    sandbox->quiet = tracer->shadow = true;
    dress_booleans(L, true);
    bool finished = run_once(L, call);
    dress_booleans(L, false);
    sandbox->quiet = tracer->shadow = false;
    sandbox->answer = NULL;
    if (finished) {
        lua_pop(L, 1);
        r->parted = r->at < r->count;
    }
    if (r->parted && r->at > 0)
        name_parting(sandbox, r->place[r->at - 1]);
    return !r->parted;
}

bool plim_trace_call(lua_State *L, int function, const plim_object_kind *objects, int n)
{
    plim_recording *r = &plim_tracer_of(L)->recording;
    traced_call call = {.function = function, .objects = objects, .n = n};
    r->count = r->n_answers = 0;
    r->capped = false;
    luaL_checkstack(L, n + 10, NULL);
    bool good = run_traced(L, &call, true);
    bool same_way = run_shadow(L, &call);
    if (r->capped && same_way) { /* long, but not because of a formula */
        good = run_traced(L, &call, false);
        return good;
    }
    return good;
}
