/* Collects what is wrong with values, so that one message shows the first few and counts the rest.
 */
#ifndef PLIM_PLAN_FAULTS_H
#define PLIM_PLAN_FAULTS_H

#include "base/text.h"

#define PLIM_PLAN_FAULTS_SHOWN 5

/* Zero-initialise; plim_plan_faults_end releases it. */
typedef struct plim_plan_faults {
    plim_text text;
    uint64_t count;
} plim_plan_faults;

/* One fault, a line without its end. Only the first PLIM_PLAN_FAULTS_SHOWN are kept. */
void plim_plan_faults_add(plim_plan_faults *faults, const char *format, ...) PLIM_PRINTF(2, 3);

/* PLIM_OK if there was none, else PLIM_INPUT with the faults shown and the number of the others.
   Releases what was collected. */
PLIM_NODISCARD plim_status plim_plan_faults_end(plim_plan_faults *faults, plim_error *err);

#endif
