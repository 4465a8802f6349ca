#include "simulate/curve.h"

#include "math/functions.h"

enum { NODES = PLIM_CURVE_DEGREE + 1 };

/* cos((2 j + 1) pi / 8) / 2, written out: libm computes nothing that decides a fate. */
static const double node[NODES] = {-0.46193976625564337, -0.19134171618254489, 0.19134171618254489,
                                   0.46193976625564337};

/* Newton's divided differences of `value` at the nodes, in place. */
static void divide_differences(double value[NODES])
{
    for (int order = 1; order < NODES; order++)
        for (int j = NODES - 1; j >= order; j--)
            value[j] = (value[j] - value[j - 1]) / (node[j] - node[j - order]);
}

plim_curve plim_curve_make(void)
{
    plim_curve curve;
    for (int piece = 0; piece < PLIM_CURVE_PIECES; piece++) {
        double newton[NODES], power[NODES] = {0};
        for (int j = 0; j < NODES; j++)
            newton[j] = plim_normal_cdf((piece + node[j]) / PLIM_STEPS) - 0.5;
        divide_differences(newton);
        /* Horner's rule over the factors (x - node), multiplied out. */
        for (int j = NODES - 1; j >= 0; j--) {
            for (int k = NODES - 1; k > 0; k--)
                power[k] = power[k - 1] - node[j] * power[k];
            power[0] = newton[j] - node[j] * power[0];
        }
        for (int k = 0; k < NODES; k++)
            curve.coefficient[k][piece] = (float)power[k];
    }
    return curve;
}
