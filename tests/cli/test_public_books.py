"""Import and run of three public loan books by the maps of docs/guide/public-books.md."""
import csv
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, run_all, skip, table, write_text

DATA = os.path.join(SOURCE, "..", "shared", "data", "loanbook")
FILES = {"r2dii": "r2dii_loanbook_demo.csv", "sba": "sba_7a_california_1051.csv", "lending_club": "lending_club_9857.csv"}
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


with open(os.path.join(SOURCE, "docs", "guide", "public-books.md"), encoding="utf-8") as page:
    PAGE = page.read()


def run(name, *more):
    script = re.search(rf"-- file: {name}\.lua\n(.*?)```", PAGE, re.S).group(1)
    source = os.path.join(DATA, FILES[name])
    book, out = f"{HOME}/{name}.book.h5", f"{HOME}/{name}.result.h5"
    command("book", "import", "--map", write_text(f"{HOME}/{name}.lua", script), source, "-o", book, *more, cwd=HOME)
    command("book", "check", book)
    command("run", DOWNTURN, "--book", book, "-o", out, "--paths", 4000)
    with open(source, encoding="utf-8", newline="") as file:
        return out, list(csv.DictReader(file))


def test_r2dii():
    out, loans = run("r2dii", "--max-rejects", 2)
    ledger = table(out, "ledger")
    assert sum(int(r["rows"]) for r in ledger) == 323
    assert {r["status"]: int(r["rows"]) for r in ledger} == {"proxied": 321, "excluded": 2}
    rows = {(r["scenario"], r["measure"]): r for r in table(out, "summary")}
    drawn = [float(loan["loan_size_outstanding"]) for loan in loans]
    limit = [float(loan["loan_size_credit_limit"]) for loan in loans]
    exposure = sum(d + .5 * max(0, l - d) for d, l in zip(drawn, limit) if l >= 0)
    row = rows["baseline", "el"]
    # Persistence of the default model lowers the cumulative PD a little: within 15 % and 4 errors.
    formula = exposure * .45 * (1 - .98 ** 3)
    assert abs(float(row["value"]) - formula) < 4 * float(row["stderr"]) + 0.15 * formula
    assert float(rows["downturn", "el"]["delta"]) > 0


def test_sba():
    out, loans = run("sba")
    assert sum(int(r["rows"]) for r in table(out, "ledger")) == 1051
    assert len(table(out, "banks")) == 2 * 118
    balance = sum(float(row["balance"]) for row in table(out, "ledger"))
    assert balance == sum(float(loan["GrAppv"]) for loan in loans)
    rows = {(r["scenario"], r["measure"]): r for r in table(out, "summary")}
    assert float(rows["downturn", "es_99"]["value"]) > float(rows["baseline", "es_99"]["value"])


def test_lending_club():
    """PDs by grade are the observed shares of bad loans over three years: the book has as many defaults as the file."""
    out, loans = run("lending_club")
    assert sum(float(row["balance"]) for row in table(out, "ledger")) == sum(float(loan["funded_amnt"]) for loan in loans)
    bad = sum(loan["Class"] == "bad" for loan in loans) / len(loans)
    simulated = sum(float(row["default_rate"]) for row in table(out, "years") if row["scenario"] == "baseline")
    assert abs(simulated / bad - 1) < 0.1, (simulated, bad)


run_all(globals())
