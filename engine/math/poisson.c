#include "math/poisson.h"

#include "math/functions.h"

uint32_t plim_poisson_inv(double u, double mean)
{
    /* Far beyond what a uniform of 52 bits can ask for at the largest mean. */
    const uint32_t most = 2000;
    double term = plim_exp(-mean), sum = term;
    uint32_t n = 0;
    while (u > sum && n < most) {
        n++;
        term *= mean / n;
        sum += term;
    }
    return n;
}
