#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

#include <Random123/philox.h>

#include "math/draw.h"
#include "math/functions.h"

/* Published with Random123 (kat_vectors): counter, key, result. */
typedef struct known {
    unsigned rounds;
    uint32_t counter[4], key[2], words[4];
} known;

static const known vectors[] = {
    {7, {0, 0, 0, 0}, {0, 0}, {0x5f6fb709, 0x0d893f64, 0x4f121f81, 0x4f730a48}},
    {7,
     {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x5207ddc2, 0x45165e59, 0x4d8ee751, 0x8c52f662}},
    {7,
     {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0x4dfccaba, 0x190a87f0, 0xc47362ba, 0xb6b5242a}},
    {10, {0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {10,
     {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {10,
     {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void the_generator_gives_the_published_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        philox4x32_ctr_t counter;
        philox4x32_key_t key = {{vectors[i].key[0], vectors[i].key[1]}};
        for (int w = 0; w < 4; w++)
            counter.v[w] = vectors[i].counter[w];
        philox4x32_ctr_t words = philox4x32_R(vectors[i].rounds, counter, key);
        assert_memory_equal(words.v, vectors[i].words, sizeof vectors[i].words);
    }
}

/* Each field of the id stands where the layout says, so the published words come out. */
static void the_layout_is_version_1(void **state)
{
    (void)state;
    uint32_t words[4];
    plim_draw_id id = {.purpose = PLIM_DRAW_FACTOR,
                       .key = 0x85a308d3243f6a88U,
                       .path = 0x13198a2e,
                       .year = 0x70,
                       .sub = 0x7344};
    plim_draw_words(0x299f31d0a4093822U, &id, words);
    assert_memory_equal(words, vectors[2].words, sizeof words);
    assert_true(plim_draw_uniform(0x299f31d0a4093822U, &id) ==
                ((double)0x4dfccaba190a8U + 0.5) * 0x1p-52);
    assert_true(plim_draw_normal(0x299f31d0a4093822U, &id) ==
                plim_normal_inv(plim_draw_uniform(0x299f31d0a4093822U, &id)));
}

static void purposes_are_part_of_the_stream(void **state)
{
    (void)state;
    assert_int_equal(PLIM_DRAW_DEFAULT, 1);
    assert_int_equal(PLIM_DRAW_DEFAULT_LOW, 2);
    assert_int_equal(PLIM_DRAW_FACTOR, 3);
    assert_int_equal(PLIM_DRAW_SYNTHETIC, 4);
    assert_int_equal(PLIM_DRAW_MIXING, 5);
    assert_int_equal(PLIM_DRAW_LGD, 6);
}

static void one_call_gives_two_uniforms(void **state)
{
    (void)state;
    uint32_t words[4];
    double both[2];
    plim_draw_id id = {PLIM_DRAW_MIXING, 3, 4, 5, 6};
    plim_draw_words(9, &id, words);
    plim_draw_uniforms(9, &id, both);
    assert_true(both[0] == plim_draw_uniform(9, &id));
    uint64_t k = ((uint64_t)words[2] << 32 | words[3]) >> 12;
    assert_true(both[1] == ((double)k + 0.5) * 0x1p-52);
}

static void fates_are_joined_from_two_calls(void **state)
{
    (void)state;
    const uint64_t seed = 42, key = 0xeacf018fbf1678baU;
    for (uint32_t path = 0; path < 64; path++) {
        uint32_t upper[4], lower[4];
        plim_draw_words(seed, &(plim_draw_id){PLIM_DRAW_DEFAULT, key, path / 8, 0, 0}, upper);
        plim_draw_words(seed, &(plim_draw_id){PLIM_DRAW_DEFAULT_LOW, key, path, 0, 0}, lower);
        uint32_t half = upper[path % 8 / 2];
        uint64_t high = path % 2 == 0 ? half & 0xFFFFU : half >> 16;
        uint64_t low = ((uint64_t)lower[0] << 32 | lower[1]) >> 28;
        double expected = (double)((high << 36 | low) * 2 + 1) * 0x1p-53;
        assert_true(plim_draw_fate(seed, key, path) == expected);
    }
}

/* Moments of 10^5 draws within five standard errors, and no correlation between neighbours. */
static void draws_are_uniform(void **state)
{
    (void)state;
    enum { N = 100000 };
    double sum = 0, squares = 0, products = 0, last = 0.5;
    for (uint32_t path = 0; path < N; path++) {
        double u = plim_draw_fate(1, 77, path);
        assert_true(u > 0.0 && u < 1.0);
        sum += u - 0.5;
        squares += (u - 0.5) * (u - 0.5);
        products += (u - 0.5) * (last - 0.5);
        last = u;
    }
    assert_true(fabs(sum / N) < 5.0 * sqrt(1.0 / 12.0 / N));
    assert_true(fabs(squares / N - 1.0 / 12.0) < 5.0 * sqrt(1.0 / 180.0 / N));
    assert_true(fabs(products / N) < 5.0 / 12.0 / sqrt(N));
}

static void draws_are_normal(void **state)
{
    (void)state;
    enum { N = 100000 };
    double powers[4] = {0};
    for (uint32_t path = 0; path < N; path++) {
        plim_draw_id id = {PLIM_DRAW_FACTOR, 5, path, 2, 0};
        double z = plim_draw_normal(1, &id), power = 1;
        for (int k = 0; k < 4; k++)
            powers[k] += power *= z;
    }
    assert_true(fabs(powers[0] / N) < 5.0 / sqrt(N));
    assert_true(fabs(powers[1] / N - 1.0) < 5.0 * sqrt(2.0 / N));
    assert_true(fabs(powers[2] / N) < 5.0 * sqrt(15.0 / N));
    assert_true(fabs(powers[3] / N - 3.0) < 5.0 * sqrt(96.0 / N));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_generator_gives_the_published_words),
        cmocka_unit_test(the_layout_is_version_1),
        cmocka_unit_test(purposes_are_part_of_the_stream),
        cmocka_unit_test(one_call_gives_two_uniforms),
        cmocka_unit_test(fates_are_joined_from_two_calls),
        cmocka_unit_test(draws_are_uniform),
        cmocka_unit_test(draws_are_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
