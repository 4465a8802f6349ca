"""Details of the file format and the language that are easily lost: units of known columns, empty catalogue codes,
absent columns, rounding, order of scenarios."""
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import h5py
from plimsoll import SOURCE, command, folder, one_factor, refused, run_all, table, write_book, write_text

HOME = folder()
MODEL = one_factor(f"{HOME}/model.lua")
BORROWERS = {"id": ["f0", "f1", "f2", "f3"], "pd": [.1, .2, .3, .4], "sector": ["C3071"] * 4, "region": ["500153"] * 4}
LOANS = {"id": ["l0", "l1", "l2", "l3"], "borrower": ["f0", "f1", "f2", "f3"], "bank": ["b"] * 4,
         "balance": [100.0] * 4, "lgd": [.4] * 4}


def book(name, borrowers=None, loans=None, units=None):
    path = write_book(f"{HOME}/{name}.book.h5", {"id": ["b"]}, {**BORROWERS, **(borrowers or {})},
                      {**LOANS, **(loans or {})})
    with h5py.File(path, "r+") as file:
        for column, unit in (units or {}).items():
            file[column].attrs["unit"] = unit
    return path


def script(name, body):
    return write_text(f"{HOME}/{name}.lua", f"""return scenario {{
  name = "{name}", title = {{ en = "t", zh = "t" }}, years = {{ 2026, 2027 }},
  {body}
}}
""")


def run(scripts, of, paths=20):
    out = f"{HOME}/out.result.h5"
    command("run", *scripts, "--book", of, "--model", MODEL, "-o", out, "--paths", paths)
    return out


def stressed(out, name):
    return [float(r["pd_stressed"]) for r in table(out, "borrowers") if r["scenario"] == name]


def test_known_money_in_other_units():
    """revenue and undrawn in 万元 are CNY times 10,000, once."""
    of = book("units", {"revenue": [1.0, 2.0, 3.0, 4.0]}, {"undrawn": [.01] * 4, "ccf": [1.0] * 4},
              {"borrowers/revenue": "万元", "loans/undrawn": "万元"})
    one = script("units", """drivers = { o = pathway { unit = "CNY", reference = 1, [2026] = 1 } },
  borrower = function (b, d) return { pd = b.revenue / 1e6 / d.o } end,""")
    assert stressed(run([one], of), "units") == [.01, .02, .03, .04]
    assert table(f"{HOME}/out.result.h5", "banks")[0]["exposure"] == "800.00"


def test_no_green_code_is_an_answer():
    of = book("green", loans={"green": ["1.2.3", "", "1.4", ""]})
    one = script("green", """loan = function (l, b, d) return { lgd = where(eq(l.green, "1.2.3"), 0.9, 0.45) } end,""")
    out = run([one], of, paths=400)
    losses = {}
    for path in range(0, 400, 7):
        for line in command("explain", out, "--path", path, "--format", "csv")[0].splitlines()[1:]:
            scenario, _, _, _, loan, _, loss = line.split(",")
            if scenario == "green":
                losses[loan] = loss
    assert losses == {"l0": "90.00", "l1": "45.00", "l2": "45.00", "l3": "45.00"}


def test_a_column_that_the_book_lacks_is_missing_everywhere():
    for name in ("ceramics_ets", "pboc2021_severe"):    # `applies` leaves firms without accounts alone
        out = f"{HOME}/lack.result.h5"
        command("run", f"{SOURCE}/scenarios/{name}.lua", "--book", book("lack"), "-o", out, "--paths", 10)
    guarded = script("guarded", """applies = function (b) return proxy(b.revenue:gt(0), 0) end,
  borrower = function (b, d) return { pd = b.pd * 0 + b.revenue / b.revenue } end,""")
    assert stressed(run([guarded], book("lack")), "guarded") == BORROWERS["pd"]
    own = script("own", """columns = { foo = "CNY" },
  borrower = function (b, d) return { pd = b.pd + 0 * proxy(b.foo / b.foo, 0) } end,""")
    run([own], book("lack"))
    bare = script("bare", "borrower = function (b, d) return { pd = b.revenue / b.revenue } end,")
    refused("run", bare, "--book", book("lack"), "-o", f"{HOME}/no.result.h5",
            says=["f0", "2026", "no column revenue", "bare.lua:3"])


def test_loss_is_rounded_once():
    of = book("round", {"pd": [.9999999] * 4},
              {"balance": [100.01, 100.004, .10, 1.15], "undrawn": [.01, 0, 0, 0], "ccf": [.5, 0, 0, 0],
               "lgd": [.3, 1.5, .45, .5]})
    out = run([script("round", "")], of)
    told = dict(line.split(",")[4::2] for line in command("explain", out, "--path", 0, "--format", "csv")[0].splitlines()
                if line.startswith("baseline"))
    assert told == {"l0": "30.00", "l1": "150.01", "l2": "0.04", "l3": "0.58"}


def test_scenarios_are_sorted_by_name():
    scripts = [script("zebra", ""), script("ant", "borrower = function (b, d) return { pd = b.pd / 2 } end,")]
    texts = []
    for order in (scripts, scripts[::-1]):
        out = run(order, book("order"), paths=100)
        assert list(dict.fromkeys(r["scenario"] for r in table(out, "summary"))) == ["baseline", "ant", "zebra"]
        texts.append([table(out, name) for name in ("summary", "paths", "borrowers", "warnings", "banks")])
    assert texts[0] == texts[1]
    assert math.isclose(stressed(out, "ant")[0], .05)


def test_terms_are_known_without_a_book():
    command("scenario", "check", script("terms", "borrower = function (b, d) return { pd = b.pd_2 * 0 + b.pd } end,"))


def test_an_empty_table_says_why():
    out = run([script("why", "")], book("why"))
    text, message = command("show", out, "classes", "--format", "csv")
    assert text == "scenario,year,bank,from,to,amount,share,share_stderr\n" and "class" in message


def test_an_inner_pathway_takes_the_unit():
    one = script("inner", """drivers = {
    x = pathway { unit = "万元", reference = pathway { [2026] = 1 }, [2026] = 2 }, y = pathway { unit = "CNY", [2026] = 10000 } },
  borrower = function (b, d) return { pd = 0.1 * at_reference(d.x) / d.y } end,""")
    assert stressed(run([one], book("inner")), "inner") == [.1] * 4


def test_forms_of_interp():
    one = script("interp", """drivers = { x = pathway { reference = 0, [2026] = 0.5 } },
  borrower = function (b, d)
    local c = curve { { 0, 0 }, { 1, 0.2 } }
    return { pd = (interp(d.x, { 0, 1 }, { 0, 0.2 }) + interp(d.x, { { 0, 0 }, { 1, 0.2 } }) + c(d.x)) / 3 }
  end,""")
    assert all(math.isclose(p, .1) for p in stressed(run([one], book("interp")), "interp"))


def test_large_integers_are_carried():
    run([script("large", "")], book("large", {"q": [2 ** 60 + 1, 1, 2, 3]}))


def test_version_everywhere():
    for words in ([], ["run"], ["book", "check"], ["scenario", "check"]):
        assert command(*words, "--version")[0].startswith("plimsoll 0.")


run_all(globals())
