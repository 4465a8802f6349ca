/* Driver values that are possible but hard to believe: a share above 1, a negative price, a price
 * that falls while the policy goes on. Warnings for whoever wrote the script, never refusals. */
#ifndef PLIM_SCENARIO_PLAUSIBLE_H
#define PLIM_SCENARIO_PLAUSIBLE_H

#include "scenario/program.h"

typedef enum plim_doubt {
    PLIM_DOUBT_NONE,
    PLIM_DOUBT_SHARE,    /* a driver whose name says share, outside [0, 1] */
    PLIM_DOUBT_CHANGE,   /* any other ratio below -1: a fall by more than everything */
    PLIM_DOUBT_NEGATIVE, /* a price (money for something) below 0 */
    PLIM_DOUBT_FALLS,    /* a price that rose above its reference and falls later on */
} plim_doubt;

/* The first doubt about a driver in the years first to last, and its year and value (in base units)
   into `year` and `value`. */
plim_doubt plim_driver_doubt(const plim_driver *driver, const int years[2], int *year,
                             double *value);

#endif
