#include "base/money.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

/* mantissa x 2^exponent = value, exactly, with |mantissa| < 2^53. */
static int64_t mantissa_of(double value, int *exponent)
{
    double fraction = frexp(value, exponent);
    *exponent -= 53;
    return (int64_t)ldexp(fraction, 53);
}

/* value x 2^exponent rounded to whole, half to even, for |value| < 2^126 and exponent <= 0. */
static plim_int128 scale_down(plim_int128 value, int exponent)
{
    int shift = -exponent;
    if (shift == 0)
        return value;
    if (shift > 126)
        return 0;
    plim_int128 one = 1;
    plim_int128 whole = value >> shift; /* towards minus infinity */
    plim_int128 rest = value - whole * (one << shift);
    plim_int128 half = one << (shift - 1);
    if (rest > half || (rest == half && (whole & 1) != 0))
        whole++;
    return whole;
}

/* Below 2^43 the product in double is within 2^-10 of the exact one: where it stands off the half,
   both round to the same. */
static bool round_plainly(double amount, int64_t *fen)
{
    const double to_whole = 6755399441055744.0; /* 1.5 x 2^52: what is added to it is rounded */
    double product = amount * PLIM_FEN_PER_UNIT;
    if (!(fabs(product) < 8796093022208.0)) /* 2^43 */
        return false;
    double whole = (product + to_whole) - to_whole;
    if (!(fabs(product - whole) < 0.49))
        return false;
    *fen = (int64_t)whole;
    return true;
}

bool plim_fen_from_amount(double amount, int64_t *fen)
{
    if (round_plainly(amount, fen))
        return true;
    /* The bound leaves out INT64_MIN too, which means "empty". */
    if (!(fabs(amount) < 92233720368547758.0))
        return false;
    int exponent;
    plim_int128 product = (plim_int128)mantissa_of(amount, &exponent) * PLIM_FEN_PER_UNIT;
    if (exponent > 0) {
        product *= 1 << exponent; /* at most 2^4 by the bound */
        exponent = 0;
    }
    *fen = (int64_t)scale_down(product, exponent);
    return true;
}

int64_t plim_fen_times(double rate, int64_t fen)
{
    int exponent;
    plim_int128 product = (plim_int128)mantissa_of(rate, &exponent) * fen;
    return (int64_t)scale_down(product, exponent);
}

double plim_fen_unrounded(double amount)
{
    const double same = 1e-12; /* a few units of 2^-53, relative; far below a fen that matters */
    double fen = amount * PLIM_FEN_PER_UNIT, whole = nearbyint(fen);
    return fabs(fen - whole) <= same * fabs(fen) ? whole : fen;
}

int64_t plim_fen_loss(double rate, double ead_fen)
{
    return (int64_t)nearbyint(rate * ead_fen);
}

void plim_fen_format(int64_t fen, char *out)
{
    if (fen == PLIM_FEN_EMPTY) {
        out[0] = '\0';
        return;
    }
    uint64_t size = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
    (void)snprintf(out, 32, "%s%" PRIu64 ".%02u", fen < 0 ? "-" : "", size / PLIM_FEN_PER_UNIT,
                   (unsigned)(size % PLIM_FEN_PER_UNIT));
}
