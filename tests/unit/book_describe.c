#include "../support/book_fixture.h"

#include "book/describe.h"

static const plim_column_facts *column(const plim_book_facts *facts, const char *table,
                                       const char *name)
{
    for (size_t c = 0; c < facts->n_columns; c++)
        if (strcmp(facts->columns[c].table, table) == 0 &&
            strcmp(facts->columns[c].column->name, name) == 0)
            return &facts->columns[c];
    fail_msg("no facts about %s.%s", table, name);
    return NULL;
}

static void near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-12))
        fail_msg("%.17g, not %.17g", value, expected);
}

static void facts_of_a_small_book(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_book book;
    plim_book_facts facts;
    fixture_tables(&tables);
    NUMBERS(&tables.borrowers, "water", 1, 2, 3, 4);
    MUST(fixture_load(&book, &tables, "a"));
    MUST(plim_book_describe(&facts, &book, &must_err));
    assert_int_equal(facts.rows[PLIM_BOOK_LOANS], 4);
    assert_int_equal(facts.rows[PLIM_BOOK_COLLATERAL], 0);
    assert_int_equal(facts.balance_fen, 50030);
    assert_int_equal(facts.exposure_fen, 51030);
    assert_int_equal(facts.defaulted_fen, 10010 + 15000);
    near(facts.defaulted_share, 250.10 / 510.30);
    near(facts.mean_pd, (60 * 0.1 + 200.2 * 0.02) / 260.2);
    near(facts.mean_lgd, 0.45);
    assert_int_equal(facts.borrowers_without_loans, 1);
    assert_int_equal(facts.n_banks, 2);
    assert_string_equal(facts.banks[1].id, "B");
    assert_string_equal(facts.banks[1].type, "legal_person");
    assert_int_equal(facts.banks[1].loans, 3);
    assert_int_equal(facts.banks[1].borrowers, 3);
    assert_int_equal(facts.banks[1].balance_fen, 45030);
    assert_int_equal(facts.banks[1].difference_fen, 0);
    assert_int_equal(facts.banks[0].difference_fen, PLIM_FEN_EMPTY);
    assert_int_equal(facts.n_sectors, 2);
    assert_string_equal(facts.sectors[0].key, "C");
    assert_int_equal(facts.sectors[0].borrowers, 3);
    assert_int_equal(facts.sectors[0].exposure_fen, 35020);
    assert_int_equal(facts.sectors[1].loans, 2);
    const plim_column_facts *revenue = column(&facts, "borrowers", "revenue");
    assert_int_equal(revenue->missing, 1);
    near(revenue->coverage, 350.20 / 510.30); /* u states none */
    assert_string_equal(revenue->unit, "CNY");
    assert_true(revenue->known);
    assert_false(column(&facts, "borrowers", "water")->known);
    assert_string_equal(column(&facts, "borrowers", "water")->unit, "ratio");
    near(column(&facts, "loans", "ccf")->coverage, 160.10 / 510.30);
    assert_true(isnan(column(&facts, "banks", "total_loans")->coverage));
    plim_book_facts_free(&facts);
    plim_book_free(&book);
    plim_book_tables_data_free(&tables);
}

/* A book without any exposure has shares that are not defined. */
static void nothing_owed(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_book book;
    plim_book_facts facts;
    fixture_tables(&tables);
    for (size_t l = 0; l < 4; l++) {
        plim_frame_find(&tables.loans, "balance")->number[l] = 0;
        plim_frame_find(&tables.loans, "undrawn")->number[l] = 0;
    }
    MUST(fixture_load(&book, &tables, "a"));
    MUST(plim_book_describe(&facts, &book, &must_err));
    assert_true(isnan(facts.defaulted_share) && isnan(facts.mean_pd));
    assert_true(isnan(column(&facts, "loans", "ccf")->coverage));
    plim_book_facts_free(&facts);
    plim_book_free(&book);
    plim_book_tables_data_free(&tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_of_a_small_book),
        cmocka_unit_test(nothing_owed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
