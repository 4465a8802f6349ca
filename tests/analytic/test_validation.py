"""The validation of docs/validation.md in short: every case over a few seeds with fewer paths. And the
comparison itself: it must notice values and errors that are wrong."""
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "validation"), os.path.join(HERE, "..", "support")]
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
