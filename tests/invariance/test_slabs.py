"""A book worked through in slabs gives every table byte for byte as the whole book does, and a run that
is given little memory keeps to it."""
import os
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import BINARY, SOURCE, all_tables, command, folder, refused, run_all, small_book, table, write_book, write_text
from scenarios import carbon, random_drivers, shift

HOME = folder()
SCRIPTS = [write_text(f"{HOME}/carbon.lua", carbon()), write_text(f"{HOME}/shift.lua", shift()),
           write_text(f"{HOME}/random.lua", random_drivers(links="macro = -0.4"))]
BOOK = small_book(f"{HOME}/a.book.h5")


def run(name, *options, books=(BOOK,), scripts=tuple(SCRIPTS)):
    out = f"{HOME}/{name}.result.h5"
    chosen = [word for book in books for word in ("--book", book)]
    _, said = command("run", *scripts, *chosen, "-o", out, "--paths", 900, "--seed", 5, *options)
    return out, said


def compare(name, slabs, *options, **inputs):
    """All tables of the whole book and of slabs; how many rows they have together."""
    whole, _ = run(f"{name}_whole", *options, **inputs)
    expected = all_tables(whole)
    for n in slabs:
        parted, said = run(f"{name}_{n}", "--book-slabs", n, *options, **inputs)
        assert " slabs" in said, said
        found = all_tables(parted)
        assert found.keys() == expected.keys()
        for key, text in expected.items():
            assert found[key] == text, f"{name}, {n} slabs: table {key} differs"
        facts = [{row["key"]: row["value"] for row in table(result, "run")} for result in (whole, parted)]
        changing = ("peak_rss_bytes", "simulate_seconds", "wall_seconds")
        assert {k: v for k, v in facts[0].items() if k not in changing} == \
               {k: v for k, v in facts[1].items() if k not in changing}
    return expected


def test_models():
    models = os.path.join(SOURCE, "scenarios", "models")
    for model in sorted(os.listdir(models)):
        tables = compare(model[:-4], (3,), "--model", os.path.join(models, model))
        assert tables["contributors"].count("\n") > 100


def test_many_slabs_and_one_a_borrower():
    compare("many", (2, 17, 60))


def test_synthetic_book():
    """Collateral, loans in default, five classes, proxied numbers."""
    book = f"{HOME}/synth.book.h5"
    command("book", "synth", "--borrowers", 700, "-o", book)
    scripts = [os.path.join(SOURCE, "scenarios", f"{name}.lua") for name in ("pboc2021_severe", "recession")]
    tables = compare("synth", (4,), books=(book,), scripts=scripts)
    assert tables["classes"].count("\n") > 100 and "defaulted" in tables["ledger"]


def two_banks(path, bank, pds):
    n = len(pds)
    ids = [f"B{i:03d}" for i in range(n)]
    return write_book(path, {"id": [bank]},
                      {"id": ids, "pd": pds, "sector": ["C3071"] * n, "region": ["500153001"] * n},
                      {"id": [f"{bank}{i}" for i in range(n)], "borrower": list(range(n)), "bank": [0] * n,
                       "balance": [1e6 + i for i in range(n)], "lgd": [0.4] * n},
                      order={"borrowers": list(range(n))})


def test_borrowers_of_two_books():
    """References by row number; PDs that disagree are averaged, and the ledger says of whom."""
    books = (two_banks(f"{HOME}/one.book.h5", "K", [0.01 + i / 1000 for i in range(50)]),
             two_banks(f"{HOME}/two.book.h5", "L", [0.01 + i / 999 for i in range(40)]))
    tables = compare("pooled", (5,), "--on-conflict", "weighted", books=books, scripts=(SCRIPTS[1],))
    assert "conflict weighted" in tables["ledger"]
    chosen = [word for book in books for word in ("--book", book)]
    refused("run", SCRIPTS[1], *chosen, "--book-slabs", 5, "-o", f"{HOME}/no.result.h5", says=["borrowers.pd"])


def test_what_needs_the_whole_book():
    for words in (("--tail", 5), ("--precision", "5%")):
        refused("run", SCRIPTS[1], "--book", BOOK, "-o", f"{HOME}/no.result.h5", "--book-slabs", 2, *words,
                expect=2, says=["--book-slabs"])


def test_dry_run():
    _, said = command("run", SCRIPTS[1], "--book", BOOK, "-o", f"{HOME}/no.result.h5", "--book-slabs", 4, "--dry-run")
    assert "in 4 slabs" in said and "dry run" in said
    assert not os.path.exists(f"{HOME}/no.result.h5")


def large_book(path, n):
    """One loan a borrower, rows in no order, texts as h5py writes bytes."""
    rng = np.random.default_rng(3)
    with h5py.File(path, "w") as book:
        book.attrs.update(format="plimsoll.book", version=1, as_of="2025-12-31", currency="CNY")
        book["banks/id"] = np.array([b"BANK"])
        ids = np.char.mod(b"F%09d", rng.permutation(n))
        book["borrowers/id"] = ids
        book["borrowers/pd"] = np.exp(rng.uniform(np.log(3e-4), np.log(0.02), n))
        book["borrowers/sector"] = np.array([b"C30", b"D44", b"F51"])[rng.integers(0, 3, n)]
        book["borrowers/region"] = np.full(n, b"500153")
        book["loans/id"] = np.char.mod(b"L%09d", rng.permutation(n))
        book["loans/borrower"] = ids[rng.permutation(n)]
        book["loans/bank"] = np.full(n, b"BANK")
        book["loans/balance"] = np.round(1e6 * np.exp(rng.normal(0, 1, n)), 2)
        book["loans/lgd"] = np.full(n, 0.45)
    return path


def peak_of(result):
    return int({row["key"]: row["value"] for row in table(result, "run")}["peak_rss_bytes"])


def test_memory_is_kept():
    book = large_book(f"{HOME}/large.book.h5", 200_000)
    limit = 320
    small, _ = run("small", "--book-slabs", 2, "--threads", 2)
    sanitized = b"__asan" in open(BINARY, "rb").read()
    assert sanitized or peak_of(small) < 60 * 2**20, peak_of(small)
    if sanitized:
        print("this build takes memory of its own (sanitizers): how much a run takes is left out")
        return
    parted, said = run("little", "--memory", f"{limit}M", books=(book,), scripts=(SCRIPTS[1],))
    assert " slabs" in said, said
    peak = peak_of(parted)
    print(f"peak {peak / 2**20:.0f} MiB of {limit} MiB; {said.splitlines()[0]}")
    assert peak <= limit * 2**20
    whole, said = run("enough", "--book-slabs", 1, books=(book,), scripts=(SCRIPTS[1],))
    assert " slabs" not in said
    for name in ("summary", "grades", "contributors", "sectors"):
        assert table(parted, name) == table(whole, name), name


def test_too_little_memory_is_refused_before_the_start():
    book = large_book(f"{HOME}/large.book.h5", 200_000)
    said = refused("run", SCRIPTS[1], "--book", book, "-o", f"{HOME}/no.result.h5", "--memory", "8M", expect=2,
                   says=["even slab by slab", "--memory "])
    enough = said.split("--memory ", 1)[1].split(",", 1)[0]
    command("run", SCRIPTS[1], "--book", book, "-o", f"{HOME}/no.result.h5", "--memory", enough, "--paths", 900,
            "--dry-run")


run_all(globals())
