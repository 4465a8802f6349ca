"""Every shipped scenario on the synthetic book of Rongchang: it runs, misses no input, moves nothing without a shock, and says
in both languages what it is. The PBOC scenarios without a paid share are the baseline to the fen."""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, run_all, table, write_book, write_text

HOME = folder()
BOOK = f"{HOME}/rongchang.book.h5"
command("book", "synth", "--preset", "rongchang", "-o", BOOK)
SCENARIOS = sorted(glob.glob(f"{SOURCE}/scenarios/*.lua"))
NAMES = [os.path.basename(path)[:-4] for path in SCENARIOS]
OUT = f"{HOME}/all.result.h5"
RUN_OUT, RUN_ERR = command("run", *SCENARIOS, "--book", BOOK, "-o", OUT, "--paths", 2000)
FACTS = {row["key"]: row["value"] for row in table(OUT, "run")}


def test_there_are_those_that_the_library_promises():
    promised = {"pboc2021_mild", "pboc2021_moderate", "pboc2021_severe", "ceramics_ets", "ets_expand", "recession",
                "green_slump", "env_campaign", "energy_price", "carbon_and_recession", "laixi_flood", "cq_heat2022",
                "env_campaign_random", "asf_and_heat", "ets_jump", "compound_worst"}
    assert promised <= set(NAMES)
    assert FACTS["scenarios"].split() == NAMES


def test_no_input_is_missing():
    statuses = {row["status"] for row in table(OUT, "ledger")}
    assert statuses <= {"modelled", "defaulted"}, statuses
    for text in (RUN_OUT, RUN_ERR):
        assert not re.search(r"missing|warning:", text), text
    for name in NAMES:
        assert int(FACTS[f"borrowers_in_scope:{name}"]) > 0


def test_each_hurts_and_none_moves_without_a_shock():
    for row in table(OUT, "summary"):
        if row["measure"] == "el" and row["scenario"] != "baseline":
            assert float(row["delta"]) > 5 * float(row["delta_stderr"]), row
    out, _ = command("scenario", "check", *SCENARIOS, "--book", BOOK)
    assert out.count("PD moves by at most 0 in log-odds and by 0 on average") == len(NAMES), out


def test_title_source_and_note_in_both_languages():
    for name in NAMES:
        for key in ("title", "source", "note"):
            english, chinese = FACTS[f"{key}_en:{name}"], FACTS[f"{key}_zh:{name}"]
            assert re.search("[a-z]", english) and not re.search("[\u4e00-\u9fff]", english.replace("财经研究", "")), english
            assert re.search("[\u4e00-\u9fff]", chinese), chinese
        assert FACTS[f"note_en:{name}"] in RUN_OUT
    out, _ = command("scenario", "check", SCENARIOS[0], "--lang", "zh")
    assert f"来源：{FACTS[f'source_zh:{NAMES[0]}']}" in out and f"说明：{FACTS[f'note_zh:{NAMES[0]}']}" in out


def test_a_book_of_required_columns_alone():
    """Whoever has no accounts stays at baseline; a recession reads none and reaches him."""
    book = write_book(f"{HOME}/bare.book.h5", {"id": ["a"]},
                      {"id": ["f", "g"], "pd": [.02, .03], "sector": ["C3011", "C3841"], "region": ["500153"] * 2},
                      {"id": ["l", "m"], "borrower": ["f", "g"], "bank": ["a", "a"], "balance": [1e6, 2e6],
                       "lgd": [.4, .5]})
    out = f"{HOME}/bare.result.h5"
    text, _ = command("run", *SCENARIOS, "--book", book, "-o", out, "--paths", 50, "--lang", "zh")
    facts = {row["key"]: row["value"] for row in table(out, "run")}
    for name in NAMES:
        assert facts[f"borrowers_in_scope:{name}"] == ("2" if "recession" in name else "0"), name
        assert FACTS[f"note_zh:{name}"] in text


def with_switch(name, pattern, replacement):
    """A copy of a shipped scenario with one of its switches changed."""
    with open(f"{SOURCE}/scenarios/{name}.lua", encoding="utf-8") as file:
        text, n = re.subn(pattern, replacement, file.read())
    assert n == 1, pattern
    return write_text(f"{HOME}/{name}.lua", text)


def test_pboc_without_a_paid_share_is_the_baseline_to_the_fen():
    still = [with_switch(f"pboc2021_{severity}", r"first_share, last_share = \S+, \S+", "first_share, last_share = 0, 0")
             for severity in ("mild", "moderate", "severe")]
    out = f"{HOME}/still.result.h5"
    command("run", *still, "--book", BOOK, "-o", out, "--paths", 2000)
    losses = {}
    for row in table(out, "paths"):
        losses.setdefault(row["scenario"], []).append((row["path"], row["bank"], row["loss"], row["defaulted_exposure"]))
    assert len(losses) == 4 and losses["baseline"]
    for name, rows in losses.items():
        assert rows == losses["baseline"], name
    for row in table(out, "borrowers"):
        assert row["pd_stressed"] == row["pd_base"], row


def test_each_switch_of_pboc_is_worth_something():
    switches = [(r"threshold = 26000", "threshold = 0", +1),
                (r"technical_progress = false", "technical_progress = true", -1),
                (r"pass_through = 0,", "pass_through = 0.8,", -1),
                (r"insolvent_defaults = true", "insolvent_defaults = false", -1),
                (r', "C301" }', " }", -1)]
    full = float(next(r["value"] for r in table(OUT, "summary") if r["scenario"] == "pboc2021_severe" and r["measure"] == "el"))
    for pattern, replacement, sign in switches:
        script = with_switch("pboc2021_severe", pattern, replacement)
        out = f"{HOME}/switch.result.h5"
        command("run", script, "--book", BOOK, "-o", out, "--paths", 2000)
        el = float(next(r["value"] for r in table(out, "summary") if r["scenario"] != "baseline" and r["measure"] == "el"))
        assert (el - full) * sign > 0, (pattern, full, el)


run_all(globals())
