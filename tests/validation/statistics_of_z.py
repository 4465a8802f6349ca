"""What z-scores over many seeds say: by quantity, and all together against the standard normal."""
import math

import numpy as np


def kolmogorov_smirnov(z):
    """(D, p) against the standard normal; p by Kolmogorov's series with Stephens' correction for finite n
    (M. A. Stephens, EDF statistics for goodness of fit and some comparisons, 1974)."""
    z = np.sort(np.asarray(z, dtype=float))
    n = len(z)
    f = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in z])
    rank = np.arange(1, n + 1)
    d = float(max(np.max(rank / n - f), np.max(f - (rank - 1) / n)))
    x = d * (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n))
    if x < 0.2:
        return d, 1.0
    p = 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101))
    return d, min(max(p, 0.0), 1.0)


class Row:
    """One quantity over all seeds."""

    def __init__(self, quantity, values, errors, inside):
        self.quantity = quantity
        self.values, self.errors = np.array(values, dtype=float), np.array(errors, dtype=float)
        self.inside = inside  # intervals that hold the exact value; None where z is the judge
        self.n = len(self.values)
        self.z = None if inside is not None else (self.values - quantity.exact) / self.errors

    @property
    def mean_z(self):
        return float(self.z.mean())

    @property
    def sd_z(self):
        return float(self.z.std(ddof=1))

    @property
    def largest(self):
        return float(np.abs(self.z).max())

    @property
    def ratio(self):
        """Scatter over seeds by the error that the runs state."""
        return float(self.values.std(ddof=1) / self.errors.mean())

    @property
    def resolves(self):
        """Relative error of a formula that four standard errors of the mean would show."""
        return 4 * float(self.errors.mean()) / math.sqrt(self.n) / abs(self.quantity.exact)

    def faults(self):
        """What is wrong, in words; empty if nothing is. Each bound is four of its own errors."""
        if self.inside is not None:
            least = 0.95 - 4 * math.sqrt(0.95 * 0.05 / self.n)
            return [] if self.inside / self.n >= least else ["intervals too narrow"]
        if not np.all(np.isfinite(self.z)):
            return ["no error stated"]
        said = []
        if abs(self.mean_z) > 4 / math.sqrt(self.n):
            said.append("value off")
        if self.largest > 5:
            said.append("an outlier")
        if self.n >= 10 and abs(self.sd_z - 1) > 4 / math.sqrt(2 * (self.n - 1)):
            said.append("error too " + ("small" if self.sd_z > 1 else "large"))
        return said


def independent(cases_rows):
    """Of each run one z, the quantities in turn: runs are independent, quantities of one run are not."""
    picked = []
    for rows in cases_rows:
        judged = [row for row in rows if row.z is not None]
        if judged:
            picked += [judged[i % len(judged)].z[i] for i in range(judged[0].n)]
    return np.array(picked)


class Distribution:
    """All z together."""

    def __init__(self, cases_rows):
        z = independent(cases_rows)
        self.n = len(z)
        self.mean, self.sd = float(z.mean()), float(z.std(ddof=1))
        self.mean_error, self.sd_error = 1 / math.sqrt(self.n), 1 / math.sqrt(2 * (self.n - 1))
        self.d, self.p = kolmogorov_smirnov(z)
        self.beyond = float(np.mean(np.abs(z) > 1.96))
        self.beyond_error = math.sqrt(0.05 * 0.95 / self.n)
        every = np.concatenate([row.z for rows in cases_rows for row in rows if row.z is not None])
        self.n_every, self.sd_every = len(every), float(every.std(ddof=1))
        self.beyond_every = float(np.mean(np.abs(every) > 1.96))

    def faults(self):
        said = []
        if abs(self.mean) > 4 * self.mean_error:
            said.append("mean of z is not 0")
        if abs(self.sd - 1) > 4 * self.sd_error:
            said.append("sd of z is not 1")
        if self.p < 1e-3:
            said.append("z is not normal (Kolmogorov-Smirnov)")
        if abs(self.beyond - 0.05) > 4 * self.beyond_error:
            said.append("share beyond 1.96 is not 5 %")
        return said
