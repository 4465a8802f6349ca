#include "simulate/key_sums.h"

#include "base/memory.h"

static size_t cells_of(const plim_key_sums *sums)
{
    return PLIM_BATCHES * sums->n_keys * sums->n_scenarios;
}

uint64_t plim_key_sums_bytes(uint64_t n_keys, uint32_t n_scenarios)
{
    return PLIM_BATCHES * n_keys * n_scenarios * (sizeof(plim_int128) + sizeof(int64_t));
}

plim_status plim_key_sums_create(plim_key_sums *out, size_t n_keys, size_t n_scenarios,
                                 plim_error *err)
{
    *out = (plim_key_sums){.n_keys = n_keys, .n_scenarios = n_scenarios};
    out->recent = plim_alloc(cells_of(out), sizeof *out->recent);
    out->total = plim_alloc(cells_of(out), sizeof *out->total);
    if (out->recent != NULL && out->total != NULL)
        return PLIM_OK;
    plim_key_sums_free(out);
    return plim_fail_memory(err, "a worker's tallies");
}

void plim_key_sums_free(plim_key_sums *sums)
{
    plim_free(sums->recent);
    plim_free(sums->total);
    *sums = (plim_key_sums){0};
}

void plim_key_sums_empty(plim_key_sums *sums)
{
    for (size_t i = 0; i < cells_of(sums); i++) {
        sums->total[i] += sums->recent[i];
        sums->recent[i] = 0;
    }
    sums->most = 0;
}

void plim_key_sums_merge(plim_int128 *to, const plim_key_sums *sums)
{
    size_t i = 0;
    for (size_t batch = 0; batch < PLIM_BATCHES; batch++)
        for (size_t key = 0; key < sums->n_keys; key++)
            for (size_t s = 0; s < sums->n_scenarios; s++, i++)
                to[(s * sums->n_keys + key) * PLIM_BATCHES + batch] +=
                    sums->total[i] + sums->recent[i];
}
