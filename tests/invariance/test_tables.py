"""Every table byte for byte the same, whatever the threads, tiles, row order and instruction set;
and the fates of borrowers unmoved when others are added."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import all_tables, command, folder, refused, run_all, small_book, table, write_text
from scenarios import carbon, random_drivers, shift

HOME = folder()
BOOK = small_book(f"{HOME}/a.book.h5")
SCRIPTS = [write_text(f"{HOME}/carbon.lua", carbon()), write_text(f"{HOME}/shift.lua", shift()),
           write_text(f"{HOME}/random.lua", random_drivers(links="macro = -0.4"))]
PATHS = 1500


def run(name, *options, book=BOOK, env=None):
    out = f"{HOME}/{name}.result.h5"
    command("run", *SCRIPTS, "--book", book, "-o", out, "--paths", PATHS, "--seed", 5, *options, env=env)
    return out


REFERENCE = run("reference", "--threads", 1)
TABLES = all_tables(REFERENCE)


def same(result, what):
    other = all_tables(result)
    assert other.keys() == TABLES.keys()
    for name, text in TABLES.items():
        assert other[name] == text, f"table {name} differs with {what}"


def test_tables_have_content():
    for name in ("summary", "years", "banks", "sectors", "regions", "paths", "borrowers", "grades",
                 "classes", "warnings", "ledger"):
        assert TABLES[name].count("\n") > 1, f"table {name} is empty: {TABLES[name]!r}"


def test_threads():
    for threads in (2, 3, 8):
        same(run(f"threads{threads}", "--threads", threads), f"{threads} threads")


def test_tiles():
    for tile in ("7x13", "64x1500", "1000x8"):
        same(run(f"tile{tile}", "--tile", tile, "--threads", 2), f"tile {tile}")


def test_row_order():
    for seed in (1, 2):
        book = small_book(f"{HOME}/shuffled{seed}.book.h5", order_seed=seed)
        same(run(f"shuffled{seed}", book=book), f"shuffled rows {seed}")


def test_instruction_sets():
    with open("/proc/cpuinfo", encoding="ascii") as file:
        flags = file.read()
    for isa, needs in (("base", "sse2"), ("avx2", "avx2"), ("avx512", "avx512bw")):
        if needs in flags:
            result = run(f"isa_{isa}", env={"PLIMSOLL_ISA": isa})
            same(result, isa)
            used = {row["key"]: row["value"] for row in table(result, "run")}
            assert used["isa"] == isa
    refused("run", *SCRIPTS, "--book", BOOK, "-o", f"{HOME}/no.result.h5", expect=2,
            says=["PLIMSOLL_ISA", "mmx"], env={"PLIMSOLL_ISA": "mmx"})


def test_added_borrowers_move_nobody():
    book = small_book(f"{HOME}/more.book.h5", extra=25)
    result = run("more", book=book)
    for path in (0, 7, 700, PATHS - 1):
        mine, _ = command("explain", REFERENCE, "--path", path, "--format", "csv")
        theirs, _ = command("explain", result, "--path", path, "--format", "csv")
        kept = [line for line in theirs.splitlines() if not any(f",B00{i}," in line for i in range(60, 85))]
        assert kept == mine.splitlines(), f"path {path}: fates moved when borrowers were added"


def test_another_seed_is_another_result():
    out = f"{HOME}/seed.result.h5"
    command("run", *SCRIPTS, "--book", BOOK, "-o", out, "--paths", PATHS, "--seed", 6)
    assert all_tables(out)["paths"] != TABLES["paths"]


run_all(globals())
