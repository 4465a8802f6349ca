#define _GNU_SOURCE /* syscall, MAP_ANONYMOUS, madvise */
#include "store/wire_area.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a slot's word says; AWAITED: it is full, and the other side sleeps until it is not. */
enum { EMPTY, FULL, AWAITED };

struct plim_wire_area {
    _Atomic uint32_t word[PLIM_AREA_SLOTS];
    unsigned char slot[PLIM_AREA_SLOTS][PLIM_AREA_SLOT_BYTES];
};

plim_wire_area *plim_wire_area_make(void)
{
    void *area = mmap(NULL, sizeof(plim_wire_area), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return area != MAP_FAILED ? area : NULL;
}

void plim_wire_area_withhold(plim_wire_area *area)
{
    if (area != NULL)
        (void)madvise(area, sizeof *area, MADV_DONTFORK);
}

void plim_wire_area_free(plim_wire_area *area)
{
    if (area != NULL)
        (void)munmap(area, sizeof *area);
}

/* Whatever the wait gives, the word tells. */
static void await_empty(_Atomic uint32_t *word)
{
    uint32_t full = FULL;
    while (atomic_load(word) != EMPTY) {
        (void)atomic_compare_exchange_strong(word, &full, AWAITED);
        full = FULL;
        (void)syscall(SYS_futex, word, FUTEX_WAIT, AWAITED, NULL, NULL, 0);
    }
}

void plim_wire_area_fill(plim_wire_area *area, size_t at, const void *bytes, size_t n)
{
    await_empty(&area->word[at]);
    memcpy(area->slot[at], bytes, n);
    atomic_store(&area->word[at], FULL);
}

void plim_wire_area_empty(plim_wire_area *area, size_t at, void *bytes, size_t n)
{
    memcpy(bytes, area->slot[at], n);
    if (atomic_exchange(&area->word[at], EMPTY) == AWAITED)
        (void)syscall(SYS_futex, &area->word[at], FUTEX_WAKE, 1, NULL, NULL, 0);
}
