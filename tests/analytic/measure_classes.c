/* Shares of classes against closed forms, on a book of like borrowers without common factors.
 *
 * A borrower defaults in year t with probability q_t = PD (1 - PD)^(t - 1), on a day spread evenly
 * over the year. With a rate of cure c the wait is beyond x days with probability (1 - c)^(x /
 * 365). Sums go over all days, so they are exact. */
#include "../support/class_fixture.h"

#include "measure/holdings.h"
#include "measure/tables.h"

enum { BORROWERS = 4000, YEARS = 4, PATHS = 1024 };
static const double pd = 0.06;

static double chance(int year)
{
    return pd * pow(1 - pd, year);
}

static double waits_longer(const plim_class_policy *p, double days)
{
    return p->cure_rate > 0 ? pow(1 - p->cure_rate, fmax(days, 0) / 365) : 1;
}

/* Adds what `since` days of default make of a unit: expected shares by class. */
static void add_since(const plim_class_policy *p, int since, double weight, double *share)
{
    double restructured = p->restructured_share;
    for (int kind = 0; kind < 2; kind++) {
        double part = weight * (kind ? restructured : 1 - restructured);
        int stays = (int)(kind ? p->observation_days : p->upgrade_days);
        /* a wait of w whole days: P(w <= floor < w + 1) */
        for (int w = 0; w <= since; w++) {
            double here = part * (waits_longer(p, w) - waits_longer(p, w + 1));
            int after = since - w - stays;
            int class = 90 + w > 360 ? 5 : 90 + w > 270 ? 4 : 3;
            share[after >= p->special_days ? 1 : after >= 0 ? 2 : class] += here;
        }
        int class = 90 + since > 360 ? 5 : 90 + since > 270 ? 4 : 3;
        share[class] += part * waits_longer(p, since + 1);
    }
}

static void find_shares(const plim_class_policy *p, int year, double share[6])
{
    int today = 365 * (year + 1);
    double gone = 0;
    for (int i = 0; i < 6; i++)
        share[i] = 0;
    for (int t = 0; t < YEARS; t++)
        for (int d = 1; d <= 365; d++) {
            int day = 365 * t + d;
            double weight = chance(t) / 365;
            gone += today > day - 83 ? weight : 0;
            if (today >= day)
                add_since(p, today - day, weight, share);
            else if (today > day - 83)
                share[2] += weight;
        }
    share[1] += 1 - gone;
}

static void check(const plim_class_policy *policy)
{
    fixture_world w = {0};
    fixture_classes c;
    plim_tallies t;
    plim_holdings holdings = {0};
    plim_table table;
    fixture_loan *loans = fixture_equal_loans(BORROWERS, 1000, 0.3);
    fixture_book(&w.book, BORROWERS, 1, loans, BORROWERS);
    plim_free(loans);
    for (uint32_t b = 0; b < BORROWERS; b++)
        fixture_set_pd(&w.book, b, pd);
    fixture_program(&w.program, 0, 2026, 2025 + YEARS);
    w.program.baseline_years = YEARS;
    fixture_make(&w.plan, &w.book, &w.program);
    fixture_classify(&c, &w.plan, policy);
    fixture_simulate(&t, &w.plan, PATHS, 3);
    MUST(plim_holdings_add(&holdings, &w.plan, &t, &must_err));
    plim_measured of = {&w.plan, &t, &holdings, 3};
    MUST(plim_table_init(&table, plim_table_spec_find("classes"), &must_err));
    MUST(plim_measure_classes(&table, &of, &must_err));
    assert_int_equal(table.n_rows, YEARS * PLIM_ASSET_CLASSES);
    double squares = 0;
    int looked_at = 0;
    for (int year = 0; year < YEARS; year++) {
        double want[6], sum = 0;
        find_shares(policy, year, want);
        for (int to = 1; to <= PLIM_ASSET_CLASSES; to++) {
            size_t row = (size_t)(year * PLIM_ASSET_CLASSES + to - 1);
            double share = table.columns[6].number[row], error = table.columns[7].number[row];
            assert_int_equal(table.columns[4].integer[row], to);
            sum += share;
            if (want[to] == 0) {
                assert_true(share == 0 && error == 0);
                continue;
            }
            double z = (share - want[to]) / error;
            if (!(fabs(z) < 4))
                fail_msg("year %d, class %d: %g +- %g, not %g", year, to, share, error, want[to]);
            squares += z * z;
            looked_at++;
        }
        assert_near(sum, 1, 1e-12);
    }
    /* errors neither too small nor too large */
    assert_true(squares / looked_at > 0.2 && squares / looked_at < 3);
    plim_table_free(&table);
    plim_holdings_free(&holdings);
    plim_tallies_free(&t);
    fixture_declassify(&c);
    fixture_drop(&w);
}

static void without_cures(void **state)
{
    (void)state;
    plim_class_policy policy = fixture_class_policy;
    policy.cure_rate = 0;
    check(&policy);
}

static void with_cures(void **state)
{
    (void)state;
    check(&fixture_class_policy);
}

/* A worse scenario never brings a later day, and days spread evenly over the year. */
static void days_spread_evenly(void **state)
{
    (void)state;
    fixture_world w = {0};
    fixture_classes c;
    fixture_loan *loans = fixture_equal_loans(BORROWERS, 1000, 0.3);
    fixture_book(&w.book, BORROWERS, 1, loans, BORROWERS);
    plim_free(loans);
    fixture_program(&w.program, 1, 2026, 2027);
    fixture_factors(&w.program, 1, 0, 0.5);
    w.program.model.loading[0] = fixture_constant(&w.program, 0.4);
    for (uint32_t b = 0; b < BORROWERS; b++)
        fixture_set_pd(&w.book, b, pd);
    for (int t = 0; t < 2; t++)
        w.program.scenarios[0].pd[t] = fixture_constant(&w.program, 1.5 * pd);
    fixture_make(&w.plan, &w.book, &w.program);
    fixture_classify(&c, &w.plan, &fixture_class_policy);
    plim_screen screen;
    plim_workspace *workspace;
    enum { OCTETS_AT_ONCE = 16 };
    MUST(plim_screen_make(&screen, &(plim_screen_config){.plan = &w.plan, .threads = 1, .seed = 4},
                          &must_err));
    plim_workspace_config config = {.screen = &screen,
                                    .seed = 4,
                                    .isa = fixture_best_isa(),
                                    .n_octets = OCTETS_AT_ONCE,
                                    .day_paths = 100};
    MUST(plim_workspace_create(&workspace, &config, &must_err));
    uint32_t octet[OCTETS_AT_ONCE];
    for (uint32_t o = 0; o < OCTETS_AT_ONCE; o++)
        octet[o] = o;
    plim_workspace_load(workspace, octet, OCTETS_AT_ONCE);
    double count[5] = {0}, n = 0, chi2 = 0;
    for (uint32_t chunk = 0; chunk < screen.n_chunks; chunk++) {
        const plim_events *events;
        MUST(plim_workspace_chunk(workspace, chunk, &events, &must_err));
        for (size_t e = 0; e < events->count; e++) {
            const uint8_t *year = events->year + e * 2;
            const uint16_t *day = events->day + e * 2;
            if (events->event[e].path >= 100 || year[1] == 0)
                continue;
            assert_true(day[1] >= 1 && day[1] <= 365);
            count[(day[1] - 1) / 73]++;
            n++;
            if (year[0] != 0)
                assert_true((year[1] - 1) * 365 + day[1] <= (year[0] - 1) * 365 + day[0]);
        }
    }
    for (int i = 0; i < 5; i++)
        chi2 += (count[i] - n / 5) * (count[i] - n / 5) / (n / 5);
    assert_true(n > 50000);
    assert_true(chi2 < 18.5); /* 99.9 % of a chi-squared variable of 4 degrees */
    plim_workspace_destroy(workspace);
    plim_screen_free(&screen);
    fixture_declassify(&c);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_cures),
        cmocka_unit_test(with_cures),
        cmocka_unit_test(days_spread_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
