#include "plan/places.h"

#include "base/memory.h"
#include "plan/plan.h"

#include <string.h>

/* The placing under work; places are the hazard's until they are renumbered. */
typedef struct placer {
    const plim_plan *plan;
    const plim_hazard *hazard;
    plim_placing *out;
    uint32_t *parent;  /* [place]: whose word counts where an event says nothing of this one */
    uint32_t *number;  /* [place]: in out->place, PLIM_NO_PLACE where nothing stands */
    double *said;      /* [place]: by the event at hand */
    uint32_t *said_by; /* [place]: the last event that said something, from 1 */
    uint32_t *heir, n_heirs; /* places of `out` that have a parent */
} placer;

/* ---- where rows stand ---- */

/* Places of the labels of a text column, as prefixes; none of a column that is not there. */
static plim_status places_of_labels(const plim_column *column, const plim_hazard *hazard,
                                    uint32_t **out, plim_error *err)
{
    size_t n = column == NULL || column->kind != PLIM_COLUMN_TEXT ? 0 : column->labels.count;
    *out = plim_alloc(n, sizeof **out);
    if (*out == NULL)
        return plim_fail_memory(err, "places");
    for (size_t i = 0; i < n; i++) {
        size_t place = plim_hazard_place(hazard, column->labels.text[i]);
        (*out)[i] = place < hazard->n_places ? (uint32_t)place : PLIM_NO_PLACE;
    }
    return PLIM_OK;
}

/* The same for ids, which are a place or none. */
static plim_status places_of_ids(const plim_column *column, const plim_hazard *hazard,
                                 uint32_t **out, plim_error *err)
{
    size_t n = column == NULL || column->kind != PLIM_COLUMN_TEXT ? 0 : column->labels.count;
    *out = plim_alloc(n, sizeof **out);
    if (*out == NULL)
        return plim_fail_memory(err, "places");
    for (size_t i = 0; i < n; i++)
        (*out)[i] = PLIM_NO_PLACE;
    for (size_t q = 0; n > 0 && q < hazard->n_places; q++) {
        uint32_t label = plim_names_find(&column->labels, hazard->place[q]);
        if (label != PLIM_NO_NAME)
            (*out)[label] = (uint32_t)q;
    }
    return PLIM_OK;
}

/* The place of each row of a table: its id, if that is one, else that of its region, which is then
   what stands behind the id's. */
static plim_status find_places(placer *p, const plim_frame *frame, uint32_t *out, plim_error *err)
{
    const plim_column *region = plim_frame_find(frame, "region");
    const plim_column *id = plim_frame_find(frame, "id");
    bool has_region = region != NULL && region->kind == PLIM_COLUMN_TEXT;
    bool has_id = id != NULL && id->kind == PLIM_COLUMN_TEXT;
    uint32_t *by_region = NULL, *by_id = NULL;
    plim_status status = places_of_labels(region, p->hazard, &by_region, err);
    if (status == PLIM_OK)
        status = places_of_ids(id, p->hazard, &by_id, err);
    for (size_t row = 0; row < frame->n_rows && status == PLIM_OK; row++) {
        uint32_t own = has_id ? by_id[id->code[row]] : PLIM_NO_PLACE;
        uint32_t around = has_region ? by_region[region->code[row]] : PLIM_NO_PLACE;
        out[row] = own != PLIM_NO_PLACE ? own : around;
        if (own != PLIM_NO_PLACE && around != own)
            p->parent[own] = around;
    }
    plim_free(by_region);
    plim_free(by_id);
    return status;
}

size_t plim_places_rows(const plim_plan *plan)
{
    const plim_book *book = plan->book;
    return book->borrowers.n_rows + book->sites.n_rows + book->collateral.n_rows;
}

static plim_status place_rows(placer *p, plim_random *random, uint32_t *rows, plim_error *err)
{
    const plim_book *book = p->plan->book;
    uint32_t *sites = rows + book->borrowers.n_rows, *collateral = sites + book->sites.n_rows;
    PLIM_TRY(find_places(p, &book->borrowers, rows, err));
    PLIM_TRY(find_places(p, &book->sites, sites, err));
    PLIM_TRY(find_places(p, &book->collateral, collateral, err));
    for (size_t i = 0; i < book->collateral.n_rows; i++)
        if (book->collateral_site[i] != PLIM_NO_NAME)
            collateral[i] = sites[book->collateral_site[i]];
    random->place[PLIM_LEVEL_BORROWER] = rows;
    random->place[PLIM_LEVEL_SITE] = sites;
    random->place[PLIM_LEVEL_COLLATERAL] = collateral;
    return PLIM_OK;
}

/* Places are ordered by bytes, so that what begins a place stands before it, with nothing between
   but what begins with the same. */
static void find_parents(placer *p)
{
    const plim_hazard *hazard = p->hazard;
    for (size_t q = 0; q < hazard->n_places; q++) {
        uint32_t before = q > 0 ? (uint32_t)(q - 1) : PLIM_NO_PLACE;
        while (before != PLIM_NO_PLACE &&
               strncmp(hazard->place[q], hazard->place[before], strlen(hazard->place[before])) != 0)
            before = p->parent[before];
        p->parent[q] = before;
    }
}

/* ---- the places at which something stands ---- */

static plim_status renumber(placer *p, uint32_t *rows, plim_error *err)
{
    plim_placing *out = p->out;
    size_t n_rows = plim_places_rows(p->plan), n = p->hazard->n_places;
    for (size_t i = 0; i < n_rows; i++)
        if (rows[i] != PLIM_NO_PLACE)
            p->number[rows[i]] = 0;
    out->place = plim_alloc(n, sizeof *out->place);
    p->heir = plim_alloc(n, sizeof *p->heir);
    if (out->place == NULL || p->heir == NULL)
        return plim_fail_memory(err, "places");
    for (uint32_t q = 0; q < n; q++) {
        if (p->number[q] == PLIM_NO_PLACE)
            continue;
        if (p->parent[q] != PLIM_NO_PLACE)
            p->heir[p->n_heirs++] = q;
        p->number[q] = out->n_places;
        out->place[out->n_places++] = q;
    }
    for (size_t i = 0; i < n_rows; i++)
        if (rows[i] != PLIM_NO_PLACE)
            rows[i] = p->number[rows[i]];
    return PLIM_OK;
}

/* ---- what events do there ---- */

/* Writes what an event does from `at` on, or only counts; returns where it ends. */
static size_t act(placer *p, size_t event, size_t at, bool write)
{
    const plim_event_set *set = &p->hazard->events;
    plim_placing *out = p->out;
    for (size_t i = set->first[event]; i < set->first[event + 1]; i++) {
        uint32_t q = set->at[i];
        p->said[q] = set->intensity[i];
        p->said_by[q] = (uint32_t)event + 1;
        if (p->number[q] == PLIM_NO_PLACE || !(set->intensity[i] > 0))
            continue;
        if (write) {
            out->at[at] = p->number[q];
            out->intensity[at] = set->intensity[i];
        }
        at++;
    }
    for (uint32_t k = 0; k < p->n_heirs; k++) {
        uint32_t q = p->heir[k];
        if (p->said_by[q] == event + 1)
            continue;
        while (q != PLIM_NO_PLACE && p->said_by[q] != event + 1)
            q = p->parent[q];
        if (q == PLIM_NO_PLACE || !(p->said[q] > 0))
            continue;
        if (write) {
            out->at[at] = p->number[p->heir[k]];
            out->intensity[at] = p->said[q];
        }
        at++;
    }
    return at;
}

static plim_status place_events(placer *p, plim_error *err)
{
    plim_placing *out = p->out;
    size_t n_events = p->hazard->events.n_events, n = 0;
    for (size_t e = 0; e < n_events; e++)
        n = act(p, e, n, false);
    out->first = plim_alloc(n_events + 1, sizeof *out->first);
    out->at = plim_alloc(n, sizeof *out->at);
    out->intensity = plim_alloc(n, sizeof *out->intensity);
    if (out->first == NULL || out->at == NULL || out->intensity == NULL)
        return plim_fail_memory(err, "events");
    memset(p->said_by, 0, p->hazard->n_places * sizeof *p->said_by);
    for (size_t e = 0; e < n_events; e++)
        out->first[e + 1] = act(p, e, out->first[e], true);
    return PLIM_OK;
}

/* ---- the whole ---- */

static plim_status make(placer *p, plim_random *random, uint32_t *rows, plim_error *err)
{
    size_t n = p->hazard->n_places;
    p->parent = plim_alloc(n, sizeof *p->parent);
    p->number = plim_alloc(n, sizeof *p->number);
    p->said = plim_alloc(n, sizeof *p->said);
    p->said_by = plim_alloc(n, sizeof *p->said_by);
    if (p->parent == NULL || p->number == NULL || p->said == NULL || p->said_by == NULL)
        return plim_fail_memory(err, "places");
    for (size_t q = 0; q < n; q++)
        p->number[q] = PLIM_NO_PLACE;
    find_parents(p);
    PLIM_TRY(place_rows(p, random, rows, err));
    PLIM_TRY(renumber(p, rows, err));
    return p->hazard->kind == PLIM_HAZARD_EVENTS ? place_events(p, err) : PLIM_OK;
}

plim_status plim_places_make(plim_placing *out, const plim_plan *plan, plim_random *random,
                             uint32_t *rows, plim_error *err)
{
    placer p = {.plan = plan, .hazard = random->driver->hazard, .out = out};
    *out = (plim_placing){0};
    plim_status status = make(&p, random, rows, err);
    plim_free(p.parent);
    plim_free(p.number);
    plim_free(p.said);
    plim_free(p.said_by);
    plim_free(p.heir);
    return status;
}

void plim_placing_free(plim_placing *placing)
{
    plim_free(placing->place);
    plim_free(placing->first);
    plim_free(placing->at);
    plim_free(placing->intensity);
    *placing = (plim_placing){0};
}
