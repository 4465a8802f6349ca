"""Hazards from the command line: a small catastrophe whose arithmetic is written out, a book on which nothing can default,
events that reach plant and pledge together, and closed forms of exceedance."""
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, run_all, table, write_book, write_text

HOME = folder()
BOOK = f"{HOME}/small.book.h5"
PATHS = 20000

# Three firms in two towns; nothing can default by itself.
write_book(
    BOOK, {"id": ["bank"]},
    {"id": ["mill", "shop", "hotel"], "pd": [0.0, 0.0, 0.0], "sector": ["C13", "F52", "H61"],
     "region": ["500153001", "500153002", "500154001"], "equity": [4e6, 1e6, 8e6], "debt": [6e6, 1e6, 2e6]},
    {"id": ["L1", "L2", "L3", "L4"], "borrower": ["mill", "mill", "shop", "hotel"], "bank": ["bank"] * 4,
     "balance": [3e6, 1e6, 1e6, 2e6], "lgd": [0.4, 0.4, 0.5, 0.6]},
    collateral={"id": ["plant", "plant", "store"], "loan": ["L1", "L2", "L3"], "value": [2e6, 2e6, 5e5],
                "region": ["500153001", "500153001", "500153002"]})

HEAD = """return scenario {
  name = "flood", title = { en = "Flood" }, years = { 2026, 2029 },
  drivers = { depth = hazard.events { unit = "m", %s } },
"""
EVENTS = """events = {
    { name = "small", rate = 0.3, at = { ["500153001"] = 1 } },
    { name = "large", rate = 0.02, at = { ["500153001"] = 2, ["500153"] = 1 } } }"""
DAMAGE = """  damage = function (b, d)
    local loss = (b.debt + b.equity) * interp(d.depth, { { 0, 0 }, { 1, 0.1 }, { 2, 0.4 } })
    return { flood = { loss = loss, payout = min(loss, 0 * loss + 500000) } }
  end,
"""


def run(name, text, *more):
    out = f"{HOME}/{name}.result.h5"
    script = write_text(f"{HOME}/{name}.lua", text)
    command("run", BOOK, script, "--paths", PATHS, "-o", out, *more)
    return out


def test_a_catastrophe_by_hand():
    """small: the mill alone, 0.1 of 10 million. large: 0.4 of the mill's, 0.1 of the shop's 2 million; the hotel is elsewhere."""
    out = run("hand", HEAD % EVENTS + DAMAGE + "}\n")
    small, large = 1e6, 4e6 + 2e5
    paid_small, paid_large = 5e5, 5e5 + 2e5  # by firm, at most half a million an event
    row, = table(out, "damage")
    assert float(row["aal_exact"]) == 0.3 * small + 0.02 * large
    for key, exact in (("aal", 0.3 * small + 0.02 * large), ("payout", 0.3 * paid_small + 0.02 * paid_large)):
        assert abs(float(row[key]) - exact) < 4 * float(row[f"{key}_stderr"]), row
    gap = 1 - (0.3 * paid_small + 0.02 * paid_large) / (0.3 * small + 0.02 * large)
    assert abs(float(row["gap"]) - gap) < 4 * float(row["gap_stderr"]), row
    events = {row["event"]: row for row in table(out, "events")}
    assert [float(events[name]["damage"]) for name in ("small", "large")] == [small, large]
    assert [float(events[name]["rate"]) for name in ("small", "large")] == [0.3, 0.02]
    for name, rate in (("small", 0.3), ("large", 0.02)):
        years = 4 * PATHS
        expected = years * -math.expm1(-rate)
        assert abs(int(events[name]["path_years"]) - expected) < 4 * math.sqrt(expected), events[name]


def test_nothing_defaults_where_damage_is_all():
    out = run("calm", HEAD % EVENTS + DAMAGE + "}\n")
    assert {row["value"] for row in table(out, "summary") if row["measure"] == "el"} == {"0.00"}
    assert float(next(row for row in table(out, "damage"))["aal"]) > 0


def test_exceedance_of_a_poisson_number_of_equal_losses():
    """One event of 1 million at a rate of 0.3: a year's loss is its number, whose quantiles are known; the worst event of a
    year is 1 million or nothing."""
    out = run("poisson", HEAD % 'events = { { name = "e", rate = 0.3, at = { ["500153001"] = 1 } } }' + DAMAGE + "}\n")
    rows = {(row["subject"], int(row["return_period"])): float(row["loss"]) for row in table(out, "exceedance")
            if row["scenario"] == "flood"}
    aggregate = {2: 0, 5: 1e6, 10: 1e6, 20: 1e6, 50: 2e6, 100: 2e6, 200: 2e6, 500: 3e6, 1000: 3e6}
    for period, loss in aggregate.items():
        assert rows["damage flood aggregate", period] == loss, (period, rows)
        assert rows["damage flood occurrence", period] == min(loss, 1e6), (period, rows)
        assert rows["credit loss aggregate", period] == 0


def test_frequency_and_intensity_of_years():
    out = run("later", HEAD % (EVENTS + ", frequency = pathway { [2026] = 1, [2029] = 4 }, intensity = 2") + DAMAGE + "}\n")
    row, = table(out, "damage")
    # at twice the depth: small 0.4 of the mill, large 0.4 of the mill (beyond the curve) and of the shop
    assert abs(float(row["aal_exact"]) - 2.5 * (0.3 * 4e6 + 0.02 * (4e6 + 8e5))) < 1e-3


def test_a_plant_that_is_pledged_twice_is_destroyed_once():
    """In a large flood the mill fails; of its loans the plant, of 2 million, secured 3 and 1 million: the loss of what it was
    worth is split by exposure."""
    text = HEAD % EVENTS + """  borrower = function (b, d) return { default = gt(d.depth, 0 * d.depth + %s) } end,
  loan = function (l, b, d)
    local lost = over_collateral(l, function (c)
      return c.value * c.share * interp(at(c, d.depth), { { 0, 0 }, { 1, 0.1 }, { 2, 0.4 } })
    end)
    return { lgd = l.lgd + lost / l.balance }
  end,
}
"""
    metre = "0"
    out = run("pledge", text % metre)
    told, _ = command("show", out, "paths", "--format", "csv")
    losses = {float(line.split(",")[3]) for line in told.split("\n")[1:] if line.startswith("flood")}
    mill_small = 4e6 * 0.4 + 2e6 * 0.1
    mill_large = 4e6 * 0.4 + 2e6 * 0.4
    shop_large = 1e6 * 0.5 + 5e5 * 0.1
    assert losses <= {mill_small, mill_large, mill_small + shop_large, mill_large + shop_large, shop_large}, losses
    assert {mill_small, mill_large + shop_large} <= losses


def test_reference_of_today():
    """The same draws at today's frequency: without a change nothing moves."""
    text = HEAD % (EVENTS + ', reference = "today"%s') + """  borrower = function (b, d)
    local bad = interp(d.depth, { { 0, 0 }, { 1, 0.3 } })
    return { pd = b.pd + bad - at_reference(bad) }
  end,
}
"""
    same = run("today", text % "")
    assert {row["delta"] for row in table(same, "summary") if row["scenario"] == "flood"} == {"0.00"}
    more = run("tomorrow", text % ", frequency = 2")
    assert float(next(row["delta"] for row in table(more, "summary") if row["scenario"] == "flood")) > 0


run_all(globals())
