#include "scenario/event_set.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void plim_event_set_free(plim_event_set *set)
{
    for (size_t e = 0; set->name != NULL && e < set->n_events; e++)
        plim_free(set->name[e]);
    for (size_t q = 0; set->place != NULL && q < set->n_places; q++)
        plim_free(set->place[q]);
    plim_free(set->name);
    plim_free(set->rate);
    plim_free(set->place);
    plim_free(set->first);
    plim_free(set->at);
    plim_free(set->intensity);
    *set = (plim_event_set){0};
}

/* ---- rows ---- */

void plim_event_list_free(plim_event_list *list)
{
    plim_names_free(&list->events);
    plim_names_free(&list->places);
    plim_free(list->rate);
    plim_free(list->cell);
    *list = (plim_event_list){0};
}

plim_status plim_event_list_event(plim_event_list *list, const char *name, double rate,
                                  uint32_t *event, plim_error *err)
{
    size_t before = list->events.count;
    PLIM_TRY(plim_names_add(&list->events, name, event, err));
    if (list->events.count == before)
        return PLIM_OK;
    if (plim_grow((void **)&list->rate, &list->rate_capacity, list->events.count,
                  sizeof *list->rate) != 0)
        return plim_fail_memory(err, "events");
    list->rate[*event] = rate;
    return PLIM_OK;
}

plim_status plim_event_list_strike(plim_event_list *list, uint32_t event, const char *place,
                                   double intensity, plim_error *err)
{
    plim_event_cell cell = {.event = event, .intensity = intensity};
    PLIM_TRY(plim_names_add(&list->places, place, &cell.place, err));
    if (plim_grow((void **)&list->cell, &list->capacity, list->count + 1, sizeof *list->cell) != 0)
        return plim_fail_memory(err, "events");
    list->cell[list->count++] = cell;
    return PLIM_OK;
}

/* ---- the set ---- */

/* A name with its number of before. */
typedef struct ranked {
    const char *text;
    uint32_t from;
} ranked;

static int by_text(const void *a, const void *b)
{
    return strcmp(((const ranked *)a)->text, ((const ranked *)b)->text);
}

/* Copies of the names in order of their bytes, and rank[number of before]. */
static plim_status rank(const plim_names *names, char ***text, uint32_t *order, plim_error *err)
{
    ranked *all = plim_alloc(names->count, sizeof *all);
    *text = plim_alloc(names->count, sizeof **text);
    bool good = all != NULL && *text != NULL;
    for (size_t i = 0; good && i < names->count; i++)
        all[i] = (ranked){names->text[i], (uint32_t)i};
    if (good && names->count > 0)
        qsort(all, names->count, sizeof *all, by_text);
    for (size_t i = 0; good && i < names->count; i++) {
        (*text)[i] = plim_strdup(all[i].text);
        good = (*text)[i] != NULL;
        order[all[i].from] = (uint32_t)i;
    }
    plim_free(all);
    return good ? PLIM_OK : plim_fail_memory(err, "events");
}

static int by_event_and_place(const void *a, const void *b)
{
    const plim_event_cell *x = a, *y = b;
    if (x->event != y->event)
        return x->event < y->event ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static plim_status fill(plim_event_list *list, double factor, plim_event_set *out, plim_error *err)
{
    if (list->count > 0)
        qsort(list->cell, list->count, sizeof *list->cell, by_event_and_place);
    for (size_t i = 0; i < list->count; i++) {
        const plim_event_cell *cell = &list->cell[i];
        if (i > 0 && by_event_and_place(cell, cell - 1) == 0)
            return plim_fail(err, PLIM_INPUT, "event `%s` has two intensities at place `%s`",
                             out->name[cell->event], out->place[cell->place]);
        out->at[i] = cell->place;
        out->intensity[i] = cell->intensity * factor;
        out->first[cell->event + 1] = i + 1;
    }
    for (size_t e = 0; e < out->n_events; e++)
        if (out->first[e + 1] == 0)
            out->first[e + 1] = out->first[e];
    return PLIM_OK;
}

/* New numbers of events and places, by those of the list. */
typedef struct ranks {
    uint32_t *event, *place;
} ranks;

static plim_status rank_all(plim_event_list *list, const ranks *to, plim_event_set *out,
                            plim_error *err)
{
    PLIM_TRY(rank(&list->events, &out->name, to->event, err));
    PLIM_TRY(rank(&list->places, &out->place, to->place, err));
    out->rate = plim_alloc(out->n_events, sizeof *out->rate);
    out->first = plim_alloc(out->n_events + 1, sizeof *out->first);
    out->at = plim_alloc(list->count, sizeof *out->at);
    out->intensity = plim_alloc(list->count, sizeof *out->intensity);
    if (out->rate == NULL || out->first == NULL || out->at == NULL || out->intensity == NULL)
        return plim_fail_memory(err, "events");
    for (size_t e = 0; e < out->n_events; e++)
        out->rate[to->event[e]] = list->rate[e];
    for (size_t i = 0; i < list->count; i++) {
        list->cell[i].event = to->event[list->cell[i].event];
        list->cell[i].place = to->place[list->cell[i].place];
    }
    return PLIM_OK;
}

plim_status plim_event_list_finish(plim_event_list *list, double factor, plim_event_set *out,
                                   plim_error *err)
{
    *out = (plim_event_set){.n_events = list->events.count, .n_places = list->places.count};
    ranks to = {plim_alloc(out->n_events, sizeof(uint32_t)),
                plim_alloc(out->n_places, sizeof(uint32_t))};
    plim_status status = to.event == NULL || to.place == NULL ? plim_fail_memory(err, "events")
                                                              : rank_all(list, &to, out, err);
    if (status == PLIM_OK)
        status = fill(list, factor, out, err);
    plim_free(to.event);
    plim_free(to.place);
    if (status != PLIM_OK)
        plim_event_set_free(out);
    return status;
}
