/* Lua scripts -> plain data. The only room that sees lua.h.
 *
 * Each script runs once in a sandbox (text chunks only, white-listed functions, ordered pairs, no
 * clock, no addresses, 10 s and 256 MiB) and its functions are traced once a year with symbolic
 * columns into the program's graph; a shadow trace finds branches on traced values. Not
 * thread-safe; call from one thread. */
#ifndef PLIM_SCRIPT_SCRIPT_H
#define PLIM_SCRIPT_SCRIPT_H

#include "book/proxy.h"
#include "scenario/program.h"

/* A column that scripts may read. */
typedef struct plim_schema_column {
    const char *name;
    plim_level table; /* BORROWER or LOAN */
    const char *unit; /* as written, "" is ratio */
    bool text;
} plim_schema_column;

/* A script adds the columns that it declares (`columns`). What no book has is missing in every row.
 */
typedef struct plim_schema {
    const plim_schema_column *columns;
    size_t n_columns;
} plim_schema;

/* Where scripts come from. `fetch` is asked for kept texts first (replay from a result): returns
   true and a borrowed text if it has `path`; NULL means that files are read. */
typedef struct plim_script_loader {
    const char *lib_dir; /* scenarios/lib */
    bool (*fetch)(void *user, const char *path, const char **text, size_t *length);
    void *user;
} plim_script_loader;

/* Reads, runs and traces scenario files in order and the model. Adds to `out` (zero-initialised);
   all faults that can be found are reported at once in `err`, one a line, each beginning
   `file.lua:line: `. PLIM_INPUT. `model_path` NULL means the default model, scenarios/lib/model.lua
   (still kept among the inputs). Scenarios must agree on their years and have different names.
   With n_paths = 0 only the model is read. */
PLIM_NODISCARD plim_status plim_script_read(plim_program *out, const char *const *paths,
                                            size_t n_paths, const char *model_path,
                                            const plim_schema *schema,
                                            const plim_script_loader *loader, plim_error *err);

/* ---- tests of scripts and libraries ---- */

/* Told of each test when it has run: `fault` NULL, or what went wrong, with file and line. */
typedef struct plim_test_watch {
    void *user;
    void (*done)(void *user, const char *name, const char *fault);
} plim_test_watch;
/* Runs the functions test_* of a script or library, global ones or those of the table that it
   returns, in order of their names, in the sandbox of scripts; the functions of formulas work on
   plain numbers there. PLIM_INPUT if the file has faults or no test; a test that fails is told to
   `watch`. */
PLIM_NODISCARD plim_status plim_script_test(const char *path, const plim_schema *schema,
                                            const plim_script_loader *loader,
                                            const plim_test_watch *watch, plim_error *err);

/* ---- rules of proxies (proxies.lua) ---- */

/* Runs a file that ends with `return proxies.rules { ... }` (or another table of that form) and
   reads it. PLIM_INPUT: all faults, with file and line. `out` is the caller's:
   plim_proxy_rules_free, in any case. */
PLIM_NODISCARD plim_status plim_script_read_proxies(plim_proxy_rules *out, const char *path,
                                                    const plim_script_loader *loader,
                                                    plim_error *err);

/* ---- rules by row (warning.lua): ordinary Lua with plain numbers and `if` ---- */

typedef struct plim_rules plim_rules;

/* A value handed to or taken from a rule. */
typedef struct plim_rule_value {
    const char *key;
    const char *text; /* NULL: a number */
    double number;    /* NaN is handed to Lua as nil */
} plim_rule_value;

/* Loads `lib_dir/<module>.lua` (or the text the loader keeps). */
PLIM_NODISCARD plim_status plim_rules_open(plim_rules **out, const char *module,
                                           const plim_script_loader *loader, plim_error *err);
/* The same rules once more, from the texts that `of` has read: for another thread, since one call
   at a time can be made of each. `of` must live as long and not be called meanwhile. */
PLIM_NODISCARD plim_status plim_rules_copy(plim_rules **out, plim_rules *of, plim_error *err);
/* Calls function `name` of the module with one table made of `in`; it must return one table. Each
   `out[i]` with a key is filled from it (missing: text NULL, number NaN); texts live until the next
   call. Errors carry file and line. */
PLIM_NODISCARD plim_status plim_rules_call(plim_rules *rules, const char *name,
                                           const plim_rule_value *in, size_t n_in,
                                           plim_rule_value *out, size_t n_out, plim_error *err);
/* The file that the rules came from, to be kept in the result. */
const plim_script_input *plim_rules_input(const plim_rules *rules);
/* That file and the modules that it requires. */
const plim_script_input *plim_rules_inputs(const plim_rules *rules, size_t *count);
void plim_rules_close(plim_rules *rules);

#endif
