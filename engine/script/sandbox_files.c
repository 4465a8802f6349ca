/* Where the text of scripts comes from: the main script, modules below its folder or the library,
 * and data below its folder. */
#include "script/sandbox.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"

enum { PATH_SIZE = 1024 };

#define DATA "data" /* the kind of an input */

/* ---- reading ---- */

static bool keep_input(plim_sandbox *sandbox, const char *kind, const char *path,
                       const plim_script_input *text)
{
    if (plim_grow((void **)&sandbox->inputs, &sandbox->inputs_capacity, sandbox->n_inputs + 1,
                  sizeof *sandbox->inputs) != 0)
        return false;
    plim_script_input *input = &sandbox->inputs[sandbox->n_inputs];
    *input = *text;
    input->kind = plim_strdup(kind);
    input->path = plim_strdup(path);
    if (!input->kind || !input->path) {
        plim_free(input->kind);
        plim_free(input->path);
        return false;
    }
    sandbox->n_inputs++;
    return true;
}

/* The text under `path`, copied from the loader or read from `file` of at most `limit` bytes. */
static plim_status fetch(plim_sandbox *sandbox, const char *path, const char *file, size_t limit,
                         plim_script_input *out, plim_error *err)
{
    const plim_script_loader *loader = sandbox->loader;
    const char *kept = NULL;
    if (!loader->fetch || !loader->fetch(loader->user, path, &kept, &out->length))
        return plim_file_read(file, limit, &out->text, &out->length, err);
    out->text = plim_alloc(out->length + 1, 1);
    if (!out->text)
        return plim_fail_memory(err, "the text of a script");
    memcpy(out->text, kept, out->length);
    return PLIM_OK;
}

const plim_script_input *plim_sandbox_read(lua_State *L, const char *kind, const char *path,
                                           const char *file)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    plim_script_input input = {0};
    plim_error err = {0};
    size_t limit = sandbox->limits.source_bytes + 3; /* of a mark of the byte order */
    plim_status status = fetch(sandbox, path, file, limit, &input, &err);
    if (status == PLIM_OK)
        status = plim_digest_bytes(input.text, input.length, input.sha256, &err);
    if (status == PLIM_OK && !keep_input(sandbox, kind, path, &input))
        status = plim_fail_memory(&err, "the text of a script");
    if (status == PLIM_OK)
        return &sandbox->inputs[sandbox->n_inputs - 1];
    plim_free(input.text);
    if (status == PLIM_INPUT) { /* the message begins with the file's name */
        size_t skip = strncmp(err.message, file, strlen(file)) == 0 ? strlen(file) + 2 : 0;
        if (sandbox->n_sources > 0)
            plim_sandbox_raise(L, "%s", err.message);
        plim_script_faults_add(sandbox->faults, &(plim_script_spot){.file = path},
                               err.message + skip, NULL);
        lua_pushnil(L);
        lua_error(L);
    }
    *sandbox->failure = err;
    plim_sandbox_abort(L);
}

/* ---- compiling ---- */

static int guard_equal(lua_State *L)
{
    lua_settop(L, 1);
    if (plim_is_formula(L, 1))
        plim_sandbox_fault(L,
                           "`==` or `~=` on a formula is the same for every borrower, whatever its "
                           "value; write eq(a, b), and where(eq(a, b), x, y) to choose");
    return 1;
}

static int guard_not(lua_State *L)
{
    lua_settop(L, 1);
    if (plim_is_formula(L, 1))
        plim_sandbox_fault(L, "`not` of a formula is false for every borrower; write no(x), and "
                              "where(no(x), a, b) to choose");
    return 1;
}

static int guard_key(lua_State *L)
{
    lua_settop(L, 1);
    if (plim_is_formula(L, 1))
        plim_sandbox_fault(
            L, "a table can't be indexed by a formula: it has no value while the script "
               "runs; for a text column write table_by(column, { C30 = 0.3, default = 0 "
               "}), for a number interp or where");
    return 1;
}

static plim_lua_source *add_source(lua_State *L)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    if (sandbox->n_sources >= PLIM_MAX_SOURCES)
        plim_sandbox_raise(L, "more than %d modules", PLIM_MAX_SOURCES);
    plim_lua_source *source = plim_alloc(1, sizeof *source);
    if (!source || plim_grow((void **)&sandbox->sources, &sandbox->sources_capacity,
                             sandbox->n_sources + 1, sizeof(plim_lua_source *)) != 0) {
        plim_free(source);
        plim_sandbox_no_memory(L, "the text of a script");
    }
    sandbox->sources[sandbox->n_sources] = source;
    return source;
}

/* The line of the split text at which Lua stops, where a token stands alone; 0 if it does not. */
static int stopping_line(lua_State *L, const plim_lua_source *source)
{
    int line = 0;
    if (luaL_loadbufferx(L, source->split.data, source->split.length, "=", "t") == LUA_ERRSYNTAX)
        (void)sscanf(lua_tostring(L, -1), ":%d:", &line);
    lua_pop(L, 1);
    return line;
}

/* The plain file first: what Lua says of its syntax has the file's own lines. */
static void check_syntax(lua_State *L, const plim_lua_source *source, size_t number)
{
    char chunk[40];
    snprintf(chunk, sizeof chunk, "=\2%zu\5", number);
    int status = luaL_loadbufferx(L, source->text, source->length, chunk, "t");
    if (status == LUA_OK) {
        lua_pop(L, 1);
        return;
    }
    if (status == LUA_ERRMEM) {
        plim_sandbox_settle(plim_sandbox_of(L), status);
        plim_sandbox_abort(L);
    }
    plim_sandbox_of(L)->syntax_line = stopping_line(L, source);
    lua_error(L); /* text with place; recorded by the handler */
}

void plim_sandbox_load(lua_State *L, const char *path, const char *text, size_t length)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    char chunk[40];
    plim_error err = {0};
    plim_lua_source *source = add_source(L);
    size_t number = sandbox->n_sources++;
    source->plain = sandbox->plain;
    if (plim_lua_source_make(source, path, text, length, sandbox->faults, &err) != PLIM_OK) {
        *sandbox->failure = err;
        plim_sandbox_abort(L);
    }
    if (source->n_lines == 0) { /* faults stand recorded */
        lua_pushnil(L);
        lua_error(L);
    }
    check_syntax(L, source, number);
    snprintf(chunk, sizeof chunk, "=\2%zu\3", number);
    if (luaL_loadbufferx(L, source->split.data, source->split.length, chunk, "t") != LUA_OK)
        lua_error(L);
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_ENVIRONMENT);
    lua_setupvalue(L, -2, 1);
    plim_text_free(&source->split);
}

/* Calls the chunk at the top of the stack; leaves its one result. */
static void run_chunk(lua_State *L)
{
    lua_pushcfunction(L, guard_equal);
    lua_pushcfunction(L, guard_not);
    lua_pushcfunction(L, guard_key);
    lua_call(L, 3, 1);
}

void plim_sandbox_run(lua_State *L, const char *kind, const char *path, const char *file)
{
    const plim_script_input *input = plim_sandbox_read(L, kind, path, file);
    plim_sandbox_load(L, file, input->text, input->length);
    run_chunk(L);
}

/* ---- modules ---- */

/* Letters, digits and _ in parts joined by single dots. */
static bool is_module_name(const char *name)
{
    bool in_part = false;
    for (; *name; name++) {
        bool letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
                      (*name >= '0' && *name <= '9') || *name == '_';
        if (!letter && !(*name == '.' && in_part))
            return false;
        in_part = letter;
    }
    return in_part;
}

/* "folder/a/b.lua" for a.b; false if it is too long. */
static bool join(char out[PATH_SIZE], const char *folder, const char *module)
{
    int n = snprintf(out, PATH_SIZE, "%s%s%s.lua", folder, *folder ? "/" : "", module);
    if (n < 0 || n >= PATH_SIZE)
        return false;
    for (char *p = out + n - 4 - strlen(module); p < out + n - 4; p++)
        if (*p == '.')
            *p = '/';
    return true;
}

/* Is `file` a plain file that really lies below `folder`? Links may not lead out. */
static bool lies_below(const char *file, const char *folder)
{
    struct stat info;
    char *real_file = realpath(file, NULL), *real_folder = realpath(*folder ? folder : ".", NULL);
    size_t length = real_folder ? strlen(real_folder) : 0;
    bool below = real_file && real_folder && strncmp(real_file, real_folder, length) == 0 &&
                 (length == 1 || real_file[length] == '/') && stat(real_file, &info) == 0 &&
                 S_ISREG(info.st_mode);
    free(real_file);
    free(real_folder);
    return below;
}

static bool kept(const plim_sandbox *sandbox, const char *path)
{
    const char *text = NULL;
    size_t length = 0;
    const plim_script_loader *loader = sandbox->loader;
    return loader->fetch && loader->fetch(loader->user, path, &text, &length);
}

/* Adds the names of the files of a folder that end in `ending` (four characters), without the last
   `cut` of them, as keys to the table at the top of the stack. */
static void push_file_names(lua_State *L, const char *at, const char *ending, size_t cut)
{
    DIR *folder = opendir(*at ? at : ".");
    char names[64][64];
    size_t n = 0;
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry && n < 64;
         entry = readdir(folder)) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && length < 64 && strcmp(entry->d_name + length - 4, ending) == 0) {
            memcpy(names[n], entry->d_name, length - cut);
            names[n++][length - cut] = '\0';
        }
    }
    if (folder)
        closedir(folder); /* before Lua can raise */
    for (size_t i = 0; i < n; i++) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, names[i]);
    }
}

/* Pushes a table whose keys are the names of the modules in folders. */
static void push_module_names(lua_State *L, const char *const *folders)
{
    lua_newtable(L);
    for (; *folders; folders++)
        push_file_names(L, *folders, ".lua", 4);
}

/* Finds the module: `path` is what it is kept and recorded under, `file` where it is read. Kept
   texts go before any file, so that a replay runs what was run. */
static bool find_module(const plim_sandbox *sandbox, const char *module, char path[PATH_SIZE],
                        char file[PATH_SIZE])
{
    const char *library = sandbox->loader->lib_dir ? sandbox->loader->lib_dir : "";
    const char *folder = sandbox->folder; /* NULL: the library only */
    char local[PATH_SIZE] = "", below_library[PATH_SIZE] = "", name[PATH_SIZE] = "";
    if (!join(local, folder && *folder ? folder : ".", module) ||
        !join(below_library, library, module) || !join(name, "", module))
        return false;
    bool kept_local = folder && kept(sandbox, local);
    if (kept_local || kept(sandbox, name)) {
        memcpy(path, kept_local ? local : name, PATH_SIZE);
        memcpy(file, path, PATH_SIZE);
        return true;
    }
    bool is_local = folder && lies_below(local, folder);
    if (!is_local && (!*library || !lies_below(below_library, library)))
        return false;
    memcpy(path, is_local ? local : name, PATH_SIZE);
    memcpy(file, is_local ? local : below_library, PATH_SIZE);
    return true;
}

/* ---- data ---- */

/* Parts joined by single slashes, none hidden or upwards, without control characters; ends in
 * .csv. */
static bool is_data_name(const char *name)
{
    size_t length = strlen(name);
    bool at_start = true;
    if (length < 5 || strcmp(name + length - 4, ".csv") != 0)
        return false;
    for (const char *p = name; *p; p++) {
        if ((at_start && (*p == '.' || *p == '/')) || (unsigned char)*p < ' ' || *p == '\\')
            return false;
        at_start = *p == '/';
    }
    return true;
}

/* "; did you mean `x.csv`?" for the nearest data file in the script's folder, or "". */
static void hint_data(lua_State *L, const char *name, char *out, size_t size)
{
    const char *at = plim_sandbox_of(L)->folder;
    lua_newtable(L);
    push_file_names(L, at, ".csv", 0);
    plim_sandbox_hint(L, -1, name, out, size);
    lua_pop(L, 1);
}

/* Where the data lie; false, with a fault, if a script may not read that. */
static bool find_data(lua_State *L, const char *name, char path[PATH_SIZE])
{
    const plim_sandbox *sandbox = plim_sandbox_of(L);
    const char *folder = sandbox->folder;
    char hint[200];
    int length = !folder   ? -1
                 : *folder ? snprintf(path, PATH_SIZE, "%s/%s", folder, name)
                           : snprintf(path, PATH_SIZE, "%s", name);
    if (!is_data_name(name) || length < 0 || length >= PATH_SIZE) {
        plim_sandbox_fault(L,
                           "`%s` is not the name of data that a script may read: a file NAME.csv "
                           "in the script's own folder or below it, such as \"data/prices.csv\"",
                           name);
        return false;
    }
    if (kept(sandbox, path) || lies_below(path, folder))
        return true;
    hint_data(L, name, hint, sizeof hint);
    plim_sandbox_fault(L, "there is no file `%s` in the script's folder or below it%s", name, hint);
    return false;
}

/* Refuses what is longer than a script may read. */
static bool check_length(lua_State *L, const char *name, const char *path, size_t most)
{
    const plim_sandbox *sandbox = plim_sandbox_of(L);
    struct stat info;
    if (kept(sandbox, path) || stat(path, &info) != 0 || (uintmax_t)info.st_size <= most)
        return true;
    plim_sandbox_fault(L,
                       "`%s` is longer than %zu bytes, the most that a script reads of one file; "
                       "cut it down to what is needed",
                       name, most);
    return false;
}

static const plim_script_input *known_data(const plim_sandbox *sandbox, const char *path)
{
    for (size_t i = 0; i < sandbox->n_inputs; i++)
        if (strcmp(sandbox->inputs[i].kind, DATA) == 0 &&
            strcmp(sandbox->inputs[i].path, path) == 0)
            return &sandbox->inputs[i];
    return NULL;
}

static size_t count_data(const plim_sandbox *sandbox)
{
    size_t count = 0;
    for (size_t i = 0; i < sandbox->n_inputs; i++)
        count += strcmp(sandbox->inputs[i].kind, DATA) == 0;
    return count;
}

/* A file costs as much as so many instructions. */
enum { READING = 1 << 12 };

const plim_script_input *plim_sandbox_read_data(lua_State *L, const char *name, size_t most)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    plim_script_input input = {0};
    plim_error err = {0};
    char path[PATH_SIZE];
    plim_sandbox_spend(L, READING);
    if (!find_data(L, name, path) || !check_length(L, name, path, most))
        return NULL;
    const plim_script_input *known = known_data(sandbox, path);
    if (known)
        return known;
    if (count_data(sandbox) == PLIM_MAX_DATA)
        plim_sandbox_raise(L, "more than %d files of data", PLIM_MAX_DATA);
    plim_status status = fetch(sandbox, path, path, most, &input, &err);
    if (status == PLIM_OK)
        status = plim_digest_bytes(input.text, input.length, input.sha256, &err);
    if (status == PLIM_OK && !keep_input(sandbox, DATA, path, &input))
        status = plim_fail_memory(&err, "the data of a script");
    if (status == PLIM_OK)
        return &sandbox->inputs[sandbox->n_inputs - 1];
    plim_free(input.text);
    if (status != PLIM_INPUT) {
        *sandbox->failure = err;
        plim_sandbox_abort(L);
    }
    plim_sandbox_fault(L, "%s", err.message);
    return NULL;
}

/* ---- require ---- */

static void load_module(lua_State *L, const char *module)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    const char *library = sandbox->loader->lib_dir ? sandbox->loader->lib_dir : "";
    char path[PATH_SIZE], file[PATH_SIZE], hint[200];
    if (!find_module(sandbox, module, path, file)) {
        const char *folders[] = {library, sandbox->folder, NULL};
        push_module_names(L, folders);
        plim_sandbox_hint(L, -1, module, hint, sizeof hint);
        plim_sandbox_raise(L, "no module `%s` below the script's folder or the library `%s`%s",
                           module, library, hint);
    }
    const plim_script_input *input = plim_sandbox_read(L, "library", path, file);
    plim_sandbox_load(L, path, input->text, input->length);
    run_chunk(L);
}

int plim_sandbox_require(lua_State *L)
{
    plim_sandbox *sandbox = plim_sandbox_of(L);
    const char *module = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    if (!is_module_name(module))
        plim_sandbox_raise(
            L, "require takes the name of a module, such as \"firm\": letters, digits and "
               "_, parts joined by dots; not a path");
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_MODULES);
    lua_getfield(L, 2, module);
    if (lua_isboolean(L, 3) && sandbox->paused == 0) { /* it failed before: that is recorded */
        lua_pushnil(L);
        return lua_error(L);
    }
    if (lua_isboolean(L, 3))
        plim_sandbox_raise(L, "module `%s` requires itself", module);
    if (!lua_isnil(L, 3))
        return 1;
    lua_pushboolean(L, 0); /* being loaded */
    lua_setfield(L, 2, module);
    sandbox->paused++;
    load_module(L, module);
    sandbox->paused--;
    if (lua_isnil(L, -1) || lua_isboolean(L, -1))
        plim_sandbox_raise(L, "module `%s` returns nothing", module);
    lua_pushvalue(L, -1);
    lua_setfield(L, 2, module);
    return 1;
}
