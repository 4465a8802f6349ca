/* Allocation with overflow-checked sizes and a switch that makes the n-th one fail (tests).
 *
 * Every allocation of the engine goes through here (Lua's and HDF5's own excepted; Lua's go
 * through the sandbox's allocator). NULL means out of memory; callers turn it into
 * plim_fail_memory(). Thread-safe. */
#ifndef PLIM_BASE_MEMORY_H
#define PLIM_BASE_MEMORY_H

#include <stddef.h>

void *plim_alloc(size_t count, size_t size);             /* zeroed; count 0 gives a valid pointer */
void *plim_resize(void *old, size_t count, size_t size); /* keeps contents, tail not zeroed */
void plim_free(void *memory);                            /* NULL is fine */
char *plim_strdup(const char *text);

/* Grows `*array` (elements of `size` bytes) so that it holds at least `needed`; doubles. Returns 0
   or -1 when out of memory (array and capacity unchanged). */
int plim_grow(void **array, size_t *capacity, size_t needed, size_t size);

/* Test hook: the n-th allocation from now (1-based) and, if `persistent`, all after it fail.
   0 switches it off. */
void plim_memory_fail_at(long nth, int persistent);

#endif
