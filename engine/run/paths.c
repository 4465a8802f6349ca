#include "run/paths.h"

#include <math.h>

#include "base/memory.h"
#include "measure/measure.h"

static plim_status es_999(plim_estimate *out, int64_t *loss, const plim_tallies *t, uint32_t s,
                          plim_error *err)
{
    plim_sample sample = {0};
    plim_tallies_losses(t, s, loss);
    plim_status status = plim_sample_make(&sample, loss, t->n_paths, err);
    if (status == PLIM_OK)
        *out = plim_measure_estimate(&sample, PLIM_ES_999);
    plim_sample_free(&sample);
    return status;
}

plim_status plim_precision_of(plim_precision *out, const plim_tallies *tallies, plim_error *err)
{
    *out = (plim_precision){.half_width = tallies->n_paths < PLIM_PATHS_LEAST ? (double)NAN : 0};
    if (isnan(out->half_width))
        return PLIM_OK;
    int64_t *loss = plim_alloc(tallies->n_paths, sizeof *loss);
    plim_status status = loss == NULL ? plim_fail_memory(err, "path losses") : PLIM_OK;
    for (uint32_t s = 0; s < tallies->n_scenarios && status == PLIM_OK; s++) {
        plim_estimate es = plim_estimate_undefined;
        status = es_999(&es, loss, tallies, s, err);
        double half_width = es.value > 0 ? (es.high - es.low) / 2 / es.value : 0;
        if (half_width > out->half_width)
            *out = (plim_precision){half_width, s};
    }
    plim_free(loss);
    return status;
}

uint32_t plim_paths_default(uint32_t n_years, uint64_t n_borrowers)
{
    const uint64_t work = 3000000000, least = 10000, most = 100000; /* borrower-path-years */
    uint64_t paths = work / (n_years * (n_borrowers > 0 ? n_borrowers : 1)) / 1000 * 1000;
    return (uint32_t)(paths < least ? least : paths > most ? most : paths);
}

uint32_t plim_paths_first_look(void)
{
    return 49 * PLIM_PATHS_STEP; /* 100,352: a hundred paths beyond 99.9 % */
}

uint32_t plim_paths_next_look(uint32_t n_paths)
{
    uint32_t steps = n_paths / PLIM_PATHS_STEP;
    uint32_t next = (steps + steps / 4 + 1) * PLIM_PATHS_STEP;
    return next > PLIM_PATHS_MOST ? PLIM_PATHS_MOST : next;
}
