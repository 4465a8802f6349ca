/* map { ... } -> plim_map: the map itself and its files. */
#include "script/map.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "script/keys.h"
#include "script/map_parts.h"
#include "script/read_proxies.h"

typedef struct reading {
    const char *path;
    plim_map *map;
} reading;

/* ---- fields ---- */

void plim_at_fault(const plim_at *at, const char *key, const char *format, ...)
{
    char text[400];
    const char *path[PLIM_MAP_DEPTH + 1];
    plim_sandbox *sandbox = plim_sandbox_of(at->L);
    memcpy(path, at->path, sizeof at->path);
    path[at->depth] = key;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    plim_sandbox_fault_at(sandbox,
                          plim_lua_source_within(sandbox->sources[0], "map", path, at->depth + 1),
                          "%s", text);
}

plim_at plim_at_inner(const plim_at *at, const char *key)
{
    plim_at inner = *at;
    inner.table = lua_gettop(at->L);
    if (inner.depth < PLIM_MAP_DEPTH)
        inner.path[inner.depth++] = key;
    return inner;
}

bool plim_at_table(const plim_at *at, const char *key)
{
    lua_pushstring(at->L, key);
    int type = lua_rawget(at->L, at->table);
    if (type == LUA_TTABLE)
        return true;
    if (type != LUA_TNIL)
        plim_at_fault(at, key, "map: `%s` must be a table, not a %s", key,
                      plim_type_name(at->L, -1));
    lua_pop(at->L, 1);
    return false;
}

static bool is_known(const char *key, const char *const *known)
{
    for (; known != NULL && *known != NULL; known++)
        if (strcmp(*known, key) == 0)
            return true;
    return known == NULL;
}

bool plim_at_check_keys(const plim_at *at, const char *const *known)
{
    lua_State *L = at->L;
    bool good = true;
    char hint[300];
    size_t n_known = 0;
    while (known != NULL && known[n_known] != NULL)
        n_known++;
    lua_Integer n = plim_keys_push(L, at->table, 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        bool is_text = lua_type(L, -1) == LUA_TSTRING;
        const char *key = lua_tostring(L, -1);
        if (!is_text)
            plim_at_fault(at, NULL, "map: entry [%s] has no name", key);
        else if (!is_known(key, known))
            plim_at_fault(at, key, "map: unknown key `%s`%s", key,
                          plim_choice_hint(key, known, n_known, "; it takes ", hint, sizeof hint));
        good = good && is_text && is_known(key, known);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return good;
}

/* The text or number at the top of the stack as a text; Lua's own form of a number has 14 digits.
 */
static const char *text_at_top(lua_State *L, size_t *length)
{
    char number[32];
    if (lua_type(L, -1) == LUA_TNUMBER && !lua_isinteger(L, -1)) {
        plim_format_shortest(lua_tonumber(L, -1), number, sizeof number);
        lua_pop(L, 1);
        lua_pushstring(L, number);
    }
    bool is_text = lua_type(L, -1) == LUA_TSTRING || lua_type(L, -1) == LUA_TNUMBER;
    return is_text ? lua_tolstring(L, -1, length) : NULL;
}

char *plim_at_take_text(const plim_at *at, const char *key)
{
    lua_State *L = at->L;
    char *copy = NULL;
    size_t length = 0;
    const char *text = text_at_top(L, &length);
    if (text == NULL)
        plim_at_fault(at, key, "map: `%s` must be a text or a number, not a %s", key,
                      plim_type_name(L, -1));
    else if (!plim_utf8_valid(text, length) || strlen(text) < length)
        plim_at_fault(at, key, "map: `%s` is no text in UTF-8", key);
    else if (strcmp(text, "?") == 0) /* what a draft leaves open */
        plim_at_fault(at, key, "map: `%s` is still to be filled in", key);
    else
        copy = plim_copy(L, text);
    lua_pop(L, 1);
    return copy;
}

char *plim_at_text(const plim_at *at, const char *key)
{
    lua_pushstring(at->L, key);
    if (lua_rawget(at->L, at->table) != LUA_TNIL)
        return plim_at_take_text(at, key);
    lua_pop(at->L, 1);
    return NULL;
}

void plim_at_texts(const plim_at *at, const char *key, void (*take)(void *user, char *text),
                   void *user)
{
    lua_State *L = at->L;
    lua_pushstring(L, key);
    int type = lua_rawget(L, at->table);
    if (type == LUA_TTABLE) {
        lua_Integer n = luaL_len(L, -1);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, -1, i);
            char *text = plim_at_take_text(at, key);
            if (text != NULL)
                take(user, text);
        }
    } else if (type != LUA_TNIL) {
        lua_pushvalue(L, -1);
        char *text = plim_at_take_text(at, key);
        if (text != NULL)
            take(user, text);
    }
    lua_pop(L, 1);
}

bool plim_at_flag(const plim_at *at, const char *key)
{
    lua_State *L = at->L;
    lua_pushstring(L, key);
    int type = lua_rawget(L, at->table);
    bool value = type == LUA_TBOOLEAN && lua_toboolean(L, -1);
    if (type != LUA_TBOOLEAN && type != LUA_TNIL)
        plim_at_fault(at, key, "map: `%s` must be true or false", key);
    lua_pop(L, 1);
    return value;
}

uint32_t plim_at_file(const plim_at *at, const char *key, const char *name)
{
    const plim_map *map = at->map;
    const char *names[64];
    char hint[300];
    size_t n = 0;
    for (uint32_t i = 0; i < map->n_files; i++) {
        if (strcmp(map->files[i].name, name) == 0)
            return i;
        if (n < sizeof names / sizeof *names)
            names[n++] = map->files[i].name;
    }
    plim_at_fault(at, key, "map: there is no file `%s`%s", name,
                  plim_choice_hint(name, names, n, "; `files` has ", hint, sizeof hint));
    return PLIM_NO_FILE;
}

/* ---- files ---- */

typedef struct footer_list {
    lua_State *L;
    plim_map_file *file;
} footer_list;

static void take_footer(void *user, char *text)
{
    const footer_list *list = user;
    plim_map_file *file = list->file;
    char **more = plim_resize(file->footer, file->n_footer + 1, sizeof *more);
    if (more == NULL) {
        plim_free(text);
        plim_sandbox_no_memory(list->L, "a map");
    }
    file->footer = more;
    file->footer[file->n_footer++] = text;
}

static void read_encoding(const plim_at *at, plim_map_file *file)
{
    char *encoding = plim_at_text(at, "encoding");
    file->guessed = encoding == NULL;
    if (encoding != NULL) {
        file->dialect.encoding = plim_encoding_find(encoding);
        if (file->dialect.encoding == PLIM_ENCODING_COUNT)
            plim_at_fault(at, "encoding",
                          "map: encoding `%s` is not known; accepted: UTF-8, GB18030, GBK, "
                          "UTF-16LE, UTF-16BE",
                          encoding);
    }
    plim_free(encoding);
}

/* One character out of `accepted`. */
static char read_mark(const plim_at *at, const char *key, const char *accepted)
{
    char *text = plim_at_text(at, key);
    char mark = accepted[0];
    if (text != NULL && strlen(text) == 1 && strchr(accepted, *text) != NULL)
        mark = *text;
    else if (text != NULL)
        plim_at_fault(at, key, "map: `%s` is `%s`; accepted is one character: %s", key, text,
                      strchr(accepted, ';') != NULL ? "`,` `;` `|` or a tab" : "`.` or `,`");
    plim_free(text);
    return mark;
}

static void read_header_line(const plim_at *at, plim_map_file *file)
{
    lua_State *L = at->L;
    lua_pushliteral(L, "header");
    int type = lua_rawget(L, at->table);
    file->dialect.header_line = 1;
    if (lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1 && lua_tointeger(L, -1) <= 1000)
        file->dialect.header_line = (size_t)lua_tointeger(L, -1);
    else if (type != LUA_TNIL)
        plim_at_fault(at, "header",
                      "map: `header` is the line of the column names, a whole number from 1");
    lua_pop(L, 1);
}

/* The table at the top of the stack. */
static void read_file(const plim_at *files, const char *name)
{
    static const char *const known[] = {"file",   "encoding", "separator", "header",
                                        "footer", "decimal",  NULL};
    plim_map *map = files->map;
    plim_map_file *more = plim_resize(map->files, map->n_files + 1, sizeof *more);
    if (more == NULL)
        plim_sandbox_no_memory(files->L, "the files of a map");
    map->files = more;
    plim_map_file *file = &map->files[map->n_files++];
    *file = (plim_map_file){.name = NULL};
    plim_at at = plim_at_inner(files, name);
    (void)plim_at_check_keys(&at, known);
    file->name = plim_copy(at.L, name);
    file->path = plim_at_text(&at, "file");
    if (file->path == NULL || *file->path == '\0')
        plim_at_fault(&at, "file", "map: file `%s` needs `file`, its path from the map's folder",
                      name);
    read_encoding(&at, file);
    file->dialect.separator = read_mark(&at, "separator", ",;|\t");
    file->decimal = read_mark(&at, "decimal", ".,");
    read_header_line(&at, file);
    footer_list list = {at.L, file};
    plim_at_texts(&at, "footer", take_footer, &list);
}

static void read_files(const plim_at *map)
{
    lua_State *L = map->L;
    if (!plim_at_table(map, "files")) {
        plim_at_fault(map, "files",
                      "map: `files` is missing: files = { core = { file = \"LOANS.csv\" } }");
        return;
    }
    plim_at at = plim_at_inner(map, "files");
    if (plim_at_check_keys(&at, NULL)) {
        lua_Integer n = plim_keys_push(L, at.table, 1);
        int keys = lua_gettop(L);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, keys, i);
            const char *name = lua_tostring(L, -1);
            if (plim_at_table(&at, name))
                read_file(&at, name);
            lua_settop(L, keys);
        }
    }
    lua_settop(L, at.table - 1);
}

/* ---- the map ---- */

static void read_proxies(const plim_at *at, plim_map *map)
{
    if (!plim_at_table(at, "proxies"))
        return;
    map->has_proxies = true; /* from now on the rules are to be freed */
    plim_read_proxies(at->L, -1, &map->proxies);
    lua_pop(at->L, 1);
}

/* Is there a value, be it wrong? */
static bool has_field(const plim_at *at, const char *key)
{
    lua_pushstring(at->L, key);
    bool there = lua_rawget(at->L, at->table) != LUA_TNIL;
    lua_pop(at->L, 1);
    return there;
}

static void read_heads(const plim_at *at, plim_map *map)
{
    int64_t days;
    map->confirmed = plim_at_flag(at, "confirmed");
    map->as_of = plim_at_text(at, "as_of");
    map->currency = plim_at_text(at, "currency");
    if (map->as_of == NULL ? !has_field(at, "as_of") : !plim_parse_date(map->as_of, &days))
        plim_at_fault(at, "as_of", "map: `as_of` is the date of the book, such as \"2025-12-31\"");
    if (map->currency == NULL)
        map->currency = plim_copy(at->L, "CNY");
    if (strlen(map->currency) != 3 || strspn(map->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        plim_at_fault(at, "currency",
                      "map: `currency` is a code of three capital letters such as \"CNY\"");
}

static int read_map(lua_State *L)
{
    const char *known[6 + PLIM_BOOK_TABLE_COUNT] = {"confirmed", "as_of", "currency", "files",
                                                    "proxies"};
    for (int t = 0; t < PLIM_BOOK_EXCLUDED; t++)
        known[5 + t] = plim_book_tables[t].name;
    reading *r = lua_touserdata(L, 1);
    plim_declare_open(L, (lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS), lua_gettop(L)));
    plim_declare_open_map(L);
    plim_declare_run(L, &(plim_reading){.kind = "map", .path = r->path, .file = r->path}, "map");
    plim_at at = {.L = L, .map = r->map, .table = lua_gettop(L)};
    (void)plim_at_check_keys(&at, known);
    read_heads(&at, r->map);
    read_proxies(&at, r->map);
    read_files(&at);
    for (int t = 0; t < PLIM_BOOK_EXCLUDED; t++)
        plim_map_read_table(&at, (plim_book_table_index)t);
    return 0;
}

plim_status plim_script_read_map(plim_map *out, const char *path, const plim_script_loader *loader,
                                 plim_error *err)
{
    plim_script_faults faults = {0};
    plim_error failure = {0};
    plim_sandbox sandbox = {.faults = &faults, .loader = loader, .failure = &failure};
    reading r = {path, out};
    out->path = plim_strdup(path);
    sandbox.folder = plim_script_folder(path);
    if (sandbox.folder == NULL || out->path == NULL) {
        plim_free(sandbox.folder);
        return plim_fail_memory(err, "a map");
    }
    if (plim_sandbox_open(&sandbox))
        (void)plim_sandbox_protect(&sandbox, read_map, &r); /* its faults are recorded */
    plim_status status = failure.status;
    if (status != PLIM_OK && err != NULL)
        *err = failure;
    plim_sandbox_close(&sandbox);
    if (status == PLIM_OK)
        status = plim_script_faults_report(&faults, err);
    plim_script_faults_free(&faults);
    return status;
}
