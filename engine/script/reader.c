#include "script/reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"

/* ---- faults ----------------------------------------------------------------------------- */

/* "pd[3].sectors.C307" */
static void say_path(const plim_reader *r, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < r->depth && at < size; i++) {
        const plim_lua_step *step = &r->step[i];
        int n = step->key ? snprintf(out + at, size - at, "%s%s", at > 0 ? "." : "", step->key)
                          : snprintf(out + at, size - at, "[%lld]", (long long)step->index);
        at += n > 0 ? (size_t)n : 0;
    }
}

/* Where the way leads farthest: below the root in the main script, else in any file. */
static plim_script_spot find_spot(const plim_reader *r)
{
    const plim_sandbox *sandbox = plim_sandbox_of(r->L);
    plim_lua_step steps[PLIM_READER_DEEPEST + 1] = {{r->root, 0}};
    memcpy(steps + 1, r->step, sizeof r->step);
    plim_place place = {0}, found = {0};
    const plim_lua_source *source = sandbox->sources[0];
    int best = plim_lua_source_path(source, steps, r->depth + 1, &found) - 1;
    for (size_t i = 0; i < sandbox->n_sources; i++) {
        int way = plim_lua_source_path(sandbox->sources[i], r->step, r->depth, &place);
        if (way > best && way > 0) {
            best = way;
            found = place;
            source = sandbox->sources[i];
        }
    }
    return plim_lua_source_spot(source, found);
}

void plim_reader_fault(const plim_reader *r, const char *format, ...)
{
    char text[500], path[400], message[1000];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    say_path(r, path, sizeof path);
    (void)snprintf(message, sizeof message, "%s%s%s: %s", r->root, path[0] != '\0' ? "." : "", path,
                   text);
    plim_script_spot spot = find_spot(r);
    plim_script_faults_add(plim_sandbox_of(r->L)->faults, &spot, message, NULL);
}

/* ---- steps ------------------------------------------------------------------------------ */

void plim_reader_enter(plim_reader *r, const char *key)
{
    char *word = r->word[r->depth];
    (void)snprintf(word, PLIM_READER_WORD + 1, "%s", key);
    r->step[r->depth++] = (plim_lua_step){.key = word};
}

void plim_reader_enter_row(plim_reader *r, lua_Integer index)
{
    r->step[r->depth++] = (plim_lua_step){.index = index};
}

void plim_reader_leave(plim_reader *r)
{
    r->depth--;
}

/* ---- values ----------------------------------------------------------------------------- */

/* Pushes the field of the table at the top; its type. */
static int get(const plim_reader *r, const char *key)
{
    lua_pushstring(r->L, key);
    return lua_rawget(r->L, -2);
}

/* The number at the top, popped; NaN and a fault if it is none within the bounds. */
double plim_reader_take_number(plim_reader *r, double low, double high)
{
    lua_State *L = r->L;
    double value = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
    if (!(value >= low && value <= high)) {
        if (lua_type(L, -1) == LUA_TNUMBER)
            plim_reader_fault(r, "must be a number from %g to %g, not %g", low, high,
                              lua_tonumber(L, -1));
        else
            plim_reader_fault(r, "must be a number from %g to %g, not a %s", low, high,
                              plim_type_name(L, -1));
        value = (double)NAN;
    }
    lua_pop(L, 1);
    return value;
}

/* A field of the table at the top; `otherwise` where it is nil. */
double plim_reader_number(plim_reader *r, const char *key, double low, double high,
                          double otherwise)
{
    if (get(r, key) == LUA_TNIL) {
        lua_pop(r->L, 1);
        return otherwise;
    }
    plim_reader_enter(r, key);
    double value = plim_reader_take_number(r, low, high);
    plim_reader_leave(r);
    return value;
}

double plim_reader_whole(plim_reader *r, const char *key, double low, double high, double otherwise)
{
    double value = plim_reader_number(r, key, low, high, otherwise);
    if (!isnan(value) && value != floor(value)) {
        plim_reader_enter(r, key);
        plim_reader_fault(r, "must be a whole number, not %g", value);
        plim_reader_leave(r);
        return (double)NAN;
    }
    return value;
}

/* Is the value at the top a text for a name? Else a fault. */
bool plim_reader_is_word(const plim_reader *r)
{
    size_t length = 0;
    const char *text = lua_type(r->L, -1) == LUA_TSTRING ? lua_tolstring(r->L, -1, &length) : NULL;
    if (text && length > 0 && length <= PLIM_READER_WORD && strlen(text) == length &&
        plim_utf8_valid(text, length))
        return true;
    plim_reader_fault(r, "must be a text of 1 to %d bytes", PLIM_READER_WORD);
    return false;
}

/* A copy of a text field; NULL where it is nil or refused. */
char *plim_reader_text(plim_reader *r, const char *key)
{
    char *copy = NULL;
    plim_reader_enter(r, key);
    if (get(r, key) != LUA_TNIL && plim_reader_is_word(r)) {
        copy = plim_strdup(lua_tostring(r->L, -1));
        if (!copy)
            plim_sandbox_no_memory(r->L, "a text of a script");
    }
    plim_reader_leave(r);
    lua_pop(r->L, 1);
    return copy;
}

/* Pushes a table field and enters it; false (nothing pushed) where it is nil or, with a fault, no
   table. */
bool plim_reader_open(plim_reader *r, const char *key)
{
    int type = get(r, key);
    plim_reader_enter(r, key);
    if (type == LUA_TTABLE)
        return true;
    if (type != LUA_TNIL)
        plim_reader_fault(r, "must be a table, not a %s", plim_type_name(r->L, -1));
    lua_pop(r->L, 1);
    plim_reader_leave(r);
    return false;
}

bool plim_reader_has(const plim_reader *r, const char *key)
{
    bool has = get(r, key) != LUA_TNIL;
    lua_pop(r->L, 1);
    return has;
}

void plim_reader_close(plim_reader *r)
{
    lua_pop(r->L, 1);
    plim_reader_leave(r);
}

/* Every key of the table at the top must be a text of `known`. */
void plim_reader_check_keys(plim_reader *r, const char *const *known)
{
    lua_State *L = r->L;
    char hint[300];
    size_t n_known = 0;
    while (known[n_known])
        n_known++;
    lua_Integer n = plim_keys_push(L, -1, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        bool named = lua_type(L, -1) == LUA_TSTRING, good = false;
        const char *key = lua_tostring(L, -1); /* of a copy: the table's own key stays a number */
        for (size_t k = 0; named && k < n_known; k++)
            good = good || strcmp(key, known[k]) == 0;
        if (!good) {
            plim_reader_enter(r, key);
            plim_reader_fault(
                r, "unknown key `%s`%s", key,
                plim_choice_hint(key, known, n_known, "; it takes ", hint, sizeof hint));
            plim_reader_leave(r);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Calls `entry` for each entry of the table at the top, in the order of the keys, with its value at
   the top, to be popped. Keys must be texts (also "") unless `numbers`. */
void plim_reader_each(plim_reader *r, bool numbers,
                      void (*entry)(plim_reader *, const char *key, void *), void *user)
{
    lua_State *L = r->L;
    int table = lua_gettop(L);
    lua_Integer n = plim_keys_push(L, table, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        char key[PLIM_READER_WORD + 1];
        size_t length = 0;
        lua_rawgeti(L, table + 1, i);
        bool named = lua_type(L, -1) == (numbers ? LUA_TNUMBER : LUA_TSTRING);
        lua_pushvalue(L, -1);
        const char *word = lua_tolstring(L, -1, &length);
        bool good =
            length <= PLIM_READER_WORD && strlen(word) == length && plim_utf8_valid(word, length);
        (void)snprintf(key, sizeof key, "%s", good ? word : "?");
        lua_pop(L, 1);
        plim_reader_enter(r, key);
        lua_rawget(L, table);
        if (named && good) {
            entry(r, key, user);
        } else if (numbers) {
            plim_reader_fault(r, "the key must be a number");
            lua_pop(L, 1);
        } else {
            plim_reader_fault(r, "the key must be a text of at most %d bytes", PLIM_READER_WORD);
            lua_pop(L, 1);
        }
        plim_reader_leave(r);
    }
    lua_pop(L, 1);
}
