/* What an expression is without computing it for any borrower: private to graph.c. */
#ifndef PLIM_SCENARIO_FOLD_H
#define PLIM_SCENARIO_FOLD_H

#include "scenario/graph.h"

typedef struct plim_fold {
    enum { PLIM_FOLD_NONE, PLIM_FOLD_NODE, PLIM_FOLD_VALUE } kind;
    plim_node node; /* the expression is this node, bit for bit, NaN included */
    double value;   /* the expression is this constant */
} plim_fold;

/* Constants are computed; x - 0, x * 1 and the like are x. What could change a bit or lose a NaN
   stays: x + 0 (-0.0 would become 0.0), x * 0, x - x. */
plim_fold plim_fold_expr(const plim_graph *graph, const plim_expr *e);

#endif
