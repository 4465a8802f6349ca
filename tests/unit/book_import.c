#include "../support/book_fixture.h"
#include "base_temporary.h"

#include "book/import.h"

#define BANKS "id,type,total_loans\nB,legal_person,300.30\n"
#define BORROWERS                                                                                  \
    "id,pd,sector,region,tax_id,town,score\nu,0.1,C3071,500153,007,昌元,1.5\n0,0.2,D44,500153,"  \
    "008,\"\",\n"
#define LOANS                                                                                      \
    "balance,id,borrower,bank,lgd,class,start\n100.10,l1,u,B,0.45,1,2024-01-31\n200.20,l2,0,B,0."  \
    "4,,\n"

static char path[PLIM_BOOK_TABLE_COUNT][PATH_MAX];
static plim_import_config config;
static plim_book_tables_data out;

static void put(plim_book_table_index table, const char *name, const char *text)
{
    assert_int_equal(temporary_write(name, text, strlen(text)), 0);
    (void)snprintf(path[table], sizeof path[table], "%s", temporary_path(name));
    config.path[table] = path[table];
}

static int make(void **state)
{
    (void)state;
    config = (plim_import_config){.as_of = "2025-12-31", .currency = "CNY"};
    put(PLIM_BOOK_BANKS, "banks.csv", BANKS);
    put(PLIM_BOOK_BORROWERS, "borrowers.csv", BORROWERS);
    put(PLIM_BOOK_LOANS, "loans.csv", LOANS);
    return 0;
}

static plim_status import(void)
{
    must_err = (plim_error){0};
    return plim_book_import(&out, &config, &must_err);
}

static void clean_files(void **state)
{
    (void)state;
    MUST(import());
    assert_string_equal(out.as_of, "2025-12-31");
    assert_true(plim_frame_find(&out.loans, "balance")->number[1] == 200.20);
    assert_true(isnan(plim_frame_find(&out.loans, "class")->number[1]));
    /* ids are texts, also where they look like row numbers; codes keep their zeros */
    assert_int_equal(plim_frame_find(&out.loans, "borrower")->kind, PLIM_COLUMN_TEXT);
    assert_string_equal(plim_column_text(plim_frame_find(&out.borrowers, "tax_id"), 0), "007");
    assert_int_equal(plim_frame_find(&out.borrowers, "score")->kind, PLIM_COLUMN_NUMBER);
    assert_true(isnan(plim_frame_find(&out.borrowers, "score")->number[1]));
    assert_string_equal(plim_column_text(plim_frame_find(&out.borrowers, "town"), 0), "昌元");
    assert_int_equal(out.collateral.n_columns, 0);
    plim_book_tables_data_free(&out);
}

static void sites_and_insurance(void **state)
{
    (void)state;
    put(PLIM_BOOK_COLLATERAL, "collateral.csv", "id,loan,value\n7,l1,10\n");
    put(PLIM_BOOK_SITES, "sites.csv",
        "id,borrower,collateral,region,lat,lon,value\ns1,u,,500153001,29.4,105.4,5\ns2,,7,,,,\n");
    put(PLIM_BOOK_INSURANCE, "insurance.csv", "id,borrower,limit,end\np1,0,1e6,\n");
    MUST(import());
    assert_int_equal(out.sites.n_rows, 2);
    assert_string_equal(plim_column_text(plim_frame_find(&out.sites, "collateral"), 1), "7");
    assert_true(isnan(plim_frame_find(&out.sites, "value")->number[1]));
    assert_true(plim_frame_find(&out.insurance, "limit")->number[0] == 1e6);
    plim_book_tables_data_free(&out);
    put(PLIM_BOOK_SITES, "sites.csv", "id,borrower,collateral,lat\ns1,u,7,north\n");
    REFUSED(import(), "sites.csv:2: column lat: 'north' is not a number", "from -90 to 90");
    put(PLIM_BOOK_SITES, "sites.csv", "id,borrower,collateral\ns1,u,\ns2,u,7\n");
    REFUSED(import(), "sites.csv:3: column collateral, id s2: borrower and collateral are both");
    put(PLIM_BOOK_SITES, "sites.csv", "id,collateral\ns1,7\ns2,7\n");
    REFUSED(import(), "sites.csv:3: column collateral, id s2: '7' has its place in row 0 already");
}

static void cells_that_are_no_numbers(void **state)
{
    (void)state;
    put(PLIM_BOOK_LOANS, "loans.csv",
        "id,borrower,bank,balance,lgd,note\nl1,u,B,\"1,000\",0.45,\"a\nb\"\nl2,0,B,nan,45%,\n");
    REFUSED(import(), "loans.csv:2: column balance: '1,000' is not a number", "at least 0",
            "loans.csv:4: column balance: 'nan'", "loans.csv:4: column lgd: '45%'",
            "from 0 to 1.5");
}

static void impossible_values(void **state)
{
    (void)state;
    put(PLIM_BOOK_LOANS, "loans.csv",
        "id,borrower,bank,balance,lgd\nl1,u,B,,0.45\nl2,nobody,B,200.20,1.6\n");
    REFUSED(import(), "loans.csv:2: column balance, id l1: a required value is missing",
            "loans.csv:3: column lgd, id l2: 1.6 is impossible", "'nobody' is no id of borrowers");
}

static void ledger(void **state)
{
    (void)state;
    put(PLIM_BOOK_BANKS, "banks.csv", "id,total_loans\nB,300.31\n");
    REFUSED(import(), "does not tie", "300.31", "-0.01");
}

static void missing_files_and_columns(void **state)
{
    (void)state;
    config.path[PLIM_BOOK_BANKS] = NULL;
    put(PLIM_BOOK_LOANS, "loans.csv", "id,borrower,bank,Balance,lgd\nl1,u,B,1,0.45\n");
    REFUSED(import(), "banks: this required table is missing", "column balance",
            "is it 'Balance'?");
    config.path[PLIM_BOOK_LOANS] = "/nowhere/loans.csv";
    REFUSED(import(), "/nowhere/loans.csv", "No such file");
}

static void heads(void **state)
{
    (void)state;
    config.as_of = "yesterday";
    plim_error err = {0};
    assert_int_equal(plim_book_import(&out, &config, &err), PLIM_USAGE);
    assert_non_null(strstr(err.message, "yesterday"));
    config.as_of = "2025-12-31";
    config.currency = "";
    err = (plim_error){0};
    assert_int_equal(plim_book_import(&out, &config, &err), PLIM_USAGE);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    plim_status status = PLIM_MACHINE;
    for (long nth = 1; status != PLIM_OK; nth++) {
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        status = plim_book_import(&out, &config, &err);
        plim_memory_fail_at(0, 0);
        assert_true(status == PLIM_OK || status == PLIM_MACHINE);
        assert_true(nth < 10000);
    }
    plim_book_tables_data_free(&out);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, make)
    const struct CMUnitTest tests[] = {
        TEST(sites_and_insurance),
        TEST(clean_files),
        TEST(cells_that_are_no_numbers),
        TEST(impossible_values),
        TEST(ledger),
        TEST(missing_files_and_columns),
        TEST(heads),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
