/* Hazards of CLIMADA, as its Hazard.write_hdf5 writes them: events by centroids, sparse, with a
 * frequency an event. Read only; nothing of the file is ever changed.
 *
 * What is understood: `event_id`, `event_name`, `frequency`, `frequency_unit`, `units`, `haz_type`;
 * `intensity` and `fraction` as groups of `data`, `indices` and `indptr` (compressed sparse rows);
 * `centroids` either as a group with `lat` and `lon` (or `latitude` and `longitude`) or as the
 * table that pandas writes, with x and y of every point. Dates and all else are passed over. */
#ifndef PLIM_STORE_CLIMADA_H
#define PLIM_STORE_CLIMADA_H

#include "base/status.h"
#include "math/sphere.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct plim_climada {
    const char *path; /* borrowed */
    size_t n_events, n_centroids;
    char **event;         /* event_name where all differ and none is empty, else event_id */
    bool named_by_id;     /* the latter */
    double *frequency;    /* a year, finite, >= 0 */
    plim_point *centroid; /* degrees */
    char *unit, *hazard;  /* of the intensity; CLIMADA's code such as TC, RF; "" where not said */
    bool has_fraction;    /* parts of cells are told; else whole cells are hit */
    struct plim_climada_file *file; /* private */
} plim_climada;

/* Values of one event at centroids, in no order; a centroid may come twice, and its values are then
   to be added up. Owned by the hazard, overwritten by the next reading of the same matrix. */
typedef struct plim_climada_row {
    size_t n;
    uint32_t *centroid;
    double *value;
} plim_climada_row;

/* PLIM_INPUT with the file and the dataset: what is missing, of another kind or length than
   CLIMADA writes; frequencies that are not a year's; centroids out of the range of degrees, in
   another coordinate system than WGS 84, or pickled, as CLIMADA before 5.0 may do. Release with
   plim_climada_close in any case. */
PLIM_NODISCARD plim_status plim_climada_open(plim_climada *out, const char *path, plim_error *err);
/* The intensities of an event, and the parts of the cells that it hits (has_fraction). PLIM_INPUT:
   a value that is negative or no number, a centroid beyond the last. */
PLIM_NODISCARD plim_status plim_climada_intensity(plim_climada *hazard, size_t event,
                                                  plim_climada_row *out, plim_error *err);
PLIM_NODISCARD plim_status plim_climada_fraction(plim_climada *hazard, size_t event,
                                                 plim_climada_row *out, plim_error *err);
void plim_climada_close(plim_climada *hazard);

#endif
