"""A scenario that changes nothing, and one whose drivers stand at reference, have deltas of exactly zero
on a book with zero interest, negative equity, missing revenue, pd 0 and pd 1."""
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, run_all, table, write_book, write_text

HOME = folder()
N = 8
NAN = math.nan
BOOK = write_book(
    f"{HOME}/odd.book.h5",
    {"id": ["a", "b"], "type": ["legal_person", "branch"]},
    {"id": [f"firm{i}" for i in range(N)],
     "pd": [0.0, 1.0, 0.02, 0.05, 0.1, 0.3, 1e-6, 0.999],
     "sector": ["C3071", "C3071", "C3011", "C3071", "D4411", "C3071", "C3071", "F51"],
     "region": ["500153"] * N,
     "revenue": [1e8, 1e8, 1e8, NAN, 2e7, 3e7, 1e8, NAN],
     "operating_cost": [9e7, 9e7, 9e7, 9e7, 2.2e7, 2e7, 9e7, NAN],
     "depreciation": [1e6] * 7 + [NAN],
     "interest": [0.0, 1e6, 0.0, 1e6, 1e6, 0.0, 1e6, NAN],
     "debt": [5e7] * N, "equity": [1e7, -5e6, -1e6, 1e7, -2e7, 1e6, 1e7, NAN],
     "cash": [1e6] * N,
     "scope1": [2e4, 1e4, 5e4, NAN, 3e4, 1e3, 0.0, NAN], "scope2": [1e3] * N, "scope3": [1e3] * N},
    {"id": [f"loan{i}" for i in range(2 * N)],
     "borrower": [f"firm{i // 2}" for i in range(2 * N)],
     "bank": ["a", "b"] * N,
     "balance": [1e6 + 0.01 * i for i in range(2 * N)],
     "lgd": [0.45, 0.0, 1.5, 0.3] * (N // 2)})

NULL = write_text(f"{HOME}/null.lua", """return scenario {
  name = "null", title = { en = "nothing", zh = "无" }, years = { 2026, 2030 },
}
""")

AT_REFERENCE = write_text(f"{HOME}/still.lua", """
local firm = require "firm"
return scenario {
  name = "still", title = { en = "still", zh = "静" }, years = { 2026, 2030 },
  drivers = { price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70, [2030] = 70 } },
  applies = function (b) return all(proxy(b.revenue, -1):ge(0), proxy(b.scope1, -1):ge(0)) end,
  borrower = function (b, d, before)
    local cost   = d.price * b.scope1
    local ebit   = b.revenue - b.operating_cost - b.depreciation - cost
    local profit = ebit - b.interest
    local equity = before.equity + profit - 0.25 * max(profit, 0)
    local cover  = log(max(ebit / max(b.interest, 1), 0.1))
    return {
      pd      = logistic(logit(b.pd) - 1.5 * (cover - at_reference(cover))),
      default = equity:lt(0),
      state   = { equity = equity },
    }
  end,
  loan = function (l, b, d)
    return { lgd = l.lgd + 0.001 * (d.price / 70 - at_reference(d.price / 70)) }
  end,
}
""".replace("0.001 * (d.price / 70 - at_reference(d.price / 70))",
            "clip(d.price / at_reference(d.price) - 1, 0, 1)"))

OUT = f"{HOME}/null.result.h5"
command("run", NULL, AT_REFERENCE, "--book", BOOK, "-o", OUT, "--paths", 3000)


def test_every_delta_is_exactly_zero():
    for name in ("summary", "years", "banks", "sectors", "regions"):
        rows = [row for row in table(OUT, name) if row["scenario"] != "baseline"]
        assert rows
        for row in rows:
            for key, value in row.items():
                if key.startswith("delta") and value != "":
                    assert float(value) == 0.0, f"{name}: {row}"
            assert any(key.startswith("delta") and value != "" for key, value in row.items()), row


def test_tables_equal_the_baseline():
    for name, key in (("borrowers", "borrower"), ("paths", "path")):
        by_scenario = {}
        for row in table(OUT, name):
            by_scenario.setdefault(row["scenario"], []).append(
                {k: v for k, v in row.items() if k != "scenario"})
        if name == "borrowers":     # the year of the peak is the same; PDs equal the book's
            for row in by_scenario["still"]:
                assert row["pd_base"] == row["pd_stressed"], row
        assert by_scenario["null"] == by_scenario["baseline"]
        assert by_scenario["still"] == by_scenario["baseline"]


def test_insolvent_at_reference_is_counted():
    reasons = " ".join(row["reason"] for row in table(OUT, "ledger"))
    assert "still" in reasons, f"the ledger does not count the insolvent: {reasons!r}"


def test_certain_and_impossible_default():
    paths = {row["borrower"]: row for row in table(OUT, "borrowers") if row["scenario"] == "baseline"}
    assert float(paths["firm0"]["el"]) == 0.0          # pd 0 never defaults
    assert float(paths["firm1"]["el"]) == 0.0          # pd 1 is in default already: no new loss


run_all(globals())
