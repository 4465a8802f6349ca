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
 *                 joined by a Gaussian copula with one common factor (`correlation`; D. X. Li, "On
 *                 Default Correlation: A Copula Function Approach", for the one-factor form O.
 *                 Vasicek, "Loan Portfolio Value"); places of one river reach have the same u.
 *
 * A place is a prefix of region codes, or the id of a site; the longest one that fits counts, of an
 * event the longest that the event has. Where none fits the intensity is 0, as in years without an
 * event. Reference: no event; or, with `today`, the same draws at frequency and intensity 1. */
#ifndef PLIM_SCENARIO_HAZARD_H
#define PLIM_SCENARIO_HAZARD_H

#include "scenario/event_set.h"
#include "scenario/pathway.h"
#include "scenario/return_periods.h"

#include <stdbool.h>

typedef enum plim_hazard_kind { PLIM_HAZARD_EVENTS, PLIM_HAZARD_RETURN_PERIODS } plim_hazard_kind;

typedef enum plim_hazard_combine { PLIM_COMBINE_MAX, PLIM_COMBINE_SUM } plim_hazard_combine;

/* Largest mean number of events in a year that are drawn. */
#define PLIM_HAZARD_MOST_EVENTS 500

typedef struct plim_hazard {
    plim_hazard_kind kind;
    char *stream;                      /* what the draws are keyed by; "": the driver's name */
    plim_pathway frequency, intensity; /* multipliers by calendar year */
    bool today;
    size_t n_places;
    char *const *place; /* region code prefix or site id; borrowed from what follows */
    /* events */
    plim_hazard_combine combine;
    plim_event_set events;
    double *cumulative; /* [event]: sum of the rates up to it */
    /* return periods */
    plim_return_periods periods;
    double correlation;        /* of two places of different groups, 0 to 1 */
    plim_names groups;         /* a reach, or a place that belongs to none */
    uint32_t *group;           /* [place] */
    uint64_t *group_key;       /* [group]: of its name */
    plim_event_rows rows;      /* events that are being listed; freed with the hazard */
    plim_return_points points; /* the same of curves */
    plim_names reach_place;    /* private: places that belong to a reach ... */
    plim_names reaches;        /* private: ... the names of all reaches ... */
    uint32_t *reach_of;        /* private: ... and which one [number in reach_place] */
    size_t reach_capacity;     /* private */
    unsigned holders;          /* private */
} plim_hazard;

/* One holder, everything else empty; NULL without memory. */
plim_hazard *plim_hazard_create(void);
void plim_hazard_hold(plim_hazard *hazard);
void plim_hazard_release(plim_hazard *hazard); /* freed with its last holder; NULL is fine */

/* Takes the places of `events`, sums up the rates and multiplies all intensities by `factor`. */
PLIM_NODISCARD plim_status plim_hazard_finish_events(plim_hazard *hazard, double factor,
                                                     plim_error *err);
/* Lets a place belong to a river reach; places that the curves do not have are never hit. */
PLIM_NODISCARD plim_status plim_hazard_add_reach(plim_hazard *hazard, const char *place,
                                                 const char *reach, plim_error *err);
/* Groups the places of `periods` and multiplies all intensities by `factor`. A place belongs to the
   reach that it, or the longest beginning of it, was given; a reach that is called like a place is
   that place's group. */
PLIM_NODISCARD plim_status plim_hazard_finish_periods(plim_hazard *hazard, double factor,
                                                      plim_error *err);
/* The event that a uniform chooses. */
size_t plim_hazard_choose(const plim_hazard *hazard, double u);
/* Place with the longest text that `key` begins with, or n_places. */
size_t plim_hazard_place(const plim_hazard *hazard, const char *key);

#endif
