#!/usr/bin/env python3
"""Writes the loan book of a benchmark case: make_case.py P1|P2|P3|P6 FILE [SCALE]

One bank, ten sectors (letters A to J), one loan a borrower, LGD 0.45, lognormal balances, PDs
log-uniform in the range of the case. P3 is P2's book; its scenarios read the firms' ratios, which all
books carry. SCALE (default 1) shrinks the number of borrowers.

P6 has 10,000 sites, five a borrower, and a set of 1,000 events beside the book, as catastrophe.csv for
the engine and catastrophe.npz for NumPy: rates log-uniform, 5 a year in all; each event reaches a run
of 40 to 240 of the sites as they lie along a river, at an exponential depth of 1 m on average. Names
and rates are short: a script reads no more than 4 MiB of one file."""
import os
import sys

import h5py
import numpy as np

CASES = {"P1": (10_000, 3e-4, 0.20), "P2": (1_000_000, 3e-4, 0.02), "P3": (1_000_000, 3e-4, 0.02),
         "P6": (2_000, 3e-4, 0.02)}
SITES_EACH, EVENTS, EVENTS_A_YEAR = 5, 1_000, 5.0


def write(table, name, values, unit=None):
    column = table.create_dataset(name, data=values)
    if unit:
        column.attrs["unit"] = unit


def write_sites(book, n, rng):
    """Sites in the order of their ids; those of a borrower lie anywhere along the river."""
    sites = book.create_group("sites")
    count = SITES_EACH * n
    write(sites, "id", np.char.mod(b"S%d", np.arange(count)))
    write(sites, "borrower", rng.permutation(np.repeat(np.arange(n, dtype=np.int64), SITES_EACH)))
    write(sites, "value", np.round(1e6 * np.exp(rng.normal(1, 1, count)), 2), "CNY")


def write_events(folder, n_sites, rng):
    rate = np.exp(rng.uniform(np.log(1e-3), np.log(1e-1), EVENTS))
    rate = np.round(rate * EVENTS_A_YEAR / rate.sum(), 7)
    length = rng.integers(40, 241, EVENTS)
    first = rng.integers(0, n_sites - length + 1)
    start = np.concatenate(([0], np.cumsum(length)))
    site = np.arange(start[-1]) - np.repeat(start[:-1] - first, length)
    depth = np.round(rng.exponential(1.0, start[-1]) + 0.001, 3)
    np.savez(os.path.join(folder, "catastrophe.npz"), rate=rate, start=start, site=site, depth=depth)
    event, numbers = np.repeat(np.arange(EVENTS), length), rate.tolist()
    with open(os.path.join(folder, "catastrophe.csv"), "w", encoding="ascii") as file:
        file.write("event,rate,place,intensity\n")
        file.writelines(f"E{e},{numbers[e]!r},S{s},{d!r}\n"
                        for e, s, d in zip(event.tolist(), site.tolist(), depth.tolist()))


def main():
    case, path = sys.argv[1], sys.argv[2]
    scale = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0
    full, low, high = CASES[case]
    n = max(1000, int(full * scale))
    rng = np.random.Generator(np.random.PCG64(7))
    with h5py.File(path, "w", libver="v110") as book:
        book.attrs.update(format="plimsoll.book", version=1, as_of="2025-12-31", currency="CNY")
        banks = book.create_group("banks")
        write(banks, "id", np.array([b"BANK"]))
        borrowers = book.create_group("borrowers")
        ids = np.char.mod(b"F%09d", np.arange(n))
        write(borrowers, "id", ids)
        write(borrowers, "pd", np.exp(rng.uniform(np.log(low), np.log(high), n)))
        letters = np.array([b"A01", b"B06", b"C30", b"D44", b"E47", b"F51", b"G54", b"H61", b"I63", b"J66"])
        write(borrowers, "sector", letters[rng.integers(0, 10, n)])
        write(borrowers, "region", np.full(n, b"500153"))
        revenue = 1e6 * np.exp(rng.normal(3, 1, n))
        write(borrowers, "revenue", revenue)
        write(borrowers, "scope1", revenue * np.exp(rng.normal(-11, 1, n)))
        write(borrowers, "scope2", revenue * np.exp(rng.normal(-11, 1, n)))
        write(borrowers, "debt", revenue * rng.uniform(0.1, 0.9, n))
        write(borrowers, "cash", revenue * rng.uniform(0.0, 0.3, n))
        write(borrowers, "interest", revenue * rng.uniform(0.0, 0.05, n))
        loans = book.create_group("loans")
        write(loans, "id", np.char.mod(b"L%09d", np.arange(n)))
        write(loans, "borrower", np.arange(n, dtype=np.int64))
        write(loans, "bank", np.zeros(n, dtype=np.int64))
        write(loans, "balance", np.round(1e6 * np.exp(rng.normal(0, 1, n)), 2))
        write(loans, "lgd", np.full(n, 0.45))
        if case == "P6":
            write_sites(book, n, rng)
            write_events(os.path.dirname(path), SITES_EACH * n, rng)


if __name__ == "__main__":
    main()
