/* Imports of hazards from damaged tables, and with memory that runs out: a message, never a crash
   or another status. Damaged HDF5 files are in tests/cli/test_hazard_import.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/climada_fixture.h"
#include "../unit/base_temporary.h"

#include "base/file.h"
#include "base/memory.h"
#include "run/climada_import.h"
#include "run/hazard_csv.h"
#include "run/oasis_import.h"

static const char footprint[] = "event_id,areaperil_id,intensity_bin_id,probability\n"
                                "1,10,1,0.25\n1,10,2,0.75\n2,10,2,1\n2,11,1,1.0e0\n3,12,9,1\n";
static const char occurrence[] = "event_id,period_no,occ_date_id\n1,1,5\n2,4,7\n1,9,8\n4,10,9\n";
static const char vulnerability[] = "vulnerability_id,intensity_bin_id,damage_bin_id,probability\n"
                                    "7,1,1,1\n7,2,1,0.5\n7,2,2,0.5\n8,9,1,1\n";
static const char damage_bins[] = "bin_index,bin_from,bin_to,interpolation,damage_type\n"
                                  "1,0,0,0,0\n2,0,1,0.5,1\n";
static const char keys[] = "LocID,AreaPerilID\nx,10\n\"y, z\",11\nu,10\n";

static char path[6][PATH_MAX];

static plim_status import_oasis(plim_error *err)
{
    const plim_oasis_config config = {.footprint = path[0],
                                      .occurrence = path[1],
                                      .periods = 10,
                                      .vulnerability = path[2],
                                      .vulnerability_id = "7",
                                      .damage_bins = path[3],
                                      .keys = path[4],
                                      .place_column = "LocID"};
    plim_oasis_import import;
    plim_text csv = {0};
    plim_status status = plim_oasis_import_read(&import, &config, err);
    if (status == PLIM_OK) {
        plim_hazard_origin origin = {"ratio", config.footprint, import.sha256};
        status = plim_hazard_compose(&import.set, &origin, &csv, err);
    }
    plim_text_free(&csv);
    plim_oasis_import_free(&import);
    return status;
}

static plim_status import_climada(plim_error *err)
{
    const plim_climada_config config = {
        .path = path[5], .sites = path[4], .max_km = 50, .partial = true};
    plim_climada_import import;
    plim_status status = plim_climada_import_read(&import, &config, err);
    if (status == PLIM_OK) {
        assert_int_equal(import.set.n_events, 2);
        assert_string_equal(import.set.name[1], "b");
        assert_true(import.set.intensity[import.set.first[1]] == 3.5);
        assert_int_equal(import.n_partial, 1);
        assert_int_equal(import.n_near, 2);
    }
    plim_climada_import_free(&import);
    return status;
}

static void write_tables(void)
{
    static const struct {
        const char *name, *text;
    } tables[] = {{"footprint.csv", footprint},
                  {"occurrence.csv", occurrence},
                  {"vulnerability.csv", vulnerability},
                  {"damage.csv", damage_bins},
                  {"keys.csv", keys}};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(temporary_write(tables[i].name, tables[i].text, strlen(tables[i].text)),
                         0);
        snprintf(path[i], sizeof path[i], "%s", temporary_path(tables[i].name));
    }
}

static void damaged_tables_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {footprint, occurrence, vulnerability, damage_bins, keys};
    static const char bytes[] = "\0\"\n,;|?%0129xX.-e \xFF\xC2";
    uint32_t dice = 99;
    size_t refused = 0;
    write_tables();
    for (int i = 0; i < 1500; i++) {
        plim_error err = {0};
        char changed[400];
        size_t which = (size_t)i % 5, length = strlen(texts[which]);
        memcpy(changed, texts[which], length);
        for (int k = 0; k < 2; k++) {
            dice = dice * 1664525u + 1013904223u;
            changed[(dice >> 8) % length] = bytes[(dice >> 3) % (sizeof bytes - 1)];
        }
        assert_int_equal(plim_file_write(path[which], changed, length, &err), PLIM_OK);
        plim_status status = import_oasis(&err);
        if (status != PLIM_OK && (status != PLIM_INPUT || !strstr(err.message, ".csv: ")))
            fail_msg("status %d: %s", (int)status, err.message);
        refused += status != PLIM_OK;
        assert_int_equal(plim_file_write(path[which], texts[which], length, &err), PLIM_OK);
    }
    assert_true(refused > 500);
}

static void exhaust(plim_status (*work)(plim_error *), long least)
{
    long n = 1;
    for (;; n++) {
        plim_error err = {0};
        plim_memory_fail_at(n, 1);
        plim_status status = work(&err);
        plim_memory_fail_at(0, 0);
        if (status == PLIM_OK)
            break;
        if (status != PLIM_MACHINE || !strstr(err.message, "memory"))
            fail_msg("allocation %ld: status %d, message: %s", n, (int)status, err.message);
    }
    assert_true(n > least);
}

static void memory_runs_out_anywhere(void **state)
{
    (void)state;
    static const char sites[] = "id,lat,lon\np,29.1,106\nq,29,107.1\nfar,50,50\n";
    write_tables();
    exhaust(import_oasis, 60);
    assert_int_equal(temporary_write("hazard.h5", "", 0), 0);
    snprintf(path[5], sizeof path[5], "%s", temporary_path("hazard.h5"));
    climada_write(path[5]);
    assert_int_equal(temporary_write("keys.csv", sites, sizeof sites - 1), 0);
    exhaust(import_climada, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_tables_are_refused),
        cmocka_unit_test(memory_runs_out_anywhere),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
