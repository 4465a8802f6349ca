#include "../support/book_fixture.h"

#include "base/text.h"
#include "book/diff.h"

static plim_book_tables_data before_tables, after_tables;
static plim_book before, after;
static plim_diff found;

static int make(void **state)
{
    (void)state;
    fixture_tables(&before_tables);
    fixture_tables(&after_tables);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    plim_diff_free(&found);
    plim_book_free(&before);
    plim_book_free(&after);
    plim_book_tables_data_free(&before_tables);
    plim_book_tables_data_free(&after_tables);
    return 0;
}

static void load(void)
{
    MUST(fixture_load(&before, &before_tables, "old.book.h5"));
    MUST(fixture_load(&after, &after_tables, "new.book.h5"));
}

static plim_column *column(plim_frame *frame, const char *name)
{
    return plim_frame_find(frame, name);
}

static void check_sum(const char *bank, plim_diff_kind kind, int64_t rows, int64_t old_fen,
                      int64_t new_fen)
{
    const plim_diff_sum *sum = &found.sums[plim_names_find(&found.banks, bank)][kind];
    assert_int_equal(sum->rows, rows);
    assert_int_equal(sum->old_fen, old_fen);
    assert_int_equal(sum->new_fen, new_fen);
}

static void nothing(void **state)
{
    (void)state;
    load();
    MUST(plim_diff_books(&found, &before, &after, NULL, &must_err));
    assert_int_equal(found.n_columns, 0);
    check_sum("A", PLIM_DIFF_SAME, 1, 5000, 5000);
    check_sum("B", PLIM_DIFF_SAME, 3, 45030, 45030);
    check_sum("B", PLIM_DIFF_NEW, 0, 0, 0);
}

static plim_status note(void *user, const plim_diff_row *row, plim_error *err)
{
    (void)err;
    plim_text_format(user, "%d %s %d %s '%s' '%s' %g\n", (int)row->table, row->row, (int)row->kind,
                     row->column, row->old_value, row->new_value, row->difference);
    return PLIM_OK;
}

/* l3 (rows: l3 u B, l1 v B, l2 u A, l4 x B) grows by a fen, l1 becomes l9, l4 goes to bank A. */
static void by_hand(void **state)
{
    (void)state;
    column(&after_tables.loans, "balance")->number[0] = 100.11;
    MUST(plim_column_set_text(column(&after_tables.loans, "id"), 1, "l9", &must_err));
    MUST(plim_column_set_text(column(&after_tables.loans, "bank"), 3, "A", &must_err));
    column(&after_tables.banks, "total_loans")->number[0] = 300.31;
    column(&after_tables.borrowers, "pd")->number[1] = 0.35;
    load();
    plim_text rows = {0};
    const plim_diff_visitor visitor = {note, &rows};
    MUST(plim_diff_books(&found, &before, &after, &visitor, &must_err));
    check_sum("A", PLIM_DIFF_NEW, 1, 0, 15000);
    check_sum("A", PLIM_DIFF_SAME, 1, 5000, 5000);
    check_sum("B", PLIM_DIFF_NEW, 1, 0, 20020);
    check_sum("B", PLIM_DIFF_GONE, 2, 35020, 0);
    check_sum("B", PLIM_DIFF_CHANGED, 1, 10010, 10011);
    check_sum("B", PLIM_DIFF_SAME, 0, 0, 0);
    static const char *const says[] = {"0 B 2 total_loans '450.3' '300.31' -149.99\n",
                                       "1 u 2 pd '0.1' '0.35' 0.25\n",
                                       "2 B/l3 2 balance '100.1' '100.11' 0.01\n",
                                       "2 A/l4 0  '' '150' nan\n",
                                       "2 B/l9 0  '' '200.2' nan\n",
                                       "2 B/l1 1  '200.2' '' nan\n",
                                       "2 B/l4 1  '150' '' nan\n"};
    size_t length = 0;
    for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
        length += strlen(says[i]);
        if (strstr(plim_text_get(&rows), says[i]) == NULL)
            fail_msg("'%s' is missing from: %s", says[i], plim_text_get(&rows));
    }
    assert_int_equal(rows.length, length);
    plim_text_free(&rows);
    /* Columns: u owes 100.11 + 50 now. */
    assert_int_equal(found.n_columns, 5);
    assert_int_equal(found.columns[1].table, PLIM_BOOK_BORROWERS);
    assert_int_equal(found.columns[1].balance_fen, 15011);
    assert_true(found.columns[1].largest == 0.35 - 0.1);
    assert_string_equal(found.words.text[found.columns[1].largest_row], "u");
    assert_int_equal(found.columns[2].kind, PLIM_DIFF_NEW);
    assert_int_equal(found.columns[2].balance_fen, 35020);
}

/* The largest change is the one of largest size, with its sign; not stated is no number. */
static void largest_change(void **state)
{
    (void)state;
    double *revenue = column(&after_tables.borrowers, "revenue")->number;
    revenue[0] = 1.5e6;       /* v: + 500 000 */
    revenue[1] = 9e9;         /* u: was not stated */
    revenue[2] = 2e6;         /* w: - 1 000 000 */
    revenue[3] = (double)NAN; /* x */
    load();
    MUST(plim_diff_books(&found, &before, &after, NULL, &must_err));
    assert_int_equal(found.n_columns, 1);
    assert_int_equal(found.columns[0].rows, 4);
    assert_true(found.columns[0].largest == -1e6);
    assert_string_equal(found.words.text[found.columns[0].largest_row], "w");
    assert_int_equal(found.columns[0].balance_fen, 50030); /* all that is owed */
}

static void not_comparable(void **state)
{
    (void)state;
    NUMBERS(&before_tables.borrowers, "height", 1, 2, 3, 4);
    column(&before_tables.borrowers, "height")->unit = plim_strdup("m");
    NUMBERS(&after_tables.borrowers, "height", 1, 2, 3, 4);
    load();
    REFUSED(plim_diff_books(&found, &before, &after, NULL, &must_err), "borrowers.height",
            "'m' in old.book.h5", "'ratio' in new.book.h5");
}

static void memory_runs_out(void **state)
{
    (void)state;
    column(&after_tables.borrowers, "pd")->number[1] = 0.35;
    MUST(plim_column_set_text(column(&after_tables.loans, "id"), 1, "l9", &must_err));
    load();
    for (long nth = 1;; nth++) {
        plim_error err = {0};
        plim_memory_fail_at(nth, 1);
        plim_status status = plim_diff_books(&found, &before, &after, NULL, &err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK) {
            assert_true(nth > 10);
            return;
        }
        assert_int_equal(status, PLIM_MACHINE);
        assert_null(found.sums);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing, make, clear),
        cmocka_unit_test_setup_teardown(by_hand, make, clear),
        cmocka_unit_test_setup_teardown(largest_change, make, clear),
        cmocka_unit_test_setup_teardown(not_comparable, make, clear),
        cmocka_unit_test_setup_teardown(memory_runs_out, make, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
