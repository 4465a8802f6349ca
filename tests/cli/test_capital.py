"""Capital of banks: ties to the losses of other tables, moves only with the climate, and says why where there is none."""
import csv
import io
import math
import os
import shutil
import sys

import h5py
import openpyxl

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, refused, run_all, small_book, table, write_text
from scenarios import shift

HOME = folder()
BOOK = f"{HOME}/demo.book.h5"
command("book", "synth", "--borrowers", 1500, "-o", BOOK)
PATHS = 4000


def run(name, *options, scripts=("recession",), book=BOOK):
    out = f"{HOME}/{name}.result.h5"
    files = [os.path.join(SOURCE, "scenarios", f"{s}.lua") if "/" not in s else s for s in scripts]
    _, said = command("run", *files, "--book", book, "-o", out, "--paths", PATHS, *options)
    return out, said


OUT, _ = run("plain")


def capital(out, **where):
    return [row for row in table(out, "capital") if all(row[k] == v for k, v in where.items())]


def one(out, **where):
    rows = capital(out, **where)
    assert len(rows) == 1, (where, rows)
    return rows[0]


def test_ratios_as_reported_come_first():
    assert abs(float(one(OUT, year="2025", bank="RC01", measure="car")["value"]) - 0.133) < 1e-8
    assert not capital(OUT, year="2025", scenario="recession")


def bank_column(name):
    """By bank id."""
    with h5py.File(BOOK) as book:
        ids = book["banks/id"].asstr()[:]
        return dict(zip(ids, book[f"banks/{name}"][:]))


def test_held_ratio_ties_to_expected_losses():
    """Baseline's stays; a scenario's falls by the difference of losses: mean of a ratio of one unknown."""
    for bank in ("RC01", "RC02", "RC03"):
        reported = float(one(OUT, year="2025", bank=bank, measure="car")["value"])
        for year in range(2026, 2031):
            row = one(OUT, scenario="baseline", year=str(year), bank=bank, measure="car_held")
            assert all(abs(float(row[k]) - reported) < 1e-8 for k in ("value", "p05", "p95"))
    book = {r["bank"]: r for r in table(OUT, "banks") if r["scenario"] == "recession"}
    rwa, total = bank_column("rwa"), bank_column("total_capital")
    for bank in ("RC01", "RC02"):
        delta = float(book[bank]["delta_el"])
        held = float(one(OUT, scenario="recession", year="2030", bank=bank, measure="car_held")["value"])
        linear = (total[bank] - delta) / (rwa[bank] - delta)
        assert held < total[bank] / rwa[bank] and abs(held - linear) < 0.0005, (bank, held, linear)


def test_losses_pass_through_the_account_once():
    """Over the horizon: allowance at the end = reported + impairments, as nothing is written off."""
    provisions = bank_column("provisions")
    for scenario in ("baseline", "recession"):
        for bank in ("RC01", "RC02", "RC03"):
            last = float(one(OUT, scenario=scenario, year="2030", bank=bank, measure="allowance")["value"])
            charged = sum(float(r["value"]) for r in capital(OUT, scenario=scenario, bank=bank, measure="impairment"))
            assert abs(provisions[bank] + charged - last) < 0.05, (scenario, bank)


def test_shocks_lower_capital_and_raise_breaches():
    # Capital, not its ratio: where reserves bear the losses, assets net of provisions fall faster.
    base = {r["bank"]: r for r in capital(OUT, scenario="baseline", year="2030", measure="total_capital")}
    hit = {r["bank"]: r for r in capital(OUT, scenario="recession", year="2030", measure="total_capital")}
    assert set(base) == set(hit) == {"RC01", "RC02", "RC03"}
    for bank in base:
        assert float(hit[bank]["value"]) < float(base[bank]["value"])
        assert float(hit[bank]["p05"]) <= float(hit[bank]["p50"]) <= float(hit[bank]["p95"])
    rows = {(r["scenario"], r["year"], r["bank"], r["requirement"]): r for r in table(OUT, "breaches")}
    for (scenario, year, bank, requirement), row in rows.items():
        assert float(row["lo95"]) <= float(row["probability"]) <= float(row["hi95"])
        if year:
            assert float(row["probability"]) <= float(rows[scenario, "", bank, requirement]["probability"]) + 1e-12
        if requirement.endswith("_minimum") and requirement.split("_")[0] in ("cet1", "tier1", "total"):
            buffered = rows[scenario, year, bank, requirement.replace("minimum", "with_buffer")]
            assert float(row["probability"]) <= float(buffered["probability"])


def test_branches_have_consumption_and_no_ratio():
    rows = capital(OUT, bank="RC04")
    assert {r["measure"] for r in rows} == {"capital_consumption"} and len(rows) == 2
    el = {r["scenario"]: float(r["el"]) for r in table(OUT, "banks") if r["bank"] == "RC04"}
    ratio = {r["scenario"]: float(r["value"]) for r in rows}
    assert abs(el["recession"] / el["baseline"] - ratio["recession"] / ratio["baseline"]) < 1e-6


def test_joint_breaches_add_up():
    for scenario in ("baseline", "recession"):
        rows = [r for r in table(OUT, "joint") if r["scenario"] == scenario and r["kind"] == "banks"]
        assert [int(r["banks"]) for r in rows] == [0, 1, 2, 3]
        assert abs(sum(float(r["probability"]) for r in rows) - 1) < 1e-9
        least = [float(r["at_least"]) for r in rows]
        assert least[0] == 1 and least == sorted(least, reverse=True)
        minima = [r for r in table(OUT, "breaches") if r["scenario"] == scenario and not r["year"]
                  and r["requirement"] in ("cet1_minimum", "tier1_minimum", "total_minimum")]
        some = 1 - float(rows[0]["probability"])
        assert some <= sum(float(r["probability"]) for r in minima) + 1e-9
        assert some >= max(float(r["probability"]) for r in minima) - 1e-9


def test_ways_of_running_the_balance_sheet():
    out, _ = run("ways", "--balance-sheet", "static,runoff,rebalanced")
    plain = capital(OUT)
    static = [r for r in capital(out) if r["balance_sheet"] in ("static", "reported")]
    assert static == plain
    for bank in ("RC01", "RC02"):
        value = {w: {m: float(one(out, scenario="recession", year="2030", bank=bank, measure=m, balance_sheet=w)["value"])
                     for m in ("rwa", "npl_ratio", "impairment")} for w in ("static", "runoff", "rebalanced")}
        assert value["runoff"]["rwa"] < 0.9 * value["static"]["rwa"]
        assert value["runoff"]["impairment"] < value["static"]["impairment"]
        assert value["rebalanced"]["npl_ratio"] <= value["static"]["npl_ratio"]
    refused("run", "x.lua", "--book", BOOK, "--balance-sheet", "static,growing", expect=2, says=["growing", "rebalanced"])


def test_amounts_are_scaled_and_ratios_in_percent():
    text, _ = command("show", OUT, "capital", "--format", "text")
    assert "CNY; rates in %" in text.splitlines()[0]
    scale = 1e8 if "100 million" in text.splitlines()[0] else 1e4
    for line in text.splitlines()[2:]:
        cells = line.split()
        if cells[:4] in (["baseline", "2025", "RC01", "car"], ["baseline", "2025", "RC01", "capital_buffer"]):
            row = one(OUT, year="2025", bank="RC01", measure=cells[3])
            shown = float(row["value"]) * 100 if cells[3] == "car" else float(row["value"]) / scale
            assert abs(float(cells[4]) - shown) < 0.006 * max(1, abs(shown) / 100), (line, shown)
    into = f"{HOME}/capital.xlsx"
    command("show", OUT, "capital", "-o", into)
    sheet = openpyxl.load_workbook(into)["capital"]
    formats = {row[3].value: row[4].number_format for row in sheet.iter_rows(min_row=2)}
    assert formats["car"] == formats["coverage_ratio"] == "0.00%"
    assert formats["rwa"] == formats["net_income"] == formats["capital_buffer"] == "#,##0.00"


def test_compared_with_another_seed():
    other, _ = run("seeded", "--seed", 7)
    text, _ = command("compare", OUT, other, "--format", "csv")
    found = [r for r in csv.DictReader(io.StringIO(text)) if r["table"] in ("capital", "breaches", "joint")]
    values = {}
    for out in (OUT, other):
        for row in table(out, "capital"):
            key = "/".join(("capital", row["scenario"], f"{row['year']}/{row['bank']}/{row['balance_sheet']}", row["measure"]))
            values.setdefault(key, []).append(row)
    looked_at, beyond = 0, 0
    for row in found:
        a, b, error = (float(row[k] or "nan") for k in ("a", "b", "stderr"))
        if row["table"] == "capital" and row["measure"] in ("car", "net_income", "npl_ratio"):
            mine, theirs = values["/".join(("capital", row["scenario"], row["key"], row["measure"]))]
            assert (a, b) == (float(mine["value"]), float(theirs["value"]))
            halves = [(float(r["hi95"]) - float(r["lo95"])) / 2 / 1.96 for r in (mine, theirs)]
            assert math.isclose(error, math.hypot(*halves), rel_tol=1e-6, abs_tol=1e-12)
            looked_at += 1
        if a != b:
            beyond += row["verdict"] == "differs"
            assert row["verdict"] == ("within_noise" if abs(b - a) < 1.96 * error else "differs") or math.isnan(error)
    assert looked_at > 50 and beyond < 0.15 * len(found), (looked_at, beyond, len(found))
    assert {r["table"] for r in found} == {"capital", "breaches", "joint"}
    assert not [r for r in found if "SYN" in r["key"]]
    same, _ = command("compare", OUT, OUT, "--format", "csv")
    assert {r["verdict"] for r in csv.DictReader(io.StringIO(same))} == {"equal"}


def test_terms_that_make_no_sense_are_refused():
    own = f"{HOME}/lib"
    shutil.copytree(os.path.join(SOURCE, "scenarios", "lib"), own)
    with open(f"{own}/capital.lua", encoding="utf-8") as file:
        text = file.read()
    for old, new, says in (("payout = 0.30", "payout = 2", ["payout", "returned 2", "0 to 1"]),
                           ("payout = 0.30", "pay_out = 0.30", ["payout", "nothing"]),
                           ("write_off_years = 0", "write_off_years = 1.5", ["write_off_years", "whole number"]),
                           ("life_years = 3", "life_years = 0", ["policy", "life_years", "1 to 40"])):
        assert old in text
        write_text(f"{own}/capital.lua", text.replace(old, new, 1))
        refused("run", os.path.join(SOURCE, "scenarios", "recession.lua"), "--book", BOOK, "--lib", own, "-o", f"{HOME}/no.result.h5",
                "--paths", 10, says=["capital.lua", *says])
        assert not os.path.exists(f"{HOME}/no.result.h5")


def test_written_off_loans_leave_the_npl():
    own = f"{HOME}/lib_write_off"
    shutil.copytree(os.path.join(SOURCE, "scenarios", "lib"), own)
    with open(f"{own}/capital.lua", encoding="utf-8") as file:
        text = file.read().replace("write_off_years = 0", "write_off_years = 1", 1)
    write_text(f"{own}/capital.lua", text)
    out, _ = run("write_off", "--lib", own)
    for bank in ("RC01", "RC02", "RC03"):
        rows = {m: [one(o, scenario="recession", year="2030", bank=bank, measure=m) for o in (OUT, out)]
                for m in ("npl_ratio", "allowance")}
        assert float(rows["npl_ratio"][1]["value"]) < float(rows["npl_ratio"][0]["value"])
        assert float(rows["allowance"][1]["value"]) < float(rows["allowance"][0]["value"])


def test_measures_are_named_in_chinese():
    text, _ = command("show", OUT, "capital", "--format", "text", "--lang", "zh", "--rows", 60)
    assert "资本充足率" in text and "拨备覆盖率" in text and "静态" in text
    assert not any(key in text for key in ("coverage_ratio", "car_q050", "net_income", "static")), text
    text, _ = command("show", OUT, "breaches", "--format", "text", "--lang", "zh")
    assert "总资本要求（含储备资本）" in text and "total_with_buffer" not in text


def test_no_shock_is_no_change():
    out, _ = run("null", scripts=(write_text(f"{HOME}/null.lua", shift("null", 2030, 0)),))

    def rows(scenario):
        return [{k: v for k, v in r.items() if k != "scenario"} for r in capital(out, scenario=scenario)
                if r["balance_sheet"] != "reported"]
    assert rows("null") == rows("baseline")


def test_threads_change_nothing():
    out, _ = run("threads", "--threads", 3)
    for name in ("capital", "breaches", "joint"):
        assert table(out, name) == table(OUT, name)


def test_a_book_without_capital_says_so():
    """Its two branches have their consumption, its legal person states nothing."""
    out, _ = run("small", book=small_book(f"{HOME}/small.book.h5"))
    assert {r["measure"] for r in table(out, "capital")} == {"capital_consumption"}
    assert table(out, "breaches") == []
    text, _ = command("show", out, "breaches", "--format", "text")
    assert "cet1" in text and "rwa" in text, text
    chinese, _ = command("show", out, "joint", "--format", "text", "--lang", "zh")
    assert "法人" in chinese, chinese


run_all(globals())
