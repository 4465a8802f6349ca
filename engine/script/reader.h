/* Reads a nested Lua table of settings into plain data, with faults at file and line of where each
 * value is written out. Private to the room; within a protected call of the sandbox. */
#ifndef PLIM_SCRIPT_READER_H
#define PLIM_SCRIPT_READER_H

#include "script/sandbox.h"

#define PLIM_READER_DEEPEST 8
#define PLIM_READER_WORD    200 /* longest key or word, bytes */

/* The way from the root to what is being read. Set L, root and user; must not be moved while a step
   is entered. "The table" below is the one at the top of the stack. */
typedef struct plim_reader {
    lua_State *L;
    const char *root; /* the key of the main script that holds it all; for messages too */
    void *user;       /* what the caller fills */
    plim_lua_step step[PLIM_READER_DEEPEST];
    char word[PLIM_READER_DEEPEST][PLIM_READER_WORD + 1]; /* the key of each step */
    int depth;
} plim_reader;

/* Records "root.way[3].key: ..." where the way leads farthest: below `root` in the main script,
   else in any file that was read. */
void plim_reader_fault(const plim_reader *r, const char *format, ...) PLIM_PRINTF(2, 3);

/* One step further; the stack is left alone. */
void plim_reader_enter(plim_reader *r, const char *key);
void plim_reader_enter_row(plim_reader *r, lua_Integer index);
void plim_reader_leave(plim_reader *r);

/* Every key of the table must be one of `known` (ends with NULL). */
void plim_reader_check_keys(plim_reader *r, const char *const *known);
/* Does the table have this field? */
bool plim_reader_has(const plim_reader *r, const char *key);
/* The number at the top of the stack, popped; NaN and a fault if it is none from low to high. */
double plim_reader_take_number(plim_reader *r, double low, double high);
/* A field of the table: `otherwise` where it is nil; NaN and a fault where it is refused. */
double plim_reader_number(plim_reader *r, const char *key, double low, double high,
                          double otherwise);
/* The same; a number that is not whole is refused too. */
double plim_reader_whole(plim_reader *r, const char *key, double low, double high,
                         double otherwise);
/* Is the value at the top a text of 1 to PLIM_READER_WORD bytes of UTF-8? Else a fault. */
bool plim_reader_is_word(const plim_reader *r);
/* A copy of such a field; NULL where it is nil, or refused with a fault. */
char *plim_reader_text(plim_reader *r, const char *key);
/* Pushes a field that is a table and enters it, until plim_reader_close. False, and nothing pushed,
   where it is nil or, with a fault, no table. */
bool plim_reader_open(plim_reader *r, const char *key);
void plim_reader_close(plim_reader *r);
/* Calls `entry` for each entry of the table, in the order of the keys, entered and with its value
   at the top, which it pops. Keys are texts (also "") or, if `numbers`, numbers; others are faults.
 */
void plim_reader_each(plim_reader *r, bool numbers,
                      void (*entry)(plim_reader *, const char *key, void *), void *user);

#endif
