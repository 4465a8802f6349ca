#include "math/kernel_functions.h"

#include "base/isa.h"
#include "math/inline.h"

void PLIM_ISA_NAME(plim_exp_n)(double *out, const double *x, int n)
{
#pragma omp simd
    for (int i = 0; i < n; i++)
        out[i] = plim_exp_inline(x[i]);
}

void PLIM_ISA_NAME(plim_log_n)(double *out, const double *x, int n)
{
#pragma omp simd
    for (int i = 0; i < n; i++)
        out[i] = plim_log_inline(x[i]);
}

void PLIM_ISA_NAME(plim_normal_cdf_n)(double *out, const double *x, int n)
{
#pragma omp simd
    for (int i = 0; i < n; i++)
        out[i] = plim_normal_cdf_inline(x[i]);
}
