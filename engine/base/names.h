/* A set of strings with dense indices 0, 1, 2, ... in order of first addition.
 *
 * Built to hold ten million ids: the texts lie one after the other in blocks, 8 bytes of pointer
 * each. As long as every new string is greater (by bytes) than the one before, as with ids that
 * come sorted, the order itself is the index and nothing else is kept; the first string that is not
 * brings a hash map, 8 bytes a slot and two to four slots a string. Rising strings that are brought
 * into another order afterwards keep a list of their indices, 4 bytes each. */
#ifndef PLIM_BASE_NAMES_H
#define PLIM_BASE_NAMES_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLIM_NO_NAME UINT32_MAX

/* Zero-initialise; release with plim_names_free. Strings are copied. Not thread-safe to add;
   finding is. Iterate by index, never by hash: order is then that of addition. */
typedef struct plim_names {
    char **text; /* text[i] is the i-th string */
    size_t count, capacity;
    uint64_t *slots; /* private: open addressing; NULL while `rising` or the order itself will do */
    size_t n_slots;
    uint32_t *rising; /* private: indices in rising order of their strings; NULL: as they stand */
    struct plim_names_block *blocks; /* private: where the texts lie, the newest first */
    size_t last_length;              /* private: of the newest string */
} plim_names;

/* Adds `name` if it is new; its index goes to `out` (may be NULL). Fails only for memory. */
PLIM_NODISCARD plim_status plim_names_add(plim_names *names, const char *name, uint32_t *out,
                                          plim_error *err);
/* The same for `length` bytes, none of which is zero. */
PLIM_NODISCARD plim_status plim_names_add_bytes(plim_names *names, const char *bytes, size_t length,
                                                uint32_t *out, plim_error *err);
/* Index of `name` or PLIM_NO_NAME. */
uint32_t plim_names_find(const plim_names *names, const char *name);
/* The same, fast where `name` comes soon after index `before` (PLIM_NO_NAME: the first), as when
   the names of one set are looked up in another of the same order. */
uint32_t plim_names_find_after(const plim_names *names, const char *name, uint32_t before);
/* True if every string is greater (strcmp) than the one before: indices then order the strings. */
bool plim_names_rising(const plim_names *names);
/* Brings the strings into another order: the i-th becomes the now[i]-th, PLIM_NO_NAME drops it; `n`
   remain, each index below n once. Fails only for memory, and changes nothing then. */
PLIM_NODISCARD plim_status plim_names_arrange(plim_names *names, const uint32_t *now, size_t n,
                                              plim_error *err);
/* The same strings at the same indices. Fails only for memory; `out` is then as if it were new. */
PLIM_NODISCARD plim_status plim_names_copy(plim_names *out, const plim_names *names,
                                           plim_error *err);
void plim_names_free(plim_names *names);

/* A number of 64 bits for a text, spread best in its upper bits. Nothing that is kept may depend on
   it. */
uint64_t plim_names_hash(const char *bytes, size_t length);

#endif
