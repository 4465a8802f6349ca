/* `scenario import climada`: the events of a hazard of CLIMADA's, at places of one's own. Each site
 * takes the intensities of the centroid that is nearest to it, unless that is too far away. */
#ifndef PLIM_RUN_CLIMADA_IMPORT_H
#define PLIM_RUN_CLIMADA_IMPORT_H

#include "base/digest.h"
#include "run/sites.h"
#include "scenario/event_set.h"

#include <stdbool.h>

typedef struct plim_climada_config {
    const char *path;  /* the hazard */
    const char *sites; /* CSV file of places */
    double max_km;     /* sites farther from every centroid are left out */
    bool partial;      /* take the intensity of cells that are hit only in part */
} plim_climada_config;

typedef struct plim_climada_import {
    plim_event_set set; /* events that touch a site; every site that is near enough is a place */
    char *unit, *hazard;
    char sha256[PLIM_DIGEST_HEX];
    size_t n_events, n_centroids; /* of the file */
    bool named_by_id;             /* event_name doesn't tell the events apart */
    plim_sites sites;
    double *km;                 /* by site: to its centroid */
    size_t n_near;              /* sites that are near enough */
    double mean_km, largest_km; /* of these */
    size_t n_silent;            /* events that touch no site: left out */
    double silent_rate;         /* and their rates together */
    size_t n_partial;           /* intensities of cells that are hit only in part */
} plim_climada_import;

/* PLIM_INPUT: what plim_climada_open and plim_sites_read refuse; no site near enough; no event that
   touches any; cells hit in part, unless `partial`. Release with plim_climada_import_free in any
   case. */
PLIM_NODISCARD plim_status plim_climada_import_read(plim_climada_import *out,
                                                    const plim_climada_config *config,
                                                    plim_error *err);
void plim_climada_import_free(plim_climada_import *import);

#endif
