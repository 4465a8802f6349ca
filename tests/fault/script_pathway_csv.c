/* Scripts whose pathways come from damaged files, and memory that runs out while they are read: a
   message with the script's line, never a crash, a hang or another status. */
#include "../support/script_fixture.h"

static const char prices[] = "\xEF\xBB\xBFModel,Scenario,Region,Unit,warning,2025.0,X2030\r\n"
                             "M,Below 2?C,\"China, all\",\xE5\x85\x83/tCO2e,,100,3e2\r\n"
                             "M,Below 2?C,\"China, all\",\xE5\x85\x83/tCO2e,,100,300\r\n"
                             "M,Net Zero,\"China, all\",\xE5\x85\x83/tCO2e,,NA,\r\n";

static const char script[] =
    "return scenario { name = \"s\", title = { en = \"s\", zh = \"s\" }, years = { 2026, 2028 },\n"
    "drivers = { p = pathway { csv = \"prices.csv\", unit = \"CNY/tCO2e\", reference = 70,\n"
    "  where = { scenario = \"below 2 C\", region = \"China, all\" } } },\n"
    "borrower = function (b, d) return { pd = b.pd } end }\n";

/* Damaged text of a script or of its file; true if it was refused. */
static bool try_damaged(const char *name, const char *bytes, size_t length)
{
    plim_program program = {0};
    plim_error err = {0};
    fixture_write_bytes(name, bytes, length);
    plim_status status = fixture_read(&program, (const char *const[]){"s.lua"}, 1, NULL, &err);
    plim_program_free(&program);
    if (status != PLIM_OK && (status != PLIM_INPUT || !strstr(err.message, "s.lua:")))
        fail_msg("status %d: %s", (int)status, err.message);
    return status != PLIM_OK;
}

static size_t damage(const char *name, const char *text, size_t length, int n)
{
    static const char bytes[] = "\0\"\n,;|?%0129xX.-e {}=[]\xFF\xC2";
    uint32_t dice = 4711;
    size_t refused = 0;
    char changed[1000];
    for (int i = 0; i < n; i++) {
        memcpy(changed, text, length);
        for (int k = 0; k < 2; k++) {
            dice = dice * 1664525u + 1013904223u;
            changed[(dice >> 8) % length] = bytes[(dice >> 3) % (sizeof bytes - 1)];
        }
        refused += try_damaged(name, changed, length);
    }
    return refused;
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    size_t refused = 0, length = sizeof prices - 1;
    fixture_write("s.lua", script);
    for (size_t n = 0; n < length; n++)
        refused += try_damaged("prices.csv", prices, n);
    refused += damage("prices.csv", prices, length, 1000);
    assert_true(refused > 300);
    assert_false(try_damaged("prices.csv", prices, length));
}

static void damaged_tables_are_refused(void **state)
{
    (void)state;
    fixture_write_bytes("prices.csv", prices, sizeof prices - 1);
    assert_true(damage("s.lua", script, sizeof script - 1, 1000) > 300);
    assert_false(try_damaged("s.lua", script, sizeof script - 1));
}

static void memory_runs_out_anywhere(void **state)
{
    (void)state;
    long failures = 0;
    fixture_write("s.lua", script);
    fixture_write_bytes("prices.csv", prices, sizeof prices - 1);
    for (long n = 1;; n++) {
        plim_program program = {0};
        plim_error err = {0};
        plim_memory_fail_at(n, 1);
        plim_status status = fixture_read(&program, (const char *const[]){"s.lua"}, 1, NULL, &err);
        plim_memory_fail_at(0, 0);
        plim_program_free(&program);
        if (status == PLIM_OK)
            break;
        failures++;
        if (status != PLIM_MACHINE || !strstr(err.message, "memory"))
            fail_msg("allocation %ld: status %d, message: %s", n, (int)status, err.message);
    }
    assert_true(failures > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(damaged_tables_are_refused),
        cmocka_unit_test(memory_runs_out_anywhere),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
