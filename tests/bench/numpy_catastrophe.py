#!/usr/bin/env python3
"""The catastrophe case of the benchmark in NumPy: numpy_catastrophe.py FOLDER [--paths N] [--seed S]
FOLDER holds P6.book.h5 and catastrophe.npz of make_case.py. One thread. Prints one JSON line;
`seconds` is CPU time of everything but starting Python: reading, the table of losses, paths,
results.

The same job as catastrophe.lua in the engine: by event and year the damage at its sites (a curve,
times the value of the site), summed by firm, what its policy pays of that, both in whole fen and
summed over firms; by path and year a Poisson number of events, each one of the set; damage and payout
of the year and the largest single damage; annual average by paths and by rates, the gap, damages by
return period for the year and for its largest event, with intervals, and in how many years of paths
each event happens. The event set is sparse: pairs of event and site that are hit. Defaults of loans,
which the engine simulates beside it, are left out here."""
import argparse
import json
import math
import os
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import h5py
import numpy as np

YEARS = 5
FREQUENCY, INTENSITY = np.linspace(1, 1.2, YEARS), np.linspace(1, 1.4, YEARS)
DEPTHS = [0, 0.5, 1, 1.5, 2, 3, 4, 5, 6]        # jrc_asia_industry of lib/damage.lua
SHARES = [0, 0.283181524, 0.481615653, 0.629218894, 0.717240588, 0.85667503, 0.908577004,
          0.955327463, 1]
DEDUCTIBLE, COVERAGE = 1e5, 0.8
RETURN_PERIODS = [2, 5, 10, 20, 50, 100, 200, 250, 500, 1000]


def read(folder):
    with h5py.File(os.path.join(folder, "P6.book.h5")) as book:
        owner, value = book["sites/borrower"][:], book["sites/value"][:]
    with np.load(os.path.join(folder, "catastrophe.npz")) as events:
        return owner, value, {name: events[name] for name in events.files}


def loss_table(owner, value, events):
    """Damage and payout in fen, [event, year]."""
    n_events, n_firms = len(events["rate"]), int(owner.max()) + 1
    event = np.repeat(np.arange(n_events), np.diff(events["start"]))
    pair = event * n_firms + owner[events["site"]]
    at_stake = value[events["site"]]
    loss, payout = np.empty((n_events, YEARS)), np.empty((n_events, YEARS))
    for t in range(YEARS):
        damage = at_stake * np.interp(events["depth"] * INTENSITY[t], DEPTHS, SHARES)
        firm = np.bincount(pair, weights=damage, minlength=n_events * n_firms)
        firm = firm.reshape(n_events, n_firms)
        loss[:, t] = np.rint(100 * firm).sum(axis=1)
        paid = COVERAGE * np.maximum(firm - DEDUCTIBLE, 0)
        payout[:, t] = np.rint(100 * paid).sum(axis=1)
    return loss, payout


def year(rng, paths, rate, loss, payout):
    """Damage, payout and largest damage by path; in how many paths each event happens."""
    total = np.cumsum(rate)
    count = rng.poisson(total[-1], paths)
    path = np.repeat(np.arange(paths), count)
    event = np.searchsorted(total, rng.random(len(path)) * total[-1], side="right")
    damage, worst = loss[event], np.zeros(paths)
    some = np.flatnonzero(count)
    worst[some] = np.maximum.reduceat(damage, (np.cumsum(count) - count)[some])
    happens = np.unique(path * len(rate) + event) % len(rate)
    return (np.bincount(path, weights=damage, minlength=paths),
            np.bincount(path, weights=payout[event], minlength=paths), worst,
            np.bincount(happens, minlength=len(rate)))


def by_return_period(annual, paths):
    """Amounts with their 95 % intervals, as the engine's table `exceedance` has them."""
    ordered, rows = np.sort(annual, axis=None), []
    for period in RETURN_PERIODS:
        alpha = 1 - 1 / period
        spread = 1.96 * math.sqrt(alpha * (1 - alpha) / paths) * len(ordered)
        ranks = [alpha * len(ordered) + side * spread for side in (0, -1, 1)]
        rows.append([ordered[min(max(math.ceil(r), 1), len(ordered)) - 1] / 100 for r in ranks])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder")
    parser.add_argument("--paths", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    paths = options.paths
    started = time.process_time()
    owner, value, events = read(options.folder)
    loss, payout = loss_table(owner, value, events)
    tabled = time.process_time()
    rng = np.random.Generator(np.random.SFC64(options.seed))
    years = [year(rng, paths, events["rate"] * FREQUENCY[t], np.ascontiguousarray(loss[:, t]),
                  np.ascontiguousarray(payout[:, t])) for t in range(YEARS)]
    annual, paid, worst = (np.stack([y[k] for y in years]) for k in range(3))
    mean, mean_paid = annual.mean(axis=0) / 100, paid.mean(axis=0) / 100
    exceedance = [by_return_period(x, paths) for x in (annual, worst)]
    happens = sum(y[3] for y in years)
    exact = (events["rate"][:, None] * FREQUENCY * loss).sum() / 100 / YEARS
    seconds = time.process_time() - started
    print(json.dumps({
        "sites": len(value), "events": len(events["rate"]), "hits": len(events["site"]),
        "paths": paths, "seconds": round(seconds, 4), "table_seconds": round(tabled - started, 4),
        "aal": round(mean.mean(), 2), "aal_stderr": round(mean.std(ddof=1) / math.sqrt(paths), 2),
        "aal_exact": round(exact, 2), "gap": 1 - mean_paid.mean() / mean.mean(),
        "aggregate_100": round(exceedance[0][5][0], 2),
        "occurrence_100": round(exceedance[1][5][0], 2), "event_years": int(happens.sum())}))


if __name__ == "__main__":
    main()
