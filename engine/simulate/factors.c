#include "simulate/simulate.h"

#include "math/draw.h"

#include <math.h>

/* The first n of L u_t, with independent normals u keyed by factor, path and year, and L the
   Cholesky factor of the correlations, a lower triangle: they need no others. */
static void draw_innovations(const plim_plan *plan, uint64_t seed, const plim_draw_id *at,
                             uint32_t n, double *z)
{
    for (uint32_t f = 0; f < n; f++) {
        plim_draw_id id = *at;
        id.key = plan->factor_key[f];
        z[f] = plim_draw_normal(seed, &id);
    }
    /* From the last row up, so that each row still finds the u of those before it. */
    for (uint32_t f = n; f-- > 0;) {
        double sum = 0;
        for (uint32_t g = 0; g <= f; g++)
            sum += plan->cholesky[(size_t)f * plan->n_factors + g] * z[g];
        z[f] = sum;
    }
}

void plim_simulate_first_innovations(const plim_plan *plan, uint64_t seed, uint32_t path,
                                     uint32_t n, double *out)
{
    for (uint32_t t = 0; t < plan->n_years; t++) {
        plim_draw_id id = {.purpose = PLIM_DRAW_FACTOR, .path = path, .year = (uint8_t)t};
        draw_innovations(plan, seed, &id, n, out + (size_t)t * plan->n_factors);
    }
}

void plim_simulate_innovations(const plim_plan *plan, uint64_t seed, uint32_t path, double *out)
{
    plim_simulate_first_innovations(plan, seed, path, plan->n_factors, out);
}

/* Z_1 = L u_1, Z_t = phi Z_(t-1) + sqrt(1 - phi^2) L u_t. */
void plim_simulate_persist(const plim_plan *plan, const double *innovation, double *out)
{
    uint32_t n = plan->n_factors;
    double keep = plan->persistence;
    double renew = sqrt(1 - keep * keep);
    for (uint32_t f = 0; f < n; f++)
        out[f] = innovation[f];
    for (uint32_t t = 1; t < plan->n_years; t++)
        for (uint32_t f = 0; f < n; f++) {
            size_t at = (size_t)t * n + f;
            out[at] = keep * out[at - n] + renew * innovation[at];
        }
}

void plim_simulate_factors(const plim_plan *plan, uint64_t seed, uint32_t path, double *out)
{
    plim_simulate_innovations(plan, seed, path, out);
    plim_simulate_persist(plan, out, out);
}
