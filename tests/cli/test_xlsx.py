"""Workbooks of `show --format xlsx`, opened as a spreadsheet program does (openpyxl): what stands in them is what CSV says,
numbers are numbers and ids are texts; they appear whole or not at all."""
import csv
import datetime
import io
import json
import math
import os
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import BINARY, command, folder, one_factor, refused, run_all, skip, small_book, table, write_book, write_text
from scenarios import carbon, shift

try:
    import openpyxl
except ImportError:
    skip("openpyxl is not installed")

HOME = folder()
MODEL = one_factor(f"{HOME}/model.lua")
RESULT = f"{HOME}/small.result.h5"
command("run", write_text(f"{HOME}/carbon.lua", carbon()), write_text(f"{HOME}/shift.lua", shift()), "--book",
        small_book(f"{HOME}/small.book.h5"), "--model", MODEL, "-o", RESULT, "--paths", 400)
CONTENTS, _ = command("show", RESULT, "--format", "text")
TABLES = [line.split()[0] for line in CONTENTS.splitlines()[1:]]
MONEY = "#,##0.00"


def workbook(*words, name="w.xlsx"):
    command("show", *words, "-o", f"{HOME}/{name}")
    return openpyxl.load_workbook(f"{HOME}/{name}")


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def csv_of(name, result=RESULT):
    out, _ = command("show", result, name, "--format", "csv")
    return list(csv.reader(io.StringIO(out, newline="")))


def same_cell(cell, text):
    if text == "":
        return cell.value is None
    if cell.data_type == "n":
        # a spreadsheet keeps 15 to 16 digits, CSV up to 17
        return math.isclose(cell.value, float(text), rel_tol=1e-15)
    return cell.value == text


def test_sheets_follow_show():
    assert workbook(RESULT, "all").sheetnames == ["about"] + TABLES
    assert workbook(RESULT, "years").sheetnames == ["years"]


def test_every_cell_is_that_of_csv():
    book = workbook(RESULT, "all")
    numbers = 0
    for name in TABLES:
        rows, sheet = csv_of(name), book[name]
        if len(rows) == 1:
            continue
        assert sheet.max_row == len(rows) and sheet.max_column == len(rows[0]), name
        for row, cells in zip(rows, sheet.iter_rows()):
            for text, cell in zip(row, cells):
                assert same_cell(cell, text), f"{name} {cell.coordinate}: {cell.value!r}, CSV has {text!r}"
                numbers += cell.data_type == "n" and cell.value is not None
    assert numbers > 1000


def test_format_of_every_column():
    book = workbook(RESULT, "all")
    expected = {"years": {"scenario": "@", "year": "0", "default_rate": "0.00%", "default_rate_stderr": "0.00%", "el": MONEY,
                          "npl_ratio": "0.00%"},
                "banks": {"bank": "@", "exposure": MONEY, "es_999_stderr": MONEY},
                "borrowers": {"borrower": "@", "pd_base": "0.00%", "pd_stressed": "0.00%", "year": "0"},
                "contributors": {"es_99_share": "0.00%", "stderr": "0.00%", "exposure": MONEY},
                "classes": {"from": "0", "to": "0", "amount": MONEY, "share": "0.00%"},
                "warnings": {"value": "General", "lo95": "General", "year": "0"},
                "paths": {"path": "0", "loss": MONEY}, "ledger": {"rows": "0", "balance": MONEY}}
    for name, columns in expected.items():
        keys = csv_of(name)[0]
        for key, form in columns.items():
            column = list(book[name].columns)[keys.index(key)]
            found = {cell.number_format for cell in column[1:] if cell.value is not None}
            assert found <= {form}, f"{name}.{key}: {found}"


def test_headings_stand_still_and_filter():
    for name, sheet in [(s.title, s) for s in workbook(RESULT, "all")]:
        assert sheet.freeze_panes == "A2", name
        filled = len(csv_of(name)) > 1 if name != "about" else True
        assert sheet.auto_filter.ref == (sheet.dimensions if filled else None), name
        assert all(cell.font.bold for cell in sheet[1]), name


def test_ids_stay_texts_and_formulas_do_not_run():
    """Social credit codes, region codes, and what a spreadsheet would take for a number, a date or a formula."""
    ids = ["915001537474746474", "=1+1", "00012", "1E5", "2025-12-31", "@SUM(A1)"]
    write_book(f"{HOME}/ids.book.h5", {"id": ["0001"]},
               {"id": ids, "pd": [0.1] * 6, "sector": ["C3071"] * 6, "region": ["500153"] * 6},
               {"id": [f"{i}" for i in range(6)], "borrower": ids, "bank": ["0001"] * 6, "balance": [1e6] * 6,
                "lgd": [0.4] * 6})
    command("run", f"{HOME}/shift.lua", "--book", f"{HOME}/ids.book.h5", "--model", MODEL, "-o", f"{HOME}/ids.result.h5",
            "--paths", 50)
    book = workbook(f"{HOME}/ids.result.h5", "all")
    cells = {cell.value: cell for cell in book["borrowers"]["B"][1:]}
    assert set(cells) == set(ids)
    assert all(cell.data_type == "s" and cell.number_format == "@" for cell in cells.values())
    assert {cell.value for cell in book["regions"]["B"][1:]} == {"500153"}
    assert {cell.value for cell in book["ledger"]["A"][1:]} == {"0001"}


def test_chinese_headings():
    book = workbook(RESULT, "all", "--lang", "zh")
    assert book.sheetnames == ["about"] + TABLES
    assert [cell.value for cell in book["years"][1]][:7] == ["情景", "年份", "违约率", "违约率 标准误", "预期损失",
                                                            "预期损失 标准误", "预期损失增量"]
    plain = {"z", "ES 99%", "ES 99.9%"}
    for sheet in book:
        headings = [cell.value for cell in sheet[1]]
        assert len(set(headings)) == len(headings), f"{sheet.title}: {headings}"
        for heading in headings:
            assert heading in plain or any("\u4e00" <= c <= "\u9fff" for c in heading), f"{sheet.title}: {heading}"
    assert ["时点", "2025-12-31"] in rows_of(book["about"])
    assert book["tail"]["A2"].value == "未要求更多路径（run --tail K）"
    # a wide column holds its heading: a Chinese character takes the room of two digits
    assert book["years"].column_dimensions["C"].width >= 2 * len("违约率")


def test_empty_table_says_why():
    sheet = workbook(RESULT, "tail")["tail"]
    out, err = command("show", RESULT, "tail", "--format", "csv")
    assert sheet.max_row == 2 and [cell.value for cell in sheet[1]] == out.strip().split(",")
    assert sheet["A2"].value and sheet["A2"].value in err


def test_about():
    rows = dict(row for row in rows_of(workbook(RESULT, "all")["about"]))
    assert rows["currency"] == "CNY" and rows["as of"] == "2025-12-31" and rows["paths"] == "400"
    assert rows["borrowers"] == "60" and rows["scenario carbon"]
    for name in TABLES:
        assert rows[f"sheet {name}"].endswith(f"; {len(csv_of(name)) - 1} rows"), name


def test_same_result_same_bytes():
    workbook(RESULT, "all", name="one.xlsx")
    book = workbook(RESULT, "all", name="two.xlsx")
    with open(f"{HOME}/one.xlsx", "rb") as one, open(f"{HOME}/two.xlsx", "rb") as two:
        assert one.read() == two.read()
    assert book.properties.created == book.properties.modified == datetime.datetime(2025, 12, 31)
    with zipfile.ZipFile(f"{HOME}/one.xlsx") as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def large_amount(balance):
    write_book(f"{HOME}/large.book.h5", {"id": ["b"]},
               {"id": ["f"], "pd": [0.1], "sector": ["C3071"], "region": ["500153"]},
               {"id": ["l"], "borrower": ["f"], "bank": ["b"], "balance": [balance], "lgd": [0.4]})
    command("run", f"{HOME}/shift.lua", "--book", f"{HOME}/large.book.h5", "--model", MODEL, "-o",
            f"{HOME}/large.result.h5", "--paths", 20)
    cell = workbook(f"{HOME}/large.result.h5", "ledger")["ledger"]["E2"]
    assert cell.data_type == "n"
    return cell.value, csv_of("ledger", f"{HOME}/large.result.h5")[1][4]


def test_fen_up_to_the_limit():
    """15 digits, what a spreadsheet keeps: exact. Beyond 2^53 fen an amount is still a number, within a fen or two."""
    value, text = large_amount(9999999999999.99)
    assert text == "9999999999999.99" and f"{value:.2f}" == text
    value, text = large_amount(2.0**53 / 100)
    assert text == "90071992547409.92" and f"{value:.2f}" == text
    value, text = large_amount(123456789012345.67)
    assert abs(value - float(text)) <= 0.05


def test_choice_of_format():
    workbook(RESULT, "years", name="named.xlsx")
    command("show", RESULT, "years", "--format", "csv", "-o", f"{HOME}/plain.csv")
    into = folder()
    command("show", RESULT, "all", "--format", "xlsx", "-o", into)
    assert os.listdir(into) == ["small.xlsx"]
    command("show", RESULT, "all", "--format", "xlsx", "-o", f"{into}/new/sub/")
    assert os.listdir(f"{into}/new/sub") == ["small.xlsx"]


def test_refusals():
    for words in (["years"], ["all"]):
        refused("show", RESULT, *words, "--format", "xlsx", expect=2, says=["-o FILE.xlsx"])
    refused("show", RESULT, "years", "--format", "xlsx", "-o", f"{HOME}/years.csv", expect=2, says=["-o FILE.xlsx"])
    refused("show", RESULT, "-o", f"{HOME}/x.xlsx", expect=2, says=["name it", "all -o FILE.xlsx"])
    refused("show", RESULT, "yaers", "-o", f"{HOME}/x.xlsx", expect=2, says=["did you mean 'years'"])
    refused("show", f"{HOME}/none.result.h5", "years", "-o", f"{HOME}/x.xlsx")
    assert not os.path.exists(f"{HOME}/x.xlsx")
    os.makedirs(f"{HOME}/folder.xlsx", exist_ok=True)
    refused("show", RESULT, "years", "-o", f"{HOME}/folder.xlsx", expect=2, says=["-o FILE.xlsx"])


def test_never_over_a_book_or_a_result():
    for kind, name in ((f"{HOME}/small.book.h5", "book.xlsx"), (RESULT, "result.xlsx")):
        with open(kind, "rb") as file:
            before = file.read()
        with open(f"{HOME}/{name}", "wb") as file:
            file.write(before)
        refused("show", RESULT, "years", "-o", f"{HOME}/{name}", expect=2, says=["never replaces"])
        with open(f"{HOME}/{name}", "rb") as file:
            assert file.read() == before


def limited(blocks, *words):
    """Runs `show` where no file may grow beyond so many KiB."""
    done = subprocess.run(["bash", "-c", 'trap "" XFSZ; ulimit -f "$1"; shift; exec "$@"', "_", str(blocks), BINARY,
                           "show", *words], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stderr


def test_full_disk_leaves_nothing():
    """Whatever is cut short - a temporary file of the library, the archive, the file - nothing is left and the message is ours.
    The limits run from where all fails to where all fits."""
    into = folder()
    whole, reasons = 0, set()
    for blocks in (1, 4, 8, 16, 32, 48, 64, 80, 96, 128, 192, 256, 512, 100000):
        code, err = limited(blocks, RESULT, "all", "-o", f"{into}/w.xlsx")
        if code == 0:
            assert openpyxl.load_workbook(f"{into}/w.xlsx")["paths"].max_row == len(csv_of("paths"))
            os.remove(f"{into}/w.xlsx")
            whole += 1
            continue
        assert code == 1 and err.startswith(f"plimsoll: {into}/w.xlsx: ") and err.count("\n") == 1, err
        assert os.listdir(into) == [], f"{blocks}: {os.listdir(into)}"
        reasons.add(err.split(": ")[-1])
    assert whole > 0 and "its temporary files were cut short; is the disk full?\n" in reasons, reasons
    # an older workbook stays
    write_text(f"{into}/w.xlsx", "older")
    assert limited(8, RESULT, "all", "-o", f"{into}/w.xlsx")[0] == 1
    with open(f"{into}/w.xlsx", encoding="utf-8") as file:
        assert file.read() == "older" and os.listdir(into) == ["w.xlsx"]


def test_folder_that_cannot_be_written():
    write_text(f"{HOME}/file", "a file, no folder")
    refused("show", RESULT, "all", "-o", f"{HOME}/file/w.xlsx", expect=1, says=[f"{HOME}/file"])
    refused("show", RESULT, "all", "-o", "/proc/w.xlsx", expect=1, says=["/proc/w.xlsx", "cannot be written"])


def test_refusals_in_chinese():
    refused("show", RESULT, "all", "--format", "xlsx", "--lang", "zh", expect=2, says=["请用 -o FILE.xlsx 指明"])
    refused("show", RESULT, "-o", f"{HOME}/x.xlsx", "--lang", "zh", expect=2, says=["请写明表名"])
    into = folder()
    said = [limited(blocks, RESULT, "all", "-o", f"{into}/w.xlsx", "--lang", "zh")[1] for blocks in (16, 32, 48, 64, 80, 96, 128, 192, 256, 512)]
    assert any("w.xlsx：无法生成工作簿：临时文件不完整；磁盘是否已满？" in err for err in said), said


def test_json_log_stays_json():
    into = folder()
    _, err = limited(8, RESULT, "all", "-o", f"{into}/w.xlsx", "--log", "json")
    events = [json.loads(line)["event"] for line in err.splitlines()]
    assert events[-1] == "end" and "error" in events


def test_table_without_rows_of_one_result():
    """A workbook of one table needs no more than that table."""
    assert len(table(RESULT, "grades")) + 1 == workbook(RESULT, "grades")["grades"].max_row


run_all(globals())
