#include "../support/book_fixture.h"

static plim_book_tables_data tables;
static plim_book book;

static int make(void **state)
{
    (void)state;
    fixture_tables(&tables);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    plim_book_tables_data_free(&tables);
    return 0;
}

static plim_column *column(plim_frame *frame, const char *name)
{
    plim_column *found = plim_frame_find(frame, name);
    assert_non_null(found);
    return found;
}

#define LOAD_REFUSED(...)                                                                          \
    REFUSED(fixture_load(&book, &tables, "x.book.h5"), "x.book.h5", __VA_ARGS__)

static void loads(void)
{
    if (fixture_load(&book, &tables, "x.book.h5") != PLIM_OK)
        fail_msg("%s", must_err.message);
    plim_book_free(&book);
}

typedef struct value_case {
    int table;
    const char *column;
    double value;
    const char *accepted; /* NULL: it is */
} value_case;

/* Each value alone in row 1 of a column that the table may not have yet. */
static void values(void **state)
{
    (void)state;
    double inf = (double)INFINITY, none = (double)NAN;
    const value_case cases[] = {
        {PLIM_BOOK_BORROWERS, "pd", -0.001, "from 0 to 1"},
        {PLIM_BOOK_BORROWERS, "pd", 1.001, "from 0 to 1"},
        {PLIM_BOOK_BORROWERS, "pd", none, "missing"},
        {PLIM_BOOK_BORROWERS, "pd", 0, NULL},
        {PLIM_BOOK_BORROWERS, "pd_7", 1.5, "from 0 to 1"},
        {PLIM_BOOK_BORROWERS, "pd_7", none, NULL},
        {PLIM_BOOK_BORROWERS, "rho", 1, "below 1"},
        {PLIM_BOOK_BORROWERS, "rho", 0.999, NULL},
        {PLIM_BOOK_BORROWERS, "revenue", -1, "at least 0"},
        {PLIM_BOOK_BORROWERS, "revenue", inf, "finite"},
        {PLIM_BOOK_BORROWERS, "equity", -1e9, NULL},
        {PLIM_BOOK_BORROWERS, "equity", -inf, "finite"},
        {PLIM_BOOK_BORROWERS, "emission_quality", 6, "from 1 to 5"},
        {PLIM_BOOK_BORROWERS, "household", 0.5, "0 or 1"},
        {PLIM_BOOK_BORROWERS, "household", none, NULL},
        {PLIM_BOOK_LOANS, "lgd", 1.51, "from 0 to 1.5"},
        {PLIM_BOOK_LOANS, "lgd", 1.5, NULL},
        {PLIM_BOOK_LOANS, "balance", -0.01, "at least 0"},
        {PLIM_BOOK_LOANS, "balance", inf, "finite"},
        {PLIM_BOOK_LOANS, "balance", none, "missing"},
        {PLIM_BOOK_LOANS, "balance", 1e17, "fen"},
        {PLIM_BOOK_LOANS, "balance", 0, NULL},
        {PLIM_BOOK_LOANS, "class", 0, "one of 1, 2, 3, 4, 5"},
        {PLIM_BOOK_LOANS, "class", 2.5, "one of 1, 2, 3, 4, 5"},
        {PLIM_BOOK_LOANS, "class", 7, "one of 1, 2, 3, 4, 5"},
        {PLIM_BOOK_LOANS, "class", none, NULL},
        {PLIM_BOOK_LOANS, "rate", 4.35, "from -1 to 1"},
        {PLIM_BOOK_LOANS, "ccf", 1.2, "from 0 to 1"},
        {PLIM_BOOK_LOANS, "days_overdue", -1, "at least 0"},
        {PLIM_BOOK_BANKS, "total_loans", 1e17, "fen"},
        {PLIM_BOOK_BANKS, "cet1", -5, NULL},
        {PLIM_BOOK_BANKS, "rwa", -5, "at least 0"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        plim_frame *frame =
            plim_book_tables_data_frame(&tables, (plim_book_table_index)cases[c].table);
        plim_column *at = plim_frame_find(frame, cases[c].column);
        bool added = at == NULL;
        const double zeros[4] = {none, none, none, none};
        if (added)
            at = fixture_numbers(frame, cases[c].column, frame->n_rows, zeros);
        double before = at->number[1];
        at->number[1] = cases[c].value;
        if (cases[c].accepted == NULL)
            loads();
        else
            LOAD_REFUSED(cases[c].column, "row 1", cases[c].accepted, "id ");
        at->number[1] = before;
        if (added)
            fixture_drop(frame, cases[c].column);
    }
}

static void texts(void **state)
{
    (void)state;
    TEXTS(&tables.borrowers, "env_credit", "green", "purple", "", "black");
    TEXTS(&tables.loans, "maturity", "2026-02-29", "2028-02-29", "", "soon");
    TEXTS(&tables.loans, "green", "1.2", "", "anything", "荣");
    LOAD_REFUSED(
        "borrowers.env_credit, row 1, id u: 'purple' is impossible; accepted: one of green, "
        "blue, yellow, red, black",
        "loans.maturity, row 0, id l3: '2026-02-29'", "'soon'", "2025-12-31");
    assert_null(strstr(must_err.message, "green, row"));
}

static void required_texts(void **state)
{
    (void)state;
    MUST(plim_column_set_text(column(&tables.borrowers, "sector"), 2, "", &must_err));
    LOAD_REFUSED("borrowers.sector, row 2, id w: a required value is missing");
}

static void ids(void **state)
{
    (void)state;
    MUST(plim_column_set_text(column(&tables.borrowers, "id"), 2, "v", &must_err));
    MUST(plim_column_set_text(column(&tables.loans, "id"), 3, "", &must_err));
    LOAD_REFUSED("borrowers.id, row 2, id v: this id occurs already in row 0",
                 "loans.id, row 3: a required value is missing");
}

static void dangling_texts(void **state)
{
    (void)state;
    MUST(plim_column_set_text(column(&tables.loans, "borrower"), 1, "nobody", &must_err));
    MUST(plim_column_set_text(column(&tables.loans, "bank"), 2, "", &must_err));
    LOAD_REFUSED("loans.borrower, row 1, id l1: 'nobody' is no id of borrowers",
                 "loans.bank, row 2, id l2: a required reference is missing");
}

static void row_numbers(void **state)
{
    (void)state;
    fixture_drop(&tables.loans, "borrower");
    plim_column *borrower = INTEGERS(&tables.loans, "borrower", 1, 0, 1, 3);
    MUST(fixture_load(&book, &tables, "x.book.h5"));
    const uint32_t rows[] = {0, 0, 1, 3};
    assert_memory_equal(book.loan_borrower, rows, sizeof rows);
    assert_string_equal(plim_column_text(plim_frame_find(&book.loans, "borrower"), 3), "x");
    plim_book_free(&book);
    borrower->integer[2] = 4;
    LOAD_REFUSED("loans.borrower, row 2, id l2: 4 is no row of borrowers", "below 4");
    borrower->integer[2] = -1;
    LOAD_REFUSED("-1 is no row of borrowers");
}

/* Integers refer to ids where the ids are integers. */
static void integer_ids(void **state)
{
    (void)state;
    fixture_drop(&tables.borrowers, "id");
    fixture_drop(&tables.loans, "borrower");
    INTEGERS(&tables.borrowers, "id", 30, 1, 2, 0);
    plim_column *borrower = INTEGERS(&tables.loans, "borrower", 1, 30, 1, 0);
    MUST(fixture_load(&book, &tables, "x.book.h5"));
    const plim_column *id = plim_frame_find(&book.borrowers, "id");
    assert_string_equal(plim_column_text(id, 0), "0"); /* sorted as text: 0 1 2 30 */
    assert_string_equal(plim_column_text(id, 3), "30");
    assert_int_equal(book.loan_borrower[0], 0); /* l4 of borrower 0 */
    assert_int_equal(book.loan_borrower[3], 3);
    plim_book_free(&book);
    borrower->integer[3] = 3; /* a row, but no id */
    LOAD_REFUSED("'3' is no id of borrowers");
    borrower->integer[3] = PLIM_REFERENCE_MISSING;
    LOAD_REFUSED("loans.borrower, row 3, id l4: a required reference is missing");
}

static void tables_and_columns_missing(void **state)
{
    (void)state;
    fixture_drop(&tables.loans, "lgd");
    NUMBERS(&tables.loans, "LGD", 0.4, 0.4, 0.4, 0.4);
    plim_frame_free(&tables.banks);
    LOAD_REFUSED("banks: this required table is missing",
                 "loans.lgd: this required column is missing; is it 'LGD'?");
}

static void no_rows(void **state)
{
    (void)state;
    plim_frame_free(&tables.loans);
    const plim_book_table *loans = &plim_book_tables[PLIM_BOOK_LOANS];
    for (size_t f = 0; f < loans->n_fields; f++) /* whatever the type of an empty column */
        fixture_numbers(&tables.loans, loans->fields[f].name, 0, (const double[]){0});
    LOAD_REFUSED("loans: this required table has no rows");
    assert_null(strstr(must_err.message, "holds"));
}

static void wrong_kinds(void **state)
{
    (void)state;
    fixture_drop(&tables.borrowers, "pd");
    TEXTS(&tables.borrowers, "pd", "0.1", "0.1", "0.1", "0.1");
    fixture_drop(&tables.borrowers, "region");
    NUMBERS(&tables.borrowers, "region", 500153, 500153, 500153, 500153);
    fixture_drop(&tables.loans, "id");
    NUMBERS(&tables.loans, "id", 1, 2, 3, 4);
    LOAD_REFUSED("borrowers.pd: this column holds text; accepted: a number from 0 to 1",
                 "borrowers.region: this column holds numbers; accepted: text",
                 "loans.id: this column holds numbers; accepted: text or whole numbers");
}

static void units(void **state)
{
    (void)state;
    plim_column *balance = column(&tables.loans, "balance");
    balance->unit = plim_strdup("万元");
    column(&tables.loans, "undrawn")->unit = plim_strdup("元");
    column(&tables.borrowers, "revenue")->unit = plim_strdup("CNY");
    MUST(fixture_load(&book, &tables, "x.book.h5"));
    assert_int_equal(book.balance_fen[0], 50000000);
    assert_int_equal(book.exposure_fen[0], 50001000);
    assert_string_equal(plim_frame_find(&book.loans, "balance")->unit, "CNY");
    plim_book_free(&book);
    plim_free(balance->unit);
    balance->unit = plim_strdup("USD");
    column(&tables.borrowers, "pd")->unit = plim_strdup("percent");
    LOAD_REFUSED("loans.balance: unit 'USD'", "CNY, 元, 万元, 亿元",
                 "borrowers.pd: unit 'percent'");
    (void)snprintf(tables.currency, sizeof tables.currency, "USD");
    plim_free(column(&tables.borrowers, "pd")->unit);
    column(&tables.borrowers, "pd")->unit = NULL;
    loads();
}

static void heads(void **state)
{
    (void)state;
    (void)snprintf(tables.as_of, sizeof tables.as_of, "31.12.2025");
    tables.currency[0] = '\0';
    LOAD_REFUSED("as_of is '31.12.2025'", "ISO date", "currency is empty");
    (void)snprintf(tables.currency, sizeof tables.currency, "\x1b[2J;CNY");
    LOAD_REFUSED("currency has other characters", "such as CNY");
}

static void many_faults_at_once(void **state)
{
    (void)state;
    column(&tables.loans, "lgd")->number[0] = 2;
    column(&tables.borrowers, "pd")->number[3] = -1;
    MUST(plim_column_set_text(column(&tables.loans, "bank"), 0, "Z", &must_err));
    LOAD_REFUSED("loans.lgd, row 0, id l3: 2 is", "borrowers.pd, row 3, id x: -1 is",
                 "'Z' is no id of banks");
}

static void sums_beyond_int64(void **state)
{
    (void)state;
    for (size_t l = 0; l < 4; l++)
        column(&tables.loans, "balance")->number[l] = 2e16;
    REFUSED(fixture_load(&book, &tables, "x.book.h5"), "exposures", "4.6e+16");
}

static void unknown_columns_are_carried(void **state)
{
    (void)state;
    NUMBERS(&tables.borrowers, "water", 1, 2, 3, (double)INFINITY)->unit = plim_strdup("t");
    INTEGERS(&tables.loans, "officer", 5, 6, 7, PLIM_REFERENCE_MISSING);
    TEXTS(&tables.banks, "镇", "昌元", "");
    MUST(fixture_load(&book, &tables, "x.book.h5"));
    assert_true(plim_frame_find(&book.borrowers, "water")->number[0] == 2);
    assert_string_equal(plim_frame_find(&book.borrowers, "water")->unit, "t");
    assert_true(plim_frame_find(&book.loans, "officer")->number[0] == 7);
    assert_true(isnan(plim_frame_find(&book.loans, "officer")->number[3]));
    assert_string_equal(plim_column_text(plim_frame_find(&book.banks, "镇"), 1), "昌元");
    plim_book_free(&book);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make, clear)
    const struct CMUnitTest tests[] = {
        TEST(values),
        TEST(texts),
        TEST(required_texts),
        TEST(ids),
        TEST(dangling_texts),
        TEST(row_numbers),
        TEST(integer_ids),
        TEST(tables_and_columns_missing),
        TEST(no_rows),
        TEST(wrong_kinds),
        TEST(units),
        TEST(heads),
        TEST(many_faults_at_once),
        TEST(sums_beyond_int64),
        TEST(unknown_columns_are_carried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
