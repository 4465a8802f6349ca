/* Rows of an event in double: the hazards that decide its year and its day, for which the normal
 * distribution is asked at once. The same numbers, to the bit, as those of the reference kernel
 * (plim_kernel_cumulate). Private to simulate/events.c and simulate/days.c. */
#ifndef PLIM_SIMULATE_EXACT_H
#define PLIM_SIMULATE_EXACT_H

#include "scenario/program.h"
#include "simulate/workspace_parts.h"

enum { PLIM_EXACT_HAZARDS = 256 };

typedef struct plim_exact {
    const plim_workspace *workspace;
    const plim_event *event;
    double uniform;
    double index[PLIM_MAX_YEARS]; /* sums of loadings x factors */
    uint32_t n_indices;           /* as far as they were asked for */
    double hazard[PLIM_EXACT_HAZARDS];
    uint32_t n_hazards, n;
    uint8_t row[PLIM_EXACT_HAZARDS];  /* of the borrower */
    uint32_t end[PLIM_EXACT_HAZARDS]; /* of a row's hazards */
} plim_exact;

/* Everything is borrowed. */
void plim_exact_begin(plim_exact *exact, const plim_workspace *workspace, const plim_event *event);
/* Is there room for a row of so many years? There is after plim_exact_begin and plim_exact_empty.
 */
bool plim_exact_has_room(const plim_exact *exact, uint32_t n_years);
/* Adds the first `n_years` of a row of the event's borrower. */
void plim_exact_add(plim_exact *exact, uint8_t row, uint32_t n_years);
/* Fills the hazards of the rows at hand. */
void plim_exact_evaluate(plim_exact *exact);
/* Lets go of them. */
void plim_exact_empty(plim_exact *exact);

#endif
