/* Capital of all banks on all paths, reduced to what tables show. */
#ifndef PLIM_MEASURE_CAPITAL_PATHS_H
#define PLIM_MEASURE_CAPITAL_PATHS_H

#include "measure/capital.h"

/* What capital is measured from, beside the tallies. Zero-initialise; owned by whoever fills it. */
typedef struct plim_capital_book {
    uint32_t n_banks;
    plim_bank_sheet *sheet;    /* [bank] */
    plim_capital_terms *terms; /* [bank] */
    uint8_t *has_sheet;        /* [bank]: capital can be followed */
    uint8_t *is_branch;        /* [bank] */
} plim_capital_book;
void plim_capital_book_free(plim_capital_book *book);

/* Of a measure over paths, in the measure's units. NaN: not defined. */
typedef struct plim_capital_stat {
    double value, low, high; /* mean and its 95 % interval */
    double p05, p50, p95;    /* quantiles over paths */
} plim_capital_stat;

/* Low quantiles of the capital ratio with intervals, in thousandths. */
enum { PLIM_CAR_QUANTILES = 3 };
extern const uint32_t plim_car_permille[PLIM_CAR_QUANTILES];

typedef struct plim_capital_paths {
    uint32_t n_sheets, n_slots, n_scenarios, n_years, n_paths;
    /* c = sheet * n_slots + slot of the bank. */
    plim_capital_stat *stat;     /* [((s * T + t) * n_sheets + c) * PLIM_CAPITAL_MEASURES + i] */
    plim_capital_stat *quantile; /* [((s * T + t) * n_sheets + c) * PLIM_CAR_QUANTILES + i] */
    /* All banks with a balance sheet together, by way of running it: car, car_held. */
    plim_capital_stat *all; /* [((s * T + t) * kinds + m) * 2 + i] */
    uint32_t *missed; /* paths: [((s * (T + 1) + t) * n_sheets + c) * PLIM_REQUIREMENTS + r]; t = T:
                         in any year */
    uint8_t *breaching; /* [s * N + path]: banks that miss a minimum of capital in any year, on the
                           first way of running their balance sheets; at most 255 */
} plim_capital_paths;

typedef struct plim_capital_work {
    const plim_capital_book *book;
    const plim_sheet_sums *sums;
    const plim_tallies *tallies; /* of all slabs */
    int threads;                 /* work on scenarios; no effect on results */
} plim_capital_work;
PLIM_NODISCARD plim_status plim_capital_paths_make(plim_capital_paths *out,
                                                   const plim_capital_work *work, plim_error *err);
void plim_capital_paths_free(plim_capital_paths *paths);

#endif
