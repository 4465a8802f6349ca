/* The self-check passes on a sound machine, and each of its eyes sees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fenv.h>

#include <cmocka.h>

#include "run_fixture.h"

#include "base/memory.h"
#include "run/selfcheck_parts.h"
#include "run/session.h"

typedef struct heard {
    size_t lines, failed, own;
    uint64_t own_defaults;
    char failing[1024]; /* names of the failed checks, each ended by ';' */
    char got[256];      /* of the last failed */
} heard;

static void hear(void *user, const plim_selfcheck_line *line)
{
    heard *h = user;
    assert_true(strlen(line->name) > 0 && strlen(line->what) > 0);
    assert_true((line->expected == NULL) == (line->got == NULL));
    h->lines++;
    if (strstr(line->name, "your book")) {
        h->own++;
        h->own_defaults = line->defaults;
        assert_int_equal(line->paths, line->passed ? PLIM_SELFCHECK_PATHS : 0);
        assert_int_equal(line->borrowers, line->passed ? 40 : 0);
    }
    if (line->passed)
        return;
    assert_non_null(line->got);
    h->failed++;
    size_t used = strlen(h->failing);
    (void)snprintf(h->failing + used, sizeof h->failing - used, "%s;", line->name);
    (void)snprintf(h->got, sizeof h->got, "%s", line->got);
}

static void passes(void **state)
{
    (void)state;
    const char *books[] = {fixture_book};
    for (size_t n_books = 0; n_books < 2; n_books++) {
        heard h = {0};
        plim_error err = {0};
        plim_selfcheck check = {.books = books,
                                .n_books = n_books,
                                .lib_dir = PLIM_SOURCE_DIR "/scenarios/lib",
                                .report = hear,
                                .user = &h};
        if (plim_selfcheck_run(&check, &err) != PLIM_OK)
            fail_msg("%s %s", h.failing, err.message);
        assert_int_equal(h.lines, check.n_checks);
        assert_int_equal(h.failed, 0);
        assert_int_equal(check.n_failed, 0);
        assert_int_equal(h.own, n_books * 5);
        assert_true((h.own_defaults > 0) == (n_books > 0));
    }
}

static void a_book_is_refused_before_any_check(void **state)
{
    (void)state;
    const char *books[] = {fixture_script}; /* no HDF5 */
    heard h = {0};
    plim_error err = {0};
    plim_selfcheck check = {.books = books,
                            .n_books = 1,
                            .lib_dir = PLIM_SOURCE_DIR "/scenarios/lib",
                            .report = hear,
                            .user = &h};
    assert_int_equal(plim_selfcheck_run(&check, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, fixture_script));
    assert_int_equal(h.lines, 0);
}

/* What is wrong with the machine may keep a book from being read: that is told with the rest. */
static void another_rounding_is_seen(void **state)
{
    (void)state;
    const char *books[] = {fixture_book};
    heard h = {0};
    plim_error err = {0};
    plim_selfcheck check = {.books = books,
                            .n_books = 1,
                            .lib_dir = PLIM_SOURCE_DIR "/scenarios/lib",
                            .report = hear,
                            .user = &h};
    assert_int_equal(fesetround(FE_UPWARD), 0);
    plim_status status = plim_selfcheck_run(&check, &err);
    assert_int_equal(fesetround(FE_TONEAREST), 0);
    assert_int_equal(status, PLIM_BUG);
    assert_non_null(strstr(h.failing, "functions;"));
    assert_non_null(strstr(h.failing, "rounding;"));
    assert_non_null(strstr(h.failing, "contraction;"));
    assert_non_null(strstr(h.failing, "reference, your book;"));
    assert_true(h.failed == check.n_failed && h.lines == check.n_checks);
    assert_non_null(strstr(err.message, "checks failed"));
}

static plim_simulation of_plan(const plim_plan *plan)
{
    return (plim_simulation){.plan = plan, .seed = 1, .n_paths = 300, .threads = 1};
}

/* Each array of the tallies, changed in one place. */
static void every_difference_is_seen(void **state)
{
    (void)state;
    plim_error err = {0};
    plim_selfcheck_case c = {0};
    plim_tallies a = {0}, b = {0};
    assert_int_equal(plim_selfcheck_mixed_loans(&c, false, &err), PLIM_OK);
    plim_simulation simulation = of_plan(&c.plan);
    assert_int_equal(plim_simulate(&simulation, &a, &err), PLIM_OK);
    assert_int_equal(plim_simulate(&simulation, &b, &err), PLIM_OK);
    uint32_t n = c.plan.n_borrowers;
    assert_null(plim_selfcheck_difference(&a, &b, n));
    struct change {
        void *at;
        const char *what;
    } changes[] = {{&b.loss[899], "losses by path"},
                   {&b.defaulted_exposure[899], "exposures by path"},
                   {&b.years[2], "by year"},
                   {&b.sector_loss[5 * PLIM_BATCHES - 1], "by sector"},
                   {&b.region_loss[4 * PLIM_BATCHES - 1], "by region"},
                   {&b.borrower_defaults[n * 3 - 1], "defaults of borrowers"}};
    assert_int_equal(a.n_banks, 3);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        *(char *)changes[i].at ^= 1;
        const char *what = plim_selfcheck_difference(&a, &b, n);
        if (!what || !strstr(what, changes[i].what))
            fail_msg("a change in %s is seen as %s", changes[i].what, what ? what : "none");
        *(char *)changes[i].at ^= 1;
    }
    assert_null(plim_selfcheck_difference(&a, &b, n));
    plim_tallies_free(&a);
    plim_tallies_free(&b);
    plim_selfcheck_case_free(&c);
}

static void check_slice(const plim_book *slice, const plim_book *book, uint32_t n, bool reversed)
{
    const plim_column *id = plim_frame_find(&book->borrowers, "id");
    const plim_column *slice_id = plim_frame_find(&slice->borrowers, "id");
    const plim_column *loan = plim_frame_find(&book->loans, "id");
    const plim_column *slice_loan = plim_frame_find(&slice->loans, "id");
    assert_int_equal(slice->borrowers.n_rows, n);
    assert_int_equal(slice->loans.n_rows, book->first_loan[n]);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t b = reversed ? n - 1 - i : i;
        assert_string_equal(plim_column_text(slice_id, i), plim_column_text(id, b));
        assert_true(slice->borrower_key[i] == book->borrower_key[b]);
        for (int year = 0; year < 3; year++)
            assert_true(plim_book_pd(slice, i, year) == plim_book_pd(book, b, year));
        uint32_t loans = book->first_loan[b + 1] - book->first_loan[b];
        assert_int_equal(slice->first_loan[i + 1] - slice->first_loan[i], loans);
        for (uint32_t l = 0; l < loans; l++) {
            uint32_t at = slice->first_loan[i] + l, from = book->first_loan[b] + l;
            assert_string_equal(plim_column_text(slice_loan, at), plim_column_text(loan, from));
            assert_int_equal(slice->loan_borrower[at], i);
            assert_int_equal(slice->loan_bank[at], book->loan_bank[from]);
            assert_true(slice->balance_fen[at] == book->balance_fen[from]);
            assert_true(slice->exposure_fen[at] == book->exposure_fen[from]);
            assert_int_equal(slice->loan_defaulted[at], book->loan_defaulted[from]);
            assert_int_equal(slice->loan_class[at], book->loan_class[from]);
        }
    }
}

static void slices_are_the_first_borrowers(void **state)
{
    (void)state;
    plim_error err = {0};
    plim_selfcheck_case c = {0};
    assert_int_equal(plim_selfcheck_mixed_loans(&c, false, &err), PLIM_OK);
    const uint32_t sizes[] = {0, 1, 17, 300};
    for (size_t k = 0; k < 4; k++)
        for (int reversed = 0; reversed < 2; reversed++) {
            plim_book slice = {0};
            assert_int_equal(plim_selfcheck_slice(&slice, &c.book, sizes[k], reversed, &err),
                             PLIM_OK);
            check_slice(&slice, &c.book, sizes[k], reversed);
            plim_book_free(&slice);
        }
    plim_selfcheck_case_free(&c);
}

/* Another borrower in the reversed book than in the straight one: only that check may fail. */
static void another_book_backwards_is_seen(void **state)
{
    (void)state;
    static const plim_selfcheck_names names = {"reference", "isa", "threads", "tiles", "order"};
    plim_error err = {0};
    heard h = {0};
    plim_selfcheck check = {.report = hear, .user = &h};
    plim_selfcheck_case a = {0}, b = {0};
    assert_int_equal(plim_selfcheck_mixed_loans(&a, false, &err), PLIM_OK);
    assert_int_equal(plim_selfcheck_mixed_loans(&b, true, &err), PLIM_OK);
    b.plan.loss_fen[0][b.plan.n_loans - 1]++;
    assert_int_equal(plim_selfcheck_invariance(&check, &names, &a.plan, &b.plan, &err), PLIM_OK);
    assert_int_equal(h.lines, 5);
    assert_string_equal(h.failing, "order;");
    assert_string_equal(h.got, "other losses by path");
    plim_selfcheck_case_free(&a);
    plim_selfcheck_case_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes),
        cmocka_unit_test(a_book_is_refused_before_any_check),
        cmocka_unit_test(another_rounding_is_seen),
        cmocka_unit_test(every_difference_is_seen),
        cmocka_unit_test(slices_are_the_first_borrowers),
        cmocka_unit_test(another_book_backwards_is_seen),
    };
    return cmocka_run_group_tests(tests, fixture_make, fixture_remove);
}
