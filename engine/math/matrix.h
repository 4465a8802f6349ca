/* Small dense linear algebra. Matrices are row-major. */
#ifndef PLIM_MATH_MATRIX_H
#define PLIM_MATH_MATRIX_H

#include "base/status.h"

#include <stddef.h>

/* Lower Cholesky factor of a correlation matrix (n x n) into `lower`. PLIM_INPUT, saying what is
   wrong and where, if it is not symmetric, has a diagonal other than 1, an entry outside [-1, 1],
   or is not positive definite (messages count rows from 1). Plain arithmetic in fixed order (sqrt
   is exact), so the same bits everywhere. */
PLIM_NODISCARD plim_status plim_cholesky(const double *matrix, size_t n, double *lower,
                                         plim_error *err);

#endif
