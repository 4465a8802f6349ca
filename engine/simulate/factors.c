#include "simulate/simulate.h"

#include "math/draw.h"

#include <math.h>

/* Z_1 = L u_1, Z_t = phi Z_(t-1) + sqrt(1 - phi^2) L u_t, with independent normals u keyed by
   factor, path and year, and L the Cholesky factor of the correlations. */
void plim_simulate_factors(const plim_plan *plan, uint64_t seed, uint32_t path, double *out)
{
    uint32_t n = plan->n_factors;
    double keep = plan->persistence;
    double renew = sqrt(1 - keep * keep);
    for (uint32_t t = 0; t < plan->n_years; t++) {
        double *z = out + (size_t)t * n;
        for (uint32_t f = 0; f < n; f++)
            z[f] = plim_draw_normal(seed, &(plim_draw_id){.purpose = PLIM_DRAW_FACTOR,
                                                          .key = plan->factor_key[f],
                                                          .path = path,
                                                          .year = (uint8_t)t});
        /* From the last row up, so that each row still finds the u of those before it. */
        for (uint32_t f = n; f-- > 0;) {
            double sum = 0;
            for (uint32_t g = 0; g <= f; g++)
                sum += plan->cholesky[(size_t)f * n + g] * z[g];
            z[f] = t == 0 ? sum : keep * out[(size_t)(t - 1) * n + f] + renew * sum;
        }
    }
}
