"""Bad input: one clear message that names the place, the right exit code, and nothing left behind."""
import math
import os
import sys

import h5py

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, small_book, write_book, write_text
from scenarios import carbon

HOME = folder()
BOOK = small_book(f"{HOME}/good.book.h5")
SCRIPT = write_text(f"{HOME}/good.lua", carbon())
OUT = f"{HOME}/out.result.h5"


def run_refused(*words, **kinds):
    message = refused("run", *words, "-o", OUT, "--paths", 50, **kinds)
    left = [name for name in os.listdir(HOME) if "result" in name]
    assert not left, f"left behind: {left}"
    return message


def edited(name, edit):
    path = small_book(f"{HOME}/{name}.book.h5")
    with h5py.File(path, "r+") as file:
        edit(file)
    return path


def test_command_line():
    run_refused(SCRIPT, "--book", BOOK, "--pathes", 5, expect=2, says=["--pathes", "--paths"])
    run_refused(SCRIPT, "--book", BOOK, "--paths", "many", expect=2, says=["--paths", "many"])
    run_refused(SCRIPT, "--book", BOOK, "--paths", "0", expect=2, says=["--paths"])
    run_refused(SCRIPT, expect=2, says=["--book"])
    run_refused("--book", BOOK, expect=2, says=["scenario"])
    refused("rum", expect=2, says=["rum", "run"])
    refused("book", "chekc", BOOK, expect=2, says=["chekc", "check"])


def test_files_that_are_no_books():
    run_refused(SCRIPT, "--book", f"{HOME}/none.book.h5", says=["none.book.h5", "No such file"])
    run_refused(SCRIPT, "--book", HOME, says=[HOME])
    run_refused(SCRIPT, "--book", SCRIPT, expect=3, says=["good.lua", "HDF5"])
    with open(BOOK, "rb") as file:
        whole = file.read()
    for part in (100, len(whole) // 2, len(whole) - 64):
        with open(f"{HOME}/cut.book.h5", "wb") as file:
            file.write(whole[:part])
        run_refused(SCRIPT, "--book", f"{HOME}/cut.book.h5", says=["cut.book.h5"])

    def other(file):
        file.attrs["format"] = "something.else"
    run_refused(SCRIPT, "--book", edited("other", other), says=["format", "something.else", "plimsoll.book"])

    def newer(file):
        file.attrs["version"] = 2
    run_refused(SCRIPT, "--book", edited("newer", newer), says=["version", "2"])


def test_columns_of_wrong_type_or_length():
    def text_pd(file):
        del file["borrowers/pd"]
        file["borrowers"].create_dataset("pd", data=["a"] * 60, dtype=h5py.string_dtype())
    run_refused(SCRIPT, "--book", edited("text", text_pd), says=["borrowers", "pd", "text"])

    def short(file):
        values = file["loans/lgd"][:-1]
        del file["loans/lgd"]
        file["loans/lgd"] = values
    run_refused(SCRIPT, "--book", edited("short", short), says=["loans", "lgd"])

    def no_pd(file):
        del file["borrowers/pd"]
    run_refused(SCRIPT, "--book", edited("nopd", no_pd), says=["borrowers", "pd"])

    def no_table(file):
        del file["loans"]
    run_refused(SCRIPT, "--book", edited("noloans", no_table), says=["loans"])


def test_impossible_values():
    for column, value in (("pd", -0.01), ("pd", 1.01), ("pd", math.nan), ("pd", math.inf),
                          ("revenue", math.inf)):
        def edit(file, column=column, value=value):
            file["borrowers"][column][17] = value
        run_refused(SCRIPT, "--book", edited("value", edit), says=["borrowers", column, "B0017"])
    for column, value in (("lgd", 1.51), ("lgd", -0.1), ("lgd", math.nan), ("balance", -1.0),
                          ("balance", math.inf), ("balance", math.nan), ("balance", 1e18), ("class", 6),
                          ("class", 0)):
        def edit(file, column=column, value=value):
            file["loans"][column][3] = value
        run_refused(SCRIPT, "--book", edited("value", edit), says=["loans", column])


def test_references_and_ids():
    def dangling(file):
        file["loans/borrower"][5] = "B9999"
    run_refused(SCRIPT, "--book", edited("dangling", dangling), says=["loans", "borrower", "B9999"])

    def no_bank(file):
        file["loans/bank"][5] = "bank9"
    run_refused(SCRIPT, "--book", edited("nobank", no_bank), says=["loans", "bank", "bank9"])

    def twice(file):
        file["borrowers/id"][5] = "B0006"
    run_refused(SCRIPT, "--book", edited("twice", twice), says=["borrowers", "id", "B0006"])


def test_all_faults_of_a_book_at_once():
    def three(file):
        file["borrowers/pd"][1] = 2
        file["loans/lgd"][2] = 9
        file["loans/borrower"][3] = "nobody"
    refused("book", "check", edited("three", three), says=["pd", "lgd", "nobody"])


def test_two_books_that_disagree():
    def loans(prefix, bank):
        return {"id": [f"{prefix}1", f"{prefix}2"], "borrower": ["x", "y"], "bank": [bank, bank],
                "balance": [100.0, 300.0], "lgd": [.4, .4]}

    def borrowers(pd):
        return {"id": ["x", "y"], "pd": [.01, pd], "sector": ["C3071", "C3071"], "region": ["500153"] * 2}
    one = write_book(f"{HOME}/one.book.h5", {"id": ["b1"]}, borrowers(.02), loans("p", "b1"))
    two = write_book(f"{HOME}/two.book.h5", {"id": ["b2"]}, borrowers(.03), loans("q", "b2"))
    null = write_text(f"{HOME}/null.lua", 'return scenario { name = "null", title = { en = "n", zh = "n" }, '
                      'years = { 2026, 2027 } }\n')
    run_refused(null, "--book", one, "--book", two, says=["y", "pd", "0.02", "0.03"])
    command("run", null, "--book", one, "--book", two, "-o", f"{HOME}/w.h5", "--on-conflict", "weighted",
            "--paths", 50)
    run_refused(null, "--book", one, "--book", one, says=["b1"])
    os.remove(f"{HOME}/w.h5")


def test_a_ledger_that_does_not_tie():
    def total(file):
        file["banks"].create_dataset("total_loans", data=[1e6, 2e6, 3e6])
    run_refused(SCRIPT, "--book", edited("tie", total), says=["bank0", "1000000.00"])


def script_refused(body, says, years="2026, 2028", lines=None):
    script = write_text(f"{HOME}/bad.lua", f"""return scenario {{
  name = "bad", title = {{ en = "bad", zh = "bad" }}, years = {{ {years} }},
  drivers = {{ price = pathway {{ unit = "CNY/tCO2e", reference = 70, [2026] = 80, [2028] = 300 }} }},
  borrower = function (b, d, before)
{body}
  end,
}}
""")
    message = run_refused(script, "--book", BOOK, says=["bad.lua:", *says])
    for line in lines or ():
        assert f"bad.lua:{line}:" in message, f"line {line} not named in {message}"
    refused("scenario", "check", script, says=["bad.lua:"])
    return message


def test_names():
    script_refused("    return { pd = b.pdd }", ["pdd", "pd"], lines=[5])
    script_refused("    return { pd = logistik(b.pd) }", ["logistik", "logistic"], lines=[5])
    script_refused("    return { pd = b.pd * d.prise / 70 }", ["prise", "price"], lines=[5])
    script_refused("    return { pdd = b.pd }", ["pdd", "pd"])
    script_refused("    return { pd = b.pd, state = { e = before.equityy } }", ["equityy", "equity"])


def test_units():
    message = script_refused("    local x = b.revenue + b.scope1\n    return { pd = b.pd }",
                             ["CNY", "tCO2e", "revenue", "scope1"], lines=[5])
    assert "bad.lua:5:" in message
    script_refused("    return { pd = logistic(d.price) }", ["CNY/tCO2e"], lines=[5])


DISGUISES = [
    "    if b.equity:lt(0) then return { pd = 1 } end\n    return { pd = b.pd }",
    "    if b.equity < 0 then return { pd = 1 } end\n    return { pd = b.pd }",
    "    local p = b.equity:lt(0) and 1 or b.pd\n    return { pd = p }",
    "    local p = b.pd or 0.5\n    return { pd = p }",
    "    if not b.household then return { pd = 0.5 } end\n    return { pd = b.pd }",
    "    if b.equity == 0 then return { pd = 1 } end\n    return { pd = b.pd }",
    "    if b.equity ~= 0 then return { pd = 1 } end\n    return { pd = b.pd }",
    "    while b.equity:lt(0) do return { pd = 1 } end\n    return { pd = b.pd }",
    "    local f = b.sector_is('C30') and 2 or 1\n    return { pd = b.pd * f / 2 }",
    "    if b.sector == 'C3071' then return { pd = 1 } end\n    return { pd = b.pd }",
    "    local t = ({ C3071 = 0.3 })[b.sector] or 0\n    return { pd = b.pd + t }",
    "    local ok = pcall(function () return b.pd < 1 end)\n    return { pd = ok and b.pd or 0 }",
    "    assert(b.equity:gt(0))\n    return { pd = b.pd }",
    "    for i = 1, b.pd do end\n    return { pd = b.pd }",
    "    return { pd = math.max(b.pd, 0.5) }",
    "    local x = where(b.pd > 0.5, 1, 0)\n    return { pd = x }",
    "    local e = b.equity\n    repeat local z = 1 until e:lt(0)\n    return { pd = b.pd }",
]


def test_a_branch_in_each_of_its_disguises():
    for body in DISGUISES:
        line = 6 if "repeat" in body else 5
        script_refused(body, ["where"] if "math.max" not in body and "for i" not in body and
                       "({ C3071" not in body else [], lines=[line])


def test_branches_that_are_allowed():
    script = write_text(f"{HOME}/fine.lua", """
local mode = "severe"
local betas = { C30 = 1.5, D44 = 2 }
return scenario {
  name = "fine", title = { en = "fine", zh = "fine" }, years = { 2026, 2028 },
  drivers = { x = pathway { reference = 0, [2026] = 0.1 } },
  borrower = function (b, d)
    local step = 0
    if d.year == 2027 then step = 0.1 elseif d.year > 2027 then step = 0.2 end
    if mode == "severe" and step ~= 0 then step = step * 2 end
    local sum = 0
    for code, beta in pairs(betas) do sum = sum + where(b.sector_is(code), beta, 0) end
    for _, v in ipairs { 1, 2 } do step = step + v / 100 end
    return { pd = logistic(logit(b.pd) + d.x * sum + step - at_reference(d.x * sum + step)) }
  end,
}
""")
    command("scenario", "check", script, "--book", BOOK)


def test_hostile_scripts():
    for body, says in (
            ("    while true do end", ["10 s"]),
            ("    local s = ('x'):rep(1e9)", ["MiB"]),
            ("    local s = ('a'):rep(30):find(('a?'):rep(30) .. ('a'):rep(30))", ["pattern"]),
            ("    os.execute('true')", ["os"]),
            ("    io.open('/etc/passwd')", ["io"]),
            ("    require('../../etc/passwd')", ["require"]),
            ("    load('return 1')", ["load"]),
            ("    local t = {} while true do t[#t + 1] = {} end", ["MiB"]),
            ("    local function f() return f() + 1 end f()", ["too deeply"]),
    ):
        script_refused(body + "\n    return { pd = b.pd }", says)


def test_files_that_are_no_scenarios():
    path = f"{HOME}/bytecode.lua"
    with open(path, "wb") as file:
        file.write(b"\x1bLua\x54\x00\x19\x93\r\n\x1a\n" + bytes(60))
    run_refused(path, "--book", BOOK, says=["bytecode.lua", "compiled"])
    run_refused(f"{HOME}/absent.lua", "--book", BOOK, says=["absent.lua"])
    run_refused(write_text(f"{HOME}/syntax.lua", "return scenario {\n  name = = 3\n}\n"), "--book", BOOK,
                says=["syntax.lua:2:"])
    run_refused(write_text(f"{HOME}/wide.lua", 'return scenario {\n  name = "a"，\n}\n'), "--book", BOOK,
                says=["wide.lua:2:", "，"])
    run_refused(write_text(f"{HOME}/unknown.lua", 'return scenario { name = "a", title = { en = "a", zh = "a" }, '
                           'years = { 2026, 2027 }, drivrs = {} }\n'), "--book", BOOK, says=["drivrs", "drivers"])
    run_refused(write_text(f"{HOME}/base.lua", 'return scenario { name = "baseline", title = { en = "a", zh = "a" }, '
                           'years = { 2026, 2027 } }\n'), "--book", BOOK, says=["baseline"])


def test_all_faults_of_a_script_at_once():
    message = script_refused("    local x = b.revenue + b.scope1\n    local y = b.nothing\n"
                             "    return { pd = b.pd + d.nix }", ["revenue", "nothing", "nix"], lines=[5, 6, 7])
    assert len(message.strip().splitlines()) >= 3


def test_formulas_out_of_range():
    for body, says in (
            ("    return { pd = b.pd + 2 }", ["pd", "2026", "B0000"]),
            ("    return { pd = log(b.pd - b.pd) }", ["pd", "2026"]),
            ("    return { pd = b.pd / (b.pd - b.pd) }", ["pd", "2026"])):
        script = write_text(f"{HOME}/range.lua", carbon().replace(
            "pd = logistic(logit(b.pd) - 12 * (margin - at_reference(margin))),",
            body.strip().removeprefix("return { ").removesuffix(" }") + ",").replace(
                'applies = function (b) return b.sector_is("C30", "D44") end,', ""))
        run_refused(script, "--book", BOOK, says=says)


def test_missing_inputs_need_a_proxy():
    def hole(file):
        file["borrowers/revenue"][17] = math.nan
    book = edited("hole", hole)
    script = write_text(f"{HOME}/all.lua", carbon().replace(
        'applies = function (b) return b.sector_is("C30", "D44") end,', ""))
    run_refused(script, "--book", book, says=["B0017", "2026"])


def test_places_that_cannot_be_written():
    foreign = write_text(f"{HOME}/notes.txt", "mine")
    refused("run", SCRIPT, "--book", BOOK, "-o", foreign, "--paths", 50, expect=2, says=["notes.txt"])
    assert open(foreign, encoding="utf-8").read() == "mine"
    refused("run", SCRIPT, "--book", BOOK, "-o", "/proc/nothing/out.result.h5", "--paths", 50, expect=1,
            says=["/proc/nothing"])
    refused("run", SCRIPT, "--book", BOOK, "-o", "/dev/full", "--paths", 50, expect=2, says=["/dev/full"])


run_all(globals())
