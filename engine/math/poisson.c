#include "math/poisson.h"

#include "math/functions.h"

uint32_t plim_poisson_inv(double u, double mean)
{
    /* The rounded sum may stay below the largest uniforms for ever: it is at its end where a term
       no longer changes it. Terms rise up to the mean, so that none before does that. */
    double term = plim_exp(-mean), sum = term, before = 0;
    uint32_t n = 0;
    while (u > sum && sum > before) {
        n++;
        term *= mean / n;
        before = sum;
        sum += term;
    }
    return n;
}
