#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "math/matrix.h"

static void factors_a_correlation_matrix(void **state)
{
    (void)state;
    enum { N = 4 };
    static const double matrix[N * N] = {1,     0.5,   -0.25, 0.1, 0.5, 1,   0.125, 0.2,
                                         -0.25, 0.125, 1,     0.3, 0.1, 0.2, 0.3,   1};
    double lower[N * N];
    assert_int_equal(plim_cholesky(matrix, N, lower, NULL), PLIM_OK);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double product = 0;
            for (size_t k = 0; k < N; k++)
                product += lower[i * N + k] * lower[j * N + k];
            assert_true(fabs(product - matrix[i * N + j]) < 1e-15);
            assert_true(j <= i || lower[i * N + j] == 0.0);
        }
    assert_true(lower[4] == 0.5 && lower[5] == sqrt(0.75));
}

static void one_factor(void **state)
{
    (void)state;
    static const double one = 1.0;
    double lower = 0;
    assert_int_equal(plim_cholesky(&one, 1, &lower, NULL), PLIM_OK);
    assert_true(lower == 1.0);
}

static void refusals_say_where(void **state)
{
    (void)state;
    static const struct {
        double matrix[9];
        const char *message;
    } cases[] = {
        {{1, 0, 0, 0, 1.5, 0, 0, 0, 1}, "entry [2][2] is 1.5; the diagonal must be 1"},
        {{1, 0.3, 0, 0.2, 1, 0, 0, 0, 1}, "entry [2][1] is 0.2"},
        {{1, 0, 1.25, 0, 1, 0, 1.25, 0, 1}, "entry [3][1] is 1.25; must be from -1 to 1"},
        {{1, 1, 0, 1, 1, 0, 0, 0, 1}, "not positive definite: row 2"},
        {{1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1}, "not positive definite: row 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double lower[9];
        plim_error err = {PLIM_OK, ""};
        assert_int_equal(plim_cholesky(cases[i].matrix, 3, lower, &err), PLIM_INPUT);
        if (strstr(err.message, cases[i].message) == NULL)
            fail_msg("'%s' instead of '%s'", err.message, cases[i].message);
    }
}

static void nan_is_refused(void **state)
{
    (void)state;
    double matrix[4] = {1, (double)NAN, (double)NAN, 1}, lower[4];
    assert_int_equal(plim_cholesky(matrix, 2, lower, NULL), PLIM_INPUT);
    matrix[0] = (double)NAN;
    assert_int_equal(plim_cholesky(matrix, 2, lower, NULL), PLIM_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factors_a_correlation_matrix),
        cmocka_unit_test(one_factor),
        cmocka_unit_test(refusals_say_where),
        cmocka_unit_test(nan_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
