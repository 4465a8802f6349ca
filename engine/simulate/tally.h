/* Tallies: what blocks of paths add up to. All integers, so that the sum has the same bits in any
 * order. */
#ifndef PLIM_SIMULATE_TALLY_H
#define PLIM_SIMULATE_TALLY_H

#include "base/money.h"
#include "plan/plan.h"
#include "plan/asset_classes.h"
#include "simulate/years.h"

/* Sums by key are kept in batches of paths, whose scatter gives errors. A batch takes whole octets
   of paths (simulate/simulate.h): octet o is in batch o mod PLIM_BATCHES. */
#define PLIM_BATCHES 256

/* Of n paths, those in a batch; batches that no path is in. */
uint32_t plim_batch_paths(uint32_t n_paths, uint32_t batch);

/* Keys that sums are kept for, by borrower: sectors and regions (texts as in the book). */
typedef struct plim_key_set {
    plim_names names;
    uint32_t *of_borrower;
} plim_key_set;

/* What a year does to a bank's balance sheet (plan/sheets.h) on a path, in fen. */
typedef struct plim_sheet_cell {
    int64_t loss, exposure; /* booked in the year; exposure that defaults in it */
    int64_t released;       /* allowance that performing loans would have at its end and those that
                               have defaulted by then no longer carry */
} plim_sheet_cell;

/* Tallies of a run. S scenarios, T years, B banks, N paths, all as in the plan. Amounts in fen.
   Changes of loss of loans already in default are included (they are the same on every path). */
typedef struct plim_tallies {
    uint32_t n_paths, n_scenarios, n_years, n_banks, n_sheets;

    /* Over the horizon, a path: [(s * B + b) * N + path]. */
    int64_t *loss;
    int64_t *defaulted_exposure;

    /* By balance sheet, NULL where none are followed: [((c * S + s) * T + t) * N + path], c = sheet
     * n_slots + slot of the bank. */
    plim_sheet_cell *sheet;

    plim_year_sums *years; /* all banks: [s * T + t] */
    /* Of a slab of the book, and of slabs added up, in their place, since squares can be formed
       only when all slabs are in: [(path * S + s) * T + t]. Else NULL. */
    plim_year_cell *cells;

    /* Where there are hazards: all banks' loss of a year, [(s * T + t) * N + path]. Else NULL. */
    int64_t *annual;
    plim_damages damages; /* of the book so far */

    plim_key_set sectors, regions;
    plim_int128 *sector_loss; /* [(s * n_sectors + k) * PLIM_BATCHES + batch] */
    plim_int128 *region_loss;

    /* Where classes are followed, moves of balances by pair of classes (simulate/class_moves.h):
       [(((s * T + t) * n_class_banks + b) * PLIM_CLASS_PAIRS + pair) * PLIM_BATCHES + batch]. */
    uint32_t n_class_banks, most_class_paths; /* the first so many paths are followed */
    plim_int128 *class_moves;

    /* Times that a borrower defaults in a year: [(borrower * S + s) * T + t]. */
    uint32_t *borrower_defaults;
    /* Where LGD is random or follows the PD, what a borrower's defaults cost is not told by their
       number: sums over the paths on which it defaults, [borrower * S + s]. NULL if LGD is fixed.
     */
    plim_moments *borrower_loss;
} plim_tallies;

/* Bytes that plim_tallies_create will take, for the check against --memory. */
uint64_t plim_tallies_bytes(const plim_plan *plan, uint32_t n_paths);
PLIM_NODISCARD plim_status plim_tallies_create(plim_tallies *out, const plim_plan *plan,
                                               uint32_t n_paths, plim_error *err);
/* For the tallies of a slab, before the simulation: cells are kept, years stay empty. */
PLIM_NODISCARD plim_status plim_tallies_keep_cells(plim_tallies *tallies, plim_error *err);
/* Adds a slab's tallies to those of all slabs: `total` is zero-initialised, or holds others' with
   the same scenarios, years, banks and paths. Keys are matched by their texts. Sums by borrower are
   not kept, and keys of borrowers not either. */
PLIM_NODISCARD plim_status plim_tallies_merge(plim_tallies *total, const plim_tallies *slab,
                                              plim_error *err);
/* When all slabs are in: years from cells, which go. `alive` borrowers can default. */
PLIM_NODISCARD plim_status plim_tallies_close(plim_tallies *total, uint64_t alive, plim_error *err);
/* Index in `names` of each borrower's key (column `name`), all of which are there. */
PLIM_NODISCARD plim_status plim_keys_of(const plim_plan *plan, const char *name,
                                        const plim_names *names, uint32_t *of_borrower,
                                        plim_error *err);
/* Makes room for paths up to n_paths, keeping those that are there. */
PLIM_NODISCARD plim_status plim_tallies_extend(plim_tallies *tallies, uint32_t n_paths,
                                               plim_error *err);
/* Keeps the losses by year of a path, [s * T + t], where they are wanted. */
void plim_tallies_note_years(plim_tallies *tallies, uint32_t path, const plim_year_cell *cells);
/* Losses of all banks together in scenario s, a path each, into out[n_paths]. */
void plim_tallies_losses(const plim_tallies *tallies, uint32_t s, int64_t *out);
void plim_tallies_free(plim_tallies *tallies);

#endif
