"""Libraries of physical shocks, pollution, insurance and compounds: their vectors hold in the sandbox, and every
function takes traced columns with their units."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, refused, run_all, table, write_text

HOME = folder()
VECTORS = f"{SOURCE}/tests/support/shocks_vectors.lua"
TRACED = f"{SOURCE}/tests/support/shocks_traced.lua"
LIBRARIES = ("damage", "physical", "pollution", "insurance", "compound", "units")
BY_TEXT = {"of_borrower", "water_share", "power_need", "keeps_pigs", "base_rate", "grade", "hot_summer", "covers",
           "in_force"}  # traced only


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def test_vectors_hold():
    out, _ = command("scenario", "test", VECTORS)
    assert out.splitlines()[-1].endswith(" passed, 0 failed"), out


def test_every_function_is_used():
    vectors, traced = text(VECTORS), text(TRACED)
    for library in LIBRARIES:
        functions = re.findall(r"^function M\.(\w+)", text(f"{SOURCE}/scenarios/lib/{library}.lua"), re.M)
        assert functions, library
        for function in functions:
            call = re.compile(rf"\b{library}\.{function}\b")
            assert call.search(traced), f"{library}.{function} is not traced"
            assert function in BY_TEXT or call.search(vectors), f"{library}.{function} has no vector"


def test_traced():
    book, result = f"{HOME}/small.book.h5", f"{HOME}/small.result.h5"
    command("scenario", "check", TRACED)
    command("book", "synth", "--borrowers", 1000, "-o", book)
    command("scenario", "check", TRACED, "--book", book)
    command("run", TRACED, "--book", book, "--paths", 64, "-o", result)
    losses = {row["scenario"]: float(row["value"]) for row in table(result, "summary") if row["measure"] == "el"}
    assert losses["shocks"] > 1.05 * losses["baseline"], losses


def test_nothing_moves_without_a_shock():
    """Every driver at its reference: the loss of the baseline, to the fen."""
    still, drivers = re.subn(r"(pathway \{.*?reference = )([\d.]+)(.*?)\}", r"\1\2, [2026] = \2 }", text(TRACED))
    assert drivers == 9
    book, result = f"{HOME}/still.book.h5", f"{HOME}/still.result.h5"
    command("book", "synth", "--borrowers", 1000, "-o", book)
    command("run", write_text(f"{HOME}/still.lua", still), "--book", book, "--paths", 64, "-o", result)
    rows = [row for row in table(result, "summary") if row["scenario"] == "shocks"]
    assert rows and all(float(row["delta"]) == 0 for row in rows), rows


def test_unknown_curve_in_a_scenario():
    wrong = write_text(f"{HOME}/wrong.lua", text(TRACED).replace('curve "jrc_asia_industry"', 'curve "jrc_asia_works"'))
    refused("scenario", "check", wrong, says=["wrong.lua:12", "no curve 'jrc_asia_works'", "jrc_asia_industry"])


run_all(globals())
