#include "../support/book_fixture.h"

#include "book/reconcile.h"

#include "base_temporary.h"

/* The fixture's book: B is 100.10 in default (class 3) + 200.20 + 150 of x with pd 1, in all 450.30
   as it states; A is 50 and states nothing. */
static plim_book_tables_data tables;
static plim_book book;
static plim_reconcile ledger;

static int make(void **state)
{
    (void)state;
    fixture_tables(&tables);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    plim_reconcile_free(&ledger);
    plim_book_free(&book);
    plim_book_tables_data_free(&tables);
    return 0;
}

static void enter(void)
{
    MUST(fixture_load(&book, &tables, "one.book.h5"));
    MUST(plim_reconcile_add(&ledger, &book, &must_err));
}

static const plim_reconcile_line *line_of(const char *bank, plim_standing standing,
                                          const char *reason)
{
    for (size_t i = 0; i < ledger.n_lines; i++)
        if (ledger.lines[i].bank == plim_names_find(&ledger.banks, bank) &&
            ledger.lines[i].standing == standing &&
            strcmp(ledger.reasons.text[ledger.lines[i].reason], reason) == 0)
            return &ledger.lines[i];
    fail_msg("no line of bank %s", bank);
    return NULL;
}

static void lines_by_hand(void **state)
{
    (void)state;
    TEXTS(&tables.borrowers, "pd_source", "proxied", "", "proxied", "proxied");
    NUMBERS(&tables.excluded, "balance", 1.25, 2.5);
    TEXTS(&tables.excluded, "bank", "A", "A");
    NUMBERS(&tables.loans, "days_overdue", 91, 90, 0, 0); /* the class comes first */
    enter();
    assert_int_equal(ledger.n_lines, 5);
    assert_int_equal(line_of("B", PLIM_STANDING_DEFAULTED, "class 3-5")->balance_fen, 10010);
    assert_int_equal(line_of("B", PLIM_STANDING_DEFAULTED, "pd = 1")->balance_fen, 15000);
    assert_int_equal(line_of("B", PLIM_STANDING_PROXIED, "pd proxied")->balance_fen, 20020);
    assert_int_equal(line_of("A", PLIM_STANDING_MODELLED, "")->balance_fen, 5000);
    assert_int_equal(line_of("A", PLIM_STANDING_EXCLUDED, "")->balance_fen, 375);
    assert_int_equal(line_of("A", PLIM_STANDING_EXCLUDED, "")->rows, 2);
    uint32_t a = plim_names_find(&ledger.banks, "A"), b = plim_names_find(&ledger.banks, "B");
    assert_int_equal(ledger.bank[b].balance_fen, 45030);
    assert_int_equal(ledger.bank[a].excluded_fen, 375);
    assert_int_equal(plim_reconcile_difference(&ledger, b), 0);
    assert_int_equal(plim_reconcile_tied(&ledger, b), PLIM_TIED);
    assert_int_equal(plim_reconcile_tied(&ledger, a), PLIM_TIED_NO_TOTAL);
    assert_true(plim_reconcile_difference(&ledger, a) == PLIM_FEN_EMPTY);
    REFUSED(plim_reconcile_check(&ledger, &must_err), "1 of 2 banks",
            "bank A: ", "one.book.h5 states no control total");
}

static plim_status read_list(const char *text)
{
    assert_int_equal(temporary_write("totals.csv", text, strlen(text)), 0);
    must_err = (plim_error){0};
    return plim_reconcile_read(&ledger, temporary_path("totals.csv"), &must_err);
}

/* Every form of an amount that is one, to the fen. */
static void amounts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t fen;
    } good[] = {{"0", 0},
                {"-0.01", -1},
                {"7.", 700},
                {"12.3", 1230},
                {"12.34", 1234},
                {"12.3400", 1234},
                {"92233720368547758.07", INT64_MAX},
                {"90071992547409.93", 9007199254740993}}; /* no double is that */
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "total,bank\n%s,K\n", good[i].text);
        MUST(read_list(text));
        assert_int_equal(ledger.bank[0].listed_fen, good[i].fen);
        assert_int_equal(plim_reconcile_tied(&ledger, 0), PLIM_TIED_NO_BANK);
        plim_reconcile_free(&ledger);
    }
    static const char *const bad[] = {
        "",      ".5", "1.001", "1e3", "+1",   "1,5", "--1",
        "1.2.3", " 1", "1 ",    "nan", "0x10", "-",   "92233720368547758.08"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "bank,total\nK,\"%s\"\n", bad[i]);
        REFUSED(read_list(text), "line 2", "column total, bank K", "at most two decimals");
        plim_reconcile_free(&ledger);
    }
}

static void list_against_book(void **state)
{
    (void)state;
    enter();
    MUST(read_list("bank,total\nB,450.29\nC,1\nA,50\n"));
    uint32_t b = plim_names_find(&ledger.banks, "B");
    assert_int_equal(plim_reconcile_total(&ledger, b), 45029);
    assert_int_equal(plim_reconcile_difference(&ledger, b), 1);
    REFUSED(plim_reconcile_check(&ledger, &must_err), "2 of 3 banks",
            "bank B: loans 450.30 + excluded 0.00 - control total 450.29", "= 0.01",
            "bank C: is in ", "but in none of the books");
    assert_null(strstr(must_err.message, "bank A"));
    plim_text told = {0};
    plim_reconcile_disagreements(&ledger, &told);
    assert_non_null(
        strstr(plim_text_get(&told), "totals.csv says 450.29, but one.book.h5 itself 450.30"));
    plim_text_free(&told);
    REFUSED(plim_reconcile_add(&ledger, &book, &must_err), "bank A is in one.book.h5 too");
}

/* Rows booked to no bank tie only all banks together. */
static void together(void **state)
{
    (void)state;
    NUMBERS(&tables.excluded, "balance", 1.25);
    fixture_drop(&tables.banks, "total_loans");
    NUMBERS(&tables.banks, "total_loans", 451.30, 50.25);
    enter();
    for (uint32_t k = 0; k < 2; k++)
        assert_int_equal(plim_reconcile_tied(&ledger, k), PLIM_TIED_TOGETHER);
    MUST(plim_reconcile_check(&ledger, &must_err));
    assert_int_equal(ledger.lines[ledger.n_lines - 1].bank, PLIM_NO_NAME);
    MUST(read_list("bank,total\nB,451.31\nA,50.25\n"));
    REFUSED(plim_reconcile_check(&ledger, &must_err), "2 of 2 banks", "= -1.01", "= -0.25",
            "1.25 more are excluded in one.book.h5 and booked to no bank");
}

static void memory_runs_out(void **state)
{
    (void)state;
    NUMBERS(&tables.excluded, "balance", 1.25);
    MUST(fixture_load(&book, &tables, "one.book.h5"));
    static const char list[] = "bank,total\nB,451\nC,1\n";
    assert_int_equal(temporary_write("totals.csv", list, strlen(list)), 0);
    for (long nth = 1;; nth++) {
        plim_error err = {0};
        plim_memory_fail_at(nth, 1);
        plim_status status = plim_reconcile_add(&ledger, &book, &err);
        if (status == PLIM_OK)
            status = plim_reconcile_read(&ledger, temporary_path("totals.csv"), &err);
        if (status == PLIM_OK)
            status = plim_reconcile_check(&ledger, &err);
        plim_memory_fail_at(0, 0);
        plim_reconcile_free(&ledger);
        if (status == PLIM_INPUT && nth > 10)
            return;
        assert_int_equal(status, PLIM_MACHINE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_by_hand, make, clear),
        cmocka_unit_test_setup_teardown(amounts, make, clear),
        cmocka_unit_test_setup_teardown(list_against_book, make, clear),
        cmocka_unit_test_setup_teardown(together, make, clear),
        cmocka_unit_test_setup_teardown(memory_runs_out, make, clear),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
