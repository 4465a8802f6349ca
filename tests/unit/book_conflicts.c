#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "book/conflicts.h"

static plim_status note(plim_conflicts *c, const char *column, int borrower, plim_error *err)
{
    char id[16];
    (void)snprintf(id, sizeof id, "b%d", borrower);
    const char *const value[2] = {"1", ""}, *const book[2] = {"a.book.h5", "b.book.h5"};
    return plim_conflicts_note(c, column, id, value, book, err);
}

/* All are counted, the first of each column kept. */
static void counts_and_cases(void **state)
{
    (void)state;
    plim_conflicts c = {0};
    for (int i = 0; i < 20; i++)
        assert_int_equal(note(&c, "pd", i, NULL), PLIM_OK);
    assert_int_equal(note(&c, "sector", 7, NULL), PLIM_OK);
    assert_int_equal(c.columns.count, 2);
    assert_int_equal(c.borrowers[0], 20);
    assert_int_equal(c.borrowers[1], 1);
    assert_int_equal(c.n_cases, PLIM_CONFLICT_CASES + 1);
    for (int i = 0; i < PLIM_CONFLICT_CASES; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "b%d", i);
        assert_string_equal(c.words.text[c.cases[i].borrower], id);
        assert_string_equal(c.words.text[c.cases[i].value[0]], "1");
        assert_string_equal(c.words.text[c.cases[i].value[1]], "");
        assert_string_equal(c.words.text[c.cases[i].book[1]], "b.book.h5");
    }
    assert_int_equal(c.cases[PLIM_CONFLICT_CASES].column, 1);
    plim_conflicts_free(&c);
}

static void memory_runs_out(void **state)
{
    (void)state;
    for (long nth = 1;; nth++) {
        plim_conflicts c = {0};
        plim_error err = {0};
        plim_memory_fail_at(nth, 1);
        plim_status status = note(&c, "pd", 1, &err);
        plim_memory_fail_at(0, 0);
        plim_conflicts_free(&c);
        if (status == PLIM_OK) {
            assert_true(nth > 2);
            return;
        }
        assert_int_equal(status, PLIM_MACHINE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_and_cases),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
