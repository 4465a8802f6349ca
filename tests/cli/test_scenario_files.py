"""scenario new, list and diff: what they write runs, what they say is so, and nothing is lost."""
import csv
import io
import os
import re
import shlex
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, refused, run_all, small_book, table, write_text

HOME = folder()
BOOK = small_book(f"{HOME}/a.book.h5")
SHIPPED = sorted(name[:-4] for name in os.listdir(os.path.join(SOURCE, "scenarios")) if name.endswith(".lua"))


def read(name):
    with open(f"{HOME}/{name}", encoding="utf-8") as file:
        return file.read()


def test_templates_run_and_mean_the_same():
    command("scenario", "new", "first", cwd=HOME)
    command("scenario", "new", "erste", "--lang", "zh", cwd=HOME)
    assert "驱动因子" in read("erste.lua") and "\nreturn scenario {" in read("first.lua")
    for name in ("first", "erste"):
        out, _ = command("scenario", "check", f"{name}.lua", "--book", BOOK, cwd=HOME)
        assert "at most 0 in log-odds" in out or "e-" in out, out
        command("run", f"{name}.lua", "--book", BOOK, "--paths", 64, "-o", f"{name}.result.h5", cwd=HOME)
        assert any(float(row["delta"] or 0) > 0 for row in table(f"{HOME}/{name}.result.h5", "summary"))
    plans = [command("scenario", "plan", f"{name}.lua", cwd=HOME)[0].replace(name, "X") for name in ("first", "erste")]
    assert plans[0] == plans[1]


# Made up, in the layout of the scenario databases.
SHORT_TERM = """Model,Scenario,Region,Variable,Unit,2025,2026,2027,2028,2030
M,Baseline,M|China,Price|Carbon,US$2010/t CO2,7,7,7,8,8
M,Sudden Wake-Up Call,M|China,Price|Carbon,US$2010/t CO2,7,9,40,50,60
M,Baseline,M|China,Gross Domestic Product,billion US$2010/yr,1000,1040,1080,1120,1200
M,Sudden Wake-Up Call,M|China,Gross Domestic Product,billion US$2010/yr,1000,1030,1000,1060,1180
M,Sudden Wake-Up Call,World,Price|Carbon,US$2010/t CO2,1,2,3,4,5
"""


def drivers_of(path):
    """{driver: (reference, [values by year])} of a plan."""
    lines = command("scenario", "plan", path)[0].split("Drivers\n")[1].split("\n\n")[0].splitlines()[1:]
    return {line.split()[0]: (line.split()[2], line.split()[3:]) for line in lines}


def test_short_term_template_runs_and_means_the_same_in_both_languages():
    home = folder()
    for name, lang in (("mine", "en"), ("wode", "zh")):
        command("scenario", "new", name, "--from", "ngfs_short_term", "--lang", lang, cwd=home)
    with open(f"{home}/wode.lua", encoding="utf-8") as file:
        assert "虚构" in file.read()
    plans = [command("scenario", "plan", f"{home}/{name}.lua")[0].replace(name, "X") for name in ("mine", "wode")]
    assert plans[0] == plans[1] and "with macro -0.3" in plans[0], plans
    assert "@NAME@" not in open(f"{home}/mine.lua", encoding="utf-8").read()
    code = [re.sub(r"\s*--.*", "", open(f"{home}/{name}.lua", encoding="utf-8").read()).replace(name, "X") for name in ("mine", "wode")]
    assert code[0] == code[1]  # but for the comments
    with open(f"{home}/mine.lua", encoding="utf-8") as file:
        text = file.read()
    write_text(f"{home}/start.lua", text.replace('local uncertain = "price"', 'local uncertain = "start"').replace('name = "mine"', 'name = "started"'))
    for name in ("mine", "start"):
        out, _ = command("scenario", "check", f"{name}.lua", "--book", BOOK, cwd=home)
        assert "at most 0 in log-odds" in out, out
    assert "regime, start 0.5" in command("scenario", "plan", f"{home}/start.lua")[0]
    command("run", "mine.lua", "start.lua", "--book", BOOK, "--paths", 256, "-o", "both.result.h5", cwd=home)
    rises = {row["scenario"]: float(row["delta"] or 0) for row in table(f"{home}/both.result.h5", "summary") if row["measure"] == "el"}
    assert rises["mine"] > 0 and rises["started"] > 0 and rises["mine"] != rises["started"], rises


def test_short_term_template_takes_files_made_as_it_says():
    home = folder()
    command("scenario", "new", "mine", "--from", "ngfs_short_term", cwd=home)
    with open(f"{home}/mine.lua", encoding="utf-8") as file:
        text = file.read()
    write_text(f"{home}/mine.lua", text.replace("local from_files = false", "local from_files = true"))
    refused("scenario", "check", "mine.lua", cwd=home, expect=3, says=["no file `mine_price.csv`", "no file `mine_gdp.csv`", "as the head says"])
    write_text(f"{home}/FILE.csv", SHORT_TERM)
    commands = [shlex.split(line) for line in re.findall(r"^--\s+plimsoll (scenario import .*)$", text, re.M)]
    assert len(commands) == 3
    for words in commands:
        command(*words, cwd=home)
    drivers = drivers_of(f"{home}/mine.lua")
    dollar = float(drivers["carbon_price"][1][1]) / 40
    assert 9 < dollar < 11, drivers
    assert abs(float(drivers["carbon_price"][1][0]) - 9 * dollar) < 0.01 and drivers["gdp"] == ("varies", ["1030", "1000", "1060", "1120", "1180"]), drivers
    out, _ = command("scenario", "check", "mine.lua", "--book", BOOK, cwd=home)
    assert "at most 0 in log-odds" in out, out
    command("run", "mine.lua", "--book", BOOK, "--paths", 64, "-o", "mine.result.h5", cwd=home)


def test_every_shipped_scenario_can_be_begun_with():
    for name in SHIPPED:
        command("scenario", "new", f"my_{name}", "--from", name, cwd=HOME)
        mine = command("scenario", "plan", f"my_{name}.lua", cwd=HOME)[0]
        theirs = command("scenario", "plan", os.path.join(SOURCE, "scenarios", f"{name}.lua"))[0]
        assert mine == theirs.replace(f"Scenario {name} ", f"Scenario my_{name} "), name
    assert read(f"my_{SHIPPED[0]}.lua").startswith(f"-- After {SHIPPED[0]};")


def test_nothing_is_replaced_and_names_are_checked():
    write_text(f"{HOME}/taken.lua", "-- mine\n")
    refused("scenario", "new", "taken", cwd=HOME, expect=2, says=["not replaced"])
    assert read("taken.lua") == "-- mine\n"
    for name in ("a-b", "baseline", "../x", ""):
        refused("scenario", "new", name, cwd=HOME, expect=2, says=["no name"])
    refused("scenario", "new", "other", "--from", "nothing", cwd=HOME, expect=2, says=["scenario list", "ngfs_short_term"])
    write_text(f"{HOME}/nameless.lua", "return scenario {}\n")
    refused("scenario", "new", "other", "--from", "nameless.lua", cwd=HOME, says=["nameless.lua", "name ="])
    assert not os.path.exists(f"{HOME}/other.lua")


def test_list():
    rows = [line.split(",")[0] for line in command("scenario", "list", "--format", "csv")[0].splitlines()[1:]]
    assert rows == SHIPPED
    home = folder()
    write_text(f"{home}/broken.lua", "return scenario { name = 1 }\n")
    write_text(f"{home}/notes.txt", "no script\n")
    command("scenario", "new", "good", cwd=home)
    out, _ = command("scenario", "list", home, "--format", "csv")
    lines = out.splitlines()
    assert len(lines) == 3 and "broken.lua:1:" in lines[1] and lines[2].startswith("good,"), out
    refused("scenario", "list", f"{home}/nowhere", says=["nowhere"])


def differences(left, right):
    out, _ = command("scenario", "diff", left, right, "--format", "csv")
    return list(csv.DictReader(io.StringIO(out, newline="")))


def shipped(name):
    return os.path.join(SOURCE, "scenarios", f"{name}.lua")


def changed(name, *changes):
    """A copy of a shipped scenario with texts replaced."""
    with open(shipped(name), encoding="utf-8") as file:
        text = file.read()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return write_text(f"{HOME}/changed.lua", text)


def test_diff_tells_what_was_changed_and_nothing_else():
    cases = [
        (("-- Ceramics", "-- Other"), []),
        (('local firm = require "firm"', 'local company = require "firm"'), None),  # renamed below
        (('"C307"', '"C30"'), [("applies", "", 'b.sector_is("C307")', 'b.sector_is("C30")')]),
        (("[2026] = 0.03", "[2026] = 0.04"), "driver paid_share"),
        (("reference = 70,", "reference = 60,"), "reference of carbon_price"),
        (("elasticity = 0.5", "elasticity = 0.7"), "pd"),
    ]
    for change, expected in cases:
        if expected is None:
            path = changed("ceramics_ets", change, ("firm.known", "company.known"), ("firm.respond", "company.respond"))
            expected = []
        else:
            path = changed("ceramics_ets", change)
        found = differences(shipped("ceramics_ets"), path)
        if isinstance(expected, list):
            assert [(d["what"], d["first_year"], d["left"], d["right"]) for d in found] == expected, found
            continue
        kinds = {d["what"] for d in found}
        assert expected in kinds and kinds <= {expected, "default", "cover"}, found
        back = differences(path, shipped("ceramics_ets"))
        assert [(d["what"], d["left"], d["right"]) for d in found] == [(d["what"], d["right"], d["left"]) for d in back]


def test_diff_of_numbers():
    found = differences(shipped("ceramics_ets"), changed("ceramics_ets", ("[2030] = 0.20", "[2030] = 0.30")))
    years = {int(d["first_year"]): (d["left"], d["right"]) for d in found}
    assert sorted(years) == [2027, 2028, 2029, 2030] and years[2028] == ("0.115 ratio", "0.165 ratio"), found


def test_diff_of_years_and_columns():
    path = changed("ceramics_ets", ("{ 2026, 2030 }", "{ 2026, 2028 }"),
                   ("return all(b.sector_is", "return all(gt(proxy(b.cash, 1), 0), b.sector_is"))
    found = differences(shipped("ceramics_ets"), path)
    whats = [(d["what"], d["left"], d["right"]) for d in found]
    assert ("years", "2026 - 2030", "2026 - 2028") in whats and ("column of borrowers", "", "cash") in whats, whats


def test_every_shipped_scenario_differs_from_every_other_but_not_from_itself():
    for i, left in enumerate(SHIPPED):
        for right in SHIPPED[i:]:
            assert bool(differences(shipped(left), shipped(right))) == (left != right), (left, right)


run_all(globals())
