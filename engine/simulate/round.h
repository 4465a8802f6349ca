/* Paths in rounds: the cells that a round's paths fill, a path's together, so that a block of paths
 * stays in the second-level cache; reduced to the tallies when all borrowers have been through. */
#ifndef PLIM_SIMULATE_ROUND_H
#define PLIM_SIMULATE_ROUND_H

#include "simulate/tally.h"

typedef struct plim_bank_cell {
    int64_t loss, exposure; /* fen; exposure that defaulted */
} plim_bank_cell;

typedef struct plim_round {
    uint32_t n_scenarios, n_years, n_banks, n_sheets;
    uint32_t most_paths; /* that there is room for; a multiple of 8 * PLIM_BATCHES */
    uint32_t first_path, n_paths;
    plim_bank_cell *bank;   /* [((path - first_path) * n_banks + b) * n_scenarios + s] */
    plim_year_cell *year;   /* [((path - first_path) * n_scenarios + s) * n_years + t] */
    plim_sheet_cell *sheet; /* [(((path - first_path) * n_sheets + c) * n_scenarios + s) * n_years +
                               t]; NULL without balance sheets */
} plim_round;

/* Bytes of a round of so many paths. */
uint64_t plim_round_bytes(const plim_plan *plan, uint32_t most_paths);
/* Paths of a round that takes at most `bytes`, at least one octet a batch; no more than n_paths,
   rounded up, need. No effect on results. */
uint32_t plim_round_size(const plim_plan *plan, uint32_t n_paths, uint64_t bytes);
PLIM_NODISCARD plim_status plim_round_create(plim_round *out, const plim_plan *plan,
                                             uint32_t most_paths, plim_error *err);
void plim_round_free(plim_round *round);

/* Empties it for paths first_path (a multiple of 8 * PLIM_BATCHES) and those after it. */
void plim_round_begin(plim_round *round, uint32_t first_path, uint32_t n_paths);
/* Adds the round to tallies that have room for its paths. `alive` borrowers can default. */
void plim_round_reduce(const plim_round *round, plim_tallies *tallies, uint64_t alive);

#endif
