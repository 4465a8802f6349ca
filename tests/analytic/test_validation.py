"""The validation of docs/validation.md in short: every case over a few seeds with fewer paths. And the
comparison itself: it must notice values and errors that are wrong."""
import math
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "validation"), os.path.join(HERE, "..", "support")]
import exact
from plimsoll import run_all
from results import Quantity
from statistics_of_z import Distribution, Row, kolmogorov_smirnov
from validate import complaints, validate

SEEDS = 3


def test_cases_agree_with_exact_values():
    made = validate(SEEDS, share=0.5)
    distribution = Distribution([rows for _, rows in made])
    assert distribution.n == SEEDS * len(made)
    found = complaints(made, distribution)
    assert not found, "\n".join(found)
    print(f"     {len(made)} cases, {sum(len(rows) for _, rows in made)} quantities, {SEEDS} seeds")


def test_exact_values_reproduce_known_figures():
    """MathWorks prints the three LGDs for its function fryejacobslgd; the t copula's figure also follows from the
    density of the bivariate t; the rest is elementary."""
    for h, pd, lgd, printed in ((.05, .08, .40, .3197), (.10, .09, .45, .4151), (.15, .10, .50, .4971)):
        assert abs(exact.frye_jacobs(np.array([h]), pd, lgd, .2)[0] - printed) < 5e-5
    h, w = exact.student_5_states(.02, .15)
    assert abs(np.sum(w) - 1) < 1e-9 and abs(np.sum(w * h) - .02) < 1e-9
    assert abs(np.sum(w * h * h) - 2.553124e-3) < 1e-9
    assert abs(exact.joint(.3, .3, .0) - .09) < 1e-12
    # Half of the mass lies below 0 in both: 1/4 + arcsin(rho) / (2 pi)
    assert abs(exact.joint(.5, .5, .15) - (.25 + math.asin(.15) / (2 * math.pi))) < 1e-12
    z, w = exact.nodes()
    pmf = exact.count_distribution(100, exact.conditional_pd(.02, .15, z), w)
    assert [exact.count_var(pmf, a) for a in (.95, .99, .999)] == [7, 12, 20]
    assert abs(exact.count_es(pmf, .99) - 15.168095) < 1e-6 and abs(exact.count_sd(pmf) - 2.584816) < 1e-6
    weight, ((first, *_),) = exact.horizon([.02], .2, .5, 3)
    assert abs(np.sum(weight * first) - .02) < 1e-12
    z, w, lgd, square = exact.recovery_moments(.45, .4, .3)
    assert abs(np.sum(w * lgd) - .45) < 1e-6 and abs(np.sum(w * square) - .45 ** 2 - .2 ** 2 * .99) < 1e-6
    # Beta(1, 1) is uniform: mean 1/2, spread sqrt(1/3)
    assert abs(exact.beta_above(.5, math.sqrt(1 / 3), .3) - .7) < 1e-6


def row(values, errors, exact=10.0):
    return Row(Quantity("made up", exact, "none", None), values, errors, None)


def test_wrong_values_and_errors_are_noticed():
    random = np.random.default_rng(5)
    values = 10 + 0.1 * random.standard_normal(200)
    assert row(values, np.full(200, 0.1)).faults() == []
    assert row(values + 0.05, np.full(200, 0.1)).faults() == ["value off"]
    assert row(values, np.full(200, 0.07)).faults() == ["error too small"]
    assert row(values, np.full(200, 0.15)).faults() == ["error too large"]
    assert row(values, np.full(200, np.nan)).faults() == ["no error stated"]
    narrow = Row(Quantity("made up", 10, "none", None, interval=True), values, np.ones(200), 150)
    assert narrow.faults() == ["intervals too narrow"]


def test_kolmogorov_smirnov():
    """Known critical values of the limiting distribution, and samples that are and are not normal."""
    random = np.random.default_rng(6)
    n = 4000
    quantiles = np.sort(random.standard_normal(n))
    assert kolmogorov_smirnov(quantiles)[1] > 1e-3
    assert kolmogorov_smirnov(1.15 * quantiles)[1] < 1e-3
    assert kolmogorov_smirnov(quantiles + 0.08)[1] < 1e-3
    # One value at the median: D = 1/2; P(D >= 1/2) is exactly 1 for n = 1.
    d, p = kolmogorov_smirnov([0.0])
    assert abs(d - 0.5) < 1e-12 and p > 0.8
    ps = [kolmogorov_smirnov(random.standard_normal(50))[1] for _ in range(400)]
    assert 0.02 < np.mean(np.array(ps) < 0.05) < 0.09


run_all(globals())
