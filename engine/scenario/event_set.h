/* A set of events: how often each happens and how strong it is where. Plain data, made from rows in
 * any order: events and places stand in order of their texts' bytes, so that nothing depends on the
 * order in which they were given.
 *
 * As a file (CSV): columns event, rate, place, intensity; a row an event and place, the rate the
 * same in all rows of an event. A row without place and intensity makes an event that touches
 * nothing. */
#ifndef PLIM_SCENARIO_EVENT_SET_H
#define PLIM_SCENARIO_EVENT_SET_H

#include "base/names.h"

typedef struct plim_event_set {
    size_t n_events;
    char **name;
    double *rate; /* expected number a year, >= 0 */
    size_t n_places;
    char **place;      /* region code prefix or site id */
    size_t *first;     /* n_events + 1, sparse rows */
    uint32_t *at;      /* index into place, ascending within an event */
    double *intensity; /* finite, > 0 */
} plim_event_set;

void plim_event_set_free(plim_event_set *set); /* what it holds; then it is empty */

/* ---- making one ---- */

typedef struct plim_event_cell {
    uint32_t event, place;
    double intensity;
} plim_event_cell;

/* Zero-initialise; release with plim_event_list_free. */
typedef struct plim_event_list {
    plim_names events, places;
    double *rate; /* [event] */
    size_t rate_capacity;
    plim_event_cell *cell;
    size_t count, capacity;
} plim_event_list;

void plim_event_list_free(plim_event_list *list);
/* Number of the event of that name, added with its rate if it is new. */
PLIM_NODISCARD plim_status plim_event_list_event(plim_event_list *list, const char *name,
                                                 double rate, uint32_t *event, plim_error *err);
/* Its intensity at a place. */
PLIM_NODISCARD plim_status plim_event_list_strike(plim_event_list *list, uint32_t event,
                                                  const char *place, double intensity,
                                                  plim_error *err);
/* Makes the set; intensities are multiplied by `factor`. PLIM_INPUT if a place occurs twice in an
   event. */
PLIM_NODISCARD plim_status plim_event_list_finish(plim_event_list *list, double factor,
                                                  plim_event_set *out, plim_error *err);

/* Adds the rows of a CSV text; messages (PLIM_INPUT) begin with `path` and the line. */
PLIM_NODISCARD plim_status plim_event_list_read(plim_event_list *list, const char *path,
                                                const char *text, size_t length, plim_error *err);

#endif
