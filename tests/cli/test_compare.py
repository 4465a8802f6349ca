"""Two results compared: what differs between the runs, every measure with the error of its difference, derived again from the
kept paths; and the change split into its parts, each of which is the difference of two runs made here by hand."""
import csv
import io
import json
import math
import os
import shutil
import sys
from decimal import Decimal

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, one_factor, refused, run_all, small_book, table, write_book, write_text
from scenarios import carbon, shift

HOME = folder()
N = 4000
BOOK = small_book(f"{HOME}/a.book.h5")
MODEL = one_factor(f"{HOME}/model.lua")
MEASURES = ("el", "sd", "var_95", "var_99", "var_999", "es_95", "es_99", "es_999")


def run(name, *scripts, book=BOOK, seed=11, paths=N, model=MODEL):
    """Scripts are texts: they are kept in a folder of the run's own, so that their names recur."""
    os.makedirs(f"{HOME}/{name}", exist_ok=True)
    files = [write_text(f"{HOME}/{name}/s{i}.lua", text) for i, text in enumerate(scripts)]
    out = f"{HOME}/{name}.result.h5"
    books = book if isinstance(book, (list, tuple)) else [book]
    command("run", *files, *[word for b in books for word in ("--book", b)], "--model", model, "-o", out,
            "--paths", paths, "--seed", seed, "--threads", 2)
    return out


def rows(*words, expect=0):
    out, _ = command("compare", *words, "--format", "csv", expect=expect)
    return list(csv.DictReader(io.StringIO(out, newline="")))


def by(found, *keys):
    return {tuple(row[k] for k in keys): row for row in found}


def paths_of(result):
    """{(scenario, bank or "*"): losses by path in fen}"""
    losses = {}
    names = {(row["scenario"], row["bank"]) for row in table(result, "banks")}
    for s, b in names:
        losses[s, b] = np.zeros(N, dtype=np.int64)
        losses.setdefault((s, "*"), np.zeros(N, dtype=np.int64))
    for row in table(result, "paths"):
        fen = int(Decimal(row["loss"]) * 100)
        losses[row["scenario"], row["bank"]][int(row["path"])] += fen
        losses[row["scenario"], "*"][int(row["path"])] += fen
    return losses


def excess(losses, permille):
    q = np.sort(losses)[-(-N * permille // 1000) - 1]
    return np.maximum(losses - q, 0) / (1 - permille / 1000)


BASE = run("base", carbon(), shift())


# ---- measures ----

def test_a_result_and_itself():
    found = rows(BASE, BASE)
    assert len(found) > 250 and {row["table"] for row in found} >= {"summary", "years", "banks", "sectors", "regions", "classes"}
    for row in found:
        assert (row["verdict"], row["difference"]) == ("equal", "0") and row["a"] == row["b"], row
    text, _ = command("compare", BASE, BASE, "--format", "text")
    assert "Nothing differs between the runs." in text and f"{len(found)} of {len(found)} measures are equal" in text
    assert all(row["verdict"] == "same" for row in rows(BASE, BASE, "--runs"))


def test_values_are_those_of_the_tables():
    other = run("values", carbon(first_price=300), shift())
    found = by(rows(BASE, other), "table", "scenario", "key", "measure")
    for result, side in ((BASE, "a"), (other, "b")):
        for row in table(result, "summary"):
            assert abs(float(found["summary", row["scenario"], "", row["measure"]][side]) - float(row["value"])) < 0.006
        for name, key, fields in (("years", "year", ("default_rate", "el", "npl_ratio")), ("banks", "bank", ("exposure", "es_99")),
                                  ("sectors", "key", ("exposure", "el")), ("regions", "key", ("el",))):
            for row in table(result, name):
                for field in fields:
                    value = float(found[name, row["scenario"], row[key], field][side])
                    assert abs(value - float(row[field])) <= 0.006, (name, row, field)
    assert all(abs(float(row["b"]) - float(row["a"]) - float(row["difference"])) <= 1e-9 * abs(float(row["b"])) + 1e-12
               for row in found.values())


def test_a_scenario_that_does_nothing_against_one_that_shifts():
    """Scenario x does nothing in A and shifts in B: the paired difference is B's own delta, to the error."""
    null, moved = run("null", shift("x", shift=0)), run("moved", shift("x", shift=0.4))
    found = by(rows(null, moved), "table", "scenario", "key", "measure")
    with h5py.File(moved) as file:
        group = file["tables/summary"]
        column = {key: group[key][()] for key in ("value", "delta", "delta_stderr")}
    for i, measure in enumerate(MEASURES):
        row, at = found["summary", "x", "", measure], len(MEASURES) + i
        assert math.isclose(float(row["difference"]), column["delta"][at], rel_tol=1e-9, abs_tol=1e-6), (row, column["delta"][at])
        if not math.isnan(column["delta_stderr"][at]):
            assert row["paired"] == "yes" and math.isclose(float(row["stderr"]), column["delta_stderr"][at], rel_tol=1e-9), (row, column["delta_stderr"][at])
        # and so is the difference of the deltas, A's being 0
        change = found["summary", "x", "", f"delta_{measure}"]
        assert math.isclose(float(change["difference"]), column["delta"][at], rel_tol=1e-9)
        if not measure.startswith("var"):
            assert change["paired"] == "yes" and math.isclose(float(change["stderr"]), column["delta_stderr"][at], rel_tol=1e-6)
    for row in table(moved, "banks"):
        if row["scenario"] == "x":
            for measure in ("el", "es_999"):
                mine = found["banks", "x", row["bank"], measure]
                assert abs(float(mine["stderr"]) - float(row[f"delta_{measure}_stderr"])) < 0.006 and mine["paired"] == "yes"
    for (name, scenario, _, _), row in found.items():
        if scenario == "baseline":
            assert row["verdict"] == "equal", row
    assert found["summary", "x", "", "el"]["verdict"] == "differs"


def test_paired_errors_from_the_paths():
    other = run("other", carbon(first_price=260), shift(shift=0.3))
    found = by(rows(BASE, other), "table", "scenario", "key", "measure")
    a, b = paths_of(BASE), paths_of(other)

    def check(row, d):
        expected = d.std(ddof=1) / math.sqrt(N) / 100
        assert row["paired"] == "yes" and math.isclose(float(row["stderr"]), expected, rel_tol=1e-6), (row, expected)

    for scenario in ("carbon", "shift"):
        for bank in ("*", "bank0", "bank1", "bank2"):
            key = (scenario, bank)
            name = ("summary", scenario, "") if bank == "*" else ("banks", scenario, bank)
            check(found[(*name, "el")], (b[key] - a[key]).astype(float))
            check(found[(*name, "es_99")], excess(b[key], 990) - excess(a[key], 990))
        base = ("baseline", "*")
        change = (b[scenario, "*"] - b[base]) - (a[scenario, "*"] - a[base])
        check(found["summary", scenario, "", "delta_el"], change.astype(float))
        check(found["summary", scenario, "", "delta_es_95"], excess(b[scenario, "*"], 950) - excess(b[base], 950)
              - excess(a[scenario, "*"], 950) + excess(a[base], 950))
    # what has no paths is not paired: the two errors as of two samples
    for row in table(BASE, "years"):
        mine = found["years", row["scenario"], row["year"], "el"]
        theirs = by(table(other, "years"), "scenario", "year")[row["scenario"], row["year"]]
        expected = math.hypot(float(row["el_stderr"]), float(theirs["el_stderr"]))
        assert mine["paired"] == "no" and abs(float(mine["stderr"]) - expected) < 0.02, (mine, expected)


def test_another_seed_is_noise():
    other = run("seed", carbon(), shift(), seed=12)
    found = rows(BASE, other)
    verdicts = [row["verdict"] for row in found]
    assert "yes" not in {row["paired"] for row in found}
    estimated = [row for row in found if row["verdict"] in ("within_noise", "differs")]
    assert verdicts.count("differs") < 0.12 * len(estimated) and len(estimated) > 200, verdicts.count("differs")
    for row in estimated:
        beyond = abs(float(row["difference"])) >= 1.96 * float(row["stderr"])
        assert (row["verdict"] == "differs") == beyond, row
    for row in found:
        if row["table"] == "summary" and row["measure"] in ("el", "es_95"):
            values = [by(table(result, "summary"), "scenario", "measure")[row["scenario"], row["measure"]] for result in (BASE, other)]
            assert abs(float(row["stderr"]) - math.hypot(*(float(v["stderr"]) for v in values))) < 0.02
        if row["measure"] == "var_999":  # four paths beyond the quantile: no error, so no verdict
            assert (row["stderr"], row["verdict"]) == ("", "unknown"), row
        if row["measure"] == "exposure":  # exact
            assert (row["stderr"], row["paired"], row["verdict"]) == ("0", "", "equal"), row
    # other numbers of paths are other draws too
    assert {row["paired"] for row in rows(BASE, run("fewer", carbon(), shift(), paths=2000))} == {"no", ""}


def test_what_one_result_lacks_is_listed():
    other = run("one", carbon(), carbon("more"))
    found = rows(BASE, other)
    only = {(row["scenario"], row["verdict"]) for row in found if row["verdict"].startswith("only")}
    assert only == {("shift", "only_a"), ("more", "only_b")}, only
    for row in found:
        if row["verdict"] == "only_a":
            assert row["a"] and not row["b"] and not row["difference"] and not row["stderr"], row
        if row["scenario"] in ("baseline", "carbon"):
            assert row["verdict"] == "equal", row
    text, _ = command("compare", BASE, other, "--format", "text")
    assert "Only in A: scenario shift\nOnly in B: scenario more\n" in text, text


# ---- runs ----

def test_runs():
    book = small_book(f"{HOME}/runs.book.h5", extra=2)
    other = run("runs", carbon(first_price=201), shift(), book=book, seed=5)
    found = by(rows(BASE, other, "--runs"), "what", "name")
    for key, verdict in ((("book", "a.book.h5"), "differs"), (("scenario", "s0.lua"), "differs"), (("scenario", "s1.lua"), "same"),
                         (("model", "model.lua"), "same"), (("rules", "warning.lua"), "same"), (("setting", "seed"), "differs"),
                         (("setting", "paths"), "same"), (("setting", "version"), "same"), (("setting", "years"), "same"),
                         (("setting", "as_of"), "same"), (("setting", "borrowers"), "differs")):
        assert found[key]["verdict"] == verdict, (key, found[key])
    row = found["book", "a.book.h5"]
    assert row["a"] == BOOK and row["b"] == book and len(row["sha256_a"]) == 64 and row["sha256_a"] != row["sha256_b"]
    line = int(found["scenario", "s0.lua"]["line"])
    assert "201" in carbon(first_price=201).split("\n")[line - 1] and "201" not in "".join(carbon(first_price=201).split("\n")[:line - 1])
    assert (found["setting", "seed"]["a"], found["setting", "seed"]["b"]) == ("11", "5")
    text, _ = command("compare", BASE, other, "--runs", "--format", "text")
    assert "scenario s1.lua" in text.split("The same:")[1] and "s0.lua" in text.split("The same:")[0]


def test_forms():
    other = run("forms", carbon(first_price=300), shift())
    data = json.loads(command("compare", BASE, other, "--format", "json")[0])
    assert len(data) == len(rows(BASE, other)) and data[0]["table"] == "summary" and isinstance(data[0]["a"], float)
    some, _ = command("compare", BASE, other, "--format", "text")
    every, _ = command("compare", BASE, other, "--format", "text", "--all")
    assert "within noise" not in some.split("measures are equal")[0] and every.count("\n") > some.count("\n") + 100
    chinese, _ = command("compare", BASE, other, "--format", "text", "--lang", "zh")
    for word in ("两次运行的不同之处", "相同：", "差异超出误差的指标", "相等指标"):
        assert word in chinese, chinese
    chinese, _ = command("compare", BASE, other, "--split", "--format", "text", "--lang", "zh")
    assert "变动的来源" in chinese and "情景变动" in chinese


def test_refusals():
    refused("compare", BASE, expect=2, says=["two results"])
    refused("compare", BASE, BASE, BASE, expect=2)
    refused("compare", BASE, f"{HOME}/none.result.h5", says=["none.result.h5"])
    refused("compare", BOOK, BASE, says=["a.book.h5"])
    refused("compare", BASE, BASE, "--book-a", BOOK, expect=2, says=["--split"])
    refused("compare", BASE, BASE, "--split", "--all", expect=2)
    cut = f"{HOME}/cut.result.h5"
    with open(BASE, "rb") as file, open(cut, "wb") as to:
        to.write(file.read()[:20000])
    refused("compare", BASE, cut, says=["cut.result.h5"])
    refused("compare", cut, BASE, says=["cut.result.h5"])
    for column, row, value, says in (("path", 7, N, "is not among the paths"), ("path", 7, -1, "is not among the paths"),
                                     ("loss", 3, 2 ** 62, "beyond what sums hold")):
        damaged = shutil.copy(BASE, f"{HOME}/damaged.result.h5")
        with h5py.File(damaged, "r+") as file:
            file[f"tables/paths/{column}"][row] = value
        refused("compare", BASE, damaged, says=["damaged.result.h5", f"row {row}", says])
        refused("compare", damaged, BASE, "--split", says=["damaged.result.h5", f"row {row}", says])


# ---- the split ----

PARTS = ("new_loans", "repaid_loans", "changed_data", "changed_scenario", "changed_version", "noise")


def split(a, b, *words):
    """{(scenario, bank, measure): {column: fen}}; the parts add up to the fen."""
    found = {}
    for row in rows(a, b, "--split", *words):
        fen = {key: int(Decimal(row[key]) * 100) for key in ("a", "b", *PARTS)}
        assert fen["a"] + sum(fen[part] for part in PARTS) == fen["b"], row
        found[row["scenario"], row["bank"], row["measure"]] = {**fen, "note": row["note"]}
    return found


def nonzero(found):
    return {part for row in found.values() for part in PARTS if row[part] != 0}


def columns(book, name):
    with h5py.File(book) as file:
        return {key: [v.decode() if isinstance(v, bytes) else v for v in file[name][key][()]] for key in file[name]}


def variant(name, drop=(), change=False, new=(), **tables):
    """The book without loans, with changed balances and PDs, with new loans."""
    banks, borrowers, loans = (columns(BOOK, t) for t in ("banks", "borrowers", "loans"))
    keep = [i for i, loan in enumerate(loans["id"]) if loan not in drop]
    loans = {key: [values[i] for i in keep] for key, values in loans.items()}
    if change:
        loans["balance"] = [round(v * (1.4 if i % 5 == 0 else 1), 2) for i, v in enumerate(loans["balance"])]
        borrowers["pd"] = [v * (1.1 if i % 4 == 0 else 1) for i, v in enumerate(borrowers["pd"])]
    for loan, borrower, bank in new:
        for key, value in (("id", loan), ("borrower", borrower), ("bank", bank), ("balance", 4e6), ("lgd", 0.5), ("class", 1)):
            loans[key].append(value)
        if bank not in banks["id"]:
            banks["id"].append(bank)
            banks["type"].append("branch")
    return write_book(f"{HOME}/{name}.book.h5", banks, borrowers, loans, **tables)


DROP = [loan for i, loan in enumerate(columns(BOOK, "loans")["id"]) if i % 9 == 4]
NEW = [(f"new-{k}", f"B{7 * k:04d}", f"bank{k % 3}") for k in range(6)]


def values(result):
    """{(scenario, bank, measure): fen} of the tables"""
    found = {}
    for row in table(result, "banks"):
        for measure in ("el", "es_99"):
            found[row["scenario"], row["bank"], measure] = int(Decimal(row[measure]) * 100)
    for row in table(result, "summary"):
        if row["measure"] in ("el", "es_99"):
            found[row["scenario"], "*", row["measure"]] = int(Decimal(row["value"]) * 100)
    return found


def test_nothing_changed():
    found = split(BASE, BASE)
    assert nonzero(found) == set() and len(found) == 3 * 4 * 2
    want = values(BASE)
    assert all(row["a"] == row["b"] == want[key] for key, row in found.items())


def test_one_thing_changed():
    """The part that changed has the right sign, all others are exactly 0."""
    for name, part, sign, made in (
            ("gone", "repaid_loans", -1, lambda n: run(n, carbon(), shift(), book=variant(n, drop=DROP))),
            ("came", "new_loans", 1, lambda n: run(n, carbon(), shift(), book=variant(n, new=NEW))),
            ("grew", "changed_data", 1, lambda n: run(n, carbon(), shift(), book=variant(n, change=True))),
            ("script", "changed_scenario", 0, lambda n: run(n, carbon(first_price=400), shift())),
            ("model", "changed_scenario", 0, lambda n: run(n, carbon(), shift(), model=one_factor(f"{HOME}/r2.lua", r2=0.3))),
            ("draws", "noise", 0, lambda n: run(n, carbon(), shift(), seed=3)),
            ("longer", "noise", 0, lambda n: run(n, carbon(), shift(), paths=6000))):
        found = split(BASE, made(f"only_{name}"))
        assert nonzero(found) == {part}, (name, nonzero(found))
        if sign:
            assert all(row[part] * sign > 0 for key, row in found.items() if key[2] == "el"), name
        if name == "script":
            assert all(row[part] > 0 if key[0] == "carbon" else row[part] == 0 for key, row in found.items() if key[2] == "el")


def test_all_at_once():
    """Each part is the difference of two runs made by hand, on the way that docs/guide/compare.md describes."""
    tonight = variant("tonight", drop=DROP, change=True, new=NEW)
    old, new = (carbon(), shift()), (carbon(first_price=350), shift())
    a, b = BASE, run("tonight", *new, book=tonight, seed=77, paths=3000)
    found = split(a, b)
    assert nonzero(found) == set(PARTS) - {"changed_version"}
    way = [values(a), values(run("way1", *old, book=variant("way1", drop=DROP))),
           values(run("way2", *old, book=variant("way2", drop=DROP, change=True))), values(run("way3", *old, book=tonight)),
           values(run("way4", *new, book=tonight)), values(b)]
    for key, row in found.items():
        steps = [row[part] for part in ("repaid_loans", "changed_data", "new_loans", "changed_scenario", "noise")]
        assert steps == [after[key] - before[key] for before, after in zip(way, way[1:])], (key, row)
        if key[2] == "el":
            assert row["repaid_loans"] < 0 < row["new_loans"] and row["changed_data"] > 0, (key, row)


def test_banks_that_come_and_go():
    drop = [loan for loan, bank in zip(*(columns(BOOK, "loans")[c] for c in ("id", "bank"))) if bank == "bank1"]
    book = variant("bank", drop=drop, new=[("first", "B0000", "bank9")])
    with h5py.File(book, "r+") as file:  # bank1 is no longer a bank
        for key in ("id", "type"):
            kept = [v for v, name in zip(file["banks"][key][()], columns(book, "banks")["id"]) if name != "bank1"]
            del file["banks"][key]
            file["banks"].create_dataset(key, data=kept, dtype=h5py.string_dtype())
    found = split(BASE, run("bank", carbon(), shift(), book=book))
    assert nonzero(found) == {"new_loans", "repaid_loans"}
    for (scenario, bank, measure), row in found.items():
        if bank == "bank1":
            assert row["note"] == "gone_bank" and row["b"] == 0 and row["repaid_loans"] == -row["a"] != 0, row
        elif bank == "bank9":
            assert row["note"] == "new_bank" and row["a"] == 0 and row["new_loans"] == row["b"], row
            assert row["b"] > 0 or measure == "es_99"
        else:
            assert row["note"] == "", row


def test_books_with_collateral_and_row_numbers():
    """A piece that secures a repaid loan serves the others alone, its site goes with its last loan, and references by row number
    are those of the rows that stay."""
    script = """return scenario {
  name = "pledged", title = { en = "Pledged" }, years = { 2026, 2027 },
  drivers = { depth = hazard.events { events = { { name = "rain", rate = 0.4, at = { ["5001"] = 1 } } } } },
  borrower = function (b, d) return { pd = clip(3 * b.pd, 0, 1) } end,
  loan = function (l, b, d)
    local worth = over_collateral(l, function (c) return c.value * (1 - 0.5 * at(c, d.depth) / 1) end)
    return { lgd = clip(0.9 - worth / (2 * l.balance), 0, 1) }
  end,
}
"""

    def book(name, loans, text):
        """loans: numbers of those there are; each pair of loans shares a piece, whose place is a site."""
        n = 12
        piece = {i: f"p{i // 2}" for i in loans}
        order = list(loans)
        there = sorted({piece[i] for i in loans})
        return write_book(
            f"{HOME}/{name}.book.h5", {"id": ["x", "y"]},
            {"id": [f"f{i}" for i in range(n)], "pd": [0.05] * n, "sector": ["C13"] * n, "region": ["500153"] * n},
            {"id": [f"l{i}" for i in order], "borrower": [f"f{i}" for i in order] if text else order,
             "bank": ["xy"[i % 2] for i in order] if text else [i % 2 for i in order],
             "balance": [1e6 + 1e5 * i for i in order], "lgd": [0.5] * len(order)},
            collateral={"id": [piece[i] for i in order], "loan": [f"l{i}" for i in order] if text else list(range(len(order))),
                        "value": [8e5] * len(order)},
            sites={"id": [f"s{p}" for p in there], "collateral": there, "region": ["500153"] * len(there)})

    last, tonight = [0, 1, 2, 3, 4, 5, 6, 7], [0, 2, 3, 6, 8, 9]  # l1, l4, l5, l7 repaid (of p2 both), l8, l9 new
    a = run("pledged_a", script, book=book("pledged_a", last, False))
    b = run("pledged_b", script, book=book("pledged_b", tonight, False))
    both = values(run("pledged_both", script, book=book("pledged_both", [0, 2, 3, 6], True)))
    found = split(a, b)
    assert nonzero(found) == {"new_loans", "repaid_loans"}, nonzero(found)
    for key, row in found.items():
        assert row["repaid_loans"] == both[key] - row["a"] and row["new_loans"] == row["b"] - both[key], (key, row)


def test_two_books_each():
    """Banks report apart; loan ids are each book's own."""
    def part(name, bank, drop=()):
        banks, borrowers, loans = (columns(BOOK, t) for t in ("banks", "borrowers", "loans"))
        keep = [i for i, b in enumerate(loans["bank"]) if b == bank and loans["id"][i] not in drop]
        loans = {key: [v[i] for i in keep] for key, v in loans.items()}
        loans["id"] = [str(k) for k in keep]
        return write_book(f"{HOME}/{name}.book.h5", {"id": [bank], "type": ["branch"]}, borrowers, loans)
    old = [part(f"old_{bank}", bank) for bank in ("bank0", "bank1")]
    new = [part("new_bank0", "bank0", DROP), old[1]]
    found = split(run("two_a", carbon(), book=old), run("two_b", carbon(), book=new))
    assert nonzero(found) == {"repaid_loans"}
    assert all(row["repaid_loans"] == 0 for key, row in found.items() if key[1] == "bank1")


def test_another_program():
    """A recorded loss that this program does not make is the version's."""
    old = shutil.copy(BASE, f"{HOME}/old.result.h5")
    with h5py.File(old, "r+") as file:
        paths = file["tables/paths"]
        at = next(i for i in range(len(paths["loss"])) if paths["loss"][i] > 0)
        paths["loss"][at] += 100 * N  # a yuan on the mean
    for pair, sign in (((old, BASE), -1), ((BASE, old), 1)):
        found = split(*pair)
        assert nonzero(found) == {"changed_version"}
        assert found["baseline", "*", "el"]["changed_version"] == 100 * sign


def test_books_are_found_and_refused():
    book = variant("moved", change=True)
    other = run("moved", carbon(), shift(), book=book)
    before = split(BASE, other)
    os.rename(book, f"{HOME}/elsewhere.book.h5")
    refused("compare", BASE, other, "--split", says=["moved.book.h5"])
    assert split(BASE, other, "--book-b", f"{HOME}/elsewhere.book.h5", "--threads", 1) == before
    err = refused("compare", BASE, other, "--split", "--book-b", BOOK, says=["a.book.h5", "is not the book that the run read"])
    assert len([word for word in err.replace(",", " ").split() if len(word) == 64]) == 2, err
    refused("compare", BASE, other, "--split", "--book-b", BOOK, "--book-b", BOOK, expect=2, says=["--book-b gives 2"])
    # scripts of A read a column that B's book lacks: said with both names
    lacking = variant("lacking")
    with h5py.File(lacking, "r+") as file:
        del file["borrowers/scope1"]
    other = run("lacking", shift(), book=lacking)
    refused("compare", run("reads", carbon(), shift()), other, "--split", says=["reads.result.h5", "lacking.result.h5", "scope1"])
    # and scripts changed on the disk since make no difference
    for name in ("s0.lua", "s1.lua"):
        write_text(f"{HOME}/base/{name}", "return nothing")
    assert nonzero(split(BASE, BASE)) == set()


run_all(globals())
