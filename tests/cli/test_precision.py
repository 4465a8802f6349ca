"""A run to a precision says what it does and ends in the same bits as one with the paths it used."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, one_factor, run_all, small_book, table

HOME = folder()
BOOK = small_book(f"{HOME}/small.book.h5")
MODEL = one_factor(f"{HOME}/model.lua")
OUT, SAME = f"{HOME}/precise.result.h5", f"{HOME}/same.result.h5"


def paths_of(result):
    return next(row["value"] for row in table(result, "run") if row["key"] == "paths")


def test_precision_is_reached_and_repeatable():
    shown, _ = command("run", "--baseline", "2", "--book", BOOK, "--model", MODEL, "--precision", "2.5%", "-o", OUT)
    paths = paths_of(OUT)
    assert int(paths) >= 100352 and int(paths) % 2048 == 0, paths
    row = next(r for r in table(OUT, "summary") if r["measure"] == "es_999")
    half_width = 1.96 * float(row["stderr"]) / float(row["value"])
    assert half_width <= 0.025, row
    assert f"ES 99.9% is known to ± {100 * half_width:.2f} %" in shown, shown
    command("run", "--baseline", "2", "--book", BOOK, "--model", MODEL, "--paths", paths, "-o", SAME)
    for name in ("summary", "years", "banks", "sectors", "classes", "borrowers", "contributors", "paths"):
        assert table(OUT, name) == table(SAME, name), name


def test_few_paths_claim_no_precision():
    for paths, tells in (("50", False), ("19999", False), ("20000", True)):
        shown, said = command("run", "--baseline", "1", "--book", BOOK, "--model", MODEL, "--paths", paths, "-o", SAME)
        assert ("too few" not in said and "is known to" in shown) == tells, (paths, said, shown)
        assert ("too few" in said and "is known to" not in shown) != tells, (paths, said, shown)


def test_impossible_precision_is_refused_early():
    _, said = command("run", "--baseline", "2", "--book", BOOK, "--model", MODEL, "--precision", "0.1%",
                      "--memory", "300M", "-o", f"{HOME}/x.h5", expect=2)
    assert "needs about" in said and "--memory" in said, said
    assert not os.path.exists(f"{HOME}/x.h5")


def test_what_is_no_precision():
    for text in ("1", "0", "-1%", "100%", "1%%", "one"):
        _, said = command("run", "--baseline", "2", "--book", BOOK, "--precision", text, expect=2)
        assert "--precision" in said and "1%" in said, said
    _, said = command("run", "--baseline", "2", "--book", BOOK, "--precision", "1%", "--paths", "10", expect=2)
    assert "not both" in said, said


if __name__ == "__main__":
    run_all(globals())
