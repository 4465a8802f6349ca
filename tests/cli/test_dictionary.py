"""`show dictionary`: every column of every result table has a meaning in both languages, a unit, and where it is computed a
formula; what it says of units is what tables and workbooks show."""
import csv
import io
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, one_factor, refused, run_all, small_book, write_text
from scenarios import shift

import h5py

HOME = folder()
RESULT = f"{HOME}/small.result.h5"
BOOK = small_book(f"{HOME}/small.book.h5")
with h5py.File(BOOK, "r+") as file:
    file.attrs["currency"] = "EUR"
command("run", write_text(f"{HOME}/shift.lua", shift()), "--book", BOOK, "--model", one_factor(f"{HOME}/model.lua"), "-o",
        RESULT, "--paths", 100)
UNITS = {"CNY", "ratio", "text", "year", "path", "class", "borrower", "loan", "bank", "multiple", "standard error", "1/year",
         "column unit", "column measure", "day", "run"}
KEYS = ["table", "column", "meaning", "unit", "formula"]


def dictionary(*words):
    out, _ = command("show", *words, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert list(rows[0]) == KEYS
    return rows


ENGLISH = dictionary("dictionary")
CHINESE = dictionary("dictionary", "--lang", "zh")


def is_chinese(text):
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_every_column_of_every_table():
    contents, _ = command("show", RESULT, "--format", "text")
    expected = []
    for name in [line.split()[0] for line in contents.splitlines()[1:]]:
        out, _ = command("show", RESULT, name, "--format", "csv")
        expected += [(name, key) for key in out.splitlines()[0].split(",")]
    for rows in (ENGLISH, CHINESE):
        assert [(row["table"], row["column"]) for row in rows] == expected


def test_meaning_unit_and_formula_in_both_languages():
    lacking = [f"{row['table']}.{row['column']}" for row in ENGLISH if not row["unit"]]
    assert not lacking, f"no entry in engine/report/dictionary.def for {', '.join(lacking)}"
    for english, chinese in zip(ENGLISH, CHINESE):
        where = f"{english['table']}.{english['column']}"
        assert english["meaning"] and not is_chinese(english["meaning"] + english["formula"]), where
        assert is_chinese(chinese["meaning"]), where
        assert english["unit"] == chinese["unit"] and english["unit"] in UNITS, f"{where}: unit {english['unit']}"
        assert bool(english["formula"]) == bool(chinese["formula"]), f"{where}: a formula in one language only"


def test_estimates_have_a_formula():
    """Whatever is estimated says how; only keys, numbers read from the book, and texts need none."""
    for row in ENGLISH:
        if row["unit"] in ("CNY", "ratio", "multiple", "standard error", "1/year"):
            assert row["formula"] or row["column"] == "control_total", f"{row['table']}.{row['column']}"


def test_units_are_those_of_the_cells():
    """Money has two decimals in CSV, text is what is no number; a rate lies between 0 and 1 here."""
    unit = {(row["table"], row["column"]): row["unit"] for row in ENGLISH}
    seen = set()
    for name in {row["table"] for row in ENGLISH}:
        out, _ = command("show", RESULT, name, "--format", "json")
        for row in json.loads(out):
            for key, value in row.items():
                what = unit[name, key]
                if value is None:
                    continue
                seen.add(what)
                assert isinstance(value, str) == (what == "text" or (name, key) == ("warnings", "unit")), (name, key)
                if what in ("year", "path", "class", "borrower", "loan"):
                    assert isinstance(value, int), (name, key)
                if what == "ratio":
                    assert -1 <= value <= 1, (name, key, value)
        text, _ = command("show", RESULT, name, "--format", "csv")
        for row in csv.DictReader(io.StringIO(text, newline="")):
            for key, value in row.items():
                if value and unit[name, key] == "CNY":
                    assert re.fullmatch(r"-?\d+\.\d\d", value), (name, key, value)
    assert {"CNY", "ratio", "text", "year", "path", "class"} <= seen


def test_entries_are_of_columns_that_exist():
    with open(os.path.join(SOURCE, "engine", "report", "dictionary.def"), encoding="utf-8") as source:
        entries = re.findall(r'(?m)^MEANING\("([^"]+)", "([^"]+)"', source.read())
    assert len(set(entries)) == len(entries), "an entry stands there twice"
    columns = {(row["table"], row["column"]) for row in ENGLISH}
    for table, column in entries:
        if table == "*":
            users = [t for t, c in columns if c == column and (t, c) not in entries]
            assert users, f"no table uses the entry of {column}"
        else:
            assert (table, column) in columns, f"there is no {table}.{column}"


def test_currency_of_the_result():
    units = {row["unit"] for row in dictionary(RESULT, "dictionary")}
    assert "EUR" in units and "CNY" not in units
    assert "CNY" in {row["unit"] for row in ENGLISH}


def test_forms():
    out, _ = command("show", "dictionary", "--format", "json")
    assert [list(row) for row in json.loads(out)] == [KEYS] * len(ENGLISH)
    out, _ = command("show", "dictionary", "--format", "text", "--lang", "zh")
    assert out.startswith("结果表数据字典\n") and len(out.splitlines()) == len(ENGLISH) + 2
    command("show", "dictionary", "-o", f"{HOME}/d.csv", "--format", "csv")
    with open(f"{HOME}/d.csv", encoding="utf-8", newline="") as written:
        assert list(csv.DictReader(written)) == ENGLISH
    refused("show", "dictionary", "--format", "xlsx", expect=2, says=["-o FILE.xlsx"])
    refused("show", RESULT, "dictionaries", expect=2, says=["unknown table"])
    refused("show", f"{HOME}/none.h5", "dictionary")


def test_workbook():
    try:
        import openpyxl
    except ImportError:
        return
    for words in ([], [RESULT]):
        command("show", *words, "dictionary", "-o", f"{HOME}/d.xlsx", "--lang", "zh")
        book = openpyxl.load_workbook(f"{HOME}/d.xlsx")
        rows = [[cell or "" for cell in row] for row in book["result_dictionary"].iter_rows(values_only=True)]
        assert rows[0] == ["表", "列", "含义", "单位", "公式"]
        assert len(rows) == len(CHINESE) + 1
        for row, expected in zip(rows[1:], CHINESE):
            assert row == [v.replace("CNY", "EUR" if words else "CNY") if k == "unit" else v for k, v in expected.items()]


run_all(globals())
