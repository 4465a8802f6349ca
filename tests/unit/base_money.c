#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fenv.h>
#include <math.h>

#include <cmocka.h>

#include "base/money.h"

static int64_t from_amount(double amount)
{
    int64_t fen = -77;
    assert_true(plim_fen_from_amount(amount, &fen));
    return fen;
}

static void amounts_round_half_to_even(void **state)
{
    (void)state;
    assert_int_equal(from_amount(0.0), 0);
    assert_int_equal(from_amount(12.34), 1234);
    assert_int_equal(from_amount(-12.34), -1234);
    assert_int_equal(from_amount(0.125), 12);
    assert_int_equal(from_amount(0.375), 38);
    assert_int_equal(from_amount(-0.125), -12);
    assert_int_equal(from_amount(0.005), 1);   /* the double lies above 0.005 */
    assert_int_equal(from_amount(1.005), 100); /* and this one below */
    /* 0.145 as a double is below the tie, 0.145 * 100.0 is the tie's upper neighbour */
    assert_int_equal(from_amount(0.145), 14);
    assert_int_equal(from_amount(1e-300), 0);
    assert_int_equal(from_amount(92233720368547744.0), 9223372036854774400);
}

static void amounts_beyond_the_range_are_refused(void **state)
{
    (void)state;
    static const double bad[] = {92233720368547760.0, -92233720368547760.0, 1e300};
    int64_t fen = 5;
    for (size_t i = 0; i < 3; i++)
        assert_false(plim_fen_from_amount(bad[i], &fen));
    assert_false(plim_fen_from_amount((double)NAN, &fen));
    assert_false(plim_fen_from_amount(-(double)INFINITY, &fen));
    assert_int_equal(fen, 5);
}

static void losses_are_rounded_once(void **state)
{
    (void)state;
    assert_int_equal(plim_fen_times(0.5, 1), 0);
    assert_int_equal(plim_fen_times(0.5, 3), 2);
    assert_int_equal(plim_fen_times(0.5, -3), -2);
    assert_int_equal(plim_fen_times(0.5, -1), 0);
    assert_int_equal(plim_fen_times(1.5, 1), 2);
    assert_int_equal(plim_fen_times(1.5, 6000000000000000001), 9000000000000000002);
    assert_int_equal(plim_fen_times(0.0, 123), 0);
    assert_int_equal(plim_fen_times(1.0, INT64_MAX), INT64_MAX);
    /* The double 0.45 lies above 0.45, so the product above the tie; 0.45 * 10.0 in doubles is
       the tie itself. */
    assert_int_equal(plim_fen_times(0.45, 10), 5);
    assert_int_equal(plim_fen_times(0x1p-1074, INT64_MAX), 0);
    /* exact where a product of doubles is not: (1 - 2^-53) (2^60 + 1) = 2^60 - 127 - ... */
    assert_int_equal(plim_fen_times(1.0 - 0x1p-53, ((int64_t)1 << 60) + 1),
                     ((int64_t)1 << 60) + 1 - 128);
}

static void losses_do_not_follow_the_rounding_mode(void **state)
{
    (void)state;
    assert_int_equal(fesetround(FE_UPWARD), 0);
    int64_t loss = plim_fen_times(0.3, 7), fen = 0;
    bool good = plim_fen_from_amount(0.29, &fen);
    assert_int_equal(fesetround(FE_TONEAREST), 0);
    assert_int_equal(loss, 2);
    assert_true(good);
    assert_int_equal(fen, 29);
}

static void formats_with_two_decimals(void **state)
{
    (void)state;
    char out[32];
    plim_fen_format(-123405, out);
    assert_string_equal(out, "-1234.05");
    plim_fen_format(7, out);
    assert_string_equal(out, "0.07");
    plim_fen_format(-7, out);
    assert_string_equal(out, "-0.07");
    plim_fen_format(INT64_MAX, out);
    assert_string_equal(out, "92233720368547758.07");
    plim_fen_format(INT64_MIN + 1, out);
    assert_string_equal(out, "-92233720368547758.07");
    plim_fen_format(PLIM_FEN_EMPTY, out);
    assert_string_equal(out, "");
}

static int64_t loss(double lgd, double ead)
{
    return plim_fen_loss(lgd, plim_fen_unrounded(ead));
}

/* LGD x EAD as in decimals: the EAD is not rounded before, and half a fen goes to even. */
static void a_loss_is_rounded_once(void **state)
{
    (void)state;
    assert_int_equal(loss(0.45, 0.10), 4); /* 4.5 */
    assert_int_equal(loss(0.5, 1.15), 58); /* 57.5; 1.15 x 100 is below 115 in doubles */
    assert_int_equal(loss(0.5, 0.29), 14); /* 14.5 */
    assert_int_equal(loss(0.3, 1.15), 34); /* 34.5 */
    assert_int_equal(loss(0.3, 100.01 + 0.5 * 0.01), 3000); /* 30.0045 */
    assert_int_equal(loss(1.5, 100.004), 15001);            /* 150.006 */
    assert_int_equal(loss(1, 1e13), 1000000000000000);
    assert_int_equal(loss(0, 1e13), 0);
    assert_true(plim_fen_unrounded(0.29) == 29);
    assert_true(plim_fen_unrounded(100.015) > 10001.4 && plim_fen_unrounded(100.015) < 10001.6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_round_half_to_even),
        cmocka_unit_test(amounts_beyond_the_range_are_refused),
        cmocka_unit_test(losses_are_rounded_once),
        cmocka_unit_test(losses_do_not_follow_the_rounding_mode),
        cmocka_unit_test(a_loss_is_rounded_once),
        cmocka_unit_test(formats_with_two_decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
