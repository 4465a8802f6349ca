"""`scenario try`: every value is what the script's formula gives, and the last PD is the one that a run uses."""
import csv
import io
import math
import os
import sys

import h5py

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, small_book, table, write_text
from scenarios import carbon

HOME = folder()
BOOK = small_book(f"{HOME}/a.book.h5")
SCRIPT = write_text(f"{HOME}/carbon.lua", carbon())
YEARS = (2026, 2027, 2028)


def borrowers():
    with h5py.File(BOOK) as book:
        names = ("id", "sector", "pd", "revenue", "operating_cost", "depreciation", "interest", "equity", "scope1")
        columns = {name: book["borrowers"][name][()] for name in names}
    for i, borrower in enumerate(columns["id"]):
        yield borrower.decode(), {name: values[i] for name, values in columns.items()}


def tell(borrower, *options):
    out, _ = command("scenario", "try", SCRIPT, "--book", BOOK, "--borrower", borrower, "--format", "csv", *options)
    told = {}
    for row in csv.DictReader(io.StringIO(out, newline="")):
        told.setdefault(row["name"] or row["formula"], {})[int(row["year"])] = (float(row["reference"]), float(row["value"]))
    return told


def logistic(x):
    return 1 / (1 + math.exp(-x))


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def test_values_are_those_of_the_formulas():
    for borrower, b in list(borrowers())[:8]:
        told = tell(borrower)
        equity = [float(b["equity"])] * 2
        for t, year in enumerate(YEARS):
            prices = (70, 200 + (900 - 200) * t / 2)
            assert told["d.price"][year] == prices
            margins = [(b["revenue"] - b["operating_cost"] - p * b["scope1"]) / b["revenue"] for p in prices]
            pds = [logistic(math.log(b["pd"] / (1 - b["pd"])) - 12 * (m - margins[0])) for m in margins]
            before = told.get("before.equity", told.get("b.equity"))[year]
            for k in (0, 1):
                assert close(before[k], equity[k]), (borrower, year, before, equity)
                assert close(told["margin"][year][k], margins[k])
                assert close(told["pd"][year][k], pds[k])
                equity[k] += b["revenue"] - b["operating_cost"] - b["depreciation"] - b["interest"] - prices[k] * b["scope1"]
                assert told["default"][year][k] == (equity[k] < 0)
        assert told["applies"][2026][1] == b["sector"].decode().startswith(("C30", "D44"))


def test_the_run_uses_the_same_pd():
    out = f"{HOME}/r.result.h5"
    command("run", SCRIPT, "--book", BOOK, "--paths", 8, "-o", out)
    rows = {row["borrower"]: row for row in table(out, "borrowers") if row["scenario"] == "carbon"}
    seen = 0
    for borrower, _ in borrowers():
        told = tell(borrower)
        year = int(rows[borrower]["year"])
        stressed = float(rows[borrower]["pd_stressed"])
        insolvent = any(reference for reference, _ in told["default"].values())  # it keeps its PD
        defaulted = "in_default" in rows[borrower]["reasons"]
        if told["applies"][year][1] == 0 or stressed == 1 or insolvent or defaulted:
            continue
        assert close(told["pd"][year][1], stressed), (borrower, rows[borrower], told["pd"], told["default"])
        seen += 1
    assert seen > 10


def test_a_missing_input_is_seen_and_then_refused():
    """The values come first, then the message of the run: that is when a debugger is wanted."""
    ids = [borrower for borrower, b in borrowers() if b["sector"].decode().startswith("C30")]
    with h5py.File(BOOK) as whole, h5py.File(f"{HOME}/lacks.book.h5", "w") as book:
        book.attrs.update(whole.attrs)
        for name in whole:
            whole.copy(name, book)
        row = [i.decode() for i in book["borrowers/id"][()]].index(ids[0])
        book["borrowers/operating_cost"][row] = math.nan
    out, err = command("scenario", "try", SCRIPT, "--book", f"{HOME}/lacks.book.h5", "--borrower", ids[0],
                       "--format", "text", expect=3)
    assert "missing" in out and "margin" in out and "operating_cost" in err, (out, err)
    command("scenario", "try", SCRIPT, "--book", f"{HOME}/lacks.book.h5", "--borrower", ids[1])


def test_wrong_words():
    refused("scenario", "try", SCRIPT, "--book", BOOK, expect=2, says=["--borrower"])
    refused("scenario", "try", SCRIPT, SCRIPT, "--book", BOOK, "--borrower", "B0001", expect=2, says=["one scenario"])


run_all(globals())
