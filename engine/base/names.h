/* A set of strings with dense indices 0, 1, 2, ... in order of first addition (a hash map). */
#ifndef PLIM_BASE_NAMES_H
#define PLIM_BASE_NAMES_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

#define PLIM_NO_NAME UINT32_MAX

/* Zero-initialise; release with plim_names_free. Strings are copied. Not thread-safe to add;
   finding is. Iterate by index, never by hash: order is then that of addition. */
typedef struct plim_names {
    char **text; /* text[i] is the i-th string */
    size_t count, capacity;
    uint32_t *slots; /* private: open addressing */
    size_t n_slots;
} plim_names;

/* Adds `name` if it is new; its index goes to `out` (may be NULL). Fails only for memory. */
PLIM_NODISCARD plim_status plim_names_add(plim_names *names, const char *name, uint32_t *out,
                                          plim_error *err);
/* Index of `name` or PLIM_NO_NAME. */
uint32_t plim_names_find(const plim_names *names, const char *name);
void plim_names_free(plim_names *names);

#endif
