/* Tables sectors and regions: losses by a key of the borrowers. */
#include "measure/tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/batch.h"
#include "measure/row.h"

/* A key with its place in the key set, for sorting. */
typedef struct place {
    const char *text;
    uint32_t index;
    int64_t exposure;
} place;

static int by_text(const void *a, const void *b)
{
    return strcmp(((const place *)a)->text, ((const place *)b)->text);
}

/* Keys in order of their bytes, with the exposure of their borrowers; NULL when out of memory. */
static place *sorted_places(const plim_key_set *keys, const plim_key_exposures *exposures)
{
    size_t count = keys->names.count;
    place *places = plim_alloc(count, sizeof *places);
    if (places == NULL)
        return NULL;
    for (uint32_t k = 0; k < count; k++)
        places[k] = (place){.text = keys->names.text[k],
                            .index = k,
                            .exposure = plim_holdings_of(exposures, keys->names.text[k])};
    qsort(places, count, sizeof *places, by_text);
    return places;
}

/* A key set with its sums by scenario, key and batch. */
typedef struct keyed {
    const plim_key_set *keys;
    const plim_int128 *loss;
    const plim_key_exposures *exposures;
} keyed;

static plim_status key_row(plim_row *row, const char *scenario, const place *key,
                           const plim_estimate *el, const plim_estimate *delta)
{
    plim_row_text(row, scenario);
    plim_row_text(row, key->text);
    plim_row_fen(row, key->exposure);
    plim_row_value(row, el);
    plim_row_value(row, delta);
    return plim_row_end(row);
}

static plim_status key_rows(plim_table *table, const plim_plan *plan, uint32_t n_paths,
                            const keyed *sums, plim_error *err)
{
    size_t count = sums->keys->names.count;
    place *places = sorted_places(sums->keys, sums->exposures);
    if (places == NULL)
        return plim_fail_memory(err, "a table by key");
    plim_status status = PLIM_OK;
    for (size_t s = 0; s < plan->n_scenarios; s++) {
        for (size_t k = 0; status == PLIM_OK && k < count; k++) {
            const plim_int128 *base = sums->loss + places[k].index * PLIM_BATCHES;
            const plim_int128 *mine = base + s * count * PLIM_BATCHES;
            plim_estimate el = plim_batch_mean(mine, NULL, n_paths);
            plim_estimate delta = plim_estimate_undefined;
            if (s > 0)
                delta = plim_batch_mean(mine, base, n_paths);
            plim_row row = plim_row_begin(table, err);
            const char *scenario = plim_measure_scenario(plan, (uint32_t)s);
            status = key_row(&row, scenario, &places[k], &el, &delta);
        }
    }
    plim_free(places);
    return status;
}

plim_status plim_measure_sectors(plim_table *table, const plim_measured *of, plim_error *err)
{
    keyed sums = {&of->tallies->sectors, of->tallies->sector_loss, &of->holdings->sectors};
    return key_rows(table, of->plan, of->tallies->n_paths, &sums, err);
}

plim_status plim_measure_regions(plim_table *table, const plim_measured *of, plim_error *err)
{
    keyed sums = {&of->tallies->regions, of->tallies->region_loss, &of->holdings->regions};
    return key_rows(table, of->plan, of->tallies->n_paths, &sums, err);
}
