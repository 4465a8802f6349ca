/* Formulas in words. */
#ifndef PLIM_SCENARIO_RENDER_H
#define PLIM_SCENARIO_RENDER_H

#include "scenario/graph.h"

/* A short form of the expression for messages: `b.revenue - d.carbon_price * b.scope1`. */
void plim_render(const plim_graph *graph, plim_node node, char *out, size_t size);

#endif
