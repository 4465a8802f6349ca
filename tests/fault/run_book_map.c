/* Exports that are cut short or changed at random, and memory that runs out while they are imported
 * by a map: a message, never a crash, and no row that goes missing without a word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "book/mapped.h"
#include "run/publish_book.h"
#include "script/map.h"

#include "../unit/base_temporary.h"

static const char script[] =
    "return map { confirmed = true, as_of = \"2025-12-31\",\n"
    "files = { core = { file = \"x.csv\", encoding = \"UTF-8\", header = 2, footer = \"合计\" },\n"
    "  more = { file = \"more.csv\", encoding = \"UTF-8\" } },\n"
    "banks = { from = \"core\", columns = { id = \"bank\" } },\n"
    "borrowers = { from = \"core\", join = { { file = \"more\", from = \"firm\", to = \"key\" } }, "
    "columns = {\n"
    "  id = \"firm\", sector = { column = \"sector\", prefixes = { [\"30\"] = \"C30\" } },\n"
    "  region = { value = \"500153\" }, pd = { column = \"pd\", scale = \"%\" },\n"
    "  revenue = { file = \"more\", column = \"revenue\" } } },\n"
    "loans = { from = \"core\", exclude = { { column = \"kind\", is = \"x\", reason = \"not ours\" "
    "} }, columns = {\n"
    "  id = \"loan\", borrower = \"firm\", bank = \"bank\", balance = { column = \"balance\", "
    "scale = \"万元\" },\n"
    "  undrawn = { column = \"limit\", minus = \"balance\", scale = \"万元\" },\n"
    "  maturity = \"until\", class = { column = \"class\", codes = { [\"正常\"] = 1 }, empty = 1 "
    "}, lgd = { value = 0.4 } } } }\n";

static const char export[] = "title,单位：万元\r\n"
                             "loan,firm,sector,bank,balance,limit,pd,until,class,kind\r\n"
                             "L1,F1,3071,b1,\"1,100.00\",1200,1.5,2030-01-01,正常,\r\n"
                             "L2,F1,3071,b1,(0.00),2,1.5,20300101,正常,\r\n"
                             "=\"L3\",F2,3072,b2,12.5,-,1.5%,2030年1月1日,,\r\n"
                             "L4,F3,3072,b2,10,10,2,2031/5/6,正常,x\r\n"
                             "合计,,,,1122.5,,,,,\r\n";

static const char more[] = "key,revenue\nF1,100\nF2,200\n";

enum { DATA_ROWS = 4 };

/* What an import comes to. */
typedef struct outcome {
    plim_book_tables_data tables;
    plim_mapped_report report;
} outcome;

static void forget(outcome *o)
{
    plim_book_tables_data_free(&o->tables);
    plim_mapped_report_free(&o->report);
}

static plim_status import(outcome *o, plim_error *err)
{
    plim_map map = {0};
    const plim_script_loader loader = {.lib_dir = "/nowhere"};
    char core[PATH_MAX], joined[PATH_MAX];
    (void)snprintf(core, sizeof core, "%s", temporary_path("x.csv"));
    (void)snprintf(joined, sizeof joined, "%s", temporary_path("more.csv"));
    const char *paths[] = {core, joined};
    *o = (outcome){0};
    plim_status status = plim_script_read_map(&map, temporary_path("m.lua"), &loader, err);
    if (status == PLIM_OK)
        status = plim_book_map_read(&o->tables, &o->report, &map, paths, err);
    plim_map_free(&map);
    return status;
}

/* Every row of data of the export is a loan, or is in `excluded`. */
static bool try_bytes(const char *bytes, size_t length)
{
    plim_error err = {0};
    outcome o;
    assert_int_equal(temporary_write("x.csv", bytes, length), 0);
    plim_status status = import(&o, &err);
    if (status != PLIM_OK && (status != PLIM_INPUT || !strstr(err.message, "x.csv: ")))
        fail_msg("status %d: %s", (int)status, err.message);
    if (status == PLIM_OK) {
        uint64_t kept = o.tables.loans.n_rows + o.tables.excluded.n_rows;
        assert_int_equal(kept + 2, o.report.rows); /* two rows of the joined file */
        assert_int_equal(o.tables.excluded.n_rows, o.report.rejects.rows + o.report.excluded);
    }
    forget(&o);
    return status == PLIM_OK;
}

static void exports_cut_short(void **state)
{
    (void)state;
    size_t read = 0;
    for (size_t n = 0; n < sizeof export; n++)
        read += try_bytes(export, n);
    assert_true(read > sizeof export / 4 && read < sizeof export);
}

static void exports_changed_at_random(void **state)
{
    (void)state;
    uint32_t dice = 99;
    size_t read = 0;
    for (int i = 0; i < 3000; i++) {
        char changed[sizeof export];
        memcpy(changed, export, sizeof export);
        for (int k = 0; k < 3; k++) {
            dice = dice * 1664525u + 1013904223u;
            changed[(dice >> 8) % (sizeof export - 1)] = "\"\n,;|?%0129xX.-e \xFF\xC2=("[dice % 22];
        }
        read += try_bytes(changed, sizeof export - 1);
    }
    assert_true(read > 100 && read < 3000);
}

static void what_the_good_export_gives(void **state)
{
    (void)state;
    plim_error err = {0};
    outcome o;
    assert_int_equal(temporary_write("x.csv", export, sizeof export - 1), 0);
    assert_int_equal(import(&o, &err), PLIM_OK);
    assert_int_equal(o.report.rows, DATA_ROWS + 2);
    assert_int_equal(o.report.footers, 1);
    assert_int_equal(o.report.excluded, 1);
    assert_int_equal(o.report.rejects.rows, 0);
    assert_int_equal(o.tables.loans.n_rows, 3);
    assert_true(plim_frame_find(&o.tables.loans, "balance")->number[0] == 11000000);
    assert_true(plim_frame_find(&o.tables.loans, "undrawn")->number[0] == 1000000);
    assert_true(plim_frame_find(&o.tables.borrowers, "pd")->number[1] == 0.015);
    forget(&o);
}

/* Tables that are written first and checked slab by slab are the same file as those checked in
   memory; what is not sound leaves none. */
static void large_tables_are_published_alike(void **state)
{
    (void)state;
    char *bytes[2];
    size_t length[2];
    assert_int_equal(temporary_write("x.csv", export, sizeof export - 1), 0);
    for (int large = 0; large < 2; large++) {
        plim_error err = {0};
        outcome o;
        assert_int_equal(import(&o, &err), PLIM_OK);
        const char *path = temporary_path(large ? "large.book.h5" : "small.book.h5");
        if (plim_publish_book(&o.tables, path, large ? 0 : 1000, &err) != PLIM_OK)
            fail_msg("%s", err.message);
        assert_int_equal(plim_file_read(path, 1 << 20, &bytes[large], &length[large], &err),
                         PLIM_OK);
        forget(&o);
    }
    assert_int_equal(length[0], length[1]);
    assert_memory_equal(bytes[0], bytes[1], length[0]);
    plim_free(bytes[0]);
    plim_free(bytes[1]);
    int files = temporary_count();
    plim_error err = {0};
    outcome o;
    assert_int_equal(import(&o, &err), PLIM_OK);
    plim_frame_find(&o.tables.loans, "lgd")->number[0] = 7;
    assert_int_equal(plim_publish_book(&o.tables, temporary_path("bad.book.h5"), 0, &err),
                     PLIM_INPUT);
    assert_non_null(strstr(err.message, "lgd"));
    assert_int_equal(temporary_count(), files);
    forget(&o);
}

static void memory_runs_out_anywhere(void **state)
{
    (void)state;
    long failures = 0;
    assert_int_equal(temporary_write("x.csv", export, sizeof export - 1), 0);
    for (long n = 1;; n += 1 + n / 100) {
        plim_error err = {0};
        outcome o;
        plim_memory_fail_at(n, 1);
        plim_status status = import(&o, &err);
        plim_memory_fail_at(0, 0);
        forget(&o);
        if (status == PLIM_OK)
            break;
        failures++;
        if (status != PLIM_MACHINE || !strstr(err.message, "memory"))
            fail_msg("allocation %ld: status %d, message: %s", n, (int)status, err.message);
    }
    assert_true(failures > 100);
}

static int set_up(void **state)
{
    return temporary_make(state) != 0 || temporary_write("m.lua", script, sizeof script - 1) != 0 ||
           temporary_write("more.csv", more, sizeof more - 1) != 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_good_export_gives),
        cmocka_unit_test(exports_cut_short),
        cmocka_unit_test(exports_changed_at_random),
        cmocka_unit_test(large_tables_are_published_alike),
        cmocka_unit_test(memory_runs_out_anywhere),
    };
    return cmocka_run_group_tests(tests, set_up, temporary_remove);
}
