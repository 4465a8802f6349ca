"""The command line itself: help, options, outputs, logs, signals."""
import json
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import BINARY, SOURCE, command, folder, refused, run_all, small_book, table, write_text
from scenarios import carbon, shift

HOME = folder()
BOOK = small_book(f"{HOME}/small.book.h5")
SCRIPT = write_text(f"{HOME}/carbon.lua", carbon())
OUT = f"{HOME}/small.result.h5"
command("run", SCRIPT, BOOK, "-o", OUT, "--paths", 500)     # a word that ends in .h5 is a book

COMMANDS = (["run"], ["show"], ["explain"], ["book", "check"], ["book", "describe"], ["book", "import"],
            ["book", "synth"], ["scenario", "check"])


def events(err):
    """The lines of a JSON log; every one of them must be JSON, the last one the end."""
    lines = [json.loads(line) for line in err.splitlines()]
    assert lines and lines[-1]["event"] == "end", err
    assert all(line["event"] != "end" for line in lines[:-1]), err
    return lines


def test_help():
    out, err = command("--help")
    assert err == ""
    for words in COMMANDS:
        assert " ".join(words) in out
        page, err = command(*words, "--help")
        assert page.startswith(f"usage: plimsoll {' '.join(words)} ") and err == ""
        assert "--lang" in page and "--log" in page and "--help" in page
    assert "check" in command("book", "--help")[0]
    version, _ = command("--version")
    assert version.startswith("plimsoll 0.")


def test_what_is_not_built_is_not_listed():
    out, _ = command("--help")
    for word in ("verify", "reverse", "merge", "report"):
        assert f"\n  {word}" not in out
        refused(word, expect=2, says=[word])


def test_words():
    refused(expect=2, says=["--help"])
    refused("book", expect=2, says=["book", "--help"])
    refused("--colour", expect=2, says=["--colour"])
    refused("show", expect=2, says=["RESULT"])
    refused("show", OUT, "summary", "years", expect=2, says=["at most one table"])
    refused("show", OUT, "summery", expect=2, says=["summary"])
    refused("show", OUT, "--fromat", "csv", expect=2, says=["--format"])
    refused("show", OUT, "all", "--format", "json", expect=2, says=["-o DIR"])
    refused("explain", OUT, expect=2, says=["--path"])
    refused("run", SCRIPT, "--book", BOOK, "--lang", "fr", expect=2, says=["--lang", "en|zh"])
    refused("run", SCRIPT, "--book", BOOK, "--tile", "12", expect=2, says=["--tile", "512x256"])
    refused("book", "import", HOME, "-o", f"{HOME}/x.book.h5", expect=2, says=["--as-of"])
    refused("book", "import", HOME, "--as-of", "2025-02-30", "-o", f"{HOME}/x.book.h5", expect=2,
            says=["2025-02-30"])
    refused("show", BOOK, "summary", says=["plimsoll.result"])
    refused("show", f"{HOME}/absent.h5", "summary", says=["absent.h5"])


def test_json_log():
    _, err = command("run", SCRIPT, "--book", BOOK, "-o", f"{HOME}/log.result.h5", "--paths", 50, "--log", "json")
    assert events(err)[-1]["exit"] == 0
    for words, code in ((["run", "--log=json", "--pathes", "5"], 2), (["rnu", "--log", "json"], 2),
                        (["--log", "json"], 2), (["run", "--log", "json", SCRIPT, "--book", f"{HOME}/no.h5"], 3)):
        _, err = command(*words, expect=code)
        lines = events(err)
        assert lines[-1]["exit"] == code and lines[-2]["event"] == "error" and lines[-2]["exit"] == code
    done = subprocess.run([BINARY, "show", b"caf\xe9.h5", "--log", "json"], capture_output=True, check=False)
    lines = events(done.stderr.decode())            # a file name that is not UTF-8
    assert "caf?.h5" in lines[-2]["text"] and lines[-1]["exit"] == 3
    _, err = command("show", OUT, "summary", "--log", "json")
    assert events(err) == [{"event": "end", "exit": 0}]


def test_show():
    contents, _ = command("show", OUT)
    for name in ("summary", "years", "banks", "sectors", "regions", "contributors", "tail", "classes", "grades", "borrowers",
                 "warnings", "paths", "ledger", "run"):
        assert any(line.startswith(name + " ") for line in contents.splitlines()), contents
    done = subprocess.run([BINARY, "show", OUT, "summary"], capture_output=True, check=True)
    lines = done.stdout.split(b"\r\n")
    assert lines[0] == (b"scenario,measure,value,stderr,lo95,hi95,delta,delta_stderr,delta_lo95,delta_hi95,note")
    assert lines[-1] == b"" and b"\n" not in done.stdout.replace(b"\r\n", b"")
    rows = json.loads(command("show", OUT, "summary", "--format", "json")[0])
    as_csv = table(OUT, "summary")
    assert len(rows) == len(as_csv)
    for one, other in zip(rows, as_csv):
        for key, value in one.items():
            expected = other[key]
            if value is None:
                assert expected == ""
            elif isinstance(value, str):
                assert value == expected
            else:
                assert float(expected) == value
    text, _ = command("show", OUT, "summary", "--format", "text", "--lang", "zh")
    assert "金额单位" in text and "情景" in text and "±" in text
    english, _ = command("show", OUT, "summary", "--format", "text", env={"LC_ALL": "C"})
    assert "amounts in" in english
    chinese, _ = command("show", OUT, "summary", "--format", "text", env={"LC_ALL": "zh_CN.UTF-8"})
    assert chinese == text
    assert table(OUT, "summary") == as_csv


def test_show_into_files():
    into = f"{HOME}/tables"
    command("show", OUT, "all", "-o", into)
    assert sorted(os.listdir(into)) == sorted(f"{name}.csv" for name in (
        "summary", "years", "banks", "sectors", "regions", "contributors", "tail", "exceedance", "damage", "events",
        "compound", "classes", "class_paths", "capital", "breaches", "joint", "grades", "grade_banks", "grade_cells", "grade_migration", "grade_bounds", "borrowers",
        "warnings", "warning_state", "playbook", "reason_codes", "paths", "ledger", "run"))
    command("show", OUT, "years", "-o", f"{HOME}/years.csv")
    with open(f"{HOME}/years.csv", "rb") as one, open(f"{into}/years.csv", "rb") as other:
        assert one.read() == other.read()
    before = open(BOOK, "rb").read()
    refused("show", OUT, "years", "-o", BOOK, expect=2, says=[BOOK])
    assert open(BOOK, "rb").read() == before
    refused("show", OUT, "all", "-o", f"{SCRIPT}/x", expect=1, says=[SCRIPT])


def test_outputs():
    """A book replaces only a book, a result only a result; what fails leaves what was there."""
    notes = write_text(f"{HOME}/notes.txt", "mine")
    before = open(OUT, "rb").read()
    refused("book", "synth", "--borrowers", 50, "-o", OUT, expect=2, says=[OUT])
    refused("book", "synth", "--borrowers", 50, "-o", notes, expect=2, says=["notes.txt"])
    refused("run", SCRIPT, "--book", BOOK, "-o", BOOK, expect=2, says=[BOOK])
    refused("run", SCRIPT, "--book", f"{HOME}/absent.book.h5", "-o", OUT, says=["absent.book.h5"])
    refused("run", SCRIPT, "--book", BOOK, "-o", OUT, "--memory", "1K", expect=2, says=["--memory"])
    assert open(OUT, "rb").read() == before and open(notes, encoding="utf-8").read() == "mine"
    command("run", SCRIPT, "--book", BOOK, "-o", f"{HOME}/again.result.h5", "--paths", 20)
    command("run", SCRIPT, "--book", BOOK, "-o", f"{HOME}/again.result.h5", "--paths", 30)
    assert {r["key"]: r["value"] for r in table(f"{HOME}/again.result.h5", "run")}["paths"] == "30"


def test_default_output_and_library():
    """Without -o the result is results/NAME.result.h5; the library never comes from the current folder."""
    here = folder()
    os.makedirs(f"{here}/scenarios/lib")
    write_text(f"{here}/scenarios/lib/model.lua", "error 'not me'")
    write_text(f"{here}/scenarios/lib/firm.lua", "error 'not me'")
    command("run", SCRIPT, "--book", BOOK, "--paths", 20, cwd=here)
    assert os.listdir(f"{here}/results") == ["carbon.result.h5"]
    refused("run", SCRIPT, "--book", BOOK, "--paths", 20, "--lib", f"{here}/scenarios/lib", cwd=here,
            says=["model.lua", "not me"])


def test_dry_run_writes_nothing():
    here = folder()
    command("run", SCRIPT, "--book", BOOK, "--dry-run", cwd=here)
    assert os.listdir(here) == []


def test_one_path():
    out = f"{HOME}/one.result.h5"
    command("run", SCRIPT, "--book", BOOK, "-o", out, "--paths", 1)
    rows = {(r["scenario"], r["measure"]): r for r in table(out, "summary")}
    assert rows["baseline", "el"]["value"] != "" and rows["baseline", "el"]["stderr"] == ""
    told, _ = command("explain", out, "--path", 0, "--format", "csv")
    total = sum(float(line.split(",")[6]) for line in told.splitlines()[1:] if line.startswith("baseline,"))
    assert abs(total - float(rows["baseline", "el"]["value"])) < 0.005


def test_run_table():
    keys = {r["key"]: r["value"] for r in table(OUT, "run")}
    for key in ("version", "paths", "seed", "threads", "isa", "simulate_seconds", "wall_seconds", "peak_rss_bytes",
                "borrowers", "loans", "scenarios", "as_of", "banks", "currency", "years"):
        assert keys[key] != "", key
    assert keys["scenarios"] == "carbon" and keys["borrowers"] == "60" and keys["years"] == "2026-2028"
    for path in (SCRIPT, BOOK):
        digest = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]
        assert keys[f"sha256:{path}"] == digest
    assert list(keys) == sorted(keys)


def test_explain_finds_its_inputs():
    here = folder()
    book, script, out = f"{here}/a.book.h5", f"{here}/a.lua", f"{here}/a.result.h5"
    shutil.copy(BOOK, book)
    write_text(script, 'local firm = require "firm"\n' + shift(name="a"))
    shutil.copytree(f"{SOURCE}/scenarios/lib", f"{here}/lib")
    command("run", "a.lua", "--book", "a.book.h5", "-o", "a.result.h5", "--paths", 40, "--lib", "lib", cwd=here)
    told, _ = command("explain", out, "--path", 3, "--format", "csv")      # from another folder
    write_text(script, "not the script any more")
    shutil.rmtree(f"{here}/lib")
    assert command("explain", out, "--path", 3, "--format", "csv")[0] == told
    os.rename(book, f"{here}/moved.book.h5")
    refused("explain", out, "--path", 3, says=["a.book.h5"])
    assert command("explain", out, "--path", 3, "--book", f"{here}/moved.book.h5", "--format", "csv")[0] == told
    other = small_book(f"{here}/other.book.h5", n_borrowers=59)
    message = refused("explain", out, "--path", 3, "--book", other, says=["other.book.h5", "SHA-256"])
    for path in (other, f"{here}/moved.book.h5"):
        digest = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]
        assert digest in message
    refused("explain", out, "--path", 40, expect=2, says=["40", "0 to 39"])
    refused("explain", out, "--path", 3, "--book", other, "--book", other, expect=2, says=["1 books"])


def test_full_standard_output():
    for words in (["--help"], ["show", OUT, "summary"], ["run", "--help"], ["book", "check", BOOK]):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([BINARY, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 1 and done.stderr.startswith("plimsoll: "), f"{words}: {done}"


def interrupt(number, *options):
    """Stops a run in its simulation; returns its stderr."""
    here = folder()
    out = f"{here}/long.result.h5"
    with open(f"{here}/stderr", "w+", encoding="utf-8") as log:
        with subprocess.Popen([BINARY, "run", SCRIPT, "--book", BOOK, "-o", out, "--paths", "3000000", "--threads", "1", "--memory",
                               "900G", *options], stderr=log, stdout=subprocess.DEVNULL) as process:
            for _ in range(200):
                time.sleep(0.05)
                log.seek(0)
                if "3000000 paths" in log.read():
                    break
            time.sleep(0.2)
            assert process.poll() is None, "the run ended before it could be interrupted"
            process.send_signal(number)
            assert process.wait(timeout=20) == 1
        log.seek(0)
        text = log.read()
    assert os.listdir(here) == ["stderr"], os.listdir(here)
    return text


def test_interrupt():
    for number in (signal.SIGINT, signal.SIGTERM):
        assert "plimsoll: interrupted" in interrupt(number)
    assert events(interrupt(signal.SIGINT, "--log", "json"))[-1] == {"event": "end", "exit": 1}


run_all(globals())
