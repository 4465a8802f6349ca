#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "measure/capital.h"
#include "measure/proportion.h"
#include "measure/ranks.h"

#include <math.h>

#define assert_double_near(a, b, room) assert_true(fabs((a) - (b)) <= (room))

#define RATIO(x) ((double)(x) / PLIM_RATIO_UNIT)

/* In fen, small enough to check by hand: capital 100, tier 1 90, CET1 80, assets 800. */
static const plim_bank_sheet bank = {.cet1 = 80,
                                     .tier1 = 90,
                                     .total_capital = 100,
                                     .rwa = 800,
                                     .ppnr = 20,
                                     .provisions = 30,
                                     .total_assets = 1000};
static const plim_capital_terms terms = {.cet1_minimum = 0.05,
                                         .tier1_minimum = 0.06,
                                         .total_minimum = 0.08,
                                         .buffer = 0.025,
                                         .leverage_minimum = 0.04,
                                         .coverage_minimum = 1.2,
                                         .provision_minimum = 0.015,
                                         .tax_rate = 0.25,
                                         .payout = 0.4,
                                         .lending_rate = 0.1,
                                         .performing_weight = 1,
                                         .npl_weight = 1,
                                         .excess_share = 0,
                                         .allocated = 0.105};
static const plim_sheet_sum sum[] = {{.volume = 600, .allowance = 5},
                                     {.volume = 600, .allowance = 6},
                                     {.volume = 600, .allowance = 6},
                                     {.volume = 600, .allowance = 6}};
static const plim_sheet_cell quiet;

static plim_capital_case a_case(void)
{
    return (plim_capital_case){.book = &bank,
                               .terms = &terms,
                               .kind = PLIM_SHEET_STATIC,
                               .sum = sum,
                               .base_sum = sum,
                               .npl_exposure = 20,
                               .npl_allowance = 10};
}

/* Year t in which `now` happens, and nothing in baseline. */
static uint16_t live(const plim_capital_case *of, plim_capital_state *state, uint32_t t,
                     const plim_sheet_cell *now, int64_t *out)
{
    plim_capital_flows flows = {now, &quiet, NULL};
    if (t == 0)
        plim_capital_begin(of, state);
    return plim_capital_year(of, state, t, &flows, out);
}

/* Needed: 6 + 10 = 16 of 30 held; nothing is charged. Profit 20, tax 5, net 15, dividend 6. */
static void a_quiet_year_earns_pays_tax_and_a_dividend(void **unused)
{
    (void)unused;
    plim_capital_case of = a_case();
    plim_capital_state state;
    int64_t out[PLIM_CAPITAL_MEASURES];
    assert_int_equal(live(&of, &state, 0, &quiet, out) & PLIM_MINIMA, 0);
    assert_int_equal(out[PLIM_IMPAIRMENT], 0);
    assert_int_equal(out[PLIM_NET_INCOME], 15);
    assert_int_equal(out[PLIM_DIVIDEND], 6);
    assert_int_equal(out[PLIM_TOTAL_CAPITAL], 109);
    assert_double_near(RATIO(out[PLIM_CAR]), 109.0 / 800, 1e-9);
    assert_double_near(RATIO(out[PLIM_CAR_HELD]), 100.0 / 800, 1e-9);
    assert_double_near(RATIO(out[PLIM_COVERAGE_RATIO]), 30.0 / 20, 1e-9);
    assert_double_near(RATIO(out[PLIM_NPL_RATIO]), 20.0 / 620, 1e-9);
}

/* Loss 100 of 200 that default, of which 2 of allowance go: needed 4 + 10 + 100 = 114, held 30,
   charge 84. Profit 20 - 10 - 84 = -74: capital falls by 74 with the tax asset of 18.5 deducted.
   Next year's profit is 20 - 20 - 0 = 0. */
static void a_loss_is_booked_once_and_reserves_absorb_it_first(void **unused)
{
    (void)unused;
    plim_capital_case of = a_case();
    plim_capital_state state;
    const plim_sheet_cell hit = {100, 200, 2}, after = {0, 0, 2};
    int64_t out[PLIM_CAPITAL_MEASURES];
    uint16_t missed = live(&of, &state, 0, &hit, out);
    assert_int_equal(out[PLIM_ALLOWANCE], 114);
    assert_int_equal(out[PLIM_IMPAIRMENT], 84);
    assert_int_equal(out[PLIM_TOTAL_CAPITAL], 26);
    assert_int_equal(out[PLIM_RISK_WEIGHTED_ASSETS], 700); /* net of the provision of 100 */
    assert_int_equal(out[PLIM_DIVIDEND], 0);
    assert_int_equal(missed & PLIM_MINIMA, PLIM_MINIMA);
    assert_double_near(state.deferred_tax, 18.5, 1e-12);
    assert_double_near(RATIO(out[PLIM_CAR_HELD]), 0, 1e-9); /* 100 - 100 */
    (void)live(&of, &state, 1, &after, out);
    assert_int_equal(out[PLIM_IMPAIRMENT], 0);
    assert_int_equal(out[PLIM_NET_INCOME], 0);
    assert_int_equal(out[PLIM_TOTAL_CAPITAL], 26);
}

/* Profit uses up the deferred tax asset before any tax is paid from capital's view. */
static void a_tax_asset_comes_back_with_profit(void **unused)
{
    (void)unused;
    plim_capital_case of = a_case();
    plim_capital_state state;
    int64_t out[PLIM_CAPITAL_MEASURES];
    plim_capital_begin(&of, &state);
    state.deferred_tax = 3;
    (void)plim_capital_year(&of, &state, 0, &(plim_capital_flows){&quiet, &quiet, NULL}, out);
    assert_double_near(state.deferred_tax, 0, 1e-12);
    assert_int_equal(out[PLIM_TOTAL_CAPITAL], 112); /* 3 more than without */
}

/* No dividend takes a ratio below its requirement with buffer: 10.5 % of 800 is 84. */
static void a_dividend_stops_at_the_requirement(void **unused)
{
    (void)unused;
    plim_bank_sheet thin = bank;
    plim_capital_case of = a_case();
    plim_capital_state state;
    int64_t out[PLIM_CAPITAL_MEASURES];
    thin.cet1 = 51;
    thin.tier1 = 61;
    thin.total_capital = 71;
    of.book = &thin;
    (void)live(&of, &state, 0, &quiet, out);
    assert_int_equal(out[PLIM_DIVIDEND], 2); /* 71 + 15 - 84 */
    assert_int_equal(out[PLIM_CAPITAL_BUFFER], 0);
}

/* Written off a year after default: allowance and NPL fall together, capital stays. */
static void a_write_off_moves_no_capital(void **unused)
{
    (void)unused;
    plim_capital_terms with = terms;
    plim_capital_case of = a_case(), none = a_case();
    const plim_sheet_cell hit = {40, 80, 1}, after = {0, 0, 1};
    int64_t a[PLIM_CAPITAL_MEASURES], b[PLIM_CAPITAL_MEASURES];
    plim_capital_state state, other;
    with.write_off_years = 1;
    of.terms = &with;
    (void)live(&of, &state, 0, &hit, a);
    (void)live(&none, &other, 0, &hit, b);
    (void)plim_capital_year(&of, &state, 1, &(plim_capital_flows){&after, &quiet, &hit}, a);
    (void)live(&none, &other, 1, &after, b);
    assert_int_equal(a[PLIM_ALLOWANCE], b[PLIM_ALLOWANCE] - 40);
    assert_int_equal(a[PLIM_IMPAIRMENT], b[PLIM_IMPAIRMENT]);
    assert_double_near(RATIO(a[PLIM_NPL_RATIO]), 20.0 / (600 + 20 - 80), 1e-9);
    assert_double_near(RATIO(b[PLIM_NPL_RATIO]), 100.0 / 620, 1e-9);
}

/* Excess provisions of 10 count at first, 1.25 % of 800; the loss uses them up: tier 2 falls from
   10 to 0, and never below. */
static void excess_provisions_leave_tier_2_with_the_loss(void **unused)
{
    (void)unused;
    plim_capital_terms with = terms;
    plim_capital_case of = a_case();
    plim_capital_state state;
    const plim_sheet_cell hit = {100, 200, 2};
    int64_t out[PLIM_CAPITAL_MEASURES];
    with.excess_share = 0.0125;
    of.terms = &with;
    (void)live(&of, &state, 0, &quiet, out);
    assert_int_equal(out[PLIM_TOTAL_CAPITAL], 109);
    (void)live(&of, &state, 0, &hit, out);
    assert_int_equal(out[PLIM_TOTAL_CAPITAL], 16); /* 26 without it */
    plim_bank_sheet none = bank;
    none.total_capital = none.tier1; /* no tier 2 to fall */
    of.book = &none;
    (void)live(&of, &state, 0, &hit, out);
    assert_int_equal(out[PLIM_TOTAL_CAPITAL], 16);
}

/* ---- order statistics ---- */

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void ranks_are_those_of_a_sorted_array(void **unused)
{
    (void)unused;
    enum { N = 3001 };
    static int64_t value[N], sorted[N];
    plim_ranks room = {0};
    plim_error err = {0};
    uint64_t x = 88172645463325252U;
    for (int shift = 0; shift < 64; shift += 7) {
        for (int i = 0; i < N; i++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            value[i] = sorted[i] = (int64_t)x >> shift;
        }
        value[5] = sorted[5] = INT64_MAX;
        value[6] = sorted[6] = INT64_MIN;
        qsort(sorted, N, sizeof *sorted, ascending);
        const uint32_t rank[] = {1, 2, 151, 1501, 2850, N};
        int64_t out[6];
        assert_int_equal(plim_ranks_find(&room, value, N, &(plim_ranks_ask){rank, 6, out}, &err),
                         PLIM_OK);
        for (int i = 0; i < 6; i++)
            assert_int_equal(out[i], sorted[rank[i] - 1]);
    }
    plim_ranks_free(&room);
}

/* Wilson's interval, worked out for 1 of 10 and 0 of 100. */
static void shares_have_intervals_that_hold_near_nothing(void **unused)
{
    (void)unused;
    plim_estimate one = plim_proportion(1, 10), none = plim_proportion(0, 100);
    assert_double_near(one.low, 0.017875, 1e-5);
    assert_double_near(one.high, 0.404150, 1e-4);
    assert_double_near(none.low, 0, 0);
    assert_double_near(none.high, 0.036994, 1e-5);
    assert_double_near(plim_proportion(10, 10).high, 1, 0);
}

/* The screen and workbooks ask base/table.h what a measure is. */
static void amounts_are_known_as_such(void **state)
{
    (void)state;
    for (int i = 0; i < PLIM_CAPITAL_MEASURES; i++) {
        plim_capital_measure measure = (plim_capital_measure)i;
        assert_int_equal(plim_measure_is_amount("capital", plim_capital_measure_name(measure)),
                         !plim_capital_measure_is_ratio(measure));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_known_as_such),
        cmocka_unit_test(a_quiet_year_earns_pays_tax_and_a_dividend),
        cmocka_unit_test(a_loss_is_booked_once_and_reserves_absorb_it_first),
        cmocka_unit_test(a_tax_asset_comes_back_with_profit),
        cmocka_unit_test(a_dividend_stops_at_the_requirement),
        cmocka_unit_test(a_write_off_moves_no_capital),
        cmocka_unit_test(excess_provisions_leave_tier_2_with_the_loss),
        cmocka_unit_test(ranks_are_those_of_a_sorted_array),
        cmocka_unit_test(shares_have_intervals_that_hold_near_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
