"""Hazards by return period from the command line: one scenario as a table and as files gives one result, on any threads and
for any number of paths; expected losses of PDs and LGDs that hang on depth at home, at a site and at a pledge; and damage
event by event is refused."""
import math
import os
import random
import sys

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import all_tables, command, folder, one_factor, refused, run_all, table, write_book, write_text

HOME = folder()
MODEL = one_factor(f"{HOME}/model.lua", r2=0.1, persistence=0.3)
PATHS = 4000

# By place: return periods in years, depths in metres. The mill's second site has a curve of its own, by its id.
CURVES = {
    "500153001": {10: 0.3, 50: 1.0, 200: 2.5},
    "500153002": {5: 0.2, 100: 1.5},
    "5001": {20: 0.4, 500: 1.2},
    "m2": {2: 0.1, 10: 0.9, 100: 1.6},
}

HEAD = """return scenario {
  name = "flood", title = { en = "Flood" }, years = { 2026, %d },
  drivers = { depth = hazard.return_periods { unit = "m", %s } },
"""
FORMULAS = """  borrower = function (b, d)
    local hit = interp(d.depth, { { 0, 0 }, { 1, 0.2 }, { 2, 0.5 } })
    local sites = over_sites(b, function (s) return s.value * interp(at(s, d.depth), { { 0, 0 }, { 2, 1 } }) end)
    return { pd = min(b.pd + hit + sites / b.debt, 1) }
  end,
  loan = function (l, b, d)
    local lost = over_collateral(l, function (c)
      return c.value * c.share * interp(at(c, d.depth), { { 0, 0 }, { 1, 0.3 }, { 2, 1 } })
    end)
    return { lgd = l.lgd + 0.5 * lost / l.balance }
  end,
}
"""
REST = 'correlation = 0.4, reaches = { ["500153001"] = "Laixi", m2 = "Laixi" }, frequency = pathway { [2026] = 1, [2028] = 1.5 }'


def book(path, n=120):
    regions = ["500153001", "500153002", "500154001", "510000000"]
    firms = {"id": [f"f{i:03d}" for i in range(n)], "pd": [0.003 + 0.0002 * i for i in range(n)], "sector": ["C30"] * n,
             "region": [regions[i % 4] for i in range(n)], "debt": [1e8] * n}
    loans = {"id": [f"l{i:03d}" for i in range(n)], "borrower": firms["id"], "bank": [f"bank{i % 2}" for i in range(n)],
             "balance": [2e7 if i == 2 else 1e6 + 1000 * i for i in range(n)], "lgd": [0.3 + 0.001 * i for i in range(n)]}
    sites = {"id": ["m2"] + [f"s{i:03d}" for i in range(60)], "borrower": ["f002"] + [f"f{2 * i:03d}" for i in range(60)],
             "collateral": [""] * 61, "region": ["500199001"] + [regions[i % 3] for i in range(60)], "value": [5e7] + [2e6] * 60}
    pledges = {"id": [f"c{i:03d}" for i in range(50)], "loan": [f"l{i:03d}" for i in range(50)], "value": [4e5] * 50,
               "region": [regions[(i + 1) % 4] for i in range(50)]}
    return write_book(path, {"id": ["bank0", "bank1"]}, firms, loans, sites=sites, collateral=pledges)


BOOK = book(f"{HOME}/a.book.h5")


def as_table(curves):
    places = (f'["{place}"] = {{ {", ".join(f"[{t}] = {x}" for t, x in curve.items())} }}' for place, curve in curves.items())
    return f"curves = {{ {', '.join(places)} }}"


def as_rows(curves):
    return [f"{place},{t},{x}" for place, curve in curves.items() for t, x in curve.items()]


def run(name, text, *options, paths=PATHS):
    out = f"{HOME}/{name}.result.h5"
    script = write_text(f"{HOME}/{name}.lua", text)
    command("run", script, "--book", BOOK, "--model", MODEL, "-o", out, "--seed", 3, "--paths", paths, *options)
    return out


def as_written(source, last=2028):
    return HEAD % (last, f"{source}, {REST}") + FORMULAS


def same(one, other):
    left, right = all_tables(one), all_tables(other)
    assert left.keys() == right.keys()
    for name, text in left.items():
        assert right[name] == text, name


def test_a_table_and_files_are_one():
    """The same points in the script, in a file, in the file with rows and columns in another order and a column more."""
    rows = as_rows(CURVES)
    write_text(f"{HOME}/points.csv", "\n".join(["place,return_period,intensity", *rows]) + "\n")
    random.Random(5).shuffle(rows)
    cells = [row.split(",") for row in rows]
    turned = [f"{float(depth):.3f},map {i},{place},{period}.0" for i, (place, period, depth) in enumerate(cells)]
    write_text(f"{HOME}/turned.csv", "\r\n".join(["intensity,sheet,place,return_period", *turned]))
    written = run("written", as_written(as_table(CURVES)))
    assert any(float(row["delta"]) > 0 for row in table(written, "summary") if row["scenario"] == "flood")
    same(written, run("points", as_written('csv = "points.csv"')))
    same(written, run("turned", as_written('csv = "turned.csv"')))


def test_threads_slabs_and_paths():
    """The same bits on one thread and two and with the book in slabs; and of more paths the first are those of fewer."""
    text = as_written(as_table(CURVES))
    few = run("few", text, "--threads", 1)
    same(few, run("two", text, "--threads", 2))
    same(few, run("slabs", text, "--threads", 2, "--book-slabs", 7))
    more = run("more", text, "--threads", 2, paths=3 * PATHS)
    first = [row for row in table(more, "paths") if int(row["path"]) < PATHS]
    assert first == table(few, "paths")
    assert sum(row["scenario"] == "flood" for row in first) > PATHS / 2


def place_of(row_id, region):
    """A row's place: its id, else the longest beginning of its region."""
    fitting = [row_id] if row_id in CURVES else [place for place in CURVES if region.startswith(place)]
    return max(fitting, key=len) if fitting else None


def depths(place, u):
    """At a place, in years that are exceeded with the probabilities u."""
    if place is None:
        return np.zeros_like(u)
    periods, points = zip(*sorted(CURVES[place].items()))
    return np.where(u > 1 / periods[0], 0, np.interp(-np.log(u), np.log(periods), points))


def expected_loss(u):
    """Of the first year, all places in one reach: the mean of PD times LGD times balance, whatever the factor does."""
    with h5py.File(BOOK) as file:
        columns = {group: {name: file[f"{group}/{name}"][:] for name in file[group]} for group in file if group != "banks"}
    text = {group: {name: [x.decode() for x in column] for name, column in c.items() if column.dtype == object}
            for group, c in columns.items()}
    depth = {place: depths(place, u) for place in [None, *CURVES]}

    def rows_of(group, owner, who):
        return [(columns[group]["value"][k], depth[place_of(text[group]["id"][k], text[group]["region"][k])])
                for k, of in enumerate(text[group][owner]) if of == who]
    total = 0
    for k, firm in enumerate(text["borrowers"]["id"]):
        home = depth[place_of(firm, text["borrowers"]["region"][k])]
        sites = sum(value * np.interp(d, [0, 2], [0, 1]) for value, d in rows_of("sites", "borrower", firm))
        pd = np.minimum(columns["borrowers"]["pd"][k] + np.interp(home, [0, 1, 2], [0, .2, .5]) + 1e-8 * sites, 1)
        lost = sum(value * np.interp(d, [0, 1, 2], [0, .3, 1]) for value, d in rows_of("collateral", "loan", f"l{k:03d}"))
        total += np.mean(pd * (columns["loans"]["lgd"][k] * columns["loans"]["balance"][k] + 0.5 * lost))
    return total


def test_expected_loss_by_quadrature():
    """PDs hang on depth at home and at sites, LGDs on that at pledges, all of one year and reach: the expected loss."""
    reaches = ", ".join(f'["{place}"] = "Laixi"' for place in CURVES)
    out = run("one_year", HEAD % (2026, as_table(CURVES) + f", correlation = 0.4, reaches = {{ {reaches} }}") + FORMULAS,
              paths=20000)
    row, = [row for row in table(out, "summary") if row["measure"] == "el" and row["scenario"] == "flood"]
    wanted = expected_loss((np.arange(100000) + 0.5) / 100000)
    assert abs(float(row["value"]) - wanted) < 4 * float(row["stderr"]), (row, wanted)
    assert float(row["stderr"]) < 0.02 * wanted, row


def test_one_reach_or_none():
    """Expected losses of firms at home don't hang on reaches and correlation; the tail does."""
    home = """  borrower = function (b, d) return { pd = min(b.pd + interp(d.depth, { { 0, 0 }, { 1, 0.3 } }), 1) } end,
}
"""
    tails = {}
    for name, joined in (("apart", "correlation = 0"), ("together", "correlation = 1")):
        rows = {row["measure"]: row for row in table(run(name, HEAD % (2026, as_table(CURVES) + ", " + joined) + home,
                                                         paths=20000), "summary") if row["scenario"] == "flood"}
        tails[name] = rows["el"], float(rows["es_99"]["value"])
    (el, tail), (joined_el, joined_tail) = tails["apart"], tails["together"]
    error = math.hypot(float(el["stderr"]), float(joined_el["stderr"]))
    assert abs(float(el["value"]) - float(joined_el["value"])) < 4 * error, tails
    assert joined_tail > 1.15 * tail, tails


def test_damage_wants_events():
    damage = """  damage = function (b, d) return { flood = proxy(b.equity, 1e6) * interp(d.depth, { { 0, 0 }, { 2, 1 } }) } end,
}
"""
    script = write_text(f"{HOME}/damage.lua", HEAD % (2026, as_table(CURVES) + ", correlation = 0.4") + damage)
    refused("run", script, "--book", BOOK, "--model", MODEL, "-o", f"{HOME}/none.result.h5", "--paths", 100,
            says=["scenario flood", "damage flood", "a hazard by return period", "hazard.events"])
    assert not os.path.exists(f"{HOME}/none.result.h5")


if __name__ == "__main__":
    run_all(globals())
