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
    golden_text(name, out + ("--- stderr\n" + err if err else ""))


def golden_text(name, text):
    got = tidy(text)
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


def test_compare():
    other = f"{HOME}/other.result.h5"
    command(*[other if word == OUT else CARBON if word == SHIFT else word for word in RUN if word != CARBON])
    golden("compare.txt", "compare", OUT, other, "--format", "text")
    golden("compare.zh.txt", "compare", OUT, other, "--format", "text", "--lang", "zh")
    golden("compare_split.txt", "compare", OUT, OUT, "--split", "--format", "text")


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


def test_scenario_import():
    ngfs = write_text(f"{HOME}/ngfs.csv", """Model,Scenario,Region,Variable,Unit,2022.0,2025,X2030
REMIND-MAgPIE 3.3-4.8,Below 2?C,REMIND-MAgPIE 3.3-4.8|China,Price|Carbon,US$2010/t CO2,,10,60
REMIND-MAgPIE 3.3-4.8,Below 2?C,REMIND-MAgPIE 3.3-4.8|China,Price|Carbon,US$2010/t CO2,NA,10,60.0
REMIND-MAgPIE 3.3-4.8,NZ2050,World,Emissions|CO2,Mt CO2/yr,1,20,90
NiGEM NGFS v1.24.2,Below 2?C,NiGEM NGFS v1.24.2|China,Equity prices(combined),%,-1,-2,-4
NiGEM NGFS v1.24.2,Below 2?C,NiGEM NGFS v1.24.2|China,Equity prices(transition),%,-1,-2,-4
""")
    words = ["scenario", "import", "ngfs", ngfs]
    price = [*words, "--variable", "Price|Carbon", "--years", "2026-2035", "--price-year", 2024, "-o",
             f"{HOME}/price.csv"]
    for language in ("", ".zh"):
        lang = ["--lang", "zh"] if language else []
        golden(f"scenario_import_list{language}.txt", *words, *lang)
        golden(f"scenario_import{language}.txt", *price, *lang)
        golden(f"scenario_import_warned{language}.txt", *words, "--variable", "Equity prices(combined)", "-o",
               f"{HOME}/equity.csv", *lang)
    golden("scenario_import_suffix.txt", *words, "--variable", "Equity prices", expect=3)
    golden("scenario_import_none.txt", *words, "--model", "nigem ngfs v1.24.2", "--years", "2022-2024",
           "--variable", "Equity prices(transition)", "--region", "World", "-o", f"{HOME}/none.csv", expect=3)
    with open(f"{HOME}/price.csv", encoding="utf-8", newline="") as file:
        golden_text("scenario_import_price.csv", file.read())
    write_text(f"{HOME}/broken.csv", "scenario,region,2026,2030\nNZ,China,1,1.5\nNZ,World,2,1.234.5\n")
    bad = carbon().replace('{ unit = "CNY/tCO2e", reference = 70, [2026] = 200, [2028] = 900 }', "BAD")
    drivers = ['csv = "broken.csv"', 'csv = "broken.csv", where = { region = "World" }',
               'csv = "broken.csv", where = { regoin = "World" }', 'csv = "borken.csv"', 'csv = "../broken.csv"',
               'csv = "broken.csv", where = { region = "Wordl" }', 'csv = "ngfs.csv", where = { variable = '
               '"Price|Carbon" }', 'csv = "price.csv", unit = "CNY/t", where = { variable = "Price|Carbon" }', 'csv = "price.csv"', 'csv = "broken.csv", factor = 0',
               'csv = "broken.csv", [2026] = 1', 'csv = "broken.csv", wehre = {}']
    pathways = ",\n".join(f"p{i} = pathway {{ {driver} }}" for i, driver in enumerate(drivers))
    golden("scenario_pathway_bad.txt", "scenario", "check",
           write_text(f"{HOME}/pathways.lua", bad.replace("price = pathway BAD", pathways)), expect=3)


def test_help():
    golden("help.txt", "--help")
    for words in (["run"], ["show"], ["compare"], ["explain"], ["book", "check"], ["book", "coverage"], ["book", "describe"],
                  ["book", "import"],
                  ["book", "synth"], ["scenario", "check"], ["scenario", "import"],
                  ["scenario", "import", "ngfs"], ["scenario", "import", "climada"], ["scenario", "import", "oasis"], ["scenario", "diff"], ["scenario", "list"], ["scenario", "new"], ["scenario", "plan"], ["scenario", "stubs"], ["scenario", "test"], ["scenario", "try"], ["selfcheck"]):
        golden("help_" + "_".join(words) + ".txt", *words, "--help")
    golden("no_command.txt", "rnu", expect=2)


def test_plan():
    golden("scenario_plan.txt", "scenario", "plan", CARBON, SHIFT)
    golden("scenario_plan_book.txt", "scenario", "plan", CARBON, "--book", BOOK)
    golden("scenario_plan.zh.txt", "scenario", "plan", SHIFT, "--book", BOOK, "--lang", "zh")


def test_check_doubts():
    """Drivers that are hard to believe are warned of and run all the same."""
    doubtful = write_text(f"{HOME}/doubtful.lua", """return scenario {
  name = "doubtful", title = { en = "doubtful", zh = "存疑" }, years = { 2026, 2029 },
  drivers = {
    paid_share = pathway { reference = 0, [2026] = 0.5, [2028] = 1.5 },
    output = pathway { reference = 0, [2026] = -0.1, [2029] = -1.3 },
    price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70, [2027] = 200, [2029] = 100 },
    subsidy = pathway { unit = "CNY/kWh", reference = 0, [2026] = -0.1 },
    fine = pathway { unit = "CNY", reference = 0, [2026] = -5 },
  },
  borrower = function (b, d)
    local shift = d.paid_share - d.output + (d.price / d.price - 1) + (d.subsidy / d.subsidy - 1) + (d.fine / d.fine - 1)
    return { pd = logistic(logit(b.pd) + shift) }
  end,
}
""")
    golden("scenario_check_doubts.txt", "scenario", "check", doubtful)
    golden("scenario_check_doubts.zh.txt", "scenario", "check", doubtful, "--lang", "zh")


def test_diff():
    other = write_text(f"{HOME}/other.lua", carbon(last_price=800).replace("12 *", "13 *").replace('"C30", "D44"', '"C30"'))
    golden("scenario_diff.txt", "scenario", "diff", CARBON, other, "--format", "text")
    golden("scenario_diff.zh.txt", "scenario", "diff", CARBON, CARBON, "--format", "text", "--lang", "zh")


TRY = ["scenario", "try", CARBON, "--book", BOOK, "--borrower", "B0002"]


def test_try():
    golden("scenario_try.txt", *TRY, "--format", "text")
    golden("scenario_try.zh.txt", "scenario", "try", SHIFT, "--book", BOOK, "--borrower", "B0001", "--year", 2027,
           "--format", "text", "--lang", "zh")
    golden("scenario_try.csv.txt", *TRY, "--year", 2026)
    golden("scenario_try_nobody.txt", "scenario", "try", CARBON, "--book", BOOK, "--borrower", "B9", expect=2)
    golden("scenario_try_year.txt", *TRY, "--year", 2040, expect=2)


run_all(globals())
