#include "measure/batch.h"

#include <math.h>

/* With batches k = 1..B of n_k paths, sums S_k, total S over N paths, m = S / N:
   error^2 = B / (B - 1) x sum of (S_k - n_k m)^2 / N^2. Each N S_k - n_k S is an exact integer. */
plim_estimate plim_batch_mean(const plim_int128 *sums, const plim_int128 *baseline, uint32_t n)
{
    plim_int128 difference[PLIM_BATCHES], total = 0;
    for (uint32_t k = 0; k < PLIM_BATCHES; k++) {
        difference[k] = sums[k] - (baseline ? baseline[k] : 0);
        total += difference[k];
    }
    uint32_t batches = 0;
    double squares = 0;
    for (uint32_t k = 0; k < PLIM_BATCHES; k++) {
        uint32_t paths = plim_batch_paths(n, k);
        batches += paths > 0;
        double off = (double)(n * difference[k] - paths * total) / n;
        squares += off * off;
    }
    plim_estimate e = {.value = (double)total / n / PLIM_FEN_PER_UNIT, .stderr_ = (double)NAN};
    if (batches >= 2)
        e.stderr_ = sqrt(squares * batches / (batches - 1)) / n / PLIM_FEN_PER_UNIT;
    e.low = e.value - PLIM_Z95 * e.stderr_;
    e.high = e.value + PLIM_Z95 * e.stderr_;
    return e;
}
