/* The standard normal distribution in single precision, for bounds and filters: absolute error at
 * most PLIM_TAIL_ERROR. Never for a number that reaches a result. Arguments are in steps, as those
 * of simulate/curve.h, which takes its place where registers hold a table. */
#ifndef PLIM_SIMULATE_SINGLE_H
#define PLIM_SIMULATE_SINGLE_H

#include <math.h>
#include <stdint.h>

#define PLIM_TAIL_ERROR 0x1.6p-21f

/* Upper tail at |x|: (1/2) P(|x|)^-8, after the form of C. Hastings, "Approximations for digital
   computers" (1955), with coefficients fitted anew for degree 7 and eighth power (2.1e-7 before
   rounding), each divided by a power of PLIM_STEPS. Branch-free; an infinite x gives 0. */
static inline float plim_tail_single(float x)
{
    float t = fabsf(x);
    float p = 0x1.c5b2b6p-35f;
    p = p * t - 0x1.85df7cp-31f;
    p = p * t + 0x1.ac2eb4p-25f;
    p = p * t + 0x1.146ebap-21f;
    p = p * t + 0x1.54ebc2p-15f;
    p = p * t + 0x1.45c21ep-10f;
    p = p * t + 0x1.1059b8p-6f;
    p = p * t + 1.0f;
    p = p * p;
    p = p * p;
    p = p * p;
    return 0.5f / p;
}

/* Probability of being above x. */
static inline float plim_above_single(float x)
{
    float tail = plim_tail_single(x);
    return x > 0.0f ? tail : 1.0f - tail;
}

/* What a survival S, off by `slack` at most, tells of a uniform U of which the upper 16 bits are
   known; default where U < 1 - S. */
typedef struct plim_levels {
    float dead;  /* at or below it a default for sure */
    float alive; /* above it none for sure */
} plim_levels;

static inline plim_levels plim_levels_of(uint16_t upper, float slack)
{
    float from = (float)upper;
    return (plim_levels){.dead = 1.0f - (from + 1.0f) * 0x1p-16f - slack,
                         .alive = 1.0f - from * 0x1p-16f + slack};
}

#endif
