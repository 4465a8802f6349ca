/* The standard normal distribution in single precision, for bounds and filters: absolute error at
 * most PLIM_TAIL_ERROR (simulate/kernel.h). Never for a number that reaches a result. */
#ifndef PLIM_SIMULATE_SINGLE_H
#define PLIM_SIMULATE_SINGLE_H

#include <math.h>

/* Upper tail at |x|: (1/2) P(|x|)^-8, after the form of C. Hastings, "Approximations for digital
   computers" (1955), with coefficients fitted anew for degree 7 and eighth power (2.1e-7 before
   rounding). Branch-free; an infinite x gives 0. */
static inline float plim_tail_single(float x)
{
    float t = fabsf(x);
    float p = 0x1.e47db8p-17f;
    p = p * t - 0x1.158e5ap-15f;
    p = p * t + 0x1.967054p-12f;
    p = p * t + 0x1.5ddc24p-11f;
    p = p * t + 0x1.1fa6ecp-7f;
    p = p * t + 0x1.6e7a62p-5f;
    p = p * t + 0x1.988694p-4f;
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

#endif
