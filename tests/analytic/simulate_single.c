/* What bound and filter take for the normal distribution, over its floats: no error above what is
 * said of it, and one above half of that, so that a bound ten times too small fails here. All
 * floats from 2^-12 to 84 steps (14 deviations), for the tail without a sign, since only |x| is
 * used; below, the tail is 1/2 to within 2^-13, which is looked at in strides; above, both are
 * below the bound. */
#include "../support/simulate_fixture.h"

#include "math/functions.h"
#include "simulate/kernel.h"
#include "simulate/single.h"

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

/* A function of x in steps, and the sign that its floats get: the tail's has none. */
typedef enum what { TAIL, ABOVE, ABOVE_NEGATIVE } what;

static void values_of(what function, plim_isa isa, float *out, const float *x)
{
    static plim_curve curve;
    curve = plim_curve_make();
    if (function == TAIL)
        plim_kernels[isa].tail(out, x, BLOCK);
    else
        plim_kernels[isa].above(out, x, BLOCK, &curve);
}

/* Floats first, first + step, ... below last. */
typedef struct range {
    uint32_t first, last, step;
} range;

static double worst_error(what function, plim_isa isa, range r)
{
    static float x[BLOCK], value[BLOCK];
    static double exact[BLOCK];
    double worst = 0;
    for (uint64_t at = r.first; at < r.last; at += (uint64_t)BLOCK * r.step) {
        for (uint32_t i = 0; i < BLOCK; i++) {
            uint64_t bits = at + (uint64_t)i * r.step;
            float size = float_of((uint32_t)(bits < r.last ? bits : r.last));
            x[i] = function == ABOVE_NEGATIVE ? -size : size;
            exact[i] = -(double)x[i] / PLIM_STEPS;
        }
        values_of(function, isa, value, x);
        plim_normal_cdf_n(exact, exact, BLOCK);
        for (uint32_t i = 0; i < BLOCK; i++) {
            double error = fabs((double)value[i] - exact[i]);
            worst = error > worst ? error : worst;
        }
    }
    return worst;
}

static void holds_and_is_tight(what function, plim_isa isa, float said)
{
    const uint32_t small = bits_of(0x1p-12f), large = bits_of(84.0f);
    const double bound = (double)said;
    double all = worst_error(function, isa, (range){small, large, 1});
    double below = worst_error(function, isa, (range){0, small, 4099});
    double beyond = worst_error(function, isa, (range){large, bits_of((float)INFINITY), 65537});
    if (!(all <= bound && below <= bound && beyond <= bound))
        fail_msg("%s: errors %g, %g, %g; bound %g", plim_isa_name(isa), all, below, beyond, bound);
    assert_true(all > bound / 2);
}

static void the_tail_holds_and_is_tight(void **state)
{
    (void)state;
    holds_and_is_tight(TAIL, fixture_best_isa(), PLIM_TAIL_ERROR);
}

static void the_filter_holds_and_is_tight(void **state)
{
    (void)state;
    plim_isa isa = fixture_best_isa();
    holds_and_is_tight(ABOVE, isa, plim_kernels[isa].judge_error);
    holds_and_is_tight(ABOVE_NEGATIVE, isa, plim_kernels[isa].judge_error);
}

/* Floats in strides, infinity not least, for each instruction set. */
static void the_filter_holds_everywhere(void **state)
{
    (void)state;
    for (int isa = 0; isa < PLIM_ISA_COUNT; isa++) {
        if (!fixture_has_isa((plim_isa)isa))
            continue;
        range r = {0, bits_of((float)INFINITY), 1021};
        double bound = (double)plim_kernels[isa].judge_error;
        assert_true(worst_error(ABOVE, (plim_isa)isa, r) <= bound);
        assert_true(worst_error(ABOVE_NEGATIVE, (plim_isa)isa, r) <= bound);
    }
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
        cmocka_unit_test(the_tail_holds_and_is_tight),
        cmocka_unit_test(the_filter_holds_and_is_tight),
        cmocka_unit_test(the_filter_holds_everywhere),
        cmocka_unit_test(the_same_bits_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
