#include "simulate/mixing.h"

#include "math/draw.h"
#include "math/functions.h"

#include <math.h>

static double chi_squared(uint64_t seed, uint32_t path, uint32_t year, uint32_t nu)
{
    double sum = 0, uniform[2] = {0, 0};
    for (uint32_t n = 0; n < nu; n += 2) {
        uint32_t place = n / 2;
        if (place % 2 == 0)
            plim_draw_uniforms(seed,
                               &(plim_draw_id){.purpose = PLIM_DRAW_MIXING,
                                               .path = path,
                                               .year = (uint8_t)year,
                                               .sub = (uint16_t)(place / 2)},
                               uniform);
        if (n + 1 < nu) {
            sum -= 2 * plim_log(uniform[place % 2]);
        } else {
            double normal = plim_normal_inv(uniform[place % 2]);
            sum += normal * normal;
        }
    }
    return sum;
}

void plim_simulate_mixing(const plim_plan *plan, uint64_t seed, uint32_t path, double *out)
{
    uint32_t nu = plan->copula_nu;
    for (uint32_t t = 0; t < plan->n_years; t++)
        out[t] = nu == 0 ? 1 : sqrt(chi_squared(seed, path, t, nu) / nu);
}
