/* Proxies on books so small that every number can be worked out by hand. */
#include "../support/book_fixture.h"

#include "book/proxy.h"
#include "math/low_default.h"

#define NONE ((double)NAN)

/* ---- rules ------------------------------------------------------------------------------ */

static void add(plim_proxy_list *list, const char *key, const char *unit, double a, double b)
{
    MUST(plim_proxy_list_add(list, key, unit, (double[]){a, b}, &must_err));
}

static plim_proxy_pd_row *add_pd(plim_proxy_rules *rules, int class, double overdue, double pd)
{
    void *rows = rules->pd;
    assert_int_equal(plim_grow(&rows, &rules->pd_capacity, rules->n_pd + 1, sizeof *rules->pd), 0);
    rules->pd = rows;
    rules->pd[rules->n_pd] = (plim_proxy_pd_row){.class = class, .overdue = overdue, .pd = pd};
    return &rules->pd[rules->n_pd++];
}

static void pd_rules(plim_proxy_rules *rules)
{
    plim_proxy_rules_init(rules);
    plim_proxy_pd_row *row = add_pd(rules, 1, 0, 0.01);
    add(&row->sectors, "C", NULL, 0.02, NONE);
    add(&row->sectors, "C307", NULL, 0.03, NONE);
    add_pd(rules, 1, 31, 0.1);
    add_pd(rules, 2, 0, 0.08);
    add_pd(rules, 3, 0, 0.5);
    add_pd(rules, 0, 0, 0.04);
    add_pd(rules, 0, 31, 0.2);
    rules->pd_otherwise = 0.06;
}

static void emission_rules(plim_proxy_rules *rules)
{
    static plim_proxy_grid_year years[2];
    plim_proxy_rules_init(rules);
    add(&rules->fuels, "gas", "m3", 0.002, NONE);
    add(&rules->fuels, "heat", "GJ", NONE, 0.1);
    rules->power_column = plim_strdup("electricity");
    rules->grid = plim_alloc(2, sizeof *rules->grid);
    memcpy(rules->grid, years, sizeof years);
    rules->n_grid = 2;
    rules->grid[0].year = 2021;
    add(&rules->grid[0].regions, "", NULL, 0.6, NONE);
    rules->grid[1].year = 2022;
    add(&rules->grid[1].regions, "50", NULL, 0.5, NONE);
    add(&rules->grid[1].regions, "51", NULL, 0.1, NONE);
    rules->output_column = plim_strdup("output");
    rules->output_unit_column = plim_strdup("output_unit");
    add(&rules->output, "C307", "m2", 0.01, 0.005);
    add(&rules->revenue, "C", NULL, 20, 10);
    add(&rules->revenue, "C307", NULL, 100, 30);
    rules->quality[PLIM_RUNG_REPORTED] = rules->quality[PLIM_RUNG_ENERGY] = 2;
    rules->quality[PLIM_RUNG_OUTPUT] = 3;
    rules->quality[PLIM_RUNG_REVENUE] = 4;
}

/* ---- books ------------------------------------------------------------------------------ */

static void frame_ids(plim_frame *frame, const char *name, size_t n, char letter)
{
    static char text[64][24];
    const char *ids[64];
    frame->name = plim_strdup(name);
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(text[i], sizeof text[i], "%c%02zu", letter, i);
        ids[i] = text[i];
    }
    (void)fixture_texts(frame, "id", n, ids);
}

/* n borrowers b00 ... with one loan each of 100 CNY, in turn at banks k00 and k01. */
static void make_book(plim_book_tables_data *tables, size_t n)
{
    static char text[64][24];
    const char *borrower[64], *bank[64];
    double balance[64];
    *tables = (plim_book_tables_data){.as_of = "2025-12-31", .currency = "CNY"};
    frame_ids(&tables->banks, "banks", 2, 'k');
    frame_ids(&tables->borrowers, "borrowers", n, 'b');
    frame_ids(&tables->loans, "loans", n, 'l');
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(text[i], sizeof text[i], "b%02zu", i);
        borrower[i] = text[i];
        bank[i] = i % 2 == 0 ? "k00" : "k01";
        balance[i] = 100;
    }
    (void)fixture_texts(&tables->loans, "borrower", n, borrower);
    (void)fixture_texts(&tables->loans, "bank", n, bank);
    (void)fixture_numbers(&tables->loans, "balance", n, balance);
}

static void apply(plim_book_tables_data *tables, plim_proxy_rules *rules, plim_proxy_counts *counts)
{
    *counts = (plim_proxy_counts){0};
    MUST(plim_proxy_apply(tables, rules, counts, &must_err));
}

static void done(plim_book_tables_data *tables, plim_proxy_rules *rules, plim_proxy_counts *counts)
{
    plim_proxy_counts_free(counts);
    plim_proxy_rules_free(rules);
    plim_book_tables_data_free(tables);
}

static double at(const plim_frame *frame, const char *column, size_t row)
{
    const plim_column *found = plim_frame_find(frame, column);
    assert_non_null(found);
    return found->number[row];
}

static const char *word(const plim_frame *frame, const char *column, size_t row)
{
    const plim_column *found = plim_frame_find(frame, column);
    assert_non_null(found);
    return plim_column_text(found, row);
}

static void expect_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g, expected %.17g", value, expected);
}

/* Rows and balance (fen) of a target, bank and rule; 0 where there are none. */
static plim_proxy_count counted(const plim_proxy_counts *counts, plim_proxy_target target,
                                const char *bank, plim_proxy_rule rule)
{
    for (size_t i = 0; i < counts->count; i++)
        if (counts->items[i].target == target && counts->items[i].rule == rule &&
            strcmp(counts->banks.text[counts->items[i].bank], bank) == 0)
            return counts->items[i];
    return (plim_proxy_count){0};
}

/* ---- PD --------------------------------------------------------------------------------- */

static void pd_by_class_overdue_and_sector(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    enum { N = 12 };
    make_book(&tables, N);
    (void)fixture_texts(&tables.borrowers, "sector", N,
                        (const char *const[N]){"C3071", "C2710", "F5164", "", "C3071", "F5", "F5",
                                               "F5", "F5", "F5", "F5", "F5"});
    (void)fixture_numbers(
        &tables.borrowers, "pd", N,
        (double[N]){NONE, NONE, NONE, NONE, 0.007, NONE, NONE, NONE, NONE, NONE, NONE, 0.5});
    (void)fixture_texts(
        &tables.borrowers, "pd_source", N,
        (const char *const[N]){"", "", "reported", "", "", "", "", "", "", "", "", "estimated"});
    (void)fixture_numbers(&tables.loans, "class", N,
                          (double[N]){1, 1, 1, 1, 1, 1, 2, 3, NONE, NONE, NONE, 1});
    (void)fixture_numbers(&tables.loans, "days_overdue", N,
                          (double[N]){0, 0, 0, 0, 0, 40, NONE, 100, 0, 35, NONE, 0});
    pd_rules(&rules);
    apply(&tables, &rules, &counts);
    static const double expected[N] = {0.03, 0.02, 0.01, 0.01, 0.007, 0.1,
                                       0.08, 0.5,  0.04, 0.2,  0.06,  0.5};
    for (size_t b = 0; b < N; b++) {
        expect_near(at(&tables.borrowers, "pd", b), expected[b], 0);
        assert_string_equal(word(&tables.borrowers, "pd_source", b), b == 4    ? "reported"
                                                                     : b == 11 ? "estimated"
                                                                               : "proxied");
    }
    const plim_proxy_target pd = PLIM_TARGET_PD;
    assert_int_equal(counted(&counts, pd, "k00", PLIM_RULE_REPORTED).rows, 1);
    assert_int_equal(counted(&counts, pd, "k00", PLIM_RULE_CLASS_OVERDUE).rows, 2);
    assert_int_equal(counted(&counts, pd, "k00", PLIM_RULE_CLASS).rows, 1);
    assert_int_equal(counted(&counts, pd, "k00", PLIM_RULE_OVERDUE).rows, 1);
    assert_int_equal(counted(&counts, pd, "k00", PLIM_RULE_OTHERWISE).rows, 1);
    assert_int_equal(counted(&counts, pd, "k01", PLIM_RULE_CLASS_OVERDUE).balance_fen, 40000);
    assert_int_equal(counted(&counts, pd, "k00", PLIM_RULE_MISSING).rows, 0);
    done(&tables, &rules, &counts);
}

/* The worst class and the most days of all loans of a borrower count, also at another bank; a
   borrower counts at each bank with its balance there. */
static void a_borrower_is_all_its_loans(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    make_book(&tables, 4);
    plim_column *borrower = plim_frame_find(&tables.loans, "borrower");
    for (size_t l = 0; l < 3; l++) /* b00 owes l00, l01, l02; b01 and b02 nothing */
        MUST(plim_column_set_text(borrower, l, "b00", &must_err));
    (void)fixture_numbers(&tables.loans, "class", 4, (double[]){1, 2, 1, 1});
    pd_rules(&rules);
    rules.pd_otherwise = NONE;
    apply(&tables, &rules, &counts);
    expect_near(at(&tables.borrowers, "pd", 0), 0.08, 0);
    expect_near(at(&tables.borrowers, "pd", 3), 0.01, 0);
    assert_true(isnan(at(&tables.borrowers, "pd", 1)));
    assert_string_equal(word(&tables.borrowers, "pd_source", 1), "");
    plim_proxy_count k00 = counted(&counts, PLIM_TARGET_PD, "k00", PLIM_RULE_CLASS);
    assert_int_equal(k00.rows, 1);
    assert_int_equal(k00.balance_fen, 20000);
    assert_int_equal(counted(&counts, PLIM_TARGET_PD, "k01", PLIM_RULE_CLASS).rows, 2);
    assert_int_equal(counted(&counts, PLIM_TARGET_PD, "", PLIM_RULE_MISSING).rows, 2);
    assert_int_equal(counted(&counts, PLIM_TARGET_PD, "", PLIM_RULE_MISSING).balance_fen, 0);
    done(&tables, &rules, &counts);
}

/* 20 borrowers of C, one in default and two overdue, 20 of F in good order. */
static void low_default_pools(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    enum { N = 40 };
    const char *sector[N];
    double class[N], days[N];
    for (size_t b = 0; b < N; b++) {
        sector[b] = b < 20 ? "C3071" : "F5164";
        class[b] = b == 0 ? 3 : b == 1 ? 2 : 1;
        days[b] = b == 2 ? 5 : 0;
    }
    make_book(&tables, N);
    (void)fixture_texts(&tables.borrowers, "sector", N, sector);
    (void)fixture_numbers(&tables.loans, "class", N, class);
    (void)fixture_numbers(&tables.loans, "days_overdue", N, days);
    pd_rules(&rules);
    rules.low_default = (plim_proxy_low_default){.on = true,
                                                 .confidence = 0.9,
                                                 .by = PLIM_POOL_SECTOR,
                                                 .digits = 1,
                                                 .least_obligors = 20,
                                                 .most_defaults = 1};
    apply(&tables, &rules, &counts);
    double bound = plim_low_default_bound(1, 20, 0.9, 0);
    expect_near(at(&tables.borrowers, "pd", 5), bound, 0);
    expect_near(at(&tables.borrowers, "pd", 25), 1 - pow(0.1, 1.0 / 20), 1e-12);
    assert_string_equal(word(&tables.borrowers, "pd_source", 25), "estimated");
    expect_near(at(&tables.borrowers, "pd", 0), 0.5, 0);  /* in default */
    expect_near(at(&tables.borrowers, "pd", 1), 0.08, 0); /* special mention */
    expect_near(at(&tables.borrowers, "pd", 2), 0.03, 0); /* overdue */
    plim_proxy_counts_free(&counts);

    /* a pool too small, or with too many defaults, takes the table */
    fixture_drop(&tables.borrowers, "pd");
    fixture_drop(&tables.borrowers, "pd_source");
    rules.low_default.most_defaults = 0;
    apply(&tables, &rules, &counts);
    expect_near(at(&tables.borrowers, "pd", 5), 0.03, 0);
    expect_near(at(&tables.borrowers, "pd", 25), 1 - pow(0.1, 1.0 / 20), 1e-12);
    plim_proxy_counts_free(&counts);
    fixture_drop(&tables.borrowers, "pd");
    fixture_drop(&tables.borrowers, "pd_source");
    rules.low_default.least_obligors = 21;
    apply(&tables, &rules, &counts);
    expect_near(at(&tables.borrowers, "pd", 25), 0.01, 0);
    plim_proxy_counts_free(&counts);

    /* by class: the best class counts all, the next itself and all worse ones */
    fixture_drop(&tables.borrowers, "pd");
    fixture_drop(&tables.borrowers, "pd_source");
    rules.low_default.by = PLIM_POOL_CLASS;
    rules.low_default.least_obligors = 1;
    rules.low_default.most_defaults = 5;
    rules.low_default.correlation = 0.12;
    apply(&tables, &rules, &counts);
    expect_near(at(&tables.borrowers, "pd", 5), plim_low_default_bound(1, 40, 0.9, 0.12), 0);
    expect_near(at(&tables.borrowers, "pd", 1), plim_low_default_bound(1, 2, 0.9, 0.12), 0);
    expect_near(at(&tables.borrowers, "pd", 0), 0.5, 0);
    done(&tables, &rules, &counts);
}

/* A microloan company: no PD, no class, no LGD; half of it does not even count days. */
static void finance_bodies_without_pd(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    make_book(&tables, 4);
    (void)fixture_numbers(&tables.loans, "days_overdue", 4, (double[]){0, NONE, 60, NONE});
    pd_rules(&rules);
    add(&rules.unsecured, "", NULL, 0.45, NONE);
    apply(&tables, &rules, &counts);
    static const double expected[] = {0.04, 0.06, 0.2, 0.06};
    for (size_t b = 0; b < 4; b++) {
        expect_near(at(&tables.borrowers, "pd", b), expected[b], 0);
        expect_near(at(&tables.loans, "lgd", b), 0.45, 0);
        assert_string_equal(word(&tables.loans, "lgd_source", b), "proxied");
    }
    done(&tables, &rules, &counts);
}

/* ---- LGD -------------------------------------------------------------------------------- */

static void lgd_by_collateral(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    enum { N = 7, PIECES = 7 };
    make_book(&tables, N);
    /* l00 half covered by a flat; l01 and l02 share a plot; l03 covered by cash and a car; l04's
       piece has no value, l05's is of a kind without rule; l06 states its LGD */
    tables.collateral.name = plim_strdup("collateral");
    (void)fixture_texts(&tables.collateral, "id", PIECES,
                        (const char *const[]){"p0", "p1", "p1", "", "", "p4", "p5"});
    (void)fixture_texts(&tables.collateral, "loan", PIECES,
                        (const char *const[]){"l00", "l01", "l02", "l03", "l03", "l04", "l05"});
    (void)fixture_texts(
        &tables.collateral, "type", PIECES,
        (const char *const[]){"flat in town", "land", "land", "car", "cash", "land", "stamps"});
    (void)fixture_numbers(&tables.collateral, "value", PIECES,
                          (double[]){100, 200, 200, 1000, 30, NONE, 500});
    (void)fixture_numbers(&tables.collateral, "haircut", PIECES,
                          (double[]){0.5, NONE, NONE, NONE, NONE, NONE, NONE});
    (void)fixture_numbers(&tables.loans, "lgd", N,
                          (double[]){NONE, NONE, NONE, NONE, NONE, NONE, 0.33});
    (void)fixture_numbers(&tables.loans, "undrawn", N, (double[]){0, 0, 200, 0, 0, 0, 0});
    (void)fixture_numbers(&tables.loans, "ccf", N, (double[]){0, 0, 1, 0, 0, 0, 0});
    (void)fixture_numbers(&tables.borrowers, "household", N, (double[]){0, 0, 0, 0, 0, 1, 0});
    plim_proxy_rules_init(&rules);
    add(&rules.collateral, "flat", NULL, 0.4, 0.2);
    add(&rules.collateral, "land", NULL, 0.4, 0.3);
    add(&rules.collateral, "car", NULL, 0.2, 0.25);
    add(&rules.collateral, "cash", NULL, 0, 0);
    add(&rules.unsecured, "", NULL, 0.4, NONE);
    rules.unsecured_household = 0.5;
    apply(&tables, &rules, &counts);
    expect_near(at(&tables.loans, "lgd", 0), 0.5 * 0.2 + 0.5 * 0.4, 1e-15); /* own haircut */
    /* the plot's 200 go to exposures of 100 and 300, 50 and 150, and 60 % of that counts */
    expect_near(at(&tables.loans, "lgd", 1), 0.3 * 0.3 + 0.7 * 0.4, 1e-15);
    expect_near(at(&tables.loans, "lgd", 2), 0.3 * 0.3 + 0.7 * 0.4, 1e-15);
    expect_near(at(&tables.loans, "lgd", 3), 0.3 * 0 + 0.7 * 0.25, 1e-15); /* cash first */
    expect_near(at(&tables.loans, "lgd", 4), 0.4, 1e-15);
    expect_near(at(&tables.loans, "lgd", 5), 0.5, 1e-15);
    expect_near(at(&tables.loans, "lgd", 6), 0.33, 0);
    assert_string_equal(word(&tables.loans, "lgd_source", 3), "estimated");
    assert_string_equal(word(&tables.loans, "lgd_source", 4), "proxied");
    assert_string_equal(word(&tables.loans, "lgd_source", 6), "reported");
    assert_int_equal(counted(&counts, PLIM_TARGET_LGD, "k00", PLIM_RULE_COLLATERAL).rows, 2);
    assert_int_equal(counted(&counts, PLIM_TARGET_LGD, "k01", PLIM_RULE_COLLATERAL).rows, 2);
    assert_int_equal(counted(&counts, PLIM_TARGET_LGD, "k01", PLIM_RULE_UNSECURED).balance_fen,
                     10000);
    plim_proxy_counts_free(&counts);
    fixture_drop(&tables.loans, "lgd");
    fixture_drop(&tables.loans, "lgd_source");
    rules.least_lgd = 0.2;
    apply(&tables, &rules, &counts);
    expect_near(at(&tables.loans, "lgd", 3), 0.2, 0);
    done(&tables, &rules, &counts);
}

/* ---- emissions -------------------------------------------------------------------------- */

static void emissions_down_the_ladder(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    enum { N = 8 };
    make_book(&tables, N);
    /* b00 reports both, b01 scope 1 alone, b02 has bills, b03 output, b04 output in another unit,
       b05 revenue alone, b06 nothing, b07 is a household */
    (void)fixture_texts(&tables.borrowers, "sector", N,
                        (const char *const[]){"C3071", "C3071", "C3071", "C3071", "C3071", "C2710",
                                              "C2710", "C2710"});
    (void)fixture_texts(&tables.borrowers, "region", N,
                        (const char *const[]){"500153", "510100", "500153", "500153", "500153",
                                              "500153", "500153", "500153"});
    (void)fixture_numbers(&tables.borrowers, "scope1", N,
                          (double[]){7, 8, NONE, NONE, NONE, NONE, NONE, NONE});
    (void)fixture_numbers(&tables.borrowers, "scope2", N,
                          (double[]){3, NONE, NONE, NONE, NONE, NONE, NONE, NONE});
    (void)fixture_numbers(&tables.borrowers, "emission_quality", N,
                          (double[]){1, NONE, NONE, NONE, NONE, NONE, NONE, NONE});
    (void)fixture_numbers(&tables.borrowers, "electricity", N,
                          (double[]){9, 1e6, 2e6, NONE, NONE, NONE, NONE, NONE});
    plim_column *gas = fixture_numbers(&tables.borrowers, "gas", N,
                                       (double[]){NONE, NONE, 5e5, NONE, NONE, NONE, NONE, NONE});
    gas->unit = plim_strdup("m3");
    (void)fixture_numbers(&tables.borrowers, "heat", N,
                          (double[]){NONE, NONE, 40, NONE, NONE, NONE, NONE, NONE});
    (void)fixture_numbers(&tables.borrowers, "output", N,
                          (double[]){NONE, NONE, NONE, 4e5, 4e5, NONE, NONE, NONE});
    (void)fixture_texts(&tables.borrowers, "output_unit", N,
                        (const char *const[]){"", "", "", "m2", "t", "", "", ""});
    (void)fixture_numbers(&tables.borrowers, "revenue", N,
                          (double[]){1e8, 1e8, 1e8, 1e8, 2e7, 3e6, NONE, 1e5});
    (void)fixture_numbers(&tables.borrowers, "household", N, (double[]){0, 0, 0, 0, 0, 0, 0, 1});
    emission_rules(&rules);
    apply(&tables, &rules, &counts);
    static const double scope1[N] = {7, 8, 1000, 4000, 2000, 60, NONE, NONE};
    static const double scope2[N] = {3, 100, 1004, 2000, 600, 30, NONE, NONE};
    static const double quality[N] = {1, 2, 2, 3, 4, 4, NONE, NONE};
    static const char *const source[N] = {"reported", "estimated", "estimated", "estimated",
                                          "proxied",  "proxied",   "",          ""};
    for (size_t b = 0; b < N; b++) {
        const double *expected[] = {scope1, scope2, quality};
        const char *const columns[] = {"scope1", "scope2", "emission_quality"};
        for (int c = 0; c < 3; c++) {
            double value = at(&tables.borrowers, columns[c], b);
            if (isnan(expected[c][b]) ? !isnan(value) : !(fabs(value - expected[c][b]) <= 1e-9))
                fail_msg("%s of b%02zu: %.17g, expected %g", columns[c], b, value, expected[c][b]);
        }
        assert_string_equal(word(&tables.borrowers, "emission_source", b), source[b]);
    }
    assert_string_equal(word(&tables.borrowers, "scope1_source", 1), "reported");
    assert_string_equal(word(&tables.borrowers, "scope2_source", 1), "estimated");
    assert_int_equal(counted(&counts, PLIM_TARGET_SCOPE2, "k01", PLIM_RULE_ENERGY).rows, 1);
    assert_int_equal(counted(&counts, PLIM_TARGET_SCOPE2, "k01", PLIM_RULE_OUTPUT).rows, 1);
    assert_int_equal(counted(&counts, PLIM_TARGET_SCOPE2, "k00", PLIM_RULE_REVENUE).rows, 1);
    assert_int_equal(counted(&counts, PLIM_TARGET_SCOPE1, "k00", PLIM_RULE_MISSING).balance_fen,
                     10000);
    done(&tables, &rules, &counts);
}

/* The grid factor of the last year that as_of has reached; of the first where it has reached none.
 */
static void grid_factors_by_year(void **state)
{
    (void)state;
    static const struct {
        const char *as_of;
        double scope2; /* of 1,000 MWh at region 50; NaN: no factor of 2022 for region 99 */
    } cases[] = {
        {"2020-12-31", 600}, {"2021-06-30", 600}, {"2022-12-31", 500}, {"2030-12-31", 500}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_book_tables_data tables;
        plim_proxy_rules rules;
        plim_proxy_counts counts;
        make_book(&tables, 2);
        (void)snprintf(tables.as_of, sizeof tables.as_of, "%s", cases[i].as_of);
        (void)fixture_texts(&tables.borrowers, "region", 2, (const char *const[]){"500153", "99"});
        (void)fixture_numbers(&tables.borrowers, "electricity", 2, (double[]){1e6, 1e6});
        emission_rules(&rules);
        apply(&tables, &rules, &counts);
        expect_near(at(&tables.borrowers, "scope2", 0), cases[i].scope2, 1e-9);
        assert_int_equal(isnan(at(&tables.borrowers, "scope2", 1)), cases[i].scope2 < 600);
        done(&tables, &rules, &counts);
    }
}

/* Money is in the book's currency; factors per million CNY say nothing of another one. */
static void another_currency(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    make_book(&tables, 2);
    (void)snprintf(tables.currency, sizeof tables.currency, "USD");
    plim_frame_find(&tables.loans, "balance")->unit = plim_strdup("USD");
    (void)fixture_texts(&tables.borrowers, "sector", 2, (const char *const[]){"C3071", "C3071"});
    (void)fixture_numbers(&tables.borrowers, "revenue", 2, (double[]){1e6, 1e6});
    (void)fixture_numbers(&tables.borrowers, "gas", 2, (double[]){1e6, NONE});
    emission_rules(&rules);
    apply(&tables, &rules, &counts);
    expect_near(at(&tables.borrowers, "scope1", 0), 2000, 1e-9);
    assert_true(isnan(at(&tables.borrowers, "scope1", 1)));
    assert_int_equal(counted(&counts, PLIM_TARGET_SCOPE1, "k01", PLIM_RULE_MISSING).rows, 1);
    done(&tables, &rules, &counts);
}

/* ---- environmental credit --------------------------------------------------------------- */

static void colours(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    enum { N = 9 };
    make_book(&tables, N);
    (void)fixture_texts(
        &tables.borrowers, "env_credit", N,
        (const char *const[]){"环保良好", "", "", "", "59.5", "green", "purple", "", "108"});
    (void)fixture_numbers(&tables.borrowers, "points", N,
                          (double[]){0, 100, 99.9, 60, 108, 0, 99, NONE, NONE});
    plim_proxy_rules_init(&rules);
    rules.score_column = plim_strdup("points");
    add(&rules.scores, "green", NULL, 100, NONE);
    add(&rules.scores, "blue", NULL, 80, NONE);
    add(&rules.scores, "yellow", NULL, 60, NONE);
    add(&rules.scores, "red", NULL, 0, NONE);
    add(&rules.words, "环保良好", "blue", NONE, NONE);
    apply(&tables, &rules, &counts);
    static const char *const expected[N] = {"blue",  "green",  "blue", "yellow", "red",
                                            "green", "purple", "",     "green"};
    for (size_t b = 0; b < N; b++)
        assert_string_equal(word(&tables.borrowers, "env_credit", b), expected[b]);
    const plim_proxy_target env = PLIM_TARGET_ENV_CREDIT;
    assert_int_equal(counted(&counts, env, "k00", PLIM_RULE_WORD).rows, 1);
    assert_int_equal(counted(&counts, env, "k01", PLIM_RULE_SCORE).rows, 2);
    assert_int_equal(counted(&counts, env, "k00", PLIM_RULE_REPORTED).rows, 1); /* purple */
    assert_int_equal(counted(&counts, env, "k01", PLIM_RULE_MISSING).rows, 1);
    done(&tables, &rules, &counts);
}

/* ---- counts ----------------------------------------------------------------------------- */

static void counts_add_up(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    plim_table table = {0};
    enum { N = 9 };
    make_book(&tables, N);
    MUST(plim_column_set_text(plim_frame_find(&tables.loans, "bank"), 8, "nobody", &must_err));
    MUST(plim_column_set_text(plim_frame_find(&tables.loans, "borrower"), 7, "nobody", &must_err));
    (void)fixture_numbers(&tables.loans, "class", N, (double[]){1, 2, NONE, 1, 2, 3, 1, 1, 1});
    emission_rules(&rules);
    plim_proxy_rules pd;
    pd_rules(&pd);
    rules.pd = pd.pd;
    rules.n_pd = pd.n_pd;
    add(&rules.unsecured, "", NULL, 0.4, NONE);
    apply(&tables, &rules, &counts);
    int64_t fen[PLIM_TARGET_COUNT] = {0};
    for (size_t i = 0; i < counts.count; i++)
        fen[counts.items[i].target] += counts.items[i].balance_fen;
    assert_int_equal(fen[PLIM_TARGET_LGD], 90000);
    assert_int_equal(fen[PLIM_TARGET_PD], 80000); /* one loan is nobody's */
    assert_int_equal(fen[PLIM_TARGET_SCOPE1], 80000);
    assert_int_equal(counted(&counts, PLIM_TARGET_LGD, "", PLIM_RULE_UNSECURED).rows, 1);
    MUST(plim_proxy_counts_table(&table, &counts, &must_err));
    assert_int_equal(table.n_rows, counts.count);
    assert_string_equal(plim_table_text(&table, 0, 0), "k00");
    assert_string_equal(plim_table_text(&table, 0, 2), "pd");
    assert_string_equal(plim_table_text(&table, 0, 3), "missing");
    plim_table_free(&table);
    done(&tables, &rules, &counts);
}

/* ---- order of rows, references, faults, memory ------------------------------------------- */

enum { MIXED = 24 };

static void mixed_book(plim_book_tables_data *tables)
{
    double value[MIXED], class[MIXED], revenue[MIXED], power[MIXED];
    const char *sector[MIXED], *type[MIXED], *loan[MIXED], *piece[MIXED];
    static char text[MIXED][24];
    make_book(tables, MIXED);
    for (size_t i = 0; i < MIXED; i++) {
        (void)snprintf(text[i], sizeof text[i], "l%02zu", i * 7 % MIXED);
        loan[i] = text[i];
        piece[i] = i % 3 == 0 ? "p" : i % 3 == 1 ? "q" : "";
        type[i] = i % 2 == 0 ? "land" : "car";
        value[i] = piece[i][0] != '\0' ? 777.77 : 13.1 * (double)i;
        class[i] = 1 + (double)(i % 3);
        sector[i] = i % 2 == 0 ? "C3071" : "F5164";
        revenue[i] = i % 4 == 0 ? NONE : 1e6 * (double)i;
        power[i] = i % 5 == 0 ? 1e5 * (double)i : NONE;
    }
    tables->collateral.name = plim_strdup("collateral");
    (void)fixture_texts(&tables->collateral, "id", MIXED, piece);
    (void)fixture_texts(&tables->collateral, "loan", MIXED, loan);
    (void)fixture_texts(&tables->collateral, "type", MIXED, type);
    (void)fixture_numbers(&tables->collateral, "value", MIXED, value);
    (void)fixture_numbers(&tables->loans, "class", MIXED, class);
    (void)fixture_texts(&tables->borrowers, "sector", MIXED, sector);
    (void)fixture_numbers(&tables->borrowers, "revenue", MIXED, revenue);
    (void)fixture_numbers(&tables->borrowers, "electricity", MIXED, power);
}

static void mixed_rules(plim_proxy_rules *rules)
{
    plim_proxy_rules pd;
    emission_rules(rules);
    pd_rules(&pd);
    rules->pd = pd.pd;
    rules->n_pd = pd.n_pd;
    rules->pd_capacity = pd.pd_capacity;
    rules->low_default = (plim_proxy_low_default){.on = true,
                                                  .confidence = 0.9,
                                                  .by = PLIM_POOL_SECTOR,
                                                  .digits = 1,
                                                  .least_obligors = 2,
                                                  .most_defaults = 9};
    add(&rules->collateral, "land", NULL, 0.4, 0.3);
    add(&rules->collateral, "car", NULL, 0.2, 0.25);
    add(&rules->unsecured, "", NULL, 0.4, NONE);
}

static void order_of_rows_changes_nothing(void **state)
{
    (void)state;
    plim_book_tables_data a, b;
    plim_proxy_rules rules;
    plim_proxy_counts of_a, of_b;
    uint32_t backwards[MIXED];
    for (uint32_t i = 0; i < MIXED; i++)
        backwards[i] = MIXED - 1 - i;
    mixed_book(&a);
    mixed_book(&b);
    MUST(plim_frame_reorder(&b.borrowers, backwards, &must_err));
    MUST(plim_frame_reorder(&b.loans, backwards, &must_err));
    MUST(plim_frame_reorder(&b.collateral, backwards, &must_err));
    mixed_rules(&rules);
    apply(&a, &rules, &of_a);
    apply(&b, &rules, &of_b);
    static const char *const columns[] = {"pd", "scope1", "scope2"};
    for (size_t i = 0; i < MIXED; i++) {
        for (int c = 0; c < 3; c++) {
            double x = at(&a.borrowers, columns[c], i),
                   y = at(&b.borrowers, columns[c], MIXED - 1 - i);
            assert_memory_equal(&x, &y, sizeof x);
        }
        double x = at(&a.loans, "lgd", i), y = at(&b.loans, "lgd", MIXED - 1 - i);
        assert_memory_equal(&x, &y, sizeof x);
    }
    assert_int_equal(of_a.count, of_b.count);
    for (size_t i = 0; i < of_a.count; i++) {
        assert_int_equal(of_a.items[i].rule, of_b.items[i].rule);
        assert_int_equal(of_a.items[i].rows, of_b.items[i].rows);
        assert_int_equal(of_a.items[i].balance_fen, of_b.items[i].balance_fen);
    }
    plim_proxy_counts_free(&of_b);
    plim_book_tables_data_free(&b);
    done(&a, &rules, &of_a);
}

/* Done twice is done once: what was filled is then stated, and its source stays. */
static void a_second_time_changes_nothing(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    double pd[MIXED];
    mixed_book(&tables);
    mixed_rules(&rules);
    apply(&tables, &rules, &counts);
    memcpy(pd, plim_frame_find(&tables.borrowers, "pd")->number, sizeof pd);
    plim_proxy_counts_free(&counts);
    apply(&tables, &rules, &counts);
    assert_memory_equal(pd, plim_frame_find(&tables.borrowers, "pd")->number, sizeof pd);
    assert_string_equal(word(&tables.borrowers, "pd_source", 0), "estimated");
    assert_string_equal(word(&tables.borrowers, "pd_source", 1), "proxied");
    assert_string_equal(word(&tables.loans, "lgd_source", 0), "estimated");
    done(&tables, &rules, &counts);
}

static void references_of_either_kind(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts;
    for (int ids = 0; ids < 2; ids++) { /* row numbers, then ids that are integers */
        make_book(&tables, 3);
        fixture_drop(&tables.loans, "borrower");
        (void)fixture_integers(&tables.loans, "borrower", 3,
                               ids ? (int64_t[]){30, 20, 10} : (int64_t[]){2, 1, 0});
        if (ids) {
            fixture_drop(&tables.borrowers, "id");
            (void)fixture_integers(&tables.borrowers, "id", 3, (int64_t[]){10, 20, 30});
        }
        (void)fixture_numbers(&tables.loans, "class", 3, (double[]){1, 2, 3});
        pd_rules(&rules);
        apply(&tables, &rules, &counts);
        expect_near(at(&tables.borrowers, "pd", 0), 0.5, 0);
        expect_near(at(&tables.borrowers, "pd", 1), 0.08, 0);
        expect_near(at(&tables.borrowers, "pd", 2), 0.01, 0);
        done(&tables, &rules, &counts);
    }
}

static void impossible_inputs(void **state)
{
    (void)state;
    static const struct {
        const char *column;
        double value;
        const char *unit, *says;
    } cases[] = {
        {"electricity", -1, NULL, "column electricity, row 1, id 'b01': -1"},
        {"electricity", 1, "MWh", "the rules of proxies take it in kWh, and it is in 'MWh'"},
        {"gas", (double)INFINITY, NULL, "column gas, row 1"},
        {"gas", 5, "t", "take it in m3"},
        {"revenue", -3, NULL, "column revenue, row 1"},
        {"revenue", 3, "万元", "take it in CNY"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_book_tables_data tables;
        plim_proxy_rules rules;
        plim_proxy_counts counts = {0};
        make_book(&tables, 2);
        plim_column *column = fixture_numbers(&tables.borrowers, cases[i].column, 2,
                                              (double[]){NONE, cases[i].value});
        column->unit = cases[i].unit ? plim_strdup(cases[i].unit) : NULL;
        emission_rules(&rules);
        REFUSED(plim_proxy_apply(&tables, &rules, &counts, &must_err), cases[i].says);
        done(&tables, &rules, &counts);
    }
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts = {0};
    make_book(&tables, 2);
    plim_frame_find(&tables.loans, "balance")->number[1] = 1e30;
    pd_rules(&rules);
    REFUSED(plim_proxy_apply(&tables, &rules, &counts, &must_err), "column balance, row 1");
    done(&tables, &rules, &counts);
}

static void runs_out_of_memory(void **state)
{
    (void)state;
    plim_proxy_rules rules;
    mixed_rules(&rules);
    plim_status status = PLIM_MACHINE;
    for (long nth = 1; status != PLIM_OK; nth++) {
        plim_book_tables_data tables;
        plim_proxy_counts counts = {0};
        mixed_book(&tables);
        must_err = (plim_error){0};
        plim_memory_fail_at(nth, 0);
        status = plim_proxy_apply(&tables, &rules, &counts, &must_err);
        plim_memory_fail_at(0, 0);
        assert_true(status == PLIM_OK || status == PLIM_MACHINE);
        plim_proxy_counts_free(&counts);
        plim_book_tables_data_free(&tables);
    }
    plim_proxy_rules_free(&rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pd_by_class_overdue_and_sector),
        cmocka_unit_test(a_borrower_is_all_its_loans),
        cmocka_unit_test(low_default_pools),
        cmocka_unit_test(finance_bodies_without_pd),
        cmocka_unit_test(lgd_by_collateral),
        cmocka_unit_test(emissions_down_the_ladder),
        cmocka_unit_test(grid_factors_by_year),
        cmocka_unit_test(another_currency),
        cmocka_unit_test(colours),
        cmocka_unit_test(counts_add_up),
        cmocka_unit_test(order_of_rows_changes_nothing),
        cmocka_unit_test(a_second_time_changes_nothing),
        cmocka_unit_test(references_of_either_kind),
        cmocka_unit_test(impossible_inputs),
        cmocka_unit_test(runs_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
