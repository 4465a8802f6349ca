/* Student's t distribution with whole degrees of freedom, for the thresholds of a t copula. Plain
 * arithmetic over math/functions.h: the same bits everywhere. Pure and thread-safe.
 *
 * P(T < -t) = I_x(nu/2, 1/2) / 2 with x = nu / (nu + t^2) (NIST, "Digital Library of Mathematical
 * Functions", 8.17 and Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7). */
#ifndef PLIM_MATH_STUDENT_H
#define PLIM_MATH_STUDENT_H

#define PLIM_STUDENT_MOST 100 /* largest number of degrees of freedom */

/* P(T < t) for nu of 1 to 100 degrees of freedom; another nu or NaN gives NaN. Relative error under
   (6 nu + 60) u in the lower tail, where u = 2^-53. */
double plim_student_cdf(double t, int nu);

/* 0 -> -infinity, 1 -> infinity, outside [0, 1] NaN. Relative error under 200 u for p from 1e-12 to
   1 - 2^-53; further out the cdf of the inverse is p within 200 nu u. */
double plim_student_inv(double p, int nu);

/* The quantile that a copula takes for its thresholds: nu = 0 is the Gaussian copula
   (plim_normal_inv, bit for bit), else plim_student_inv. */
double plim_copula_inv(double p, int nu);

#endif
