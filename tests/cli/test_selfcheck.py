"""plimsoll selfcheck: one line a check, on the built-in books and on the user's own."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, small_book, write_book, write_text

HOME = folder()
BOOK = small_book(f"{HOME}/small.book.h5")


def checked(*words, env=None):
    """Lines of a self-check that passes, but the last, which is looked at here."""
    out, err = command("selfcheck", *words, env=env)
    assert err == "", err
    lines = out.splitlines()
    assert all(re.fullmatch(r"ok   [^:]+: .+", line) for line in lines[:-1]), out
    assert re.fullmatch(rf"{len(lines) - 1} checks, all passed, in \d+\.\d s", lines[-1]), lines[-1]
    return lines[:-1]


def test_without_a_book():
    lines = checked()
    for name in ("random numbers", "digests", "functions", "rounding", "contraction", "mean loss", "ES 99.9%",
                 "reference, built-in book", "row order, built-in book"):
        assert sum(line.startswith(f"ok   {name}: ") for line in lines) == 1, name
    assert not any("your book" in line for line in lines)


def test_with_a_book():
    """The same lines and five more, which say how much of the book was used."""
    alone, lines = checked(), checked("--book", BOOK)
    assert lines[:len(alone)] == alone
    more = lines[len(alone):]
    assert [line.split(",")[0][5:] for line in more] == [
        "reference", "instruction sets", "threads", "tiles", "row order"], more
    sizes = {re.search(r"\((\d+) borrowers, (\d+) paths, (\d+) defaults\)$", line).groups() for line in more}
    assert len(sizes) == 1, more
    borrowers, paths, defaults = map(int, sizes.pop())
    assert borrowers == 60 and paths > 4000 and defaults > 1000


def test_pooled_books():
    """Two banks that share half of their borrowers; only the first 2,000 of many are taken."""
    books = []
    for k in range(2):
        ids = [f"F{i:05d}" for i in range(900 * k, 900 * k + 1800)]
        books.append(write_book(
            f"{HOME}/pool{k}.book.h5", {"id": [f"bank{k}"]},
            {"id": ids, "pd": [.01 + k * .001] * 1800, "sector": ["C3071"] * 1800, "region": ["500153"] * 1800},
            {"id": [f"L{i}" for i in ids], "borrower": ids, "bank": [f"bank{k}"] * 1800,
             "balance": [1000.] * 1800, "lgd": [.4] * 1800}))
    lines = checked("--book", books[0], "--book", books[1])
    assert "(2000 borrowers" in lines[-1], lines[-1]


def test_any_instruction_set():
    """Forcing one moves no number of the closed forms."""
    plain = checked()
    assert checked(env={"PLIMSOLL_ISA": "base"}) == plain


def test_in_chinese():
    out, _ = command("selfcheck", "--book", BOOK, "--lang", "zh")
    assert "全部通过" in out.splitlines()[-1]
    for line in out.splitlines()[:-1]:
        rest = re.sub(r"Philox4x32-7|Random123|SHA-256|FIPS 180-4|abc|VaR|ES|Vasicek|base|avx2|avx512", "", line[5:])
        assert line.startswith("ok   ") and not re.search("[A-Za-z]", rest), line


def test_refused():
    out, _ = command("selfcheck", "--book", write_text(f"{HOME}/a.txt", "no book"), expect=3)
    assert out == ""
    refused("selfcheck", "--book", f"{HOME}/none.book.h5", expect=3, says=["none.book.h5"])
    bad = write_book(f"{HOME}/bad.book.h5", {"id": ["k"]},
                     {"id": ["f"], "pd": [1.5], "sector": ["C3071"], "region": ["500153"]},
                     {"id": ["l"], "borrower": ["f"], "bank": ["k"], "balance": [1.], "lgd": [.4]})
    refused("selfcheck", "--book", bad, expect=3, says=["bad.book.h5", "pd", "1.5"])
    refused("selfcheck", BOOK, expect=2, says=["small.book.h5", "--book"])
    refused("selfcheck", expect=2, env={"PLIMSOLL_ISA": "sse9"}, says=["sse9"])


run_all(globals())
