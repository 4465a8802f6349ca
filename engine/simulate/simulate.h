/* Who defaults when: a pure function of plan, slab of borrowers, block of paths and seed.
 * No I/O, no Lua, no globals; safe to call from many threads with different workspaces. */
#ifndef PLIM_SIMULATE_SIMULATE_H
#define PLIM_SIMULATE_SIMULATE_H

#include "base/isa.h"
#include "plan/plan.h"

typedef struct plim_tile {
    uint32_t first_borrower, n_borrowers;
    uint32_t first_path, n_paths;
} plim_tile;

/* A borrower that defaults on a path in at least one scenario. */
typedef struct plim_event {
    uint32_t borrower, path;
} plim_event;

/* Default years of event e: year[e * n_scenarios + s] = 1-based period, 0: no default. */
typedef struct plim_events {
    size_t count;
    plim_event *event;
    uint8_t *year;
} plim_events;

/* Private to one worker; sized for tiles of at most slab x block. */
typedef struct plim_workspace plim_workspace;
PLIM_NODISCARD plim_status plim_workspace_create(plim_workspace **out, const plim_plan *plan,
                                                 uint32_t slab, uint32_t block, plim_isa isa,
                                                 uint64_t seed, plim_error *err);
void plim_workspace_destroy(plim_workspace *workspace);

/* Events of the tile, in order of borrower, then path. `*events` is borrowed until the next call.
   The same bits whatever the tiling, workspace or instruction set. Factors of a block are kept in
   the workspace and drawn again only when the block changes. */
void plim_simulate_tile(plim_workspace *workspace, const plim_tile *tile,
                        const plim_events **events);

/* Z of a path: out[t * n_factors + f], after correlation and persistence. */
void plim_simulate_factors(const plim_plan *plan, uint64_t seed, uint32_t path, double *out);

#endif
