"""The snippets of docs/guide/read-and-write-elsewhere.md for pandas and R, where the packages are installed (those with h5py are run
by golden.test_guide)."""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import BINARY, SOURCE, command, folder, skip

HOME = folder()
with open(os.path.join(SOURCE, "docs", "guide", "read-and-write-elsewhere.md"), encoding="utf-8") as page:
    PAGE = page.read()
ENV = {**os.environ, "PATH": os.path.dirname(BINARY) + ":/usr/bin:/bin"}


def block(kind, begins):
    """The block of that language in whose text `begins` stands."""
    found = [text for text in re.findall(rf"```{kind}\n(.*?)```", PAGE, re.S) if begins in text]
    assert len(found) == 1, begins
    return re.sub(r"^(?:--|#) file: \S+\n", "", found[0])


def run(*words):
    done = subprocess.run(words, cwd=HOME, env=ENV, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def has(*words):
    return shutil.which(words[0]) is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0


readers = {"pandas": ("python", "import pandas", has("/usr/bin/python3", "-c", "import pandas"), ("/usr/bin/python3", "-c")),
           "R with hdf5r": ("r", "library(hdf5r)", has("Rscript", "-e", "library(hdf5r)"), ("Rscript", "-e"))}
if not any(there for _, _, there, _ in readers.values()):
    skip("neither pandas (python3-pandas) nor R with hdf5r (r-cran-hdf5r) is installed")

run("/usr/bin/python3", "-c", block("python", "total_loans"))
with open(f"{HOME}/old_kilns.lua", "w", encoding="utf-8") as script:
    script.write(block("lua", "old_kilns"))
command("run", f"{HOME}/old_kilns.lua", "--book", f"{HOME}/mine.book.h5", "--paths", 2000, "-o", f"{HOME}/mine.result.h5")
for name, (kind, begins, there, words) in readers.items():
    if there:
        shown = run(*words, block(kind, begins))
        assert "es_99" in shown and "old_kilns" in shown, shown
        print(f"ok   {name}")
    else:
        print(f"not installed: {name}")
