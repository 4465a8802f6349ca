/* What the table of years needs of each path, as exact sums over paths: a number for every path,
 * year and scenario would not fit where paths are many. */
#ifndef PLIM_SIMULATE_YEARS_H
#define PLIM_SIMULATE_YEARS_H

#include "base/money.h"
#include "base/wide.h"

#include <stddef.h>

/* One scenario and year. D: borrowers that default in the year; A: alive at its start. */
typedef struct plim_year_sums {
    plim_int128 d, a, dd, da, aa;
    plim_moments loss;      /* of the year */
    plim_moments delta;     /* the same less the baseline's */
    plim_moments defaulted; /* exposure that has defaulted up to the end of the year */
} plim_year_sums;

/* One path, scenario and year. */
typedef struct plim_year_cell {
    int64_t loss, exposure; /* fen; exposure of the loans that default in the year */
    uint64_t defaults;      /* borrowers */
} plim_year_cell;

/* Adds a path: cell[s * n_years + t]; `alive` borrowers can default at as_of. */
void plim_years_add(plim_year_sums *sums, const plim_year_cell *cell, uint32_t n_scenarios,
                    uint32_t n_years, uint64_t alive);
void plim_years_merge(plim_year_sums *sums, const plim_year_sums *other, size_t n);

#endif
