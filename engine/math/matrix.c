#include "math/matrix.h"

#include <math.h>

static plim_status check(const double *matrix, size_t n, plim_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (matrix[i * n + i] != 1.0)
            return plim_fail(
                err, PLIM_INPUT,
                "correlation matrix: entry [%zu][%zu] is %.17g; the diagonal must be 1", i + 1,
                i + 1, matrix[i * n + i]);
        for (size_t j = 0; j < i; j++) {
            double below = matrix[i * n + j], above = matrix[j * n + i];
            if (below != above)
                return plim_fail(
                    err, PLIM_INPUT,
                    "correlation matrix: not symmetric: entry [%zu][%zu] is %.17g, but "
                    "[%zu][%zu] is %.17g",
                    i + 1, j + 1, below, j + 1, i + 1, above);
            if (!(fabs(below) <= 1.0))
                return plim_fail(
                    err, PLIM_INPUT,
                    "correlation matrix: entry [%zu][%zu] is %.17g; must be from -1 to 1", i + 1,
                    j + 1, below);
        }
    }
    return PLIM_OK;
}

plim_status plim_cholesky(const double *matrix, size_t n, double *lower, plim_error *err)
{
    PLIM_TRY(check(matrix, n, err));
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            double rest = j <= i ? matrix[i * n + j] : 0.0;
            for (size_t k = 0; k < j && j <= i; k++)
                rest -= lower[i * n + k] * lower[j * n + k];
            lower[i * n + j] = j < i ? rest / lower[j * n + j] : rest;
        }
        /* A pivot within rounding of zero means that this factor is a sum of those before it. */
        double pivot = lower[i * n + i];
        if (!(pivot > 1e-12))
            return plim_fail(
                err, PLIM_INPUT,
                "correlation matrix: not positive definite: row %zu follows from the rows "
                "before it (pivot %.3g)",
                i + 1, pivot);
        lower[i * n + i] = sqrt(pivot);
    }
    return PLIM_OK;
}
