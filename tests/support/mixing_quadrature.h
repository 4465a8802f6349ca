/* Expectations over a chi-squared variable, beside those over a normal in quadrature.h. */
#ifndef PLIM_TESTS_MIXING_QUADRATURE_H
#define PLIM_TESTS_MIXING_QUADRATURE_H

#include "quadrature.h"

#define MIXING_POINTS 128

/* Nodes are sqrt(S / nu), S chi-squared of nu degrees of freedom: E f = sum of weight x f(node). */
typedef struct mixing_rule {
    double node[MIXING_POINTS], weight[MIXING_POINTS];
} mixing_rule;

/* Gauss-Legendre over r = sqrt(S), of density r^(nu - 1) exp(-r^2 / 2), which is smooth at 0. */
static inline void mixing_rule_make(mixing_rule *rule, double nu)
{
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(MIXING_POINTS);
    double total = 0;
    for (size_t i = 0; i < MIXING_POINTS; i++) {
        double r, weight;
        gsl_integration_glfixed_point(fmax(sqrt(nu) - 9, 0), sqrt(nu) + 9, i, &r, &weight, table);
        rule->node[i] = r / sqrt(nu);
        rule->weight[i] = weight * exp((nu - 1) * log(r / sqrt(nu)) - r * r / 2 + nu / 2);
        total += rule->weight[i];
    }
    for (int i = 0; i < MIXING_POINTS; i++)
        rule->weight[i] /= total;
    gsl_integration_glfixed_table_free(table);
}

#endif
