"""Warnings from run to run: --previous, --fail-on, grades and their tables, end to end on a small book."""
import hashlib
import json
import math
import os
import sys

import h5py

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, all_tables, command, folder, refused, run_all, table, write_book, write_text

HOME = folder()
N = 24
SHIFT = write_text(f"{HOME}/shift.lua", """
return scenario { name = "shift", title = { en = "shift", zh = "平移" }, years = { 2026, 2027 },
  drivers = { s = pathway { unit = "ratio", reference = 0, [2026] = 0.2 } },
  borrower = function (b, d) return { pd = logistic(logit(b.pd) + d.s) } end }
""")


def book(name, pds=None, as_of="2025-12-31", n=N, **options):
    pds = pds or [0.004 * (i + 1) for i in range(n)]
    borrowers = {"id": [f"B{i:02d}" for i in range(n)], "pd": pds,
                 "sector": [("C3071", "C3130", "A0111")[i % 3] for i in range(n)],
                 "region": ["500153001" if i % 2 else "500153002" for i in range(n)],
                 "env_class": ["A", "B", "C"] * (n // 3), "env_credit": (["green", "black"] + [""] * (n - 2)),
                 "revenue": [1e6] * n, "operating_cost": [8e5] * n, "depreciation": [5e4] * n,
                 "interest": [5e4 if i or n < N else 3e5 for i in range(n)]}  # cover 3, or 0.5
    loans = {"id": [f"L{i}" for i in range(2 * n)], "borrower": [f"B{i // 2:02d}" for i in range(2 * n)],
             "bank": ["K1" if i % 2 else "K2" for i in range(2 * n)],
             "balance": [1e6 + 1e5 * (i % 7) for i in range(2 * n)], "lgd": [0.4] * (2 * n),
             "days_overdue": [100.0 if i // 2 == 20 else 0.0 for i in range(2 * n)]}
    return write_book(f"{HOME}/{name}.book.h5", {"id": ["K1", "K2"], "type": ["branch", "legal_person"]}, borrowers, loans,
                      as_of=as_of, **options)


BOOK = book("a")


def run(name, *options, of=BOOK, expect=0, paths=400):
    out = f"{HOME}/{name}.result.h5"
    _, said = command("run", SHIFT, "--book", of, "-o", out, "--paths", paths, *options, expect=expect)
    return out, said


FIRST, _ = run("first")


def levels(result, **wanted):
    return {(r["scenario"], r["subject"], r["key"], r["indicator"]): r for r in table(result, "warnings")
            if all(r[k] == v for k, v in wanted.items())}


def test_without_previous():
    rows = table(FIRST, "warnings")
    assert {r["previous"] for r in rows} == {""}
    assert {r["status"] for r in rows if r["level"] != "none"} == {"new"}
    states = table(FIRST, "warning_state")
    assert [(s["scenario"], s["subject"], s["key"], s["indicator"], s["level"]) for s in states] == \
        [(r["scenario"], r["subject"], r["key"], r["indicator"], r["level"]) for r in rows if r["level"] != "none"]
    assert {(s["since"], s["calm_runs"]) for s in states} == {("2025-12-31", "0")}
    assert {r["subject"] for r in rows} == {"borrower", "sector", "region", "cell", "bank", "district"}


def test_interest_cover_is_the_scenario_s_where_it_tells_it():
    """150,000 before interest; the second year's cost takes 110,000 of it from firms in one region."""
    script = f"{HOME}/cost.lua"
    write_text(script, """return scenario {
  name = "cost",
  title = { en = "Cost" },
  years = { 2026, 2027 },
  drivers = { cost = pathway { unit = "CNY", reference = 0, [2026] = 0, [2027] = 110000 } },
  applies = function (b) return b.region:eq("500153001") end,
  borrower = function (b, d)
    local ebit = b.revenue - b.operating_cost - b.depreciation - d.cost
    return { pd = b.pd, cover = ebit / b.interest }
  end,
}
""")
    out = f"{HOME}/cost.result.h5"
    command("run", script, "--book", BOOK, "-o", out, "--paths", 100)
    found = {(r["scenario"], r["key"]): r for r in table(out, "warnings") if r["indicator"] == "interest_cover"}
    told, silent = found["cost", "B01"], found["cost", "B00"]
    assert abs(float(told["value"]) - 40000 / 50000) < 1e-12 and told["level"] == "orange", told
    assert told["reason"] == "interest_cover:0.8" and told["year"] == "" and told["lo95"] == told["value"]
    assert (float(silent["value"]), silent["level"]) == (0.5, "red")  # out of scope: last year's accounts
    assert ("baseline", "B01") not in found or found["baseline", "B01"]["level"] == "none"  # 3 times
    rows = {r["borrower"]: r for r in table(out, "borrowers") if r["scenario"] == "cost"}
    assert "worse_cover:0.8" in rows["B01"]["reasons"] and "worse_cover" not in rows["B02"]["reasons"]
    assert not any(r["key"] == "B20" and r["scenario"] == "cost" and r["indicator"] == "interest_cover"
                   and r["level"] != "none" for r in table(out, "warnings"))  # in default


def test_grades_and_their_tables():
    grades = {r["borrower"]: r for r in table(FIRST, "borrowers") if r["scenario"] == "baseline"}
    assert grades["B20"]["stress_grade"] == "D" and "in_default" in grades["B20"]["reasons"]
    assert "worse_cover:0.5" in grades["B00"]["reasons"].split(";")  # 150,000 of 300,000
    assert grades["B01"]["env_class"] == "B" and grades["B01"]["env_credit"] == "black"
    assert grades["B01"]["level"] == "red" and grades["B01"]["stress_grade"] == "S4"  # the colour warns, and grades not
    assert all(r["reasons"] for r in grades.values())
    whole = {(r["scenario"], r["stress_grade"]): r for r in table(FIRST, "grades")}
    for name in ("grade_banks", "grade_cells"):
        sums = {}
        for r in table(FIRST, name):
            at = sums.setdefault((r["scenario"], r["stress_grade"]), [0, 0.0])
            at[0] += int(r["borrowers"])
            at[1] += float(r["el"])
        assert sums.keys() == whole.keys()
        for key, (n, el) in sums.items():
            assert n == int(whole[key]["borrowers"]) * (2 if name == "grade_banks" else 1)  # two banks each
            assert abs(el - float(whole[key]["el"])) < 0.05, (name, key)
    banks = {(r["scenario"], r["bank"]): float(r["el"]) for r in table(FIRST, "banks")}
    for key, el in banks.items():  # parted among banks as the simulation does it
        mine = sum(float(r["el"]) for r in table(FIRST, "grade_banks") if (r["scenario"], r["bank"]) == key)
        assert abs(mine - el) < 0.2, (key, mine, el)
    shares = {}
    for r in table(FIRST, "grade_migration"):
        shares.setdefault((r["scenario"], r["from"]), []).append(float(r["share"]))
        assert r["scenario"] == "shift"
    assert all(abs(sum(s) - 1) < 1e-12 for s in shares.values())
    assert {f for _, f in shares} == {g for s, g in whole if s == "baseline"}


def test_bounds_without_defaults():
    """Pluto and Tasche without defaults: p = 1 - (1 - confidence)^(1 / n), n this grade and all worse ones."""
    clean = book("clean", n=6, pds=[0.0005, 0.0005, 0.003, 0.003, 0.05, 0.05])
    result, _ = run("clean", of=clean)
    rows = [r for r in table(result, "grade_bounds") if r["bank"] == "K1"]
    assert [(r["stress_grade"], r["borrowers"], r["defaults_observed"], r["pool"]) for r in rows] == \
        [("S1", "2", "0", "6"), ("S3", "2", "0", "4"), ("S7", "2", "0", "2")]
    for r in rows:
        assert abs(float(r["pd_upper"]) - (1 - 0.25 ** (1 / int(r["pool"])))) < 1e-9
    assert abs(float(rows[0]["mean_pd"]) - 0.0005) < 1e-12
    defaulted = [r for r in table(FIRST, "grade_bounds") if r["bank"] == "K2"]
    assert sum(int(r["defaults_observed"]) for r in defaulted) == 1
    assert next(r for r in defaulted if r["defaults_observed"] == "1")["stress_grade"] == "S8"  # of its own PD, 8.4 %


def test_nothing_moves_on_the_same_seed():
    second, _ = run("second", "--previous", FIRST)
    before, now = levels(FIRST), levels(second)
    assert before.keys() == now.keys()
    for key, row in now.items():
        assert row["level"] == row["previous"] == before[key]["level"]
        assert row["status"] in ("", "kept", "uncertain")
    assert table(second, "warning_state") == table(FIRST, "warning_state")


def test_the_run_names_its_previous():
    second, _ = run("named", "--previous", FIRST)
    facts = {r["key"]: r["value"] for r in table(second, "run")}
    with open(FIRST, "rb") as file:
        assert facts[f"sha256:{FIRST}"] == hashlib.sha256(file.read()).hexdigest()
    assert facts["previous"] == FIRST and facts["previous_warnings_dropped"] == "0"
    assert int(facts["previous_warnings"]) == len(table(FIRST, "warning_state"))


def test_twenty_nights_with_new_seeds():
    """What the whole machine does on a frozen book: levels may rise once where an interval allows it; none falls."""
    last, ups, rank = FIRST, 0, ["none", "blue", "yellow", "orange", "red"]
    for night in range(20):
        out, _ = run(f"night{night % 2}", "--previous", last, "--seed", 100 + night, paths=200)
        for row in levels(out).values():
            assert row["status"] not in ("lowered",), row
            assert rank.index(row["level"]) >= rank.index(row["previous"]), row
            ups += row["status"] in ("raised", "new")
            if row["subject"] == "borrower":  # no sampling error
                assert row["level"] == row["previous"]
        last = out
    print(f"20 nights with new seeds: {ups} levels raised, none lowered")


def test_deterioration_and_improvement():
    worse = book("worse", pds=[0.004 * (i + 1) if i != 3 else 0.3 for i in range(N)], as_of="2026-01-31")
    up, _ = run("up", "--previous", FIRST, of=worse)
    key = ("baseline", "borrower", "B03", "pd_stressed")
    assert (levels(up)[key]["level"], levels(up)[key]["status"]) == ("red", "new")
    months = ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31",
              "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31",
              "2027-04-30", "2027-05-31"]
    last, moves = up, []
    for i, month in enumerate(months):
        better = book("better", as_of=month)
        out, _ = run(f"month{i % 2}", "--previous", last, of=better)
        row = levels(out).get(key)
        if row and row["status"] == "lowered":
            moves.append((month, row["level"]))
        elif row:
            assert row["status"] == "kept" and "kept" in row["reason"].split(";")
        if row and row["level"] == "red":
            grade = next(r for r in table(out, "borrowers") if r["scenario"] == "baseline" and r["borrower"] == "B03")
            assert grade["level"] == "red" and grade["stress_grade"] == "S5" and "kept" in grade["reasons"]
        last = out
    assert moves == [("2026-07-31", "orange"), ("2026-10-31", "yellow"), ("2027-01-31", "blue"),
                     ("2027-04-30", "none")], moves
    assert key not in levels(last)


def test_subjects_that_are_gone():
    smaller = book("smaller", n=N - 3, pds=[0.004 * (i + 1) for i in range(N - 3)])
    out, said = run("smaller", "--previous", FIRST, of=smaller)
    gone = sum(s["subject"] == "borrower" and s["key"] in ("B21", "B22", "B23") for s in table(FIRST, "warning_state"))
    assert gone > 0 and f"{gone} warnings of the previous result" in said, said
    assert {r["key"]: r["value"] for r in table(out, "run")}["previous_warnings_dropped"] == str(gone)


def test_previous_that_is_refused():
    def tried(previous, expect, says, of=BOOK, out=f"{HOME}/no.result.h5"):
        refused("run", SHIFT, "--book", of, "-o", out, "--paths", 100, "--previous", previous, expect=expect, says=says)
        assert not os.path.exists(f"{HOME}/no.result.h5")

    tried(BOOK, 3, ["a.book.h5"])
    tried(f"{HOME}/nowhere.h5", 3, ["nowhere.h5"])
    tried(write_text(f"{HOME}/text.h5", "text"), 3, ["text.h5"])
    dollars = book("dollars")
    with h5py.File(dollars, "r+") as file:
        file.attrs["currency"] = "USD"
    tried(FIRST, 3, ["first.result.h5", "CNY", "USD"], of=dollars)
    older = book("older", as_of="2025-11-30")
    tried(FIRST, 3, ["2025-12-31", "2025-11-30"], of=older)
    tried(FIRST, 2, ["would be replaced"], out=FIRST)


def test_slabs():
    whole, _ = run("whole", "--previous", FIRST, "--seed", 3)
    parted, _ = run("parted", "--previous", FIRST, "--seed", 3, "--book-slabs", 5)
    expected, found = all_tables(whole), all_tables(parted)
    for name, text in expected.items():
        assert found[name] == text, name


def test_fail_on():
    for level, expect in (("red", 4), ("blue", 4)):
        out, said = run("limit", "--fail-on", level, expect=expect)
        rows = table(out, "warnings")  # the result is there, and whole
        rank = ["blue", "yellow", "orange", "red"]
        above = [r for r in rows if r["level"] != "none" and rank.index(r["level"]) >= rank.index(level)]
        last = said.strip().splitlines()[-1]
        assert last.startswith(f"plimsoll: {len(above)} warnings at level {level} or above"), said
        assert above[0]["key"] in last and above[0]["indicator"] in last
    calm = book("calm", n=3, pds=[0.001] * 3)
    with h5py.File(calm, "r+") as file:
        del file["borrowers/env_credit"]
    run("calm", "--fail-on", "blue", of=calm)  # nothing to say: exit 0
    _, said = command("run", SHIFT, "--book", BOOK, "-o", f"{HOME}/no.result.h5", "--dry-run", "--fail-on", "blue")
    _, said = command("run", SHIFT, "--book", BOOK, "-o", f"{HOME}/l.result.h5", "--paths", 100, "--fail-on", "red",
                      "--log", "json", expect=4)
    assert json.loads(said.strip().splitlines()[-1]) == {"event": "end", "exit": 4}
    refused("run", SHIFT, "--book", BOOK, "--fail-on", "purple", expect=2, says=["blue|yellow|orange|red"])


def thin_book():
    """A synthetic book with balance sheets. RC01 holds 9 % of its assets: above the requirement, below that with buffer."""
    path = f"{HOME}/thin.book.h5"
    command("book", "synth", "--borrowers", 300, "-o", path)
    with h5py.File(path, "r+") as file:
        at = list(file["banks/id"].asstr()[:]).index("RC01")
        file["banks/rwa"][at] = file["banks/total_capital"][at] / 0.09
    return path


def test_banks_are_warned_of_by_their_capital():
    """Levels, values and reasons of banks against what tables breaches, capital and banks of the same run say."""
    out, parted = (f"{HOME}/{name}.result.h5" for name in ("thin", "thin_slabs"))
    recession, of = os.path.join(SOURCE, "scenarios", "recession.lua"), thin_book()
    command("run", recession, "--book", of, "-o", out, "--paths", 2000, "--balance-sheet", "static,runoff")
    found = {(r["scenario"], r["key"], r["indicator"]): r for r in table(out, "warnings") if r["subject"] == "bank"}
    ever = {(r["scenario"], r["bank"]): r for r in table(out, "breaches")
            if not r["year"] and r["requirement"] == "total_minimum" and r["balance_sheet"] == "static"}
    assert {(s, k) for s, k, i in found if i == "capital_breach"} == set(ever) and len(ever) == 2 * 3
    for (scenario, bank), row in ever.items():
        mine = found[scenario, bank, "capital_breach"]
        assert (mine["value"], mine["lo95"], mine["hi95"]) == (row["probability"], row["lo95"], row["hi95"])
        reached = sum(float(row["lo95"]) >= bound for bound in (0.001, 0.01, 0.05, 0.1))
        assert mine["level"] == ("none", "blue", "yellow", "orange", "red")[reached], mine
    worst = found["recession", "RC01", "capital_breach"]
    assert worst["level"] in ("orange", "red") and worst["status"] == "new", worst
    assert worst["reason"].startswith("capital_breach:"), worst

    buffers = {r["bank"]: float(r["value"]) for r in table(out, "capital")
               if r["measure"] == "capital_buffer" and r["balance_sheet"] == "reported"}
    tails = {(r["scenario"], r["bank"]): float(r["es_999"]) for r in table(out, "banks")}
    assert buffers["RC01"] < 0 < min(buffers["RC02"], buffers["RC03"])
    for scenario, bank in ever:
        mine = found[scenario, bank, "es_999_buffer"]
        if bank == "RC01":
            assert (mine["value"], mine["level"], mine["reason"]) == ("", "red", "no_buffer"), mine
        else:
            assert math.isclose(float(mine["value"]), tails[scenario, bank] / buffers[bank], rel_tol=1e-8), mine  # fen
            assert mine["level"] == "none" or mine["reason"].startswith("es_999_buffer:"), mine
    assert not [k for k in found if k[1] == "RC04" and k[2] in ("capital_breach", "es_999_buffer")]  # a branch

    command("run", recession, "--book", of, "-o", parted, "--paths", 2000, "--balance-sheet", "static,runoff",
            "--book-slabs", 4)
    for name in ("warnings", "warning_state", "breaches", "capital"):
        assert table(parted, name) == table(out, name), name


def test_a_bank_that_no_longer_states_its_capital_keeps_its_level():
    first, second, of = f"{HOME}/stated.result.h5", f"{HOME}/silent.result.h5", thin_book()
    command("run", SHIFT, "--book", of, "-o", first, "--paths", 200)
    with h5py.File(of, "r+") as file:
        for name in ("cet1", "tier1", "total_capital", "rwa", "ppnr"):
            del file[f"banks/{name}"]
    command("run", SHIFT, "--book", of, "-o", second, "--paths", 200, "--previous", first)
    mine = [r for r in table(second, "warnings") if r["indicator"] == "es_999_buffer" and r["key"] == "RC01"]
    assert len(mine) == 2 and all((r["level"], r["value"]) == ("red", "") and r["reason"].startswith("no_value") for r in mine), mine
    assert not [r for r in table(second, "capital") if r["measure"] == "capital_buffer"]


def test_a_run_speaks_chinese():
    out = f"{HOME}/zh.result.h5"
    _, said = command("run", SHIFT, "--book", BOOK, "-o", out, "--paths", 400, "--previous", FIRST, "--book-slabs", 3, "--fail-on", "blue",
                      "--lang", "zh", expect=4)
    _, dry = command("run", SHIFT, "--book", BOOK, "-o", f"{HOME}/dry.result.h5", "--dry-run", "--lang", "zh")
    few = book("few", pds=[0.01] * 3, n=3)
    _, gone = command("run", SHIFT, "--book", few, "-o", f"{HOME}/zh2.result.h5", "--paths", 3000, "--tail", 2, "--previous", FIRST,
                      "--lang", "zh")
    _, precise = command("run", SHIFT, "--book", few, "-o", f"{HOME}/zh3.result.h5", "--precision", "3%", "--lang", "zh")
    assert "已略去" in gone and "尾部：" in gone and "约需" in precise, (gone, precise)
    for line in (said + dry + gone + precise).splitlines():
        assert any("\u4e00" <= c <= "\u9fff" for c in line), line
    assert "分 3 块处理" in said and "达到或高于 blue 级" in said, said


def test_a_chinese_screen_names_indicators():
    text, _ = command("show", FIRST, "warnings", "--format", "text", "--lang", "zh")
    rows = text.split("\n\n")[0].splitlines()[2:]
    assert any("年预期损失率" in row for row in rows) and any("环境信用" in row for row in rows)
    cells = [word for row in rows for word in row.split()]
    assert not {"pd_stressed", "pd_ratio", "env_credit", "el_rate_annual", "npl_ratio", "ratio", "points", "times"} & set(cells)
    english, _ = command("show", FIRST, "warnings", "--format", "text")
    assert any(row.split()[3:5] == ["el_rate_annual", "ratio"] for row in english.splitlines() if row.count("  ") > 3)


run_all(globals())
