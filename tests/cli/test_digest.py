"""What a run prints at its end leaves out what the result does not hold."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, one_factor, run_all, small_book, table, write_text

HOME = folder()
BOOK = small_book(f"{HOME}/small.book.h5")
OUT = f"{HOME}/out.result.h5"


def test_baseline_alone_has_no_moves():
    model = one_factor(f"{HOME}/model.lua")
    shown, _ = command("run", "--baseline", "1", "--book", BOOK, "--model", model, "--paths", "2000", "-o", OUT)
    assert "Sectors with the largest expected loss" in shown and "moves most" not in shown, shown
    sectors = {row["key"]: float(row["el"]) for row in table(OUT, "sectors")}
    first = shown.split("Sectors with the largest")[1].splitlines()[2].split()[0]
    assert first == max(sectors, key=sectors.get), (first, sectors)


def test_a_scenario_without_closed_form_is_not_shown_one():
    scenario = write_text(f"{HOME}/shift.lua", """return scenario {
  name = "shift", title = { en = "shift", zh = "移" }, years = { 2026, 2026 },
  drivers = { s = pathway { reference = 0, [2026] = 0.5 } },
  borrower = function (b, d) return { pd = logistic(logit(b.pd) + d.s) } end,
}
""")
    model = write_text(f"{HOME}/fj.lua", """return model {
  name = "fj", copula = "gaussian", lgd = frye_jacobs {}, factors = { "macro" },
  loading = function (b) return { macro = sqrt(0.15) } end, persistence = 0,
}
""")
    shown, _ = command("run", scenario, "--book", BOOK, "--model", model, "--paths", "2000", "-o", OUT)
    part = shown.split("against the closed form")[1].split("\n\n")[0]
    assert "baseline: " in part and "shift" not in part, part


if __name__ == "__main__":
    run_all(globals())
