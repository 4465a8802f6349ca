/* Comparison of doubles in the tests of measure/, which have hand-computed values. */
#ifndef PLIM_TESTS_MEASURE_NEAR_H
#define PLIM_TESTS_MEASURE_NEAR_H

#include <math.h>

#define assert_near(actual, expected) near_or_fail(actual, expected, #actual, __FILE__, __LINE__)
#define assert_nan(actual)            near_or_fail(actual, (double)NAN, #actual, __FILE__, __LINE__)

/* Equal but for rounding; an expected NaN or 0 must be exactly that. */
static void near_or_fail(double actual, double expected, const char *what, const char *file,
                         int line)
{
    if (isnan(expected) ? isnan(actual) : fabs(actual - expected) <= 1e-13 * fabs(expected))
        return;
    print_error("%s:%d: %s is %.17g, not %.17g\n", file, line, what, actual, expected);
    _fail(file, line);
}

#endif
