/* One primitive over a block of rows. */
#ifndef PLIM_PLAN_LOOPS_H
#define PLIM_PLAN_LOOPS_H

#include "scenario/graph.h"

/* out[i] has the bits of plim_primitive_apply (of plim_list_interp through `curve` for INTERP) of
   in[0][i], in[1][i], in[2][i], as many as the primitive has operands. The usual primitives have
   loops of their own, which a compiler can turn into vector instructions. */
void plim_loops_apply(plim_op op, const plim_list *curve, const double *const in[3], double *out,
                      uint32_t n);

#endif
