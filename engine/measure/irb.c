#include "measure/irb.h"

#include "math/functions.h"

#include <math.h>

/* Asset correlation falls from `high` to `low` as the PD rises, at that pace. */
typedef struct irb_curve {
    double low, high, pace;
} irb_curve;

static const irb_curve firms = {0.12, 0.24, 50}, retail = {0.03, 0.16, 35};
static const double confidence = 0.999, pd_floor = 0.0005;

static double correlation(const irb_curve *curve, double pd)
{
    double u = (1 - plim_exp(-curve->pace * pd)) / (1 - plim_exp(-curve->pace));
    return curve->low * u + curve->high * (1 - u);
}

/* (1 + (M - 2.5) b) / (1 - 1.5 b) at M = 2.5. */
static double maturity_factor(double pd)
{
    double b = 0.11852 - 0.05478 * plim_log(pd);
    return 1 / (1 - 1.5 * b * b);
}

double plim_irb_capital(double pd, bool household)
{
    double p = pd < pd_floor ? pd_floor : pd;
    if (p >= 1)
        return 0;
    double r = correlation(household ? &retail : &firms, p);
    double argument = plim_normal_inv(p) + sqrt(r) * plim_normal_inv(confidence);
    double k = plim_normal_cdf(argument / sqrt(1 - r)) - p;
    return k * (household ? 1 : maturity_factor(p));
}
