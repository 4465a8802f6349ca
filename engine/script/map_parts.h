/* Parts of plim_script_read_map, private to it. */
#ifndef PLIM_SCRIPT_MAP_PARTS_H
#define PLIM_SCRIPT_MAP_PARTS_H

#include "book/map.h"
#include "script/read.h"

/* Tables within tables: a map is map.loans.columns.balance.codes deep. */
#define PLIM_MAP_DEPTH 6

/* A table of the map on the Lua stack, and by which keys it is reached, for messages. */
typedef struct plim_at {
    lua_State *L;
    plim_map *map;
    int table;
    const char *path[PLIM_MAP_DEPTH];
    int depth;
} plim_at;

/* Records a fault at `key` of the table (NULL: at the table). */
void plim_at_fault(const plim_at *at, const char *key, const char *format, ...) PLIM_PRINTF(3, 4);
/* The table at the top of the stack, reached by `key`. */
plim_at plim_at_inner(const plim_at *at, const char *key);
/* Pushes a field that must be a table; false (nothing pushed) if it is absent or refused. */
bool plim_at_table(const plim_at *at, const char *key);
/* Every key must be a text and one of `known` (NULL-terminated; NULL: any text). */
bool plim_at_check_keys(const plim_at *at, const char *const *known);
/* A copy of a text or number as text; NULL if absent, and after a fault. */
char *plim_at_text(const plim_at *at, const char *key);
/* The same of the value at the top of the stack, popped. */
char *plim_at_take_text(const plim_at *at, const char *key);
/* A sequence of texts, or one text: each is handed to `take`. */
void plim_at_texts(const plim_at *at, const char *key, void (*take)(void *user, char *text),
                   void *user);
bool plim_at_flag(const plim_at *at, const char *key);
/* Number of the file of that name; PLIM_NO_FILE after a fault. */
uint32_t plim_at_file(const plim_at *at, const char *key, const char *name);

/* The table `key` = { from = ..., columns = ..., join = ..., exclude = ... }. */
void plim_map_read_table(const plim_at *map, plim_book_table_index table);

#endif
