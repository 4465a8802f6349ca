#include "math/draw.h"

#include <Random123/philox.h>

#include "math/functions.h"

void plim_draw_words(uint64_t seed, const plim_draw_id *id, uint32_t out[4])
{
    philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    philox4x32_ctr_t counter = {
        {(uint32_t)id->key, (uint32_t)(id->key >> 32), id->path,
         (uint32_t)id->purpose << 24 | (uint32_t)id->year << 16 | (uint32_t)id->sub}};
    philox4x32_ctr_t words = philox4x32_R(7, counter, key);
    for (int i = 0; i < 4; i++)
        out[i] = words.v[i];
}

/* (k + 1/2) 2^-52 for k < 2^52: exact, and never 0 or 1. */
static double uniform_of(uint64_t k)
{
    return ((double)k + 0.5) * 0x1p-52;
}

double plim_draw_uniform(uint64_t seed, const plim_draw_id *id)
{
    uint32_t words[4];
    plim_draw_words(seed, id, words);
    return uniform_of((uint64_t)words[0] << 20 | words[1] >> 12);
}

void plim_draw_uniforms(uint64_t seed, const plim_draw_id *id, double out[2])
{
    uint32_t words[4];
    plim_draw_words(seed, id, words);
    for (int i = 0; i < 2; i++)
        out[i] = uniform_of((uint64_t)words[2 * i] << 20 | words[2 * i + 1] >> 12);
}

double plim_draw_normal(uint64_t seed, const plim_draw_id *id)
{
    return plim_normal_inv(plim_draw_uniform(seed, id));
}

double plim_draw_fate(uint64_t seed, uint64_t borrower_key, uint32_t path)
{
    uint32_t upper[4], lower[4];
    plim_draw_id eight = {.purpose = PLIM_DRAW_DEFAULT, .key = borrower_key, .path = path / 8};
    plim_draw_id one = {.purpose = PLIM_DRAW_DEFAULT_LOW, .key = borrower_key, .path = path};
    plim_draw_words(seed, &eight, upper);
    plim_draw_words(seed, &one, lower);
    uint32_t lane = path % 8;
    uint64_t high = upper[lane / 2] >> (16 * (lane % 2)) & 0xFFFFU;
    uint64_t low = (uint64_t)lower[0] << 4 | lower[1] >> 28;
    return uniform_of(high << 36 | low);
}
