/* Expectations over a standard normal, for tests against exact distributions. Header only. */
#ifndef PLIM_TESTS_QUADRATURE_H
#define PLIM_TESTS_QUADRATURE_H

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <math.h>

#define NORMAL_POINTS 96

/* Nodes and weights: E f(Z) = sum of weight x f(node). */
typedef struct normal_rule {
    double node[NORMAL_POINTS], weight[NORMAL_POINTS];
} normal_rule;

static inline void normal_rule_make(normal_rule *rule)
{
    gsl_integration_fixed_workspace *w =
        gsl_integration_fixed_alloc(gsl_integration_fixed_hermite, NORMAL_POINTS, 0, 0.5, 0, 0);
    double total = 0;
    for (int i = 0; i < NORMAL_POINTS; i++) {
        rule->node[i] = gsl_integration_fixed_nodes(w)[i];
        rule->weight[i] = gsl_integration_fixed_weights(w)[i];
        total += rule->weight[i];
    }
    for (int i = 0; i < NORMAL_POINTS; i++)
        rule->weight[i] /= total;
    gsl_integration_fixed_free(w);
}

/* Conditional PD of the one-factor model. */
static inline double conditional_pd(double pd, double loading, double z)
{
    return gsl_cdf_ugaussian_P((gsl_cdf_ugaussian_Pinv(pd) - loading * z) /
                               sqrt(1 - loading * loading));
}

#endif
