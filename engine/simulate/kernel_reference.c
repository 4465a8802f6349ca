/* The reference in double precision; see simulate/kernel.h. Compiled once per instruction set.
 * Loops run over contiguous paths, are free of branches, and do the same arithmetic in the same
 * order for every width. */
#include "simulate/kernel.h"

#include "math/inline.h"

#include <string.h>

void PLIM_ISA_NAME(plim_kernel_index)(const plim_kernel_block *block,
                                      const uint16_t *loading_factor, const double *loading,
                                      uint32_t n_loadings)
{
    int n = (int)block->stride;
    memset(block->index, 0, (size_t)block->n_years * block->stride * sizeof *block->index);
    for (uint32_t t = 0; t < block->n_years; t++) {
        double *restrict index = block->index + (size_t)t * block->stride;
        for (uint32_t k = 0; k < n_loadings; k++) {
            size_t cell = (size_t)t * block->n_factors + loading_factor[k];
            const double *restrict factor = block->factor + cell * block->stride;
            double w = loading[k];
#pragma omp simd
            for (int p = 0; p < n; p++)
                index[p] += w * factor[p];
        }
    }
}

void PLIM_ISA_NAME(plim_kernel_cumulate)(const plim_kernel_block *block, const double *threshold,
                                         double *fate)
{
    int n = (int)block->stride;
    double *restrict survival = block->survival;
#pragma omp simd
    for (int p = 0; p < n; p++)
        survival[p] = 1;
    for (uint32_t t = 0; t < block->n_years; t++) {
        const double *restrict index = block->index + (size_t)t * block->stride;
        const double *restrict mix = block->mix + (size_t)t * block->stride;
        double *restrict out = fate + (size_t)t * block->stride;
        double c = threshold[t];
#pragma omp simd
        for (int p = 0; p < n; p++) {
            double hazard = plim_normal_cdf_inline(c * mix[p] - index[p]);
            survival[p] *= 1 - hazard;
            out[p] = 1 - survival[p];
        }
    }
}
