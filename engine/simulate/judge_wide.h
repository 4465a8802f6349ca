/* Judging with AVX-512: the curve (simulate/curve.h) in eight registers, and pairs of candidates of
 * eight rows each without a detour through memory. Private to simulate/kernel_judge.c; empty for
 * other sets. */
#ifndef PLIM_SIMULATE_JUDGE_WIDE_H
#define PLIM_SIMULATE_JUDGE_WIDE_H

#if defined(__AVX512DQ__)

#include "simulate/kernel.h"
#include "simulate/single.h"

#include <immintrin.h>

enum {
    PLIM_WIDE = 16,     /* lanes */
    PLIM_WIDE_ROWS = 8, /* of a candidate of a pair */
};

/* ---- the curve ---- */

typedef struct plim_wide_curve {
    __m512 low[PLIM_CURVE_DEGREE + 1], high[PLIM_CURVE_DEGREE + 1]; /* halves of the pieces */
} plim_wide_curve;

static inline plim_wide_curve plim_wide_curve_load(const plim_curve *curve)
{
    plim_wide_curve wide;
    for (int k = 0; k <= PLIM_CURVE_DEGREE; k++) {
        wide.low[k] = _mm512_loadu_ps(curve->coefficient[k]);
        wide.high[k] = _mm512_loadu_ps(curve->coefficient[k] + PLIM_WIDE);
    }
    return wide;
}

static inline __m512 plim_wide_coefficient(const plim_wide_curve *curve, int power, __m512i piece)
{
    return _mm512_permutex2var_ps(curve->low[power], piece, curve->high[power]);
}

/* Probability of being above x. */
static inline __m512 plim_wide_above(const plim_wide_curve *curve, __m512 x)
{
    const __m512 last = _mm512_set1_ps(PLIM_CURVE_PIECES - 0x1.00008p-1f); /* rounds down */
    const __m512 to_integer = _mm512_set1_ps(0x1.8p23f); /* rounds; the sum's low bits tell it */
    const __m512i sign = _mm512_set1_epi32(INT32_MIN);
    const __m512 size = _mm512_range_ps(x, last, 0xA); /* the smaller magnitude, without a sign */
    const __m512i piece = _mm512_castps_si512(_mm512_add_ps(size, to_integer));
    const __m512 rest = _mm512_reduce_ps(size, 0); /* less the nearest integer */
    __m512 gap = plim_wide_coefficient(curve, PLIM_CURVE_DEGREE, piece); /* N(|x|) - 1/2 */
    for (int k = PLIM_CURVE_DEGREE - 1; k >= 0; k--)
        gap = _mm512_fmadd_ps(gap, rest, plim_wide_coefficient(curve, k, piece));
    /* gap | (x & sign) */
    __m512i with_sign =
        _mm512_ternarylogic_epi32(_mm512_castps_si512(gap), _mm512_castps_si512(x), sign, 0xF8);
    return _mm512_sub_ps(_mm512_set1_ps(0.5f), _mm512_castsi512_ps(with_sign));
}

/* ---- rows in the lanes of a vector, from year to year ---- */

typedef struct plim_wide_bench {
    __m512 survival, dead, alive; /* the latter two as plim_levels */
    __m512i most;                 /* years survived, at most */
    __mmask16 open;               /* in one of those years it may have been a default */
} plim_wide_bench;

static inline plim_wide_bench plim_wide_sit_down(__m512 dead, __m512 alive)
{
    return (plim_wide_bench){_mm512_set1_ps(1.0f), dead, alive, _mm512_setzero_si512(), 0};
}

/* `above`: the year's factor of the survival. */
static inline void plim_wide_pass_year(plim_wide_bench *b, __m512 above)
{
    b->survival = _mm512_mul_ps(b->survival, above);
    __mmask16 perhaps = _mm512_cmp_ps_mask(b->survival, b->dead, _CMP_GT_OQ);
    b->open |= _mm512_mask_cmp_ps_mask(perhaps, b->survival, b->alive, _CMP_LE_OQ);
    b->most = _mm512_mask_add_epi32(b->most, perhaps, b->most, _mm512_set1_epi32(1));
}

/* Codes of the lanes: the year of default, PLIM_SURVIVES or PLIM_IN_DOUBT. */
static inline __m128i plim_wide_codes(const plim_wide_bench *b, uint32_t n_years)
{
    __mmask16 defaults = _mm512_cmplt_epi32_mask(b->most, _mm512_set1_epi32((int)n_years));
    __m512i year = _mm512_maskz_add_epi32(defaults, b->most, _mm512_set1_epi32(1));
    return _mm512_cvtepi32_epi8(
        _mm512_mask_mov_epi32(year, b->open, _mm512_set1_epi32(PLIM_IN_DOUBT)));
}

/* ---- pairs of candidates ---- */

/* What the rows of a candidate share in a block of PLIM_WIDE years. */
typedef struct plim_wide_years {
    const float *cell; /* of the block's first year */
    __m512 index, mix; /* a year a lane */
} plim_wide_years;

static inline plim_wide_years plim_wide_years_of(const plim_judge_job *job, const plim_candidate *c,
                                                 uint32_t first_year)
{
    const float *line = job->line + (size_t)c->path * job->n_lines * job->line_years + first_year;
    const float *weight = job->weight + (size_t)c->position * job->n_factors;
    size_t cells = ((size_t)c->position * job->n_years + first_year) * PLIM_WIDE_ROWS;
    plim_wide_years years = {job->cell + cells, _mm512_setzero_ps(), _mm512_setzero_ps()};
    for (uint32_t k = 0; k < job->n_factors; k++) {
        __m512 z = _mm512_loadu_ps(line + (size_t)job->factor[k] * job->line_years);
        years.index = _mm512_fmadd_ps(_mm512_set1_ps(weight[k]), z, years.index);
    }
    years.mix = _mm512_loadu_ps(line + (size_t)(job->n_lines - 1) * job->line_years);
    return years;
}

/* Survival of the two years from `first` of the block on, in the lower and the upper half. `year`:
   which year a lane has. */
static inline __m512 plim_wide_two_years(const plim_wide_curve *curve, const plim_wide_years *of,
                                         uint32_t first, __m512i year, bool mixed)
{
    __m512 threshold = _mm512_loadu_ps(of->cell + (size_t)first * PLIM_WIDE_ROWS);
    __m512 mix = mixed ? _mm512_permutexvar_ps(year, of->mix) : _mm512_set1_ps((float)PLIM_STEPS);
    __m512 index = _mm512_permutexvar_ps(year, of->index);
    return plim_wide_above(curve, _mm512_fmsub_ps(threshold, mix, index));
}

typedef struct plim_wide_pair {
    const plim_candidate *a, *b;
} plim_wide_pair;

static inline plim_wide_bench plim_wide_sit_down_pair(const plim_wide_pair *pair, float slack)
{
    const __mmask16 upper_half = 0xFF00;
    plim_levels a = plim_levels_of(pair->a->upper, slack);
    plim_levels b = plim_levels_of(pair->b->upper, slack);
    return plim_wide_sit_down(
        _mm512_mask_mov_ps(_mm512_set1_ps(a.dead), upper_half, _mm512_set1_ps(b.dead)),
        _mm512_mask_mov_ps(_mm512_set1_ps(a.alive), upper_half, _mm512_set1_ps(b.alive)));
}

/* All years of a pair. */
static inline void plim_wide_pass_years(plim_wide_bench *bench, const plim_judge_job *job,
                                        const plim_wide_curve *curve, const plim_wide_pair *pair,
                                        bool mixed)
{
    for (uint32_t block = 0; block < job->n_years; block += PLIM_WIDE) {
        plim_wide_years a = plim_wide_years_of(job, pair->a, block);
        plim_wide_years b = plim_wide_years_of(job, pair->b, block);
        uint32_t left = job->n_years - block, n = left < PLIM_WIDE ? left : PLIM_WIDE;
        __m512i year = _mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        for (uint32_t t = 0; t < n; t += 2, year = _mm512_add_epi32(year, _mm512_set1_epi32(2))) {
            __m512 of_a = plim_wide_two_years(curve, &a, t, year, mixed);
            __m512 of_b = plim_wide_two_years(curve, &b, t, year, mixed);
            plim_wide_pass_year(bench, _mm512_shuffle_f32x4(of_a, of_b, 0x44)); /* lower halves */
            if (t + 1 < n)
                plim_wide_pass_year(bench, _mm512_shuffle_f32x4(of_a, of_b, 0xEE)); /* upper */
        }
    }
}

/* `judge` for eight rows a borrower. `mixed`: that of the job, known when compiled. */
static inline uint32_t plim_wide_judge(const plim_judge_job *job, bool mixed)
{
    plim_wide_curve curve = plim_wide_curve_load(job->curve);
    uint32_t n_open = 0, n = job->n_candidates;
    for (uint32_t i = 0; i < n; i += 2) {
        uint32_t second = i + 1 < n ? i + 1 : i;
        plim_wide_pair pair = {&job->candidate[i], &job->candidate[second]};
        plim_wide_bench bench = plim_wide_sit_down_pair(&pair, job->slack);
        plim_wide_pass_years(&bench, job, &curve, &pair, mixed);
        __m128i codes = plim_wide_codes(&bench, job->n_years);
        _mm_storeu_si128((__m128i *)(void *)(job->code + (size_t)i * PLIM_WIDE_ROWS), codes);
        job->in_doubt[n_open] = i;
        n_open += (bench.open & 0x00FF) != 0;
        job->in_doubt[n_open] = second;
        n_open += (bench.open & 0xFF00) != 0 && second != i;
    }
    return n_open;
}

#endif

#endif
