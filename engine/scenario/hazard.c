#include "scenario/hazard.h"

#include "base/digest.h"
#include "base/memory.h"

#include <string.h>

plim_hazard *plim_hazard_create(void)
{
    plim_hazard *hazard = plim_alloc(1, sizeof *hazard);
    if (hazard != NULL)
        hazard->holders = 1;
    return hazard;
}

void plim_hazard_hold(plim_hazard *hazard)
{
    hazard->holders++;
}

void plim_hazard_release(plim_hazard *hazard)
{
    if (hazard == NULL || --hazard->holders > 0)
        return;
    plim_event_set_free(&hazard->events);
    plim_event_rows_free(&hazard->rows);
    plim_return_points_free(&hazard->points);
    plim_return_periods_free(&hazard->periods);
    plim_names_free(&hazard->groups);
    plim_names_free(&hazard->reach_place);
    plim_names_free(&hazard->reaches);
    plim_free(hazard->reach_of);
    plim_free(hazard->group);
    plim_free(hazard->group_key);
    plim_free(hazard->stream);
    plim_free(hazard->cumulative);
    plim_pathway_free(&hazard->frequency);
    plim_pathway_free(&hazard->intensity);
    plim_free(hazard);
}

plim_status plim_hazard_finish_events(plim_hazard *hazard, double factor, plim_error *err)
{
    plim_event_set *events = &hazard->events;
    hazard->n_places = events->n_places;
    hazard->place = events->place;
    for (size_t i = 0; i < events->first[events->n_events]; i++)
        events->intensity[i] *= factor;
    hazard->cumulative = plim_alloc(events->n_events, sizeof *hazard->cumulative);
    if (hazard->cumulative == NULL)
        return plim_fail_memory(err, "events");
    double sum = 0;
    for (size_t e = 0; e < events->n_events; e++)
        hazard->cumulative[e] = sum += events->rate[e];
    return PLIM_OK;
}

/* ---- reaches ---- */

plim_status plim_hazard_add_reach(plim_hazard *hazard, const char *place, const char *reach,
                                  plim_error *err)
{
    uint32_t at = 0;
    PLIM_TRY(plim_names_add(&hazard->reach_place, place, &at, err));
    void *all = hazard->reach_of;
    if (plim_grow(&all, &hazard->reach_capacity, (size_t)at + 1, sizeof *hazard->reach_of) != 0)
        return plim_fail_memory(err, "reaches");
    hazard->reach_of = all;
    return plim_names_add(&hazard->reaches, reach, &hazard->reach_of[at], err);
}

/* The longest of n texts that `key` begins with, or n. */
static size_t longest_prefix(char *const *text, size_t n, const char *key)
{
    size_t best = n, longest = 0;
    for (size_t q = 0; q < n; q++) {
        size_t length = strlen(text[q]);
        if ((best == n || length > longest) && strncmp(key, text[q], length) == 0) {
            best = q;
            longest = length;
        }
    }
    return best;
}

static plim_status group_places(plim_hazard *hazard, plim_error *err)
{
    for (size_t q = 0; q < hazard->n_places; q++) {
        const char *place = hazard->place[q];
        size_t at = longest_prefix(hazard->reach_place.text, hazard->reach_place.count, place);
        const char *group =
            at < hazard->reach_place.count ? hazard->reaches.text[hazard->reach_of[at]] : place;
        PLIM_TRY(plim_names_add(&hazard->groups, group, &hazard->group[q], err));
    }
    for (size_t g = 0; g < hazard->groups.count; g++)
        PLIM_TRY(plim_digest_key(hazard->groups.text[g], &hazard->group_key[g], err));
    return PLIM_OK;
}

plim_status plim_hazard_finish_periods(plim_hazard *hazard, double factor, plim_error *err)
{
    plim_return_periods *periods = &hazard->periods;
    hazard->n_places = periods->n_places;
    hazard->place = periods->place;
    for (size_t i = 0; i < periods->first[periods->n_places]; i++)
        periods->intensity[i] *= factor;
    hazard->group = plim_alloc(periods->n_places, sizeof *hazard->group);
    hazard->group_key = plim_alloc(periods->n_places, sizeof *hazard->group_key);
    if (hazard->group == NULL || hazard->group_key == NULL)
        return plim_fail_memory(err, "places");
    return group_places(hazard, err);
}

/* ---- use ---- */

size_t plim_hazard_choose(const plim_hazard *hazard, double u)
{
    size_t n = hazard->events.n_events, low = 0, high = n - 1;
    double at = u * hazard->cumulative[n - 1];
    while (low < high) { /* the first event whose sum lies above */
        size_t middle = low + (high - low) / 2;
        if (hazard->cumulative[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

size_t plim_hazard_place(const plim_hazard *hazard, const char *key)
{
    return longest_prefix(hazard->place, hazard->n_places, key);
}
