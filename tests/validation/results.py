"""Reads quantities out of result files, and says what a quantity and a case of the validation are."""
import math
from dataclasses import dataclass, field
from typing import Callable, Optional

import h5py
import numpy as np


class Result:
    """Tables of one run. Amounts in currency units."""

    def __init__(self, path, paths):
        self.paths = paths
        with h5py.File(path, "r") as file:
            self.tables = {name: {column: self._values(data) for column, data in group.items()}
                           for name, group in file["tables"].items() if name in WANTED}

    @staticmethod
    def _values(data):
        values = data[:]
        if data.attrs["kind"] == b"fen" or data.attrs["kind"] == "fen":
            return values / 100
        return values.astype(str) if values.dtype.kind == "S" else values

    def row(self, table, **keys):
        """The one row in which every column of `keys` has the value given."""
        columns = self.tables[table]
        found = np.ones(len(next(iter(columns.values()))), dtype=bool)
        for column, value in keys.items():
            found &= columns[column] == value
        where = np.flatnonzero(found)
        if len(where) != 1:
            raise AssertionError(f"table {table} has {len(where)} rows with {keys}")
        return {column: values[where[0]] for column, values in columns.items()}

    def losses(self):
        """Loss of every path that has one, and the number of those that have none (baseline, one bank)."""
        mine = self.tables["paths"]["scenario"] == "baseline"
        losses = self.tables["paths"]["loss"][mine]
        return losses, self.paths - len(losses)


WANTED = ("summary", "years", "banks", "sectors", "regions", "classes", "class_paths", "borrowers", "paths", "contributors", "tail")


@dataclass
class Quantity:
    """An exact value and how a run's estimate of it, with its error, is read."""
    name: str
    exact: float
    source: str
    read: Callable  # Result -> (value, error) or, where intervals are judged, (value, error, low, high)
    measure: str = ""  # kind of estimate, for the table of errors by kind
    interval: bool = False
    note: Optional[str] = None


@dataclass
class Case:
    key: str
    title: str
    text: str
    book: Callable  # path -> None
    model: str
    paths: int
    quantities: list = field(default_factory=list)
    years: int = 1
    scenario: Optional[str] = None
    options: tuple = ()  # further words of the command line


def cell(table, value="value", error="stderr", **keys):
    def read(result):
        row = result.row(table, **keys)
        return float(row[value]), float(row[error])
    return read


def summary(measure, scenario="baseline", delta=False):
    if delta:
        return cell("summary", "delta", "delta_stderr", scenario=scenario, measure=measure)
    return cell("summary", scenario=scenario, measure=measure)


def summary_interval(measure):
    def read(result):
        row = result.row("summary", scenario="baseline", measure=measure)
        return float(row["value"]), float(row["stderr"]), float(row["lo95"]), float(row["hi95"])
    return read


def share_of_paths(condition, exact):
    """Share of paths whose loss meets `condition`; the error is the binomial one of the exact share."""
    def read(result):
        losses, without = result.losses()
        met = int(np.sum(condition(losses))) + (without if condition(np.zeros(1))[0] else 0)
        return met / result.paths, math.sqrt(exact * (1 - exact) / result.paths)
    return read


def pair(result):
    """2 x 2 table of two borrowers with loans of 1 and 2: P(only first), P(only second), P(both)."""
    losses, _ = result.losses()
    return [float(np.sum(np.abs(losses - k) < 1e-6)) / result.paths for k in (1, 2, 3)]


def default_correlation(result):
    """Correlation of two default indicators, its error by the influence of each path (delta method)."""
    first, second, both = pair(result)
    p, q = first + both, second + both
    sp, sq = math.sqrt(p * (1 - p)), math.sqrt(q * (1 - q))
    rho = (both - p * q) / (sp * sq)
    variance = 0.0
    for x, y, share in ((1, 1, both), (1, 0, first), (0, 1, second), (0, 0, 1 - first - second - both)):
        u, v = (x - p) / sp, (y - q) / sq
        variance += share * (u * v - rho * (u * u + v * v) / 2) ** 2
    return rho, math.sqrt(variance / result.paths)


def sample_mean(result):
    """Mean of the losses of paths that have one."""
    losses, _ = result.losses()
    return float(losses.mean()), float(losses.std(ddof=1) / math.sqrt(len(losses)))


def sample_sd(result):
    losses, _ = result.losses()
    n, centred = len(losses), losses - losses.mean()
    m2, m4 = float(np.mean(centred ** 2)), float(np.mean(centred ** 4))
    return math.sqrt(m2 * n / (n - 1)), math.sqrt((m4 - m2 * m2) / (4 * m2 * n))


def sample_above(level):
    def read(result):
        losses, _ = result.losses()
        share = float(np.mean(losses > level))
        return share, math.sqrt(share * (1 - share) / len(losses))
    return read


def lgd_where(low, high, whole):
    """Loss over defaulted exposure on paths that default from `low` to `high` of a book of `whole`; a ratio of means."""
    def read(result):
        paths = result.tables["paths"]
        share = paths["defaulted_exposure"] / whole
        chosen = (paths["scenario"] == "baseline") & (share > low) & (share <= high)
        loss, exposure = paths["loss"][chosen], paths["defaulted_exposure"][chosen]
        lgd = float(loss.sum() / exposure.sum())
        return lgd, float(math.sqrt(np.sum((loss - lgd * exposure) ** 2)) / exposure.sum())
    return read
