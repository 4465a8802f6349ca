#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/irb.h"
#include "plan/sheets.h"

#include <math.h>

#define assert_double_near(a, b, room) assert_true(fabs((a) - (b)) <= (room))

/* Figures of the framework's own examples (92.32 % stands in Annex 5 of Basel II) and of the same
   formulas worked out apart. */
static void risk_weights_are_those_of_the_framework(void **unused)
{
    (void)unused;
    assert_double_near(12.5 * 0.45 * plim_irb_capital(0.01, false), 0.923168, 5e-7);
    assert_double_near(12.5 * 0.40 * plim_irb_capital(0.01, false), 0.820594, 5e-7);
    assert_double_near(12.5 * 0.45 * plim_irb_capital(0.05, false), 1.498544, 5e-7);
    assert_double_near(12.5 * 0.45 * plim_irb_capital(0.20, false), 2.382316, 5e-7);
}

static void a_small_pd_is_raised_to_the_floor_and_a_certain_default_needs_none(void **unused)
{
    (void)unused;
    assert_true(plim_irb_capital(0.0001, false) == plim_irb_capital(0.0005, false));
    assert_true(plim_irb_capital(0.0006, false) > plim_irb_capital(0.0005, false));
    assert_true(plim_irb_capital(1, false) == 0);
    assert_true(plim_irb_capital(0.02, true) < plim_irb_capital(0.02, false));
}

static void expected_credit_losses_of_a_year_and_of_a_life(void **unused)
{
    (void)unused;
    const double hazard[] = {0.02, 0.03, 0.04}, loss[] = {45, 45, 45};
    assert_double_near(plim_expected_credit_loss(hazard, loss, 1, 0.05), 0.857143, 5e-7);
    assert_double_near(plim_expected_credit_loss(hazard, loss, 3, 0.05), 3.535238, 5e-7);
    assert_double_near(plim_expected_credit_loss(hazard, loss, 0, 0.05), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(risk_weights_are_those_of_the_framework),
        cmocka_unit_test(a_small_pd_is_raised_to_the_floor_and_a_certain_default_needs_none),
        cmocka_unit_test(expected_credit_losses_of_a_year_and_of_a_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
