#include "run/oasis_import.h"

#include "base/memory.h"
#include "run/hazard_csv.h"
#include "run/oasis_mix.h"

enum { EVENT, AREAPERIL, BIN, PROBABILITY };

typedef struct work {
    const plim_oasis_config *config;
    plim_oasis_import *import;
    plim_oasis_values rates; /* by event */
    plim_oasis_values bins;  /* by intensity bin: what it stands for */
    plim_oasis_keys keys;
    plim_names areaperils; /* of the footprint, where there are no keys */
    plim_oasis_mix mix;
    bool *touching; /* by event */
    plim_event_rows rows;
} work;

/* ---- which tables ---- */

static plim_status check_config(const plim_oasis_config *config, plim_error *err)
{
    if (!config->footprint)
        return plim_fail(err, PLIM_USAGE, "the footprint is missing: --footprint FILE.csv");
    if (!config->events == !config->occurrence)
        return plim_fail(err, PLIM_USAGE,
                         "rates come either from --events FILE.csv, with a column `rate`, or from "
                         "--occurrence FILE.csv and --periods N");
    if (!config->occurrence != (config->periods == 0))
        return plim_fail(err, PLIM_USAGE,
                         "--occurrence FILE.csv and --periods N, the number of years that it is "
                         "about, belong together");
    if (!config->intensity_bins == !config->vulnerability)
        return plim_fail(err, PLIM_USAGE,
                         "bins are turned into intensities by --intensity-bins FILE.csv, or into "
                         "damage by --vulnerability FILE.csv and --damage-bins FILE.csv; give one "
                         "of the two");
    if (!config->vulnerability != !config->damage_bins)
        return plim_fail(err, PLIM_USAGE,
                         "--vulnerability FILE.csv and --damage-bins FILE.csv belong together");
    if (config->vulnerability_id && !config->vulnerability)
        return plim_fail(err, PLIM_USAGE, "--vulnerability-id needs --vulnerability FILE.csv");
    if (config->mean_intensity && config->vulnerability)
        return plim_fail(err, PLIM_USAGE,
                         "--mean-intensity is for --intensity-bins; damage is a mean anyway");
    if (config->place_column && !config->keys)
        return plim_fail(err, PLIM_USAGE, "--place-column needs --keys FILE.csv");
    return PLIM_OK;
}

/* ---- the footprint ---- */

static plim_status take_footprint(void *user, const plim_sheet_row *cells, plim_error *err)
{
    static const size_t columns[] = {BIN, PROBABILITY};
    work *w = user;
    const char *event = NULL, *areaperil = NULL;
    plim_oasis_row row = {.line = cells->line};
    PLIM_TRY(plim_sheet_text(cells, EVENT, &event, err));
    PLIM_TRY(plim_sheet_text(cells, AREAPERIL, &areaperil, err));
    row.a = plim_names_find(&w->rates.id, event);
    if (row.a == PLIM_NO_NAME) {
        w->import->n_unrated++;
        return PLIM_OK;
    }
    if (!w->config->keys)
        PLIM_TRY(plim_names_add(&w->areaperils, areaperil, &row.b, err));
    else
        row.b = plim_names_find(&w->keys.areaperil, areaperil);
    if (row.b == PLIM_NO_NAME) {
        w->import->n_unkeyed++;
        return PLIM_OK;
    }
    w->import->n_footprint++;
    return plim_oasis_mix_add(&w->mix, cells, columns, row, err);
}

static plim_status read_footprint(work *w, plim_error *err)
{
    const plim_oasis_config *config = w->config;
    plim_sheet sheet = {.path = config->footprint,
                        .column = {[EVENT] = "event_id",
                                   [AREAPERIL] = "areaperil_id",
                                   [BIN] = "intensity_bin_id",
                                   [PROBABILITY] = "probability"},
                        .n_columns = 4,
                        .n_needed = 4,
                        .take = take_footprint,
                        .user = w};
    w->mix = (plim_oasis_mix){.path = config->footprint,
                              .a_is = "event",
                              .b_is = "areaperil",
                              .a = &w->rates.id,
                              .b = config->keys ? &w->keys.areaperil : &w->areaperils,
                              .bins = &w->bins,
                              .curve = config->vulnerability ? w->import->vulnerability_id : NULL};
    return plim_hazard_sheet(&sheet, w->import->sha256, err);
}

/* ---- events ---- */

/* What an event does at one place. */
static plim_status add_place(work *w, const plim_oasis_mean *mean, const char *place,
                             plim_error *err)
{
    plim_event_row row = {.line = mean->line, .intensity = mean->mean};
    PLIM_TRY(plim_names_add(&w->rows.places, place, &row.place, err));
    if (!(mean->mean > 0))
        return PLIM_OK;
    w->touching[mean->a] = true;
    PLIM_TRY(plim_event_rows_event(&w->rows, w->rates.id.text[mean->a], w->rates.value[mean->a],
                                   mean->line, &row.event, err));
    return plim_event_rows_add(&w->rows, &row, err);
}

static plim_status take_mean(void *user, const plim_oasis_mean *mean, plim_error *err)
{
    work *w = user;
    const plim_oasis_keys *keys = &w->keys;
    bool uncertain = mean->n_bins > 1 && !w->config->vulnerability;
    if (uncertain && !w->config->mean_intensity)
        return plim_fail(err, PLIM_INPUT,
                         "%s: line %u: event `%s` may have %zu intensity bins at areaperil `%s`; "
                         "accepted: one bin with probability 1; --mean-intensity takes the mean, "
                         "--vulnerability the mean damage",
                         w->config->footprint, mean->line, w->rates.id.text[mean->a], mean->n_bins,
                         w->mix.b->text[mean->b]);
    w->import->n_uncertain += uncertain;
    if (!w->config->keys)
        return add_place(w, mean, w->areaperils.text[mean->b], err);
    for (size_t k = keys->first[mean->b]; k < keys->first[mean->b + 1]; k++)
        PLIM_TRY(add_place(w, mean, keys->place.text[keys->at[k]], err));
    return PLIM_OK;
}

/* Events that touch nothing; their rates are added up in the order of their names, so that the
   order of rows doesn't show. */
static plim_status count_silent(work *w, plim_error *err)
{
    plim_event_rows silent = {.path = w->config->footprint};
    plim_event_set set = {0};
    uint32_t index = 0;
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < w->rates.id.count && status == PLIM_OK; i++)
        if (!w->touching[i])
            status = plim_event_rows_event(&silent, w->rates.id.text[i], w->rates.value[i], 0,
                                           &index, err);
    if (status == PLIM_OK)
        status = plim_event_rows_finish(&silent, &set, err);
    w->import->n_silent = set.n_events;
    w->import->silent_rate = plim_event_set_rate(&set);
    plim_event_set_free(&set);
    plim_event_rows_free(&silent);
    return status;
}

static plim_status make_events(work *w, plim_error *err)
{
    plim_oasis_taker taker = {.take = take_mean, .user = w};
    w->touching = plim_alloc(w->rates.id.count, sizeof *w->touching);
    if (!w->touching)
        return plim_fail_memory(err, w->config->footprint);
    for (size_t i = 0; i < w->keys.place.count; i++)
        PLIM_TRY(plim_names_add(&w->rows.places, w->keys.place.text[i], NULL, err));
    PLIM_TRY(plim_oasis_mix_finish(&w->mix, &taker, err));
    if (w->rows.count == 0)
        return plim_fail(err, PLIM_INPUT,
                         "%s: none of its rows is of an event with a rate and an areaperil with a "
                         "place, with an intensity above 0",
                         w->config->footprint);
    PLIM_TRY(count_silent(w, err));
    return plim_event_rows_finish(&w->rows, &w->import->set, err);
}

/* ---- the whole ---- */

static plim_status read_all(work *w, plim_error *err)
{
    PLIM_TRY(check_config(w->config, err));
    PLIM_TRY(plim_oasis_read_rates(w->config, &w->rates, err));
    PLIM_TRY(plim_oasis_read_bins(w->config, &w->bins, &w->import->vulnerability_id, err));
    if (w->config->keys)
        PLIM_TRY(plim_oasis_read_keys(w->config, &w->keys, err));
    w->import->n_events = w->rates.id.count;
    PLIM_TRY(read_footprint(w, err));
    return make_events(w, err);
}

plim_status plim_oasis_import_read(plim_oasis_import *out, const plim_oasis_config *config,
                                   plim_error *err)
{
    work w = {.config = config, .import = out, .rows = {.path = config->footprint}};
    *out = (plim_oasis_import){0};
    plim_status status = read_all(&w, err);
    plim_oasis_values_free(&w.rates);
    plim_oasis_values_free(&w.bins);
    plim_oasis_keys_free(&w.keys);
    plim_names_free(&w.areaperils);
    plim_oasis_mix_free(&w.mix);
    plim_free(w.touching);
    plim_event_rows_free(&w.rows);
    return status;
}

void plim_oasis_import_free(plim_oasis_import *import)
{
    plim_event_set_free(&import->set);
    plim_free(import->vulnerability_id);
    *import = (plim_oasis_import){0};
}
