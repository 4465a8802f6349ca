#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "book/book.h"
#include "book/columns.h"
#include "book_synthetic_fixture.h"

/* ---- shape --------------------------------------------------------------------------------- */

static void has_the_preset_size(void **state)
{
    (void)state;
    assert_string_equal(book.as_of, "2025-12-31");
    assert_string_equal(book.currency, "CNY");
    assert_int_equal(book.banks.n_rows, 8);
    assert_int_equal(book.borrowers.n_rows, 6000);
    assert_in_range(book.loans.n_rows, 8500, 9700);
    assert_true(book.collateral.n_rows > book.loans.n_rows / 2);
    assert_int_equal(book.excluded.n_rows, 0);
    size_t firms = 0;
    for (size_t i = 0; i < book.borrowers.n_rows; i++)
        firms += is_firm(i);
    assert_in_range(firms, 2550, 2670);
}

static void every_id_is_unique(void **state)
{
    (void)state;
    const plim_frame *frames[] = {&book.banks,      &book.borrowers, &book.loans,
                                  &book.collateral, &book.sites,     &book.insurance};
    plim_names seen = {0};
    size_t total = 0;
    for (int f = 0; f < 6; f++) {
        total += frames[f]->n_rows;
        for (size_t i = 0; i < frames[f]->n_rows; i++)
            assert_int_equal(plim_names_add(&seen, text(frames[f], "id", i), NULL, NULL), PLIM_OK);
    }
    assert_int_equal(seen.count, total);
    plim_names_free(&seen);
    for (size_t i = 0; i < book.borrowers.n_rows; i++) {
        const char *id = text(&book.borrowers, "id", i);
        assert_int_equal(strlen(id), 18); /* as long as a social credit code, and never one */
        assert_memory_equal(id, "SYN500153", 9);
    }
}

/* A source over the tables in memory: what store/ would hand in. */
static const plim_book_tables_data *served;

static const char *served_attribute(const plim_source *source, const char *key)
{
    (void)source;
    if (strcmp(key, "as_of") == 0)
        return served->as_of;
    return strcmp(key, "currency") == 0 ? served->currency : NULL;
}

static void copy_column(plim_frame *out, const plim_column *from)
{
    plim_column copy = {0};
    assert_int_equal(plim_column_make(&copy, from->name, from->kind, from->n_rows, NULL), PLIM_OK);
    for (size_t i = 0; i < from->n_rows; i++) {
        if (from->kind == PLIM_COLUMN_NUMBER)
            copy.number[i] = from->number[i];
        else
            assert_int_equal(plim_column_set_text(&copy, i, plim_column_text(from, i), NULL),
                             PLIM_OK);
    }
    assert_int_equal(plim_frame_add(out, &copy, NULL), PLIM_OK);
}

static plim_status served_table(const plim_source *source, const char *table, plim_frame *out,
                                plim_error *err)
{
    (void)source;
    (void)err;
    const plim_frame *frames[] = {&served->banks,      &served->borrowers, &served->loans,
                                  &served->collateral, &served->sites,     &served->insurance};
    out->name = plim_strdup(table);
    for (int f = 0; f < 6; f++)
        for (size_t c = 0; strcmp(frames[f]->name, table) == 0 && c < frames[f]->n_columns; c++)
            copy_column(out, &frames[f]->columns[c]);
    return PLIM_OK;
}

static plim_names served_names;

static const plim_names *served_tables(const plim_source *source)
{
    (void)source;
    return &served_names;
}

static void served_close(plim_source *source)
{
    (void)source;
}

static void load(const plim_book_tables_data *data, plim_book *out)
{
    served = data;
    static const char *const names[] = {"banks",      "borrowers", "loans",
                                        "collateral", "sites",     "insurance"};
    for (int i = 0; i < 6; i++)
        assert_int_equal(plim_names_add(&served_names, names[i], NULL, NULL), PLIM_OK);
    plim_source source = {.path = "synthetic",
                          .attribute = served_attribute,
                          .read_table = served_table,
                          .tables = served_tables,
                          .close = served_close};
    plim_source *sources[] = {&source};
    plim_error err = {0};
    if (plim_book_load(out, sources, 1, PLIM_CONFLICT_REFUSE, NULL, &err) != PLIM_OK)
        fail_msg("%s", err.message);
    plim_names_free(&served_names);
}

static void passes_the_checks_and_ties(void **state)
{
    (void)state;
    plim_book loaded = {0};
    plim_error err = {0};
    load(&book, &loaded);
    for (size_t b = 0; b < loaded.banks.n_rows; b++)
        assert_true(loaded.control_total_fen[b] > 0);
    if (plim_book_tie(&loaded, &err) != PLIM_OK)
        fail_msg("%s", err.message);
    plim_book_free(&loaded);
}

static void every_contract_column_is_there(void **state)
{
    (void)state;
    const plim_frame *frames[] = {&book.banks,      &book.borrowers, &book.loans,
                                  &book.collateral, &book.sites,     &book.insurance};
    for (int f = 0; f < 6; f++) {
        const plim_book_table *table = plim_book_table_find(frames[f]->name);
        for (size_t i = 0; i < table->n_fields; i++) {
            const char *name = table->fields[i].name;
            if (strcmp(name, "rho") != 0 && strstr(name, "_source") == NULL)
                column(frames[f], name);
        }
    }
    assert_string_equal(column(&book.borrowers, "total_assets")->unit, "CNY");
}

/* ---- accounts ------------------------------------------------------------------------------ */

static void accounts_hang_together(void **state)
{
    (void)state;
    const plim_frame *f = &book.borrowers;
    const double *revenue = number(f, "revenue"), *cost = number(f, "operating_cost");
    const double *depreciation = number(f, "depreciation"), *interest = number(f, "interest");
    const double *debt = number(f, "debt"), *equity = number(f, "equity");
    const double *assets = number(f, "total_assets"), *cash = number(f, "cash");
    size_t firms = 0, usual = 0, losing = 0;
    for (size_t i = 0; i < f->n_rows; i++) {
        if (!is_firm(i))
            continue;
        firms++;
        assert_true(fen(assets[i]) == fen(debt[i]) + fen(equity[i]));
        assert_true(equity[i] > 0 && cash[i] > 0 && cash[i] < assets[i]);
        assert_in_range((int64_t)(interest[i] / debt[i] * 1e4 + 0.5), 290, 680);
        assert_true(exposure[i] <= debt[i]);
        double ebit = (double)(fen(revenue[i]) - fen(cost[i]) - fen(depreciation[i])) / 100;
        double cover = ebit / interest[i];
        usual += cover > 1.5 && cover < 8;
        losing += ebit < 0;
    }
    assert_true(100 * usual > 70 * firms);
    assert_true(100 * losing > 3 * firms && 100 * losing < 10 * firms);
}

static double median_margin(const char *sector)
{
    const plim_frame *f = &book.borrowers;
    const double *revenue = number(f, "revenue"), *cost = number(f, "operating_cost");
    const double *depreciation = number(f, "depreciation");
    double low = -1, high = 1;
    for (int step = 0; step < 40; step++) { /* bisection: half of the firms lie below */
        double middle = (low + high) / 2;
        size_t below = 0, n = 0;
        for (size_t i = 0; i < f->n_rows; i++) {
            if (!in_sector(i, sector))
                continue;
            n++;
            below += (revenue[i] - cost[i] - depreciation[i]) / revenue[i] < middle;
        }
        *(2 * below > n ? &high : &low) = middle;
    }
    return low;
}

static void ceramics_have_thin_margins(void **state)
{
    (void)state;
    assert_true(median_margin("C307") > 0.02);
    assert_true(median_margin("C307") < 0.055);
    assert_true(median_margin("C307") < median_margin("C39"));
}

static void households_have_no_accounts(void **state)
{
    (void)state;
    static const char *const empty[] = {
        "revenue",  "operating_cost", "depreciation", "interest", "debt",   "equity",
        "cash",     "total_assets",   "scope1",       "scope2",   "scope3", "emission_quality",
        "disclosed"};
    for (size_t i = 0; i < book.borrowers.n_rows; i++) {
        const char *sector = text(&book.borrowers, "sector", i);
        if (is_firm(i)) {
            assert_in_range(sector[0], 'A', 'T'); /* sections of GB/T 4754 */
            assert_int_equal(strlen(sector), 5);
            continue;
        }
        assert_string_equal(sector, "Z-HOUSEHOLD"); /* no section is called Z */
        assert_string_equal(text(&book.borrowers, "env_class", i), "");
        assert_string_equal(text(&book.borrowers, "env_credit", i), "");
        for (size_t c = 0; c < sizeof empty / sizeof *empty; c++)
            assert_true(isnan(number(&book.borrowers, empty[c])[i]));
    }
}

/* ---- emissions ----------------------------------------------------------------------------- */

static void emissions_follow_sector(void **state)
{
    (void)state;
    const plim_frame *f = &book.borrowers;
    const double *scope1 = number(f, "scope1"), *quality = number(f, "emission_quality");
    const double *revenue = number(f, "revenue");
    size_t cement = 0, steel = 0, thermal = 0, missing = 0, ceramics = 0;
    for (size_t i = 0; i < f->n_rows; i++) {
        if (!is_firm(i))
            continue;
        bool unknown = isnan(scope1[i]);
        missing += unknown;
        assert_true(unknown == (quality[i] >= 5));
        bool needed = in_sector(i, "C307") || in_sector(i, "C301") || in_sector(i, "C31") ||
                      in_sector(i, "D44");
        assert_false(needed && unknown);
        double per_mcny = scope1[i] / (revenue[i] / 1e6);
        if (in_sector(i, "C3011") || in_sector(i, "D4412") || in_sector(i, "C31"))
            assert_true(scope1[i] >= 26000); /* in the scope of the central bank's test of 2021 */
        if (in_sector(i, "C307"))
            assert_true(per_mcny > 20 && per_mcny < 350);
        cement += in_sector(i, "C3011");
        steel += in_sector(i, "C31");
        thermal += in_sector(i, "D4412");
        ceramics += in_sector(i, "C307");
    }
    assert_in_range(cement, 1, 5);
    assert_in_range(steel, 2, 8);
    assert_in_range(thermal, 1, 4);
    assert_in_range(ceramics, 100, 220);
    assert_in_range(missing, 100, 500);
}

static void environmental_credit_is_as_published(void **state)
{
    (void)state;
    static const char *const colour[] = {"green", "blue", "yellow", "red"};
    static const double share[] = {0.1387, 0.7368, 0.1000, 0.0245};
    double count[4] = {0}, firms = 0;
    for (size_t i = 0; i < book.borrowers.n_rows; i++) {
        firms += is_firm(i);
        for (int c = 0; c < 4; c++)
            count[c] += strcmp(text(&book.borrowers, "env_credit", i), colour[c]) == 0;
    }
    for (int c = 0; c < 4; c++) /* within 4 standard errors */
        assert_true(fabs(count[c] / firms - share[c]) <
                    4 * sqrt(share[c] * (1 - share[c]) / firms));
}

/* ---- towns --------------------------------------------------------------------------------- */

static void all_21_towns_occur(void **state)
{
    (void)state;
    static const char *const towns[] = {
        "500153001", "500153002", "500153003", "500153004", "500153005", "500153006", "500153100",
        "500153101", "500153102", "500153103", "500153104", "500153105", "500153106", "500153107",
        "500153108", "500153109", "500153110", "500153111", "500153112", "500153113", "500153114"};
    plim_names known = {0};
    for (int i = 0; i < 21; i++)
        assert_int_equal(plim_names_add(&known, towns[i], NULL, NULL), PLIM_OK);
    size_t count[21] = {0};
    for (size_t i = 0; i < book.borrowers.n_rows; i++) {
        uint32_t town = plim_names_find(&known, text(&book.borrowers, "region", i));
        assert_true(town < 21);
        count[town]++;
    }
    for (int i = 0; i < 21; i++)
        assert_true(count[i] >= 20);
    plim_names_free(&known);
}

/* ---- determinism --------------------------------------------------------------------------- */

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The first n rows of both frames are the same to the bit. */
static bool same_rows(const plim_frame *a, const plim_frame *b, size_t n)
{
    if (a->n_columns != b->n_columns)
        return false;
    for (size_t c = 0; c < a->n_columns; c++) {
        const plim_column *left = &a->columns[c], *right = &b->columns[c];
        if (strcmp(left->name, right->name) != 0)
            return false;
        for (size_t i = 0; i < n; i++) {
            bool same = left->kind == PLIM_COLUMN_NUMBER
                            ? bits_of(left->number[i]) == bits_of(right->number[i])
                            : strcmp(plim_column_text(left, i), plim_column_text(right, i)) == 0;
            if (!same)
                return false;
        }
    }
    return true;
}

static void same_arguments_same_bits(void **state)
{
    (void)state;
    plim_book_tables_data again = make(6000, 1), other = make(6000, 2);
    assert_int_equal(again.loans.n_rows, book.loans.n_rows);
    assert_int_equal(again.collateral.n_rows, book.collateral.n_rows);
    assert_true(same_rows(&again.banks, &book.banks, book.banks.n_rows));
    assert_true(same_rows(&again.borrowers, &book.borrowers, book.borrowers.n_rows));
    assert_true(same_rows(&again.loans, &book.loans, book.loans.n_rows));
    assert_true(same_rows(&again.collateral, &book.collateral, book.collateral.n_rows));
    assert_true(same_rows(&again.sites, &book.sites, book.sites.n_rows));
    assert_true(same_rows(&again.insurance, &book.insurance, book.insurance.n_rows));
    assert_false(same_rows(&other.borrowers, &book.borrowers, book.borrowers.n_rows));
    plim_book_tables_data_free(&again);
    plim_book_tables_data_free(&other);
}

static void more_borrowers_change_no_earlier_one(void **state)
{
    (void)state;
    plim_book_tables_data larger = make(7000, 1);
    assert_int_equal(larger.borrowers.n_rows, 7000);
    assert_true(larger.loans.n_rows > book.loans.n_rows);
    assert_true(same_rows(&larger.borrowers, &book.borrowers, book.borrowers.n_rows));
    assert_true(same_rows(&larger.loans, &book.loans, book.loans.n_rows));
    assert_true(same_rows(&larger.collateral, &book.collateral, book.collateral.n_rows));
    assert_true(same_rows(&larger.sites, &book.sites, book.sites.n_rows));
    assert_true(same_rows(&larger.insurance, &book.insurance, book.insurance.n_rows));
    assert_false(same_rows(&larger.banks, &book.banks, book.banks.n_rows));
    plim_book_tables_data_free(&larger);
}

static void small_books_have_the_large_emitters(void **state)
{
    (void)state;
    plim_book_tables_data small = make(100, 7);
    static const char *const anchors[] = {"C3011", "D4412", "C3120", "C3071", "C3841",
                                          "D4416", "C3130", "D4620", "L7212", "A0313"};
    for (size_t i = 0; i < 10; i++)
        assert_string_equal(text(&small.borrowers, "sector", i), anchors[i]);
    plim_book loaded = {0};
    load(&small, &loaded);
    assert_int_equal(plim_book_tie(&loaded, NULL), PLIM_OK);
    plim_book_free(&loaded);
    plim_book_tables_data_free(&small);
}

/* ---- sites and policies -------------------------------------------------------------------- */

/* Every firm has one to three sites whose assets are a plausible part of its own; households have
 * none.
 */
static void firms_have_sites(void **state)
{
    (void)state;
    plim_book loaded = {0};
    load(&book, &loaded);
    const double *assets = number(&loaded.borrowers, "total_assets");
    const double *value = number(&loaded.sites, "value");
    size_t firms = 0, at_home = 0;
    for (uint32_t b = 0; b < loaded.borrowers.n_rows; b++) {
        uint32_t first = loaded.first_site[b], n = loaded.first_site[b + 1] - first;
        if (number(&loaded.borrowers, "household")[b] == 1) {
            assert_int_equal(n, 0);
            continue;
        }
        double sum = 0;
        for (uint32_t s = first; s < first + n; s++) {
            sum += value[s];
            fen(value[s]);
        }
        assert_in_range(n, 1, 3);
        assert_true(sum > 0.3 * assets[b] - 1e4 && sum < 0.7 * assets[b] + 1e4);
        at_home +=
            strcmp(text(&loaded.sites, "region", first), text(&loaded.borrowers, "region", b)) == 0;
        firms++;
    }
    assert_int_equal(loaded.first_site[loaded.borrowers.n_rows], loaded.sites.n_rows);
    assert_true((double)at_home > 0.75 * (double)firms);
    plim_book_free(&loaded);
}

static void a_fifth_of_firms_is_insured(void **state)
{
    (void)state;
    plim_book loaded = {0};
    load(&book, &loaded);
    assert_in_range(loaded.insurance.n_rows, 2600 * 16 / 100, 2600 * 24 / 100);
    const double *limit = number(&loaded.insurance, "limit");
    for (uint32_t p = 0; p < loaded.insurance.n_rows; p++) {
        uint32_t b = loaded.policy_borrower[p];
        double value = 0;
        for (uint32_t s = loaded.first_site[b]; s < loaded.first_site[b + 1]; s++)
            value += number(&loaded.sites, "value")[s];
        assert_int_equal(loaded.first_policy[b + 1] - loaded.first_policy[b], 1);
        assert_true(limit[p] > 0 && limit[p] < value + 1e4);
        assert_true(strcmp(text(&loaded.insurance, "start", p), "2025-12-31") <= 0);
        const char *end = text(&loaded.insurance, "end", p);
        assert_true(end[0] == '\0' || strcmp(end, "2025-12-29") >= 0);
    }
    plim_book_free(&loaded);
}

/* ---- failures ------------------------------------------------------------------------------ */

static void refuses(const plim_synthetic *config, const char *says)
{
    plim_book_tables_data data = {0};
    plim_error err = {0};
    assert_int_equal(plim_synthetic_make(&data, config, &err), PLIM_USAGE);
    if (strstr(err.message, says) == NULL)
        fail_msg("'%s' lacks '%s'", err.message, says);
    assert_null(data.borrowers.columns);
}

static void unknown_presets_are_refused(void **state)
{
    (void)state;
    refuses(&(plim_synthetic){"rongchagn", 10, 1}, "did you mean 'rongchang'?");
    refuses(&(plim_synthetic){"x", 10, 1},
            "unknown preset 'x'; presets are: rongchang, pboc23, granular, lumpy");
    refuses(&(plim_synthetic){NULL, 10, 1}, "presets are: rongchang");
    refuses(&(plim_synthetic){"rongchang", SIZE_MAX, 1}, "too many");
}

static void no_allocation_failure_goes_unnoticed(void **state)
{
    (void)state;
    const plim_synthetic config = {"rongchang", 40, 1};
    plim_status status = PLIM_MACHINE;
    long failures = 0;
    while (status != PLIM_OK) {
        plim_book_tables_data data = {0};
        plim_error err = {0};
        plim_memory_fail_at(failures + 1, 0);
        status = plim_synthetic_make(&data, &config, &err);
        plim_memory_fail_at(0, 0);
        if (status != PLIM_OK) {
            assert_int_equal(status, PLIM_MACHINE);
            assert_null(data.loans.columns);
            failures++;
        }
        plim_book_tables_data_free(&data);
    }
    assert_true(failures > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_preset_size),
        cmocka_unit_test(every_id_is_unique),
        cmocka_unit_test(passes_the_checks_and_ties),
        cmocka_unit_test(every_contract_column_is_there),
        cmocka_unit_test(accounts_hang_together),
        cmocka_unit_test(ceramics_have_thin_margins),
        cmocka_unit_test(households_have_no_accounts),
        cmocka_unit_test(emissions_follow_sector),
        cmocka_unit_test(environmental_credit_is_as_published),
        cmocka_unit_test(all_21_towns_occur),
        cmocka_unit_test(same_arguments_same_bits),
        cmocka_unit_test(more_borrowers_change_no_earlier_one),
        cmocka_unit_test(firms_have_sites),
        cmocka_unit_test(a_fifth_of_firms_is_insured),
        cmocka_unit_test(small_books_have_the_large_emitters),
        cmocka_unit_test(unknown_presets_are_refused),
        cmocka_unit_test(no_allocation_failure_goes_unnoticed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
