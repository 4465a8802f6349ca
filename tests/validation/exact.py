"""Exact values for the validation: closed forms and quadrature, in NumPy alone.

Nothing here comes from the engine. Integrals over a normal factor use the trapezoidal rule, which for smooth
functions times the normal density converges faster than any power of the step (error near exp(-2 (pi / step)^2))."""
import math
from statistics import NormalDist

import numpy as np

_erfc = np.frompyfunc(math.erfc, 1, 1)
_lgamma = np.frompyfunc(math.lgamma, 1, 1)
inverse_normal = NormalDist().inv_cdf


def normal(x):
    """Distribution function of the standard normal."""
    return 0.5 * np.asarray(_erfc(-np.asarray(x, dtype=float) / math.sqrt(2)), dtype=float)


def density(x):
    return np.exp(-np.asarray(x) ** 2 / 2) / math.sqrt(2 * math.pi)


def nodes(step=0.01, reach=9.0):
    """Points of a standard normal factor and their weights, which add up to 1."""
    z = np.arange(-reach, reach + step / 2, step)
    return z, density(z) * step


def conditional_pd(pd, r2, z):
    """Vasicek, The distribution of loan portfolio value (2002); a low z is bad."""
    return normal((inverse_normal(pd) - math.sqrt(r2) * z) / math.sqrt(1 - r2))


def joint(pd_a, pd_b, r2):
    """P(both default in a year) of two borrowers with one factor and the same R2."""
    z, w = nodes()
    return float(np.sum(w * conditional_pd(pd_a, r2, z) * conditional_pd(pd_b, r2, z)))


# ---- number of defaults among n equal borrowers ----

def count_distribution(n, probability, weight):
    """P(0 .. n defaults): binomial given the state, mixed over states of default probability `probability`."""
    k = np.arange(n + 1)[:, None]
    choose = (math.lgamma(n + 1) - _lgamma(k + 1.0) - _lgamma(n - k + 1.0)).astype(float)
    p = np.clip(probability.ravel(), 1e-300, 1 - 1e-16)[None, :]
    return np.exp(choose + k * np.log(p) + (n - k) * np.log1p(-p)) @ weight.ravel()


def count_var(pmf, alpha):
    return int(np.searchsorted(np.cumsum(pmf), alpha - 1e-12))


def count_es(pmf, alpha):
    """Expected shortfall with the atom at VaR cut, so that exactly 1 - alpha lies in the tail."""
    k = np.arange(len(pmf))
    var = count_var(pmf, alpha)
    return var + float(np.sum(pmf * np.maximum(k - var, 0))) / (1 - alpha)


def count_sd(pmf):
    k = np.arange(len(pmf))
    mean = float(np.sum(pmf * k))
    return math.sqrt(float(np.sum(pmf * (k - mean) ** 2)))


# ---- large books: given the state, the loss is normal about its conditional mean ----

class LargeBook:
    """Loss of a large book: in state z normal with mean(z) and variance(z) (central limit theorem within the state;
    exact to O(1/n) in the number of loans). variance 0 is the limit of infinitely many loans."""

    def __init__(self, weight, mean, variance):
        self.weight, self.mean, self.deviation = weight, mean, np.sqrt(np.maximum(variance, 1e-30))

    def beyond(self, x):
        return float(np.sum(self.weight * normal((self.mean - x) / self.deviation)))

    def var(self, alpha):
        low, high = 0.0, float(self.mean.max() + 9 * self.deviation.max())
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if self.beyond(middle) > 1 - alpha else (low, middle)
        return (low + high) / 2

    def tail(self, x, mean, variance):
        """E[L_g 1{L > x}] of a part of the book with `mean` and `variance`, independent of the rest given z."""
        d = (self.mean - x) / self.deviation
        return float(np.sum(self.weight * (mean * normal(d) + variance / self.deviation * density(d))))

    def es(self, alpha):
        return self.tail(self.var(alpha), self.mean, self.deviation ** 2) / (1 - alpha)

    def sd(self):
        mean = np.sum(self.weight * self.mean)
        second = np.sum(self.weight * (self.mean ** 2 + self.deviation ** 2))
        return float(math.sqrt(second - mean ** 2))


def vasicek_var(pd, r2, alpha):
    return float(conditional_pd(pd, r2, -inverse_normal(alpha)))


# ---- t copula ----

def student_5(t):
    """Distribution function of Student's t with 5 degrees of freedom (Abramowitz, Stegun, Handbook of Mathematical
    Functions, 26.7.3)."""
    a = math.atan(t / math.sqrt(5))
    return 0.5 + (a + math.sin(a) * (math.cos(a) + 2 / 3 * math.cos(a) ** 3)) / math.pi


def inverse_student_5(p):
    low, high = -1e3, 1e3
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if student_5(middle) < p else (low, middle)
    return (low + high) / 2


def student_5_states(pd, r2):
    """Conditional PDs over (S, Z) and their weights; S chi-squared of 5 degrees, x = sqrt(S) on a grid."""
    z, wz = nodes(0.04, 8.5)
    step = 0.02
    x = np.arange(step, 9, step)
    wx = x ** 4 * np.exp(-x ** 2 / 2) * step / (2 ** 1.5 * math.gamma(2.5))
    threshold = inverse_student_5(pd) * x[:, None] / math.sqrt(5)
    h = normal((threshold - math.sqrt(r2) * z[None, :]) / math.sqrt(1 - r2))
    return h, wx[:, None] * wz[None, :]


# ---- several years, with persistence ----

def horizon(pds, r2, phi, years):
    """(weight, [cumulative default probability after year t by group]) over states of the factor's path."""
    z, w = nodes(0.2, 7.0)
    shape = [1] * years
    paths, weight, before = [], np.ones(shape), None
    for t in range(years):
        axis = list(shape)
        axis[t] = len(z)
        shock = z.reshape(axis)
        now = shock if before is None else phi * before + math.sqrt(1 - phi * phi) * shock
        weight = weight * w.reshape(axis)
        paths.append(now)
        before = now
    groups = []
    for pd in pds:
        alive, cumulative = np.ones(shape), []
        for now in paths:
            alive = alive * (1 - conditional_pd(pd, r2, now))
            cumulative.append(1 - alive)
        groups.append(cumulative)
    return weight, groups


# ---- five classes: the terms of scenarios/lib/classes.lua ----

CURE, RESTRUCTURED, UPGRADE, OBSERVATION, SPECIAL = .15, .40, 183, 365, 365


def by_days(overdue):
    return 5 if overdue > 360 else 4 if overdue > 270 else 3


def add_default(share, since, weight):
    """What a unit that has been in default for so many days is in, on average over cures."""
    def longer(days):
        return (1 - CURE) ** (days / 365)
    for part, stays in ((1 - RESTRUCTURED, UPGRADE), (RESTRUCTURED, OBSERVATION)):
        for wait in range(since + 1):
            after = since - wait - stays
            to = by_days(90 + wait) if after < 0 else 2 if after < SPECIAL else 1
            share[to] += weight * part * (longer(wait) - longer(wait + 1))
        share[by_days(90 + since)] += weight * part * longer(since + 1)


def classes(pd, year, years):
    """{class: share} of loans of class 1 at the end of a year (from 0), of so many that are simulated."""
    share, today = dict.fromkeys(range(1, 6), 0.0), 365 * (year + 1)
    share[1] = 1.0
    for day in range(1, 365 * years + 1):
        weight = pd * (1 - pd) ** ((day - 1) // 365) / 365
        if today <= day - 83:  # not yet more than 7 days overdue
            continue
        share[1] -= weight
        if today < day:
            share[2] += weight
        else:
            add_default(share, today - day, weight)
    return share


# ---- random LGD ----

def beta_quantiles(mean, spread):
    """u -> quantile of the beta distribution whose sd is `spread` of the largest possible, for arrays of u."""
    kappa = 1 / spread ** 2 - 1
    a, b = mean * kappa, (1 - mean) * kappa
    angle = np.linspace(0, math.pi / 2, 40001)
    x = np.sin(angle) ** 2
    # density of the angle: 2 sin^(2a-1) cos^(2b-1) / B(a, b)
    f = np.sin(angle) ** (2 * a - 1) * np.cos(angle) ** (2 * b - 1)
    cumulative = np.concatenate([[0], np.cumsum((f[1:] + f[:-1]) / 2)])
    cumulative /= cumulative[-1]
    return lambda u: np.interp(u, cumulative, x)


def beta_above(mean, spread, level):
    """P(LGD > level)."""
    quantiles = beta_quantiles(mean, spread)
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if quantiles(middle) < level else (low, middle)
    return 1 - low


def recovery_moments(mean, spread, b):
    """(z, weight, E[LGD | z], E[LGD^2 | z]) where the recovery has correlation b with the factor (after Frye,
    Collateral damage, 2000): LGD = B^-1(Phi(-Y)), Y = b z + sqrt(1 - b^2) e."""
    z, w = nodes(0.05, 8.0)
    e, we = nodes(0.05, 8.0)
    lgd = beta_quantiles(mean, spread)(normal(-(b * z[:, None] + math.sqrt(1 - b * b) * e[None, :])))
    return z, w, lgd @ we, lgd ** 2 @ we


def frye_jacobs(h, pd, lgd, r2):
    """Frye, Jacobs, Credit loss and systematic loss given default (2012)."""
    k = (inverse_normal(pd) - inverse_normal(pd * lgd)) / math.sqrt(1 - r2)
    inverse = np.array([inverse_normal(x) if 0 < x < 1 else (-40.0 if x <= 0 else 40.0) for x in h])
    return np.where(h > 1e-290, normal(inverse - k) / np.maximum(h, 1e-290), 0)
