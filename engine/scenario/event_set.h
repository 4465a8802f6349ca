/* Hazard events: how often each happens, and how hard it hits which places. Plain data, read from a
 * CSV file beside a script or made by `scenario import`.
 *
 * The file is *long*: a row an event and place, with the columns `event`, `rate`, `place` and
 * `intensity` in any order, and others that are passed over. The rate (times a year) stands in
 * every row of its event, always the same. A row without place and intensity says that the event
 * touches nothing; it is then the only one of its event. An intensity of 0 says that the event
 * leaves that place alone, even where it strikes a place around it.
 *
 * Everything is in the order of bytes, so that neither the order of rows nor of columns changes
 * anything. */
#ifndef PLIM_SCENARIO_EVENT_SET_H
#define PLIM_SCENARIO_EVENT_SET_H

#include "base/names.h"

typedef struct plim_event_set {
    size_t n_events;
    char **name;  /* by event; rising by bytes */
    double *rate; /* by event: times a year, finite, >= 0 */
    size_t n_places;
    char **place;      /* region code (or the beginning of one) or id of a site; rising by bytes */
    size_t *first;     /* n_events + 1: what event i does stands in [first[i], first[i + 1]) */
    uint32_t *at;      /* index into place; rising within an event */
    double *intensity; /* finite, >= 0, in the unit of the file's publisher */
} plim_event_set;

/* Intensities beyond it are refused, so that sums and multiples of them stay numbers. */
#define PLIM_LARGEST_INTENSITY 1e300

/* What the columns of a file are called; NULL: the names above. */
typedef struct plim_event_form {
    const char *event, *rate, *place, *intensity;
    const char *unit; /* what a column `unit` has to mean ("": a ratio); NULL: it is passed over */
} plim_event_form;

/* Reads a text of `length` bytes; `path` is what messages call it, `form` may be NULL. PLIM_INPUT
   with file and line: what plim_sheet_read refuses; an event without name; a rate or intensity that
   is no number of 0 or more, or too large; another unit; another rate than in an earlier row of the
   event; an event and place twice; a place without intensity, or the other way round; a row without
   place beside others. */
PLIM_NODISCARD plim_status plim_event_set_read(plim_event_set *out, const char *path,
                                               const char *text, size_t length,
                                               const plim_event_form *form, plim_error *err);
/* Sum of the rates. */
double plim_event_set_rate(const plim_event_set *set);
void plim_event_set_free(plim_event_set *set);

/* ---- making one ---- */

/* Rows in any order. `line` is the one of the file that a message names. */
typedef struct plim_event_row {
    uint32_t event, place; /* indices of the names below; place PLIM_NO_NAME: touches nothing */
    uint32_t line;
    double intensity;
} plim_event_row;

/* Zero-initialise, then set `path`; release with plim_event_rows_free. */
typedef struct plim_event_rows {
    const char *path; /* for messages; borrowed */
    plim_names events, places;
    double *rate;        /* by event */
    uint32_t *rate_line; /* by event: where its rate was first said */
    size_t rate_capacity, rate_line_capacity;
    plim_event_row *row;
    size_t count, capacity;
} plim_event_rows;

/* The index of an event, which is new or has the same rate (else PLIM_INPUT). */
PLIM_NODISCARD plim_status plim_event_rows_event(plim_event_rows *rows, const char *name,
                                                 double rate, uint32_t line, uint32_t *out,
                                                 plim_error *err);
PLIM_NODISCARD plim_status plim_event_rows_add(plim_event_rows *rows, const plim_event_row *row,
                                               plim_error *err);
/* Puts them in order. PLIM_INPUT: an event and place twice, a row without place beside others. */
PLIM_NODISCARD plim_status plim_event_rows_finish(const plim_event_rows *rows, plim_event_set *out,
                                                  plim_error *err);
void plim_event_rows_free(plim_event_rows *rows);

#endif
