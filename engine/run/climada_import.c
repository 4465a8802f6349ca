#include "run/climada_import.h"

#include "base/memory.h"
#include "base/text.h"
#include "run/globe.h"
#include "store/climada.h"

/* The way from centroids to sites, and what is gathered on it. */
typedef struct work {
    const plim_climada_config *config;
    plim_climada_import *import;
    plim_climada hazard;
    uint32_t *near; /* by site: its centroid; PLIM_NO_NAME: none is near enough */
    size_t *first;  /* by centroid, and one: its sites in `site` */
    uint32_t *site;
    double *value, *part; /* by centroid: of the event at hand, else 0 */
    plim_event_rows rows;
    plim_error *err;
} work;

static plim_status fail_memory(const work *w)
{
    return plim_fail_memory(w->err, w->config->path);
}

/* ---- places ---- */

static plim_status fail_far(const work *w, size_t nearest)
{
    const plim_climada_import *import = w->import;
    return plim_fail(w->err, PLIM_INPUT,
                     "%s: no site lies within %g km of a centroid of %s; the nearest, `%s`, is "
                     "%.1f km away; --max-km allows more",
                     w->config->sites, w->config->max_km, w->config->path,
                     import->sites.id.text[nearest], import->km[nearest]);
}

static plim_status find_centroids(work *w)
{
    plim_climada_import *import = w->import;
    size_t n = import->sites.id.count, nearest = 0;
    plim_globe globe;
    double sum = 0;
    import->km = plim_alloc(n, sizeof *import->km);
    w->near = plim_alloc(n, sizeof *w->near);
    if (!import->km || !w->near)
        return fail_memory(w);
    PLIM_TRY(plim_globe_open(&globe, w->hazard.centroid, w->hazard.n_centroids, w->err));
    for (size_t i = 0; i < n; i++) {
        size_t found = plim_globe_nearest(&globe, import->sites.point[i], &import->km[i]);
        w->near[i] = PLIM_NO_NAME;
        nearest = import->km[i] < import->km[nearest] ? i : nearest;
        if (!(import->km[i] <= w->config->max_km))
            continue;
        w->near[i] = (uint32_t)found;
        sum += import->km[i];
        import->n_near++;
        if (import->km[i] > import->largest_km)
            import->largest_km = import->km[i];
    }
    plim_globe_close(&globe);
    if (import->n_near == 0)
        return fail_far(w, nearest);
    import->mean_km = sum / (double)import->n_near;
    return PLIM_OK;
}

/* Turns "which centroid has a site" into "which sites has a centroid". */
static plim_status list_sites(work *w)
{
    size_t n = w->import->sites.id.count;
    w->first = plim_alloc(w->hazard.n_centroids + 2, sizeof *w->first);
    w->site = plim_alloc(n, sizeof *w->site);
    w->value = plim_alloc(w->hazard.n_centroids, sizeof *w->value);
    w->part = plim_alloc(w->hazard.n_centroids, sizeof *w->part);
    if (!w->first || !w->site || !w->value || !w->part)
        return fail_memory(w);
    for (size_t i = 0; i < n; i++)
        if (w->near[i] != PLIM_NO_NAME)
            w->first[w->near[i] + 2]++;
    for (size_t c = 0; c < w->hazard.n_centroids; c++)
        w->first[c + 2] += w->first[c + 1];
    for (size_t i = 0; i < n; i++) /* moves the beginnings on: shifted by one they end up right */
        if (w->near[i] != PLIM_NO_NAME)
            w->site[w->first[w->near[i] + 1]++] = (uint32_t)i;
    return PLIM_OK;
}

/* All sites that have a centroid are known places, in the order of the file. */
static plim_status add_places(work *w)
{
    const plim_names *id = &w->import->sites.id;
    for (size_t i = 0; i < id->count; i++)
        if (w->near[i] != PLIM_NO_NAME)
            PLIM_TRY(plim_names_add(&w->rows.places, id->text[i], NULL, w->err));
    return PLIM_OK;
}

/* ---- events ---- */

/* What a centroid's sites get of an event. */
static plim_status add_hits(work *w, size_t event, uint32_t centroid)
{
    const plim_names *id = &w->import->sites.id;
    double intensity = w->value[centroid];
    w->value[centroid] = 0;
    if (!(intensity > 0))
        return PLIM_OK;
    for (size_t k = w->first[centroid]; k < w->first[centroid + 1]; k++) {
        plim_event_row row = {.intensity = intensity};
        row.place = plim_names_find(&w->rows.places, id->text[w->site[k]]);
        w->import->n_partial += w->hazard.has_fraction && w->part[centroid] != 1;
        PLIM_TRY(plim_event_rows_event(&w->rows, w->hazard.event[event], w->hazard.frequency[event],
                                       0, &row.event, w->err));
        PLIM_TRY(plim_event_rows_add(&w->rows, &row, w->err));
    }
    return PLIM_OK;
}

static plim_status add_event(work *w, size_t event)
{
    size_t before = w->rows.count;
    plim_climada_row hit, part = {.n = 0};
    PLIM_TRY(plim_climada_intensity(&w->hazard, event, &hit, w->err));
    if (w->hazard.has_fraction)
        PLIM_TRY(plim_climada_fraction(&w->hazard, event, &part, w->err));
    for (size_t i = 0; i < part.n; i++)
        w->part[part.centroid[i]] += part.value[i];
    for (size_t i = 0; i < hit.n; i++)
        w->value[hit.centroid[i]] += hit.value[i];
    for (size_t i = 0; i < hit.n; i++)
        PLIM_TRY(add_hits(w, event, hit.centroid[i]));
    for (size_t i = 0; i < part.n; i++)
        w->part[part.centroid[i]] = 0;
    if (w->rows.count == before) {
        w->import->n_silent++;
        w->import->silent_rate += w->hazard.frequency[event];
    }
    return PLIM_OK;
}

static plim_status add_events(work *w)
{
    for (size_t e = 0; e < w->hazard.n_events; e++)
        PLIM_TRY(add_event(w, e));
    if (w->rows.count == 0)
        return plim_fail(w->err, PLIM_INPUT,
                         "%s: none of its %zu events touches any of the %zu "
                         "sites that are near enough",
                         w->config->path, w->hazard.n_events, w->import->n_near);
    if (w->import->n_partial > 0 && !w->config->partial)
        return plim_fail(w->err, PLIM_INPUT,
                         "%s: fraction: %zu of the intensities at the sites are of cells that are "
                         "hit only in part; --partial takes them as they are",
                         w->config->path, w->import->n_partial);
    return plim_event_rows_finish(&w->rows, &w->import->set, w->err);
}

/* ---- the whole ---- */

static plim_status describe(work *w)
{
    plim_climada_import *import = w->import;
    import->n_events = w->hazard.n_events;
    import->n_centroids = w->hazard.n_centroids;
    import->named_by_id = w->hazard.named_by_id;
    import->unit = plim_strdup(w->hazard.unit);
    import->hazard = plim_strdup(w->hazard.hazard);
    return import->unit && import->hazard ? PLIM_OK : fail_memory(w);
}

static plim_status read_all(work *w)
{
    PLIM_TRY(plim_sites_read(&w->import->sites, w->config->sites, w->err));
    PLIM_TRY(plim_digest_file(w->config->path, w->import->sha256, w->err));
    PLIM_TRY(plim_climada_open(&w->hazard, w->config->path, w->err));
    PLIM_TRY(describe(w));
    PLIM_TRY(find_centroids(w));
    PLIM_TRY(list_sites(w));
    PLIM_TRY(add_places(w));
    return add_events(w);
}

plim_status plim_climada_import_read(plim_climada_import *out, const plim_climada_config *config,
                                     plim_error *err)
{
    work w = {.config = config, .import = out, .rows = {.path = config->path}, .err = err};
    *out = (plim_climada_import){0};
    plim_status status = read_all(&w);
    plim_climada_close(&w.hazard);
    plim_event_rows_free(&w.rows);
    plim_free(w.near);
    plim_free(w.first);
    plim_free(w.site);
    plim_free(w.value);
    plim_free(w.part);
    return status;
}

void plim_climada_import_free(plim_climada_import *import)
{
    plim_event_set_free(&import->set);
    plim_sites_free(&import->sites);
    plim_free(import->km);
    plim_free(import->unit);
    plim_free(import->hazard);
    *import = (plim_climada_import){0};
}
