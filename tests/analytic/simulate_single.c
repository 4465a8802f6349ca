/* The filter's normal tail over its floats: no error above PLIM_TAIL_ERROR, and one above a tenth
 * of it, so that a bound ten times too small fails here. All floats from 2^-12 to 14, and so the
 * sign, since only |x| is used; below, the tail is 1/2 to within 2^-13, which is looked at in
 * steps; above, both are below the bound. The same bits for every instruction set. */
#include "../support/simulate_fixture.h"

#include "math/functions.h"
#include "simulate/kernel.h"

enum { BLOCK = 1 << 12 };

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Largest error over floats first, first + step, ... below last. */
static double worst_error(plim_isa isa, uint32_t first, uint32_t last, uint32_t step)
{
    static float x[BLOCK], tail[BLOCK];
    static double exact[BLOCK];
    double worst = 0;
    for (uint64_t at = first; at < last; at += (uint64_t)BLOCK * step) {
        for (uint32_t i = 0; i < BLOCK; i++) {
            uint64_t bits = at + (uint64_t)i * step;
            x[i] = float_of((uint32_t)(bits < last ? bits : last));
            exact[i] = -(double)x[i];
        }
        plim_kernels[isa].tail(tail, x, BLOCK);
        plim_normal_cdf_n(exact, exact, BLOCK);
        for (uint32_t i = 0; i < BLOCK; i++) {
            double error = fabs((double)tail[i] - exact[i]);
            worst = error > worst ? error : worst;
        }
    }
    return worst;
}

static void the_bound_holds_and_is_tight(void **state)
{
    (void)state;
    plim_isa isa = fixture_best_isa();
    const double bound = (double)PLIM_TAIL_ERROR;
    double all = worst_error(isa, bits_of(0x1p-12f), bits_of(14.0f), 1);
    double small = worst_error(isa, 0, bits_of(0x1p-12f), 4099);
    double large = worst_error(isa, bits_of(14.0f), bits_of((float)INFINITY), 65537);
    if (!(all <= bound && small <= bound && large <= bound))
        fail_msg("errors %g, %g, %g; bound %g", all, small, large, bound);
    assert_true(all > bound / 2);
}

static void the_same_bits_everywhere(void **state)
{
    (void)state;
    static float x[BLOCK], want[BLOCK], got[BLOCK];
    for (uint32_t i = 0; i < BLOCK; i++)
        x[i] = (i % 2 ? -1.0f : 1.0f) * float_of(0x30000000U + i * 0x4001U);
    plim_kernels[PLIM_ISA_BASE].tail(want, x, BLOCK);
    for (int isa = 0; isa < PLIM_ISA_COUNT; isa++) {
        if (!fixture_has_isa((plim_isa)isa))
            continue;
        plim_kernels[isa].tail(got, x, BLOCK);
        assert_memory_equal(got, want, sizeof want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bound_holds_and_is_tight),
        cmocka_unit_test(the_same_bits_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
