#include "measure/proportion.h"

#include <math.h>

plim_estimate plim_proportion(uint64_t count, uint64_t n)
{
    const double z = PLIM_Z95;
    if (n == 0)
        return plim_estimate_undefined;
    double p = (double)count / (double)n, m = (double)n, zz = z * z;
    double middle = (p + zz / (2 * m)) / (1 + zz / m);
    double half = z * sqrt(p * (1 - p) / m + zz / (4 * m * m)) / (1 + zz / m);
    return (plim_estimate){.value = p,
                           .stderr_ = sqrt(p * (1 - p) / m),
                           .low = count == 0 ? 0 : fmax(middle - half, 0),
                           .high = count == n ? 1 : fmin(middle + half, 1)};
}
