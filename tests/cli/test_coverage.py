"""What `scenario check --book` says of coverage and missing inputs, against sums over the book itself."""
import math
import os
import re
import sys

import h5py

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, run_all, small_book, table, write_text
from scenarios import carbon

HOME = folder()
SCRIPT = write_text(f"{HOME}/carbon.lua", carbon())
SPARSE = write_text(f"{HOME}/sparse.lua", carbon(name="sparse").replace("d.price * b.scope1", "d.price * proxy(b.scope1, 0)"))


def book_with_gaps(path):
    """Every third firm lacks its scope 1, and nobody has an interest to pay."""
    small_book(f"{HOME}/whole.book.h5")
    with h5py.File(f"{HOME}/whole.book.h5") as whole, h5py.File(path, "w") as book:
        book.attrs.update(whole.attrs)
        for name in whole:
            whole.copy(name, book)
        book["borrowers/scope1"][::3] = math.nan
    return path


BOOK = book_with_gaps(f"{HOME}/gaps.book.h5")


def facts():
    with h5py.File(BOOK) as book:
        ids = [i.decode() for i in book["borrowers/id"][()]]
        sectors = [s.decode() for s in book["borrowers/sector"][()]]
        scope1 = book["borrowers/scope1"][()]
        balance = dict.fromkeys(ids, 0)
        for borrower, amount in zip(book["loans/borrower"][()], book["loans/balance"][()]):
            balance[borrower.decode()] += round(amount * 100)
    return [(s, balance[i], math.isnan(x), i) for i, s, x in zip(ids, sectors, scope1)]


def in_default():
    """Their formulas are not used, so that no proxy is."""
    command("run", SPARSE, "--book", BOOK, "--paths", 8, "-o", f"{HOME}/r.result.h5")
    return {row["borrower"] for row in table(f"{HOME}/r.result.h5", "borrowers") if "in_default" in row["reasons"]}


def test_sectors():
    out, _ = command("scenario", "check", SPARSE, "--book", BOOK)
    rows = {}
    for line in out.splitlines():
        found = re.fullmatch(r"(\w+) +(\d+) +(\d+) +([\d.]+) +([\d.]+) %", line)
        if found:
            rows[found[1]] = (int(found[2]), int(found[3]), found[4], found[5])
    expected = {}
    for sector in {s for s, *_ in facts() if s.startswith(("C30", "D44"))}:
        amounts = [b for s, b, *_ in facts() if s == sector]
        expected[sector] = (len(amounts), len(amounts), f"{sum(amounts) / 100:.2f}", "100.0")
    assert rows == expected, (rows, expected)
    order = [line.split()[0] for line in out.splitlines() if line.split() and line.split()[0] in rows]
    assert order == sorted(order, key=lambda s: -float(rows[s][2]))


def test_missing_inputs():
    lacking = {i: b for s, b, gap, i in facts() if s.startswith(("C30", "D44")) and gap}
    proxied = {i: b for i, b in lacking.items() if i not in in_default()}
    assert 0 < len(proxied) < len(lacking)
    amount, stand_in = (f"{sum(of.values()) / 100:.2f}" for of in (lacking, proxied))
    out, _ = command("scenario", "check", SPARSE, "--book", BOOK)
    assert f"input b.scope1: missing for {len(lacking)} in scope, {amount}" in out, out
    assert f"a proxy stands in for an input of {len(proxied)} borrowers in scope, {stand_in}" in out, out
    assert "b.rho: not in the book" in out, out
    _, err = command("scenario", "check", SCRIPT, "--book", BOOK, expect=3)
    assert "scope1" in err


run_all(globals())
