/* The beta distribution, for random LGD. Plain arithmetic over math/functions.h: the same bits
 * everywhere. Pure and thread-safe but for create and destroy.
 *
 * I_x(a, b) by its continued fraction (NIST, "Digital Library of Mathematical Functions", 8.17.22,
 * evaluated by the method of Lentz). */
#ifndef PLIM_MATH_BETA_H
#define PLIM_MATH_BETA_H

#include "base/status.h"

#include <stddef.h>

/* log B(a, b), a and b positive. Absolute error under 2e-15 (1 + s log(1 + s)), s = a + b. */
double plim_log_beta(double a, double b);

/* x^a (1 - x)^b / B(a, b) times the continued fraction, over a: I_x(a, b) for the small x for which
   that converges fast, x < (a + 1) / (a + b + 2). `front` is x^a (1 - x)^b / B(a, b). */
double plim_beta_fraction(double a, double b, double x, double front);

/* The regularised incomplete beta function I_x(a, b): P(X < x). a and b positive, x within [0, 1],
   else NaN. Relative error under 1e-12 for a + b up to 100, under 1e-10 up to 10,000. */
double plim_beta_cdf(double x, double a, double b);

/* x with I_x(a, b) = p; absolute error under 1e-12 for a + b up to 10,000. */
double plim_beta_inv(double p, double a, double b);

/* Quantiles of all beta distributions of one concentration k = a + b (a = mean k, b = (1 - mean)
 * k), by linear interpolation between nodes, in the mean and in the normal score: a number y stands
 * for the probability normal_cdf(y). The form keeps what matters:
 *   - for y standard normal the mean of the tabulated quantiles is `mean`, within 1e-12;
 *   - quantiles never fall as y rises, nor as the mean rises (but for rounding); they lie within
 *     [0, 1];
 *   - mean 0 gives 0, mean 1 gives 1; quantile(1 - mean, -y) = 1 - quantile(mean, y) but for
 *     rounding.
 * How far a quantile may lie from the true one (absolute, tested), with k = 1 / spread^2 - 1:
 *   spread up to 0.5, mean 0.05 to 0.95   0.0003
 *   spread up to 0.9, mean 0.05 to 0.95   0.006
 *   spread up to 0.5, any mean            0.008, reached far out (score 3.4) at means below 0.001
 *   spread up to 0.9, any mean            0.1, likewise
 * and the standard deviation from spread sqrt(mean (1 - mean)): 0.0003, 0.001 up to spread 0.9.
 * Scores beyond +-8 (probability 6e-16) are taken as +-8. */
typedef struct plim_beta_table plim_beta_table;

/* Concentration positive and finite, else PLIM_BUG. Takes about a tenth of a second and half a MiB.
 */
PLIM_NODISCARD plim_status plim_beta_table_create(plim_beta_table **out, double concentration,
                                                  plim_error *err);
void plim_beta_table_destroy(plim_beta_table *table); /* NULL is fine */
size_t plim_beta_table_bytes(void);
/* The quantile of the distribution with this mean, in [0, 1], at normal_cdf(score). */
double plim_beta_table_at(const plim_beta_table *table, double mean, double score);

#endif
