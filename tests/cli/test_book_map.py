"""A bank's own export through a map: the same book whatever it is disguised as, what is refused and where, drafts."""
import csv
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, table, write_text

import h5py

HOME = folder()


def credit_code(number):
    """A unified social credit code with its check character (GB 32100-2015)."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91500153MA{number:07d}"
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + alphabet[(31 - total % 31) % 31]


# Twelve loans of six firms at two banks: what every disguise below must give.
FIRMS = [{"id": credit_code(i), "name": f"荣昌第{i}陶瓷厂", "sector": "C3071", "region": "500153", "pd": round(0.0125 + i / 1000, 4),
          "revenue": 1234567.5 + i} for i in range(6)]
LOANS = [{"id": f"{i:018d}", "firm": i // 2, "bank": f"RC{i % 2:02d}", "balance": [1100000, 888888.88, 12345678][i % 3],
          "rate": 0.0435, "maturity": f"20{27 + i % 3}-0{1 + i % 9}-15", "class": 1 + i % 3, "overdue": [0, None, 45][i % 3]}
         for i in range(12)]
CLASSES = ["正常", "关注", "次级"]


def grouped(value, decimals=None):
    return f"{value:,.{decimals}f}" if decimals is not None else f"{value:,}"


def plain(x):
    return repr(x) if not float(x).is_integer() else str(int(x))


def wan(x):
    """An amount in 万元, exactly."""
    cents = round(x * 100)
    return f"{cents // 1000000:,}.{cents % 1000000:06d}"


FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def date_in(style, iso):
    y, m, d = iso.split("-")
    return {"iso": iso, "compact": y + m + d, "zh": f"{y}年{int(m)}月{int(d)}日", "slash": f"{y}/{int(m)}/{int(d)}",
            "excel": str((__import__("datetime").date(int(y), int(m), int(d)) - __import__("datetime").date(1899, 12, 30)).days),
            "dmy": f"{d}/{m}/{y}"}[style]


class Disguise:
    """How an export is written, and what the map says of it."""

    def __init__(self, name, encoding="utf-8", separator=",", titles=0, footer=None, money=plain, money_map="", dates="iso",
                 dates_map="", rate="0.0435", rate_map="", empty="", guard=False, line="\n", decimal=None, pd=None, pd_map=""):
        self.__dict__.update(locals())

    def lines(self):
        rows = [["借据号", "证件号", "客户名称", "行业", "地区", "机构", "余额", "利率", "到期日", "五级分类", "逾期天数", "PD", "营业收入"]]
        for loan in LOANS:
            firm = FIRMS[loan["firm"]]
            code = lambda text: f'="{text}"' if self.guard else text
            pd = self.pd(firm["pd"]) if self.pd else repr(firm["pd"])
            rows.append([code(loan["id"]), code(firm["id"]), firm["name"], firm["sector"], firm["region"], loan["bank"],
                         self.money(loan["balance"]), self.rate, date_in(self.dates, loan["maturity"]), CLASSES[loan["class"] - 1],
                         self.empty if loan["overdue"] is None else str(loan["overdue"]), pd, self.money(firm["revenue"])])
        if self.footer:
            rows.append([self.footer] + [""] * 5 + [self.money(sum(loan["balance"] for loan in LOANS))] + [""] * 6)
        return rows

    def write(self):
        out = io.StringIO()
        for i in range(self.titles):
            out.write(["某行贷款台账", "单位：万元", ""][i % 3] + self.line)
        if self.guard:  # ="..." as some systems write it: not quoted as CSV
            for row in self.lines():
                out.write(self.separator.join(c if c.startswith('="') or self.separator not in c else f'"{c}"' for c in row) + self.line)
        else:
            csv.writer(out, delimiter=self.separator, lineterminator=self.line).writerows(self.lines())
        with open(f"{HOME}/{self.name}.csv", "wb") as file:
            file.write(out.getvalue().encode(self.encoding))

    def map(self):
        return f"""return map {{
  confirmed = true, as_of = "2025-12-31", currency = "CNY",
  files = {{ core = {{ file = "{self.name}.csv"
    {', separator = "' + self.separator.replace(chr(9), chr(92) + 't') + '"' if self.separator != ',' else ''}
    {f', header = {self.titles + 1}' if self.titles else ''} {f', footer = "{self.footer}"' if self.footer else ''}
    {f', decimal = "{self.decimal}"' if self.decimal else ''} }} }},
  banks = {{ from = "core", columns = {{ id = "机构", type = {{ value = "legal_person" }} }} }},
  borrowers = {{ from = "core", columns = {{
    id = {{ column = "证件号", check = "credit_code" }}, name = "客户名称", sector = "行业", region = "地区",
    pd = {{ column = "PD" {self.pd_map} }}, revenue = {{ column = "营业收入" {self.money_map} }} }} }},
  loans = {{ from = "core", columns = {{
    id = "借据号", borrower = "证件号", bank = "机构", balance = {{ column = "余额" {self.money_map} }},
    rate = {{ column = "利率" {self.rate_map} }}, maturity = {{ column = "到期日" {self.dates_map} }},
    class = {{ column = "五级分类", codes = {{ ["正常"] = 1, ["关注"] = 2, ["次级"] = 3 }} }},
    days_overdue = "逾期天数", lgd = {{ value = 0.45 }} }} }},
}}
"""


DISGUISES = [
    Disguise("clean"),
    Disguise("gbk", encoding="gb18030", titles=2, footer="合计", money=wan, money_map=', scale = "万元"', dates="zh", empty="-"),
    Disguise("bom", encoding="utf-8-sig", separator=";", line="\r\n", dates="slash", empty="N/A", rate="4.35%"),
    Disguise("utf16", encoding="utf-16", separator="\t", dates="compact", money=lambda x: "¥" + grouped(x, 2), empty="--",
             rate="4.35", rate_map=', scale = "%"'),
    Disguise("guarded", guard=True, separator="|", dates="excel", dates_map=', dates = "excel"', rate="43.5‰",
             pd=lambda p: f"{p * 100:.2f}％"),
    Disguise("wide", money=lambda x: grouped(x, 2).translate(FULL_WIDTH), empty="　", rate="４．３５％"),
    Disguise("comma", separator=";", decimal=",", dates="dmy", dates_map=', dates = "d/m/y"', rate="0,0435",
             money=lambda x: grouped(x, 2).translate(str.maketrans(",.", ".,")), pd=lambda p: repr(p).replace(".", ",")),
]


def imported(disguise):
    """The bytes of the book that a disguise gives."""
    disguise.write()
    out = f"{HOME}/{disguise.name}.book.h5"
    command("book", "import", "--map", write_text(f"{HOME}/{disguise.name}.lua", disguise.map()), "-o", out)
    with open(out, "rb") as file:
        return file.read()


def test_the_same_book_whatever_the_disguise():
    """Seven ways to write the same export give the same bytes."""
    books = {disguise.name: imported(disguise) for disguise in DISGUISES}
    different = [name for name in books if books[name] != books["clean"]]
    assert not different, different
    with h5py.File(f"{HOME}/clean.book.h5") as book:
        assert [x.decode() for x in book["loans/id"]] == [loan["id"] for loan in LOANS]
        assert list(book["loans/balance"]) == [loan["balance"] for loan in LOANS]
        assert list(book["borrowers/revenue"]) == [firm["revenue"] for firm in FIRMS]
        assert [x.decode() for x in book["loans/maturity"]] == [loan["maturity"] for loan in LOANS]
        assert list(book["loans/class"]) == [loan["class"] for loan in LOANS]


def rejects(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


BAD_MAP = """return map {
  confirmed = true, as_of = "2025-12-31",
  files = { core = { file = "bad.csv", footer = { "合计", "小计" } }, banks = { file = "banks.csv" }, more = { file = "more.csv" } },
  banks = { from = "banks", columns = { id = "id", type = "type", total_loans = "total" } },
  borrowers = { from = "core", join = { { file = "more", from = "firm", to = "key" } }, columns = {
    id = "firm", sector = { column = "sector", prefixes = { ["30"] = "C30", ["307"] = "C307", ["D"] = "D44" } },
    region = { value = "500153" }, pd = "pd", revenue = { file = "more", column = "revenue" } } },
  loans = { from = "core", exclude = { { column = "kind", is = { "委托贷款", "贴现" }, reason = "not the bank's risk" } }, columns = {
    id = "loan", borrower = "firm", bank = "bank", balance = "balance", maturity = "until", lgd = { value = 0.4 } } },
}
"""
BAD_ROWS = """loan,firm,sector,bank,balance,pd,until,kind
L1,F1,3071,b1,100.00,0.01,2030-01-01,
L2,F1,3071,b1,200.00,0.02,2030-01-01,
L3,F2,3099,b1,300.00,0.01,2030-02-30,
L4,F3,D441,b9,400.00,0.01,2030-01-01,
L5,F4,X1,b1,500.00,0.01,2030-01-01,
L6,F5,3071,b1,x600,0.01,2030-01-01,
L7,F6,3071,b1,700.00,1.01,2030-01-01,
L1,F7,3071,b1,800.00,0.01,2030-01-01,
9.15002E+17,F8,3071,b1,900.00,0.01,2030-01-01,
L10,F9,3071,b1,1000.00,0.01
小计,,,,5500.00,,,
L11,,3071,b1,1100.00,0.01,2030-01-01,
L12,F12,3071,b2,-1200.00,0.01,2030-01-01,
L13,F13,3071,b2,1300.00,0.01,2030-01-01,委托贷款
L14,F14,3071,b2,1400.00,0.01,,
L15,F15,3071,b1,15%,0.01,,
合计,,,,9999,,,
"""


def test_every_bad_row_is_named():
    """Line, column, value, rule and balance of each; the rest becomes a book that ties, with what is left out in it."""
    script, out, list_of = write_bad(), f"{HOME}/bad.book.h5", f"{HOME}/bad.rejects.csv"
    _, err = command("book", "import", "--map", script, "-o", out, "--rejects", list_of, expect=3, cwd=HOME)
    assert not os.path.exists(out)
    found = {(row["line"], row["column"], row["value"], row["rule"], row["balance"]) for row in rejects(list_of)}
    assert found == {
        ("4", "key", "F1", "duplicate key", ""),
        ("3", "pd", "0.02", "borrowers disagree", "200.00"),
        ("4", "until", "2030-02-30", "date", "300.00"),
        ("5", "bank", "b9", "unknown bank", "400.00"),
        ("6", "sector", "X1", "code", "500.00"),
        ("7", "balance", "x600", "number", ""),
        ("17", "balance", "15%", "number", ""),
        ("8", "pd", "1.01", "range", "700.00"),
        ("9", "loan", "L1", "duplicate id", "800.00"),
        ("10", "loan", "9.15002E+17", "damaged id", "900.00"),
        ("11", "", "", "cells", ""),
        ("13", "firm", "", "missing", "1100.00"),
        ("14", "balance", "-1200.00", "range", "-1200.00"),
    }, found
    assert "refused: 13 of 20 rows, 3,700.00 CNY: " in err and f"; see {list_of}; nothing written" in err, err
    assert "left out by the map: 1 rows, 1,300.00 CNY" in err, err
    assert "footers passed over: 2" in err, err
    # within a limit the book is written; b2 ties: 1400 + 1300 - 1200
    command("book", "import", "--map", script, "-o", out, "--rejects", list_of, "--max-rejects", 13, cwd=HOME)
    with h5py.File(out) as book:
        assert [x.decode() for x in book["loans/id"]] == ["L1", "L14"]
        assert [x.decode() for x in book["borrowers/sector"]] == ["C307", "D44", "C307"]  # F1, F3, F14
        assert list(book["borrowers/revenue"])[0] == 5e6
        reasons = [x.decode() for x in book["excluded/reason"]]
        assert reasons.count("not the bank's risk") == 1 and len(reasons) == 14 - 1, reasons
        assert sum(1 for x in book["excluded/bank"] if x) == 11, list(zip(book["excluded/line"], book["excluded/bank"]))


def write_bad():
    write_text(f"{HOME}/bad.csv", BAD_ROWS)
    # b2 states its total: 1400 in the book, 1300 left out by the map, -1200 refused
    write_text(f"{HOME}/banks.csv", "id,type,total\nb1,legal_person,\nb2,branch,1500.00\n")
    write_text(f"{HOME}/more.csv", "key,revenue\nF1,5e6\nF14,7e6\nF1,8e6\n")
    return write_text(f"{HOME}/bad.lua", BAD_MAP)


def test_limits_of_rejects():
    """13 rows: nine with a balance, of 6,100 in size (3,700 in sum, for one is negative), four without one, which only a number
    of rows can allow."""
    write_bad()
    script, list_of = f"{HOME}/bad.lua", f"{HOME}/limit.csv"
    base = ("book", "import", "--map", script, "--rejects", list_of, "-o", f"{HOME}/limit.book.h5")
    for words, exit_code in ((("--max-rejects", 12), 3), (("--max-rejects", 13), 0),
                             (("--max-rejects-balance", "6100"), 3), (("--max-rejects-balance", "6100", "--max-rejects", 3), 3),
                             (("--max-rejects-balance", "6100", "--max-rejects", 4), 0),
                             (("--max-rejects-balance", "6099.99", "--max-rejects", 4), 3)):
        command(*base, *words, expect=exit_code, cwd=HOME)
    refused(*base, "--max-rejects-balance", "lots", expect=2, says=["--max-rejects-balance", "lots"], cwd=HOME)


def test_a_list_of_rejects_is_of_the_last_import():
    write_bad()
    list_of = f"{HOME}/last.csv"
    command("book", "import", "--map", f"{HOME}/bad.lua", "--rejects", list_of, "-o", f"{HOME}/last.book.h5", expect=3, cwd=HOME)
    assert len({(row["file"], row["line"]) for row in rejects(list_of)}) == 13
    DISGUISES[0].write()
    script = write_text(f"{HOME}/clean.lua", DISGUISES[0].map())
    command("book", "import", "--map", script, "--rejects", list_of, "-o", f"{HOME}/last.book.h5")
    assert rejects(list_of) == []
    command("book", "import", "--map", script, "--rejects", f"{HOME}/never.csv", "-o", f"{HOME}/last.book.h5")
    assert not os.path.exists(f"{HOME}/never.csv")


def test_a_map_must_be_confirmed_and_right():
    good = DISGUISES[0].map()
    for old, new, says in [
            ("confirmed = true", "confirmed = false", ["is not confirmed"]),
            ('as_of = "2025-12-31"', 'as_of = "2025"', ["`as_of` is the date"]),
            ('from = "core", columns = { id = "机构"', 'from = "cor", columns = { id = "机构"', ["there is no file `cor`", "core"]),
            ("balance = {", "balanse = {", ["needs the column `balance`"]),
            ('check = "credit_code"', 'check = "digit"', ["check `digit`", "credit_code"]),
            ('column = "余额"', 'column = "余額"', ["clean.csv: line 1: there is no column '余額'", "the columns are 借据号"]),
            ('column = "余额"', 'colum = "余额"', ["unknown key `colum`", "needs one of `column`"]),
            ('column = "余额"', 'column = "余额", scale = "万"', ["scale `万` is not known", "万元"]),
            ('maturity = { column = "到期日"', 'maturity = { column = "到期日", dates = "y-m-d"', ["dates `y-m-d`", "excel"]),
            ("lgd = { value = 0.45 }", "lgd = { value = 2 }", ["refused: 12 of 12 rows", "12 range"])]:
        assert old in good, old
        script = write_text(f"{HOME}/wrong.lua", good.replace(old, new))
        refused("book", "import", "--map", script, "-o", f"{HOME}/wrong.book.h5", "--rejects", f"{HOME}/wrong.csv", says=says)
        assert not os.path.exists(f"{HOME}/wrong.book.h5")


def test_a_draft_is_a_map_that_lacks_a_person():
    """The draft of a clean export needs the date, a confirmation and the LGD, and gives the book."""
    disguise = DISGUISES[1]
    disguise.write()
    draft, _ = command("book", "map", f"{HOME}/gbk.csv")
    assert 'encoding = "GB18030", header = 3, footer = "合计"' in draft, draft
    script = write_text(f"{HOME}/draft.lua", draft)
    refused("book", "import", "--map", script, "-o", f"{HOME}/draft.book.h5", says=["`as_of` is still to be filled in"])
    ready = draft.replace("confirmed = false", "confirmed = true").replace('as_of = "?"', 'as_of = "2025-12-31"')
    ready = ready.replace('-- lgd = { column = "?" },', "lgd = { value = 0.45 },")
    command("book", "import", "--map", write_text(f"{HOME}/draft.lua", ready), "-o", f"{HOME}/draft.book.h5")
    with open(f"{HOME}/draft.book.h5", "rb") as book:
        assert book.read() == imported(DISGUISES[0])
    refused("book", "map", f"{HOME}/gbk.csv", "-o", script, expect=2, says=["never replaced"])


def test_numbers_of_a_map_keep_their_bits():
    """Numbers that the map itself computes are not cut, in fixed values, codes and for empty cells."""
    write_text(f"{HOME}/bits.csv", "id,balance,grade,rate\nx,1,a,\n")
    script, out = write_text(f"{HOME}/bits.lua", """return map { confirmed = true, as_of = "2025-12-31", files = { f = { file = "bits.csv" } },
      banks = { from = "f", columns = { id = { value = "b" } } },
      borrowers = { from = "f", columns = { id = "id", sector = { value = "C" }, region = { value = 500153 }, pd = { value = 1 / 3 } } },
      loans = { from = "f", columns = { id = "id", borrower = "id", bank = { value = "b" }, balance = "balance",
        lgd = { column = "grade", codes = { a = 0.1 + 0.2 } }, rate = { column = "rate", empty = 0.1 + 0.7 } } } }"""), f"{HOME}/bits.book.h5"
    command("book", "import", "--map", script, "-o", out)
    with h5py.File(out) as book:
        assert [book[x][0] for x in ("borrowers/pd", "loans/lgd", "loans/rate")] == [1 / 3, 0.1 + 0.2, 0.1 + 0.7]
        assert book["borrowers/region"][0] == b"500153"


def test_crosswalks_and_columns_of_ones_own():
    """Codes from a file beside the map, where saying the same twice is no fault; unknown columns with kind, scale and unit."""
    write_text(f"{HOME}/cross.csv", "naics,gbt,note\n3271,C3071,tiles\n2211,D4411,power\n3271,C3071,again\n")
    write_text(f"{HOME}/own.csv", "id;naics;balance;age;code;kwh\nx;3271;1;12,5;007;1.500\ny;9999;2;-;008;2\n")
    script, out = write_text(f"{HOME}/own.lua", """return map { confirmed = true, as_of = "2025-12-31",
      files = { f = { file = "own.csv", separator = ";", decimal = "," } },
      banks = { from = "f", columns = { id = { value = "b" } } },
      borrowers = { from = "f", columns = { id = "id", region = { value = "500153" }, pd = { value = 0.01 },
        sector = { column = "naics", codes = { csv = "cross.csv", from = "naics", to = "gbt" }, otherwise = "S" },
        kiln_age = { column = "age", kind = "number", unit = "year" }, own_code = "code",
        power = { column = "kwh", kind = "number", unit = "MWh", scale = 0.001 } } },
      loans = { from = "f", columns = { id = "id", borrower = "id", bank = { value = "b" }, balance = "balance", lgd = { value = 0.4 } } } }
    """), f"{HOME}/own.book.h5"
    command("book", "import", "--map", script, "-o", out)
    with h5py.File(out) as book:
        borrowers = book["borrowers"]
        assert [x.decode() for x in borrowers["sector"]] == ["C3071", "S"]
        assert borrowers["kiln_age"][0] == 12.5 and borrowers["kiln_age"][1] != borrowers["kiln_age"][1]
        assert borrowers["kiln_age"].attrs["unit"] == b"year" and borrowers["power"].attrs["unit"] == b"MWh"
        assert list(borrowers["power"]) == [1.5, 0.002] and [x.decode() for x in borrowers["own_code"]] == ["007", "008"]


FINANCE_BODY = """local proxies = require "proxies"
return map {
  confirmed = true, as_of = "2025-12-31", proxies = proxies.rules {%s},
  files = { core = { file = "body.csv" } },
  banks = { from = "core", columns = { id = { value = "pawnshop" } } },
  borrowers = { from = "core", columns = { id = "who", sector = "sector", region = { value = "500153" }, revenue = "revenue", env_credit = "colour" } },
  loans = { from = "core", columns = { id = { row = "L" }, borrower = "who", bank = { value = "pawnshop" }, balance = "balance", days_overdue = "late" } },
}
"""


def test_loans_of_finance_bodies_without_pd():
    """Neither PD nor LGD nor class: proxies by days overdue, marked and counted; without rules the book is refused."""
    write_text(f"{HOME}/body.csv", "who,sector,revenue,colour,balance,late\na,C3071,5e6,绿,100,0\nb,F52,,,200,45\nc,H61,1e6,警示,300,-\n")
    script, out = write_text(f"{HOME}/body.lua", FINANCE_BODY % ""), f"{HOME}/body.book.h5"
    _, err = command("book", "import", "--map", script, "-o", out, cwd=HOME)
    assert "  pd: 1 rows, 300.00 CNY: neither class nor days overdue known\n" in err, err
    assert "  pd: 2 rows, 300.00 CNY: by days overdue\n" in err, err
    with h5py.File(out) as book:
        assert list(book["borrowers/pd"]) == [0.03, 0.18, 0.05]  # of scenarios/lib/proxies.lua: C, 31 days on, otherwise
        assert [x.decode() for x in book["borrowers/pd_source"]] == ["proxied"] * 3
        assert [x.decode() for x in book["borrowers/env_credit"]] == ["green", "", "yellow"]
        assert list(book["loans/lgd"]) == [0.4] * 3
    command("book", "check", out)
    script = write_text(f"{HOME}/body.lua", FINANCE_BODY % " pd = false, pd_otherwise = false, pluto_tasche = false ")
    refused("book", "import", "--map", script, "-o", f"{HOME}/none.book.h5", says=["borrowers.pd"], cwd=HOME)


if __name__ == "__main__":
    run_all(globals())
