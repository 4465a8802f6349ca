/* The loops that take the time, once per instruction set, and the table to choose from.
 *
 * Three stages turn borrowers and paths into fates; what the first two leave open is decided in
 * double precision (simulate/simulate.h), so that the outcome is that of deciding everything so.
 *
 *   bound   For a chunk of borrowers with like loadings and PDs, and each path of the block, 16
 * bits that no uniform of a borrower of the chunk may exceed if it is to default in any year of any
 * scenario. screen  Draws the upper 16 bits of the uniforms, eight paths a call of the generator,
 * and lists the borrowers and paths that stay within the bound: the candidates. judge   Computes
 * each candidate's survival by row (curve of PDs) and year in single precision, with an absolute
 * error of at most `slack`, and says in which year it defaults for sure, that it does not for sure,
 * or that it cannot tell.
 *
 * Units. Factors and mixing variables in single precision are PLIM_STEPS times what they are, so
 * that threshold x mixing - index comes in the steps of simulate/curve.h and simulate/single.h.
 *
 * Error. Those give the standard normal distribution with an absolute error of at most
 * PLIM_CURVE_ERROR and PLIM_TAIL_ERROR over all floats (tests go through them all). A survival is a
 * product of at most n_years factors in [0, 1], so their errors add up at most. simulate/events.c
 * turns the rounding of thresholds, loadings and factors to float into `slack`. */
#ifndef PLIM_SIMULATE_KERNEL_H
#define PLIM_SIMULATE_KERNEL_H

#include "base/isa.h"
#include "simulate/curve.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLIM_KERNEL_LANES                                                                          \
    8                       /* strides are multiples of this: paths of one call of the generator   \
                             */
#define PLIM_JUDGE_LANES 64 /* rows of candidates judged together; the largest number of rows */
/* Floats that `judge` may read behind the last cell, and behind the last line. */
#define PLIM_JUDGE_MARGIN 16
/* Years of a line of plim_judge_job: those there are, up to a half line of the cache. */
#define PLIM_LINE_YEARS(n_years) (((n_years) + 7U) / 8U * 8U)

/* Codes of `judge` beside the years, which count from 1. */
#define PLIM_SURVIVES 0
#define PLIM_IN_DOUBT 255

/* A chunk's loadings and largest thresholds, for `bound`. */
typedef struct plim_bound_job {
    uint32_t n_years, n_factors, n_all_factors; /* of the chunk, of the model */
    uint32_t stride;                            /* of the block's arrays over paths */
    const uint16_t *factor;                     /* [k]: number of the chunk's k-th factor */
    const float *low, *high;                    /* [k]: range of the loadings on it */
    const float *most;                          /* [t]: largest threshold */
    const float *most_of_path; /* [t * stride + p]: of thresholds that vary from path to path; NULL:
                                  there are none */
    const float *z;            /* [(t * n_all_factors + f) * stride + p] */
    const float *mix;          /* [t * stride + p] */
    float slack;
    float *index;    /* out, [t * stride + p]: least sum of loading x factor */
    float *survival; /* scratch, [p] */
    uint16_t *bound; /* out, [p] */
} plim_bound_job;

/* A borrower of the chunk and a path of the block, with the upper 16 bits of the uniform. */
typedef struct plim_candidate {
    uint16_t position, upper;
    uint32_t path;
} plim_candidate;

typedef struct plim_screen_job {
    uint32_t n;                           /* borrowers, a multiple of 16 */
    const uint32_t *key_low, *key_high;   /* [n] */
    uint32_t n_octets;                    /* eights of paths */
    const uint32_t *octet;                /* [n_octets]: path / 8 */
    const uint16_t *bound;                /* [octet * 8 + lane] */
    uint32_t seed_low, seed_high, domain; /* of the draw (math/draw.h) */
    plim_candidate *out;                  /* room for n * 8 * n_octets */
} plim_screen_job;

typedef struct plim_judge_job {
    uint32_t n_years, n_rows; /* rows a borrower: a power of two up to PLIM_JUDGE_LANES */
    uint32_t n_factors, n_all_factors, stride; /* as those of plim_bound_job */
    const uint16_t *factor;
    const float *cell;   /* [(position * n_years + t) * n_rows + row]: threshold */
    const float *weight; /* [position * n_factors + k]: loading */
    const float *index;  /* of plim_bound_job, if it is exact for all, else NULL */
    const float *z, *mix;
    bool mixed; /* the mixing variable is not always 1 */
    /* The same by path, its years in a row: [(path * n_lines + f) * line_years + t] of factor f,
       and in the last line of a path the mixing variable. */
    const float *line;
    uint32_t n_lines, line_years;
    const plim_curve *curve;
    float slack;
    uint32_t n_candidates;
    const plim_candidate *candidate;
    uint8_t *code;      /* out, [candidate * n_rows + row]; room for PLIM_JUDGE_LANES more */
    uint32_t *in_doubt; /* out: candidates with a row in doubt; room for one more than there are */
} plim_judge_job;

/* One borrower over a block of paths, in double: the reference that the three stages are tested
   against. Arrays over paths have `stride` entries a year. */
typedef struct plim_kernel_block {
    uint32_t n_years, n_factors, stride;
    const double *factor; /* [(t * n_factors + f) * stride + p] */
    const double *mix;    /* [t * stride + p] */
    double *index;        /* [t * stride + p]: sum of loading x factor */
    double *survival;     /* [p]: scratch */
} plim_kernel_block;

typedef struct plim_kernel {
    void (*bound)(const plim_bound_job *job);
    uint32_t (*screen)(const plim_screen_job *job); /* number of candidates */
    uint32_t (*judge)(const plim_judge_job *job);   /* number of candidates in doubt */
    float judge_error;                              /* of the distribution that it uses */
    /* Fills `index` for the n_loadings loadings of a borrower. */
    void (*index)(const plim_kernel_block *block, const uint16_t *loading_factor,
                  const double *loading, uint32_t n_loadings);
    /* Cumulative conditional PD of a row: fate[t * stride + p] = 1 - prod_(s <= t) (1 - h_s). */
    void (*cumulate)(const plim_kernel_block *block, const double *threshold, double *fate);
    /* For tests: plim_tail_single, which `bound` uses, and the probability of being above x that
       `judge` uses, for n = a multiple of 16. */
    void (*tail)(float *out, const float *x, int n);
    void (*above)(float *out, const float *x, int n, const plim_curve *curve);
} plim_kernel;

extern const plim_kernel plim_kernels[PLIM_ISA_COUNT];

#define PLIM_KERNEL_DECLARE(isa)                                                                   \
    void plim_kernel_bound_##isa(const plim_bound_job *job);                                       \
    uint32_t plim_kernel_screen_##isa(const plim_screen_job *job);                                 \
    uint32_t plim_kernel_judge_##isa(const plim_judge_job *job);                                   \
    void plim_kernel_index_##isa(const plim_kernel_block *block, const uint16_t *loading_factor,   \
                                 const double *loading, uint32_t n_loadings);                      \
    void plim_kernel_cumulate_##isa(const plim_kernel_block *block, const double *threshold,       \
                                    double *fate);                                                 \
    void plim_kernel_tail_##isa(float *out, const float *x, int n);                                \
    void plim_kernel_above_##isa(float *out, const float *x, int n, const plim_curve *curve);
PLIM_KERNEL_DECLARE(base)
PLIM_KERNEL_DECLARE(avx2)
PLIM_KERNEL_DECLARE(avx512)
#undef PLIM_KERNEL_DECLARE

#endif
