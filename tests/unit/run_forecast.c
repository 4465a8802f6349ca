/* Sizes as people read them. What a forecast says of a real run is tested end to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/forecast.h"

static void expect_bytes(uint64_t bytes, const char *expected)
{
    char out[32];
    plim_forecast_format_bytes(bytes, out);
    assert_string_equal(out, expected);
}

static void test_bytes(void **state)
{
    (void)state;
    expect_bytes(512, "0.5 KiB");
    expect_bytes(1024, "1.0 KiB");
    expect_bytes(100ull << 20, "100 MiB");
    expect_bytes(3ull << 29, "1.5 GiB");
    expect_bytes(2048ull << 40, "2048 TiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
