/* What a random driver or a hazard is, in one line: for comparing scenarios and for tables of
 * drivers. */
#ifndef PLIM_SCENARIO_DESCRIBE_H
#define PLIM_SCENARIO_DESCRIBE_H

#include "base/text.h"
#include "scenario/program.h"

/* Appends "pathway", "normal, sd 2, with macro -0.4", "3 events, 0.05 a year" and the like; values
   by year as in the first and the last of `years`. What two drivers differ in exactly says
   scenario/compare.h. */
void plim_driver_describe(const plim_driver *driver, const int years[2], plim_text *out);

/* A phrase in another language: a text or a format that takes the same arguments. */
typedef const char *plim_phrase_of(const char *english, const void *context);
/* The same with every phrase as `phrase` gives it. */
void plim_driver_describe_in(const plim_driver *driver, const int years[2], plim_phrase_of *phrase,
                             const void *context, plim_text *out);

#endif
