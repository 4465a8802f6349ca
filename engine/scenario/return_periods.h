/* Hazard by return period: for each place, how hard it is hit once in 10, 50, 100 ... years. Plain
 * data, read from a CSV file beside a script with the columns `place`, `return_period` (years) and
 * `intensity`, a row a point, rows and columns in any order.
 *
 * Between two points the intensity is linear in the logarithm of the return period; what comes more
 * often than the first point has none, and what comes less often than the last has the last's. */
#ifndef PLIM_SCENARIO_RETURN_PERIODS_H
#define PLIM_SCENARIO_RETURN_PERIODS_H

#include "base/names.h"

#include <stddef.h>

typedef struct plim_return_periods {
    size_t n_places;
    char **place;  /* region code (or the beginning of one) or id of a site; rising by bytes */
    size_t *first; /* n_places + 1: the points of place i are [first[i], first[i + 1]) */
    double *probability; /* 1 / return period: falling within a place */
    double *log_probability;
    double *intensity; /* finite, >= 0, never falling within a place */
} plim_return_periods;

/* The points of one place, of which there is at least one. */
typedef struct plim_return_curve {
    size_t n;
    const double *probability, *log_probability, *intensity;
} plim_return_curve;

/* What the columns are called; NULL: the names above. */
typedef struct plim_return_form {
    const char *place, *return_period, *intensity;
    const char *unit; /* what a column `unit` has to mean ("": a ratio); NULL: it is passed over */
} plim_return_form;

/* Reads a text of `length` bytes; `path` is what messages call it, `form` may be NULL. PLIM_INPUT
   with file and line: what plim_sheet_read refuses; an empty place; a return period that is no
   number above 0; an intensity that is no number of 0 or more, or too large; another unit; two
   points of a place with one return period; an intensity that falls while the return period rises.
 */
PLIM_NODISCARD plim_status plim_return_periods_read(plim_return_periods *out, const char *path,
                                                    const char *text, size_t length,
                                                    const plim_return_form *form, plim_error *err);
plim_return_curve plim_return_periods_curve(const plim_return_periods *periods, size_t place);
/* The intensity that is exceeded with this probability in a year (1 / return period): exactly a
   point's at 1 / its return period; NaN gives NaN, 0 and less the last point's. The same bits on
   every processor. */
double plim_return_periods_at(const plim_return_curve *curve, double exceedance_probability);
void plim_return_periods_free(plim_return_periods *periods);

/* ---- making some ---- */

typedef struct plim_return_point {
    uint32_t place, line; /* index of the name below; the line of the file that a message names */
    double period, intensity;
} plim_return_point;

/* Points in any order. Zero-initialise, then set `path`; release with plim_return_points_free. */
typedef struct plim_return_points {
    const char *path; /* for messages; borrowed */
    const char *unit; /* of the form; borrowed */
    plim_names places;
    plim_return_point *point;
    size_t count, capacity;
} plim_return_points;

PLIM_NODISCARD plim_status plim_return_points_add(plim_return_points *points,
                                                  const plim_return_point *point, plim_error *err);
/* Puts them in order; the points are of no use afterwards. PLIM_INPUT: two points of a place with
   one return period; an intensity that falls while the return period rises. */
PLIM_NODISCARD plim_status plim_return_points_finish(plim_return_points *points,
                                                     plim_return_periods *out, plim_error *err);
void plim_return_points_free(plim_return_points *points);

#endif
