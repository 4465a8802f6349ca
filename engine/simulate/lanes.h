/* Whole-number vectors of the instruction set that a kernel file is compiled for. Only what the
 * generator needs, where plain loops don't get there: gcc 12 multiplies 64-bit lanes in full for
 * what is one instruction here.
 *
 * A vector holds PLIM_LANES_WIDTH / 2 lanes of 64 bits. A 32-bit word sits in the lower half of its
 * lane; the upper half may hold anything, since the multiplication does not read it. */
#ifndef PLIM_SIMULATE_LANES_H
#define PLIM_SIMULATE_LANES_H

#include <stdint.h>

#if defined(__AVX512BW__)

#include <immintrin.h>
typedef __m512i plim_lanes;
#define PLIM_LANES_WIDTH 16 /* 32-bit words that one load brings */
#define PLIM_LANES_BITS  1  /* bits of plim_lanes_within a 16-bit word */
#define PLIM_LANES_(op)  _mm512_##op
static inline plim_lanes plim_lanes_load(const uint32_t *from)
{
    return _mm512_loadu_si512(from);
}
static inline void plim_lanes_store(uint32_t *to, plim_lanes a)
{
    _mm512_storeu_si512(to, a);
}
static inline plim_lanes plim_lanes_xor(plim_lanes a, plim_lanes b)
{
    return _mm512_xor_si512(a, b);
}
static inline plim_lanes plim_lanes_xor3(plim_lanes a, plim_lanes b, plim_lanes c)
{
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}
static inline plim_lanes plim_lanes_weave(plim_lanes even, plim_lanes odd)
{
    return _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA);
}
static inline uint32_t plim_lanes_within(plim_lanes words, plim_lanes bound)
{
    return _mm512_cmple_epu16_mask(words, bound);
}

#elif defined(__AVX2__)

#include <immintrin.h>
typedef __m256i plim_lanes;
#define PLIM_LANES_WIDTH 8
#define PLIM_LANES_BITS  2
#define PLIM_LANES_(op)  _mm256_##op
static inline plim_lanes plim_lanes_load(const uint32_t *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}
static inline void plim_lanes_store(uint32_t *to, plim_lanes a)
{
    _mm256_storeu_si256((__m256i *)(void *)to, a);
}
static inline plim_lanes plim_lanes_xor(plim_lanes a, plim_lanes b)
{
    return _mm256_xor_si256(a, b);
}
static inline plim_lanes plim_lanes_weave(plim_lanes even, plim_lanes odd)
{
    return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
}
static inline uint32_t plim_lanes_within(plim_lanes words, plim_lanes bound)
{
    __m256i above = _mm256_subs_epu16(words, bound);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi16(above, _mm256_setzero_si256()));
}

#else

#include <emmintrin.h>
typedef __m128i plim_lanes;
#define PLIM_LANES_WIDTH 4
#define PLIM_LANES_BITS  2
#define PLIM_LANES_(op)  _mm_##op
static inline plim_lanes plim_lanes_load(const uint32_t *from)
{
    return _mm_loadu_si128((const __m128i *)(const void *)from);
}
static inline void plim_lanes_store(uint32_t *to, plim_lanes a)
{
    _mm_storeu_si128((__m128i *)(void *)to, a);
}
static inline plim_lanes plim_lanes_xor(plim_lanes a, plim_lanes b)
{
    return _mm_xor_si128(a, b);
}
static inline plim_lanes plim_lanes_weave(plim_lanes even, plim_lanes odd)
{
    const __m128i lower = _mm_set1_epi64x(0xFFFFFFFF);
    return _mm_or_si128(_mm_and_si128(even, lower), _mm_slli_epi64(odd, 32));
}
static inline uint32_t plim_lanes_within(plim_lanes words, plim_lanes bound)
{
    __m128i above = _mm_subs_epu16(words, bound);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi16(above, _mm_setzero_si128()));
}

#endif

#if !defined(__AVX512BW__)
static inline plim_lanes plim_lanes_xor3(plim_lanes a, plim_lanes b, plim_lanes c)
{
    return plim_lanes_xor(plim_lanes_xor(a, b), c);
}
#endif

/* The word in every lane, both halves. */
static inline plim_lanes plim_lanes_all(uint32_t word)
{
    return PLIM_LANES_(set1_epi32)((int)word);
}

/* The upper half of each lane, moved down. */
static inline plim_lanes plim_lanes_upper(plim_lanes a)
{
    return PLIM_LANES_(srli_epi64)(a, 32);
}

/* The full product of the lower halves. */
static inline plim_lanes plim_lanes_multiply(plim_lanes a, plim_lanes b)
{
    return PLIM_LANES_(mul_epu32)(a, b);
}

#endif
