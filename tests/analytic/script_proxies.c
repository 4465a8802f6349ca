/* The shipped rules on the synthetic district, stripped of what banks often lack: every gap is
 * filled, the book passes its check, and rows and balance add up to the whole. */
#include "../support/book_fixture.h"

#include "book/proxy.h"
#include "book/synthetic.h"
#include "script/script.h"

static void library_rules(plim_proxy_rules *rules)
{
    plim_script_loader loader = {.lib_dir = PLIM_SOURCE_DIR "/scenarios/lib"};
    MUST(plim_script_read_proxies(rules, PLIM_SOURCE_DIR "/tests/support/proxies_all.lua", &loader,
                                  &must_err));
}

static void strip(plim_book_tables_data *tables)
{
    static const char *const borrowers[] = {"pd", "scope1", "scope2", "emission_quality"};
    for (size_t i = 0; i < sizeof borrowers / sizeof *borrowers; i++)
        fixture_drop(&tables->borrowers, borrowers[i]);
    fixture_drop(&tables->loans, "lgd");
}

static void stripped_district(plim_book_tables_data *tables)
{
    plim_synthetic config = {.preset = "rongchang", .seed = 1};
    *tables = (plim_book_tables_data){0};
    MUST(plim_synthetic_make(tables, &config, &must_err));
    strip(tables);
}

static void a_stripped_district_becomes_a_book(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts = {0};
    plim_source source, *sources[] = {&source};
    plim_book book;
    stripped_district(&tables);
    library_rules(&rules);
    MUST(plim_proxy_apply(&tables, &rules, &counts, &must_err));
    MUST(plim_tables_source(&source, &tables, "stripped", &must_err));
    MUST(plim_book_load(&book, sources, 1, PLIM_CONFLICT_REFUSE, NULL, &must_err));
    int64_t all = 0, fen[PLIM_TARGET_COUNT] = {0};
    for (size_t l = 0; l < book.loans.n_rows; l++)
        all += book.balance_fen[l];
    for (size_t i = 0; i < counts.count; i++)
        fen[counts.items[i].target] += counts.items[i].balance_fen;
    assert_int_equal(fen[PLIM_TARGET_PD], all);
    assert_int_equal(fen[PLIM_TARGET_LGD], all);
    assert_int_equal(fen[PLIM_TARGET_SCOPE1], all);
    const double *pd = plim_frame_find(&book.borrowers, "pd")->number;
    for (size_t b = 0; b < book.borrowers.n_rows; b++)
        assert_true(pd[b] > 0.0005 && pd[b] < 1); /* nobody is moved into the opening NPL */
    const double *lgd = plim_frame_find(&book.loans, "lgd")->number;
    for (size_t l = 0; l < book.loans.n_rows; l++)
        assert_true(lgd[l] >= rules.least_lgd && lgd[l] <= 0.5);
    plim_book_free(&book);
    source.close(&source);
    plim_proxy_counts_free(&counts);
    plim_proxy_rules_free(&rules);
    plim_book_tables_data_free(&tables);
}

/* Every rung of PDs is used in a district that lacks half of the classes and a third of the days.
 */
static void without_classes_days_count(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_proxy_rules rules;
    plim_proxy_counts counts = {0};
    stripped_district(&tables);
    double *class = plim_frame_find(&tables.loans, "class")->number;
    double *days = plim_frame_find(&tables.loans, "days_overdue")->number;
    for (size_t l = 0; l < tables.loans.n_rows; l++) {
        if (l % 2 == 0)
            class[l] = (double)NAN;
        if (l % 3 == 0)
            days[l] = (double)NAN;
    }
    library_rules(&rules);
    rules.low_default.digits = 3; /* whole sections have too many defaults */
    rules.low_default.least_obligors = 20;
    MUST(plim_proxy_apply(&tables, &rules, &counts, &must_err));
    uint64_t rows[PLIM_RULE_COUNT] = {0};
    for (size_t i = 0; i < counts.count; i++)
        if (counts.items[i].target == PLIM_TARGET_PD)
            rows[counts.items[i].rule] += counts.items[i].rows;
    static const plim_proxy_rule ladder[] = {PLIM_RULE_LOW_DEFAULT, PLIM_RULE_CLASS_OVERDUE,
                                             PLIM_RULE_CLASS, PLIM_RULE_OVERDUE,
                                             PLIM_RULE_OTHERWISE};
    for (size_t i = 0; i < sizeof ladder / sizeof *ladder; i++)
        if (rows[ladder[i]] == 0)
            fail_msg("the rule %s is never used", plim_proxy_rule_name(ladder[i]));
    assert_int_equal(rows[PLIM_RULE_MISSING], 0);
    plim_proxy_counts_free(&counts);
    plim_proxy_rules_free(&rules);
    plim_book_tables_data_free(&tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stripped_district_becomes_a_book),
        cmocka_unit_test(without_classes_days_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
