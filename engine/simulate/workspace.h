/* Size of tiles and of what a worker needs for one. */
#ifndef PLIM_SIMULATE_WORKSPACE_H
#define PLIM_SIMULATE_WORKSPACE_H

#include "plan/plan.h"

/* Tile that is chosen where none is asked for: a block's arrays stay within the second-level cache.
 */
#define PLIM_SLAB  512
#define PLIM_BLOCK 256

/* Bytes of a workspace for tiles of slab x block. */
uint64_t plim_workspace_bytes(const plim_plan *plan, uint32_t slab, uint32_t block);

#endif
