"""Presets of the synthetic book: what they were made for holds, and the same words make the same file."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, run_all

import h5py
import numpy as np

HOME = folder()


def make(preset, seed=1, borrowers=None):
    out = f"{HOME}/{preset}.{seed}.{borrowers}.book.h5"
    more = ("--borrowers", borrowers) if borrowers else ()
    command("book", "synth", "--preset", preset, "--seed", seed, *more, "-o", out)
    command("book", "check", out)
    return out


def balances_of_borrowers(book):
    _, row = np.unique(book["loans/borrower"][:], return_inverse=True)
    return np.bincount(row, weights=book["loans/balance"][:])


def test_23_banks_with_the_published_capital():
    with h5py.File(make("pboc23")) as book:
        assert len(book["banks/id"]) == 23
        ids = [x.decode()[0] for x in book["banks/id"]]
        assert [ids.count(kind) for kind in "PLJC"] == [2, 6, 12, 3]
        capital, rwa = book["banks/total_capital"][:], book["banks/rwa"][:]
        assert abs(capital.sum() / rwa.sum() - 0.1489) < 1e-9
        assert (book["banks/cet1"][:] <= book["banks/tier1"][:]).all() and (book["banks/tier1"][:] < capital).all()
        for column in ("cet1", "ppnr", "provisions", "total_assets"):
            assert (book["banks"][column][:] > 0).all(), column
        balance, bad = book["loans/balance"][:], book["loans/class"][:] >= 3
        assert 0.005 < balance[bad].sum() / balance.sum() < 0.04  # a book whose size is in large firms has bad loans too
        sectors = np.array([x.decode() for x in book["borrowers/sector"]])
        emissions = book["borrowers/scope1"][:] + book["borrowers/scope2"][:]
        for sector in ("D4411", "C3110", "C3120", "C3011"):  # most are large enough for the test's threshold
            of = emissions[sectors == sector]
            assert len(of) > 50 and np.nanquantile(of, 0.02) > 26000, (sector, np.nanquantile(of, 0.02))


def test_granular_is_granular():
    with h5py.File(make("granular")) as book:
        assert (book["loans/balance"][:] == 100000).all()
        assert balances_of_borrowers(book).max() / book["loans/balance"][:].sum() == 1e-5


def test_lumpy_is_lumpy():
    """The largest tenth owes most of it, one borrower several percent."""
    with h5py.File(make("lumpy")) as book:
        owed = np.sort(balances_of_borrowers(book))[::-1]
        assert owed[:100].sum() > 0.7 * owed.sum() and owed[0] > 0.03 * owed.sum(), owed[:3] / owed.sum()


def test_same_words_same_bytes():
    for preset in ("pboc23", "granular", "lumpy"):
        files = []
        for seed in (3, 3, 4):
            with open(make(preset, seed, 500), "rb") as file:
                files.append(file.read())
        assert files[0] == files[1] and files[0] != files[2], preset


run_all(globals())
