"""The five classes: balances are kept, rules and cures do what they say, terms that make no sense are refused."""
import os
import shutil
import sys
from collections import defaultdict

import h5py

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, refused, run_all, small_book, table, write_book, write_text

HOME = folder()
BOOK = f"{HOME}/demo.book.h5"
SCENARIO = os.path.join(SOURCE, "scenarios", "recession.lua")
OWN = f"{HOME}/lib"
command("book", "synth", "--borrowers", 1500, "-o", BOOK)
shutil.copytree(os.path.join(SOURCE, "scenarios", "lib"), OWN)
with open(f"{OWN}/classes.lua", encoding="utf-8") as file:
    RULES = file.read()


def run(name, changes=(), paths=2000, book=BOOK):
    text = RULES
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    write_text(f"{OWN}/classes.lua", text)
    out = f"{HOME}/{name}.result.h5"
    command("run", SCENARIO, "--book", book, "-o", out, "--paths", paths, "--lib", OWN)
    return out


OUT = run("plain")


def balances():
    """By bank and class at the date of the book."""
    with h5py.File(BOOK) as book:
        bank, stated, balance = (book[f"loans/{c}"][:] for c in ("bank", "class", "balance"))
        sums = defaultdict(float)
        for b, c, amount in zip(bank, stated, balance):
            sums[b.decode(), int(c)] += amount
        return sums


def test_rows_add_up_to_what_the_book_has():
    amounts, shares = defaultdict(float), defaultdict(float)
    for row in table(OUT, "classes"):
        key = row["scenario"], row["year"], row["bank"], int(row["from"])
        amounts[key] += float(row["amount"])
        shares[key] += float(row["share"])
        assert float(row["share_stderr"]) >= 0
    book = balances()
    assert {key[2:] for key in amounts} == {key for key, sum in book.items() if sum > 0}
    for key, amount in amounts.items():
        assert abs(amount - book[key[2:]]) <= 0.03, (key, amount)  # five rounded to the fen
        assert abs(shares[key] - 1) < 1e-12, (key, shares[key])


def test_paths_are_sums_of_the_matrix():
    bad, special, whole = defaultdict(float), defaultdict(float), defaultdict(float)
    for row in table(OUT, "classes"):
        key = row["scenario"], row["year"], row["bank"]
        whole[key] += float(row["amount"])
        bad[key] += float(row["amount"]) if int(row["to"]) >= 3 else 0
        special[key] += float(row["amount"]) if row["to"] == "2" else 0
    seen = 0
    for row in table(OUT, "class_paths"):
        key = row["scenario"], row["year"], row["bank"]
        if key in whole and row["measure"] in ("npl_ratio", "special_mention_ratio"):
            of = bad if row["measure"] == "npl_ratio" else special
            assert abs(float(row["value"]) - of[key] / whole[key]) < 1e-9
            assert float(row["lo95"]) <= float(row["value"]) <= float(row["hi95"])
            seen += 1
    assert seen == 2 * len(whole)


def of_all(out, measure, scenario="recession"):
    return {row["year"]: float(row["value"]) for row in table(out, "class_paths")
            if row["bank"] == "all" and row["measure"] == measure and row["scenario"] == scenario}


def test_shocks_and_cures_move_what_they_should():
    worse, base = of_all(OUT, "npl_ratio"), of_all(OUT, "npl_ratio", "baseline")
    assert all(worse[year] > base[year] for year in worse)
    assert of_all(OUT, "special_mention_ratio")["2026"] > 2 * of_all(OUT, "special_mention_ratio", "baseline")["2026"]
    never = run("never", [("cure_rate = 0.15", "cure_rate = 0")])
    later = of_all(never, "npl_ratio")
    assert all(later[year] > worse[year] for year in worse)
    assert list(later.values()) == sorted(later.values())
    for name in ("summary", "capital"):
        assert table(never, name) == table(OUT, name)
    # without cures, who defaults once is bad to the end
    defaulted = {row["year"]: float(row["npl_ratio"]) for row in table(never, "years") if row["scenario"] == "recession"}
    for year, share in later.items():
        assert abs(share / defaulted[year] - 1) < 0.15  # balances and exposures; debtors bad elsewhere


def test_bad_loans_are_defaults_where_nobody_is_cured():
    """Balances are exposures, no debtor's loans weigh on its others: every year's ratio is that of table years."""
    n, path = 300, f"{HOME}/equal.book.h5"
    write_book(path, {"id": ["K1", "K2"], "type": ["branch"] * 2},
               {"id": [f"B{i}" for i in range(n)], "pd": [0.02 + 0.0002 * i for i in range(n)], "sector": ["C3071"] * n,
                "region": ["500153"] * n},
               {"id": [f"L{i}" for i in range(n)], "borrower": [f"B{i}" for i in range(n)], "bank": ["K1", "K2"] * (n // 2),
                "balance": [1000.0 + i for i in range(n)], "lgd": [0.4] * n, "class": [3 if i % 50 == 0 else 1 + i % 2 for i in range(n)]})
    out = run("equal", [("cure_rate = 0.15", "cure_rate = 0"), ('rule("cross_default_share")', "1")], book=path)
    for scenario in ("baseline", "recession"):
        want = {row["year"]: float(row["npl_ratio"]) for row in table(out, "years") if row["scenario"] == scenario}
        got = of_all(out, "npl_ratio", scenario)
        for year, share in want.items():
            assert abs(got[year] - share) < 1e-9, (scenario, year, got[year], share)


def test_cured_loans_of_a_debtor_in_stage_2_are_special_mention():
    path, script = f"{HOME}/stage2.book.h5", f"{HOME}/rise.lua"
    n = 40
    write_book(path, {"id": ["K1"], "type": ["branch"]},
               {"id": [f"B{i}" for i in range(n)], "pd": [0.001] * n, "sector": ["C3071"] * n, "region": ["500153"] * n},
               {"id": [f"L{i}" for i in range(2 * n)], "borrower": [f"B{i // 2}" for i in range(2 * n)], "bank": ["K1"] * 2 * n,
                "balance": [1000.0] * 2 * n, "lgd": [0.4] * 2 * n, "class": [3, 1] * n})
    write_text(script, """return scenario {
  name = "rise", title = { en = "Rise" }, years = { 2026, 2030 },
  drivers = { up = pathway { reference = 0, [2026] = 1, [2030] = 1 } },
  borrower = function (b, d) return { pd = b.pd + 0.01 * d.up } end,
}
""")
    write_text(f"{OWN}/classes.lua", RULES.replace("special_days = 365", "special_days = 0").replace("cure_rate = 0.15", "cure_rate = 0.9"))
    out = f"{HOME}/stage2.result.h5"
    command("run", script, "--book", path, "-o", out, "--paths", 200, "--lib", OWN)
    at = {(row["scenario"], row["from"], row["to"]): float(row["share"]) for row in table(out, "classes") if row["year"] == "2029"}
    assert at["rise", "3", "1"] == 0 and at["rise", "3", "2"] > 0.9, at
    assert at["baseline", "3", "1"] > 0.9 and at["baseline", "3", "2"] == 0, at
    write_text(f"{OWN}/classes.lua", RULES)


def test_classes_can_be_followed_on_fewer_paths():
    few = run("few", [("most_paths = 4096", "most_paths = 2048")], paths=6000)
    short = run("short", paths=2048)
    assert table(few, "classes") == table(short, "classes")
    assert table(few, "class_paths") == table(short, "class_paths")


def test_terms_that_make_no_sense_are_refused():
    for old, new, says in (("cure_rate = 0.15", "cure_rate = 1", ["cure_rate", "returned 1", "0 to 0.99"]),
                           ("cure_rate = 0.15", "cures = 0.15", ["cure_rate", "nothing"]),
                           ("special_days = 365", "special_days = 1.5", ["special_days", "whole number"]),
                           ("most_paths = 4096", "most_paths = 10", ["policy", "most_paths", "2048"]),
                           ("cure_rate = 0.15", 'cure_rate = "often"', ["the text 'often' as cure_rate"]),
                           ('rule("loss_days")', "100", ["doubtful_days 270 and loss_days 100", "accepted"])):
        assert old in RULES
        write_text(f"{OWN}/classes.lua", RULES.replace(old, new, 1))
        refused("run", SCENARIO, "--book", BOOK, "--lib", OWN, "-o", f"{HOME}/no.result.h5", "--paths", 10,
                says=["classes.lua", *says])
        assert not os.path.exists(f"{HOME}/no.result.h5")
    write_text(f"{OWN}/classes.lua", RULES)


def test_a_book_without_classes_says_so():
    book = f"{HOME}/none.book.h5"
    small_book(book)
    with h5py.File(book, "a") as file:
        if "class" in file["loans"]:
            del file["loans/class"]
    out = run("none", book=book, paths=100)
    for name in ("classes", "class_paths"):
        assert table(out, name) == []
        text, _ = command("show", out, name, "--format", "text")
        assert "loans.class" in text


def test_matrix_in_chinese():
    text, _ = command("show", OUT, "class_paths", "--format", "text", "--lang", "zh")
    assert "关注类占比" in text and "不良率" in text


run_all(globals())
