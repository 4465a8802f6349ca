"""Two states of a book: what came, went and changed, against a second count in Python on random books; balances tie to the fen;
columns, rows and what cannot be compared."""
import csv
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, write_book

import h5py
import numpy as np

HOME = folder()
NAN = float("nan")
KINDS = ("new", "repaid", "changed", "same")


def table(old, new, *words):
    out, _ = command("book", "diff", old, new, *words, "--format", "csv")
    return list(csv.DictReader(io.StringIO(out, newline="")))


def fen(text):
    return int(text.replace(".", ""))


# ---- random books against a count in Python ----

def random_state(random, n):
    """Loans {(bank, id): row}, borrowers {id: row} of a random state."""
    borrowers = {f"b{i}": {"pd": float(random.choice([0.01, 0.02, 0.5])), "sector": str(random.choice(["C30", "D44"])),
                           "region": "500153", "revenue": float(random.choice([1e6, NAN]))} for i in range(n)}
    loans = {}
    for i in range(3 * n):
        loans[str(random.choice(["K1", "K2", "银行"])), f"l{i}"] = {
            "borrower": f"b{random.integers(n)}", "balance": int(random.integers(0, 10**11)) / 100, "lgd": 0.4,
            "product": str(random.choice(["", "x"]))}
    return borrowers, loans


def next_state(random, state):
    """Some rows go, come, move to another bank, or change in one column or several."""
    borrowers, loans = ({k: dict(row) for k, row in part.items()} for part in state)
    for row in borrowers.values():
        if random.random() < 0.2:
            row["pd"] = float(random.choice([0.01, 0.03]))
        if random.random() < 0.1:
            row["revenue"] = float(random.choice([2e6, NAN]))
    for key in list(loans):
        fate = random.random()
        if fate < 0.1:
            del loans[key]
        elif fate < 0.2:
            loans["K1" if key[0] != "K1" else "K2", key[1]] = loans.pop(key)
        elif fate < 0.5:
            loans[key]["balance"] = int(random.integers(0, 10**11)) / 100
        elif fate < 0.6:
            loans[key]["product"] = "y"
    for i in range(int(random.integers(0, 20))):
        loans["K3" if i % 2 else "K1", f"n{i}"] = {"borrower": "b0", "balance": int(random.integers(1, 10**9)) / 100,
                                                   "lgd": 0.5, "product": ""}
    return borrowers, loans


def write(name, state, random):
    borrowers, loans = state
    columns = lambda part: {c: [row[c] for row in part.values()] for c in next(iter(part.values()))}
    return write_book(f"{HOME}/{name}.book.h5", {"id": ["K1", "K2", "K3", "银行"]}, {"id": list(borrowers), **columns(borrowers)},
                      {"id": [k[1] for k in loans], "bank": [k[0] for k in loans], **columns(loans)},
                      order={"loans": random.permutation(len(loans)), "borrowers": random.permutation(len(borrowers))})


def same(a, b):
    return a == b or (a != a and b != b)


def cents(row):
    return round(row["balance"] * 100)


def expected(old, new):
    """{(bank, kind): [rows, old, new]} and {(table, column): (rows, balance, largest size)}."""
    sums, columns = {}, {}
    of_borrower = {}
    for row in new[1].values():
        of_borrower[row["borrower"]] = of_borrower.get(row["borrower"], 0) + cents(row)

    def enter(where, kind, *amounts):
        into = sums.setdefault((where, kind), [0, 0, 0])
        for i, amount in enumerate((1, *amounts)):
            into[i] += amount

    def column(name, balance, before, after):
        rows, sum_, largest = columns.get(name, (0, 0, 0.0))
        step = abs(after - before) if isinstance(after, float) and isinstance(before, float) else 0.0
        columns[name] = rows + 1, sum_ + balance, max(largest, 0.0 if step != step else step)

    for key in old[1].keys() | new[1].keys():
        a, b = old[1].get(key), new[1].get(key)
        if a is None:
            enter(key[0], "new", 0, cents(b))
        elif b is None:
            enter(key[0], "repaid", cents(a), 0)
        else:
            differing = [c for c in b if not same(a[c], b[c])]
            enter(key[0], "changed" if differing else "same", cents(a), cents(b))
            for c in differing:
                column(("loans", c), cents(b), a[c], b[c])
    for key, b in new[0].items():
        for c in b:
            if not same(old[0][key][c], b[c]):
                column(("borrowers", c), of_borrower.get(key, 0), old[0][key][c], b[c])
    return sums, columns


def check_pair(random, n):
    old = random_state(random, n)
    new = next_state(random, old)
    paths = write("old", old, random), write("new", new, random)
    sums, columns = expected(old, new)
    got = table(*paths)
    total = {}
    for row in got:
        want = sums.get((row["bank"], row["kind"]), [0, 0, 0])
        assert [int(row["rows"]), fen(row["balance_old"]), fen(row["balance_new"])] == want, (row, want)
        assert fen(row["difference"]) == want[2] - want[1], row
        total.setdefault(row["bank"], {})[row["kind"]] = fen(row["balance_old"]), fen(row["balance_new"])
    assert set(total) == {"K1", "K2", "K3", "银行"}, total
    for bank, of in total.items():
        assert tuple(of) == KINDS
        before, after = (sum(cents(r) for k, r in state[1].items() if k[0] == bank) for state in (old, new))
        changes = of["changed"][1] - of["changed"][0]
        assert before + of["new"][1] - of["repaid"][0] + changes == after, (bank, of)
        assert sum(pair[0] for pair in of.values()) == before and of["same"][0] == of["same"][1]
    got = {(r["table"], r["column"]): (int(r["rows"]), fen(r["balance"]), abs(float(r["largest_change"] or 0)))
           for r in table(*paths, "--columns") if r["kind"] == "changed"}
    assert got == columns, (got, columns)
    rows = table(*paths, "--rows")
    for kind in ("new", "repaid"):
        listed = sorted(r["row"] for r in rows if r["kind"] == kind)
        there, away = (new, old) if kind == "new" else (old, new)
        assert listed == sorted("/".join(k) for k in there[1] if k not in away[1]), kind
    assert sum(r["kind"] == "changed" for r in rows) == sum(c[0] for c in columns.values())


def test_random_books():
    random = np.random.default_rng(20260105)
    for _ in range(25):
        check_pair(random, int(random.integers(1, 60)))


# ---- by hand ----

def book(name, banks=None, borrowers=None, loans=None, as_of="2025-12-31", **more):
    return write_book(f"{HOME}/{name}.book.h5", {"id": ["A"], **(banks or {})},
                      {"id": ["u", "v"], "pd": [0.01, 0.02], "sector": ["C30", "D44"], "region": ["5", "5"], **(borrowers or {})},
                      {"id": ["1", "2", "3"], "borrower": ["u", "u", "v"], "bank": ["A"] * 3, "balance": [10.0, 20.0, 30.0],
                       "lgd": [0.4] * 3, **(loans or {})}, as_of=as_of, **more)


def changed(old, new):
    return [(r["table"], r["column"], r["kind"], r["rows"], r["balance"], r["largest_change"], r["largest_row"])
            for r in table(old, new, "--columns")]


def test_nothing_changed():
    out, _ = command("book", "diff", book("a"), book("b", as_of="2026-06-30"))
    assert "as of 2025-12-31. New: " in out and "as of 2026-06-30" in out and "empty" in out, out
    assert changed(f"{HOME}/a.book.h5", f"{HOME}/b.book.h5") == []
    assert [r["rows"] for r in table(f"{HOME}/a.book.h5", f"{HOME}/b.book.h5")] == ["0", "0", "0", "3"]


def test_other_tables():
    """A loan counts once however many of its pieces changed; a borrower however many of its sites."""
    old = book("a", {"total_loans": [60.0]},
               collateral={"id": ["p", "q", ""], "loan": ["1", "1", "3"], "value": [5.0, 6.0, 7.0]},
               sites={"id": ["s", "t"], "borrower": ["u", "u"], "region": ["5", "6"]},
               excluded={"table": ["loans"], "line": [4.0], "reason": ["x"], "balance": [1.5], "bank": ["A"]})
    new = book("b", {"total_loans": [60.5]},
               collateral={"id": ["p", "q", ""], "loan": ["1", "1", "3"], "value": [5.5, 6.25, 7.0]},
               sites={"id": ["s", "t"], "borrower": ["u", "u"], "region": ["7", "8"]},
               insurance={"id": ["i"], "borrower": ["v"], "limit": [3.0]})
    assert changed(old, new) == [
        ("banks", "total_loans", "changed", "1", "60.00", "0.5", "A"),
        ("collateral", "value", "changed", "2", "10.00", "0.5", "1/p"),
        ("sites", "region", "changed", "2", "30.00", "", ""),
        ("insurance", "", "new", "1", "30.00", "", ""),
        ("excluded", "", "gone", "1", "1.50", "", "")], changed(old, new)


def test_columns_of_one_book():
    """A column that only one book has changes where it is stated, and one of another kind everywhere but where it is empty."""
    old, new = book("a", borrowers={"note": ["", "x"]}), book("b", borrowers={"cash": [NAN, 4.0]})
    assert changed(old, new) == [("borrowers", "cash", "changed", "1", "30.00", "", ""),
                                 ("borrowers", "note", "changed", "1", "30.00", "", "")], changed(old, new)
    old, new = book("a", borrowers={"mark": ["", "4"]}), book("b", borrowers={"mark": [3.0, 4.0]})
    assert changed(old, new) == [("borrowers", "mark", "changed", "1", "30.00", "", "")], changed(old, new)
    rows = table(old, new, "--rows")
    assert [(r["row"], r["column"], r["old"], r["new_value"], r["change"]) for r in rows] == [("u", "mark", "", "3", "")], rows


def test_rows():
    rows = table(book("a"), book("b", loans={"balance": [10.0, 20.01, 29.0], "id": ["1", "2", "4"]}), "--rows")
    assert [tuple(r.values()) for r in rows[:1]] == [("loans", "A/2", "changed", "balance", "20", "20.01", rows[0]["change"])], rows
    assert abs(float(rows[0]["change"]) - 0.01) < 1e-12
    assert [tuple(r.values()) for r in rows[1:]] == [("loans", "A/4", "new", "", "", "29", ""),
                                                     ("loans", "A/3", "repaid", "", "30", "", "")], rows
    out, _ = command("book", "diff", f"{HOME}/a.book.h5", f"{HOME}/b.book.h5", "--rows")
    assert "Old balance 60.00 + new 29.00 - repaid 30.00 + changes 0.01 = new balance 59.01 (CNY)." in out, out


def test_rows_of_one_name():
    """Excluded rows without a line are told apart by their order, and those of one reason are the same rows."""
    excluded = lambda *balance: {"reason": ["x"] * len(balance), "balance": list(balance)}
    old, new = book("a", excluded=excluded(1.0, 2.0)), book("b", excluded=excluded(1.0, 2.0, 4.0))
    assert changed(old, new) == [("excluded", "", "new", "1", "4.00", "", "")], changed(old, new)
    assert [r["row"] for r in table(old, new, "--rows")] == ["#3"]


def test_not_comparable():
    old, new = book("a", borrowers={"height": [1.0, 2.0]}), book("b", borrowers={"height": [1.0, 2.0]})
    with h5py.File(new, "r+") as file:
        file["borrowers/height"].attrs["unit"] = "m"
    refused("book", "diff", old, new, says=["borrowers.height is in 'ratio' in", "but in 'm' in"])
    refused("book", "diff", old, new, "--lang", "zh", says=[".height 的单位是 'ratio'", "比较的贷款簿须一致"])
    with h5py.File(new, "r+") as file:
        file.attrs["currency"] = "USD"
    refused("book", "diff", old, new, says=["is in CNY, but", "in USD"])
    refused("book", "diff", old, new, "--lang", "zh", says=["币种是 CNY", "USD", "须为同一币种"])
    refused("book", "diff", old, expect=2, says=["two loan books are compared"])
    refused("book", "diff", old, f"{HOME}/none.book.h5", says=["none.book.h5"])


def test_units_of_money():
    """Amounts in 万元 are the same amounts."""
    old, new = book("a", borrowers={"revenue": [10000.0, 25000.0]}), book("b", borrowers={"revenue": [1.0, 2.5]})
    with h5py.File(new, "r+") as file:
        file["borrowers/revenue"].attrs["unit"] = "万元"
    assert changed(old, new) == []


def test_chinese():
    out, _ = command("book", "diff", book("a"), book("b", loans={"balance": [10.0, 21.0, 30.0], "id": ["1", "2", "4"]}), "--rows",
                     "--lang", "zh")
    for word in ("分机构贷款变动", "新增", "结清", "变动", "不变", "原余额", "新余额", "变动的列", "最大变动", "变动的行", "原值",
                 "原余额 60.00 + 新增 30.00 - 结清 30.00 + 变动 1.00 = 新余额 61.00（元）"):
        assert word in out, (word, out)


run_all(globals())
