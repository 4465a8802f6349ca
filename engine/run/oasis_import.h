/* `scenario import oasis`: events out of the CSV tables of a model in the layout of Oasis LMF.
 *
 * Columns are called as Oasis calls them: footprint `event_id, areaperil_id, intensity_bin_id,
 * probability`; dictionaries of bins `bin_index, interpolation` (and `damage_type` of damage);
 * vulnerability `vulnerability_id, intensity_bin_id, damage_bin_id, probability`; occurrence
 * `event_id, period_no`; events `event_id, rate`; keys `areaperil_id` and a column of places. Ids
 * are texts, compared as they are written.
 *
 * The intensity of an event at a place is either that of its bin (`interpolation`), or, with a
 * vulnerability, the mean damage ratio: over the footprint's bins and, for each, over the damage
 * bins, weighted by their probabilities. */
#ifndef PLIM_RUN_OASIS_IMPORT_H
#define PLIM_RUN_OASIS_IMPORT_H

#include "base/digest.h"
#include "scenario/event_set.h"

#include <stdbool.h>

/* Paths; NULL: not given. */
typedef struct plim_oasis_config {
    const char *events;     /* either this, or the next two */
    const char *occurrence; /* rate: how many rows an event has / periods */
    int periods;            /* years; 0: not given */
    const char *footprint;
    const char *intensity_bins;                                 /* either this, or the next three */
    const char *vulnerability, *damage_bins, *vulnerability_id; /* id NULL: the only one */
    bool mean_intensity; /* take the mean where an intensity has several bins */
    const char *keys;    /* NULL: the areaperil_id is the place */
    const char *place_column;
} plim_oasis_config;

typedef struct plim_oasis_import {
    plim_event_set set;           /* events that touch a place */
    char sha256[PLIM_DIGEST_HEX]; /* of the footprint */
    char *vulnerability_id;       /* "" without */
    size_t n_events;              /* with a rate */
    size_t n_footprint;           /* rows of the footprint that were taken */
    size_t n_unrated;             /* rows of events without a rate: left out */
    size_t n_unkeyed;             /* rows of areaperils without a place: left out */
    size_t n_uncertain;           /* intensities with several bins, whose mean is taken */
    size_t n_silent;              /* events that touch no place: left out */
    double silent_rate;           /* and their rates together */
} plim_oasis_import;

/* PLIM_USAGE: tables that don't go together. PLIM_INPUT with file and line: what plim_sheet_read
   refuses; a number out of range; probabilities that don't add up to 1 within 1e-6; a bin that its
   dictionary or the vulnerability doesn't have; one thing said twice; damage that is no ratio; an
   intensity with several bins where neither a vulnerability nor mean_intensity is given; no event
   that touches a place. Release with plim_oasis_import_free in any case. */
PLIM_NODISCARD plim_status plim_oasis_import_read(plim_oasis_import *out,
                                                  const plim_oasis_config *config, plim_error *err);
void plim_oasis_import_free(plim_oasis_import *import);

#endif
