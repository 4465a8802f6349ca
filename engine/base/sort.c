#include "base/sort.h"

#include <string.h>

/* Radix sort from the lowest digit: losses of 100,000 paths are sorted for every bank and scenario,
   and most of them need only some of the eight digits. */
enum { DIGIT_BITS = 8, DIGIT_VALUES = 1 << DIGIT_BITS, DIGITS = 64 / DIGIT_BITS };

/* Digit with the sign bit turned over, so that negative values come first. */
static unsigned digit_of(int64_t value, int digit)
{
    uint64_t bits = (uint64_t)value ^ (UINT64_C(1) << 63);
    return (unsigned)(bits >> (digit * DIGIT_BITS)) & (DIGIT_VALUES - 1);
}

void plim_sort_fen(int64_t *values, int64_t *scratch, uint32_t n)
{
    int64_t *from = values, *to = scratch;
    for (int digit = 0; n > 0 && digit < DIGITS; digit++) {
        uint32_t count[DIGIT_VALUES] = {0};
        for (uint32_t i = 0; i < n; i++)
            count[digit_of(from[i], digit)]++;
        if (count[digit_of(from[0], digit)] == n)
            continue; /* all values share this digit */
        uint32_t place = 0;
        for (int d = 0; d < DIGIT_VALUES; d++) {
            uint32_t here = count[d];
            count[d] = place;
            place += here;
        }
        for (uint32_t i = 0; i < n; i++)
            to[count[digit_of(from[i], digit)]++] = from[i];
        int64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != values)
        memcpy(values, from, (size_t)n * sizeof *values);
}
