/* A value by calendar year: linear between points, constant outside. */
#ifndef PLIM_SCENARIO_PATHWAY_H
#define PLIM_SCENARIO_PATHWAY_H

#include <stdbool.h>
#include <stddef.h>

/* Values in base units. Years ascend; at least one point. */
typedef struct plim_pathway {
    size_t count;
    int *year;
    double *value;
} plim_pathway;

double plim_pathway_at(const plim_pathway *pathway, int year);
/* A copy of its own; false without memory, `out` then to be freed all the same. */
bool plim_pathway_copy(plim_pathway *out, const plim_pathway *pathway);
void plim_pathway_free(plim_pathway *pathway); /* what it holds; then it is empty */

#endif
