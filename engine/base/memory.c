#define _DEFAULT_SOURCE /* madvise */
#include "base/memory.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Allocations until the one that fails; 0: switched off; FAILING: every one fails. */
enum { FAILING = -1 };
static atomic_long countdown;
static atomic_bool fail_persistently;

void plim_memory_fail_at(long nth, int persistent)
{
    atomic_store(&fail_persistently, persistent != 0);
    atomic_store(&countdown, nth > 0 ? nth : 0);
}

static bool must_fail(void)
{
    long left = atomic_load_explicit(&countdown, memory_order_relaxed);
    while (left != 0) {
        if (left == FAILING)
            return true;
        long next = left - 1;
        if (next == 0 && atomic_load(&fail_persistently))
            next = FAILING;
        if (atomic_compare_exchange_weak(&countdown, &left, next))
            return left == 1;
    }
    return false;
}

static bool overflows(size_t count, size_t size)
{
    return size > 0 && count > (size_t)PTRDIFF_MAX / size;
}

enum { PAGE = 4096, LARGE = 1 << 21 };

/* A long array is filled several times faster in huge pages. Where the system has none to give,
   nothing changes. All pages that hold a byte of it are asked for: a mapping of which only a part
   were would be two, which realloc cannot move and copies instead. */
static void ask_for_huge_pages(void *memory, size_t bytes)
{
    size_t skipped = (uintptr_t)memory % PAGE;
    size_t pages = (skipped + bytes + PAGE - 1) / PAGE;
    (void)madvise((char *)memory - skipped, pages * PAGE, MADV_HUGEPAGE);
}

void *plim_alloc(size_t count, size_t size)
{
    if (must_fail() || overflows(count, size))
        return NULL;
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (memory != NULL && count * size >= LARGE)
        ask_for_huge_pages(memory, count * size);
    return memory;
}

void *plim_resize(void *old, size_t count, size_t size)
{
    if (must_fail() || overflows(count, size))
        return NULL;
    size_t bytes = count * size;
    void *memory = realloc(old, bytes > 0 ? bytes : 1);
    if (memory != NULL && bytes >= LARGE)
        ask_for_huge_pages(memory, bytes);
    return memory;
}

void plim_free(void *memory)
{
    free(memory);
}

char *plim_strdup(const char *text)
{
    size_t length = strlen(text) + 1;
    char *copy = plim_resize(NULL, length, 1);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

int plim_grow(void **array, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity)
        return 0;
    size_t wanted = *capacity > 0 ? *capacity : 16;
    while (wanted < needed) {
        if (wanted > SIZE_MAX / 2)
            return -1;
        wanted *= 2;
    }
    void *bigger = plim_resize(*array, wanted, size);
    if (bigger == NULL)
        return -1;
    *array = bigger;
    *capacity = wanted;
    return 0;
}
