"""Numbers of each table derived again, from the inputs or from other tables, in Python."""
import math
import os
import sys
from decimal import Decimal

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, one_factor, run_all, small_book, table, write_text
from scenarios import carbon, shift

HOME = folder()
N = 4000
BOOK = small_book(f"{HOME}/a.book.h5")
MODEL = one_factor(f"{HOME}/model.lua")
OUT = f"{HOME}/a.result.h5"
command("run", write_text(f"{HOME}/carbon.lua", carbon()), write_text(f"{HOME}/shift.lua", shift()),
        "--book", BOOK, "--model", MODEL, "-o", OUT, "--paths", N, "--seed", 11)
NAMES = ("baseline", "carbon", "shift")

with h5py.File(BOOK) as file:
    BORROWERS = {key: file["borrowers"][key][()] for key in file["borrowers"]}
    LOANS = {key: file["loans"][key][()] for key in file["loans"]}
TEXT = [t.decode() for t in LOANS["borrower"]]
PD = dict(zip((t.decode() for t in BORROWERS["id"]), BORROWERS["pd"]))
ALIVE = {name for name, c in zip(TEXT, LOANS["class"]) if c < 3}
SECTOR = dict(zip((t.decode() for t in BORROWERS["id"]), (t.decode() for t in BORROWERS["sector"])))


def fen(text):
    return int(Decimal(text) * 100)


def path_losses():
    losses = {name: {"*": np.zeros(N, dtype=np.int64)} for name in NAMES}
    for row in table(OUT, "paths"):
        mine = losses[row["scenario"]]
        mine.setdefault(row["bank"], np.zeros(N, dtype=np.int64))[int(row["path"])] += fen(row["loss"])
        mine["*"][int(row["path"])] += fen(row["loss"])
    return losses


LOSS = path_losses()


def close(text, value, what, digits=2):
    assert abs(float(text) - value) <= 0.51 * 10 ** -digits + 1e-9 * abs(value), f"{what}: {text}, not {value}"


def tail(losses, permille):
    ordered = np.sort(losses)
    var = int(ordered[-(-N * permille // 1000) - 1])
    excess = np.maximum(losses - var, 0).astype(float)
    share = 1 - permille / 1000
    return var, var + excess.sum() / (share * N), excess / share


def test_summary():
    rows = {(row["scenario"], row["measure"]): row for row in table(OUT, "summary")}
    assert len(rows) == 3 * 8
    base = LOSS["baseline"]["*"]
    for name in NAMES:
        loss = LOSS[name]["*"]
        row = rows[name, "el"]
        close(row["value"], loss.mean() / 100, "el")
        close(row["stderr"], loss.std(ddof=1) / math.sqrt(N) / 100, "el error")
        close(rows[name, "sd"]["value"], loss.std(ddof=1) / 100, "sd")
        for label, permille in (("95", 950), ("99", 990), ("999", 999)):
            var, es, excess = tail(loss, permille)
            close(rows[name, f"var_{label}"]["value"], var / 100, "var")
            close(rows[name, f"es_{label}"]["value"], es / 100, "es")
            if N * (1000 - permille) >= 20 * 1000:
                close(rows[name, f"es_{label}"]["stderr"], excess.std(ddof=1) / math.sqrt(N) / 100, "es error")
            else:
                assert rows[name, f"var_{label}"]["stderr"] == "", "interval below 20 tail paths"
            if N * (1000 - permille) < 100 * 1000:
                assert "few_tail_paths" in rows[name, f"var_{label}"]["note"]
        if name == "baseline":
            assert row["delta"] == "" and row["delta_stderr"] == ""
        else:
            difference = loss - base
            close(row["delta"], difference.mean() / 100, "delta")
            close(row["delta_stderr"], difference.std(ddof=1) / math.sqrt(N) / 100, "delta error")
            paired = tail(loss, 990)[2] - tail(base, 990)[2]
            close(rows[name, "es_99"]["delta_stderr"], paired.std(ddof=1) / math.sqrt(N) / 100, "es delta error")
    # The interval of VaR 95 % from order statistics, ranks 3800 -+ 1.96 sqrt(190)
    ordered = np.sort(base)
    low, high = (ordered[math.floor(3800 - 1.96 * math.sqrt(190)) - 1],
                 ordered[math.ceil(3800 + 1.96 * math.sqrt(190)) - 1])
    close(rows["baseline", "var_95"]["lo95"], low / 100, "var low")
    close(rows["baseline", "var_95"]["hi95"], high / 100, "var high")


def test_el_against_the_closed_form():
    """Without persistence the expected loss is exact: sum of P(default in year) x LGD x balance."""
    row = {(r["scenario"], r["measure"]): r for r in table(OUT, "summary")}["baseline", "el"]
    expected = 0.0
    for i, name in enumerate(TEXT):
        if LOANS["class"][i] < 3:
            expected += (1 - (1 - PD[name]) ** 3) * LOANS["lgd"][i] * LOANS["balance"][i]
    z = (float(row["value"]) - expected) / float(row["stderr"])
    assert abs(z) < 4, f"z = {z}"
    run = {r["key"]: r["value"] for r in table(OUT, "run")}
    assert abs(float(run["analytic_el:baseline"]) / expected - 1) < 1e-9
    assert abs(float(run["analytic_z:baseline"]) - z) < 1e-3


def test_banks():
    for row in table(OUT, "banks"):
        loss = LOSS[row["scenario"]][row["bank"]]
        close(row["el"], loss.mean() / 100, "bank el")
        close(row["es_99"], tail(loss, 990)[1] / 100, "bank es")
        if row["scenario"] != "baseline":
            close(row["delta_es_999"], (tail(loss, 999)[1] -
                                        tail(LOSS["baseline"][row["bank"]], 999)[1]) / 100, "delta es")
    exposure = {}
    for i, bank in enumerate(LOANS["bank"]):
        exposure[bank.decode()] = exposure.get(bank.decode(), 0) + round(LOANS["balance"][i] * 100)
    for row in table(OUT, "banks"):
        assert fen(row["exposure"]) == exposure[row["bank"]]


def test_sectors_and_regions_add_up():
    for name in ("sectors", "regions"):
        for scenario in NAMES:
            rows = [row for row in table(OUT, name) if row["scenario"] == scenario]
            assert [row["key"] for row in rows] == sorted(row["key"] for row in rows)
            total = sum(float(row["el"]) for row in rows)
            close(str(total), LOSS[scenario]["*"].mean() / 100, name, digits=1)
            assert sum(fen(row["exposure"]) for row in rows) == \
                sum(round(v * 100) for v in LOANS["balance"])


def test_years():
    by = {(r["scenario"], int(r["year"])): r for r in table(OUT, "years")}
    assert {year for _, year in by} == {2026, 2027, 2028}
    for scenario in NAMES:
        total = sum(float(by[scenario, year]["el"]) for year in (2026, 2027, 2028))
        close(str(total), LOSS[scenario]["*"].mean() / 100, "years' el", digits=1)
    opening = sum(v for v, c in zip(LOANS["balance"], LOANS["class"]) if c >= 3)
    all_balance = LOANS["balance"].sum()
    defaulted = sum(fen(r["defaulted_exposure"]) for r in table(OUT, "paths")
                    if r["scenario"] == "baseline") / 100 / N
    ratio = float(by["baseline", 2028]["npl_ratio"])
    assert abs(ratio - (opening + defaulted) / all_balance) < 1e-9
    # borrowers alive at the start: those with a loan that is not in default
    mean_pd = np.mean([PD[name] for name in ALIVE])
    row = by["baseline", 2026]
    assert abs(float(row["default_rate"]) - mean_pd) < 4 * float(row["default_rate_stderr"])


def test_borrowers():
    for row in table(OUT, "borrowers"):
        if row["scenario"] == "baseline":
            assert float(row["pd_stressed"]) == PD[row["borrower"]]
        if row["borrower"] not in ALIVE:    # nothing left that could default: the book's own PD
            assert float(row["pd_stressed"]) == PD[row["borrower"]]
        elif row["scenario"] == "shift":
            p = PD[row["borrower"]]
            expected = 1 / (1 + math.exp(-(math.log(p / (1 - p)) + 0.5)))
            assert abs(float(row["pd_stressed"]) / expected - 1) < 1e-12
        if row["scenario"] == "carbon" and SECTOR[row["borrower"]][:3] not in ("C30", "D44"):
            assert float(row["pd_stressed"]) == PD[row["borrower"]]
    for scenario in NAMES:
        total = sum(float(r["el"]) for r in table(OUT, "borrowers") if r["scenario"] == scenario)
        close(str(total), LOSS[scenario]["*"].mean() / 100, "borrowers' el", digits=0)


def test_explain_adds_up_to_paths():
    rows = table(OUT, "paths")
    for path in (0, 1, 1234, N - 1):
        told = {}
        out, _ = command("explain", OUT, "--path", path, "--format", "csv")
        lines = out.splitlines()
        assert lines[0] == "scenario,year,bank,borrower,loan,exposure,loss"
        lgd = dict(zip((t.decode() for t in LOANS["id"]), zip(LOANS["lgd"], LOANS["balance"], LOANS["class"])))
        for line in lines[1:]:
            scenario, _, bank, _, loan, _, loss = line.split(",")
            told[scenario, bank] = told.get((scenario, bank), 0) + fen(loss)
            if scenario == "baseline":
                share, balance, loan_class = lgd[loan]
                assert loan_class < 3
                assert fen(loss) == int(Decimal(float(share) * round(balance * 100)).to_integral_value())
        kept = {(r["scenario"], r["bank"]): fen(r["loss"]) for r in rows if int(r["path"]) == path}
        assert {k: v for k, v in told.items() if v} == {k: v for k, v in kept.items() if v}


def test_classes_conserve():
    balance = {}
    for b, c, v in zip(LOANS["bank"], LOANS["class"], LOANS["balance"]):
        balance[b.decode(), int(c)] = balance.get((b.decode(), int(c)), 0) + v
    sums, shares = {}, {}
    for row in table(OUT, "classes"):
        key = row["scenario"], row["year"], row["bank"], int(row["from"])
        sums[key] = sums.get(key, 0) + float(row["amount"])
        shares[key] = shares.get(key, 0) + float(row["share"])
    assert len(sums) == 3 * 3 * len(balance)
    for (_, _, bank, start), total in sums.items():
        close(str(total), balance[bank, start], "class balance", digits=1)
    assert all(abs(share - 1) < 1e-9 for share in shares.values())


def test_grades_add_up():
    for scenario in NAMES:
        rows = [r for r in table(OUT, "grades") if r["scenario"] == scenario]
        assert sum(int(r["borrowers"]) for r in rows) == len(PD)
        assert sum(fen(r["exposure"]) for r in rows) == sum(round(v * 100) for v in LOANS["balance"])


def test_warnings_follow_the_thresholds():
    level_of = {(r["scenario"], r["borrower"]): r for r in table(OUT, "borrowers")}
    for (scenario, borrower), row in level_of.items():
        p = float(row["pd_stressed"])
        order = ["none", "blue", "yellow", "orange", "red"]
        least = sum(p >= threshold for threshold in (.03, .06, .12, .25))
        assert order.index(row["level"]) >= least, row
    listed = {(r["scenario"], r["key"]) for r in table(OUT, "warnings") if r["subject"] == "borrower"}
    assert listed == {k for k, r in level_of.items() if r["level"] != "none"}


def test_ledger_ties():
    total = sum(fen(row["balance"]) for row in table(OUT, "ledger"))
    assert total == sum(round(v * 100) for v in LOANS["balance"])
    rows = sum(int(row["rows"]) for row in table(OUT, "ledger"))
    assert rows == len(LOANS["balance"])
    defaulted = sum(int(r["rows"]) for r in table(OUT, "ledger") if r["status"] == "defaulted")
    assert defaulted == int((LOANS["class"] >= 3).sum())


run_all(globals())
