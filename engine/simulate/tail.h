/* Who makes the tail: the paths on which a scenario's loss reaches its quantile are simulated
 * again, and each borrower's, sector's, region's and bank's losses on them are added up. Nothing
 * has to be kept of the other paths.
 *
 * Expected shortfall splits over the parts x of a loss L as (D. Tasche, "Expected shortfall and
 * beyond", 2002)
 *     ES = (sum over L > q of x + w sum over L = q of x) / ((1 - alpha) N),  q = VaR,
 *     w = ((1 - alpha) N - paths above q) / paths at q,
 * so the parts add up exactly: all sums are whole fen. */
#ifndef PLIM_SIMULATE_TAIL_H
#define PLIM_SIMULATE_TAIL_H

#include "simulate/simulator.h"

enum { PLIM_TAIL_99, PLIM_TAIL_999, PLIM_TAIL_LEVELS };

/* Sums over tail paths of a part's loss, in fen; and of x^2 and x L, for errors, in squared units
   of 2^shift fen (plim_tail.shift), so that they fit. */
typedef struct plim_tail_sum {
    plim_int128 above, at;
    plim_int128 square, cross;
} plim_tail_sum;

/* Cells are [(part * n_scenarios + s) * PLIM_TAIL_LEVELS + level]. */
typedef struct plim_tail {
    uint32_t n_scenarios, n_borrowers, n_sectors, n_regions, n_banks;
    uint32_t shift;
    int64_t quantile[PLIM_TAIL_LEVELS][256]; /* by scenario, fen */
    uint64_t n_above[PLIM_TAIL_LEVELS][256], n_at[PLIM_TAIL_LEVELS][256];
    plim_tail_sum *whole;    /* all borrowers together */
    plim_tail_sum *borrower; /* rows of the book, or of the slab replayed last */
    plim_tail_sum *sector, *region, *bank;
    struct plim_tail_paths *paths; /* private: which paths, and what is kept of them */
} plim_tail;

/* Bytes, for the forecast. */
uint64_t plim_tail_bytes(const plim_plan *plan, uint32_t n_paths);
/* Replays the tails of a finished simulation (same plan, seed and paths as the tallies). */
PLIM_NODISCARD plim_status plim_tail_make(plim_tail *out, const plim_simulation *simulation,
                                          const plim_tallies *tallies, plim_error *err);
/* The same slab by slab. `tallies`, those of the whole book, are borrowed until the end; then come
   the slabs, each with the simulation of its own plan, in any order; sums of sectors, regions and
   banks are there after the end. Only one slab's borrowers are held at a time. */
PLIM_NODISCARD plim_status plim_tail_begin(plim_tail *out, const plim_tallies *tallies,
                                           plim_error *err);
PLIM_NODISCARD plim_status plim_tail_slab(plim_tail *tail, const plim_simulation *simulation,
                                          plim_error *err);
void plim_tail_end(plim_tail *tail);
void plim_tail_free(plim_tail *tail);
/* Rank (from 1) of the quantile of n values at a level in thousandths: ceil(alpha n). */
uint32_t plim_tail_rank(uint32_t n, uint32_t permille);

#endif
