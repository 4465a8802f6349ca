#include "script/sandbox.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "math/functions.h"

/* Lua computes `^` with pow(), whose bits change with the processor. The linker sends the calls of
   the Lua library here (--wrap=pow), so that a constant in a script is the same everywhere. */
double __wrap_pow(double x, double y);
double __wrap_pow(double x, double y)
{
    return plim_pow(x, y);
}

enum { CLOCK_STEPS = 4096 }; /* instructions between two looks at the clock */

static plim_script_limits current_limits = PLIM_SCRIPT_LIMITS;

void plim_script_set_limits(const plim_script_limits *limits)
{
    current_limits = limits ? *limits : (plim_script_limits)PLIM_SCRIPT_LIMITS;
}

plim_script_limits plim_script_get_limits(void)
{
    return current_limits;
}

plim_sandbox *plim_sandbox_of(lua_State *L)
{
    return *(plim_sandbox **)lua_getextraspace(L);
}

/* ---- memory ---- */

/* Only notes the place: Lua collects garbage and asks once more before it gives up. */
static void note_over_bytes(plim_sandbox *sandbox)
{
    sandbox->over_bytes = true;
    sandbox->bytes_source = NULL;
    if (sandbox->L)
        (void)plim_sandbox_place(sandbox->L, &sandbox->bytes_source, &sandbox->bytes_place);
}

static void *allocate(void *user, void *old, size_t old_size, size_t size)
{
    plim_sandbox *sandbox = user;
    size_t held = old ? old_size : 0;
    if (size == 0) {
        plim_free(old);
        sandbox->used -= held;
        return NULL;
    }
    if (size > held && size - held > sandbox->limits.bytes - sandbox->used) {
        note_over_bytes(sandbox);
        return NULL;
    }
    void *memory = plim_resize(old, size, 1);
    if (!memory && size <= held)
        return old; /* Lua takes for granted that shrinking works */
    if (!memory) {
        sandbox->over_bytes = false;
        return NULL;
    }
    sandbox->used += size - held;
    return memory;
}

static void note_no_memory(plim_sandbox *sandbox, const char *what)
{
    if (plim_fail_memory(sandbox->failure, what) != PLIM_OK)
        sandbox->unwinding = true;
}

void plim_sandbox_no_memory(lua_State *L, const char *what)
{
    note_no_memory(plim_sandbox_of(L), what);
    plim_sandbox_abort(L);
}

void plim_sandbox_abort(lua_State *L)
{
    plim_sandbox_of(L)->unwinding = true;
    lua_pushnil(L);
    lua_error(L);
    __builtin_unreachable();
}

/* ---- time ---- */

static double now(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        return (double)INFINITY; /* without a clock nothing may run */
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void check_clock(plim_sandbox *sandbox, uint64_t steps)
{
    sandbox->steps += steps;
    if (sandbox->steps <= sandbox->limits.steps && now() < sandbox->deadline)
        return;
    sandbox->unwinding = true;
    sandbox->quiet = false;
    plim_sandbox_raise(sandbox->L, "stopped after %g s: the script does not come to an end",
                       sandbox->limits.seconds);
}

void plim_sandbox_spend(lua_State *L, uint64_t steps)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    if (sandbox->unwinding)
        plim_sandbox_abort(L);
    check_clock(sandbox, steps);
}

static void on_clock(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    plim_sandbox_spend(L, CLOCK_STEPS);
}

/* The number of the source in a chunk name "=\2N\3", or -1. */
static int source_number(const char *chunk)
{
    int number = 0;
    if (chunk[0] != '=' || chunk[1] != '\2')
        return -1;
    for (chunk += 2; *chunk >= '0' && *chunk <= '9'; chunk++)
        number = number * 10 + (*chunk - '0');
    return *chunk == '\3' ? number : -1;
}

static void on_step(lua_State *L, lua_Debug *ar)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    if (sandbox->unwinding)
        plim_sandbox_abort(L);
    if (++sandbox->ticks % CLOCK_STEPS == 0)
        check_clock(sandbox, CLOCK_STEPS);
    if (sandbox->paused || !lua_getinfo(L, "Sl", ar))
        return;
    int source = source_number(ar->source);
    if (source >= 0)
        sandbox->step(sandbox, source, ar->currentline);
}

void plim_sandbox_watch(plim_sandbox *sandbox, bool every_instruction)
{
    if (every_instruction)
        lua_sethook(sandbox->L, on_step, LUA_MASKCOUNT, 1);
    else
        lua_sethook(sandbox->L, on_clock, LUA_MASKCOUNT, CLOCK_STEPS);
}

/* ---- places and faults ---- */

static const plim_lua_source *frame_place(lua_State *L, lua_Debug *ar, plim_place *place)
{
    const plim_sandbox *sandbox = plim_sandbox_of(L);
    if (!lua_getinfo(L, "Sl", ar) || ar->currentline <= 0)
        return NULL;
    int number = source_number(ar->source);
    if (number < 0 || (size_t)number >= sandbox->n_sources)
        return NULL;
    *place = plim_lua_source_place(sandbox->sources[number], ar->currentline);
    return sandbox->sources[number];
}

bool plim_sandbox_place(lua_State *L, const plim_lua_source **source, plim_place *place)
{
    lua_Debug ar;
    for (int level = 0; lua_getstack(L, level, &ar); level++) {
        *source = frame_place(L, &ar, place);
        if (*source)
            return true;
    }
    return false;
}

/* The line of the main script that led to a place in a library. */
static const char *called_from(lua_State *L, const plim_lua_source *inner, char *out, size_t size)
{
    const plim_sandbox *sandbox = plim_sandbox_of(L);
    const plim_lua_source *main_source = sandbox->n_sources > 0 ? sandbox->sources[0] : NULL;
    lua_Debug ar;
    plim_place place;
    if (inner == main_source)
        return NULL;
    for (int level = 0; lua_getstack(L, level, &ar); level++)
        if (frame_place(L, &ar, &place) == main_source && main_source) {
            snprintf(out, size, "%s:%d", main_source->path, place.line);
            return out;
        }
    return NULL;
}

/* A place in a source; NULL: in the main script as a whole. */
static plim_script_spot spot_in(const plim_sandbox *sandbox, const plim_lua_source *source,
                                plim_place place)
{
    if (source)
        return plim_lua_source_spot(source, place);
    return (plim_script_spot){.file = sandbox->n_sources ? sandbox->sources[0]->path : ""};
}

enum { MOST_WORDS = 4 };

/* The first word in backticks of a message (in quotes, where Lua says what it attempted) is what
   the script wrote, or one of the next that stands near: the caret belongs under it. What is said
   of a file of data are the file's words. */
static plim_place refine(const plim_lua_source *source, plim_place place, const char *message)
{
    const char *quote = strncmp(message, "attempt to", 10) == 0 ? "'" : "`";
    const char *open = message + strcspn(message, quote), *data = strstr(message, ".csv: ");
    if (data && data < open)
        return place;
    for (int i = 0; source && place.line > 0 && i < MOST_WORDS && *open; i++) {
        char word[100];
        size_t length = strcspn(open + 1, quote);
        if (open[1 + length] == '\0' || length == 0 || length >= sizeof word)
            break;
        memcpy(word, open + 1, length);
        word[length] = '\0';
        if (plim_lua_source_word(source, &place, word, i == 0))
            break;
        open += length + 2;
        open += strcspn(open, quote);
    }
    return place;
}

static void record(lua_State *L, const plim_lua_source *source, plim_place place,
                   const char *message)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    plim_script_spot spot = spot_in(sandbox, source, place);
    char from[600];
    if (sandbox->quiet || plim_script_faults_known(sandbox->faults, &spot, message))
        return; /* a loop can say the same very often */
    spot.place = refine(source, place, message);
    plim_script_faults_add(sandbox->faults, &spot, message,
                           called_from(L, source, from, sizeof from));
}

PLIM_PRINTF(2, 0)
static void record_here(lua_State *L, const char *format, va_list arguments)
{
    char message[900];
    const plim_lua_source *source = NULL;
    plim_place place = {0};
    vsnprintf(message, sizeof message, format, arguments);
    (void)plim_sandbox_place(L, &source, &place);
    record(L, source, place, message);
}

void plim_sandbox_fault(lua_State *L, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    record_here(L, format, arguments);
    va_end(arguments);
}

void plim_sandbox_raise(lua_State *L, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    record_here(L, format, arguments);
    va_end(arguments);
    lua_pushnil(L); /* an error without text: it is recorded */
    lua_error(L);
    __builtin_unreachable();
}

void plim_sandbox_fault_at(plim_sandbox *sandbox, plim_place place, const char *format, ...)
{
    char message[900];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    plim_script_spot spot =
        spot_in(sandbox, sandbox->n_sources ? sandbox->sources[0] : NULL, place);
    plim_script_faults_add(sandbox->faults, &spot, message, NULL);
}

/* ---- errors of Lua itself ---- */

/* A line of the file where Lua refuses its syntax, with the token if compiling found it. */
static plim_place plain_place(const plim_sandbox *sandbox, const plim_lua_source *source, int line)
{
    plim_place found = plim_lua_source_place(source, sandbox->syntax_line);
    return sandbox->syntax_line > 0 && found.line == line ? found : (plim_place){.line = line};
}

/* Splits "\2N\3:LINE: text" (\5 instead of \3: LINE is the file's own). */
static const char *split_place(const plim_sandbox *sandbox, const char *message,
                               const plim_lua_source **source, plim_place *place)
{
    int number = 0, at = 0, used = 0;
    char mark = '\0';
    if (message[0] != '\2' || sscanf(message + 1, "%d%c:%d: %n", &number, &mark, &at, &used) < 3 ||
        used == 0 || number < 0 || (size_t)number >= sandbox->n_sources)
        return message;
    *source = sandbox->sources[number];
    *place = mark == '\3' ? plim_lua_source_place(*source, at) : plain_place(sandbox, *source, at);
    return message + 1 + used;
}

/* Does an error text of Lua speak of a formula? Its own words for one: the name of the metatable.
 */
static bool is_about_formula(const char *text)
{
    return strstr(text, PLIM_FORMULA " value") || strstr(text, "got " PLIM_FORMULA) ||
           strstr(text, "(userdata)");
}

/* Adds to what Lua says what an analyst needs to know. */
static void explain(lua_State *L, const char *text, char *out, size_t size)
{
    char name[100] = "", hint[160] = "";
    const char *quoted = strstr(text, "a nil value (") ? strchr(text, '\'') : NULL;
    if (strcmp(text, "stack overflow") == 0 || strncmp(text, "C stack overflow", 16) == 0) {
        snprintf(out, size, "calls or brackets are nested too deeply");
        return;
    }
    if (is_about_formula(text))
        snprintf(
            hint, sizeof hint,
            "; a formula has no value while the script runs: use where, min, max and the other "
            "functions of formulas");
    else if (quoted && strstr(text, "attempt to call") && sscanf(quoted, "'%99[^']'", name) == 1) {
        plim_sandbox_hint_anywhere(L, name, hint, sizeof hint);
    }
    size_t length = strlen(text), room = size - sizeof hint - 1;
    snprintf(out, size, "%.*s%s", (int)(length > room ? plim_utf8_cut(text, room) : length), text,
             hint);
}

/* Records an error of Lua where it arose; what is raised already stands recorded. */
int plim_sandbox_on_error(lua_State *L)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    const plim_lua_source *source = NULL;
    plim_place place = {0};
    char message[900];
    if (lua_isnil(L, 1) || sandbox->quiet)
        return 1;
    (void)plim_sandbox_place(L, &source, &place);
    if (lua_type(L, 1) == LUA_TSTRING) {
        explain(L, split_place(sandbox, lua_tostring(L, 1), &source, &place), message,
                sizeof message);
    } else {
        snprintf(message, sizeof message, "the script raised an error that is not a text");
    }
    record(L, source, place, message);
    lua_pushnil(L);
    return 1;
}

void plim_sandbox_record_if_formula(lua_State *L)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    const plim_lua_source *source = NULL;
    plim_place place = {0};
    char message[900];
    const char *text = lua_tostring(L, -1);
    if (sandbox->quiet || !is_about_formula(text))
        return;
    (void)plim_sandbox_place(L, &source, &place);
    explain(L, split_place(sandbox, text, &source, &place), message, sizeof message);
    record(L, source, place, message);
}

void plim_sandbox_settle(plim_sandbox *sandbox, int status)
{
    char message[80];
    if (status == LUA_ERRMEM && !sandbox->over_bytes) {
        note_no_memory(sandbox, "a script");
    } else if (status == LUA_ERRMEM) {
        sandbox->unwinding = true;
        snprintf(message, sizeof message, "the script needs more than %zu MiB of memory",
                 sandbox->limits.bytes >> 20);
        plim_script_spot spot = spot_in(sandbox, sandbox->bytes_source, sandbox->bytes_place);
        plim_script_faults_add(sandbox->faults, &spot, message, NULL);
    } else if (status == LUA_ERRERR && !sandbox->quiet) {
        plim_sandbox_fault_at(sandbox, (plim_place){0}, "calls or brackets are nested too deeply");
    }
}

bool plim_sandbox_protect(plim_sandbox *sandbox, lua_CFunction body, void *argument)
{
    lua_State *L = sandbox->L;
    lua_settop(L, 0);
    lua_pushcfunction(L, plim_sandbox_on_error);
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, argument);
    int status = lua_pcall(L, 1, 0, 1);
    if (status != LUA_OK)
        plim_sandbox_settle(sandbox, status);
    lua_settop(L, 0);
    return status == LUA_OK;
}

/* ---- opening and closing ---- */

static int open_libraries(lua_State *L)
{
    plim_sandbox_open_libraries(L);
    return 0;
}

bool plim_sandbox_open(plim_sandbox *sandbox)
{
    sandbox->limits = current_limits;
    sandbox->deadline = now() + sandbox->limits.seconds;
    lua_State *L = lua_newstate(allocate, sandbox);
    if (!L) {
        note_no_memory(sandbox, "a script");
        return false;
    }
    *(plim_sandbox **)lua_getextraspace(L) = sandbox;
    sandbox->L = L;
    plim_sandbox_watch(sandbox, false);
    return plim_sandbox_protect(sandbox, open_libraries, NULL);
}

void plim_sandbox_close(plim_sandbox *sandbox)
{
    if (sandbox->L)
        lua_close(sandbox->L);
    for (size_t i = 0; i < sandbox->n_sources; i++) {
        plim_lua_source_free(sandbox->sources[i]);
        plim_free(sandbox->sources[i]);
    }
    plim_free(sandbox->sources);
    for (size_t i = 0; i < sandbox->n_inputs; i++) {
        plim_free(sandbox->inputs[i].kind);
        plim_free(sandbox->inputs[i].path);
        plim_free(sandbox->inputs[i].text);
    }
    plim_free(sandbox->inputs);
    plim_free(sandbox->folder);
    *sandbox = (plim_sandbox){0};
}
