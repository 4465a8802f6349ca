#include "measure/ranks.h"

#include "base/memory.h"
#include "base/sort.h"

#include <string.h>

enum { BINS = 4096 };

static plim_status make_room(plim_ranks *room, uint32_t n, plim_error *err)
{
    if (room->capacity >= n)
        return PLIM_OK;
    plim_ranks_free(room);
    room->count = plim_alloc(BINS, sizeof *room->count);
    room->inside = plim_alloc(n, sizeof *room->inside);
    room->scratch = plim_alloc(n, sizeof *room->scratch);
    if (room->count == NULL || room->inside == NULL || room->scratch == NULL)
        return plim_fail_memory(err, "order statistics");
    room->capacity = n;
    return PLIM_OK;
}

void plim_ranks_free(plim_ranks *room)
{
    plim_free(room->count);
    plim_free(room->inside);
    plim_free(room->scratch);
    *room = (plim_ranks){0};
}

/* Bins of equal width, a power of two: bin of v is (v - low) >> shift. */
typedef struct bins {
    int64_t low;
    uint32_t shift;
} bins;

static uint32_t bin_of(const bins *b, int64_t value)
{
    return (uint32_t)(((uint64_t)value - (uint64_t)b->low) >> b->shift);
}

static bins count_bins(const plim_ranks *room, const int64_t *value, uint32_t n)
{
    int64_t low = value[0], high = value[0];
    for (uint32_t i = 1; i < n; i++) {
        low = value[i] < low ? value[i] : low;
        high = value[i] > high ? value[i] : high;
    }
    bins b = {low, 0};
    while (((uint64_t)high - (uint64_t)low) >> b.shift >= BINS)
        b.shift++;
    memset(room->count, 0, BINS * sizeof *room->count);
    for (uint32_t i = 0; i < n; i++)
        room->count[bin_of(&b, value[i])]++;
    return b;
}

/* The rank-th smallest of the values in one bin. */
static int64_t select_inside(const plim_ranks *room, const int64_t *value, uint32_t n,
                             const bins *b, uint32_t rank)
{
    uint32_t bin = 0, before = 0, m = 0;
    while (before + room->count[bin] < rank)
        before += room->count[bin++];
    if (b->shift == 0)
        return b->low + bin;
    for (uint32_t i = 0; i < n; i++)
        if (bin_of(b, value[i]) == bin)
            room->inside[m++] = value[i];
    plim_sort_fen(room->inside, room->scratch, m);
    return room->inside[rank - before - 1];
}

plim_status plim_ranks_find(plim_ranks *room, const int64_t *value, uint32_t n,
                            const plim_ranks_ask *ask, plim_error *err)
{
    if (n == 0)
        return plim_fail(err, PLIM_BUG, "order statistics of nothing");
    PLIM_TRY(make_room(room, n, err));
    bins b = count_bins(room, value, n);
    for (uint32_t i = 0; i < ask->n; i++)
        ask->out[i] = select_inside(room, value, n, &b, ask->rank[i]);
    return PLIM_OK;
}
