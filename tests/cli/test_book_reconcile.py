"""Ledgers of banks against control totals: what ties, what does not and by how much, who is missing on either side, what
several books disagree on; and that the ledger is that of a run."""
import csv
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, one_factor, refused, run_all, table, write_book, write_text

HOME = folder()
NAN = float("nan")


def book(name, total=(1000.30, 2000.50), **change):
    """Two banks. Bank A: 100.10 modelled, 200.10 with a stand-in for pd and lgd, 300.10 in default, 400.00 excluded. Bank B:
    1500.25 modelled, 500.25 overdue."""
    columns = {
        "banks": {"id": ["A", "B"], "total_loans": list(total)},
        "borrowers": {"id": ["u", "v", "w", "x"], "pd": [0.01, 0.02, 1.0, 0.03], "sector": ["C30", "D44", "F52", "K70"],
                      "region": ["500153"] * 4, "pd_source": ["reported", "proxied", "proxied", "estimated"],
                      "revenue": [10.0, 20.0, 30.0, NAN]},
        "loans": {"id": ["1", "2", "3", "4", "5"], "borrower": ["u", "v", "w", "u", "x"], "bank": ["A", "A", "A", "B", "B"],
                  "balance": [100.10, 200.10, 300.10, 1500.25, 500.25], "lgd": [0.4] * 5,
                  "lgd_source": ["reported", "proxied", "reported", "", "proxied"], "days_overdue": [0.0, 0.0, 0.0, NAN, 91.0]},
        "excluded": {"table": ["loans", "loans"], "line": [7.0, 8.0], "reason": ["no borrower", "no borrower"],
                     "balance": [399.99, 0.01], "bank": ["A", "A"]},
    }
    for where, values in change.items():
        part, _, column = where.partition("__")
        columns[part][column] = values
    return write_book(f"{HOME}/{name}.book.h5", columns.pop("banks"), columns.pop("borrowers"), columns.pop("loans"), **columns)


SOUND = book("sound", (1000.30, 2000.50))


def rows(*words, expect=0):
    out, _ = command("book", "reconcile", *words, "--format", "csv", expect=expect)
    return list(csv.DictReader(io.StringIO(out, newline="")))


def totals(name, *lines):
    return write_text(f"{HOME}/{name}.csv", "\n".join(("bank,total", *lines)) + "\n")


def test_ledger_by_hand():
    got = [(r["bank"], r["status"], r["reason"], r["rows"], r["balance"], r["control_total"], r["difference"], r["tie"])
           for r in rows(SOUND)]
    assert got == [
        ("A", "modelled", "", "1", "100.10", "", "", ""),
        ("A", "proxied", "pd proxied; lgd proxied", "1", "200.10", "", "", ""),
        ("A", "excluded", "no borrower", "2", "400.00", "", "", ""),
        ("A", "defaulted", "pd = 1", "1", "300.10", "", "", ""),
        ("A", "total", "", "5", "1000.30", "1000.30", "0.00", "tied"),
        ("B", "modelled", "", "1", "1500.25", "", "", ""),
        ("B", "defaulted", "overdue > 90 days", "1", "500.25", "", "", ""),
        ("B", "total", "", "2", "2000.50", "2000.50", "0.00", "tied")], got


def test_same_ledger_as_a_run():
    """Statuses, reasons, rows and balances of the run's own ledger (a scenario that needs nothing and is insolvent nowhere)."""
    scenario = write_text(f"{HOME}/calm.lua", 'return scenario { name = "calm", title = { en = "Calm" }, years = { 2026, 2026 },\n'
                          "  borrower = function (b) return { pd = b.pd } end }\n")
    result = f"{HOME}/calm.result.h5"
    command("run", scenario, "--book", SOUND, "--model", one_factor(f"{HOME}/m.lua"), "--paths", 200, "-o", result)
    keys = ("bank", "status", "reason", "rows", "balance")
    run = [tuple(r[k] for k in keys) for r in table(result, "ledger")]
    assert run == [tuple(r[k] for k in keys) for r in rows(SOUND) if r["status"] != "total"], run


def test_one_fen():
    """A fen more or less in either place is seen, and told in full."""
    for own, difference in ((1000.31, "-0.01"), (1000.29, "0.01")):
        bad = book("fen", (own, 2000.50))
        message = refused("book", "reconcile", bad, says=[
            "1 of 2 banks do not tie", f"bank A: loans 600.30 + excluded 400.00 - control total {own} (banks.total_loans) = "
            f"{difference}; accepted: 0.00"])
        assert "bank B" not in message
        got = [r for r in rows(bad, expect=3) if r["status"] == "total"]
        assert [(r["difference"], r["tie"]) for r in got] == [(difference, "differs"), ("0.00", "tied")], got
    for listed, difference in (("1000.31", "-0.01"), ("1000.29", "0.01")):
        refused("book", "reconcile", SOUND, "--totals", totals("t", f"A,{listed}", "B,2000.50"),
                says=["1 of 2", f"control total {listed} (", f"t.csv) = {difference}"])


def test_list_wins_and_is_told():
    wrong = book("wrong", (1.0, 2000.5))
    _, err = command("book", "reconcile", wrong, "--totals", totals("right", "B,2000.5", "A,1000.3"))
    assert "bank A: " in err and "right.csv says 1000.30, but " in err and "itself 1.00; the first counts" in err, err
    assert "bank B" not in err
    _, err = command("book", "reconcile", SOUND, "--totals", totals("right", "A,1000.30", "B,2000.500"))
    assert err == "", err


def test_missing_on_either_side():
    message = refused("book", "reconcile", SOUND, "--totals", totals("t", "B,2000.50", "C,5"),
                      says=["2 of 3 banks", "bank A: is in ", "but not in ", "bank C: is in ", "but in none of the books"])
    assert "bank B" not in message
    got = {r["bank"]: r for r in rows(SOUND, "--totals", f"{HOME}/t.csv", expect=3) if r["status"] == "total"}
    assert got["A"]["tie"] == "no_total" and got["C"]["tie"] == "no_bank" and got["C"]["difference"] == "-5.00"
    assert got["C"]["rows"] == "0" and got["B"]["tie"] == "tied"
    silent = book("silent", (NAN, 2000.50))
    refused("book", "reconcile", silent, says=["1 of 2", "bank A: ", "silent.book.h5 states no control total"])
    command("book", "reconcile", silent, "--totals", totals("t", "A,1000.30", "B,2000.50"))


def test_excluded_without_bank():
    """What is booked to no bank ties only for all banks together, as in `book check`."""
    loose = book("loose", (1000.30, 2000.50), excluded__bank=["", "A"])
    got = rows(loose)
    assert [r["tie"] for r in got if r["status"] == "total"] == ["together", "tied"]
    assert [(r["bank"], r["status"], r["balance"]) for r in got][-1] == ("", "excluded", "399.99")
    command("book", "check", loose)
    refused("book", "reconcile", book("loose", (1000.31, 2000.50), excluded__bank=["", "A"]),
            says=["bank A: loans 600.30 + excluded 0.01", "= -400.00", "399.99 more are excluded in", "booked to no bank"])


def test_totals_file_refused():
    for lines, says in (
            (["A,1000.301"], ["line 2", "column total, bank A", "'1000.301'", "at most two decimals"]),
            (["A,\"1,000.30\""], ["line 2", "'1,000.30'"]), (["A,"], ["line 2", "''"]), (["A,nan"], ["'nan'"]),
            (["A,92233720368547758.08"], ["line 2"]), (["A,1", "A,2"], ["line 3", "bank A is there already"]),
            ([",1"], ["line 2", "column bank is empty"])):
        refused("book", "reconcile", SOUND, "--totals", totals("bad", *lines), says=says)
    refused("book", "reconcile", SOUND, "--totals", write_text(f"{HOME}/bad.csv", "bank,sum\nA,1\n"), says=["no column total"])
    refused("book", "reconcile", expect=2, says=["no loan book given"])


def second(name="second", **change):
    columns = {"banks": {"id": ["Z"], "total_loans": [10.0]},
               "borrowers": {"id": ["u", "v", "y"], "pd": [0.01, 0.05, 0.1], "sector": ["C31", "D44", "F52"],
                             "region": ["500153"] * 3, "revenue": [NAN, 21.0, 5.0]},
               "loans": {"id": ["1", "2"], "borrower": ["u", "v"], "bank": ["Z", "Z"], "balance": [4.0, 6.0], "lgd": [0.4] * 2}}
    for where, values in change.items():
        part, _, column = where.partition("__")
        columns[part][column] = values
    return write_book(f"{HOME}/{name}.book.h5", columns["banks"], columns["borrowers"], columns["loans"])


def conflicts(*books):
    out, _ = command("book", "reconcile", *books, "--conflicts", "--format", "csv")
    return [(r["column"], r["borrowers"], r["borrower"], r["value"], os.path.basename(r["book"]), r["other_value"],
             os.path.basename(r["other_book"])) for r in csv.DictReader(io.StringIO(out, newline=""))]


def test_conflicts():
    one, two = "sound.book.h5", "second.book.h5"
    got = conflicts(SOUND, second())
    assert set(got) == {
        ("pd", "1", "v", "0.02", one, "0.05", two), ("sector", "1", "u", "C30", one, "C31", two),
        ("revenue", "2", "u", "10", one, "", two), ("revenue", "2", "v", "20", one, "21", two),
        ("pd_source", "2", "u", "reported", one, "", two), ("pd_source", "2", "v", "proxied", one, "", two)}, got
    out, _ = command("book", "reconcile", SOUND, second())
    assert "2 borrowers are in more than one book." in out and "3 of 3 banks tie" in out, out
    assert "needs --on-conflict weighted" in out
    # Of two PDs that have no mean (0 and 1) a weighted run says no; here they are a conflict like any other.
    got = conflicts(SOUND, second(borrowers__id=["w", "v", "y"], borrowers__pd=[0.0, 0.02, 0.1], loans__borrower=["w", "v"]))
    assert ("pd", "1", "w", "1", one, "0", two) in got, got


def test_first_ones_of_many():
    ids = [f"b{i:03d}" for i in range(40)]

    def many(name, bank, pd):
        return write_book(f"{HOME}/{name}.book.h5", {"id": [bank], "total_loans": [40.0]},
                          {"id": ids, "pd": pd, "sector": ["C"] * 40, "region": ["5"] * 40},
                          {"id": ids, "borrower": ids, "bank": [bank] * 40, "balance": [1.0] * 40, "lgd": [0.5] * 40})

    got = conflicts(many("m", "M", [0.1] * 40), many("n", "N", [0.1] * 10 + [0.2] * 30))
    assert [(g[1], g[2]) for g in got] == [("30", f"b{i:03d}") for i in range(10, 15)], got
    got = conflicts(f"{HOME}/m.book.h5", many("n", "N", [0.1] * 40))
    out, _ = command("book", "reconcile", f"{HOME}/m.book.h5", f"{HOME}/n.book.h5")
    assert got == [] and "40 borrowers are in more than one book." in out and "agree on them" in out, out


def test_books_that_are_no_one_run():
    out, err = command("book", "reconcile", SOUND, SOUND, expect=3)
    assert "bank A" in err and "each bank in one book" in err, err
    late = write_book(f"{HOME}/late.book.h5", {"id": ["Z"], "total_loans": [10.0]},
                      {"id": ["y"], "pd": [0.1], "sector": ["C"], "region": ["5"]},
                      {"id": ["1"], "borrower": ["y"], "bank": ["Z"], "balance": [10.0], "lgd": [0.4]}, as_of="2026-06-30")
    out, err = command("book", "reconcile", SOUND, late, expect=3)
    assert "books that are pooled have one date" in err and "3 of 3 banks tie" in out, (out, err)


def test_sites_that_disagree():
    """Places have no mean: two books that state a site differently are no one run. What else they disagree on is told all the same."""
    site = lambda region: {"id": ["s"], "borrower": ["u"], "region": [region]}
    ids = {"id": ["u"], "sector": ["C"], "region": ["5"]}
    loan = lambda bank: {"id": ["1"], "borrower": ["u"], "bank": [bank], "balance": [1.0], "lgd": [0.5]}
    one = write_book(f"{HOME}/s1.book.h5", {"id": ["M"], "total_loans": [1.0]}, {**ids, "pd": [0.1]}, loan("M"), sites=site("5001"))
    two = write_book(f"{HOME}/s2.book.h5", {"id": ["N"], "total_loans": [1.0]}, {**ids, "pd": [0.2]}, loan("N"), sites=site("5002"))
    out, err = command("book", "reconcile", one, two, expect=3)
    assert "sites.region" in err and "5001" in err and "2 of 2 banks tie" in out, (out, err)
    assert "1 borrowers are in more than one book" in out and "Borrowers on which books disagree" in out, out


def test_conflicts_of_one_book():
    out, _ = command("book", "reconcile", SOUND, "--conflicts")
    assert "(empty)" in out, out
    out, _ = command("book", "reconcile", SOUND, "--conflicts", "--format", "csv")
    assert out.count("\n") == 1 and out.startswith("column,borrowers"), out


def test_messages_in_chinese():
    def says(*words):
        return command("book", "reconcile", *words, "--lang", "zh", expect=3)[1]

    err = says(SOUND, "--totals", totals("t", "A,1000.31", "C,1"))
    for text in ("3 家机构（共 3 家）与总账余额核对不一致：", "机构 A：贷款 600.30 + 已剔除 400.00 - 总账余额 1000.31（", "= -0.01；应为 0.00",
                 "机构 B：在 ", "，但不在 ", "机构 C：在 ", "但不在任何贷款簿中", "自身为 1000.30；以前者为准"):
        assert text in err, (text, err)
    loose = book("loose", (1000.31, NAN), excluded__bank=["", "A"])
    assert "另有 399.99 在 " in says(loose) and "未归属任何机构" in says(loose) and "没有总账余额" in says(loose), says(loose)
    for lines, text in ((["A,1.001"], "第 2 行：列 total，机构 A：'1.001'；须为"), (["A,1", "A,2"], "第 3 行：机构 A 已经出现"),
                        ([",1"], "第 2 行：列 bank 为空")):
        assert text in says(SOUND, "--totals", totals("t", *lines)), text
    assert "没有列 total" in says(SOUND, "--totals", write_text(f"{HOME}/t.csv", "bank,sum\nA,1\n"))
    assert "每家机构只能在一个贷款簿中" in says(SOUND, SOUND)


def test_forms_and_chinese():
    import json
    out, _ = command("book", "reconcile", SOUND, "--format", "json")
    assert [r["balance"] for r in json.loads(out) if r["status"] == "total"] == [1000.3, 2000.5], out
    out, _ = command("book", "reconcile", SOUND, second(), "--lang", "zh", "--totals", totals("t", "A,1000.30", "B,2000.50", "Z,10"))
    for word in ("分机构台账与总账核对", "已建模", "代理值", "已剔除", "已违约", "合计", "一致", "总账余额", "2 户借款人", "不一致的借款人",
                 "3 家机构（共 3 家）与总账核对一致"):
        assert word in out, word


run_all(globals())
