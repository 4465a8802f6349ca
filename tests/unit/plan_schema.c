#include "../support/plan_fixture.h"

#include "plan/schema.h"

static const plim_schema_column *find(const plim_schema *schema, plim_level table, const char *name)
{
    const plim_schema_column *found = NULL;
    for (size_t i = 0; i < schema->n_columns; i++) {
        if (schema->columns[i].table != table || strcmp(schema->columns[i].name, name) != 0)
            continue;
        assert_null(found); /* only once */
        found = &schema->columns[i];
    }
    return found;
}

static void without_a_book(void **state)
{
    (void)state;
    plim_schema schema;
    MUST(plim_schema_make(&schema, NULL, &must_err));
    const plim_schema_column *scope1 = find(&schema, PLIM_LEVEL_BORROWER, "scope1");
    assert_non_null(scope1);
    assert_string_equal(scope1->unit, "tCO2e");
    assert_false(scope1->text);
    assert_true(find(&schema, PLIM_LEVEL_BORROWER, "sector")->text);
    assert_string_equal(find(&schema, PLIM_LEVEL_LOAN, "balance")->unit, "CNY");
    assert_false(find(&schema, PLIM_LEVEL_BORROWER, "disclosed")->text);
    assert_non_null(find(&schema, PLIM_LEVEL_BORROWER, "pd_7"));
    assert_null(find(&schema, PLIM_LEVEL_LOAN, "scope1"));
    plim_schema_free(&schema);
}

static void with_a_book(void **state)
{
    (void)state;
    const fixture_loan loans[] = {{0, 0, 1000, 0.5, 1, 0}};
    plim_book book;
    fixture_book(&book, 1, 1, loans, 1);
    fixture_number(&book.borrowers, "revenue", 1)->unit = plim_strdup("万元");
    (void)fixture_number(&book.borrowers, "资产负债率", 1);
    (void)fixture_number(&book.borrowers, "pd_2", 0.1);
    (void)fixture_text(&book.borrowers, "town", "昌元");
    fixture_number(&book.loans, "water", 1)->unit = plim_strdup("t");
    plim_schema schema;
    MUST(plim_schema_make(&schema, &book, &must_err));
    assert_string_equal(find(&schema, PLIM_LEVEL_BORROWER, "revenue")->unit,
                        "CNY"); /* converted when loaded */
    assert_string_equal(find(&schema, PLIM_LEVEL_BORROWER, "debt")->unit, "CNY");
    assert_string_equal(find(&schema, PLIM_LEVEL_BORROWER, "资产负债率")->unit, "");
    assert_string_equal(find(&schema, PLIM_LEVEL_BORROWER, "pd_2")->unit, "ratio");
    assert_true(find(&schema, PLIM_LEVEL_BORROWER, "town")->text);
    assert_string_equal(find(&schema, PLIM_LEVEL_LOAN, "water")->unit, "t");
    assert_non_null(find(&schema, PLIM_LEVEL_BORROWER, "pd"));
    plim_schema_free(&schema);
    plim_book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_book),
        cmocka_unit_test(with_a_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
