/* What balance sheets hold if nobody defaults: sums over performing loans by bank, scenario and
 * time, and of the loans in default at as_of. Whole fen, so that slabs add up in any order. */
#ifndef PLIM_MEASURE_SHEET_SUMS_H
#define PLIM_MEASURE_SHEET_SUMS_H

#include "plan/sheets.h"

/* Of performing loans, in fen. */
typedef struct plim_sheet_sum {
    int64_t volume, stage2_volume; /* exposure at as_of that is still there; of it in stage 2 */
    int64_t allowance, stage2_allowance; /* 12-month and lifetime; of it lifetime */
    int64_t irb_assets;                  /* risk-weighted by measure/irb.h */
} plim_sheet_sum;

/* Zero-initialise. */
typedef struct plim_sheet_sums {
    plim_sheet_policy policy;
    uint32_t n_slots, n_scenarios, n_years;
    uint32_t *bank;                        /* [slot] */
    plim_sheet_sum *sum;                   /* [((m * n_slots + slot) * S + s) * (T + 1) + t] */
    int64_t *npl_exposure, *npl_allowance; /* [slot]: of loans in default at as_of */
} plim_sheet_sums;

/* Adds the loans of the sheets' plan, a whole book's or a slab's. */
PLIM_NODISCARD plim_status plim_sheet_sums_add(plim_sheet_sums *sums, const plim_sheets *sheets,
                                               plim_error *err);
/* Sums by time, [n_years + 1], of a bank in a scenario on the m-th sheet. */
const plim_sheet_sum *plim_sheet_sums_of(const plim_sheet_sums *sums, uint32_t m, uint32_t slot,
                                         uint32_t scenario);
void plim_sheet_sums_free(plim_sheet_sums *sums);

#endif
