#include "measure/capital.h"

#include <math.h>

const char *plim_capital_measure_name(plim_capital_measure measure)
{
    static const char *const names[PLIM_CAPITAL_MEASURES] = {
        [PLIM_CAR] = "car",
        [PLIM_TIER1_RATIO] = "tier1_ratio",
        [PLIM_CET1_RATIO] = "cet1_ratio",
        [PLIM_LEVERAGE_RATIO] = "leverage_ratio",
        [PLIM_CAR_HELD] = "car_held",
        [PLIM_NPL_RATIO] = "npl_ratio",
        [PLIM_COVERAGE_RATIO] = "coverage_ratio",
        [PLIM_PROVISION_RATIO] = "provision_ratio",
        [PLIM_TOTAL_CAPITAL] = "total_capital",
        [PLIM_CAPITAL_BUFFER] = "capital_buffer",
        [PLIM_RISK_WEIGHTED_ASSETS] = "rwa",
        [PLIM_ALLOWANCE] = "allowance",
        [PLIM_IMPAIRMENT] = "impairment",
        [PLIM_NET_INCOME] = "net_income",
        [PLIM_DIVIDEND] = "dividend",
    };
    return names[measure];
}

bool plim_capital_measure_is_ratio(plim_capital_measure measure)
{
    return measure <= PLIM_PROVISION_RATIO;
}

const char *plim_requirement_name(plim_requirement requirement)
{
    static const char *const names[PLIM_REQUIREMENTS] = {
        [PLIM_CET1_MINIMUM] = "cet1_minimum",
        [PLIM_TIER1_MINIMUM] = "tier1_minimum",
        [PLIM_TOTAL_MINIMUM] = "total_minimum",
        [PLIM_CET1_BUFFERED] = "cet1_with_buffer",
        [PLIM_TIER1_BUFFERED] = "tier1_with_buffer",
        [PLIM_TOTAL_BUFFERED] = "total_with_buffer",
        [PLIM_LEVERAGE_MINIMUM] = "leverage_minimum",
        [PLIM_COVERAGE_MINIMUM] = "coverage_minimum",
        [PLIM_PROVISION_MINIMUM] = "provision_minimum",
    };
    return names[requirement];
}

double plim_requirement_of(const plim_capital_terms *terms, plim_requirement requirement)
{
    const double of[PLIM_REQUIREMENTS] = {
        [PLIM_CET1_MINIMUM] = terms->cet1_minimum,
        [PLIM_TIER1_MINIMUM] = terms->tier1_minimum,
        [PLIM_TOTAL_MINIMUM] = terms->total_minimum,
        [PLIM_CET1_BUFFERED] = terms->cet1_minimum + terms->buffer,
        [PLIM_TIER1_BUFFERED] = terms->tier1_minimum + terms->buffer,
        [PLIM_TOTAL_BUFFERED] = terms->total_minimum + terms->buffer,
        [PLIM_LEVERAGE_MINIMUM] = terms->leverage_minimum,
        [PLIM_COVERAGE_MINIMUM] = terms->coverage_minimum,
        [PLIM_PROVISION_MINIMUM] = terms->provision_minimum,
    };
    return of[requirement];
}

/* ---- what a year is made of ---- */

/* Excess provisions that count as tier 2. */
static double excess_provisions(const plim_capital_terms *terms, double allowance, double npl,
                                double assets)
{
    return fmin(fmax(allowance - npl, 0), terms->excess_share * assets);
}

/* Tier 1 and total capital that no profit moves stay as reported. */
void plim_capital_begin(const plim_capital_case *of, plim_capital_state *state)
{
    const plim_bank_sheet *book = of->book;
    bool reported = !isnan(book->provisions);
    *state = (plim_capital_state){.allowance =
                                      reported ? book->provisions
                                               : (double)(of->sum[0].allowance + of->npl_allowance),
                                  .cet1 = book->cet1,
                                  .other_tier1 = book->tier1 - book->cet1,
                                  .tier2 = book->total_capital - book->tier1};
    state->first_excess =
        excess_provisions(of->terms, state->allowance, (double)of->npl_exposure, book->rwa);
}

/* Factor on what has happened to the loans that are left: in a rebalanced book what was given up is
   lent anew in the same proportions. */
static double relent(const plim_capital_case *of, const plim_sheet_sum *sum, uint32_t time)
{
    double left = (double)sum[time].volume;
    return of->kind == PLIM_SHEET_REBALANCED && left > 0 ? (double)sum[0].volume / left : 1;
}

/* Performing volume over that at as_of, defaults aside: what earns and weighs. */
static double volume(const plim_capital_case *of, uint32_t time)
{
    double at_first = (double)of->sum[0].volume;
    return of->kind == PLIM_SHEET_RUNOFF && at_first > 0 ? (double)of->sum[time].volume / at_first
                                                         : 1;
}

uint32_t plim_capital_write_off_lag(const plim_capital_terms *terms)
{
    return (uint32_t)terms->write_off_years;
}

static double take_profit(plim_capital_state *state, const plim_capital_terms *terms, double profit)
{
    double tax = terms->tax_rate * profit, used = fmin(state->deferred_tax, fmax(tax, 0));
    double change = profit > 0 ? -used : -tax; /* of the deferred tax asset */
    state->deferred_tax += change;
    state->cet1 += profit - tax - change;
    return profit - tax;
}

/* Ratios beyond a million are as good as that, and fit. */
static int64_t in_units(double ratio)
{
    const double most = 1e6;
    return isnan(ratio) ? PLIM_CAPITAL_EMPTY
                        : llrint(fmin(fmax(ratio, -most), most) * PLIM_RATIO_UNIT);
}

/* Sums at the end of a year. */
typedef struct totals {
    double assets, total_assets, npl, loans, tier2;
} totals;

static totals totals_of(const plim_capital_case *of, const plim_capital_state *state, uint32_t t)
{
    const plim_bank_sheet *book = of->book;
    const plim_capital_terms *terms = of->terms;
    double share = volume(of, t + 1), open = state->defaulted - state->written_off_exposure;
    double specific = state->specific - state->written_off;
    /* What has defaulted weighs as NPL, net of its provision; what was written off is gone. */
    double moved =
        terms->npl_weight * (open - specific) - terms->performing_weight * state->defaulted;
    double performing = (double)of->sum[0].volume * share;
    return (totals){.assets = fmax(book->rwa * share + moved, 0),
                    .total_assets = book->total_assets * share,
                    .npl = (double)of->npl_exposure + open,
                    .loans = performing + (double)of->npl_exposure - state->written_off_exposure};
}

/* Most that may be paid so that each ratio stays at its requirement with buffer. */
static double headroom(const plim_capital_state *state, const plim_capital_terms *terms,
                       const totals *sum)
{
    double tier1 = state->cet1 + state->other_tier1, total = tier1 + sum->tier2;
    double assets = sum->assets;
    double room = state->cet1 - (terms->cet1_minimum + terms->buffer) * assets;
    room = fmin(room, tier1 - (terms->tier1_minimum + terms->buffer) * assets);
    return fmax(fmin(room, total - (terms->total_minimum + terms->buffer) * assets), 0);
}

static uint16_t missed(const plim_capital_terms *terms, const int64_t *out)
{
    static const plim_capital_measure ratio[PLIM_REQUIREMENTS] = {
        [PLIM_CET1_MINIMUM] = PLIM_CET1_RATIO,
        [PLIM_TIER1_MINIMUM] = PLIM_TIER1_RATIO,
        [PLIM_TOTAL_MINIMUM] = PLIM_CAR,
        [PLIM_CET1_BUFFERED] = PLIM_CET1_RATIO,
        [PLIM_TIER1_BUFFERED] = PLIM_TIER1_RATIO,
        [PLIM_TOTAL_BUFFERED] = PLIM_CAR,
        [PLIM_LEVERAGE_MINIMUM] = PLIM_LEVERAGE_RATIO,
        [PLIM_COVERAGE_MINIMUM] = PLIM_COVERAGE_RATIO,
        [PLIM_PROVISION_MINIMUM] = PLIM_PROVISION_RATIO};
    uint16_t bits = 0;
    for (int r = 0; r < PLIM_REQUIREMENTS; r++)
        if (out[ratio[r]] < in_units(plim_requirement_of(terms, (plim_requirement)r)))
            bits |= (uint16_t)(1U << r);
    return bits;
}

static void fill(const plim_capital_case *of, const plim_capital_state *state, const totals *sum,
                 int64_t *out)
{
    const plim_bank_sheet *book = of->book;
    double tier1 = state->cet1 + state->other_tier1, total = tier1 + sum->tier2;
    double required = (of->terms->total_minimum + of->terms->buffer) * sum->assets;
    bool has_assets = book->total_assets > 0;
    out[PLIM_CAR] = in_units(total / sum->assets);
    out[PLIM_TIER1_RATIO] = in_units(tier1 / sum->assets);
    out[PLIM_CET1_RATIO] = in_units(state->cet1 / sum->assets);
    out[PLIM_LEVERAGE_RATIO] =
        has_assets ? in_units(tier1 / sum->total_assets) : PLIM_CAPITAL_EMPTY;
    out[PLIM_CAR_HELD] =
        in_units((book->total_capital - state->excess_loss) / (book->rwa - state->excess_loss));
    out[PLIM_NPL_RATIO] = in_units(sum->loans > 0 ? sum->npl / sum->loans : 0);
    out[PLIM_COVERAGE_RATIO] =
        sum->npl > 0 ? in_units(state->allowance / sum->npl) : PLIM_CAPITAL_EMPTY;
    out[PLIM_PROVISION_RATIO] =
        sum->loans > 0 ? in_units(state->allowance / sum->loans) : PLIM_CAPITAL_EMPTY;
    out[PLIM_TOTAL_CAPITAL] = llrint(total);
    out[PLIM_CAPITAL_BUFFER] = llrint(total - required);
    out[PLIM_RISK_WEIGHTED_ASSETS] = llrint(sum->assets);
    out[PLIM_ALLOWANCE] = llrint(state->allowance);
}

uint16_t plim_capital_year(const plim_capital_case *of, plim_capital_state *state, uint32_t t,
                           const plim_capital_flows *flows, int64_t out[PLIM_CAPITAL_MEASURES])
{
    const plim_capital_terms *terms = of->terms;
    double factor = relent(of, of->sum, t), earlier = state->defaulted, written_off = 0;
    double loss = factor * (double)flows->now->loss;
    double exposure = factor * (double)flows->now->exposure;
    if (flows->written_off != NULL) {
        double then = relent(of, of->sum, t - plim_capital_write_off_lag(terms));
        written_off = then * (double)flows->written_off->loss;
        state->written_off_exposure += then * (double)flows->written_off->exposure;
    }
    state->specific += loss;
    state->defaulted += exposure;
    state->written_off += written_off;
    state->excess_loss += loss - relent(of, of->base_sum, t) * (double)flows->base->loss;

    double performing =
        relent(of, of->sum, t + 1) * (double)(of->sum[t + 1].allowance - flows->now->released);
    double stage3 = (double)of->npl_allowance + state->specific - state->written_off;
    double kept = state->allowance - written_off;
    state->allowance = fmax(performing + stage3, kept);
    double impairment = state->allowance - kept;
    double idle = earlier + exposure / 2; /* defaults come in the middle of the year, on average */
    double profit = of->book->ppnr * volume(of, t) - terms->lending_rate * idle - impairment;
    double net_income = take_profit(state, terms, profit);

    totals sum = totals_of(of, state, t);
    double excess = excess_provisions(terms, state->allowance, sum.npl, sum.assets);
    sum.tier2 = fmax(state->tier2 + excess - state->first_excess, 0);
    double wish = terms->payout * fmax(net_income, 0);
    double dividend = fmin(wish, headroom(state, terms, &sum));
    state->cet1 -= dividend;
    fill(of, state, &sum, out);
    out[PLIM_IMPAIRMENT] = llrint(impairment);
    out[PLIM_NET_INCOME] = llrint(net_income);
    out[PLIM_DIVIDEND] = llrint(dividend);
    uint16_t bits = missed(terms, out);
    state->breached |= bits;
    return bits;
}
