/* The standard normal distribution as a table of cubics in single precision, small enough for the
 * registers of AVX-512. For filters: never for a number that reaches a result.
 *
 * Arguments are in steps of 1 / PLIM_STEPS of a standard deviation. Piece k holds N(x) - 1/2 for
 * |x| from k - 1/2 to k + 1/2 steps, as a polynomial in |x| - k through the four Chebyshev nodes of
 * the interval. The product of the distances to the nodes is at most 2^-7 and the fourth derivative
 * of N at most 0.56 deviations^-4, so that the polynomial is off by at most
 * 0.56 / 4! / 2^7 / PLIM_STEPS^4 = 1.4e-7. Beyond the last piece N is 8e-8 short of 1.
 * PLIM_CURVE_ERROR is more than the error with rounding (tests go through all floats). */
#ifndef PLIM_SIMULATE_CURVE_H
#define PLIM_SIMULATE_CURVE_H

#define PLIM_STEPS        6 /* a standard deviation */
#define PLIM_CURVE_PIECES 32
#define PLIM_CURVE_DEGREE 3
#define PLIM_CURVE_ERROR  0x1p-22f

typedef struct plim_curve {
    float coefficient[PLIM_CURVE_DEGREE + 1][PLIM_CURVE_PIECES]; /* [power][piece] */
} plim_curve;

plim_curve plim_curve_make(void);

#endif
