"""Pathways from files, end to end: what is imported is what a run uses, keeps and repeats."""
import csv
import hashlib
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import all_tables, command, folder, one_factor, refused, run_all, small_book, table, write_text
from scenarios import carbon

HOME = folder()
BOOK = small_book(f"{HOME}/small.book.h5")
MODEL = one_factor(f"{HOME}/model.lua")
NGFS = """Model,Scenario,Region,Variable,Unit,2022.0,2025,X2030
REMIND-MAgPIE 3.3-4.8,Below 2?C,REMIND-MAgPIE 3.3-4.8|China,Price|Carbon,US$2010/t CO2,,10,60
REMIND-MAgPIE 3.3-4.8,Below 2?C,World,Price|Carbon,US$2010/t CO2,1,20,90
NiGEM NGFS v1.24.2,Below 2?C,NiGEM NGFS v1.24.2|China,Equity prices(combined),%,-1,-2,-4
"""
FILE = write_text(f"{HOME}/ngfs.csv", NGFS)
POINTS = 'price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 200, [2028] = 900 }'


def scenario(name, driver):
    """The carbon scenario with another pathway of its price."""
    text = carbon()
    assert POINTS in text
    return write_text(f"{HOME}/{name}", text.replace(POINTS, f"price = pathway {{ {driver} }}"))


def run(script, out):
    command("run", script, "--book", BOOK, "--model", MODEL, "-o", out, "--paths", 500, "--threads", 2)


def test_a_run_from_a_file_equals_one_from_points():
    imported = f"{HOME}/price.csv"
    out, err = command("scenario", "import", "ngfs", FILE, "--scenario", "Below 2 °C", "--region", "China",
                       "--variable", "Price|Carbon", "--price-year", 2024, "-o", imported)
    assert "wrote" in err and "US$2010 1 = CNY 9.94966 of 2024" in out, (out, err)
    with open(imported, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["year"] for row in rows] == ["2025", "2030"]
    factor = 125.224 / 89.632 * 7.1217
    for row, dollars in zip(rows, (10, 60)):
        assert abs(float(row["value"]) / (dollars * factor) - 1) < 1e-12, row
        assert row["source_sha256"] == hashlib.sha256(NGFS.encode()).hexdigest()
        assert row["source_scenario"] == "Below 2?C" and row["scenario"] == "Below 2°C"

    from_file = scenario("file.lua", 'csv = "price.csv", unit = "CNY/tCO2e", reference = 70, '
                         'where = { variable = "Price|Carbon" }')
    first, last = (row["value"] for row in rows)
    from_points = scenario("points.lua", f'unit = "CNY/tCO2e", reference = 70, [2025] = {first}, [2030] = {last}')
    run(from_file, f"{HOME}/file.result.h5")
    run(from_points, f"{HOME}/points.result.h5")
    assert all_tables(f"{HOME}/file.result.h5") == all_tables(f"{HOME}/points.result.h5")

    with open(imported, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    keys = {row["key"]: row["value"] for row in table(f"{HOME}/file.result.h5", "run")}
    assert keys[f"sha256:{imported}"] == digest

    # A story is told from what the run kept, whatever the file says today.
    before = command("explain", f"{HOME}/file.result.h5", "--path", 3, "--format", "csv")[0]
    write_text(imported, "year,value\n2026,1e9\n")
    assert command("explain", f"{HOME}/file.result.h5", "--path", 3, "--format", "csv")[0] == before
    os.remove(imported)
    assert command("explain", f"{HOME}/file.result.h5", "--path", 3, "--format", "csv")[0] == before


def test_a_raw_file_can_be_read_with_a_stated_factor():
    script = scenario("raw.lua", 'csv = "ngfs.csv", unit = "CNY/tCO2e", factor = 10, reference = 70, '
                      'where = { region = "World", variable = "Price|Carbon" }')
    same = scenario("raw_points.lua",
                    'unit = "CNY/tCO2e", reference = 70, [2022] = 10, [2025] = 200, [2030] = 900')
    run(script, f"{HOME}/raw.result.h5")
    run(same, f"{HOME}/raw_points.result.h5")
    assert all_tables(f"{HOME}/raw.result.h5") == all_tables(f"{HOME}/raw_points.result.h5")


def test_the_library_converts_in_a_script_too():
    def convert(name, year):
        text = carbon().replace(POINTS, 'price = pathway { csv = "ngfs.csv", unit = "CNY/tCO2e", reference = 70, '
                                f'factor = require("money").cny_per_dollar(2010, {year}), where = {{ variable = '
                                '"Price|Carbon", region = "REMIND-MAgPIE 3.3-4.8|China" } }')
        return write_text(f"{HOME}/{name}", text)

    run(convert("dollars.lua", 2024), f"{HOME}/money.result.h5")
    factor = 125.224 / 89.632 * 7.1217
    run(scenario("money_points.lua", f'unit = "CNY/tCO2e", reference = 70, [2025] = {10 * factor!r}, '
                 f'[2030] = {60 * factor!r}'), f"{HOME}/money_points.result.h5")
    assert all_tables(f"{HOME}/money.result.h5") == all_tables(f"{HOME}/money_points.result.h5")
    refused("scenario", "check", convert("late.lua", 2031), says=["late.lua:5", "not of 2031"])


def test_faults_leave_nothing_behind():
    out = f"{HOME}/none.csv"
    refused("scenario", "import", "ngfs", FILE, "--scenario", "Net Zero", "-o", out, says=["Net Zero", "Below 2?C"])
    refused("scenario", "import", "ngfs", FILE, "--price-year", 2031, "-o", out, says=["2031", "money.lua"])
    refused("scenario", "import", "ngfs", f"{HOME}/absent.csv", "-o", out, says=["absent.csv", "No such file"])
    refused("scenario", "import", "ngfs", BOOK, "-o", out, says=["small.book.h5", "not UTF-8"])
    cut = write_text(f"{HOME}/cut.csv", NGFS[:-20])
    refused("scenario", "import", "ngfs", cut, "-o", out, says=["cut.csv", "line 4"])
    with open(f"{HOME}/gbk.csv", "wb") as file:
        file.write("Scenario,Variable,2030\n净零,碳价,1\n".encode("gbk"))
    refused("scenario", "import", "ngfs", f"{HOME}/gbk.csv", "-o", out, says=["gbk.csv", "line 2", "UTF-8"])
    assert not os.path.exists(out)


def test_only_our_own_files_are_replaced():
    refused("scenario", "import", "ngfs", FILE, "-o", FILE, expect=2, says=["ngfs.csv", "never replaced"])
    with open(FILE, encoding="utf-8") as file:
        assert file.read() == NGFS
    out = f"{HOME}/again.csv"
    for _ in range(2):
        command("scenario", "import", "ngfs", FILE, "--region", "World", "-o", out)
    refused("scenario", "import", "ngfs", FILE, "-o", HOME, expect=2, says=[HOME])
    os.mkfifo(f"{HOME}/pipe")
    refused("scenario", "import", "ngfs", FILE, "-o", f"{HOME}/pipe", expect=2, says=["pipe"])


def test_the_command_line():
    refused("scenario", "import", FILE, expect=2, says=["ngfs.csv", "ngfs"])
    refused("scenario", "import", "ngfs", expect=2, says=["scenario import ngfs FILE.csv"])
    refused("scenario", "import", "ngfs", FILE, "--years", "2030", expect=2, says=["--years", "2026-2035"])
    refused("scenario", "import", "ngfs", FILE, "--years", "2030-2026", expect=2, says=["--years"])
    refused("scenario", "import", "ngfs", FILE, "--price-year", "20x4", expect=2, says=["--price-year"])
    out, err = command("scenario", "import", "ngfs", FILE, "--region", "World", "--price-year", 2024)
    assert "US$2010 1 = CNY" in out and "wrote" not in err
    refused("scenario", "import", "ngfs", FILE, "--to", "CNY", expect=2, says=["--to", "--price-year"])
    refused("scenario", "import", "ngfs", FILE, "--variable", "Price|Carbon", "--to", "EUR", "--price-year", 2024,
            says=["CNY only, not to EUR"])
    refused("scenario", "import", "ngfs", FILE, "--varable", "x", expect=2, says=["--variable"])


def test_what_is_warned_of_needs_its_name_twice():
    out = f"{HOME}/equity.csv"
    refused("scenario", "import", "ngfs", FILE, "--model", "NiGEM NGFS v1.24.2", "-o", out,
            says=["Kotz-Wenz", "--variable"])
    said, _ = command("scenario", "import", "ngfs", FILE, "--variable", "Equity prices(combined)", "-o", out)
    assert "warning: Kotz-Wenz" in said
    script = scenario("equity.lua", 'csv = "equity.csv", factor = -1000, unit = "CNY/tCO2e"')
    refused("scenario", "check", script, says=["equity.lua:5: equity.csv: ", "`Equity prices(combined)`", "where"])
    named = scenario("named.lua", 'csv = "equity.csv", factor = -1000, unit = "CNY/tCO2e", '
                     'where = { variable = "Equity prices(combined)" }')
    command("scenario", "check", named)


def test_the_written_file_is_plain_csv():
    out = f"{HOME}/all.csv"
    command("scenario", "import", "ngfs", FILE, "-o", out)
    with open(out, "rb") as file:
        text = file.read().decode("utf-8")
    assert "\r" not in text and text.endswith("\n")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(row) for row in rows} == {16} and len(rows) == 1 + 2 + 3


run_all(globals())
