#include "../support/book_fixture.h"

static void gives_copies(void **state)
{
    (void)state;
    plim_book_tables_data tables;
    plim_source source;
    plim_frame frame;
    fixture_tables(&tables);
    plim_frame_find(&tables.loans, "balance")->unit = plim_strdup("CNY");
    MUST(plim_tables_source(&source, &tables, "memory", &must_err));
    assert_string_equal(source.path, "memory");
    assert_string_equal(source.attribute(&source, "as_of"), "2025-12-31");
    assert_string_equal(source.attribute(&source, "format"), "plimsoll.book");
    assert_null(source.attribute(&source, "author"));
    assert_int_equal(source.tables(&source)->count, 3);
    MUST(source.read_table(&source, "loans", &frame, &must_err));
    assert_int_equal(frame.n_columns, tables.loans.n_columns);
    for (size_t c = 0; c < frame.n_columns; c++) {
        const plim_column *copy = &frame.columns[c], *of = &tables.loans.columns[c];
        assert_string_equal(copy->name, of->name);
        assert_int_equal(copy->kind, of->kind);
        assert_ptr_not_equal(copy->name, of->name);
        if (of->kind == PLIM_COLUMN_NUMBER)
            assert_memory_equal(copy->number, of->number, 4 * sizeof(double));
        else
            assert_string_equal(plim_column_text(copy, 2), plim_column_text(of, 2));
    }
    assert_string_equal(plim_frame_find(&frame, "balance")->unit, "CNY");
    plim_frame_free(&frame);
    MUST(source.read_outline(&source, "loans", &frame, &must_err));
    assert_int_equal(frame.n_columns, tables.loans.n_columns);
    assert_int_equal(frame.n_rows, 0);
    assert_string_equal(plim_frame_find(&frame, "balance")->unit, "CNY");
    assert_int_equal(plim_frame_find(&frame, "borrower")->kind, PLIM_COLUMN_TEXT);
    plim_frame_free(&frame);
    MUST(source.read_table(&source, "collateral", &frame, &must_err));
    assert_int_equal(frame.n_columns, 0);
    plim_frame_free(&frame);
    source.close(&source);
    plim_book_tables_data_free(&tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gives_copies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
