/* Losses by a key of the borrowers (sector, region), scenario and batch of paths: a worker's own
 * sums. Amounts are added in 64 bits, which takes half of the time of 128, and moved to sums of
 * 128 bits before they could overflow. */
#ifndef PLIM_SIMULATE_KEY_SUMS_H
#define PLIM_SIMULATE_KEY_SUMS_H

#include "base/money.h"
#include "base/status.h"
#include "simulate/tally.h"

typedef struct plim_key_sums {
    size_t n_keys, n_scenarios;
    int64_t *recent;    /* [(batch * n_keys + key) * n_scenarios + s]: since they were emptied */
    plim_int128 *total; /* the same, up to then */
    uint64_t most;      /* no recent sum is larger in size */
} plim_key_sums;

uint64_t plim_key_sums_bytes(uint64_t n_keys, uint32_t n_scenarios);
PLIM_NODISCARD plim_status plim_key_sums_create(plim_key_sums *out, size_t n_keys,
                                                size_t n_scenarios, plim_error *err);
void plim_key_sums_free(plim_key_sums *sums);
/* Adds them to [(s * n_keys + key) * PLIM_BATCHES + batch] of tallies. */
void plim_key_sums_merge(plim_int128 *to, const plim_key_sums *sums);

/* Moves the recent sums to the total. */
void plim_key_sums_empty(plim_key_sums *sums);

/* To be called before an amount of at most that size is added to each recent sum. */
static inline void plim_key_sums_expect(plim_key_sums *sums, int64_t amount)
{
    uint64_t size = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
    if (sums->most + size > INT64_MAX)
        plim_key_sums_empty(sums);
    sums->most += size;
}

/* Recent sums of a key on the paths of a batch, a scenario each. */
static inline int64_t *plim_key_sums_at(const plim_key_sums *sums, size_t batch, size_t key)
{
    return sums->recent + (batch * sums->n_keys + key) * sums->n_scenarios;
}

#endif
