/* Rows of events in any order, put in order. */
#include <string.h>

#include "base/memory.h"
#include "base/numeral.h"
#include "book/order.h"
#include "scenario/event_set.h"

plim_status plim_event_rows_event(plim_event_rows *rows, const char *name, double rate,
                                  uint32_t line, uint32_t *out, plim_error *err)
{
    size_t known = rows->events.count;
    PLIM_TRY(plim_names_add(&rows->events, name, out, err));
    if (*out < known) {
        char first[32], second[32];
        if (rows->rate[*out] == rate)
            return PLIM_OK;
        plim_format_shortest(rows->rate[*out], first, sizeof first);
        plim_format_shortest(rate, second, sizeof second);
        return plim_fail(err, PLIM_INPUT,
                         "%s: lines %u and %u: event `%s` has the rates %s and %s; accepted: the "
                         "same in all its rows",
                         rows->path, rows->rate_line[*out], line, name, first, second);
    }
    void *rates = rows->rate, *lines = rows->rate_line;
    int failed = plim_grow(&rates, &rows->rate_capacity, known + 1, sizeof *rows->rate);
    rows->rate = rates;
    if (failed == 0)
        failed = plim_grow(&lines, &rows->rate_line_capacity, known + 1, sizeof *rows->rate_line);
    rows->rate_line = lines;
    if (failed != 0)
        return plim_fail_memory(err, rows->path);
    rows->rate[*out] = rate;
    rows->rate_line[*out] = line;
    return PLIM_OK;
}

plim_status plim_event_rows_add(plim_event_rows *rows, const plim_event_row *row, plim_error *err)
{
    void *all = rows->row;
    if (plim_grow(&all, &rows->capacity, rows->count + 1, sizeof *rows->row) != 0)
        return plim_fail_memory(err, rows->path);
    rows->row = all;
    rows->row[rows->count++] = *row;
    return PLIM_OK;
}

void plim_event_rows_free(plim_event_rows *rows)
{
    plim_names_free(&rows->events);
    plim_names_free(&rows->places);
    plim_free(rows->rate);
    plim_free(rows->rate_line);
    plim_free(rows->row);
    *rows = (plim_event_rows){0};
}

/* ---- order ---- */

/* What the rows are ordered by. */
typedef struct ordering {
    const plim_event_rows *rows;
    uint32_t *event_rank, *place_rank; /* by name */
    uint32_t *event, *place;           /* by row: their ranks; a row without place comes last */
    uint32_t *order;
} ordering;

static void free_ordering(ordering *o)
{
    plim_free(o->event_rank);
    plim_free(o->place_rank);
    plim_free(o->event);
    plim_free(o->place);
    plim_free(o->order);
}

static plim_status rank(uint32_t *out, const plim_names *names, plim_error *err)
{
    return plim_order_texts(out, (const char *const *)(const void *)names->text, names->count, err);
}

static plim_status find_order(ordering *o, plim_error *err)
{
    const plim_event_rows *rows = o->rows;
    o->event_rank = plim_alloc(rows->events.count, sizeof *o->event_rank);
    o->place_rank = plim_alloc(rows->places.count, sizeof *o->place_rank);
    o->event = plim_alloc(rows->count, sizeof *o->event);
    o->place = plim_alloc(rows->count, sizeof *o->place);
    o->order = plim_alloc(rows->count, sizeof *o->order);
    if (!o->event_rank || !o->place_rank || !o->event || !o->place || !o->order)
        return plim_fail_memory(err, rows->path);
    PLIM_TRY(rank(o->event_rank, &rows->events, err));
    PLIM_TRY(rank(o->place_rank, &rows->places, err));
    for (size_t i = 0; i < rows->count; i++) {
        const plim_event_row *row = &rows->row[i];
        o->event[i] = o->event_rank[row->event];
        o->place[i] =
            row->place == PLIM_NO_NAME ? (uint32_t)rows->places.count : o->place_rank[row->place];
    }
    const uint32_t *keys[] = {o->event, o->place};
    return plim_order_by_keys(o->order, rows->count, keys, 2, err);
}

/* Neighbours in the order that can't both stand. */
static plim_status check_pair(const ordering *o, uint32_t a, uint32_t b, plim_error *err)
{
    const plim_event_rows *rows = o->rows;
    const plim_event_row *first = &rows->row[a], *second = &rows->row[b];
    if (first->event != second->event)
        return PLIM_OK;
    const char *event = rows->events.text[first->event];
    if (second->place == PLIM_NO_NAME)
        return plim_fail(err, PLIM_INPUT,
                         "%s: line %u: event `%s` has no place, but it has another row, line %u; "
                         "accepted: a row without place only where it is the event's only one",
                         rows->path, second->line, event, first->line);
    if (first->place != second->place)
        return PLIM_OK;
    return plim_fail(err, PLIM_INPUT,
                     "%s: lines %u and %u: event `%s` has two intensities at place `%s`; one of "
                     "them has to go",
                     rows->path, first->line, second->line, event, rows->places.text[first->place]);
}

static plim_status check_pairs(const ordering *o, plim_error *err)
{
    for (size_t i = 1; i < o->rows->count; i++)
        PLIM_TRY(check_pair(o, o->order[i - 1], o->order[i], err));
    return PLIM_OK;
}

/* ---- filling ---- */

static plim_status copy_names(char ***out, size_t *n_out, const plim_names *names,
                              const uint32_t *ranks)
{
    char **all = plim_alloc(names->count, sizeof *all);
    if (!all)
        return PLIM_MACHINE;
    *out = all;
    *n_out = names->count; /* from here on the set frees what is there */
    for (size_t i = 0; i < names->count; i++)
        if (!(all[ranks[i]] = plim_strdup(names->text[i])))
            return PLIM_MACHINE;
    return PLIM_OK;
}

static plim_status make(const ordering *o, plim_event_set *out)
{
    const plim_event_rows *rows = o->rows;
    PLIM_TRY(copy_names(&out->name, &out->n_events, &rows->events, o->event_rank));
    PLIM_TRY(copy_names(&out->place, &out->n_places, &rows->places, o->place_rank));
    size_t n = 0;
    for (size_t i = 0; i < rows->count; i++)
        n += rows->row[i].place != PLIM_NO_NAME;
    out->rate = plim_alloc(out->n_events, sizeof *out->rate);
    out->first = plim_alloc(out->n_events + 1, sizeof *out->first);
    out->at = plim_alloc(n, sizeof *out->at);
    out->intensity = plim_alloc(n, sizeof *out->intensity);
    return out->rate && out->first && out->at && out->intensity ? PLIM_OK : PLIM_MACHINE;
}

static void fill(const ordering *o, plim_event_set *out)
{
    const plim_event_rows *rows = o->rows;
    size_t n = 0;
    for (size_t i = 0; i < out->n_events; i++)
        out->rate[o->event_rank[i]] = rows->rate[i];
    for (size_t k = 0; k < rows->count; k++) {
        uint32_t i = o->order[k];
        if (rows->row[i].place != PLIM_NO_NAME) {
            out->at[n] = o->place[i];
            out->intensity[n++] = rows->row[i].intensity;
        }
        out->first[o->event[i] + 1] = n;
    }
    /* An event without rows begins and ends where the one before it ends. */
    for (size_t i = 0; i < out->n_events; i++)
        if (out->first[i + 1] < out->first[i])
            out->first[i + 1] = out->first[i];
}

plim_status plim_event_rows_finish(const plim_event_rows *rows, plim_event_set *out,
                                   plim_error *err)
{
    ordering o = {.rows = rows};
    *out = (plim_event_set){0};
    plim_status status = find_order(&o, err);
    if (status == PLIM_OK)
        status = check_pairs(&o, err);
    if (status == PLIM_OK && make(&o, out) != PLIM_OK)
        status = plim_fail_memory(err, rows->path);
    if (status == PLIM_OK)
        fill(&o, out);
    else
        plim_event_set_free(out);
    free_ordering(&o);
    return status;
}
