#include "base/wide.h"

#include <math.h>
#include <stddef.h>

__extension__ typedef unsigned __int128 uint128;

/* Unsigned whole numbers of 256 bits, little-endian. */
enum { LIMBS = 4 };
typedef struct wide {
    uint64_t limb[LIMBS];
} wide;

static void limbs_add(uint64_t *to, const uint64_t *what, int n)
{
    uint64_t carry = 0;
    for (int i = 0; i < n; i++) {
        uint128 sum = (uint128)to[i] + what[i] + carry;
        to[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
}

static void limbs_subtract(uint64_t *from, const uint64_t *what, int n)
{
    uint64_t borrow = 0;
    for (int i = 0; i < n; i++) {
        uint128 difference = (uint128)from[i] - what[i] - borrow;
        from[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1U;
    }
}

static wide multiply(const uint64_t *a, int n_a, const uint64_t *b, int n_b)
{
    wide out = {{0}};
    for (int i = 0; i < n_a; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < n_b && i + j < LIMBS; j++) {
            uint128 sum = (uint128)a[i] * b[j] + out.limb[i + j] + carry;
            out.limb[i + j] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        if (i + n_b < LIMBS)
            out.limb[i + n_b] = carry;
    }
    return out;
}

/* Rounded once: the top 64 bits with a sticky bit below them keep more than a double holds. */
static double to_double(const wide *value)
{
    int top = LIMBS - 1;
    while (top > 0 && value->limb[top] == 0)
        top--;
    if (top == 0)
        return (double)value->limb[0];
    uint64_t high = value->limb[top], low = value->limb[top - 1];
    int zeros = __builtin_clzll(high);
    uint64_t head = zeros == 0 ? high : high << zeros | low >> (64 - zeros);
    uint64_t rest = zeros == 0 ? low : low << zeros;
    for (int i = 0; i < top - 1; i++)
        rest |= value->limb[i];
    return ldexp((double)(head | (rest != 0 ? 1U : 0U)), 64 * top - zeros);
}

static uint64_t size_of(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void plim_moments_add(plim_moments *m, int64_t value)
{
    uint128 square = (uint128)size_of(value) * size_of(value);
    uint64_t limbs[3] = {(uint64_t)square, (uint64_t)(square >> 64), 0};
    m->count++;
    m->sum += value;
    limbs_add(m->squares, limbs, 3);
}

void plim_moments_merge(plim_moments *m, const plim_moments *other)
{
    m->count += other->count;
    m->sum += other->sum;
    limbs_add(m->squares, other->squares, 3);
}

double plim_moments_mean(const plim_moments *m)
{
    if (m->count == 0)
        return (double)NAN;
    return (double)m->sum / (double)m->count;
}

double plim_moments_variance(const plim_moments *m)
{
    if (m->count < 2)
        return (double)NAN;
    uint128 sum = m->sum < 0 ? 0 - (uint128)m->sum : (uint128)m->sum;
    uint64_t sum_limbs[2] = {(uint64_t)sum, (uint64_t)(sum >> 64)};
    wide numerator = multiply(m->squares, 3, &m->count, 1);
    wide square = multiply(sum_limbs, 2, sum_limbs, 2);
    limbs_subtract(numerator.limb, square.limb, LIMBS);
    uint128 denominator = (uint128)m->count * (m->count - 1);
    return to_double(&numerator) / (double)denominator;
}

double plim_moments_stderr(const plim_moments *m)
{
    if (m->count < 2)
        return (double)NAN;
    return sqrt(plim_moments_variance(m) / (double)m->count);
}
