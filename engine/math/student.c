#include "math/student.h"

#include <math.h>

#include "math/beta.h"
#include "math/functions.h"

/* B(nu/2, 1/2) by B(a + 1, 1/2) = B(a, 1/2) a / (a + 1/2), from B(1/2, 1/2) = pi, B(1, 1/2) = 2. */
static double complete_beta(int nu)
{
    double value = nu % 2 == 1 ? 0x1.921fb54442d18p+1 : 2.0;
    for (double a = nu % 2 == 1 ? 0.5 : 1.0; a < 0.5 * nu; a += 1.0)
        value *= a / (a + 0.5);
    return value;
}

/* What does not depend on t. */
typedef struct student {
    double nu, a; /* a = nu / 2 */
    double beta;  /* B(a, 1/2) */
} student;

static student student_of(int nu)
{
    return (student){.nu = nu, .a = 0.5 * nu, .beta = complete_beta(nu)};
}

/* x^a (1 - x)^(1/2) / B(a, 1/2) with x = nu / (nu + t^2), t > 0; it is also t times the density. */
static double front(const student *s, double t)
{
    double square = t * t;
    double low = square > 1e300 ? s->nu / t / t : s->nu / (s->nu + square);
    double root = square > 1e300 ? 1.0 : t / sqrt(s->nu + square);
    return plim_pow(low, s->a) * root / s->beta;
}

/* P(0 < T < t) as a part of it all, for t > 0: near 0 without cancellation. */
static double centre(const student *s, double t)
{
    double y = t * t / (s->nu + t * t);
    return 0.5 * plim_beta_fraction(0.5, s->a, y, front(s, t));
}

/* Is t so small that the fraction of the centre converges faster? */
static int is_central(const student *s, double t)
{
    double y = t * t / (s->nu + t * t);
    return y < 1.5 / (s->a + 2.5);
}

/* P(T < -t), t > 0. */
static double tail(const student *s, double t)
{
    if (is_central(s, t))
        return 0.5 - centre(s, t);
    double square = t * t;
    double x = square > 1e300 ? s->nu / t / t : s->nu / (s->nu + square);
    return 0.5 * plim_beta_fraction(s->a, 0.5, x, front(s, t));
}

double plim_student_cdf(double t, int nu)
{
    if (!(t == t) || nu < 1 || nu > PLIM_STUDENT_MOST)
        return (double)NAN;
    student s = student_of(nu);
    double size = fabs(t);
    if (size == 0.0)
        return 0.5;
    double lower = isinf(t) ? 0.0 : tail(&s, size);
    return t > 0.0 ? 1.0 - lower : lower;
}

/* Newton from t = 0: P(0 < T < t) is concave in t, so that steps only grow towards the root. */
static double inverse_centre(const student *s, double share)
{
    double t = share * s->beta * sqrt(s->nu); /* the density at 0 is 1 / (beta sqrt(nu)) */
    for (int i = 0; i < 30; i++) {
        double step = (share - centre(s, t)) * t / front(s, t);
        t += step;
        if (fabs(step) <= 0x1p-30 * t) /* the error left is its square */
            break;
    }
    return t;
}

/* Where to start for the quantile of tail p: G. W. Hill, "Algorithm 396: Student's t-quantiles",
   Communications of the ACM 13 (1970), good to some six digits for nu of 3 and more. */
static double hill_start(double nu, double p)
{
    const double half_pi = 0x1.921fb54442d18p+0;
    double a = 1.0 / (nu - 0.5), b = 48.0 / (a * a);
    double c = ((20700.0 * a / b - 98.0) * a - 16.0) * a + 96.36;
    double d = ((94.5 / (b + c) - 3.0) / b + 1.0) * sqrt(a * half_pi) * nu;
    double y = plim_exp(2.0 / nu * plim_log(d * 2.0 * p));
    if (y > 0.05 + a) { /* from the normal quantile */
        double x = plim_normal_inv(p);
        y = x * x;
        if (nu < 5.0)
            c += 0.3 * (nu - 4.5) * (x + 0.6);
        c += (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b;
        y = (((((0.4 * y + 6.3) * y + 36.0) * y + 94.5) / c - y - 3.0) / b + 1.0) * x;
        y = plim_exp(a * y * y) - 1.0;
    } else { /* from the power law of the tail */
        y = ((1.0 / (((nu + 6.0) / (nu * y) - 0.089 * d - 0.822) * (nu + 2.0) * 3.0) +
              0.5 / (nu + 4.0)) *
                 y -
             1.0) *
                (nu + 1.0) / (nu + 2.0) +
            1.0 / y;
    }
    return sqrt(nu * y);
}

/* Where the power law that bounds the tail, P(T < -t) < nu^(nu/2 - 1) t^-nu / B, gives p. */
static double power_start(const student *s, double p)
{
    double log_t = (s->a - 1.0) * plim_log(s->nu) - plim_log(s->beta) - plim_log(p);
    return plim_exp(log_t / s->nu);
}

/* Newton in log t on the log of the tail, which is concave and falls: beyond the root steps stay
   beyond it, from before it the first leads beyond. The error left is about nu / 2 times the square
   of the last step. */
static double inverse_tail(const student *s, double p)
{
    double log_p = plim_log(p);
    double t = s->nu < 3.0 ? power_start(s, p) : hill_start(s->nu, p);
    for (int i = 0; i < 60; i++) {
        double mass = tail(s, t);
        /* near the root log(mass / p) by its series, which has no cancellation */
        double near = mass / p - 1.0;
        double excess = fabs(near) < 1e-4 ? near * (1.0 - near * (0.5 - near * (1.0 / 3.0)))
                                          : plim_log(mass) - log_p;
        double step = excess * mass / front(s, t);
        t *= plim_exp(step);
        if (fabs(step) <= 0x1p-30)
            break;
    }
    return t;
}

double plim_student_inv(double p, int nu)
{
    if (!(p >= 0.0 && p <= 1.0) || nu < 1 || nu > PLIM_STUDENT_MOST)
        return (double)NAN;
    if (p == 0.0 || p == 1.0)
        return p == 0.0 ? -(double)INFINITY : (double)INFINITY;
    if (p == 0.5)
        return 0.0;
    student s = student_of(nu);
    double lower = p < 0.5 ? p : 1.0 - p;
    double t = lower > 0.25 ? inverse_centre(&s, 0.5 - lower) : inverse_tail(&s, lower);
    return p < 0.5 ? -t : t;
}

double plim_copula_inv(double p, int nu)
{
    return nu == 0 ? plim_normal_inv(p) : plim_student_inv(p, nu);
}
