/* How defaults and cures move balances between the five classes (plan/asset_classes.h), as sums
 * over paths: what a path adds to, and takes from, what the classes would hold if nobody defaulted
 * and nobody were cured. On every path the moves of a class of the book add up to nothing. */
#ifndef PLIM_SIMULATE_CLASS_MOVES_H
#define PLIM_SIMULATE_CLASS_MOVES_H

#include "plan/asset_classes.h"
#include "simulate/simulate.h"

/* A worker's own sums, in fen, by batch of paths (simulate/tally.h) and pair of classes, that of
   the book and that of the end of a year:
   [((batch * n_banks + bank) * PLIM_CLASS_PAIRS + pair) * S * T + s * T + t]. */
typedef struct plim_class_moves {
    const plim_plan *plan; /* that has classes */
    uint64_t seed;
    plim_int128 *moved;
} plim_class_moves;

/* Sums that a worker keeps, and the tallies. */
size_t plim_class_cells(const plim_plan *plan);
uint64_t plim_class_moves_bytes(const plim_plan *plan);
PLIM_NODISCARD plim_status plim_class_moves_create(plim_class_moves *out, const plim_plan *plan,
                                                   uint64_t seed, plim_error *err);
void plim_class_moves_free(plim_class_moves *moves);

/* A default of a borrower: on which path (its number), in which scenario, day and year (from 0). */
typedef struct plim_class_event {
    uint32_t borrower, path, scenario, year;
    int32_t day;       /* since as_of */
    plim_cure cure;    /* of this default */
    plim_cure earlier; /* of the loans in default at as_of */
} plim_class_event;

/* The event of a scenario on a path, but for scenario, year and day: draws its cures. */
plim_class_event plim_class_event_of(const plim_class_moves *moves, uint32_t borrower,
                                     uint32_t path);
/* Adds what the event does to a loan that was performing; what it costs says how bad it is. */
void plim_class_moves_add(plim_class_moves *moves, const plim_class_event *event, uint32_t loan,
                          int64_t loss_fen, int64_t exposure_fen);
/* Adds the cures of loans in default at as_of on some paths, by number. */
void plim_class_moves_add_opening(plim_class_moves *moves, const uint32_t *path, uint32_t n_paths);
/* Adds a worker's sums to those of the tallies,
   [((((s * T + t) * n_banks) + bank) * PLIM_CLASS_PAIRS + pair) * PLIM_BATCHES + batch]. */
void plim_class_moves_merge(plim_int128 *total, const plim_class_moves *moves);

#endif
