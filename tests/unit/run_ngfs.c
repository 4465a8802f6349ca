/* scenario import ngfs over small files written in the manner of the real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "run/ngfs.h"
#include "scenario/units.h"

#define LIBRARY PLIM_SOURCE_DIR "/scenarios/lib"
#define NIGEM   "NiGEM NGFS v1.24.2[REMIND-MAgPIE 3.3-4.8]"

static const char table[] =
    "\xEF\xBB\xBFModel,Scenario,Region,Variable,Unit,2022,2023.0,X2025,2030,2035\r\n" NIGEM
    ",Below 2?C,NiGEM NGFS v1.24.2|China,Equity prices(combined),%,-1,-2,,-5,-6\r\n" NIGEM
    ",Below 2?C,NiGEM NGFS v1.24.2|China,Equity prices(physical),%,-1,-2,,-5,-6\r\n" NIGEM
    ",Below 2?C,NiGEM NGFS v1.24.2|China,Equity prices(transition),%,-1,-2,-3,-4,-5\r\n" NIGEM
    ",Below 2?C,NiGEM NGFS v1.24.2|China,Equity prices(transition) ,%,-1,-2,NA,-4.0,-5\r\n"
    "REMIND-MAgPIE 3.3-4.8,Net Zero 2050,REMIND-MAgPIE 3.3-4.8|China,Price|Carbon,"
    "US$2010/t CO2,0,10,20,100,150\r\n"
    "REMIND-MAgPIE 3.3-4.8,NZ2050,World,Price|Carbon,US$2010/t CO2,0,11,21,101,151\r\n"
    "REMIND-MAgPIE 3.3-4.8 IntegratedPhysicalDamages (median),Net Zero 2050,World,"
    "Diagnostics|Integrated Physical Damages,%,1,1,1,1,1\r\n"
    "GCAM 6.0 NGFS,NGFS-Current Policies,World,GDP|PPP|incl. chronic physical risk damage,"
    "billion US$2010/yr,1,2,3,4,5\r\n"
    "GCAM 6.0 NGFS,NGFS-Current Policies,World,GDP|PPP,billion US$2010/yr,1,2,3,4,5\r\n"
    "GCAM 6.0 NGFS,NGFS-Current Policies,World,GDP|MER,billion US$2010/yr,1,2,3,4,5\r\n"
    "GCAM 6.0 NGFS,NGFS-Current Policies,World,Emissions|CO2,Mt CO2/yr,1,2,3,4,5\r\n"
    "GCAM 6.0 NGFS,NGFS-Current Policies,World,Secondary Energy,EJ/yr,1,2,3,4,5\r\n"
    "GCAM 6.0 NGFS,NGFS-Current Policies,World,Price|Electricity,US$2010/GJ,1,2,3,4,5\r\n"
    "GCAM 6.0 NGFS,NGFS-Current Policies,World,Temperature,K,1,2,3,4,5\r\n"
    "GCAM 6.0 NGFS,My own (2024),World,Yield|Maize,t DM/ha/yr,1,2,3,4,5\r\n";

static char path[] = "/tmp/plimsoll-ngfs-XXXXXX/ngfs.csv";

static int open_folder(void **state)
{
    (void)state;
    char *slash = strrchr(path, '/');
    plim_error err = {0};
    *slash = '\0';
    bool made = mkdtemp(path) != NULL;
    *slash = '/';
    return made && plim_file_write(path, table, sizeof table - 1, &err) == PLIM_OK ? 0 : -1;
}

static int close_folder(void **state)
{
    (void)state;
    unlink(path);
    *strrchr(path, '/') = '\0';
    return rmdir(path);
}

/* What is asked for, one name an axis. */
typedef struct request {
    const char *name[PLIM_NGFS_AXES];
    plim_ngfs_config config;
} request;

static plim_status import(plim_ngfs *out, request *r, bool read, plim_error *err)
{
    *out = (plim_ngfs){0};
    *err = (plim_error){0};
    r->config.path = path;
    r->config.lib_dir = LIBRARY;
    r->config.currency = r->config.currency ? r->config.currency : "CNY";
    for (size_t i = 0; i < PLIM_NGFS_AXES; i++)
        if (r->name[i]) {
            r->config.wanted[i] = &r->name[i];
            r->config.n_wanted[i] = 1;
        }
    plim_status status = plim_ngfs_open(out, &r->config, err);
    return status == PLIM_OK && read ? plim_ngfs_read(out, &r->config, err) : status;
}

static void expect_refused(request r, const char *words)
{
    plim_ngfs ngfs;
    plim_error err;
    char copy[400], *save = NULL;
    assert_int_equal(import(&ngfs, &r, true, &err), PLIM_INPUT);
    assert_non_null(strstr(err.message, "ngfs.csv: "));
    snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok_r(copy, "~", &save); word; word = strtok_r(NULL, "~", &save))
        if (!strstr(err.message, word))
            fail_msg("no `%s` in: %s", word, err.message);
    plim_ngfs_free(&ngfs);
}

static void everything_but_what_is_warned_of(void **state)
{
    (void)state;
    plim_ngfs ngfs;
    plim_error err;
    request r = {0};
    assert_int_equal(import(&ngfs, &r, true, &err), PLIM_OK);
    assert_int_equal(ngfs.n_series, 10);
    assert_int_equal(ngfs.n_left_out, 4);
    assert_int_equal(ngfs.left_out.count, 4);
    assert_string_equal(ngfs.left_out.text[0], "Equity prices(combined)");
    assert_string_equal(ngfs.left_out.text[2], "Diagnostics|Integrated Physical Damages");
    assert_int_equal(ngfs.first_year, 2022);
    assert_int_equal(ngfs.last_year, 2035);
    plim_ngfs_free(&ngfs);
}

static void names_follow_the_library(void **state)
{
    (void)state;
    plim_ngfs ngfs;
    plim_error err;
    request r = {.name = {[PLIM_NGFS_SCENARIO] = "below 2 \u00B0c", [PLIM_NGFS_REGION] = "china"}};
    assert_int_equal(import(&ngfs, &r, true, &err), PLIM_OK);
    assert_int_equal(ngfs.n_series, 1); /* two rows, one of them a copy with a gap */
    assert_string_equal(ngfs.series[0].name[PLIM_NGFS_SCENARIO], "Below 2\u00B0C");
    assert_string_equal(ngfs.series[0].name[PLIM_NGFS_REGION], "China");
    assert_int_equal(ngfs.series[0].points.count, 5);
    assert_int_equal(ngfs.n_duplicates, 4);
    plim_ngfs_free(&ngfs);

    /* As written goes first; the library's name means every spelling of it. */
    r = (request){.name = {[PLIM_NGFS_SCENARIO] = "NZ2050"}};
    assert_int_equal(import(&ngfs, &r, true, &err), PLIM_OK);
    assert_int_equal(ngfs.n_series, 1);
    assert_string_equal(ngfs.series[0].name[PLIM_NGFS_REGION], "World");
    plim_ngfs_free(&ngfs);
    r = (request){.name = {[PLIM_NGFS_SCENARIO] = "NGFS-Net Zero 2050"}};
    assert_int_equal(import(&ngfs, &r, true, &err), PLIM_OK);
    assert_int_equal(ngfs.n_series, 2);
    assert_string_equal(ngfs.series[1].name[PLIM_NGFS_SCENARIO], "Net Zero 2050");
    plim_ngfs_free(&ngfs);
}

static void a_warning_is_kept_with_what_was_named(void **state)
{
    (void)state;
    plim_ngfs ngfs;
    plim_error err;
    request r = {.name = {[PLIM_NGFS_VARIABLE] = "Equity prices(physical)"}};
    plim_text csv = {0};
    assert_int_equal(import(&ngfs, &r, true, &err), PLIM_OK);
    assert_int_equal(ngfs.n_series, 1);
    assert_non_null(strstr(ngfs.series[0].warning, "Kotz"));
    assert_non_null(strstr(ngfs.series[0].warning_zh, "Kotz"));
    assert_int_equal(plim_ngfs_compose(&ngfs, &r.config, &csv, &err), PLIM_OK);
    assert_non_null(strstr(csv.data, "\"Kotz-Wenz: "));
    plim_text_free(&csv);
    plim_ngfs_free(&ngfs);
    expect_refused((request){.name = {[PLIM_NGFS_MODEL] = NIGEM, [PLIM_NGFS_SCENARIO] = "Low"}},
                   "no row has the scenario `Low`~there are `Below 2?C`");
    expect_refused((request){.name = {[PLIM_NGFS_VARIABLE] = "equity prices"}},
                   "names that begin so: `Equity prices(combined)`, `Equity prices(physical)`, "
                   "`Equity prices(transition)`");
    expect_refused((request){.name = {[PLIM_NGFS_MODEL] = "REMIND-MAgPIE 3.3-4.8 "
                                                          "IntegratedPhysicalDamages (median)"}},
                   "all that is meant carries the Kotz-Wenz warning~--variable");
    expect_refused(
        (request){.name = {[PLIM_NGFS_REGION] = "China", [PLIM_NGFS_SCENARIO] = "NZ2050"}},
        "no row has all the names");
    expect_refused((request){.name = {[PLIM_NGFS_VARIABLE] = "Prise|Carbon"}},
                   "did you mean `Price|Carbon`?");
}

/* ---- conversions ---- */

static void expect_factor(const char *variable, int price_year, const char *unit, double factor)
{
    plim_ngfs ngfs;
    plim_error err;
    request r = {.name = {[PLIM_NGFS_VARIABLE] = variable}, .config = {.price_year = price_year}};
    assert_int_equal(import(&ngfs, &r, true, &err), PLIM_OK);
    const plim_ngfs_conversion *conversion = &ngfs.series[0].conversion;
    plim_unit parsed;
    double to_base = 0;
    char message[200];
    if (unit) { /* a pathway reads what is written */
        assert_string_equal(conversion->unit, unit);
        assert_true(plim_unit_parse(unit, &parsed, &to_base, message));
    } else
        assert_null(conversion->unit);
    if (fabs(conversion->factor / factor - 1) > 1e-12)
        fail_msg("%s: factor %.17g", variable, conversion->factor);
    assert_int_equal(conversion->en != NULL, unit != NULL);
    assert_int_equal(conversion->zh != NULL, unit != NULL);
    assert_int_equal(conversion->money, !unit && strstr(ngfs.series[0].unit, "US$") != NULL);
    plim_ngfs_free(&ngfs);
}

/* By hand: the deflators of both years and the exchange rate that money.lua states. */
static void units_and_dollars_are_converted(void **state)
{
    (void)state;
    expect_factor("Price|Carbon", 2024, "CNY/tCO2e", 125.224 / 89.632 * 7.1217);
    expect_factor("Price|Carbon", 2020, "CNY/tCO2e", 105.361 / 89.632 * 6.8976);
    expect_factor("GDP|MER", 2023, "CNY", 122.273 / 89.632 * 7.0467 * 1e9);
    expect_factor("Price|Carbon", 0, NULL, 1);
    /* One GJ is 1000/3.6 kWh. */
    expect_factor("Price|Electricity", 2024, "CNY/kWh", 125.224 / 89.632 * 7.1217 * 3.6 / 1000);
    expect_factor("Secondary Energy", 0, "kWh", 1e12 / 3.6);
    expect_factor("Temperature", 0, "degC", 1);
    expect_factor("Emissions|CO2", 2024, "tCO2e", 1e6);
    expect_factor("Equity prices(transition)", 0, "ratio", 0.01);
    expect_factor("Yield|Maize", 2024, NULL, 1);
    expect_refused(
        (request){.name = {[PLIM_NGFS_VARIABLE] = "GDP|PPP"}, .config = {.price_year = 2024}},
        "`GDP|PPP`~purchasing power");
    expect_refused(
        (request){.name = {[PLIM_NGFS_VARIABLE] = "Price|Carbon"}, .config = {.price_year = 2030}},
        "money.lua~2010 to 2024, not of 2030");
    expect_refused(
        (request){.name = {[PLIM_NGFS_VARIABLE] = "Price|Carbon"}, .config = {.price_year = 2015}},
        "exchange rates of 2020 to 2024, not of 2015");
    expect_refused((request){.name = {[PLIM_NGFS_VARIABLE] = "Price|Carbon"},
                             .config = {.price_year = 2024, .currency = "EUR"}},
                   "CNY only, not to EUR");
}

/* ---- years ---- */

static void expect_years(int first, int last, size_t n, const int *year)
{
    plim_ngfs ngfs;
    plim_error err;
    request r = {.name = {[PLIM_NGFS_VARIABLE] = "Price|Carbon", [PLIM_NGFS_REGION] = "China"},
                 .config = {.first_year = first, .last_year = last}};
    assert_int_equal(import(&ngfs, &r, true, &err), PLIM_OK);
    assert_int_equal(ngfs.series[0].points.count, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(ngfs.series[0].points.year[i], year[i]);
    plim_ngfs_free(&ngfs);
}

/* Cut so that nothing within the years changes: the next point on either side stays. */
static void years_are_cut_without_changing_what_is_left(void **state)
{
    (void)state;
    expect_years(0, 0, 5, (const int[]){2022, 2023, 2025, 2030, 2035});
    expect_years(2026, 2029, 2, (const int[]){2025, 2030});
    expect_years(2025, 2030, 2, (const int[]){2025, 2030});
    expect_years(2024, 2031, 4, (const int[]){2023, 2025, 2030, 2035});
    expect_years(2000, 2010, 1, (const int[]){2022});
    expect_years(2040, 2050, 1, (const int[]){2035});
    expect_years(2023, 2023, 1, (const int[]){2023});
    expect_years(2000, 2100, 5, (const int[]){2022, 2023, 2025, 2030, 2035});
}

/* ---- what is written ---- */

static void every_value_says_where_it_is_from(void **state)
{
    (void)state;
    plim_ngfs ngfs;
    plim_error err;
    plim_text csv = {0};
    plim_csv back;
    char sha256[PLIM_DIGEST_HEX];
    request r = {.name = {[PLIM_NGFS_VARIABLE] = "Price|Carbon", [PLIM_NGFS_REGION] = "China"},
                 .config = {.price_year = 2024, .first_year = 2030, .last_year = 2035}};
    assert_int_equal(import(&ngfs, &r, true, &err), PLIM_OK);
    assert_int_equal(plim_ngfs_compose(&ngfs, &r.config, &csv, &err), PLIM_OK);
    assert_int_equal(plim_csv_parse("out.csv", csv.data, csv.length, &back, &err), PLIM_OK);
    assert_int_equal(plim_digest_bytes(table, sizeof table - 1, sha256, &err), PLIM_OK);
    assert_int_equal(back.n_rows, 2);
    assert_int_equal(back.n_columns, 16);
    const char *const first[] = {"REMIND-MAgPIE 3.3-4.8", "Net Zero 2050", "China",
                                 "Price|Carbon",          "CNY/tCO2e",     "2030"};
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(back.cell[i], first[i]);
    double value = 0;
    assert_true(plim_parse_double(back.cell[6], &value));
    assert_true(fabs(value / (100 * 125.224 / 89.632 * 7.1217) - 1) < 1e-12);
    assert_string_equal(back.cell[7], "");
    assert_string_equal(back.cell[8], "100");
    assert_string_equal(back.cell[9], "US$2010/t CO2");
    assert_non_null(strstr(back.cell[10], "89.632 (2010; "));
    assert_string_equal(back.cell[12], "REMIND-MAgPIE 3.3-4.8|China");
    assert_string_equal(back.cell[13], "6");
    assert_string_equal(back.cell[14], "ngfs.csv");
    assert_string_equal(back.cell[15], sha256);
    plim_csv_free(&back);
    plim_text_free(&csv);
    plim_ngfs_free(&ngfs);
}

/* ---- other files ---- */

static void expect_file(const char *text, const char *words)
{
    plim_error err = {0};
    assert_int_equal(plim_file_write(path, text, strlen(text), &err), PLIM_OK);
    expect_refused((request){0}, words);
    assert_int_equal(plim_file_write(path, table, sizeof table - 1, &err), PLIM_OK);
}

static void files_that_are_none_are_refused(void **state)
{
    (void)state;
    expect_file("Scenario,Region,2020\na,b,1\n", "no column `variable`~pathway { csv");
    expect_file("variable,year,value\na,2020,1\n", "no column `scenario`");
    expect_file("scenario,variable,2020\nBelow 2?C,a,1\nBelow 2C,a,2\n",
                "2020 has two values~line 2~line 3");
    expect_file("scenario,variable,2020\na,b,1.0.0\n", "line 2, column `2020`: `1.0.0`");
    expect_file("", "is empty");
    expect_file("scenario,variable,unit,2020\na,b,EJ/yr,1e300\n",
                "line 2: `1e300` times 2.77778e+11");
    /* Who can't be told from NiGEM carries its warning. */
    expect_file("scenario,variable,2020\nBelow 2?C,Equity prices(physical),1\n",
                "all that is meant carries the Kotz-Wenz warning");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_but_what_is_warned_of),
        cmocka_unit_test(names_follow_the_library),
        cmocka_unit_test(a_warning_is_kept_with_what_was_named),
        cmocka_unit_test(units_and_dollars_are_converted),
        cmocka_unit_test(years_are_cut_without_changing_what_is_left),
        cmocka_unit_test(every_value_says_where_it_is_from),
        cmocka_unit_test(files_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
