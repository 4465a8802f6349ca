"""Every message about scripts: what is wrong, and what the screen shows, in English and Chinese.

language/*.cases hold scripts with faults, language/*.en.txt and *.zh.txt what `scenario check` says of
them (PLIMSOLL_UPDATE=1 writes them anew). A case is `== NAME KIND [book]` and its text; the kinds are
below. Further tests read the formats of messages out of the source: each must stand in messages.def,
and in a case here, or among NO_CASE with the reason.
"""
import glob
import json
import math
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, run_all, write_book, write_text

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "language")
UPDATE = os.environ.get("PLIMSOLL_UPDATE") == "1"
HOME = folder()

HEAD = """return scenario {
  name = "s", title = { en = "s" }, years = { 2026, 2027 },
  drivers = { price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70, [2027] = 90 }, share = 0.5 },
"""
GOOD = HEAD + "}\n"
MODEL = 'return model { name = "m", factors = { "a" }, loading = { a = 0.3 } }\n'
BETA = ('return model { name = "m", factors = { "a" }, loading = { a = 0.3 },\n'
        '  lgd = beta { spread = 0.4 } }\n')
MODULES = {"loop": 'return require "loop"\n', "returns_none": "local a = 1\n",
           "broken": "local function f(x)\n  return x.y.z\nend\nreturn { a = f({}) }\n"}


def make_book():
    nan = math.nan
    write_book(
        f"{HOME}/book.h5", {"id": ["bank"]},
        {"id": ["B1", "B2", "B3"], "pd": [0.01, 0.02, 0.03], "sector": ["C30", "D44", "F52"],
         "region": ["500153"] * 3, "rho": [0.12, nan, 0.15], "equity": [1e6, 2e6, nan],
         "revenue": [1e7, 2e7, 3e7], "grade": ["A", "B", "C"]},
        {"id": ["L1", "L2", "L3"], "borrower": ["B1", "B2", "B3"], "bank": ["bank"] * 3,
         "balance": [1e6, 2e6, 3e6], "lgd": [0.3, 0.4, 0.5]})


def as_bytes(text):
    return text.rstrip("\n").encode("utf-8").decode("unicode_escape").encode("latin-1")


# kind: text -> the scenario
TEXTS = {
    "whole": lambda text: text,
    "fields": lambda text: HEAD + text + "}\n",
    "borrower": lambda text: HEAD + "  borrower = function (b, d, before)\n" + text + "  end,\n}\n",
    "loan": lambda text: HEAD + "  loan = function (l, b, d)\n" + text + "  end,\n}\n",
    "loan_model": lambda text: HEAD + "  loan = function (l, b, d)\n" + text + "  end,\n}\n",
    "model": lambda text: GOOD,
    "bytes": as_bytes,
    "large": lambda text: "-" * (1 << 20) + "\n",
    "huge": lambda text: "-- filler\n" * 200000,
    "many": lambda text: "".join(f"local a{i} = 1\n" for i in range(201)),
    "many_inner": lambda text: "local function f()\n" + "".join(f"local a{i} = 1\n" for i in range(201)) + "end\n",
    "pair": lambda text: GOOD,
    "map": lambda text: text,
}


def with_data(name, text):
    """A pathway from a file: the first line has its other keys, the rest is the file."""
    keys, _, data = text.partition("\n")
    with open(f"{HOME}/{name}.csv", "wb") as out:
        out.write(data.encode("utf-8").replace(b"\\xff", b"\xff"))
    return HEAD.replace("share = 0.5", f'a = pathway {{ csv = "{name}.csv", {keys} }}') + "}\n"


def with_large_data(name, _):
    return with_data(name, 'unit = "CNY"\nyear,value\n' + "2026,1\n" * 700000)


def with_many_files(name, _):
    for i in range(65):
        write_text(f"{HOME}/data{i}.csv", "year,value\n2026,1\n")
    return 'for i = 0, 64 do pathway { csv = "data" .. i .. ".csv" } end\n' + HEAD + "}\n"


def with_events(name, text):
    """A hazard whose events are the file."""
    with open(f"{HOME}/{name}.csv", "w", encoding="utf-8") as out:
        out.write(text)
    return HEAD.replace("share = 0.5", f'a = hazard.events {{ csv = "{name}.csv" }}') + "}\n"


def with_periods(name, text):
    """A hazard by return period whose points are the file."""
    return with_events(name, text).replace("hazard.events {", "hazard.return_periods { correlation = 0.5,")


DATA = {"events": with_events, "periods": with_periods, "csv": with_data, "csv_large": with_large_data, "csv_many": with_many_files}


def prepare(name, kind, text):
    """Writes the files of a case and gives the words of its command."""
    file = f"{name}.lua"
    words = ["scenario", "check", file]
    if kind == "folder":
        os.makedirs(f"{HOME}/{file}", exist_ok=True)
    elif kind != "none":
        made = DATA[kind](name, text) if kind in DATA else TEXTS[kind](text)
        with open(f"{HOME}/{file}", "wb") as out:
            out.write(made if isinstance(made, bytes) else made.encode("utf-8"))
    if kind == "model":
        words += ["--model", write_text(f"{HOME}/{name}_model.lua", text).removeprefix(HOME + "/")]
    elif kind == "map":
        words = ["book", "import", "--map", file, "-o", "x.book.h5"]
    elif kind == "loan_model":
        words += ["--model", write_text(f"{HOME}/beta.lua", BETA).removeprefix(HOME + "/")]
    elif kind == "pair":
        write_text(f"{HOME}/other.lua", GOOD.replace("2027 }", "2028 }"))
        words += ["other.lua"]
    return words


def read_cases(path):
    with open(path, encoding="utf-8") as file:
        blocks = re.split(r"^== (.*)\n", file.read(), flags=re.M)[1:]
    for head, text in zip(blocks[::2], blocks[1::2]):
        name, kind, *more = head.split()
        yield name, kind, more, text


def tidy(text):
    return text.replace(HOME, "FOLDER").replace(SOURCE, "SOURCE")


def shown(path, lang):
    parts = []
    for name, kind, more, text in read_cases(path):
        words = prepare(name, kind, text)
        if "book" in more:
            words += ["--book", "book.h5"]
        out, err = command(*words, "--lang", lang, expect=3, cwd=HOME)
        assert out == "" and err.startswith("plimsoll: "), f"{name}: {out}{err}"
        parts.append(f"== {name}\n{tidy(err)}")
    return "".join(parts)


def check(path, lang):
    expected = path.removesuffix(".cases") + f".{lang}.txt"
    got = shown(path, lang)
    if UPDATE:
        write_text(expected, got)
        return
    with open(expected, encoding="utf-8") as file:
        wanted = file.read()
    for was, now in zip(re.split("^== ", wanted, flags=re.M), re.split("^== ", got, flags=re.M)):
        assert was == now, f"{expected} differs; it is now:\n{now}"
    assert wanted == got, f"{expected} has other cases"


make_book()
write_text(f"{HOME}/feet.csv", "event,rate,place,intensity,unit\na,1,5,1,m\na,1,6,1,ft\n")
write_text(f"{HOME}/metres.csv", "event,rate,place,intensity,unit\na,1,5,1,m\n")
write_text(f"{HOME}/curves.csv", "place,return_period,intensity,unit\n5,10,1,degC\n")
for module_name, module_text in MODULES.items():
    write_text(f"{HOME}/{module_name}.lua", module_text)
PATHS = sorted(glob.glob(f"{CASES}/*.cases"))


def test_english():
    for path in PATHS:
        check(path, "en")


def test_chinese():
    for path in PATHS:
        check(path, "zh")


# ---- every message has a case ----

# Calls whose texts are shown, and the files that say something of scripts.
CALLS = (r"\b(?:plim_sandbox_(?:fault|raise|fault_at)|plim_return_fault|luaL_(?:error|argcheck)|refuse|refuse_file|"
         r"fault|plim_at_fault|plim_reader_fault|plim_plan_faults_add|plim_fail|plim_trace_operand|entry|check_curve|read_points|snprintf)\s*\(")
FILES = ["engine/script/*.c", "engine/plan/refused.c", "engine/plan/bind.c", "engine/plan/random.c", "engine/plan/damage.c",
         "engine/scenario/units.c", "engine/scenario/series*.c", "engine/base/csv.c",
         "engine/scenario/sheet.c", "engine/scenario/event_*.c", "engine/scenario/return_periods.c",
         "engine/math/matrix.c"]
# A message has at least two words, apart from conversions; these are something else.
PHRASE = re.compile(r"[A-Za-z`;)]+,? (.*[a-z`)])?")
NO_MESSAGE = {"%s %s", "%s in row %", "%.*s%s"}
# Words that are put into messages: names of characters, reasons for what is missing.
TABLES = {"engine/script/tokens.c": r'\{"[^"]+", "([a-z][^"]+)", "',
          "engine/script/sandbox_base.c": r'(?:#define [A-Z]+ +|\{"[a-z0-9_]+", )"([a-z][^"]+)"'}
NO_CASE = {
    "%u banks, %llu borrowers, %llu loans as of %s; %u scenario beside the baseline, %d to %d": "a run: cli.test_warnings",
    "%u banks, %llu borrowers, %llu loans as of %s; %u scenarios beside the baseline, %d to %d": "a run: cli.test_warnings",
    "the book is gone through in %u slabs": "a run: cli.test_warnings",
    "%u paths on %d threads: about %.1f s of simulation and %s of memory (may use %s)": "a run: cli.test_warnings",
    "dry run: everything was read, checked, traced and bound; %s was not written": "a run: cli.test_warnings",
    "%u paths: ES 99.9 is known to %.2f %% (scenario %s); about %.0f are needed": "a run: cli.test_warnings",
    "%u paths are too few to say how well ES 99.9 is known; %d are the least": "a run: cli.test_warnings",
    "tail: %u of %u further paths lie above the cut and were simulated in %.1f s": "a run: cli.test_warnings",
    "%llu warnings of the previous result are of subjects or scenarios that are not in this run: dropped": "a run: cli.test_warnings",
    "%zu warnings at level %s or above; the first: scenario %s, %s %s, %s: %s": "a run: cli.test_warnings",
    "no legal person among the banks states cet1, tier1, total_capital, rwa and ppnr": "a table: cli.test_capital",
    "%s: the loan book is damaged: %s": "a damaged book: cli.test_damaged_books",
    "reading it failed (signal %d, %s)": "the same",
    "reading it took too long, more than %u s without an end": "a book: unit.store_confine",
    "reading it gave nothing for %u s": "the same",
    "reading it ended early (exit code %d)": "the same",
    "what its reading gave does not fit together": "the same",
    "this system lets no filter of system calls be set: loan books are read in a process of their own under limits "
    "alone": "cli.test_damaged_books",
    "stopped after %g s: the script does not come to an end": "takes ten seconds: fault.script_hostile",
    "stopped after %d steps: the rule does not come to an end": "rules of the library: unit.script_rules",
    "module `%s` must return a table of functions": "the same",
    "module `%s` has no function `%s`%s": "the same",
    "function `%s` returned a %s as `%s`; a number or a text is needed": "the same",
    "function `%s` must return a table, not a %s": "the same",
    "has no test; accepted: functions whose names begin with `test_`, global ones or those of the table that it "
    "returns": "scenario test: cli.test_scenario_test",
    "the formulas need more than %zu steps": "takes a second: fault.script_hostile",
    "curves, tables and texts of formulas need more than %d MiB": "takes seconds: fault.script_hostile",
    "more than %d modules": "256 files",
    "%zu scenarios are more than a run can hold": "65,536 files",
    "scenario %s has no driver %s": "a bug: the tracer knows the drivers",
    "column %s of %s holds %s where the script wants %s": "a guard: the schema is the book's own; unit.plan_bind",
    "`%s` reads columns of loans, which only `loan` may do": "a guard: `loan` is traced last, nothing of it is left",
    "%s: `with` holds more than %d names": "a hundred names say nothing that two do not",
    "the book's borrowers have no column region, by which hazards find them": "region is a required column",
    "scenario %s: hazard %s has %u places; all hazards of a run may have %d places times years": "a file of 20,000 places",
    "scenario %s: damage %s exceeds what 64 bits hold": "a book beyond all money",
    "damage %s exceeds what 64 bits hold": "the same",
    "borrower in row %u": "every book that loads has ids",
    "loan in row %u": "the same",
    "Permission denied": "tests may run as root",
    "model %s: lgd of loan %s is %s; accepted is 0 to 1 where the model makes LGD random or a function of PD (lgd = beta, "
    "frye_jacobs)": "a fault of a book: unit.plan_loans",
    "--tail knows no paths on which random drivers decide: leave it out, and give more --paths, for scenarios with random "
    "drivers": "of a run: cli.test_chinese_screen",
    "--tail %u with %u paths makes %llu in all; at most %llu have a number": "of a run",
    "a precision or further paths for the tail need the whole book in memory: they go without --book-slabs": "of a run",
    "%llu borrower values differ between the books and were averaged by exposure": "of a run",
    "the book is of %s but the scenarios begin in %d: the first scenario year labels the twelve months after the book's date":
        "of a run",
    "scenario %s: hazard %s reaches nothing: no borrower, site or collateral of the book stands at any of its places, such "
    "as %s": "a warning of a run: cli.test_hazards",
    "scenario %s joins %s and %s; not in the run: %s": "of a run: cli.test_chinese_screen",
    "no further paths were asked for (run --tail K)": "of a table: cli.test_chinese_screen",
    "the book states no five-class grades (loans.class)": "of a table",
    "no scenario has a hazard": "of a table: cli.test_chinese_screen",
    "no scenario states a damage": "of a table: cli.test_chinese_screen",
    "more than 2^32 years of paths": "of a table",
    'no scenario of the run joins two others of it (compound = { "a", "b" })': "of a table: cli.test_chinese_screen",
    "table %s is empty: %s": "of a table: cli.test_chinese_screen",
    "credit loss aggregate": "of a table: cli.test_chinese_screen",
    "damage %s aggregate": "of a table: cli.test_chinese_screen",
    "damage %s occurrence": "of a table: cli.test_chinese_screen",
    "row numbers": "no column of borrowers or loans that a script reaches holds them",
    "is not UTF-8": "texts of a script are UTF-8 unless escapes make others: unit.script_scenario",
    "%s: column `%s` can't be `%s` and `%s` alike": "columns of an importer: unit.scenario_event_set",
    "%s: line %zu: has more than %d rows, the most that are read of one file": "a hundred million rows",
    "proxies: %s": "rules of proxies: unit.script_proxies",
    "proxies.%s: %s": "the same",
    # Of books, not of scripts: cli.test_book_reconcile and cli.test_book_diff.
    "%zu of %zu banks do not tie to a control total:": "a book",
    "bank %s: loans %s + excluded %s - control total %s (%s) = %s; accepted: 0.00": "a book",
    "bank %s: loans %s + excluded %s - control total %s (%s) = %s; accepted: 0.00; %s more are excluded in %s and booked to "
    "no bank": "a book",
    "bank %s: is in %s, but in none of the books": "a book",
    "bank %s: is in %s, but not in %s": "a book",
    "bank %s: %s states no control total (banks.total_loans); --totals gives one": "a book",
    "bank %s: %s says %s, but %s itself %s; the first counts": "a book",
    "%s: bank %s is in %s too; accepted: each bank in one book": "a book",
    "%s: line 1: there is no column %s; accepted: the columns bank and total": "a list of totals",
    "%s: line %zu: column bank is empty; accepted: the id of a bank": "a list of totals",
    "%s: line %zu: column total, bank %s: '%s'; accepted: an amount in currency units with at most two decimals, such as "
    "1234567.89": "a list of totals",
    "%s: line %zu: bank %s is there already; accepted: one line a bank": "a list of totals",
    "%s is in %s, but %s in %s; books that are compared have one currency": "two books",
    "%s.%s is in '%s' in %s, but in '%s' in %s; books that are compared must agree": "two books",
    # Of `show`: cli.test_xlsx; of its limits: unit.report_workbook.
    "%s: the workbook cannot be made: %s": "a workbook: cli.test_xlsx",
    "its temporary files were cut short; is the disk full?": "a workbook: cli.test_xlsx",
    "--format xlsx makes a file: say which with -o FILE.xlsx": "a workbook: cli.test_xlsx",
    "--format xlsx holds one table or all: name it, or write 'show RESULT all -o FILE.xlsx'": "a workbook: cli.test_xlsx",
    "'%s' is not UTF-8, as a workbook has to be": "a workbook",
    "table %s has %zu rows; a sheet of a workbook holds %d under its headings: use --format csv": "a million rows",
    "table %s, column %s: a text of %zu characters; a cell of a workbook holds %d: use --format csv": "32,768 characters",
}
# Files whose messages scenarios never show: unit.script_proxies has them line by line.
NO_CASE_OF = {"engine/script/reader.c", "engine/script/read_proxies.c"}


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def unescape(text):
    return text.encode("utf-8").decode("unicode_escape").encode("latin-1").decode("utf-8")


def literals(text):
    """String literals, those that stand side by side as one."""
    for match in re.finditer(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*', text):
        yield unescape("".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', match.group(0))))


def arguments(text, start):
    """The text of a call's arguments, from behind its opening bracket."""
    depth, at = 1, start
    while depth:
        char = text[at]
        if char in "\"'":
            at += len(re.match(r"(['\"])(?:[^\\\n]|\\.)*?\1", text[at:]).group(0)) - 1
        depth += (char == "(") - (char == ")")
        at += 1
    return text[start:at - 1]


def formats_of_source():
    found = {}
    for pattern in FILES:
        for path in sorted(glob.glob(os.path.join(SOURCE, pattern))):
            with open(path, encoding="utf-8") as file:
                text = without_comments(file.read())
            for call in re.finditer(CALLS, text):
                for literal in literals(arguments(text, call.end())):
                    if PHRASE.search(re.sub("%[-.0-9*]*[a-z]+", "x", literal)) and literal not in NO_MESSAGE:
                        found.setdefault(literal, os.path.relpath(path, SOURCE))
    for path, table in TABLES.items():
        with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
            found |= {word: path for word in re.findall(table, file.read())}
    return found


def catalogue():
    with open(os.path.join(SOURCE, "engine/report/messages.def"), encoding="utf-8") as file:
        text = without_comments(file.read())
    return {next(literals(arguments(text, call.end())))
            for call in re.finditer(r"MESSAGE\(", text)}


def regex(form):
    parts = re.split(r"(%[-+ #0-9.*]*(?:hh|h|ll|l|z)?[a-zA-Z%])", form)
    return "".join("%" if part == "%%" else ".*?" if part.startswith("%") and len(part) > 1 else re.escape(part)
                   for part in parts)


def test_every_format_is_translated():
    known = catalogue()
    missing = [f"{path}: {form}" for form, path in formats_of_source().items()
               if not {form, form.removeprefix("%s"), form.removeprefix("%s").removesuffix("%s"), form + "%s"} & known]
    assert not missing, "not in messages.def:\n" + "\n".join(missing)


def test_every_message_has_a_case():
    lines = []
    for path in PATHS:
        with open(path.removesuffix(".cases") + ".en.txt", encoding="utf-8") as file:
            lines += [line for line in file.read().split("\n") if not line.startswith(" ")]
    text = "\n".join(lines)
    of = formats_of_source()
    missing = [form for form in sorted(catalogue())
               if form not in NO_CASE and of.get(form) not in NO_CASE_OF and not re.search(regex(form), text)]
    assert not missing, "no case shows:\n" + "\n".join(missing)


def test_json_stays_english():
    write_text(f"{HOME}/json.lua", HEAD + "  yeers = 1,\n}\n")
    _, err = command("scenario", "check", "json.lua", "--lang", "zh", "--log", "json", expect=3, cwd=HOME)
    assert "unknown key `yeers`; did you mean `years`?" in json.loads(err.split("\n")[0])["text"]


def test_no_line_stays_english():
    """A Chinese screen shows no message in English, but for what scripts say themselves."""
    own = re.compile(r"the price is missing|^== |^ |^$")
    for path in PATHS:
        with open(path.removesuffix(".cases") + ".zh.txt", encoding="utf-8") as file:
            for line in file.read().split("\n"):
                assert own.search(line) or re.search("[\u4e00-\u9fff]", line), line


run_all(globals())
