/* Our own transcendental functions: plain arithmetic, no table look-ups that depend on the
 * processor, the same bits with every compiler, instruction set and vector width. libm, GSL and
 * Lua's own do not: their bits change with the processor.
 *
 * NaN in, NaN out. Error bounds are tested against a multiple-precision oracle. */
#ifndef PLIM_MATH_FUNCTIONS_H
#define PLIM_MATH_FUNCTIONS_H

/* Overflow gives infinity, underflow 0; between them results below 2^-1022 are rounded once. Error
   under 1.5 u, where u = 2^-53 relative. */
double plim_exp(double x);
/* log(0) = -infinity, negative gives NaN. Error under 1.5 u. */
double plim_log(double x);
/* Whole y up to 64 in size by multiplication (error under |y| u; a negative power is the
   reciprocal of the positive one), else exp(y log x) with log x in double length (error under
   1.5 u + |y log x| u / 8). x^0 = 1 but for NaN, which always gives NaN; the other ends as C's pow.
 */
double plim_pow(double x, double y);
/* Error under 5 u relative, in the lower tail down to the smallest normal number (x = -37.5);
   exactly 1 from about 8.3 and 0 below -38.5. */
double plim_normal_cdf(double x);
/* 0 -> -infinity, 1 -> infinity, outside [0, 1] NaN. Error under 10 u relative. */
double plim_normal_inv(double p);
/* log(p / (1 - p)): 0 -> -infinity, 1 -> infinity, outside [0, 1] NaN. Error under 4 u. */
double plim_logit(double p);
/* 1 / (1 + exp(-x)), with relative accuracy in the lower tail too. Error under 4 u. */
double plim_logistic(double x);

/* The same over arrays of n, with the kernel of the processor (or the one forced by PLIMSOLL_ISA);
   bit for bit equal to the scalar ones. `out` may be `x`. */
void plim_exp_n(double *out, const double *x, int n);
void plim_log_n(double *out, const double *x, int n);
void plim_normal_cdf_n(double *out, const double *x, int n);

#endif
