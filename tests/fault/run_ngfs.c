/* Files of pathways that are cut short, changed at random or too long for the memory: refused with
   a message, never a crash (the sanitizer build looks for more). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "run/ngfs.h"

static const char table[] =
    "\xEF\xBB\xBFModel,Scenario,Region,Variable,Unit,2022,2023.0,X2030\r\n"
    "NiGEM,Below 2?C,NiGEM|China,\"Equity, \"\"prices\"\"(combined)\",%,-1,,-5\r\n"
    "REMIND,Net Zero 2050,World,Price|Carbon,US$2010/t CO2,0,10,1.5e2\r\n"
    "REMIND,Net Zero 2050,World,Price|Carbon,US$2010/t CO2,0,NA,150\r\n"
    "GCAM,NGFS-Current Policies,\xE4\xB8\x96\xE7\x95\x8C,Emissions|CO2,Mt CO2/yr,1,2,3\r\n";

static char path[] = "/tmp/plimsoll-ngfs-fault-XXXXXX/ngfs.csv";

static int open_folder(void **state)
{
    (void)state;
    char *slash = strrchr(path, '/');
    *slash = '\0';
    bool made = mkdtemp(path) != NULL;
    *slash = '/';
    return made ? 0 : -1;
}

static int close_folder(void **state)
{
    (void)state;
    unlink(path);
    *strrchr(path, '/') = '\0';
    return rmdir(path);
}

/* All of an import but the writing of the file. */
static plim_status work(plim_error *err)
{
    const plim_ngfs_config config = {.path = path,
                                     .currency = "CNY",
                                     .price_year = 2024,
                                     .first_year = 2023,
                                     .last_year = 2026,
                                     .lib_dir = PLIM_SOURCE_DIR "/scenarios/lib"};
    plim_ngfs ngfs = {0};
    plim_text csv = {0};
    plim_status status = plim_ngfs_open(&ngfs, &config, err);
    if (status == PLIM_OK)
        status = plim_ngfs_read(&ngfs, &config, err);
    if (status == PLIM_OK)
        status = plim_ngfs_compose(&ngfs, &config, &csv, err);
    plim_text_free(&csv);
    plim_ngfs_free(&ngfs);
    return status;
}

static void write_file(const char *bytes, size_t length)
{
    plim_error err = {0};
    assert_int_equal(plim_file_write(path, bytes, length, &err), PLIM_OK);
}

static plim_status try_bytes(const char *bytes, size_t length)
{
    plim_error err = {0};
    write_file(bytes, length);
    plim_status status = work(&err);
    if (status != PLIM_OK && (status != PLIM_INPUT || !strstr(err.message, "ngfs.csv: ")))
        fail_msg("status %d: %s", (int)status, err.message);
    return status;
}

static void files_cut_short(void **state)
{
    (void)state;
    size_t refused = 0, length = sizeof table - 1;
    for (size_t n = 0; n < length; n++)
        refused += try_bytes(table, n) != PLIM_OK;
    assert_int_equal(try_bytes(table, length), PLIM_OK);
    assert_true(refused > length / 2); /* but a file cut after a whole row is whole */
}

static void files_changed_at_random(void **state)
{
    (void)state;
    uint32_t dice = 12345;
    size_t refused = 0;
    for (int i = 0; i < 1500; i++) {
        char changed[sizeof table];
        memcpy(changed, table, sizeof table);
        for (int k = 0; k < 3; k++) {
            dice = dice * 1664525u + 1013904223u;
            changed[(dice >> 8) % (sizeof table - 1)] = "\0\"\n,;|?%0129xX.-e \xFF\xC2"[dice % 21];
        }
        refused += try_bytes(changed, sizeof table - 1) != PLIM_OK;
    }
    assert_true(refused > 0);
}

static void memory_runs_out_anywhere(void **state)
{
    (void)state;
    long failures = 0;
    write_file(table, sizeof table - 1);
    for (long n = 1;; n += 1 + n / 100) {
        plim_error err = {0};
        plim_memory_fail_at(n, 1);
        plim_status status = work(&err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK)
            break;
        failures++;
        if (status != PLIM_MACHINE || !strstr(err.message, "memory"))
            fail_msg("allocation %ld: status %d, message: %s", n, (int)status, err.message);
    }
    assert_true(failures > 100);
}

/* Many rows and long cells are slow at worst, and what comes out is right. */
static void a_large_file_is_read(void **state)
{
    (void)state;
    enum { ROWS = 60000 };
    plim_text text = {0};
    plim_error err = {0};
    plim_text_add(&text, "Model,Scenario,Region,Variable,Unit,2022,2030\n");
    for (int i = 0; i < ROWS; i++)
        plim_text_format(&text, "M,Net Zero 2050,Region %d,Price|Carbon,%%,%d,%d\n", i, i, i + 1);
    write_file(text.data, text.length);
    plim_text_free(&text);
    const char *region = "Region 59999";
    plim_ngfs_config config = {
        .path = path, .currency = "CNY", .lib_dir = PLIM_SOURCE_DIR "/scenarios/lib"};
    config.wanted[PLIM_NGFS_REGION] = &region;
    config.n_wanted[PLIM_NGFS_REGION] = 1;
    plim_ngfs ngfs = {0};
    assert_int_equal(plim_ngfs_open(&ngfs, &config, &err), PLIM_OK);
    assert_int_equal(plim_ngfs_read(&ngfs, &config, &err), PLIM_OK);
    assert_int_equal(ngfs.n_series, 1);
    assert_int_equal(ngfs.axis[PLIM_NGFS_REGION].source.count, ROWS);
    assert_true(ngfs.series[0].points.value[1] == 60000);
    plim_ngfs_free(&ngfs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_cut_short),
        cmocka_unit_test(files_changed_at_random),
        cmocka_unit_test(memory_runs_out_anywhere),
        cmocka_unit_test(a_large_file_is_read),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
