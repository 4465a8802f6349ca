/* What two scenarios say differently: years, drivers, scope, formulas, damages. Comments and names
 * of local variables make no difference, since formulas are compared as graphs. */
#ifndef PLIM_SCENARIO_COMPARE_H
#define PLIM_SCENARIO_COMPARE_H

#include "scenario/program.h"

enum { PLIM_DIFFERENCE_TEXT = 256 };

typedef struct plim_difference {
    char what[PLIM_DIFFERENCE_TEXT]; /* "years", "driver price", "applies", "pd", "damage flood:
                                        loss" */
    int first_year, last_year;       /* where it shows; 0: not a matter of years */
    char left[PLIM_DIFFERENCE_TEXT], right[PLIM_DIFFERENCE_TEXT]; /* "" where the one has nothing */
    uint32_t left_line, right_line; /* of the scripts or their libraries; 0: none */
} plim_difference;

typedef struct plim_differences {
    plim_difference *list;
    size_t count, capacity;
} plim_differences;

/* Scenario 0 of each program. Adds the left one's formulas to the right one's graph. Of a formula
   the smallest part that differs is told. Fails only for memory. */
PLIM_NODISCARD plim_status plim_compare(plim_differences *out, const plim_program *left,
                                        plim_program *right, plim_error *err);
void plim_differences_free(plim_differences *differences);

#endif
