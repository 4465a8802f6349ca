/* Bank balance sheets, path by path and year by year: from losses to capital. For a bank on a path,
 * in the order of the profit and loss account:
 *
 * Allowance: A_t = max(stage 1 and 2 of what has not defaulted + stage 3, A_(t-1) - write-offs_t);
 * A_0 is what the bank reports. A default moves its loan's allowance to stage 3, LGD x EAD, and its
 * loss is booked nowhere else. Reserves above need absorb losses first; none is released to profit.
 *
 * Impairment: I_t = A_t - A_(t-1) + write-offs_t.
 *
 * Profit: ppnr x volume - lending rate x exposure that has defaulted since as_of (half of it in its
 * first year) - I_t.
 *
 * Tax: on a profit, less the deferred tax asset of earlier losses; a loss builds one, which is
 * deducted from capital (CET1 falls by the whole loss).
 *
 * Dividend: payout x profit after tax, as far as every ratio stays at its requirement with buffer.
 *
 * CET1: CET1_(t-1) + profit after tax - change of the deferred tax asset - dividend.
 *
 * Tier 2: as reported, moved by the change since as_of of the excess provisions that count,
 * min(max(A - NPL, 0), share x risk-weighted assets); not below 0.
 *
 * Assets: risk-weighted, as reported x volume, net of the specific provisions of what has defaulted
 * since; for leverage, total assets as reported x volume.
 *
 * The formulas of stages: plan/sheets.h. Sources: IFRS 9 / CAS 22 (stages),
 * 商业银行资本管理办法 (2023) (ratios, deductions, excess provisions), the terms of
 * scenarios/lib/capital.lua.
 *
 * `car_held` answers another question, that of the PBOC test of 2021: capital as reported, less the
 * loss by which a scenario exceeds baseline on the same path; no profit, tax or dividend.
 *
 * What a branch has is no capital of its own: it appears with its loss over allocated capital only
 * (measure/tables_capital.c). */
#ifndef PLIM_MEASURE_CAPITAL_H
#define PLIM_MEASURE_CAPITAL_H

#include "measure/sheet_sums.h"
#include "simulate/tally.h"

/* Of a bank, by capital.lua. Ratios and shares. */
typedef struct plim_capital_terms {
    double cet1_minimum, tier1_minimum, total_minimum, buffer, leverage_minimum;
    double coverage_minimum, provision_minimum;
    double tax_rate, payout, lending_rate, performing_weight, npl_weight;
    double excess_share;    /* of risk-weighted assets, for excess provisions in tier 2 */
    double write_off_years; /* after default; 0: never */
    double allocated;       /* capital allocated to a branch, over risk-weighted assets */
} plim_capital_terms;

/* Of a bank, as the book says, in fen; NaN: not stated. */
typedef struct plim_bank_sheet {
    double cet1, tier1, total_capital, rwa, ppnr, provisions, total_assets;
} plim_bank_sheet;

/* What is measured of a bank at the end of a year. Money in fen, ratios in 1e-9. */
typedef enum plim_capital_measure {
    PLIM_CAR,
    PLIM_TIER1_RATIO,
    PLIM_CET1_RATIO,
    PLIM_LEVERAGE_RATIO,
    PLIM_CAR_HELD,
    PLIM_NPL_RATIO,
    PLIM_COVERAGE_RATIO,
    PLIM_PROVISION_RATIO,
    PLIM_TOTAL_CAPITAL,
    PLIM_CAPITAL_BUFFER,
    PLIM_RISK_WEIGHTED_ASSETS,
    PLIM_ALLOWANCE,
    PLIM_IMPAIRMENT,
    PLIM_NET_INCOME,
    PLIM_DIVIDEND,
    PLIM_CAPITAL_MEASURES
} plim_capital_measure;

#define PLIM_RATIO_UNIT 1e9
/* A measure that a path does not define: coverage without NPL. */
#define PLIM_CAPITAL_EMPTY INT64_MAX

/* Limits that a bank may fall below, one bit each in what a path breaches. */
typedef enum plim_requirement {
    PLIM_CET1_MINIMUM,
    PLIM_TIER1_MINIMUM,
    PLIM_TOTAL_MINIMUM,
    PLIM_CET1_BUFFERED,
    PLIM_TIER1_BUFFERED,
    PLIM_TOTAL_BUFFERED,
    PLIM_LEVERAGE_MINIMUM,
    PLIM_COVERAGE_MINIMUM,
    PLIM_PROVISION_MINIMUM,
    PLIM_REQUIREMENTS
} plim_requirement;

/* Any of the three minimum ratios of capital. */
#define PLIM_MINIMA (1U << PLIM_CET1_MINIMUM | 1U << PLIM_TIER1_MINIMUM | 1U << PLIM_TOTAL_MINIMUM)

const char *plim_capital_measure_name(plim_capital_measure measure);
bool plim_capital_measure_is_ratio(plim_capital_measure measure);
const char *plim_requirement_name(plim_requirement requirement);
double plim_requirement_of(const plim_capital_terms *terms, plim_requirement requirement);

/* One bank on one balance sheet in one scenario, by year; the scenario's cells beside baseline's.
 */
typedef struct plim_capital_case {
    const plim_bank_sheet *book;
    const plim_capital_terms *terms;
    plim_sheet_kind kind;
    const plim_sheet_sum *sum, *base_sum; /* by time, [n_years + 1] */
    int64_t npl_exposure, npl_allowance;
} plim_capital_case;

/* What a path carries from year to year, fen. */
typedef struct plim_capital_state {
    double allowance, cet1, other_tier1, tier2, deferred_tax; /* tier 2 as reported */
    double specific;  /* stage 3 allowance of what has defaulted since as_of, before write-offs */
    double defaulted; /* exposure that has, before write-offs */
    double written_off, written_off_exposure; /* so far */
    double excess_loss;                       /* over baseline's, so far */
    double first_excess;                      /* provisions that count as tier 2 at as_of */
    uint16_t breached;                        /* requirements missed in any year so far */
} plim_capital_state;

void plim_capital_begin(const plim_capital_case *of, plim_capital_state *state);
/* What a year of a path takes. */
typedef struct plim_capital_flows {
    const plim_sheet_cell *now, *base; /* of the scenario, and of baseline on the same path */
    const plim_sheet_cell
        *written_off; /* of the year whose defaults are written off now, or NULL */
} plim_capital_flows;

/* Years after a default at whose end it is written off; 0: never. */
uint32_t plim_capital_write_off_lag(const plim_capital_terms *terms);
/* Year t (from 0) of one path, year after year. Gives the measures at its end; returns the
   requirements missed then. */
uint16_t plim_capital_year(const plim_capital_case *of, plim_capital_state *state, uint32_t t,
                           const plim_capital_flows *flows, int64_t out[PLIM_CAPITAL_MEASURES]);

#endif
