/* Hazards: drivers whose value differs from path to path and from place to place. Plain data; drawn
 * by simulate/hazards.h, written in scripts as hazard.events { ... } and hazard.return_periods.
 *
 * events          In year y the number of events is Poisson with mean frequency_y x the sum of the
 *                 rates; each is one of the set, chosen in proportion to its rate. At a place the
 *                 intensities of the year's events combine (the largest, or their sum), times
 *                 intensity_y.
 * return periods  At each place the intensity of the year that is exceeded with probability u,
 *                 u uniform: interpolated in the logarithm of the return period frequency_y / u,
 *                 nothing below the first, constant above the last, times intensity_y. Places are
 *                 joined by a Gaussian copula with one common factor (`correlation`); places of one
 *                 river reach have the same u.
 *
 * A place is a prefix of region codes, or the id of a site; the longest one that fits counts. Where
 * none fits the intensity is 0, as in years without an event. Reference: no event; or, with
 * `today`, the same draws at frequency and intensity 1. */
#ifndef PLIM_SCENARIO_HAZARD_H
#define PLIM_SCENARIO_HAZARD_H

#include "scenario/event_set.h"
#include "scenario/pathway.h"

#include <stdbool.h>

typedef enum plim_hazard_kind { PLIM_HAZARD_EVENTS, PLIM_HAZARD_RETURN_PERIODS } plim_hazard_kind;

typedef enum plim_hazard_combine { PLIM_COMBINE_MAX, PLIM_COMBINE_SUM } plim_hazard_combine;

/* Largest mean number of events in a year that are drawn. */
#define PLIM_HAZARD_MOST_EVENTS 500

typedef struct plim_hazard {
    plim_hazard_kind kind;
    plim_hazard_combine combine;
    char *stream;                      /* what the draws are keyed by; "": the driver's name */
    plim_event_set events;             /* places are those of both kinds */
    double *cumulative;                /* [event]: sum of the rates up to it */
    plim_pathway frequency, intensity; /* multipliers by calendar year */
    bool today;
    plim_event_list list; /* private: until it is finished */
    unsigned holders;     /* private */
} plim_hazard;

/* One holder, everything else empty; NULL without memory. */
plim_hazard *plim_hazard_create(void);
void plim_hazard_hold(plim_hazard *hazard);
void plim_hazard_release(plim_hazard *hazard); /* freed with its last holder; NULL is fine */

/* Makes the events of `list`, whose intensities are multiplied by `factor`, and sums up their
   rates. PLIM_INPUT as plim_event_list_finish. */
PLIM_NODISCARD plim_status plim_hazard_finish(plim_hazard *hazard, double factor, plim_error *err);
/* The event that a uniform chooses. */
size_t plim_hazard_choose(const plim_hazard *hazard, double u);
/* Place with the longest text that `key` begins with, or n_places. */
size_t plim_hazard_place(const plim_hazard *hazard, const char *key);

#endif
