/* Tallies: what tiles add up to. All integers, so that the sum has the same bits in any order. */
#ifndef PLIM_SIMULATE_TALLY_H
#define PLIM_SIMULATE_TALLY_H

#include "base/money.h"
#include "simulate/simulate.h"

#define PLIM_BATCHES                                                                               \
    256 /* sums by key are kept in batches, path mod 256, whose scatter gives errors */

/* Keys that sums are kept for, by borrower: sectors and regions (texts as in the book). */
typedef struct plim_key_set {
    plim_names names;
    uint32_t *of_borrower;
} plim_key_set;

/* Tallies of a run. S scenarios, T years, B banks, N paths, all as in the plan. Amounts in fen.
   Changes of loss of loans already in default are included (they are the same on every path). */
typedef struct plim_tallies {
    uint32_t n_paths, n_scenarios, n_years, n_banks;

    /* Over the horizon, a path: [(s * B + b) * N + path]. */
    int64_t *loss;
    int64_t *defaulted_exposure;

    /* All banks, a path and year: [(s * T + t) * N + path]. */
    int64_t *year_loss;
    int64_t *year_defaulted_exposure;
    uint32_t *year_defaults; /* borrowers */

    plim_key_set sectors, regions;
    plim_int128 *sector_loss; /* [(s * n_sectors + k) * PLIM_BATCHES + batch] */
    plim_int128 *region_loss;

    /* Balance (not exposure) of performing loans that default in the year, by class at as_of:
       [(((s * T + t) * B + b) * 6 + class) * PLIM_BATCHES + batch]; class 0: not stated. */
    plim_int128 *class_balance;

    /* Times that a borrower defaults in a year: [(borrower * S + s) * T + t]. */
    uint32_t *borrower_defaults;
} plim_tallies;

/* Bytes that plim_tallies_create will take, for the check against --memory. */
uint64_t plim_tallies_bytes(const plim_plan *plan, uint32_t n_paths, int threads);
PLIM_NODISCARD plim_status plim_tallies_create(plim_tallies *out, const plim_plan *plan,
                                               uint32_t n_paths, plim_error *err);
void plim_tallies_free(plim_tallies *tallies);

/* The whole simulation: all tiles on a team, added up. */
typedef struct plim_simulation {
    const plim_plan *plan;
    uint64_t seed;
    uint32_t n_paths;
    uint32_t slab,
        block; /* tile size, borrowers and paths; 0: chosen here. No effect on results. */
    plim_isa isa;
    int threads;
    void (*progress)(void *user, uint64_t done, uint64_t total);
    void *progress_user;
} plim_simulation;

PLIM_NODISCARD plim_status plim_simulate(const plim_simulation *simulation, plim_tallies *out,
                                         plim_error *err);

#endif
