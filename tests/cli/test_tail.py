"""`run --tail`: changes no other table, repeats in the same bits, and stands beside plain sampling."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, one_factor, run_all, small_book, table, write_text
from scenarios import shift

HOME = folder()
BOOK = small_book(f"{HOME}/small.book.h5")
MODEL = one_factor(f"{HOME}/model.lua")
SHIFT = write_text(f"{HOME}/shift.lua", shift())
PLAIN, TAIL = f"{HOME}/plain.result.h5", f"{HOME}/tail.result.h5"
RUN = ["run", SHIFT, "--book", BOOK, "--model", MODEL, "--paths", 3003, "--seed", 5]
MEASURES = ["var_99", "es_99", "var_999", "es_999", "var_9997", "es_9997"]

command(*RUN, "-o", PLAIN)
DIGEST, SAID = command(*RUN, "--tail", 10, "-o", TAIL)


def test_off_by_default():
    assert table(PLAIN, "tail") == []
    _, said = command("show", PLAIN, "tail")
    assert "--tail" in said, said
    assert all(row["key"] != "tail" for row in table(PLAIN, "run"))


def test_other_tables_stay():
    for name in ("summary", "years", "banks", "sectors", "regions", "paths", "borrowers", "contributors", "classes", "warnings"):
        assert table(PLAIN, name) == table(TAIL, name), name
    assert {"key": "tail", "value": "10"} in table(TAIL, "run")


def test_beside_plain_sampling():
    rows = table(TAIL, "tail")
    assert [row["measure"] for row in rows] == 2 * MEASURES
    summary = {(row["scenario"], row["measure"]): row for row in table(TAIL, "summary")}
    for row in rows:
        same = summary.get((row["scenario"], row["measure"]))
        if same:
            assert (row["plain"], row["plain_stderr"]) == (same["value"], same["stderr"]), row
        if row["z"]:
            z = (float(row["value"]) - float(row["plain"])) / float(row["plain_stderr"])
            assert abs(float(row["z"]) - z) < 1e-3, row
        assert (row["note"] == "few_tail_paths") == (float(row["effective_paths"]) < 100), row
        if row["measure"] == "es_999":
            assert float(row["stderr"]) < 0.7 * float(row["plain_stderr"]), row
            assert float(row["effective_paths"]) > 10, row
    assert "effective paths" in DIGEST and "further paths lie above the cut" in SAID


def test_same_bits_on_any_machine():
    expected = table(TAIL, "tail")
    for threads, isa, tile in ((1, "base", "16x64"), (3, "", "64x200")):
        out = f"{HOME}/other.result.h5"
        command(*RUN, "--tail", 10, "--threads", threads, "--tile", tile, "-o", out,
                env={"PLIMSOLL_ISA": isa} if isa else None)
        assert table(out, "tail") == expected, (threads, isa)


def test_refused():
    for number in (1, 1001, "x"):
        _, said = command(*RUN, "--tail", number, "-o", f"{HOME}/x.h5", expect=2)
        assert "--tail" in said, said
    _, said = command("run", SHIFT, "--book", BOOK, "--model", MODEL, "--paths", 50000000, "--tail", 100, "-o", f"{HOME}/x.h5",
                      expect=2)
    assert "at most 4294967295" in said, said
    _, more = command(*RUN, "--tail", 1000, "--memory", "8M", "-o", f"{HOME}/x.h5", expect=2)
    _, less = command(*RUN, "--memory", "8M", "-o", f"{HOME}/x.h5", expect=2)
    assert more != less and "--memory" in more, (more, less)


if __name__ == "__main__":
    run_all(globals())
