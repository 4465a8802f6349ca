/* The loops that take the time, once per instruction set, and the table to choose from. */
#ifndef PLIM_SIMULATE_KERNEL_H
#define PLIM_SIMULATE_KERNEL_H

#include "base/isa.h"

#include <stdint.h>

#define PLIM_KERNEL_LANES 8 /* strides are multiples of this */

/* One borrower over a block of paths. Arrays over paths have `stride` entries a year. */
typedef struct plim_kernel_block {
    uint32_t n_years, n_factors, stride;
    const double *factor; /* [(t * n_factors + f) * stride + p] */
    double *index;        /* [t * stride + p]: sum of loading x factor */
    double *survival;     /* [p]: scratch */
    double *most;         /* [p]: largest cumulative PD of the last year over the rows so far */
} plim_kernel_block;

/* Fills `index` for the n_loadings loadings of a borrower, and sets `most` to 0. */
typedef void (*plim_kernel_index)(const plim_kernel_block *block, const uint16_t *loading_factor,
                                  const double *loading, uint32_t n_loadings);

/* Cumulative conditional PD of a row: fate[t * stride + p] = 1 - prod_(s <= t) (1 - h_s). Raises
   `most` where it has to. */
typedef void (*plim_kernel_cumulate)(const plim_kernel_block *block, const double *threshold,
                                     double *fate);

typedef struct plim_kernel {
    plim_kernel_index index;
    plim_kernel_cumulate cumulate;
} plim_kernel;

extern const plim_kernel plim_kernels[PLIM_ISA_COUNT];

#define PLIM_KERNEL_DECLARE(isa)                                                                   \
    void plim_kernel_index_##isa(const plim_kernel_block *block, const uint16_t *loading_factor,   \
                                 const double *loading, uint32_t n_loadings);                      \
    void plim_kernel_cumulate_##isa(const plim_kernel_block *block, const double *threshold,       \
                                    double *fate);
PLIM_KERNEL_DECLARE(base)
PLIM_KERNEL_DECLARE(avx2)
PLIM_KERNEL_DECLARE(avx512)
#undef PLIM_KERNEL_DECLARE

#endif
