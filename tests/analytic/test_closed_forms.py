"""The whole command against closed forms: equal loans, the Vasicek limit, a book of 130 trillion yuan."""
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, one_factor, run_all, table, write_book, write_text

HOME = folder()
NULL = write_text(f"{HOME}/null.lua", 'return scenario { name = "null", title = { en = "n", zh = "n" }, '
                  'years = { 2026, 2026 } }\n')
MODEL = one_factor(f"{HOME}/model.lua")

# 100 loans, PD 2 %, asset correlation 0.15, LGD 1: distribution of the number of defaults, by quadrature.
EXACT_MEAN, EXACT_SD = 2.0, 2.584816
EXACT_P = [.329050, .237316, .150842, .095248, .061054, .039872]
EXACT_AT_LEAST = {10: .0214106, 20: .00102055}
EXACT_VAR = {"var_95": 7, "var_99": 12, "var_999": 20}
EXACT_ES = {"es_95": 10.037199, "es_99": 15.168095, "es_999": 23.139417}


def equal_loans(name, n, balance=1.0, pd=0.02, lgd=1.0):
    return write_book(f"{HOME}/{name}.book.h5", {"id": ["bank"]},
                      {"id": [f"f{i}" for i in range(n)], "pd": [pd] * n, "sector": ["C3071"] * n,
                       "region": ["500153"] * n},
                      {"id": [f"l{i}" for i in range(n)], "borrower": [f"f{i}" for i in range(n)],
                       "bank": ["bank"] * n, "balance": [balance] * n, "lgd": [lgd] * n})


def summary(result):
    return {row["measure"]: row for row in table(result, "summary") if row["scenario"] == "baseline"}


def test_hundred_equal_loans():
    paths = 200000
    out = f"{HOME}/hundred.result.h5"
    command("run", NULL, "--book", equal_loans("hundred", 100), "--model", MODEL, "-o", out, "--paths", paths)
    rows = summary(out)
    for measure, exact in {"el": EXACT_MEAN, "sd": EXACT_SD, **EXACT_ES}.items():
        z = (float(rows[measure]["value"]) - exact) / float(rows[measure]["stderr"])
        assert abs(z) < 4, f"{measure}: z = {z}"
    for measure, exact in EXACT_VAR.items():
        assert float(rows[measure]["value"]) == exact, measure
    counts = {}
    for row in table(out, "paths"):
        if row["scenario"] == "baseline":
            counts[round(float(row["loss"]))] = counts.get(round(float(row["loss"])), 0) + 1
    counts[0] = paths - sum(counts.values())
    for defaults, exact in enumerate(EXACT_P):
        z = (counts[defaults] / paths - exact) / math.sqrt(exact * (1 - exact) / paths)
        assert abs(z) < 4, f"P({defaults}): z = {z}"
    for least, exact in EXACT_AT_LEAST.items():
        share = sum(n for k, n in counts.items() if k >= least) / paths
        assert abs(share - exact) < 4 * math.sqrt(exact * (1 - exact) / paths), least


def test_vasicek_limit():
    """100,000 equal loans: quantiles of the loss rate are those of Vasicek's distribution."""
    out = f"{HOME}/vasicek.result.h5"
    command("run", NULL, "--book", equal_loans("many", 100000), "--model", MODEL, "-o", out, "--paths", 4000)
    rows = summary(out)
    for measure, exact in {"el": .02, "var_95": .06219237, "var_99": .10558734, "es_95": None, "es_99": .1359707}.items():
        if exact is None:
            continue
        value, error = (float(rows[measure][key]) / 100000 for key in ("value", "stderr"))
        assert abs(value - exact) < 4 * error, f"{measure}: {value} +- {error}, exact {exact}"
    low, high = (float(rows["var_99"][key]) / 100000 for key in ("lo95", "hi95"))
    assert low < high


def test_a_book_of_130_trillion_yuan():
    """1,000,000 paths: sums go beyond 64 bits; 13 loans of ten trillion with LGD 1."""
    out = f"{HOME}/vast.result.h5"
    paths = 1000000
    command("run", NULL, "--book", equal_loans("vast", 13, balance=1e13, pd=0.3), "--model", MODEL, "-o", out,
            "--paths", paths)
    rows = summary(out)
    exact = 13 * 1e13 * 0.3
    z = (float(rows["el"]["value"]) - exact) / float(rows["el"]["stderr"])
    assert abs(z) < 4 and float(rows["el"]["value"]) > 3e13, f"z = {z}"
    assert float(rows["var_999"]["value"]) >= 11e13
    bank = [row for row in table(out, "banks") if row["scenario"] == "baseline"][0]
    assert bank["exposure"] == "130000000000000.00"
    assert bank["el"] == rows["el"]["value"]
    sector = [row for row in table(out, "sectors") if row["scenario"] == "baseline"][0]
    assert sector["el"] == rows["el"]["value"]


run_all(globals())
