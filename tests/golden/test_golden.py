"""Golden runs: what every command prints, kept in expected/ and reviewed when it changes.

PLIMSOLL_UPDATE=1 writes the files anew. Numbers in them are checked elsewhere (test_tables_derived,
analytic tests); here it is about every byte that a user sees.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, one_factor, run_all, small_book, write_text
from scenarios import carbon, shift

EXPECTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected")
UPDATE = os.environ.get("PLIMSOLL_UPDATE") == "1"
HOME = folder()
BOOK = small_book(f"{HOME}/small.book.h5")
CARBON = write_text(f"{HOME}/carbon.lua", carbon())
SHIFT = write_text(f"{HOME}/shift.lua", shift())
MODEL = one_factor(f"{HOME}/model.lua", persistence=0.4)
OUT = f"{HOME}/small.result.h5"
RUN = ["run", CARBON, SHIFT, "--book", BOOK, "--model", MODEL, "-o", OUT, "--paths", 3000, "--seed", 3,
       "--threads", 2, "--memory", "1G"]


def tidy(text):
    """Takes out what differs between machines and moments."""
    text = text.replace(HOME, "FOLDER").replace(SOURCE, "SOURCE")
    text = re.sub(r"\d+(\.\d+)? (s|seconds)\b", "TIME", text)
    text = re.sub(r"\d+(\.\d+)? ?(秒)", "TIME", text)
    return re.sub(r"\b(avx512|avx2|base) (kernel|instructions)", r"ISA \2", text)


def golden(name, *words, expect=0):
    out, err = command(*words, expect=expect)
    got = tidy(out + ("--- stderr\n" + err if err else ""))
    path = os.path.join(EXPECTED, name)
    if UPDATE:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(got)
        return
    with open(path, encoding="utf-8", newline="") as file:
        assert file.read() == got, f"{name} differs; it is now:\n{got}"


golden("run.txt", *RUN)


def test_run_in_chinese():
    golden("run.zh.txt", *RUN, "--lang", "zh")


def test_dry_run():
    golden("dry_run.txt", *RUN, "--dry-run")


def test_show():
    golden("show.txt", "show", OUT)
    for name in ("summary", "years", "banks", "sectors", "regions", "classes", "grades", "warnings", "ledger"):
        golden(f"show_{name}.csv", "show", OUT, name, "--format", "csv")
    golden("show_summary.txt", "show", OUT, "summary", "--format", "text")
    golden("show_summary.zh.txt", "show", OUT, "summary", "--format", "text", "--lang", "zh")
    golden("show_years.json", "show", OUT, "years", "--format", "json")
    golden("show_unknown.txt", "show", OUT, "sumary", expect=2)


def test_explain():
    golden("explain.csv", "explain", OUT, "--path", 25, "--format", "csv")
    golden("explain.txt", "explain", OUT, "--path", 25, "--format", "text")


def test_book():
    golden("book_check.txt", "book", "check", BOOK)
    golden("book_describe.txt", "book", "describe", BOOK)
    golden("book_synth.txt", "book", "synth", "--preset", "rongchang", "--borrowers", 200, "-o",
           f"{HOME}/r.book.h5")
    golden("book_synth_describe.txt", "book", "describe", f"{HOME}/r.book.h5")
    golden("book_synth_preset.txt", "book", "synth", "--preset", "atlantis", expect=2)


def test_import():
    folder_csv = f"{HOME}/csv"
    os.makedirs(folder_csv)
    write_text(f"{folder_csv}/banks.csv", "id,total_loans\nb1,3000.50\n")
    write_text(f"{folder_csv}/borrowers.csv", "id,pd,sector,region,资产负债率\nf1,0.02,C3071,500153,0.6\n"
               "\"f,2\",0.5,F5211,500153001,\n")
    write_text(f"{folder_csv}/loans.csv", "id,borrower,bank,balance,lgd\nl1,f1,b1,1000.25,0.45\n"
               "l2,\"f,2\",b1,2000.25,0.4\n")
    golden("book_import.txt", "book", "import", folder_csv, "--as-of", "2025-12-31", "-o", f"{HOME}/i.book.h5")
    golden("book_import_describe.txt", "book", "describe", f"{HOME}/i.book.h5")
    write_text(f"{folder_csv}/colateral.csv", "id,loan\nc1,l1\n")
    golden("book_import_misspelt.txt", "book", "import", folder_csv, "--as-of", "2025-12-31", "-o",
           f"{HOME}/j.book.h5", expect=3)
    os.remove(f"{folder_csv}/colateral.csv")
    write_text(f"{folder_csv}/loans.csv", "id,borrower,bank,balance,lgd\nl1,f1,b1,1000.25,0.45\n"
               "l2,f2,b1,2000.25,much\n")
    golden("book_import_bad.txt", "book", "import", folder_csv, "--as-of", "2025-12-31", "-o",
           f"{HOME}/j.book.h5", expect=3)


def test_scenario_check():
    golden("scenario_check.txt", "scenario", "check", CARBON)
    golden("scenario_check_book.txt", "scenario", "check", CARBON, "--book", BOOK)
    bad = write_text(f"{HOME}/bad.lua", carbon().replace("b.scope1", "b.scop1").replace("d.price", "d.prize")
                     .replace("return {{", "return {"))
    golden("scenario_check_bad.txt", "scenario", "check", bad, expect=3)


def test_help():
    golden("help.txt", "--help")
    for words in (["run"], ["show"], ["explain"], ["book", "check"], ["book", "describe"], ["book", "import"],
                  ["book", "synth"], ["scenario", "check"], ["selfcheck"]):
        golden("help_" + "_".join(words) + ".txt", *words, "--help")
    golden("no_command.txt", "rnu", expect=2)


run_all(globals())
