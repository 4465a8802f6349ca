"""Import and run of two public loan books, after the stated conversions in scripts/convert/."""
import csv
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, run_all, skip, table, write_text

DATA = os.path.join(SOURCE, "..", "shared", "data", "loanbook")
FILES = {"r2dii_loanbook": "r2dii_loanbook_demo.csv", "sba_7a": "sba_7a_california_1051.csv"}
for file_name in FILES.values():
    if not os.path.exists(os.path.join(DATA, file_name)):
        skip(f"{file_name} is absent")

HOME = folder()
DOWNTURN = write_text(f"{HOME}/downturn.lua", """return scenario {
  name = "downturn", title = { en = "Downturn", zh = "衰退" }, years = { 2026, 2028 },
  drivers = { stress = pathway { reference = 0, [2026] = 0.5, [2028] = 1 } },
  borrower = function (b, d) return { pd = logistic(logit(b.pd) + d.stress) } end,
}
""")


def run(name):
    into = f"{HOME}/{name}"
    subprocess.run(["/usr/bin/python3", os.path.join(SOURCE, "scripts", "convert", name + ".py"),
                    os.path.join(DATA, FILES[name]), into], check=True)
    book, out = f"{HOME}/{name}.book.h5", f"{HOME}/{name}.result.h5"
    command("book", "import", into, "--as-of", "2025-12-31", "--currency", "EUR" if "r2" in name else "USD", "-o", book)
    command("book", "check", book)
    command("run", DOWNTURN, "--book", book, "-o", out, "--paths", 4000)
    with open(f"{into}/loans.csv", encoding="utf-8", newline="") as file:
        return out, list(csv.DictReader(file))


def test_r2dii():
    out, loans = run("r2dii_loanbook")
    ledger = table(out, "ledger")
    assert sum(int(r["rows"]) for r in ledger) == 323
    assert {r["status"] for r in ledger} == {"proxied"}
    rows = {(r["scenario"], r["measure"]): r for r in table(out, "summary")}
    exposure = sum(float(l["balance"]) + .5 * float(l["undrawn"]) for l in loans)
    row = rows["baseline", "el"]
    # Persistence of the default model lowers the cumulative PD a little: within 15 % and 4 errors.
    formula = exposure * .45 * (1 - .98 ** 3)
    assert abs(float(row["value"]) - formula) < 4 * float(row["stderr"]) + 0.15 * formula
    assert float(rows["downturn", "el"]["delta"]) > 0


def test_sba():
    out, loans = run("sba_7a")
    assert sum(int(r["rows"]) for r in table(out, "ledger")) == 1051
    assert len(table(out, "banks")) == 2 * 118
    assert all(float(r["difference"]) == 0 for r in table(out, "ledger"))
    rows = {(r["scenario"], r["measure"]): r for r in table(out, "summary")}
    assert float(rows["downturn", "es_99"]["value"]) > float(rows["baseline", "es_99"]["value"])


run_all(globals())
