"""book coverage: shares of balance by where values come from, and the data-quality score, worked out by hand."""
import csv
import io
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, small_book, write_book

NAN = float("nan")


def coverage(*books):
    out, _ = command("book", "coverage", *books, "--format", "csv")
    return {(row["bank"], row["table"], row["column"]): row for row in csv.DictReader(io.StringIO(out, newline=""))}


def marked_book(path, **changes):
    """Bank x: f1 60 and f2 40; bank y: f2 100 and the household h 300."""
    borrowers = {"id": ["f1", "f2", "h"], "pd": [.01, .02, .03], "pd_source": ["reported", "proxied", "estimated"],
                 "sector": ["C3071"] * 3, "region": ["500153"] * 3, "revenue": [1e6, NAN, NAN],
                 "scope1": [10., 20., NAN], "scope2": [1., NAN, NAN], "scope1_source": ["reported", "proxied", ""],
                 "emission_source": ["estimated", "proxied", ""], "emission_quality": [NAN, 4., NAN],
                 "household": [0, 0, 1]}
    loans = {"id": ["a", "b", "c", "d"], "borrower": ["f1", "f2", "f2", "h"], "bank": ["x", "x", "y", "y"],
             "balance": [60., 40., 100., 300.], "lgd": [.4] * 4, "lgd_source": ["", "proxied", "estimated", "estimated"],
             "green": ["G1", "", "", ""]}
    collateral = {"id": ["p", "q"], "loan": ["a", "d"], "value": [100., NAN], "type": ["land", "flat"]}
    return write_book(path, {"id": ["x", "y"]}, {**borrowers, **changes}, loans, collateral=collateral)


def shares(row):
    return [float(row[key]) for key in ("reported", "estimated", "proxied", "missing")]


def test_shares_by_hand():
    rows = coverage(marked_book(folder() + "/m.book.h5"))
    assert shares(rows["x", "borrowers", "pd"]) == [.6, 0, .4, 0]
    assert shares(rows["y", "borrowers", "pd"]) == [0, .75, .25, 0]
    assert shares(rows["*", "borrowers", "pd"]) == [.12, .6, .28, 0]
    assert shares(rows["x", "loans", "lgd"]) == [.6, 0, .4, 0]
    assert shares(rows["y", "loans", "lgd"]) == [0, 1, 0, 0]
    assert shares(rows["x", "borrowers", "revenue"]) == [.6, 0, 0, .4]
    # scope1 has sources of its own, scope2 takes those of emissions
    assert shares(rows["x", "borrowers", "scope1"]) == [.6, 0, .4, 0]
    assert shares(rows["x", "borrowers", "scope2"]) == [0, .6, 0, .4]
    assert shares(rows["y", "borrowers", "scope1"]) == [0, 0, .25, .75]
    # an empty green code says that a loan is not green; a piece states a value for its loan
    assert shares(rows["y", "loans", "green"]) == [1, 0, 0, 0]
    assert shares(rows["x", "collateral", "value"]) == [.6, 0, 0, .4]
    assert shares(rows["y", "collateral", "type"]) == [.75, 0, 0, .25]
    assert (rows["x", "loans", "lgd"]["rows"], rows["x", "loans", "lgd"]["balance"]) == ("2", "100.00")
    assert (rows["*", "borrowers", "pd"]["rows"], rows["*", "borrowers", "pd"]["balance"]) == ("4", "500.00")
    for key in ("pd_source", "scope1_source", "emission_source", "lgd_source", "id", "borrower", "bank", "loan"):
        assert not any(column == key for _, _, column in rows)


def test_scores_by_hand():
    rows = coverage(marked_book(folder() + "/m.book.h5"))
    score = {key: float(row["score"]) for key, row in rows.items() if row["score"]}
    assert score["x", "borrowers", "pd"] == .6 * 1 + .4 * 4
    assert score["y", "borrowers", "pd"] == .25 * 4 + .75 * 3
    assert score["x", "borrowers", "scope1"] == .6 * 2 + .4 * 4        # reported but not verified; quality as stated
    assert score["x", "borrowers", "scope2"] == .6 * 3 + .4 * 5
    assert score["y", "borrowers", "scope1"] == 4                       # the household has none
    x = (2.2 + 2.2 + (2.8 + 3.8) / 2) / 3
    assert abs(score["x", "", "data_quality"] - x) < 1e-12
    assert rows["x", "loans", "green"]["score"] == ""
    assert all(1 <= s <= 5 for s in score.values())


def test_shares_add_up_in_any_book():
    book = folder() + "/s.book.h5"
    small_book(book)
    rows = coverage(book)
    for (bank, table, column), row in rows.items():
        if column == "data_quality":
            continue
        assert abs(sum(shares(row)) - 1) < 1e-12, (bank, table, column)
        if table in ("loans", "borrowers") and column in ("pd", "lgd", "balance", "sector"):
            assert shares(row) == [1, 0, 0, 0]
    # no source says anything: all reported, and emissions not verified
    assert float(rows["bank0", "borrowers", "pd"]["score"]) == 1
    assert float(rows["bank0", "borrowers", "scope1"]["score"]) == 2
    assert float(rows["bank0", "", "data_quality"]["score"]) == (1 + 1 + 2) / 3


def test_order_of_rows_changes_nothing():
    books = [small_book(f"{folder()}/s.book.h5", order_seed=seed) for seed in (None, 3)]
    texts = [command("book", "coverage", book, "--format", "csv")[0] for book in books]
    assert texts[0] == texts[1]


def test_several_books():
    home = folder()
    first = marked_book(home + "/m.book.h5")
    second = write_book(home + "/n.book.h5", {"id": ["z"]},
                        {"id": ["f1"], "pd": [.5], "sector": ["A"], "region": ["5"]},
                        {"id": ["a"], "borrower": ["f1"], "bank": ["z"], "balance": [500.], "lgd": [.5]})
    rows = coverage(first, second)
    assert {bank for bank, _, _ in rows} == {"x", "y", "z", "*"}
    assert shares(rows["*", "borrowers", "pd"]) == [.56, .3, .14, 0]
    assert shares(rows["z", "borrowers", "revenue"]) == [0, 0, 0, 1]    # a column that only the other book has
    assert shares(rows["*", "borrowers", "revenue"]) == [.06, 0, 0, .94]
    refused("book", "coverage", first, first, says=["bank 'x' stands in another book, too"])


def test_a_bank_without_loans():
    home = folder()
    book = write_book(home + "/e.book.h5", {"id": ["x", "y"]},
                      {"id": ["f1"], "pd": [.5], "sector": ["A"], "region": ["5"]},
                      {"id": ["a"], "borrower": ["f1"], "bank": ["x"], "balance": [5.], "lgd": [.5]})
    rows = coverage(book)
    row = rows["y", "borrowers", "pd"]
    assert (row["reported"], row["missing"], row["rows"], row["balance"], row["score"]) == ("", "", "0", "0.00", "")
    assert shares(rows["x", "borrowers", "scope2"]) == [0, 0, 0, 1]     # no column at all
    assert float(rows["x", "", "data_quality"]["score"]) == (1 + 1 + 5) / 3


def test_forms_and_faults():
    home = folder()
    book = marked_book(home + "/m.book.h5")
    out, _ = command("book", "coverage", book, "--format", "json")
    assert json.loads(out)
    assert command("book", "coverage", book)[0].startswith("bank,table,column,reported,estimated,proxied,missing,rows,balance,score")
    text, _ = command("book", "coverage", book, "--format", "text", "--lang", "zh")
    assert "数据质量分" in text and "填报值" in text
    refused("book", "coverage", expect=2, says=["book coverage takes loan books"])
    refused("book", "coverage", home + "/none.book.h5", expect=3)
    refused("book", "coverage", marked_book(home + "/bad.book.h5", pd_source=["guessed"] * 3), says=["pd_source", "guessed"])
    dollars = marked_book(home + "/d.book.h5")
    import h5py
    with h5py.File(dollars, "r+") as file:
        file.attrs["currency"] = "USD"
    refused("book", "coverage", book, dollars, says=["is in USD, and the books before it in CNY"])


run_all(globals())
