/* The array functions of math/functions.h, once for each instruction set (base/isa.h). Private to
 * math/. */
#ifndef PLIM_MATH_KERNEL_FUNCTIONS_H
#define PLIM_MATH_KERNEL_FUNCTIONS_H

#define PLIM_KERNEL_FUNCTIONS(isa)                                                                 \
    void plim_exp_n_##isa(double *out, const double *x, int n);                                    \
    void plim_log_n_##isa(double *out, const double *x, int n);                                    \
    void plim_normal_cdf_n_##isa(double *out, const double *x, int n);

PLIM_KERNEL_FUNCTIONS(base)
PLIM_KERNEL_FUNCTIONS(avx2)
PLIM_KERNEL_FUNCTIONS(avx512)

#endif
