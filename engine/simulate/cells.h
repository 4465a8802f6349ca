/* A tree of splits that parts paths into cells by their slots, and the box of each cell: the least
 * and largest value of each slot on its paths. */
#ifndef PLIM_SIMULATE_CELLS_H
#define PLIM_SIMULATE_CELLS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Paths to grow a tree on: slots[slot * n_paths + path]. */
typedef struct plim_cells_sample {
    const double *slots;
    uint32_t n_paths, n_slots;
    const double *least, *most; /* [slot]: boxes of slots that do not count */
} plim_cells_sample;

typedef struct plim_cells_split {
    uint32_t slot, cell; /* `cell` of a leaf; `slot` is then not read */
    uint32_t above;      /* split of the paths above `at`; 0: this is a leaf */
    uint32_t below;
    double at;
} plim_cells_split;

typedef struct plim_cells {
    plim_cells_split *split; /* [0] is the root */
    uint32_t n_splits, n_cells, n_slots, n_used;
    uint32_t *used; /* slots that count, ascending */
    double *share;  /* [cell]: part of the sample's paths */
    double *box;    /* private: low and high of all slots, a cell after the other */
} plim_cells;

/* At most `most` cells. The cell and slot with the widest range, in units of the slot's deviation
   and weighted by the paths of the cell, is split in the middle, again and again: ranges become
   small where many paths are, and what is rare and far out gets cells of its own. */
PLIM_NODISCARD plim_status plim_cells_grow(plim_cells *out, const plim_cells_sample *sample,
                                           const bool *uses, uint32_t most, plim_error *err);
void plim_cells_free(plim_cells *cells);

/* The cell of a path with slots [slot * stride]. */
uint32_t plim_cells_find(const plim_cells *cells, const double *slots, uint32_t stride);
/* The box of a cell, [slot]. */
const double *plim_cells_low(const plim_cells *cells, uint32_t cell);
const double *plim_cells_high(const plim_cells *cells, uint32_t cell);

/* How far paths reach: collected by several threads, each its own, then joined. */
typedef struct plim_cells_reach plim_cells_reach;
PLIM_NODISCARD plim_status plim_cells_reach_make(plim_cells_reach **out, const plim_cells *cells,
                                                 plim_error *err);
void plim_cells_reach_free(plim_cells_reach *reach); /* NULL is fine */
void plim_cells_widen(const plim_cells *cells, plim_cells_reach *reach, const double *slots,
                      uint32_t stride);
void plim_cells_join(plim_cells *cells, const plim_cells_reach *reach);

#endif
