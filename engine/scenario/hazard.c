#include "scenario/hazard.h"

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
    plim_event_list_free(&hazard->list);
    plim_free(hazard->stream);
    plim_free(hazard->cumulative);
    plim_pathway_free(&hazard->frequency);
    plim_pathway_free(&hazard->intensity);
    plim_free(hazard);
}

plim_status plim_hazard_finish(plim_hazard *hazard, double factor, plim_error *err)
{
    plim_event_set *events = &hazard->events;
    PLIM_TRY(plim_event_list_finish(&hazard->list, factor, events, err));
    plim_event_list_free(&hazard->list);
    hazard->cumulative = plim_alloc(events->n_events, sizeof *hazard->cumulative);
    if (hazard->cumulative == NULL)
        return plim_fail_memory(err, "events");
    double sum = 0;
    for (size_t e = 0; e < events->n_events; e++)
        hazard->cumulative[e] = sum += events->rate[e];
    return PLIM_OK;
}

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
    const plim_event_set *events = &hazard->events;
    size_t best = events->n_places, longest = 0;
    for (size_t q = 0; q < events->n_places; q++) {
        size_t length = strlen(events->place[q]);
        if ((best == events->n_places || length > longest) &&
            strncmp(key, events->place[q], length) == 0) {
            best = q;
            longest = length;
        }
    }
    return best;
}
