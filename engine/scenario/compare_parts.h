/* The parts of scenario/compare.c. Private to it. */
#ifndef PLIM_SCENARIO_COMPARE_PARTS_H
#define PLIM_SCENARIO_COMPARE_PARTS_H

#include "scenario/compare.h"

/* Whose drivers are compared, and where differences go. */
typedef struct plim_compared {
    plim_differences *out;
    const plim_scenario *left, *right;
} plim_compared;

/* Fails only for memory. */
PLIM_NODISCARD plim_status plim_difference_add(plim_differences *out,
                                               const plim_difference *difference, plim_error *err);
/* A text that is too long is cut between characters. */
void plim_difference_say(char out[PLIM_DIFFERENCE_TEXT], const char *format, ...) PLIM_PRINTF(2, 3);
/* Two numbers that differ, with as many digits as it takes to see that; units may be "". */
void plim_difference_numbers(plim_difference *out, const double value[2],
                             const char *const unit[2]);

/* Two values by year. */
typedef struct plim_compared_years {
    const plim_pathway *left, *right;
    const char *unit[2]; /* "": a ratio that goes without saying */
    bool other_unit;     /* they differ for that alone */
} plim_compared_years;
/* The years of both scenarios in which they differ; years in a row that read alike are one
   difference. */
PLIM_NODISCARD plim_status plim_compare_values(const plim_compared *c, const char *what,
                                               const plim_compared_years *values, plim_error *err);

PLIM_NODISCARD plim_status plim_compare_drivers(const plim_compared *c, plim_error *err);
/* Two drivers of one name that are hazards of one kind. Of events and places that differ the first
   ones are told, and how many more there are. */
PLIM_NODISCARD plim_status plim_compare_hazards(const plim_compared *c, const plim_driver *left,
                                                const plim_driver *right, plim_error *err);

#endif
