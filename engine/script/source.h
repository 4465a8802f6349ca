/* A Lua source as it is run: one token a line, so that Lua's line numbers say exactly which `and`,
 * `if` or `==` is executed, with hidden calls put in: both operands of `==` and `~=` pass through
 * PLIM_GUARD_EQUAL, the operand of `not` through PLIM_GUARD_NOT and every computed key through
 * PLIM_GUARD_KEY, because Lua calls no metamethod for them when a formula meets a plain value.
 * Private to the room. */
#ifndef PLIM_SCRIPT_SOURCE_H
#define PLIM_SCRIPT_SOURCE_H

#include "base/text.h"
#include "script/tokens.h"

#define PLIM_GUARD_EQUAL "plim_guard_equal"
#define PLIM_GUARD_NOT   "plim_guard_not"
#define PLIM_GUARD_KEY   "plim_guard_key"

typedef struct plim_lua_source {
    bool plain; /* set before it is made: no formula can turn up, so that no calls are put in */
    char *path; /* for messages */
    char *text; /* as in the file, without byte order mark */
    size_t length;
    plim_tokens tokens;
    plim_text split;    /* what Lua runs */
    uint32_t *token_of; /* line of `split` (from 0) -> token */
    uint32_t *line_of;  /* line of `split` (from 0) -> line of the file */
    size_t n_lines, capacity;
    size_t line_capacity;
} plim_lua_source;

/* Takes over nothing; copies path and text. Faults of the text itself (not UTF-8, compiled, too
   large, characters that Lua does not know) go to `faults`; then `split` is not made. */
PLIM_NODISCARD plim_status plim_lua_source_make(plim_lua_source *source, const char *path,
                                                const char *text, size_t length,
                                                plim_script_faults *faults, plim_error *err);
void plim_lua_source_free(plim_lua_source *source);

/* Line of the file for a line of `split` (both from 1). */
int plim_lua_source_line(const plim_lua_source *source, int split_line);
/* The same as a place, with the token that stands there. */
plim_place plim_lua_source_place(const plim_lua_source *source, int split_line);
/* Moves `place`, where Lua met `word`, to the word: where the code of a name is made, the token
   after it has often been read already. Looks shortly before the place and, if `in_line`, in its
   line; false if there is none. */
bool plim_lua_source_word(const plim_lua_source *source, plim_place *place, const char *word,
                          bool in_line);
/* The token that stands on a line of `split`, or PLIM_NO_TOKEN. */
uint32_t plim_lua_source_token(const plim_lua_source *source, int split_line);

/* Place of `key` in the constructor `call { ... }`; `inner` (may be NULL) is looked for in the
   constructor that is the key's value. Falls back to the place of what was found; line 0 if nothing
   was.
 */
plim_place plim_lua_source_key(const plim_lua_source *source, const char *call, const char *key,
                               const char *inner);
/* The same for keys within keys, `depth` of them; NULL ends them earlier. */
plim_place plim_lua_source_within(const plim_lua_source *source, const char *call,
                                  const char *const *path, int depth);
/* Place of the last `key =` between two lines of the file, or line 0. */
plim_place plim_lua_source_field(const plim_lua_source *source, int first, int last,
                                 const char *key);
/* One step into nested constructors: a key, or the place in a sequence. */
typedef struct plim_lua_step {
    const char *key; /* a name, text or number; NULL: `index` */
    int64_t index;   /* from 1 */
} plim_lua_step;
/* How many of the n steps, the first of which is a key anywhere in the file, lead through
   constructors that are written out; `place` is where the last of them stands. Of several ways the
   first that leads farthest. 0: no such key. */
int plim_lua_source_path(const plim_lua_source *source, const plim_lua_step *steps, int n,
                         plim_place *place);
/* Place of the last `return` of the file, else of its last token, else line 0. */
plim_place plim_lua_source_end(const plim_lua_source *source);
/* A place as faults know it. */
plim_script_spot plim_lua_source_spot(const plim_lua_source *source, plim_place place);

#endif
