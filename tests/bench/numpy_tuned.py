#!/usr/bin/env python3
"""The NumPy program tuned to its end, beside numpy_baseline.py: one thread, float32, chunked to cache.
    numpy_tuned.py P1|P2|P3 BOOK [--paths N] [--method screen|normal] [--seed S]
BOOK is what make_case.py wrote. Prints one JSON line: case, borrowers, paths, seconds,
borrower_paths_per_second (borrower-paths counted once for all scenarios and years), el, es_999 and
the measures of every scenario, baseline first. `seconds` is the simulation alone, as
`simulate_seconds` of the engine is: reading, sorting and tables are `setup_seconds`.

Computed, as by the engine: correlated sector factors a path and year; one uniform number U a
borrower and path for the whole horizon and all scenarios; conditional PD
h_t = normal_cdf((normal_inv(PD_t) - w Z_t) / sqrt(1 - R2)); default in the first year in which
U < 1 - prod(1 - h_s); the loss, in whole fen, to its path, scenario and year.

screen (default): borrowers sorted by sector and worst cumulative PD, in groups. The first 8 bits
of every U are compared, as bytes, with an upper bound of the conditional cumulative PD of group
and path, from a table over the factor. What passes gets the rest of its U and is decided with the
table of h or of -ln(1 - h). No transcendental function is left in the loop of P1 and P2.
normal: one float32 normal number a borrower and path, compared with the threshold; the defaults
times the losses by a matrix product. What many write first; P1 and P2 only.

Reached on one core (2-core AVX-512 virtual machine, NumPy 1.24, h5py 3.7), borrower-paths/s:
           P1       P2       P3
screen     1.05e9   2.3e9    4.3e7
normal     1.12e8   1.12e8   -
Tried: - random words: random_raw of PCG64DXSM 1.4 ns for 64 bits, PCG64 1.5, SFC64 1.6, Philox
         6.5; integers(dtype=uint16) and bytes() cost 2 to 4 times as much for the same bits.
       - screen of 8 against 16 bits: 0.17 to 0.19 against 0.35 to 0.40 ns for the words, 0.03
         against 0.06 for the comparison; 16 bits save 0.2 % of borrower-paths as candidates, of
         about 15 ns each. 8 bits win on all cases.
       - flatnonzero on the comparison 0.12 ns a cell, on its non-zero 64-bit words 0.05.
       - paths as rows and borrowers as the inner dimension: a bound a row, but groups no smaller
         than 128 for the loop to be long; now a group may be small, its bounds tight.
       - groups of 20 to 2,000 borrowers, chunks of 32 to 10,000 paths: those below are the best.
       - P3: nearest point of a table of the hazard instead of erfc or interpolation; years as
         the outer loop over rows of 8 scenarios, since gathering rows of 32 bytes is 3 times
         as fast as element by element; losses by one bincount.
Left out on purpose: drawing only where a default is possible (points of a Poisson process below
the bound of a group and path) reached 5.0e9 on P2. Its distribution is right, but it draws no
number for each borrower and path: a borrower's fate would hang on who else is in the group, which
the engine must not allow, so it does a different job.
"""
import argparse
import json
import math
import os
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np

import numpy_baseline as frozen    # the same reading of the book, the same PDs

NAMES = ["baseline", "p3_carbon", "p3_credit", "p3_demand", "p3_liquidity", "p3_mixed", "p3_power"]
SPREAD = math.sqrt(0.8)       # R2 0.2
LOADING = math.sqrt(0.2)
LEAST, MOST = -9.0, 9.0       # range of the argument of the tables of h
Z_LEAST, Z_STEP, Z_BINS = -6.0, 1 / 64, 768   # bins of a factor for the bounds of the screen


def normal_cdf(x):
    return np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in np.asarray(x).ravel()])


_GRID = np.linspace(LEAST, MOST, 1 << 16)
_CDF = normal_cdf(_GRID)
_SURVIVAL = normal_cdf(-_GRID)
_LOGIT = np.log(_CDF[:-1]) - np.log(_SURVIVAL[:-1])
_HAZARD = -np.log(_SURVIVAL)


def normal_inv_of_logit(logit):
    """normal_inv(PD) from log(PD / (1 - PD)); linear between 65,536 points, error below 1e-8."""
    return np.interp(logit, _LOGIT, _GRID[:-1])


def hazard_of(x):
    """-ln(1 - h) at x, linear between the points of the grid."""
    return np.interp(x, _GRID, _HAZARD)


class Book:
    """Borrowers sorted by sector and worst cumulative PD. thresholds[t][b][s] is normal_inv(PD)."""

    def __init__(self, path, case):
        data = frozen.read_book(path)
        pds = frozen.pd_rows(data, case)      # borrower, scenario, year
        worst = -np.log1p(-pds).sum(axis=2).max(axis=1)
        order = np.lexsort((-worst, data["sector"]))
        self.sector, self.loss = data["sector"][order], data["loss"][order]
        self.scenarios, self.years = pds.shape[1:]
        width = 8 if self.scenarios > 1 else 1      # rows of 32 bytes are gathered fast
        self.thresholds = np.full((self.years, len(order), width), LEAST, np.float32)
        for s in range(self.scenarios):
            for t in range(self.years):
                pd = pds[order, s, t]
                self.thresholds[t, :, s] = normal_inv_of_logit(np.log(pd) - np.log1p(-pd))

    def groups(self, size):
        """(first, last, sector) of groups of at most `size` borrowers of one sector."""
        for s in range(frozen.FACTORS):
            first, end = np.searchsorted(self.sector, [s, s + 1])
            for start in range(first, end, size):
                yield start, min(start + size, end), s


def factors(rng, paths, years):
    """Correlated standard normal factors, shape (years, sector, paths), float32."""
    count = frozen.FACTORS
    omega = np.full((count, count), frozen.CORRELATION) + (1 - frozen.CORRELATION) * np.eye(count)
    root = np.linalg.cholesky(omega).astype(np.float32)
    z = rng.standard_normal((years, count, paths), np.float32)
    return np.matmul(root, z)


def bound_tables(book, groups):
    """hazard[t][group][bin of z]: the largest of the group in year t at the lower end of the bin."""
    z = Z_LEAST + Z_STEP * np.arange(Z_BINS)
    tables = np.empty((len(book.thresholds), len(groups), Z_BINS), np.float32)
    for t, thresholds in enumerate(book.thresholds):
        for g, (first, last, _) in enumerate(groups):
            x = (float(thresholds[first:last].max()) - LOADING * z) / SPREAD
            tables[t, g] = hazard_of(x) * (1 + 1e-5)
    return tables


def bins_of(z):
    """The bin of each factor; what lies beyond the ends is not met in 1e8 draws, and refused."""
    bins = np.floor((z - Z_LEAST) / Z_STEP).astype(np.intp)
    if bins.min() < 0 or bins.max() >= Z_BINS:
        raise ValueError("a factor beyond 6 standard deviations")
    return bins


class Screen:
    """The bytes of a chunk (borrowers of a group x paths) against the bound of each path."""

    def __init__(self, rng, size):
        self.raw = rng.bit_generator.random_raw
        self.rng = rng
        self.passed = np.zeros((size + 7) // 8 * 8, bool)

    def candidates(self, count, paths, most):
        """Rows, paths and U of what may default. `most`: the largest byte that may, by path."""
        cells = count * paths
        draws = self.raw((cells + 7) // 8).view(np.uint8)
        passed = self.passed[:len(draws)]
        np.less_equal(draws[:cells].reshape(count, paths), most,
                      out=passed[:cells].reshape(count, paths))
        passed[cells:] = False
        words = passed.view(np.uint64)
        hit = np.flatnonzero(words != 0)
        inside = np.flatnonzero(words.take(hit).view(bool))
        cell = (hit.take(inside >> 3) << 3) + (inside & 7)
        row = cell // paths
        u = self.rng.random(len(cell), np.float32)
        u += draws.take(cell)
        u *= np.float32(1 / 256)
        return row, cell - row * paths, u


def byte_bound(cumulative_hazard):
    """The largest byte b with b / 256 < 1 - exp(-hazard)."""
    return (np.ceil(256 * -np.expm1(-cumulative_hazard)) - 1).clip(0, 255).astype(np.uint8)


def run_one_year(book, paths, rng, size, block):
    """Loss of each path, shape (paths, 1, 1), and the number of defaults."""
    groups = list(book.groups(size))
    bounds = byte_bound(bound_tables(book, groups)[0].astype(np.float64))
    steps = 1 << 15
    scale = np.float32(steps / (MOST - LEAST))
    cdf = normal_cdf(np.linspace(LEAST, MOST, steps + 2))
    level, slope = cdf[:-1].astype(np.float32), np.diff(cdf).astype(np.float32)
    threshold = (book.thresholds[0, :, 0] / SPREAD - LEAST) * scale
    screen = Screen(rng, size * block)
    losses, defaults = np.zeros(paths), 0
    started = time.perf_counter()
    for start in range(0, paths, block):
        count = min(block, paths - start)
        z = factors(rng, count, 1)[0]
        bins = bins_of(z)
        move = z * np.float32(LOADING / SPREAD * scale)
        block_losses = losses[start:start + count]
        for g, (first, last, s) in enumerate(groups):
            row, path, u = screen.candidates(last - first, count, bounds[g].take(bins[s]))
            x = threshold[first:last].take(row)
            x -= move[s].take(path)
            index = x.astype(np.intp)
            x -= index
            x *= slope.take(index)
            x += level.take(index)
            hit = np.flatnonzero(u < x)
            defaults += len(hit)
            block_losses += np.bincount(path.take(hit), book.loss[first:last].take(row.take(hit)),
                                        count)
    seconds = time.perf_counter() - started
    return losses.reshape(paths, 1, 1), np.array([[defaults]]), seconds


def run_years(book, paths, rng, size, block):
    """Losses (paths, scenario, year), defaults (scenario, year)."""
    groups = list(book.groups(size))
    tables = bound_tables(book, groups)
    steps = 1 << 17         # nearest point: relative error of a hazard at most 3e-4, no bias
    scale = np.float32(steps / (MOST - LEAST))
    hazard = hazard_of(np.linspace(LEAST, MOST, steps + 1)).astype(np.float32)
    thresholds = (book.thresholds / np.float32(SPREAD) - np.float32(LEAST)) * scale + 0.5
    width, years = thresholds.shape[2], book.years
    screen = Screen(rng, size * block)
    losses = np.zeros((paths, width * (years + 1)))
    counts = np.zeros(width * (years + 1), np.int64)
    lane = (np.arange(width) * (years + 1)).astype(np.int32)
    started = time.perf_counter()
    for start in range(0, paths, block):
        count = min(block, paths - start)
        z = factors(rng, count, years)
        bins = bins_of(z)
        move = np.repeat(z * np.float32(LOADING / SPREAD * scale), width, axis=2)
        move = move.reshape(years, frozen.FACTORS, count, width)
        block_losses = np.zeros(count * width * (years + 1))
        for g, (first, last, s) in enumerate(groups):
            total = tables[0, g].take(bins[0, s])
            for t in range(1, years):
                total += tables[t, g].take(bins[t, s])
            row, path, u = screen.candidates(last - first, count, byte_bound(total))
            exponential = np.repeat(-np.log1p(-u), width)
            sum_hazard = np.zeros(len(exponential), np.float32)
            year = np.zeros(len(exponential), np.int8)
            for t in range(years):
                x = thresholds[t, first:last].take(row, axis=0)
                x -= move[t, s].take(path, axis=0)
                sum_hazard += hazard.take(x.astype(np.int32).ravel())
                year += sum_hazard <= exponential
            hit = np.flatnonzero(year < years)
            candidate = hit // width
            key = lane.take(hit % width) + year.take(hit)
            counts += np.bincount(key, minlength=len(counts))
            key += path.take(candidate) * (width * (years + 1))
            block_losses += np.bincount(key, book.loss[first:last].take(row.take(candidate)),
                                        len(block_losses))
        losses[start:start + count] = block_losses.reshape(count, -1)
    seconds = time.perf_counter() - started
    losses = losses.reshape(paths, width, years + 1)[:, :book.scenarios, :years]
    return losses, counts.reshape(width, years + 1)[:book.scenarios, :years], seconds


def run_normal(book, paths, rng, size, block):
    """One normal number a borrower and path; the losses by a matrix product."""
    losses, defaults = np.zeros(paths), 0
    threshold = book.thresholds[0, :, 0] / np.float32(SPREAD)
    loss = book.loss.astype(np.float32)
    own = np.empty(size * block, np.float32)
    started = time.perf_counter()
    for start in range(0, paths, block):
        count = min(block, paths - start)
        move = factors(rng, count, 1)[0] * np.float32(LOADING / SPREAD)
        for first, last, s in book.groups(size):
            cells = own[:count * (last - first)].reshape(count, last - first)
            rng.standard_normal(dtype=np.float32, out=cells)
            cells += move[s][:, None]
            hit = (cells < threshold[first:last]).astype(np.float32)
            losses[start:start + count] += hit @ loss[first:last]
            defaults += np.count_nonzero(hit)
    return losses.reshape(paths, 1, 1), np.array([[defaults]]), time.perf_counter() - started


def tail(losses, alpha):
    """VaR: the ceil(alpha N)-th smallest; ES: VaR + sum (L - VaR)+ / ((1 - alpha) N)."""
    rank = max(math.ceil(round(alpha * len(losses), 6)), 1)
    var = np.partition(losses, rank - 1)[rank - 1]
    return var, var + np.maximum(losses - var, 0).sum() / ((1 - alpha) * len(losses))


def report(case, book, paths, result, setup):
    losses, defaults, seconds = result
    horizon = losses.sum(axis=2) / 100          # fen to CNY
    rows = []
    for s in range(horizon.shape[1]):
        row = {"el": horizon[:, s].mean(), "sd": horizon[:, s].std(ddof=1)}
        for alpha, name in ((0.95, "95"), (0.99, "99"), (0.999, "999")):
            row["var_" + name], row["es_" + name] = tail(horizon[:, s], alpha)
        alive = len(book.loss) * paths - np.concatenate(([0], np.cumsum(defaults[s])[:-1]))
        row["default_rates"] = [float(f"{rate:.6g}") for rate in defaults[s] / alive]
        rows.append(row)
    line = {"case": case, "borrowers": len(book.loss), "paths": paths,
            "seconds": round(seconds, 4), "setup_seconds": round(setup, 3),
            "borrower_paths_per_second": round(len(book.loss) * paths / seconds),
            "el": round(rows[0]["el"], 2), "es_999": round(rows[0]["es_999"], 2)}
    line["measures"] = {name: {k: v if isinstance(v, list) else round(v, 2)
                               for k, v in row.items()} for name, row in zip(NAMES, rows)}
    return line


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("case", choices=("P1", "P2", "P3"))
    parser.add_argument("book")
    parser.add_argument("--paths", type=int, help="default: those of the case, and 256 for P3")
    parser.add_argument("--method", choices=("screen", "normal"), default="screen")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--group", type=int, help="borrowers of a group")
    parser.add_argument("--block", type=int, help="paths of a chunk")
    options = parser.parse_args()
    paths = options.paths or {"P1": 100_000, "P2": 10_000, "P3": 256}[options.case]
    if options.case == "P3" and options.method == "normal":
        parser.error("normal has no scenarios")
    started = time.perf_counter()
    book = Book(options.book, options.case)
    rng = np.random.Generator(np.random.PCG64DXSM(options.seed))
    run, size, block = {"P1": (run_one_year, 50, 2500), "P2": (run_one_year, 500, 1000),
                        "P3": (run_years, 500, 128)}[options.case]
    if options.method == "normal":
        run, size, block = run_normal, 1000, 100
    result = run(book, paths, rng, options.group or size, options.block or block)
    setup = time.perf_counter() - started - result[2]
    print(json.dumps(report(options.case, book, paths, result, setup)))


if __name__ == "__main__":
    main()
