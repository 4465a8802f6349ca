"""Model files from end to end: what is refused, and that what keeps an expectation keeps it."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, refused, run_all, small_book, table, write_book, write_text

HOME = folder()
BOOK = small_book(f"{HOME}/small.book.h5")
SCENARIO = write_text(f"{HOME}/calm.lua", """return scenario {
  name = "calm", title = { en = "t", zh = "t" }, years = { 2026, 2027 },
  drivers = { shift = pathway { reference = 0, [2026] = 0.5 } },
  borrower = function (b, d) return { pd = logistic(logit(b.pd) + d.shift) } end,
}
""")
SHIPPED = ["one_factor", "t_copula", "frye_jacobs", "correlated_recovery", "by_sector"]


def model(name, rest):
    return write_text(f"{HOME}/{name}.lua", f"""return model {{
  name = "{name}", factors = {{ "x" }}, loading = {{ x = 0.4 }},
  {rest}
}}
""")


def run(of, with_model, paths=200):
    out = f"{HOME}/out.result.h5"
    command("run", SCENARIO, "--book", of, "--model", with_model, "-o", out, "--paths", paths)
    return out


def test_shipped_models_run():
    for name in SHIPPED:
        out = run(BOOK, f"{SOURCE}/scenarios/models/{name}.lua")
        rows = {(r["scenario"], r["measure"]): float(r["value"]) for r in table(out, "summary")}
        assert rows["calm", "el"] > rows["baseline", "el"] > 0
        inputs = {r["key"] for r in table(out, "run") if r["key"].startswith("sha256:")}
        kept = any(key.endswith("correlation.lua") for key in inputs)
        assert kept == (name != "one_factor"), inputs


def test_expected_loss_of_the_baseline_is_kept():
    """Years independent: purely random LGD and Frye-Jacobs leave the closed form as it is."""
    for name, lgd in (("fixed", "fixed"), ("spread", "beta { spread = 0.5 }"), ("linked", "frye_jacobs {}")):
        out = run(BOOK, model(name, f"lgd = {lgd},"), paths=20000)
        values = {r["key"]: r["value"] for r in table(out, "run")}
        exact = float(values["analytic_el:baseline"])
        el = next(r for r in table(out, "summary") if (r["scenario"], r["measure"]) == ("baseline", "el"))
        assert abs(float(el["value"]) - exact) < 4.5 * float(el["stderr"]), (name, el, exact)


def test_bad_models_are_refused_at_their_line():
    for rest, words in (("copula = t { nu = 1 },", "whole number from 2 to 100"),
                        ("copula = \"clayton\",", "not known to this version"),
                        ("lgd = beta { spread = 2 },", "from 0.01 to 0.9"),
                        ("lgd = beta { spread = 0.4, systematic = 1 },", "from 0 to below 1"),
                        ("lgd = frye_jacobs { k = 1 },", "unknown key `k`"),
                        ("lgd = 0.45,", "`lgd` must be fixed")):
        refused("run", SCENARIO, "--book", BOOK, "--model", model("bad", rest), "-o", f"{HOME}/no.result.h5",
                says=["bad.lua:3:", words])


def test_lgds_without_a_distribution_are_refused():
    of = write_book(f"{HOME}/high.book.h5", {"id": ["b"]},
                    {"id": ["f0", "f1"], "pd": [.1, .2], "sector": ["C3071"] * 2, "region": ["500153"] * 2},
                    {"id": ["l0", "l1"], "borrower": ["f0", "f1"], "bank": ["b"] * 2, "balance": [100.0] * 2,
                     "lgd": [.4, 1.2]})
    run(of, model("fixed", "lgd = fixed,"))
    for name, lgd in (("spread", "beta { spread = 0.5 }"), ("linked", "frye_jacobs {}")):
        refused("run", SCENARIO, "--book", of, "--model", model(name, f"lgd = {lgd},"), "-o",
                f"{HOME}/no.result.h5", says=[f"model {name}: lgd of loan l1 is 1.2"])


run_all(globals())
