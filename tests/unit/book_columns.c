#include "../support/book_fixture.h"

#include "book/columns.h"

static void documented_columns(void **state)
{
    (void)state;
    assert_int_equal(plim_book_table_count, PLIM_BOOK_TABLE_COUNT);
    assert_string_equal(plim_book_tables[PLIM_BOOK_LOANS].name, "loans");
    assert_null(plim_book_table_find("loan"));
    const plim_book_field *lgd = plim_book_field_find("loans", "lgd");
    assert_non_null(lgd);
    assert_true(lgd->required);
    assert_true(lgd->low == 0 && lgd->high == 1.5);
    assert_string_equal(plim_book_field_find("borrowers", "scope3")->unit, "tCO2e");
    assert_string_equal(plim_book_field_find("borrowers", "revenue")->unit, "CNY");
    assert_string_equal(plim_book_field_find("loans", "borrower")->refers_to, "borrowers");
    assert_true(plim_book_field_find("borrowers", "rho")->high < 1);
    assert_null(plim_book_field_find("loans", "pd"));
    assert_null(plim_book_field_find("nothing", "id"));
}

static void every_field_is_complete(void **state)
{
    (void)state;
    for (size_t t = 0; t < plim_book_table_count; t++) {
        const plim_book_table *table = &plim_book_tables[t];
        for (size_t f = 0; f < table->n_fields; f++) {
            const plim_book_field *field = &table->fields[f];
            bool number = field->kind == PLIM_FIELD_NUMBER || field->kind == PLIM_FIELD_FLAG;
            assert_true(strlen(field->doc) > 3);
            assert_true(number == (field->unit[0] != '\0'));
            assert_true(!number || field->low < field->high);
            assert_true(field->kind != PLIM_FIELD_REF || field->refers_to != NULL);
            assert_true(field->refers_to == NULL || field->kind == PLIM_FIELD_REF ||
                        field->kind == PLIM_FIELD_TEXT);
            assert_ptr_equal(plim_book_field_find(table->name, field->name), field);
        }
    }
}

static void pd_terms(void **state)
{
    (void)state;
    for (int term = 2; term <= PLIM_PD_TERMS; term++) {
        char name[16];
        (void)snprintf(name, sizeof name, "pd_%d", term);
        const plim_book_field *field = plim_book_field_find("borrowers", name);
        assert_non_null(field);
        assert_string_equal(field->name, name);
        assert_false(field->required);
        assert_true(field->high == 1);
    }
    assert_null(plim_book_field_find("borrowers", "pd_1"));
    assert_null(plim_book_field_find("borrowers", "pd_100"));
    assert_null(plim_book_field_find("borrowers", "pd_02"));
    assert_int_equal(plim_book_field_find("borrowers", "pd_source")->kind, PLIM_FIELD_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documented_columns),
        cmocka_unit_test(every_field_is_complete),
        cmocka_unit_test(pd_terms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
