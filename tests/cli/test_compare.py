"""`compare A B`: equal runs are equal, new seeds are noise, a changed parameter is told from noise path by path."""
import csv
import io
import json
import os
import sys
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, small_book, table, write_text
from scenarios import shift

HOME = folder()
BOOK = small_book(f"{HOME}/small.book.h5")


def run(name, size=0.5, *options):
    script = write_text(f"{HOME}/{name}.lua", shift("s", 2028, size))
    out = f"{HOME}/{name}.result.h5"
    command("run", script, "--book", BOOK, "-o", out, "--paths", 20000, *options)
    return out


A = run("a")
PARTS = ("new_loans", "repaid_loans", "changed_data", "changed_scenario", "changed_version", "noise")


def compare(a, b, *options):
    text, _ = command("compare", a, b, "--format", "csv", *options)
    return list(csv.DictReader(io.StringIO(text)))


def test_a_result_equals_itself_and_a_run_of_the_same():
    for other in (A, run("again")):
        rows = compare(A, other)
        assert len(rows) > 50 and {r["verdict"] for r in rows} == {"equal"}
        assert all(float(r["difference"] or 0) == 0 for r in rows)


def test_another_seed_is_noise():
    rows = [r for r in compare(A, run("seed", 0.5, "--seed", 99)) if r["measure"] == "el" and r["table"] in ("summary", "banks", "years")]
    assert all(r["paired"] == "no" for r in rows)
    beyond = sum(r["verdict"] == "differs" for r in rows)
    assert beyond <= max(3, len(rows) // 5), f"{beyond} of {len(rows)} differ"


def test_a_parameter_is_told_from_noise_by_common_draws():
    """The difference of two scenarios on the same draws is that of their deltas, with the error of the pair."""
    b = run("more", 0.6)
    row = next(r for r in compare(A, b) if (r["table"], r["scenario"], r["measure"]) == ("summary", "s", "el"))
    el = [next(float(r["value"]) for r in table(x, "summary") if r["scenario"] == "s" and r["measure"] == "el") for x in (A, b)]
    error = next(float(r["stderr"]) for r in table(b, "summary") if r["scenario"] == "s" and r["measure"] == "el")
    assert row["paired"] == "yes" and row["verdict"] == "differs"
    assert abs(float(row["difference"]) - (el[1] - el[0])) < 0.011
    assert 0 < float(row["stderr"]) < 0.6 * error, (row, error)
    base = next(r for r in compare(A, b) if (r["table"], r["scenario"], r["measure"]) == ("summary", "baseline", "el"))
    assert base["verdict"] == "equal"


def test_it_says_first_what_the_runs_were():
    b = run("other", 0.6, "--seed", 3)
    text, _ = command("compare", A, b, "--runs", "--format", "text")
    assert "seed" in text and "a.lua" in text and "other.lua" in text, text
    chinese, _ = command("compare", A, b, "--runs", "--format", "text", "--lang", "zh")
    assert any("\u4e00" <= c <= "\u9fff" for c in chinese)
    rows = json.loads(command("compare", A, b, "--format", "json")[0])
    assert rows


def split(a, b):
    rows = list(csv.DictReader(io.StringIO(command("compare", a, b, "--split", "--format", "csv")[0])))
    assert rows
    for row in rows:
        parts = [Decimal(row[k]) for k in PARTS]
        assert Decimal(row["a"]) + sum(parts) == Decimal(row["b"]), row
    return {(r["scenario"], r["bank"], r["measure"]): {k: Decimal(r[k]) for k in PARTS} for r in rows}


def test_the_change_splits_into_what_changed():
    """Parts add up to the fen; what did not change has part 0; a part alone is the whole change."""
    assert all(part == 0 for row in split(A, A).values() for part in row.values())
    for name, changed, options in (("param", "changed_scenario", (0.7,)), ("reseed", "noise", (0.5, "--seed", 8))):
        for key, row in split(A, run(name, *options)).items():
            assert all(row[k] == 0 for k in PARTS if k != changed), (key, row)
    more = f"{HOME}/more.result.h5"
    book = small_book(f"{HOME}/more.book.h5", extra=5)
    script = write_text(f"{HOME}/a.lua", shift("s", 2028, 0.5))
    command("run", script, "--book", book, "-o", more, "--paths", 20000)
    rows = split(A, more)
    assert all(row[k] == 0 for row in rows.values() for k in PARTS if k != "new_loans")
    assert any(row["new_loans"] > 0 for row in rows.values())
    back = split(more, A)
    assert all(back[key]["repaid_loans"] == -rows[key]["new_loans"] for key in rows)


def test_other_files_are_refused():
    refused("compare", A, BOOK, expect=3, says=["small.book.h5", "plimsoll.result"])
    refused("compare", A, expect=2, says=["compare"])


run_all(globals())
