"""scenario diff of damages, compounds, hazards and random drivers: each change is told, and only that."""
import csv
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, run_all, write_text

HOME = folder()

FLOOD = """return scenario {
  name = "flood", title = { en = "Flood" }, years = { 2026, 2028 },
  drivers = { depth = hazard.events { unit = "m", stream = "water", events = {
    { name = "often", rate = 0.3, at = { ["500153001"] = 1 } },
    { name = "rare", rate = 0.02, at = { ["500153001"] = 2, ["500153002"] = 1.5 } } } } },
  damage = function (b, d)
    local loss = b.debt * interp(d.depth, { { 0, 0 }, { 2, 0.4 } })
    return { flood = { loss = loss, payout = 0.5 * loss } }
  end,
  loan = function (l, b, d)
    return { lgd = l.lgd + 0.1 * over_collateral(l, function (c) return c.value * interp(at(c, d.depth), { { 0, 0 }, { 2, 1 } }) end) / l.balance }
  end,
}
"""
DEPTHS = """return scenario {
  name = "depths", title = { en = "Depths" }, years = { 2026, 2028 },
  drivers = { depth = hazard.return_periods { unit = "m", correlation = 0.5,
    curves = { ["500153001"] = { [10] = 0.5, [100] = 1 }, ["500153002"] = { [20] = 1 } } } },
  borrower = function (b, d) return { pd = min(b.pd + interp(d.depth, { { 0, 0 }, { 2, 0.3 } }), 1) } end,
}
"""
PRICE = """return scenario {
  name = "price", title = { en = "Price" }, years = { 2026, 2028 },
  drivers = {
    price = random.jump_diffusion { unit = "CNY", mean = 70, volatility = 0.2, with = { macro = -0.4 },
                                    jumps = { rate = 0.3, mean = -0.1, sd = 0.2 } },
    growth = random.ar1 { mean = 0.01, sd = 0.02, persistence = 0.5 },
    policy = random.regime { before = 1, after = 2, start = pathway { [2026] = 0.1, [2027] = 0.2, [2028] = 0.1 } },
  },
  borrower = function (b, d) return { pd = b.pd * d.policy * (1 + d.growth) * d.price / b.debt } end,
}
"""


def differences(source, *changes):
    """What diff tells of a script and its changed copy; the other way round it tells the same."""
    left = write_text(f"{HOME}/left.lua", source)
    right = write_text(f"{HOME}/right.lua", source)
    text = source
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    write_text(right, text)
    found, back = (list(csv.DictReader(io.StringIO(command("scenario", "diff", *pair, "--format", "csv")[0], newline="")))
                   for pair in ((left, right), (right, left)))
    assert (sorted((d["what"], d["first_year"], d["left"], d["right"]) for d in found) ==
            sorted((d["what"], d["first_year"], d["right"], d["left"]) for d in back)), (found, back)
    return [(d["what"], d["left"], d["right"]) for d in found]


def test_equal():
    for source in (FLOOD, DEPTHS, PRICE):
        assert differences(source, ("return scenario", "-- a comment\nreturn scenario")) == []


def test_damages():
    assert differences(FLOOD, ("payout = 0.5 * loss", "payout = 0.6 * loss")) == [
        ("damage flood: payout", "0.5 * (b.debt * interp(d.depth))", "0.6 * (b.debt * interp(d.depth))")]
    found = differences(FLOOD, ("loss = loss", "loss = 2 * loss"))
    assert [d[0] for d in found] == ["damage flood: loss"] and found[0][2].startswith("2 * "), found
    found = differences(FLOOD, ("{ flood =", "{ water ="))
    assert [d[0] for d in found] == ["damage flood: loss", "damage flood: payout", "damage water: loss", "damage water: payout"]
    assert found[0][2] == "" and found[2][1] == "", found


def test_compound():
    end = "return scenario {\n"
    assert differences(DEPTHS, (end, end + 'compound = { "a", "b" },')) == [("compound", "", "a, b")]
    assert differences(DEPTHS.replace(end, end + 'compound = { "a", "b" },'), ('{ "a", "b" }', '{ "b", "a" }')) == []
    assert differences(DEPTHS.replace(end, end + 'compound = { "a", "b" },'), ('{ "a", "b" }', '{ "a", "c" }')) == [
        ("compound", "a, b", "a, c")]


def test_events():
    assert differences(FLOOD, ('["500153002"] = 1.5', '["500153003"] = 1.5')) == [
        ("driver depth: event rare at 500153002", "1.5 m", ""), ("driver depth: event rare at 500153003", "", "1.5 m")]
    assert differences(FLOOD, ('["500153002"] = 1.5', '["500153002"] = 1.6')) == [
        ("driver depth: event rare at 500153002", "1.5 m", "1.6 m")]
    assert differences(FLOOD, ('"rare"', '"seldom"')) == [
        ("driver depth: event rare", "0.02 a year, at 2 places, first 500153001: 2 m", ""),
        ("driver depth: event seldom", "", "0.02 a year, at 2 places, first 500153001: 2 m")]
    assert differences(FLOOD, ("rate = 0.02", "rate = 0.03")) == [("driver depth: rate of event rare", "0.02", "0.03")]
    assert differences(FLOOD, ('["500153001"] = 1 }', '["500153001"] = 1, ["500153009"] = 0 }')) == [
        ("driver depth: event often at 500153009", "", "0 m")]
    assert differences(FLOOD, ('stream = "water"', 'stream = "water", combine = "sum"')) == [("driver depth: combine", "max", "sum")]
    assert differences(FLOOD, ('stream = "water"', 'stream = "water", reference = "today"'))[0] == (
        "driver depth: reference", "none", "today")
    assert differences(FLOOD, ('stream = "water"', 'stream = "water", frequency = pathway { [2026] = 1, [2027] = 2, [2028] = 1 }')) == [
        ("driver depth: frequency", "1", "2")]
    many = "".join(f'{{ name = "e{i}", rate = 0.01, at = {{ ["5"] = 1 }} }}, ' for i in range(20))
    found = differences(FLOOD, ("events = {\n", "events = {\n" + many))
    assert len(found) == 9 and found[-1] == ("driver depth: 12 more differences of events and places", "", ""), found


def test_streams_that_differ_at_their_end():
    long = "water of the river that flows from the mountains, and further to the sea, number "
    assert differences(FLOOD.replace('"water"', f'"{long}1"'), (f"{long}1", f"{long}2")) == [
        ("driver depth: stream", f"{long}1", f"{long}2")]
    assert differences(FLOOD.replace('stream = "water"', 'stream = "depth"'), ('stream = "depth", ', "")) == []


def test_places_of_formulas():
    assert differences(FLOOD, ("at(c, d.depth)", "d.depth")) == [("lgd", "at(c, d.depth)", "d.depth")]


def test_numbers_of_curves_and_tables():
    table = DEPTHS.replace("b.pd +", 'b.pd * table_by(b.sector, { C = 1.5, D = 2 }, 1) +')
    assert differences(table, ("D = 2", "D = 3")) == [("pd", "table_by(b.sector, ...), D: 2", "table_by(b.sector, ...), D: 3")]
    assert differences(table, ("D = 2", "D = 2, E = 1")) == [
        ("pd", "table_by(b.sector, ...), no more", "table_by(b.sector, ...), E: 1")]
    assert differences(table, ("}, 1)", "}, 2)")) == [("pd", "table_by(b.sector, ...), else: 1", "table_by(b.sector, ...), else: 2")]
    assert differences(DEPTHS, ("{ 2, 0.3 }", "{ 2, 0.4 }")) == [("pd", "interp(d.depth), 2: 0.3", "interp(d.depth), 2: 0.4")]


def test_return_periods():
    assert differences(DEPTHS, ('["500153002"]', '["500153003"]')) == [
        ("driver depth: place 500153002", "1 return periods, last 20: 1 m", ""),
        ("driver depth: place 500153003", "", "1 return periods, last 20: 1 m")]
    assert differences(DEPTHS, ("correlation = 0.5", 'correlation = 0.5, reaches = { ["500153001"] = "Laixi" }')) == [
        ("driver depth: reach of 500153001", "", "Laixi")]
    assert differences(DEPTHS, ("correlation = 0.5", "correlation = 0.6")) == [("driver depth: correlation", "0.5", "0.6")]
    assert differences(DEPTHS, ("[100] = 1", "[100] = 1.2")) == [
        ("driver depth: place 500153001 once in 100 years", "1 m", "1.2 m")]
    assert differences(DEPTHS, ("[100] = 1", "[200] = 1")) == [
        ("driver depth: place 500153001 once in 100 years", "1 m", ""),
        ("driver depth: place 500153001 once in 200 years", "", "1 m")]


def test_random_drivers():
    assert differences(PRICE, ("volatility = 0.2", "volatility = 0.2000000001")) == [
        ("driver price: volatility", "0.2", "0.2000000001")]
    assert differences(PRICE, ("sd = 0.02", "sd = 0.03")) == [("driver growth: sd", "0.02 ratio", "0.03 ratio")]
    assert differences(PRICE, ("persistence = 0.5", "persistence = 0.6")) == [("driver growth: persistence", "0.5", "0.6")]
    assert differences(PRICE, ("mean = -0.1", "mean = -0.2")) == [
        ("driver price: jumps", "0.3 a year (mean -0.1, sd 0.2)", "0.3 a year (mean -0.2, sd 0.2)")]
    assert differences(PRICE, ("macro = -0.4", "macro = -0.4, growth = 0.2")) == [("driver price: with growth", "", "0.2")]
    assert differences(PRICE, ("macro = -0.4", "macro = -0.3")) == [("driver price: with macro", "-0.4", "-0.3")]
    assert differences(PRICE, ("[2027] = 0.2", "[2027] = 0.3"))[0] == ("driver policy: start", "0.2", "0.3")
    assert differences(PRICE, ("random.ar1 { mean = 0.01, sd = 0.02, persistence = 0.5 }", "0.01"))[0] == (
        "driver growth", "normal, sd 0.02, persistence 0.5", "pathway")


run_all(globals())
