"""Hazards from the command line: a small catastrophe whose arithmetic is written out, a book on which nothing can default,
events that reach plant and pledge together, and closed forms of exceedance."""
import csv
import io
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


def test_an_event_acts_by_the_longest_place_that_it_names():
    """The district, a town in it and a site in the town: what one event says of the smaller place takes nothing from the
    other events that name the larger one, and 0 spares it."""
    book = f"{HOME}/nested.book.h5"
    write_book(
        book, {"id": ["bank"]},
        {"id": ["mill", "shop"], "pd": [0.0, 0.0], "sector": ["C13", "F52"], "region": ["500153001", "500153002"],
         "equity": [4e6, 1e6], "debt": [6e6, 1e6]},
        {"id": ["L1", "L2"], "borrower": ["mill", "shop"], "bank": ["bank"] * 2, "balance": [3e6, 1e6], "lgd": [0.4, 0.5]},
        sites={"id": ["works", "depot"], "borrower": ["mill", "mill"], "region": ["500153001", "500153001"],
               "value": [1e6, 1e6]})
    events = """events = {
    { name = "district", rate = 0.1, at = { ["500153"] = 1 } },
    { name = "town", rate = 0.1, at = { ["500153001"] = 2 } },
    { name = "spared", rate = 0.1, at = { ["500153"] = 1, ["500153001"] = 0 } },
    { name = "works", rate = 0.1, at = { works = 2 } },
    { name = "works_alone_dry", rate = 0.1, at = { ["5001"] = 1, works = 0 } } }"""
    damage = """  damage = function (b, d)
    local sites = over_sites(b, function (s) return s.value * at(s, d.depth) / 1 end)
    return { sites = sites / 10, home = b.debt / 10 * d.depth }
  end,
"""
    out = f"{HOME}/nested.result.h5"
    script = write_text(f"{HOME}/nested.lua", (HEAD % events).replace('unit = "m", ', "") + damage + "}\n")
    command("run", book, script, "--paths", 500, "-o", out)
    exact = {row["damage"]: float(row["aal_exact"]) for row in table(out, "damage")}
    # mill 6 million, shop 1 million at home; works and depot 1 million each; a tenth of the value times the intensity
    home = {"district": 6e5 + 1e5, "town": 2 * 6e5, "spared": 1e5, "works": 0, "works_alone_dry": 6e5 + 1e5}
    sites = {"district": 2e5, "town": 4e5, "spared": 0, "works": 2e5, "works_alone_dry": 1e5}
    assert exact == {"home": 0.1 * sum(home.values()), "sites": 0.1 * sum(sites.values())}, exact
    damages = {row["event"]: float(row["damage"]) for row in table(out, "events")}
    assert damages == {event: home[event] + sites[event] for event in home}, damages


def test_explain_tells_the_events_of_a_path():
    """Told path by path, events and damages are those of the tables; the intensity is the year's largest by place."""
    script, paths, out = write_text(f"{HOME}/told.lua", HEAD % EVENTS + DAMAGE + "}\n"), 60, f"{HOME}/told.result.h5"
    command("run", BOOK, script, "--paths", paths, "-o", out)
    lost, path_years, seen_twice = 0, {"small": 0, "large": 0}, 0
    depth = {"small": {"500153001": 1}, "large": {"500153001": 2, "500153": 1}}
    for path in range(paths):
        told, _ = command("explain", out, "--path", path, "--drivers", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(told)))
        assert len([row for row in rows if row["kind"] == "factor"]) % 4 == 0
        for year in ("2026", "2027", "2028", "2029"):
            of_year = [row for row in rows if row["year"] == year]
            events = {row["what"]: float(row["value"]) for row in of_year if row["kind"] == "event"}
            places = {row["what"]: float(row["value"]) for row in of_year if row["kind"] == "intensity"}
            loss = sum(float(row["value"]) for row in of_year if row["kind"] == "damage" and row["what"] == "loss")
            assert loss == sum(n * {"small": 1e6, "large": 4.2e6}[event] for event, n in events.items()), of_year
            wanted = {}
            for event in events:
                path_years[event] += 1
                wanted = {place: max(wanted.get(place, 0), depth[event].get(place, 0))
                          for place in {*wanted, *depth[event]}}
            assert places == wanted, of_year
            # borrower by borrower it adds up, the largest first
            by_borrower = [float(row["value"]) for row in of_year if row["kind"] == "borrower"]
            assert sum(by_borrower) == loss and by_borrower == sorted(by_borrower, reverse=True), of_year
            lost += loss
            seen_twice += any(n > 1 for n in events.values())
    row, = table(out, "damage")
    assert abs(lost / paths / 4 - float(row["aal"])) < 0.01 and seen_twice > 0
    assert path_years == {row["event"]: int(row["path_years"]) for row in table(out, "events")}


def test_explain_tells_who_defaults_at_which_pd():
    """PD 0.3 where it is dry and 1 where the water stands: whoever the water reaches is told as insolvent, the others that
    default at their PD; together they are the borrowers of the story."""
    text = HEAD % 'events = { { name = "e", rate = 0.4, at = { ["500153001"] = 1 } } }' + (
        "  borrower = function (b, d) return { pd = where(gt(d.depth, 0), 1, 0.3) } end,\n}\n")
    script, out, seen = write_text(f"{HOME}/who.lua", text), f"{HOME}/who.result.h5", set()
    command("run", BOOK, script, "--paths", 20, "-o", out)
    for path in range(20):
        told = list(csv.DictReader(io.StringIO(command("explain", out, "--path", path, "--drivers", "--format", "csv")[0])))
        story = list(csv.DictReader(io.StringIO(command("explain", out, "--path", path, "--format", "csv")[0])))
        wet = {row["year"] for row in told if row["kind"] == "event"}
        failed = {(row["year"], row["what"]): row for row in told
                  if row["kind"] in ("default", "insolvent") and row["scenario"] != "baseline"}
        assert set(failed) == {(row["year"], row["borrower"]) for row in story if row["scenario"] != "baseline"}
        for (year, borrower), row in failed.items():
            assert float(row["value"]) == {"default": 0.3, "insolvent": 1}[row["kind"]], row
            assert row["kind"] == "default" or year in wet, row
            seen.add(row["kind"])
    assert seen == {"default", "insolvent"}


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


def test_collateral_that_stands_elsewhere():
    """The store that the shop has pledged, moved to the other county, stays dry in every flood."""
    book = f"{HOME}/moved.book.h5"
    write_book(
        book, {"id": ["bank"]},
        {"id": ["shop"], "pd": [0.0], "sector": ["F52"], "region": ["500153002"]},
        {"id": ["L3"], "borrower": ["shop"], "bank": ["bank"], "balance": [1e6], "lgd": [0.5]},
        collateral={"id": ["store"], "loan": ["L3"], "value": [5e5], "region": ["500154001"]})
    text = HEAD % EVENTS + """  borrower = function (b, d) return { default = gt(d.depth, 0 * d.depth) } end,
  loan = function (l, b, d)
    local lost = over_collateral(l, function (c) return c.value * interp(at(c, d.depth), { { 0, 0 }, { 1, 0.1 } }) end)
    return { lgd = l.lgd + lost / l.balance }
  end,
}
"""
    out = f"{HOME}/moved.result.h5"
    command("run", book, write_text(f"{HOME}/moved.lua", text), "--paths", 2000, "-o", out)
    assert {row["loss"] for row in table(out, "paths") if row["scenario"] == "flood"} == {"500000.00"}


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


def test_sites_and_policies():
    """The mill has a second site in the other town, the shop one at a place of its own, by its id; both are insured."""
    book = f"{HOME}/sites.book.h5"
    write_book(
        book, {"id": ["bank"]},
        {"id": ["mill", "shop"], "pd": [0.01, 0.01], "sector": ["C13", "F52"], "region": ["500153001", "500153002"]},
        {"id": ["L1", "L2"], "borrower": ["mill", "shop"], "bank": ["bank"] * 2, "balance": [3e6, 1e6], "lgd": [0.4, 0.5]},
        sites={"id": ["m1", "m2", "s1"], "borrower": ["mill", "mill", "shop"], "collateral": ["", "", ""],
               "region": ["500153001", "500153002", "500999001"], "value": [1e6, 2e6, 4e6], "protection": [0.0, 0.5, 0.0]},
        insurance={"id": ["p1", "p2"], "borrower": ["mill", "shop"], "deductible": [1e5, 0.0], "limit": [2e5, 1e9],
                   "coverage": [0.5, 0.25]})
    text = """return scenario {
  name = "flood", title = { en = "Flood" }, years = { 2026, 2027 },
  drivers = { depth = hazard.events { unit = "m", events = {
    { name = "towns", rate = 0.1, at = { ["500153"] = 1 } }, { name = "site", rate = 0.05, at = { s1 = 2 } } } } },
  damage = function (b, d)
    local loss = over_sites(b, function (s)
      return s.value * interp(at(s, d.depth), { { 0, 0 }, { 1, 0.1 }, { 2, 0.4 } }) * (1 - s.protection)
    end)
    local payout = over_policies(b, function (p) return min(p.limit, max(loss - p.deductible, 0 * loss)) * p.coverage end)
    return { flood = { loss = loss, payout = payout } }
  end,
}
"""
    out = f"{HOME}/sites.result.h5"
    command("run", book, write_text(f"{HOME}/sites.lua", text), "--paths", 2000, "-o", out)
    events = {row["event"]: float(row["damage"]) for row in table(out, "events")}
    assert events == {"towns": 1e6 * 0.1 + 2e6 * 0.1 * 0.5, "site": 4e6 * 0.4}, events
    row, = table(out, "damage")
    assert abs(float(row["aal_exact"]) - (0.1 * 2e5 + 0.05 * 1.6e6)) < 1e-6
    paid = 0.1 * (2e5 - 1e5) * 0.5 + 0.05 * 1.6e6 * 0.25
    assert abs(float(row["payout"]) - paid) < 4 * float(row["payout_stderr"]), (row, paid)


def test_policies_pay_for_their_peril_and_in_their_time():
    """One firm, flooded every year in the mean, a loss of 1e5 an event; what a policy pays of it by year."""
    book = f"{HOME}/policies.book.h5"
    policies = {  # hazard, start, end -> shares of 2026, 2027, 2028 on which it pays
        "all": ("", "", "", (1, 1, 1)),
        "flood": ("flood", "2025-07-01", "2026-12-31", (1, 0, 0)),
        "quake": ("earthquake", "", "", (0, 0, 0)),
        "late": ("flood", "2027-07-02", "", (0, 0.5, 1)),
        "short": ("", "2026-01-01", "2027-07-01", (1, 0.5, 0)),
    }
    ids = list(policies)
    write_book(
        book, {"id": ["bank"]},
        {"id": ids, "pd": [0.0] * 5, "sector": ["C13"] * 5, "region": ["500153001"] * 5, "debt": [1e6] * 5},
        {"id": ids, "borrower": ids, "bank": ["bank"] * 5, "balance": [1e6] * 5, "lgd": [0.4] * 5},
        insurance={"id": ids, "borrower": ids, "hazard": [policies[i][0] for i in ids],
                   "start": [policies[i][1] for i in ids], "end": [policies[i][2] for i in ids]})
    text = """local insurance = require "insurance"
return scenario {
  name = "flood", title = { en = "Flood" }, years = { 2026, 2028 },
  drivers = { depth = hazard.events { events = { { name = "e", rate = 1, at = { ["500153"] = 0.1 } } } } },
  damage = function (b, d)
    local out, loss = {}, b.debt * d.depth
    for _, renewed in ipairs { 0, 1 } do
      local paid = over_policies(b, function (p)
        return insurance.payout(loss, { valid = insurance.covers(p, "flood") * insurance.in_force(p, d.year, renewed) })
      end)
      out["renewed" .. renewed] = { loss = loss, payout = paid }
    end
    return out
  end,
}
"""
    out = f"{HOME}/policies.result.h5"
    command("run", book, write_text(f"{HOME}/policies.lua", text), "--paths", 400, "-o", out)
    paid = {0: [], 1: []}
    for year in range(3):
        paid[0].append(sum(policies[i][3][year] for i in ids))
    paid[1] = [3, 3.5, 4]  # flood and short go on, late begins within 2027
    seen = set()
    for path in range(12):
        told, _ = command("explain", out, "--path", path, "--drivers", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(told)))
        times = {row["year"]: float(row["value"]) for row in rows if row["kind"] == "event"}
        for row in rows:
            if row["kind"] == "damage" and row["what"] == "payout":
                share = float(row["value"]) / 1e5 / times[row["year"]]
                wanted = paid[int(row["name"][-1])][int(row["year"]) - 2026]
                assert abs(share - wanted) < 0.006, (row, share, wanted)
                seen.add((row["name"], row["year"]))
    assert len(seen) == 6


def test_a_large_set_of_events_runs_and_is_kept():
    """Larger than a pathway may be; kept in the result, from which a path is told without the file."""
    with open(f"{HOME}/large.csv", "w", encoding="utf-8") as out:
        out.write("event,rate,place,intensity\n")
        for event in range(2000):
            out.writelines(f"event number {event:04d},0.0005,{500153000 + place},0.25\n" for place in range(100))
    assert os.path.getsize(f"{HOME}/large.csv") > 6 << 20
    out = run("large", HEAD % 'csv = "large.csv"' + DAMAGE + "}\n")
    os.remove(f"{HOME}/large.csv")
    assert os.path.getsize(out) < 40 << 20
    row, = table(out, "damage")
    assert abs(float(row["aal_exact"]) - 2000 * 0.0005 * 0.25 * 0.1 * (1e7 + 2e6)) < 1, row
    told, _ = command("explain", out, "--path", 1, "--drivers", "--format", "csv")
    assert "event number" in told


def test_what_a_hazard_reaches_is_said():
    some = write_text(f"{HOME}/some.lua", HEAD % EVENTS.replace('["500153001"] = 1 }', '["500153001"] = 1, ["61"] = 1 }') + "}\n")
    told, _ = command("scenario", "check", some, "--book", BOOK)
    assert "hazard depth reaches 2 borrowers in scope, 0 sites and 3 pieces of collateral\n" in told, told
    assert "    nothing of the book stands at 1 of its places: 61\n" in told, told
    none = write_text(f"{HOME}/none.lua", HEAD % 'events = { { name = "e", rate = 1, at = { ["61"] = 1 } } }' + DAMAGE + "}\n")
    told, _ = command("scenario", "check", none, "--book", BOOK)
    assert "  warning: nothing of the book stands at any of its 1 places: 61\n" in told, told
    _, said = command("run", BOOK, none, "--paths", 16, "-o", f"{HOME}/none.result.h5")
    assert "hazard depth reaches nothing" in said, said


def test_one_site_at_home_is_home():
    """PDs by sites equal those by the borrower's own place, to the fen, where everyone has one site at home: what is added up
    over sites is bounded and evaluated as the rest."""
    book, plain = f"{HOME}/home.book.h5", f"{HOME}/plain.book.h5"
    n = 300
    regions = [f"5001530{i % 5:02d}" for i in range(n)]
    firms = {"id": [f"f{i:03d}" for i in range(n)], "pd": [0.005 + 0.0002 * i for i in range(n)], "sector": ["C30"] * n,
             "region": regions}
    loans = {"id": [f"l{i:03d}" for i in range(n)], "borrower": firms["id"], "bank": ["bank"] * n,
             "balance": [1e6 + i for i in range(n)], "lgd": [0.45] * n}
    write_book(plain, {"id": ["bank"]}, firms, loans)
    write_book(book, {"id": ["bank"]}, firms, loans,
               sites={"id": [f"s{i:03d}" for i in range(n)], "borrower": firms["id"], "collateral": [""] * n, "region": regions,
                      "value": [1.0] * n})
    text = """return scenario {
  name = "flood", title = { en = "Flood" }, years = { 2026, 2029 },
  drivers = {
    depth = hazard.events { unit = "m", events = {
      { name = "a", rate = 0.2, at = { ["500153000"] = 1, ["500153001"] = 0.4 } },
      { name = "b", rate = 0.3, at = { ["50015300"] = 0.3, ["500153003"] = 2 } } } },
    price = random.lognormal { mean = 1, sigma = 0.4, persistence = 0.5, with = { macro = -0.3 } },
  },
  borrower = function (b, d)
    local share = interp(d.depth, { { 0, 0 }, { 1, 0.4 }, { 2, 0.9 } })
    return { pd = logistic(logit(b.pd) + 2 * SHARE + 0.5 * (d.price - at_reference(d.price))) }
  end,
}
"""
    by_home = text.replace("SHARE", "share")
    by_site = text.replace("SHARE", "over_sites(b, function (s) return s.value / (0 * s.value + 1) * "
                                    "interp(at(s, d.depth), { { 0, 0 }, { 1, 0.4 }, { 2, 0.9 } }) end)")
    results = []
    for name, on, script in (("by_home", plain, by_home), ("by_site", book, by_site)):
        out = f"{HOME}/{name}.result.h5"
        command("run", on, write_text(f"{HOME}/{name}.lua", script), "--paths", 3000, "-o", out)
        results.append([table(out, t) for t in ("summary", "years", "paths", "regions")])
    assert results[0] == results[1]


run_all(globals())
