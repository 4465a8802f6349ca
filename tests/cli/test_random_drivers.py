"""Random drivers on the command line: a path explained adds up to the table of paths; a driver without
spread is a pathway; standing at its reference it moves nothing; and what is refused says what and where."""
import csv
import io
import os
import re
import sys
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import all_tables, command, folder, one_factor, refused, run_all, small_book, table, write_text
from scenarios import HEAD, carbon, random_drivers

HOME = folder()
BOOK = small_book(f"{HOME}/a.book.h5")
MODEL = one_factor(f"{HOME}/model.lua", persistence=0.4)
RANDOM = write_text(f"{HOME}/random.lua", random_drivers(links="macro = -0.4"))
NOTHING = f"{HOME}/nothing.result.h5"


def run(name, script, *options, paths=600):
    out = f"{HOME}/{name}.result.h5"
    how_many = ("--paths", paths) if paths else ()
    shown, _ = command("run", script, "--book", BOOK, "--model", MODEL, "-o", out, "--seed", 5, *how_many, *options)
    return out, shown


def script_with(name, drivers, borrower, loan=None):
    """A scenario of the given drivers and formulas."""
    text = HEAD.format(name=name, last=2028) + f"drivers = {{ {drivers} }},\nborrower = {borrower},\n"
    return write_text(f"{HOME}/{name}.lua", text + (f"loan = {loan},\n" if loan else "") + "}\n")


def test_a_path_explained_adds_up():
    result, _ = run("explained", RANDOM)
    paths, per_scenario = {}, {"baseline": 0, "random": 0}
    for row in table(result, "paths"):
        paths[row["scenario"], int(row["path"]), row["bank"]] = Decimal(row["loss"])
    changes = {}
    for path in (0, 1, 9, 100, 311, 599):
        story, _ = command("explain", result, "--path", path, "--format", "csv")
        sums = {}
        for row in csv.DictReader(io.StringIO(story)):
            key = row["scenario"], path, row["bank"]
            sums[key] = sums.get(key, 0) + Decimal(row["loss"])
            per_scenario[row["scenario"]] += 1
            if class_of(row["loan"]) == 3:
                changes.setdefault((row["loan"], row["year"]), set()).add(row["loss"])
        wanted = {key: loss for key, loss in paths.items() if key[1] == path and loss != 0}
        assert {key: loss for key, loss in sums.items() if loss != 0} == wanted, path
    assert min(per_scenario.values()) > 0
    assert any(len(losses) > 2 for losses in changes.values()), "no loan in default differs from path to path"


def class_of(loan):
    import h5py
    if not _classes:
        with h5py.File(BOOK) as book:
            ids = [text.decode() for text in book["loans/id"][:]]
            _classes.update(zip(ids, book["loans/class"][:]))
    return _classes[loan]


_classes = {}


def same_tables(one, other, but=()):
    left, right = all_tables(one), all_tables(other)
    assert left.keys() == right.keys()
    for name, text in left.items():
        assert name in but or right[name] == text, name
    assert left["paths"].count("\n") > 100


PRICE = 'pathway {{ unit = "CNY/tCO2e", reference = 70, [2026] = {0}, [2028] = {1} }}'


def test_without_spread_it_is_a_pathway():
    """The same script, its price once a pathway and once normal around it without spread."""
    text = carbon()
    mean = PRICE.format(200, 900)
    assert mean in text
    random = f'random.normal {{ unit = "CNY/tCO2e", mean = {mean}, sd = 0, reference = 70 }}'
    pathway, _ = run("pathway", write_text(f"{HOME}/carbon.lua", text))
    normal, _ = run("normal", write_text(f"{HOME}/carbon.lua", text.replace(mean, random)))
    same_tables(pathway, normal)
    spread, _ = run("spread", write_text(f"{HOME}/carbon.lua", text.replace(mean, random.replace("sd = 0", "sd = 90"))))
    assert all_tables(spread)["paths"] != all_tables(normal)["paths"]


def test_at_its_reference_it_moves_nothing():
    drivers = """
      price = random.lognormal { unit = "CNY/tCO2e", mean = 70, sigma = 0, with = { macro = -0.5 } },
      heat = random.normal { mean = 0, sd = SD, reference = 0 },
      ban = random.regime { before = 0, after = 0, start = 0.5, reference = 0 },"""
    borrower = """function (b, d)
      local change = d.price * b.scope1 / b.revenue + d.heat + d.ban
      return { pd = logistic(logit(b.pd) + change - at_reference(change)) }
    end"""
    loan = "function (l, b, d) return { lgd = l.lgd * (1 + d.heat) } end"
    still, _ = run("still", script_with("still", drivers.replace("SD", "0"), borrower, loan))
    deltas = [cell for name in ("summary", "years", "banks", "sectors", "regions") for row in table(still, name)
              for key, cell in row.items() if key.startswith("delta") and row["scenario"] == "still" and cell]
    assert len(deltas) > 50 and all(float(cell) == 0 for cell in deltas), deltas
    moved, _ = run("moved", script_with("moved", drivers.replace("SD", "0.01"), borrower, loan))
    assert any(float(row["delta"]) != 0 for row in table(moved, "summary") if row["scenario"] == "moved")


def test_to_a_precision():
    """More paths are taken as they are needed; the last bits are those of a run with as many."""
    precise, shown = run("precise", RANDOM, "--precision", "2.5%", paths=None)
    assert "ES 99.9% is known to" in shown, shown
    paths = next(row["value"] for row in table(precise, "run") if row["key"] == "paths")
    assert int(paths) > 100_000
    counted, _ = run("counted", RANDOM, paths=paths)
    same_tables(precise, counted)


def test_no_tail():
    refused("run", RANDOM, "--book", BOOK, "--model", MODEL, "-o", NOTHING, "--paths", 500, "--tail", 5, expect=2,
            says=["--tail", "random drivers", "--paths"])
    assert not os.path.exists(NOTHING)


def refuse(script, *says):
    for threads in (1, 2):
        refused("run", script, "--book", BOOK, "--model", MODEL, "-o", NOTHING, "--paths", 2000, "--seed", 5,
                "--threads", threads, says=[*says, os.path.basename(script), " path "])
        assert not os.path.exists(NOTHING)


def test_a_value_out_of_range_on_some_path():
    wide = "x = random.lognormal { mean = 1, sigma = 1.5 },"
    pd = "function (b, d) return { pd = b.pd * d.x } end"
    refuse(script_with("wide", wide, pd), "scenario wide", "borrower B", "pd ", "0 to 1", "202")
    gap = "x = random.normal { mean = 3, sd = 1 },"
    refuse(script_with("gap", gap, "function (b, d) return { pd = b.pd * log(d.x) / 10 } end"), "scenario gap", "pd ")
    # One borrower in thousands of paths.
    rare = "x = random.normal { mean = 0, sd = 1 },"
    rarely = "function (b, d) return { pd = where(b.pd:lt(0.14), b.pd, 0.5 + d.x / 6.5) } end"
    refuse(script_with("rare", rare, rarely), "scenario rare", "pd ")
    lgd = "function (l, b, d) return { lgd = l.lgd * d.x } end"
    refuse(script_with("steep", wide, "function (b, d) return { pd = min(0.9, 5 * b.pd) } end", lgd),
           "scenario steep", "lgd ", "loan ", "0 to 1.5")


def shares(result, name="random"):
    """Simulated share of borrowers that default over the horizon, mean by the PDs of the paths, and its error."""
    values = {row["key"]: float(row["value"]) for row in table(result, "run") if row["key"].startswith("cumulative_pd")
              and row["key"].endswith(f":{name}")}
    return (values[f"cumulative_pd_simulated:{name}"], values[f"cumulative_pd_formula:{name}"],
            values.get(f"cumulative_pd_formula_stderr:{name}"))


def test_the_run_prints_what_the_factors_make_of_the_pds():
    """Years and drivers independent of the factors: the share that defaults is the mean of the paths' PDs. A driver that
    rises when the factor falls: more default than that."""
    model = one_factor(f"{HOME}/independent.lua", persistence=0)
    book = f"{HOME}/many.book.h5"
    command("book", "synth", "--borrowers", 400, "-o", book)
    found = {}
    for name, links in (("apart", ""), ("joined", "macro = -0.9")):
        driver = f"x = random.normal {{ mean = 0, sd = 1, reference = 0, with = {{ {links} }} }},"
        script = script_with(name, driver, "function (b, d) return { pd = logistic(logit(b.pd) + d.x) } end")
        out = f"{HOME}/{name}.result.h5"
        shown, _ = command("run", script, "--book", book, "--model", model, "-o", out, "--paths", 20000)
        assert "by the PDs of the paths alone" in shown and "against the closed form" in shown
        assert f"analytic_el:{name}" not in {row["key"] for row in table(out, "run")}, "it has no closed form"
        found[name] = shares(out, name)
    simulated, mean, error = found["apart"]
    assert 0 < error < 0.03 * mean and abs(simulated - mean) < 4 * error, found
    simulated, mean, error = found["joined"]
    assert abs(simulated - mean) > 8 * error, found


def test_plan_says_what_varies_and_what_stays_in_doubt():
    shown, _ = command("scenario", "plan", RANDOM, "--book", BOOK, "--model", MODEL)
    varying, in_scope = map(int, re.search(r"from path to path: of (\d+) of (\d+) borrowers", shown).groups())
    decided, doubt = map(float, re.search(r"bounds decide ([\d.]+) %; ([\d.]+) % stay in doubt", shown).groups())
    assert 0 < varying <= in_scope and decided > 10 and abs(decided + doubt - 100) < 0.02, shown
    assert re.search(r"\d+ paths: about [\d.e-]+ s of simulation on one thread", shown), shown
    of_path = int(re.search(r"^pd +\d+ +\d+ +\d+ +(\d+)", shown, re.M).group(1))
    assert of_path > 0, shown
    pathway = write_text(f"{HOME}/pathway.lua", carbon())
    shown, _ = command("scenario", "plan", pathway, "--book", BOOK, "--model", MODEL)
    assert "of simulation" in shown and "in doubt" not in shown
    assert int(re.search(r"^pd +\d+ +\d+ +\d+ +(\d+)", shown, re.M).group(1)) == 0, shown


def test_the_mean_of_the_pds_hangs_on_nothing_else():
    same = [shares(run(f"same{k}", RANDOM, *options, paths=paths)[0])[1:]
            for k, (options, paths) in enumerate(((("--threads", 1), 600), (("--threads", 2), 1200), (("--book-slabs", 3), 600)))]
    assert same[0] == same[1] == same[2], same


if __name__ == "__main__":
    run_all(globals())
